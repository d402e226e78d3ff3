//! Each provider against every row and every kind of key, and the providers against each other.

#![cfg(feature = "aws-lc-rs")]

use std::sync::Arc;

use super::provider::sealed::Primitives;
use super::{AwsLcProvider, CryptoError, CryptoProvider, KeyRef, PrivateKeyRef};
use crate::jose::material::PublicMaterial;
use crate::jose::{JsonWebKey, KeyError, Operation, PrivateKey, SignatureAlgorithm};

fn providers() -> Vec<Arc<dyn CryptoProvider>> {
    vec![
        Arc::new(AwsLcProvider),
        #[cfg(feature = "biscuit")]
        Arc::new(super::BiscuitProvider),
    ]
}

/// A private key of each kind.
fn private_keys() -> Vec<(&'static str, PrivateKey)> {
    use SignatureAlgorithm as A;
    let rows = [("RSA", A::RS256), ("P-256", A::ES256), ("P-384", A::ES384), ("P-521", A::ES512), ("Ed25519", A::EDDSA), ("oct", A::HS512)];
    rows.map(|(kind, row)| (kind, PrivateKey::generate(row).unwrap())).into()
}

/// A public key of each kind, those included that nothing here can sign with.
fn public_keys() -> Vec<(&'static str, PublicMaterial)> {
    use aws_lc_rs::signature::{self as s, KeyPair};
    let mut keys: Vec<_> = private_keys().into_iter().map(|(kind, key)| (kind, key.public_jwk().material().clone())).collect();
    let koblitz = s::EcdsaKeyPair::generate(&s::ECDSA_P256K1_SHA256_FIXED_SIGNING).unwrap();
    let point = koblitz.public_key().as_ref();
    let koblitz = crate::jose::material::EcPublic::from_point(crate::jose::Curve::Secp256k1, point).unwrap();
    keys.push(("secp256k1", PublicMaterial::Ec(koblitz)));
    keys.push(("X25519", PublicMaterial::Okp(crate::jose::material::OkpPublic::new(crate::jose::Curve::X25519, &[9; 32]).unwrap())));
    for (kind, row, signing) in [
        ("ML-DSA-44", SignatureAlgorithm::ML_DSA_44, &s::ML_DSA_44_SIGNING),
        ("ML-DSA-65", SignatureAlgorithm::ML_DSA_65, &s::ML_DSA_65_SIGNING),
        ("ML-DSA-87", SignatureAlgorithm::ML_DSA_87, &s::ML_DSA_87_SIGNING),
    ] {
        let pair = s::PqdsaKeyPair::generate(signing).unwrap();
        let key = crate::jose::material::AkpPublic::new(row, pair.public_key().as_ref()).unwrap();
        keys.push((kind, PublicMaterial::Akp(key)));
    }
    keys.push(("unknown", PublicMaterial::Unknown));
    keys
}

/// Which kind of key a row wants.
fn wanted(row: SignatureAlgorithm) -> &'static str {
    match row.name() {
        name if name.starts_with("HS") => "oct",
        name if name.starts_with("RS") || name.starts_with("PS") => "RSA",
        name if name.starts_with("ML") => row.name(),
        _ => row.curve().map_or("?", crate::jose::Curve::name),
    }
}

#[test]
fn every_row_meets_every_kind_of_public_key() {
    let keys = public_keys();
    for provider in providers() {
        for &row in SignatureAlgorithm::ALL {
            for (kind, key) in &keys {
                let outcome = provider.verifying_key(row, KeyRef(key));
                let offered = provider.offers(row, Operation::Verify);
                let context = format!("{} {row} {kind}", provider.name());
                assert_eq!(outcome.is_ok(), offered && *kind == wanted(row), "{context}");
                match outcome {
                    Ok(key) => {
                        assert_eq!((key.algorithm(), key.provider()), (row, provider.name()));
                        for length in [0, 1, 31, 32, 48, 63, 64, 65, 96, 132, 255, 256, 257, 512, 2420, 5000] {
                            assert!(key.verify(b"message", &vec![0; length]).is_err(), "{context} {length}");
                            assert!(key.verify(b"message", &vec![0x5a; length]).is_err(), "{context} {length}");
                        }
                    }
                    Err(CryptoError::NotOffered { algorithm, .. }) => assert!(!offered && algorithm == row, "{context}"),
                    Err(error) => assert_eq!(error, CryptoError::WrongKey { algorithm: row }, "{context}"),
                }
            }
        }
    }
}

