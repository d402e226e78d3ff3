//! The introspection endpoint (RFC 7662), answered as JSON and as a signed JWT (RFC 9701).

use std::time::{Duration, SystemTime};

use identity_model::constants::token_type_hints;
use identity_model::jose::{JsonWebKeySet, SignatureAlgorithm};
use identity_model::protocol::ResponseVerifier;
use identity_model::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use identity_model::validation::{TokenValidationOptions, ValidationErrorKind};
use identity_model::{ClientAuthentication, Error, ErrorKind};

use crate::faces::send_both;
use crate::server::{Issuer, SECRET};

/// Asks for JSON.
pub(crate) async fn introspect(issuer: &Issuer, token: &str) -> [Result<IntrospectionResponse, Error>; 2] {
    let request = IntrospectionRequest::builder()
        .address(issuer.discover().await.introspection_endpoint().unwrap())
        .client_id("service-basic")
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .token_type_hint(token_type_hints::ACCESS_TOKEN)
        .token(token);
    send_both!(request)
}

/// Asks for a signed response: the client `resource-server` is registered for ES256, the others for the default, RS256.
async fn introspect_signed(
    issuer: &Issuer,
    client_id: &str,
    token: &str,
    verifier: ResponseVerifier,
) -> [Result<IntrospectionResponse, Error>; 2] {
    let request = IntrospectionRequest::builder()
        .address(issuer.discover().await.introspection_endpoint().unwrap())
        .client_id(client_id)
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .verified_by(verifier)
        .token(token);
    send_both!(request)
}

fn verifier(keys: JsonWebKeySet, issuer: &str, audience: &str) -> ResponseVerifier {
    let options = TokenValidationOptions::introspection_response().issuer(issuer).audience(audience);
    ResponseVerifier::new(keys, options.algorithms(SignatureAlgorithm::ES256).build())
}

fn assert_is_of_erin(issuer: &Issuer, answer: &IntrospectionResponse) {
    assert!(answer.is_active());
    assert_eq!((answer.subject(), answer.client_id()), (Some("erin"), Some("public")));
    assert_eq!((answer.scope(), answer.token_type()), (["openid".to_owned(), "profile".to_owned()].as_slice(), Some("Bearer")));
    assert_eq!(answer.issuer(), Some(issuer.url.as_str()));
    let (issued_at, expires_at) = (answer.issued_at().unwrap(), answer.expires_at().unwrap());
    assert_eq!(expires_at.duration_since(issued_at).unwrap(), Duration::from_secs(600));
    assert!(SystemTime::now() < expires_at);
    assert_eq!(answer.confirmation(), None);
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_token_that_is_active_says_what_it_stands_for() {
    let issuer = Issuer::shared();
    let token = issuer.user_token("erin", "openid profile").await;
    for outcome in introspect(&issuer, &token).await {
        let answer = outcome.unwrap();
        assert_is_of_erin(&issuer, &answer);
        assert!(answer.signed_response().is_none());
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_signed_answer_is_verified() {
    let issuer = Issuer::shared();
    let token = issuer.user_token("erin", "openid profile").await;
    let verifier = verifier(issuer.keys().await, &issuer.url, "resource-server");
    for outcome in introspect_signed(&issuer, "resource-server", &token, verifier).await {
        let answer = outcome.unwrap();
        assert_is_of_erin(&issuer, &answer);
        let signed = answer.signed_response().unwrap();
        assert_eq!((signed.algorithm(), signed.key_id()), (Some(SignatureAlgorithm::ES256), Some("p256-1")));
        assert_eq!(signed.issuer(), Some(issuer.url.as_str()));
        assert!(signed.audiences().any(|audience| audience == "resource-server"));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_signed_answer_that_does_not_hold_is_refused() {
    let issuer = Issuer::shared();
    let other = Issuer::own("introspection-other").await;
    let token = issuer.user_token("erin", "openid").await;
    let keys = issuer.keys().await;
    let cases = [
        (verifier(keys.clone(), &issuer.url, "another-resource-server"), ValidationErrorKind::AudienceMismatch),
        (verifier(keys, &other.url, "resource-server"), ValidationErrorKind::IssuerMismatch),
        (verifier(other.keys().await, &issuer.url, "resource-server"), ValidationErrorKind::SignatureInvalid),
    ];
    for (verifier, expected) in cases {
        for outcome in introspect_signed(&issuer, "resource-server", &token, verifier).await {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.validation().unwrap().kind()), (ErrorKind::Validation, expected));
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_algorithm_is_the_one_that_the_client_is_registered_with() {
    let issuer = Issuer::shared();
    let token = issuer.user_token("erin", "openid").await;
    let (keys, audience) = (issuer.keys().await, "service-basic");
    let not_registered = verifier(keys.clone(), &issuer.url, audience);
    for outcome in introspect_signed(&issuer, audience, &token, not_registered).await {
        assert_eq!(outcome.unwrap_err().validation().unwrap().kind(), ValidationErrorKind::AlgorithmNotAllowed);
    }
    let by_default = TokenValidationOptions::introspection_response().issuer(issuer.url.as_str()).audience(audience).build();
    for outcome in introspect_signed(&issuer, audience, &token, ResponseVerifier::new(keys, by_default)).await {
        assert_eq!(outcome.unwrap().signed_response().unwrap().algorithm(), Some(SignatureAlgorithm::RS256));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_token_of_nobody_is_not_active_and_that_is_no_error() {
    let issuer = Issuer::shared();
    let verifier = verifier(issuer.keys().await, &issuer.url, "resource-server");
    let plain = introspect(&issuer, "not-a-token").await;
    let signed = introspect_signed(&issuer, "resource-server", "not-a-token", verifier).await;
    for outcome in plain.into_iter().chain(signed) {
        let answer = outcome.unwrap();
        assert!(!answer.is_active());
        assert_eq!((answer.subject(), answer.client_id(), answer.expires_at()), (None, None, None));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_client_without_its_secret_learns_nothing() {
    let issuer = Issuer::shared();
    let token = issuer.user_token("erin", "openid").await;
    let endpoint = issuer.discover().await.introspection_endpoint().unwrap();
    for authentication in [ClientAuthentication::secret_basic("wrong"), ClientAuthentication::none()] {
        let request = IntrospectionRequest::builder()
            .address(endpoint.clone())
            .client_id("service-basic")
            .authentication(authentication)
            .token(token.as_str());
        for outcome in send_both!(request) {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.oauth_error().unwrap().error()), (ErrorKind::Protocol, "invalid_client"));
            assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
            assert!(!format!("{error} {error:?}").contains(&token));
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_server_that_does_not_look_into_jwts_says_so() {
    let issuer = Issuer::shared();
    let token = issuer.access_token_for("urn:test:api").await;
    for outcome in introspect(&issuer, &token).await {
        let error = outcome.unwrap_err();
        assert_eq!(error.oauth_error().unwrap().error(), "unsupported_token_type");
        assert!(!format!("{error} {error:?}").contains(&token));
    }
}
