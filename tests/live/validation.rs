//! JWT access tokens of the server (RFC 9068), accepted and rejected by the validator over the provider's keys.

use identity_model::encoding::base64url;
use identity_model::jose::SignatureAlgorithm;
use identity_model::keys::KeySource;
use identity_model::validation::{ExpectedIssuer, TokenKind, ValidationErrorKind};
use identity_model::{Error, ErrorKind, TokenValidator};

use crate::faces::{provider_keys, validate_both};
use crate::server::Issuer;

fn validator(issuer: &Issuer, audience: &str) -> TokenValidator {
    TokenValidator::builder().keys(provider_keys(&issuer.url)).issuer(&issuer.url).audience(audience).build()
}

fn rule(error: &Error) -> ValidationErrorKind {
    error.validation().unwrap_or_else(|| panic!("no verdict: {error:?}")).kind()
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn every_signature_algorithm_of_the_server_is_accepted() {
    let issuer = Issuer::shared();
    let algorithms = [
        ("RS256", SignatureAlgorithm::RS256, "rsa-1"),
        ("RS384", SignatureAlgorithm::RS384, "rsa-1"),
        ("RS512", SignatureAlgorithm::RS512, "rsa-1"),
        ("PS256", SignatureAlgorithm::PS256, "rsa-1"),
        ("PS384", SignatureAlgorithm::PS384, "rsa-1"),
        ("PS512", SignatureAlgorithm::PS512, "rsa-1"),
        ("ES256", SignatureAlgorithm::ES256, "p256-1"),
        ("ES384", SignatureAlgorithm::ES384, "p384-1"),
        ("ES512", SignatureAlgorithm::ES512, "p521-1"),
        ("EdDSA", SignatureAlgorithm::EDDSA, "ed25519-1"),
        ("Ed25519", SignatureAlgorithm::ED25519, "ed25519-1"),
    ];
    for (name, algorithm, key_id) in algorithms {
        let audience = format!("urn:test:api:{name}");
        let token = issuer.access_token_for(&audience).await;
        for outcome in validate_both(|| validator(&issuer, &audience), &token).await {
            let validated = outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((validated.algorithm(), validated.key_id()), (Some(algorithm), Some(key_id)));
            assert_eq!(validated.issuer(), Some(issuer.url.as_str()));
            assert_eq!((validated.subject(), validated.client_id()), (Some("service-basic"), Some("service-basic")));
            assert!(validated.audiences().eq([audience.as_str()]));
            assert!(validated.has_scope("api:read") && !validated.has_scope("api:write"));
            assert!(validated.token_id().is_some());
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn one_fetch_serves_every_token_of_a_provider() {
    let issuer = Issuer::shared();
    let keys = provider_keys(&issuer.url);
    let validator = TokenValidator::builder().keys(keys.clone()).issuer(&issuer.url).audience("urn:test:api").build();
    let token = issuer.access_token_for("urn:test:api").await;
    let tasks: Vec<_> = (0..32)
        .map(|_| {
            tokio::spawn({
                let (validator, token) = (validator.clone(), token.clone());
                async move { validator.validate(&token).await.map(drop) }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let statistics = keys.key_set_statistics();
    assert_eq!((statistics.refreshes, statistics.failures), (0, 0));
    assert_eq!(keys.discovery_statistics().failures, 0);
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_token_for_another_audience_is_refused() {
    let issuer = Issuer::shared();
    let token = issuer.access_token_for("urn:test:api:ES256").await;
    for outcome in validate_both(|| validator(&issuer, "urn:test:api"), &token).await {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), rule(&error)), (ErrorKind::Validation, ValidationErrorKind::AudienceMismatch));
        assert_eq!(error.validation().unwrap().claim(), Some("aud"));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_token_of_another_issuer_is_refused_whatever_its_keys_are_called() {
    let trusted = Issuer::shared();
    let other = Issuer::own("validation-other").await;
    let token = other.access_token_for("urn:test:api").await;
    for outcome in validate_both(|| validator(&trusted, "urn:test:api"), &token).await {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), rule(&error)), (ErrorKind::Validation, ValidationErrorKind::IssuerMismatch));
    }
    // The keys of both issuers bear the same names: only the signature tells them apart.
    let confused = || TokenValidator::builder().keys(provider_keys(&trusted.url)).issuer(&other.url).audience("urn:test:api").build();
    for outcome in validate_both(confused, &token).await {
        assert_eq!(rule(&outcome.unwrap_err()), ValidationErrorKind::SignatureInvalid);
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn several_providers_serve_one_validator() {
    let first = Issuer::shared();
    let second = Issuer::own("validation-second").await;
    let stranger = Issuer::own("validation-stranger").await;
    let validator = || {
        let providers = [&first, &second].map(|issuer| (issuer.url.as_str(), provider_keys(&issuer.url)));
        let issuers = ExpectedIssuer::one_of([&first, &second, &stranger].map(|issuer| issuer.url.as_str()));
        TokenValidator::builder().keys(KeySource::providers(providers)).issuer(issuers).audience("urn:test:api").build()
    };
    for issuer in [&first, &second] {
        for outcome in validate_both(validator, &issuer.access_token_for("urn:test:api").await).await {
            assert_eq!(outcome.unwrap().issuer(), Some(issuer.url.as_str()));
        }
    }
    for outcome in validate_both(validator, &stranger.access_token_for("urn:test:api").await).await {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Key, "unknown_issuer"));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_tampered_token_is_refused() {
    let issuer = Issuer::shared();
    let token = issuer.access_token_for("urn:test:api:ES256").await;
    let [header, payload, signature] = *token.split('.').collect::<Vec<_>>() else { panic!("a compact JWS") };
    let claims = String::from_utf8(base64url::decode(payload).unwrap()).unwrap();
    let more = base64url::encode(claims.replace("api:read", "api:read api:write"));
    let none = base64url::encode(r#"{"alg":"none","typ":"at+jwt"}"#);
    let plain = base64url::encode(r#"{"alg":"ES256","typ":"JWT","kid":"p256-1"}"#);
    let unknown_key = base64url::encode(r#"{"alg":"ES256","typ":"at+jwt","kid":"p256-9"}"#);
    let flipped = format!("{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, &signature[1..]);
    let cases = [
        (format!("{header}.{payload}.{flipped}"), ValidationErrorKind::SignatureInvalid),
        (format!("{header}.{more}.{signature}"), ValidationErrorKind::SignatureInvalid),
        (format!("{plain}.{payload}.{signature}"), ValidationErrorKind::WrongTokenKind),
        (format!("{none}.{payload}.{signature}"), ValidationErrorKind::AlgorithmNotAllowed),
        (format!("{none}.{payload}."), ValidationErrorKind::Malformed),
        (format!("{unknown_key}.{payload}.{signature}"), ValidationErrorKind::KeyNotFound),
    ];
    for (token, expected) in cases {
        for outcome in validate_both(|| validator(&issuer, "urn:test:api:ES256"), &token).await {
            assert_eq!(rule(&outcome.unwrap_err()), expected);
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn an_access_token_is_no_id_token() {
    let issuer = Issuer::shared();
    let token = issuer.access_token_for("urn:test:api").await;
    let validator = || {
        let builder = TokenValidator::builder().keys(provider_keys(&issuer.url)).issuer(&issuer.url);
        builder.audience("urn:test:api").kind(TokenKind::IdToken).build()
    };
    for outcome in validate_both(validator, &token).await {
        assert_eq!(rule(&outcome.unwrap_err()), ValidationErrorKind::WrongTokenKind);
    }
}
