//! Biscuit as the only cryptography provider: what it offers is signed and validated, the rest is refused by name.

use std::error::Error as _;
use std::time::{Duration, SystemTime};

use identity_model::jose::crypto::default_provider;
use identity_model::jose::{AlgorithmSet, JsonWebKeySet, JwsHeader, Operation, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
use identity_model::validation::{TokenValidationOptions, ValidationErrorKind, validate};

const RSA: &str = include_str!("../../../tests/it/jose/fixtures/rsa.pkcs8.pem");
const CLAIMS: &[u8] = br#"{"iss":"https://idp.example.com","sub":"1","aud":"api","exp":1750003600,"iat":1750000000}"#;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000)
}

fn rules(algorithm: SignatureAlgorithm) -> TokenValidationOptions {
    let rules = TokenValidationOptions::plain_access_token().issuer("https://idp.example.com").audience("api");
    rules.algorithms(AlgorithmSet::only(algorithm)).build()
}

fn assert_signs_and_validates(key: &PrivateKey, algorithm: SignatureAlgorithm) {
    let token = sign_compact_blocking(&JwsHeader::new(), CLAIMS, &key.signer(algorithm).unwrap()).unwrap();
    let keys = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
    assert_eq!(validate(&token, &keys, &rules(algorithm), now()).unwrap().subject(), Some("1"));

    let (signed, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{signed}.{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, &signature[1..]);
    let error = validate(&forged, &keys, &rules(algorithm), now()).unwrap_err();
    assert_eq!(error.kind(), ValidationErrorKind::SignatureInvalid);
}

#[test]
fn biscuit_is_the_default_where_it_is_alone() {
    assert_eq!(default_provider().unwrap().name(), "biscuit");
}

#[test]
fn elliptic_curve_keys_are_made_sign_and_validate() {
    for algorithm in [SignatureAlgorithm::ES256, SignatureAlgorithm::ES384] {
        assert_signs_and_validates(&PrivateKey::generate(algorithm).unwrap(), algorithm);
    }
}

#[test]
fn rsa_keys_sign_and_validate() {
    let key = PrivateKey::from_pem(RSA).unwrap();
    for algorithm in [
        SignatureAlgorithm::RS256,
        SignatureAlgorithm::RS384,
        SignatureAlgorithm::RS512,
        SignatureAlgorithm::PS256,
        SignatureAlgorithm::PS384,
        SignatureAlgorithm::PS512,
    ] {
        assert_signs_and_validates(&key, algorithm);
    }
}

#[test]
fn what_biscuit_does_not_offer_is_refused_by_name() {
    let provider = default_provider().unwrap();
    for algorithm in [SignatureAlgorithm::ES512, SignatureAlgorithm::EDDSA, SignatureAlgorithm::ED25519] {
        assert!(!provider.offers(algorithm, Operation::Verify));
        let error = PrivateKey::generate(algorithm).unwrap_err();
        let cause = error.source().unwrap().to_string();
        assert!(cause.contains(&algorithm.to_string()), "{cause}");
    }
}
