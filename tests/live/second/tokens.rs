//! What is done with a token: introspection as JSON and as a JWT, userinfo as JSON and as a JWT, revocation.

use identity_model::jose::SignatureAlgorithm;
use identity_model::protocol::ResponseVerifier;
use identity_model::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use identity_model::protocol::jwks::JwksRequest;
use identity_model::protocol::revocation::RevocationRequest;
use identity_model::protocol::userinfo::{ExpectedSubject, UserInfoResponse};
use identity_model::validation::{TokenValidationOptions, ValidationErrorKind};
use identity_model::{ClientAuthentication, Error, ErrorKind, UserInfoRequest};

use super::server::{SECRET, Second};
use crate::faces::{Face, http, send_both};

async fn introspect(second: &Second, secret: &str, token: &str) -> [Result<IntrospectionResponse, Error>; 2] {
    let request = IntrospectionRequest::builder()
        .address(second.discover().await.introspection_endpoint().unwrap())
        .client_id("web")
        .authentication(ClientAuthentication::secret_basic(secret))
        .token(token);
    send_both!(request)
}

async fn claims_of(second: &Second, token: &str, subject: ExpectedSubject) -> [Result<UserInfoResponse, Error>; 2] {
    let request = UserInfoRequest::builder()
        .address(second.discover().await.userinfo_endpoint().unwrap())
        .access_token(token)
        .expected_subject(subject);
    send_both!(request)
}

/// Verifies JWT answers for `audience`.
async fn verifier(second: &Second, audience: &str) -> ResponseVerifier {
    let address = second.discover().await.jwks_uri().unwrap();
    let keys = JwksRequest::builder().address(address).send(&http()).await.unwrap().into_key_set();
    let options = TokenValidationOptions::introspection_response().issuer(second.url.as_str()).audience(audience);
    ResponseVerifier::new(keys, options.build())
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_token_is_active_until_it_is_revoked() {
    let second = Second::here();
    let address = second.discover().await.revocation_endpoint().unwrap();
    for face in Face::BOTH {
        let tokens = second.tokens("web", face).await;
        let token = tokens.access_token().expose();
        for outcome in introspect(&second, SECRET, token).await {
            let answer = outcome.unwrap();
            assert!(answer.is_active() && answer.expires_at().is_some());
            assert_eq!((answer.client_id(), answer.try_get_str("username")), (Some("web"), Some("carol")));
            assert_eq!(answer.scope(), ["openid", "reports"]);
        }
        let revoke = |secret| {
            let builder = RevocationRequest::builder().address(address.clone()).client_id("web").token(token);
            builder.authentication(ClientAuthentication::secret_basic(secret))
        };
        for outcome in send_both!(revoke("wrong")) {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Http, Some(401)));
        }
        for outcome in introspect(&second, SECRET, token).await {
            assert!(outcome.unwrap().is_active(), "still");
        }
        for outcome in send_both!(revoke(SECRET)) {
            assert_eq!(outcome.unwrap().head().status(), 200);
        }
        for outcome in introspect(&second, SECRET, token).await {
            assert!(!outcome.unwrap().is_active());
        }
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_token_of_nobody_is_not_active_and_a_wrong_secret_learns_nothing() {
    let second = Second::here();
    for outcome in introspect(&second, SECRET, "not-a-token").await {
        assert!(!outcome.unwrap().is_active());
    }
    for outcome in introspect(&second, "wrong", "not-a-token").await {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Http, Some(401)));
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_signed_introspection_names_the_audience_of_the_token_and_not_the_one_who_asked() {
    let second = Second::here();
    let tokens = second.tokens("web", Face::Async).await;
    let address = second.discover().await.introspection_endpoint().unwrap();
    let ask = |verifier| {
        IntrospectionRequest::builder()
            .address(address.clone())
            .client_id("web")
            .authentication(ClientAuthentication::secret_basic(SECRET))
            .token(tokens.access_token().expose())
            .verified_by(verifier)
    };
    // RFC 9701 section 5 demands the resource server here: the rule rejects this server, unless it is told what this server writes.
    for outcome in send_both!(ask(verifier(&second, "web").await)) {
        assert_eq!(outcome.unwrap_err().validation().unwrap().kind(), ValidationErrorKind::AudienceMismatch);
    }
    for outcome in send_both!(ask(verifier(&second, "openid reports").await)) {
        let answer = outcome.unwrap();
        assert!(answer.is_active() && answer.signed_response().is_some());
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn the_claims_of_the_user_that_was_expected() {
    let second = Second::here();
    let tokens = second.tokens("web", Face::Async).await;
    let token = tokens.access_token().expose();
    for outcome in claims_of(&second, token, ExpectedSubject::danger_any()).await {
        let user = outcome.unwrap();
        assert_eq!(user.try_get_str("email"), Some("carol@example.com"));
        for outcome in claims_of(&second, token, ExpectedSubject::exactly(user.subject())).await {
            assert_eq!(outcome.unwrap().try_get_str("name"), Some("Carol Example"));
        }
    }
    for outcome in claims_of(&second, token, ExpectedSubject::exactly("mallory")).await {
        assert_eq!(outcome.unwrap_err().code(), "answer_mismatch");
    }
    for outcome in claims_of(&second, "not-a-token", ExpectedSubject::danger_any()).await {
        assert_eq!(outcome.unwrap_err().status().map(|status| status.as_u16()), Some(401));
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn signed_claims_are_verified() {
    let second = Second::here();
    let tokens = second.tokens("web", Face::Async).await;
    let disco = second.discover().await;
    let keys = JwksRequest::builder().address(disco.jwks_uri().unwrap()).send(&http()).await.unwrap().into_key_set();
    let ask = |algorithm| {
        let options = TokenValidationOptions::user_info_response().issuer(second.url.as_str()).audience("web");
        UserInfoRequest::builder()
            .address(disco.userinfo_endpoint().unwrap())
            .access_token(tokens.access_token().expose())
            .expected_subject(ExpectedSubject::danger_any())
            .verified_by(ResponseVerifier::new(keys.clone(), options.algorithms(algorithm).build()))
    };
    // This server leaves `aud` out, which OpenID Connect Core section 5.3.2 allows.
    for outcome in send_both!(ask(SignatureAlgorithm::RS256)) {
        assert_eq!(outcome.unwrap().try_get_str("name"), Some("Carol Example"));
    }
    for outcome in send_both!(ask(SignatureAlgorithm::ES256)) {
        assert_eq!(outcome.unwrap_err().validation().unwrap().kind(), ValidationErrorKind::AlgorithmNotAllowed);
    }
}