#[test]
fn every_row_meets_every_kind_of_private_key() {
    let keys = private_keys();
    for provider in providers() {
        for &row in SignatureAlgorithm::ALL {
            for (kind, key) in &keys {
                let outcome = provider.signing_key(row, PrivateKeyRef(key.material()));
                let offered = provider.offers(row, Operation::Sign);
                let context = format!("{} {row} {kind}", provider.name());
                assert_eq!(outcome.is_ok(), offered && *kind == wanted(row), "{context}");
                match outcome {
                    Ok(key) => assert!(!key.sign(b"message").unwrap().is_empty()),
                    Err(CryptoError::NotOffered { algorithm, operation, .. }) => {
                        assert!(!offered && algorithm == row && operation == Operation::Sign, "{context}");
                    }
                    Err(error) => assert_eq!(error, CryptoError::WrongKey { algorithm: row }, "{context}"),
                }
            }
        }
    }
}

#[test]
fn each_provider_verifies_what_every_provider_signed() {
    let keys = private_keys();
    let mut pairs = 0;
    for signing in providers() {
        for verifying in providers() {
            for &row in SignatureAlgorithm::ALL {
                if !signing.offers(row, Operation::Sign) || !verifying.offers(row, Operation::Verify) {
                    continue;
                }
                let (_, key) = keys.iter().find(|(kind, _)| *kind == wanted(row)).unwrap();
                let signature = signing.signing_key(row, PrivateKeyRef(key.material())).unwrap().sign(b"message").unwrap();
                if let Some(size) = row.signature_size() {
                    assert_eq!(signature.len(), size, "{row}");
                }
                let verifier = verifying.verifying_key(row, KeyRef(key.public_jwk().material())).unwrap();
                let context = format!("{} signs, {} verifies {row}", signing.name(), verifying.name());
                assert!(verifier.verify(b"message", &signature).is_ok(), "{context}");
                assert!(verifier.verify(b"massage", &signature).is_err(), "{context}");
                assert!(verifier.verify(b"message", &signature[1..]).is_err(), "{context}");
                assert!(verifier.verify(b"message", &[&signature[..], &[0]].concat()).is_err(), "{context}");
                pairs += 1;
            }
        }
    }
    let expected = if cfg!(feature = "biscuit") { 14 + 3 * 11 } else { 14 };
    assert_eq!(pairs, expected);
}

