//! The JOSE cookbook (RFC 7520 section 4), unencoded payloads (RFC 7797) and Ed25519 (RFC 8037 appendix A).

use std::sync::Arc;

use identity_model::jose::{
    CompactJwe, CompactJws, JoseError, JsonWebKey, JwsHeader, JwsVerifier, Operation, PrivateKey, SignatureAlgorithm, TokenLimits,
    sign_compact_blocking,
};
use serde_json::Value;

use super::crypto_providers;
use crate::vectors;

const COMPACT: &[&str] = &[
    "jws/4_1.rsa_v15_signature.json",
    "jws/4_2.rsa-pss_signature.json",
    "jws/4_3.ecdsa_signature.json",
    "jws/4_4.hmac-sha2_integrity_protection.json",
    "curve25519/jws.json",
];

fn algorithm(example: &Value) -> SignatureAlgorithm {
    example["input"]["alg"].as_str().or(example["signing"]["protected"]["alg"].as_str()).unwrap().parse().unwrap()
}

#[test]
fn every_compact_example_verifies_and_the_reproducible_ones_come_out_again() {
    let Some(folder) = vectors::folder("rfc7520", "rfc7520") else { return };
    for path in COMPACT {
        let example = vectors::json(&folder, &format!("rfc7520/{path}"));
        let (row, token) = (algorithm(&example), example["output"]["compact"].as_str().unwrap());
        let key = example["input"]["key"].to_string();
        for provider in crypto_providers().into_iter().filter(|provider| provider.offers(row, Operation::Verify)) {
            let jws = CompactJws::parse(token, TokenLimits::default()).unwrap();
            let verifier = JwsVerifier::with_provider(row, Arc::clone(&provider)).unwrap();
            let verified = verifier.verify_with_key(&jws, &JsonWebKey::from_json(key.as_bytes()).unwrap());
            let payload = example["input"]["payload"].as_str().unwrap().as_bytes();
            assert_eq!(verified.unwrap().payload(), payload, "{path} {}", provider.name());

            if example["reproducible"].as_bool() == Some(true) {
                let private = PrivateKey::from_jwk(key.as_bytes()).unwrap().with_provider(provider).unwrap();
                let signed = sign_compact_blocking(&JwsHeader::new(), payload, &private.signer(row).unwrap());
                assert_eq!(signed.unwrap(), token, "{path}");
            }
        }
    }
}

#[test]
fn every_key_example_is_read() {
    let Some(folder) = vectors::folder("rfc7520", "rfc7520") else { return };
    for name in ["3_1.ec_public_key", "3_3.rsa_public_key", "3_5.symmetric_key_mac_computation", "3_6.symmetric_key_encryption"] {
        let json = vectors::json(&folder, &format!("rfc7520/jwk/{name}.json")).to_string();
        assert!(JsonWebKey::from_json(json.as_bytes()).is_ok(), "{name}");
    }
    for name in ["3_2.ec_private_key", "3_4.rsa_private_key"] {
        let json = vectors::json(&folder, &format!("rfc7520/jwk/{name}.json")).to_string();
        let private = PrivateKey::from_jwk(json.as_bytes()).unwrap();
        let public = JsonWebKey::from_json(json.as_bytes()).unwrap();
        assert!(public.had_private_members(), "{name}");
        assert_eq!(private.public_jwk().thumbprint(), public.thumbprint(), "{name}");
    }
}

#[test]
fn detached_and_unencoded_payloads_are_refused() {
    let Some(folder) = vectors::folder("rfc7520", "rfc7520") else { return };
    for (path, code) in [
        ("jws/4_5.signature_with_detached_content.json", "signature_invalid"),
        ("rfc7797/hmac-sha2_b64_false.json", "header_critical"),
        ("rfc7797/4.2.hmac-sha2_b64_false.json", "header_member"),
    ] {
        let example = vectors::json(&folder, &format!("rfc7520/{path}"));
        let Some(token) = example["output"]["compact"].as_str() else { continue };
        let outcome: Result<(), JoseError> = CompactJws::parse(token, TokenLimits::default()).and_then(|jws| {
            let key = JsonWebKey::from_json(example["input"]["key"].to_string().as_bytes()).unwrap();
            JwsVerifier::new(SignatureAlgorithm::HS256)?.verify_with_key(&jws, &key).map(drop)
        });
        assert_eq!(outcome.unwrap_err().code(), code, "{path}");
    }
}

/// The other two forms of the standards, of signed and of encrypted tokens: this crate reads the compact one.
#[test]
fn j1_json_serialisation_is_refused() {
    let Some(folder) = vectors::folder("rfc7520", "rfc7520") else { return };
    for path in [
        "jws/4_6.protecting_specific_header_fields.json",
        "jws/4_7.protecting_content_only.json",
        "jws/4_8.multiple_signatures.json",
        "jwe/5_10.including_additional_authentication_data.json",
        "jwe/5_11.protecting_specific_header_fields.json",
        "jwe/5_12.protecting_content_only.json",
        "jwe/5_13.encrypting_to_multiple_recipients.json",
    ] {
        let example = vectors::json(&folder, &format!("rfc7520/{path}"));
        assert!(example["output"].get("compact").is_none(), "{path}");
        for form in ["json", "json_flat"] {
            let Some(output) = example["output"].get(form) else { continue };
            let token = output.to_string();
            assert!(CompactJws::parse(&token, TokenLimits::default()).is_err(), "{path} {form}");
            assert!(CompactJwe::parse(&token, TokenLimits::default()).is_err(), "{path} {form}");
        }
    }
}
