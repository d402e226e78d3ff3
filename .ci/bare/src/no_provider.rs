//! Without a cryptography provider a token is never valid, and the error says what to switch on.

use std::error::Error as _;

use identity_model::jose::crypto::default_provider;
use identity_model::jose::{JsonWebKeySet, PrivateKey, SignatureAlgorithm};
use identity_model::{ErrorKind, TokenValidator};

#[test]
fn nothing_validates_without_a_provider() {
    assert!(default_provider().is_none());
    // {"alg":"ES256","typ":"at+jwt"} . {} . 64 zero bytes
    let token = format!("eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.{}", "A".repeat(86));
    let keys = JsonWebKeySet::from_json(br#"{"keys":[]}"#).unwrap();
    let validator = TokenValidator::builder().keys(keys).issuer("https://idp.example.com").audience("api").build();
    let error = validator.validate_blocking(&token).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "crypto_no_provider"));
}

#[test]
fn keys_are_not_made_without_a_provider() {
    let error = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(cause.contains("`aws-lc-rs` or `biscuit`"), "{cause}");
}
