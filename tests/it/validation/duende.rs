//! The signed responses of Duende.IdentityModel's own tests: they are read, and without their keys nobody believes them.

use std::time::{Duration, SystemTime};

use identity_model::jose::{JsonWebKeySet, PrivateKey, SignatureAlgorithm};
use identity_model::validation::{TokenValidationOptions, danger_read_unverified, validate};

use crate::vectors;

fn token(file: &str) -> Option<String> {
    let text = std::fs::read_to_string(vectors::folder(file, "duende")?.join("duende").join(file)).unwrap();
    Some(text.trim_start_matches('\u{feff}').trim().to_owned())
}

/// What a validator says whose keys are others'.
fn refusal(token: &str, options: &TokenValidationOptions) -> &'static str {
    let key = PrivateKey::generate(SignatureAlgorithm::RS256).unwrap().with_key_id("wG6D").unwrap();
    let keys = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_514_797_900);
    validate(token, &keys, options, now).unwrap_err().code()
}

#[test]
fn n3_an_introspection_answer_is_read_and_not_believed() {
    let Some(token) = token("success_introspection_response.jwt") else { return };
    let read = danger_read_unverified(&token).unwrap();
    assert_eq!((read.header().typ(), read.header().key_id()), (Some("token-introspection+jwt"), Some("wG6D")));
    assert_eq!(read.unverified_payload().issuer(), Some("https://as.example.com/"));
    let options = TokenValidationOptions::introspection_response().issuer("https://as.example.com/");
    assert_eq!(refusal(&token, &options.audience("https://rs.example.com/resource").build()), "signature_invalid");
}

#[test]
fn u4_a_user_info_answer_is_read_and_not_believed() {
    let Some(token) = token("success_userinfo_response.jwt") else { return };
    let read = danger_read_unverified(&token).unwrap();
    assert_eq!((read.header().algorithm_name(), read.unverified_payload().subject()), ("HS256", Some("248289761001")));
    let options =
        || TokenValidationOptions::user_info_response().issuer("https://identity.example.com").audience("https://app.example.com");
    assert_eq!(refusal(&token, &options().build()), "algorithm_none_allowed");
    assert_eq!(refusal(&token, &options().algorithms(SignatureAlgorithm::RS256).build()), "algorithm_not_allowed");
    assert_eq!(refusal(&token, &options().algorithms(SignatureAlgorithm::HS256).build()), "key_none_fits");
}