#[test]
fn the_rows_for_verification_only_verify() {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{self as s, KeyPair};

    let koblitz = s::EcdsaKeyPair::generate(&s::ECDSA_P256K1_SHA256_FIXED_SIGNING).unwrap();
    let public = crate::jose::material::EcPublic::from_point(crate::jose::Curve::Secp256k1, koblitz.public_key().as_ref()).unwrap();
    let key = AwsLcProvider.verifying_key(SignatureAlgorithm::ES256K, KeyRef(&PublicMaterial::Ec(public)));
    let signature = koblitz.sign(&SystemRandom::new(), b"message").unwrap();
    assert!(key.unwrap().verify(b"message", signature.as_ref()).is_ok());

    for (row, signing) in [
        (SignatureAlgorithm::ML_DSA_44, &s::ML_DSA_44_SIGNING),
        (SignatureAlgorithm::ML_DSA_65, &s::ML_DSA_65_SIGNING),
        (SignatureAlgorithm::ML_DSA_87, &s::ML_DSA_87_SIGNING),
    ] {
        let pair = s::PqdsaKeyPair::generate(signing).unwrap();
        let mut signature = vec![0; row.signature_size().unwrap()];
        assert_eq!(pair.sign(b"message", &mut signature).unwrap(), signature.len());
        let text = format!(r#"{{"kty":"AKP","alg":"{row}","pub":"{}"}}"#, crate::encoding::base64url::encode(pair.public_key().as_ref()));
        let key = JsonWebKey::from_json(text.as_bytes()).unwrap();
        assert_eq!(key.verifies().iter().collect::<Vec<_>>(), [row]);
        let key = key.verifying_key(&AwsLcProvider, row).unwrap();
        assert!(key.verify(b"message", &signature).is_ok());
        signature[7] ^= 1;
        assert!(key.verify(b"message", &signature).is_err());
    }
}

#[test]
fn k7_a_point_off_the_curve_is_refused_when_it_is_first_used() {
    let text = format!(r#"{{"kty":"EC","crv":"P-256","x":"{0}","y":"{0}"}}"#, crate::encoding::base64url::encode([7; 32]));
    let key = JsonWebKey::from_json(text.as_bytes()).unwrap();
    let outcome = key.verifying_key(&AwsLcProvider, SignatureAlgorithm::ES256);
    assert!(matches!(outcome, Err(KeyError::Crypto(CryptoError::KeyRejected { .. }))));
}

#[test]
fn halves_that_do_not_belong_together_are_refused() {
    use SignatureAlgorithm as A;
    for row in [A::ES256, A::ES384, A::ES512, A::EDDSA, A::RS256] {
        let (one, other) = (PrivateKey::generate(row).unwrap(), PrivateKey::generate(row).unwrap());
        let mut mixed: serde_json::Value = serde_json::from_str(one.expose_jwk().expose()).unwrap();
        let other: serde_json::Value = serde_json::from_str(other.public_jwk().to_json()).unwrap();
        for name in ["x", "y", "n"] {
            if let Some(number) = other.get(name) {
                mixed[name] = number.clone();
            }
        }
        assert!(PrivateKey::from_jwk(mixed.to_string().as_bytes()).is_err(), "{row}");
        assert!(PrivateKey::from_jwk(one.expose_jwk().expose().as_bytes()).is_ok(), "{row}");
    }
}

#[cfg(feature = "biscuit")]
#[test]
fn what_biscuit_does_not_offer_is_refused_by_name() {
    use super::BiscuitProvider;
    let key = PrivateKey::generate(SignatureAlgorithm::EDDSA).unwrap();
    let error = key.with_provider(Arc::new(BiscuitProvider)).unwrap_err();
    let KeyError::Crypto(error) = error else { panic!("{error}") };
    assert_eq!(error.to_string(), "the provider biscuit cannot sign with EdDSA");
    let offered: Vec<_> = SignatureAlgorithm::ALL.iter().filter(|row| BiscuitProvider.offers(**row, Operation::Verify)).collect();
    assert_eq!(offered.len(), 11);
}

#[test]
fn debug_of_prepared_keys_shows_the_algorithm_alone() {
    let key = PrivateKey::from_secret(b"canary canary canary canary canary").unwrap();
    for provider in providers() {
        let signing = provider.signing_key(SignatureAlgorithm::HS256, PrivateKeyRef(key.material())).unwrap();
        let verifying = provider.verifying_key(SignatureAlgorithm::HS256, KeyRef(key.public_jwk().material())).unwrap();
        for text in [format!("{signing:?}"), format!("{verifying:?}"), format!("{key:?}"), format!("{:?}", key.public_jwk())] {
            assert!(!text.contains("canary") && !text.contains("99, 97"), "{text}");
        }
    }
}

#[test]
fn what_one_provider_prepared_of_a_key_serves_no_other() {
    use crate::jose::{JsonWebKeySet, JwsHeader, JwsVerifier, TokenLimits, sign_compact_blocking};
    let row = SignatureAlgorithm::ES512;
    let key = PrivateKey::generate(row).unwrap();
    let token = sign_compact_blocking(&JwsHeader::new(), b"octets", &key.signer(row).unwrap()).unwrap();
    let keys = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
    for _ in 0..2 {
        for provider in providers() {
            let offered = provider.offers(row, Operation::Verify);
            let verifier = JwsVerifier::with_provider(row, Arc::clone(&provider)).unwrap();
            let jws = verifier.parse(&token, TokenLimits::default()).unwrap();
            assert_eq!(verifier.verify(&jws, &keys).is_ok(), offered, "{}", provider.name());
        }
    }
}

#[cfg(feature = "biscuit")]
#[test]
fn biscuit_makes_elliptic_keys_and_nothing_else() {
    use super::BiscuitProvider;
    use crate::jose::Curve;
    for &row in SignatureAlgorithm::ALL {
        let outcome = BiscuitProvider.generate(row);
        if [SignatureAlgorithm::ES256, SignatureAlgorithm::ES384].contains(&row) {
            let key = PrivateKey::from_der(&outcome.unwrap()).unwrap();
            assert!(key.public_jwk().fits(row, Operation::Verify).is_ok(), "{row}");
            continue;
        }
        let error = outcome.unwrap_err();
        assert!(matches!(error, CryptoError::NotOffered { operation: Operation::Generate, .. }), "{row}: {error}");
        assert_eq!(error.code(), "crypto_not_offered");
    }
    let error = BiscuitProvider.public_bytes(Curve::P256, b"").unwrap_err();
    assert_eq!((error.code(), error.to_string().contains("biscuit")), ("crypto_no_derivation", true));
}

#[test]
fn an_error_tells_its_kind_by_a_stable_code() {
    let algorithm = SignatureAlgorithm::ES256;
    for (error, code) in [
        (CryptoError::NoProvider, "crypto_no_provider"),
        (CryptoError::WrongKey { algorithm }, "crypto_wrong_key"),
        (CryptoError::KeyRejected { provider: "p", reason: "r" }, "crypto_key_rejected"),
        (CryptoError::Failed { provider: "p", operation: Operation::Encrypt }, "crypto_failed"),
        (CryptoError::Failed { provider: "p", operation: Operation::Decrypt }, "crypto_failed"),
        (CryptoError::Failed { provider: "p", operation: Operation::Generate }, "crypto_failed"),
    ] {
        assert_eq!(error.code(), code);
        assert!(!error.to_string().is_empty());
    }
    assert_eq!(CryptoError::Failed { provider: "p", operation: Operation::Decrypt }.to_string(), "the provider p failed to decrypt");
}
