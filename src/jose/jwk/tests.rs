use super::*;
use crate::encoding::base64url;

const ED25519: &str = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;

fn key(members: &str) -> Result<JsonWebKey, KeyError> {
    JsonWebKey::from_json(format!("{{{members}}}").as_bytes())
}

fn ed25519(more: &str) -> Result<JsonWebKey, KeyError> {
    key(&format!("{ED25519}{more}"))
}

fn rsa(octets: usize) -> String {
    format!(r#""kty":"RSA","e":"AQAB","n":"{}""#, base64url::encode(vec![0xa5; octets]))
}

#[test]
fn k2_kty_and_crv_fit_exactly_the_rows_of_the_table() {
    let of = |members: &str| key(members).unwrap().verifies().to_string();
    assert_eq!(of(ED25519), "EdDSA, Ed25519");
    assert_eq!(of(&rsa(256)), "RS256, RS384, RS512, PS256, PS384, PS512");
    for (curve, size, rows) in [("P-256", 32, "ES256"), ("P-384", 48, "ES384"), ("P-521", 66, "ES512"), ("secp256k1", 32, "ES256K")] {
        let number = base64url::encode(vec![1; size]);
        assert_eq!(of(&format!(r#""kty":"EC","crv":"{curve}","x":"{number}","y":"{number}""#)), rows);
    }
    for (size, rows) in [(31, ""), (32, "HS256"), (47, "HS256"), (48, "HS256, HS384"), (64, "HS256, HS384, HS512")] {
        assert_eq!(of(&format!(r#""kty":"oct","k":"{}""#, base64url::encode(vec![1; size]))), rows, "{size}");
    }
}

#[test]
fn k2_alg_of_the_key_is_the_only_algorithm_it_serves() {
    let of = |alg: &str| key(&format!(r#"{},"alg":"{alg}""#, rsa(256))).unwrap().verifies().to_string();
    assert_eq!(of("PS256"), "PS256");
    for name in ["ES256", "RSA-OAEP", "none", "rs256", "HS256", ""] {
        assert_eq!(of(name), "", "{name}");
    }
}

#[test]
fn k10_use_and_key_ops_decide() {
    for (more, fits) in [
        ("", Ok(())),
        (r#","use":"sig""#, Ok(())),
        (r#","use":null,"key_ops":null"#, Ok(())),
        (r#","key_ops":["verify"]"#, Ok(())),
        (r#","key_ops":["sign","verify"],"use":"sig""#, Ok(())),
        (r#","key_ops":["verify","verify"]"#, Ok(())),
        (r#","use":"enc""#, Err(Unfit::Use)),
        (r#","use":"SIG""#, Err(Unfit::Use)),
        (r#","use":"""#, Err(Unfit::Use)),
        (r#","key_ops":[]"#, Err(Unfit::Operations)),
        (r#","key_ops":["sign"]"#, Err(Unfit::Operations)),
        (r#","key_ops":["sign, verify"]"#, Err(Unfit::Operations)),
        (r#","use":"sig","key_ops":["encrypt"]"#, Err(Unfit::Operations)),
        (r#","use":"enc","key_ops":["verify"]"#, Err(Unfit::Use)),
    ] {
        let key = ed25519(more).unwrap();
        assert_eq!(key.fits(SignatureAlgorithm::EDDSA, Operation::Verify), fits, "{more}");
        assert_eq!(key.verifies().is_empty(), fits.is_err(), "{more}");
    }
}

#[test]
fn members_of_the_wrong_type_make_the_key_unusable() {
    for (more, member) in [
        (r#","kid":1"#, "kid"),
        (r#","kid":["a"]"#, "kid"),
        (r#","kid":"a\r\nb""#, "kid"),
        (r#","use":true"#, "use"),
        (r#","alg":{}"#, "alg"),
        (r#","key_ops":"verify""#, "key_ops"),
        (r#","key_ops":[1]"#, "key_ops"),
    ] {
        assert!(matches!(ed25519(more), Err(KeyError::Member { member: found, .. }) if found == member), "{more}");
    }
    for broken in [r#","kid":"\ud800""#, r#","x":"AA""#, r#","\u0078":"AA""#, r#","a":{"b":1,"b":2}"#, ",", r#","a""#] {
        assert!(matches!(ed25519(broken), Err(KeyError::Json(_))), "{broken}");
    }
    assert_eq!(key(r#""kid":"a""#).unwrap_err(), KeyError::Missing { member: "kty" });
    for broken in [r#""kty":7"#, r#""kty":"RSA","e":"AQAB","n":5"#, r#""kty":"OKP","crv":"Ed25519","x":[1]"#, r#""kty":"OKP","crv":1"#] {
        assert!(matches!(key(broken), Err(KeyError::Member { .. })), "{broken}");
    }
    for missing in
        [r#""kty":"RSA","e":"AQAB""#, r#""kty":"EC","crv":"P-256","x":"AA""#, r#""kty":"oct""#, r#""kty":"OKP""#, r#""kty":"EC""#]
    {
        assert!(matches!(key(missing), Err(KeyError::Missing { .. } | KeyError::Member { .. })), "{missing}");
    }
}

#[test]
fn k7_numbers_are_read_in_one_way_only_and_bounded_before_they_are_decoded() {
    for x in ["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo==", "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUR-", "", "11qY AYKx"] {
        assert!(matches!(key(&format!(r#""kty":"OKP","crv":"Ed25519","x":"{x}""#)), Err(KeyError::Member { member: "x", .. })), "{x}");
    }
    let huge = format!(r#""kty":"RSA","e":"AQAB","n":"{}""#, "A".repeat(1 << 20));
    assert_eq!(key(&huge).unwrap_err().to_string(), "the key member `n` must be at most 4096 characters long, found 1048576 characters");
}

#[test]
fn k1_rsa_numbers_in_plain_base64_are_the_same_numbers() {
    let number = [&[0, 0xfb][..], &[0xef; 255]].concat();
    let plain = crate::encoding::base64::encode(&number);
    assert!(plain.contains('+') && plain.contains('/') && plain.ends_with('='));
    let published = key(&format!(r#""kty":"RSA","e":"AQAB","n":"{plain}""#)).unwrap();
    let correct = key(&format!(r#""kty":"RSA","e":"AQAB","n":"{}""#, base64url::encode(&number))).unwrap();
    assert_eq!(published.thumbprint(), correct.thumbprint());
    for broken in [plain.replace('+', "-"), format!(" {plain}"), format!("{plain}="), plain.replacen('=', "", 1) + "=="] {
        assert!(key(&format!(r#""kty":"RSA","e":"AQAB","n":"{broken}""#)).is_err(), "{broken}");
    }
}

#[test]
fn unknown_types_and_curves_are_kept_and_serve_nothing() {
    for members in [
        r#""kty":"AKP","alg":"ML-DSA-1","pub":"AA""#,
        r#""kty":"XYZ","n":[1,2,3]"#,
        r#""kty":"rsa""#,
        r#""kty":"OKP","crv":"Ed448","x":"AA""#,
        r#""kty":"EC","crv":"BP-256","x":"AA","y":"AA""#,
    ] {
        let key = key(members).unwrap();
        assert!(key.verifies().is_empty() && key.key_type().is_none() && key.thumbprint().is_none(), "{members}");
        assert!(members.contains(key.key_type_name()));
    }
    let agreement = key(r#""kty":"OKP","crv":"X25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#).unwrap();
    assert!(agreement.verifies().is_empty() && agreement.curve() == Some(Curve::X25519));
    assert!(matches!(key(r#""kty":"EC","crv":"Ed25519","x":"AA","y":"AA""#), Err(KeyError::Member { member: "crv", .. })));
}

#[test]
fn k7_private_members_are_dropped_and_reported() {
    let exposed = ed25519(r#","d":"canary","kid":"a","x5c":["MIIB"],"p":1,"priv":"canary","k":"canary""#).unwrap();
    assert!(exposed.had_private_members());
    assert_eq!(exposed.to_json(), format!(r#"{{{ED25519},"kid":"a","x5c":["MIIB"]}}"#));
    for name in ["d", "p", "k", "priv"] {
        assert!(exposed.member(name).is_none());
    }
    assert!(!format!("{exposed:?}").contains("canary"));
    assert!(!ed25519("").unwrap().had_private_members());
}

#[test]
fn shared_secrets_never_show() {
    let secret = key(r#""kty":"oct","kid":"s","k":"Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5""#).unwrap();
    let derived = JsonWebKey::from_secret(b"canarycanarycanarycanarycanarycanary").unwrap();
    assert!(!secret.had_private_members());
    for key in [&secret, &derived] {
        assert!(!format!("{key:?} {}", key.to_json()).to_lowercase().contains("y2fuyxj5"));
        assert!(key.member("k").is_none() && key.thumbprint().is_none());
    }
    assert_eq!(derived.to_json(), r#"{"kty":"oct"}"#);
    assert!(JsonWebKey::from_secret(b"").is_err());
}

#[test]
fn other_members_stay_reachable() {
    let key = ed25519(r#","issuer":"https://login.example/{tenantid}/v2.0","x5t#S256":"abc","\u006eote":1.5"#).unwrap();
    assert_eq!(key.member("issuer").unwrap().as_str().unwrap(), "https://login.example/{tenantid}/v2.0");
    assert_eq!(key.member("x5t#S256").unwrap().as_str().unwrap(), "abc");
    assert_eq!(key.member("note").unwrap().as_raw(), "1.5");
    assert!(key.member("absent").is_none());
}

#[test]
fn rfc7638_and_rfc9278_thumbprints() {
    let example = key(
        r#""kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29""#,
    )
    .unwrap();
    assert_eq!(example.thumbprint().unwrap(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    let uri = "urn:ietf:params:oauth:jwk-thumbprint:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    assert_eq!(example.thumbprint_uri().unwrap(), uri);
    assert_eq!(example.with_key_id("another").unwrap().thumbprint(), example.thumbprint());
}

#[test]
fn a_rewritten_key_is_the_same_key() {
    let key = ed25519(r#","kid":"a","use":"sig","alg":"EdDSA","key_ops":["verify"]"#).unwrap();
    let renamed = key.with_key_id("b \"quoted\"").unwrap();
    assert_eq!(renamed.key_id(), Some("b \"quoted\""));
    let again = JsonWebKey::from_json(renamed.to_json().as_bytes()).unwrap();
    assert_eq!((again.key_id(), again.verifies(), again.thumbprint()), (renamed.key_id(), key.verifies(), key.thumbprint()));
    assert!(key.with_key_id("line\nbreak").is_err());
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn a_row_that_does_not_fit_spoils_no_slot() {
    use crate::jose::PrivateKey;
    use crate::jose::crypto::{AwsLcProvider, PrivateKeyRef};

    let private = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let key = private.public_jwk();
    // HS256, RS256 and EdDSA share the slot of ES256.
    for row in [SignatureAlgorithm::HS256, SignatureAlgorithm::RS256, SignatureAlgorithm::EDDSA] {
        assert!(matches!(key.verify(&AwsLcProvider, row, b"m", &[1; 64]), Err(JoseError::Key(KeyError::Unfit { .. }))), "{row}");
    }
    let provider: &dyn CryptoProvider = &AwsLcProvider;
    let signing = provider.signing_key(SignatureAlgorithm::ES256, PrivateKeyRef(private.material())).unwrap();
    let signature = signing.sign(b"m").unwrap();
    assert_eq!(key.verify(&AwsLcProvider, SignatureAlgorithm::ES256, b"m", &signature), Ok(()));
    #[cfg(feature = "biscuit")]
    assert_eq!(key.verify(&crate::jose::crypto::BiscuitProvider, SignatureAlgorithm::ES256, b"m", &signature), Ok(()));
    let wrong = key.verify(&AwsLcProvider, SignatureAlgorithm::ES256, b"n", &signature);
    assert_eq!(wrong, Err(JoseError::Signature { algorithm: SignatureAlgorithm::ES256 }));
}

#[cfg(feature = "aws-lc-rs")]
#[test]
fn k6_a_modulus_with_the_fingerprint_of_weak_primes_is_refused_when_it_is_first_used() {
    // 65537 ^ 128, octet by octet: times 65537 is itself, two octets up, plus itself.
    let power = (0..128).fold(vec![1_u8], |number, _| {
        let (mut carry, mut product) = (0_u16, Vec::new());
        for place in 0..number.len() + 2 {
            let digit = |at: Option<usize>| at.and_then(|at| number.get(at)).copied().map_or(0, u16::from);
            carry += digit(Some(place)) + digit(place.checked_sub(2));
            product.push(carry as u8);
            carry >>= 8;
        }
        product
    });
    let modulus: Vec<u8> = power.into_iter().rev().skip_while(|octet| *octet == 0).collect();
    let key = key(&format!(r#""kty":"RSA","e":"AQAB","n":"{}""#, base64url::encode(modulus))).unwrap();
    let refusal = key.verify(&crate::jose::crypto::AwsLcProvider, SignatureAlgorithm::RS256, b"m", &[1; 257]);
    assert_eq!(refusal, Err(JoseError::Key(KeyError::WeakPrimes)));
}
