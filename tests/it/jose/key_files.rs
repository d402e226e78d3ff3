//! Keys in files that OpenSSL wrote: each form of one key is the same key, and what it signs the public file verifies.
//!
//! The fixtures are throw-away keys made for this test.

use identity_model::jose::{
    CompactJws, JsonWebKey, JwsHeader, JwsVerifier, KeyError, PrivateKey, SignatureAlgorithm, TokenLimits, sign_compact_blocking,
};

fn fixture(name: &str) -> String {
    let path = format!("{}/tests/it/jose/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// Row, private forms, public forms.
const KEYS: &[(SignatureAlgorithm, &[&str], &[&str])] = &[
    (SignatureAlgorithm::PS256, &["rsa.pkcs8", "rsa.pkcs1"], &["rsa.public", "rsa.public.pkcs1", "rsa.certificate"]),
    (SignatureAlgorithm::ES256, &["ec.p256.pkcs8", "ec.p256.sec1", "ec.p256.sec1.bare"], &["ec.p256.public", "ec.p256.certificate"]),
    (SignatureAlgorithm::ES384, &["ec.p384.pkcs8", "ec.p384.sec1"], &["ec.p384.public"]),
    (SignatureAlgorithm::ES512, &["ec.p521.pkcs8", "ec.p521.sec1"], &["ec.p521.public"]),
    (SignatureAlgorithm::ED25519, &["ed25519.pkcs8"], &["ed25519.public"]),
];

#[test]
fn every_form_of_a_key_is_the_same_key() {
    for (row, private_forms, public_forms) in KEYS {
        for private_form in *private_forms {
            let private = PrivateKey::from_pem(&fixture(private_form)).unwrap_or_else(|error| panic!("{private_form}: {error}"));
            let token = sign_compact_blocking(&JwsHeader::new(), b"{}", &private.signer(*row).unwrap()).unwrap();
            for public_form in *public_forms {
                let public = JsonWebKey::from_pem(&fixture(public_form)).unwrap_or_else(|error| panic!("{public_form}: {error}"));
                assert_eq!(public.thumbprint(), private.public_jwk().thumbprint(), "{private_form} {public_form}");
                let jws = CompactJws::parse(&token, TokenLimits::default()).unwrap();
                assert!(JwsVerifier::new(*row).unwrap().verify_with_key(&jws, &public).is_ok(), "{private_form} {public_form}");
            }
            let again = PrivateKey::from_jwk(private.expose_jwk().expose().as_bytes()).unwrap();
            assert_eq!(again.public_jwk().to_json(), private.public_jwk().to_json());
        }
    }
}

#[test]
fn what_cannot_be_used_is_refused_with_a_reason() {
    let private = |name: &str| PrivateKey::from_pem(&fixture(name)).unwrap_err();
    assert_eq!(private("rsa.encrypted"), KeyError::Unsupported { name: "ENCRYPTED PRIVATE KEY".into() });
    assert_eq!(private("rsa.public"), KeyError::Unsupported { name: "PUBLIC KEY".into() });
    assert_eq!(private("rsa.weak.pkcs1").to_string(), "the key member `n` must be 2048 to 8192 bits long, found 1024 bits");
    assert!(matches!(private("ec.explicit"), KeyError::Encoding { format: "DER", .. }));
    assert!(matches!(JsonWebKey::from_pem(&fixture("ec.p256.pkcs8")), Err(KeyError::Unsupported { .. })));
    for text in ["", "-----BEGIN", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----"] {
        assert!(matches!(PrivateKey::from_pem(text), Err(KeyError::Encoding { format: "PEM", .. })), "{text}");
    }
}

#[test]
fn a_damaged_file_is_refused_or_another_key_and_never_a_panic() {
    use base64_body as body;
    for name in ["rsa.pkcs1", "ec.p256.sec1", "ec.p521.pkcs8", "ed25519.pkcs8", "rsa.certificate", "ec.p256.certificate"] {
        let der = body(&fixture(name));
        for position in 0..der.len() {
            let mut damaged = der.clone();
            damaged[position] ^= 0x81;
            if position < 64 {
                let _ = PrivateKey::from_der(&damaged);
            }
            let _ = JsonWebKey::from_der(&damaged);
            let _ = JsonWebKey::from_der(&der[..position]);
            assert!(PrivateKey::from_der(&der[..position]).is_err());
        }
    }
}

/// The bytes of the last block of a PEM file.
fn base64_body(text: &str) -> Vec<u8> {
    let body: String =
        text.trim_end().rsplit("-----BEGIN ").next().unwrap().lines().skip(1).take_while(|line| !line.starts_with('-')).collect();
    identity_model::encoding::base64::decode(body).unwrap()
}
