//! The userinfo endpoint, answered as a signed JWT (OpenID Connect Core section 5.3.2).

use identity_model::jose::{JsonWebKeySet, SignatureAlgorithm};
use identity_model::protocol::ResponseVerifier;
use identity_model::protocol::userinfo::UserInfoResponse;
use identity_model::validation::{TokenValidationOptions, ValidationErrorKind};
use identity_model::{Error, ErrorKind, UserInfoRequest};

use crate::faces::send_both;
use crate::server::Issuer;

/// The client that is registered for signed responses.
const CLIENT: &str = "signed-userinfo";

fn verifier(keys: JsonWebKeySet, issuer: &str, audience: &str, algorithm: SignatureAlgorithm) -> ResponseVerifier {
    let options = TokenValidationOptions::user_info_response().issuer(issuer).audience(audience);
    ResponseVerifier::new(keys, options.algorithms(algorithm).build())
}

async fn claims_of(issuer: &Issuer, token: &str, subject: &str, verifier: ResponseVerifier) -> [Result<UserInfoResponse, Error>; 2] {
    let request = UserInfoRequest::builder()
        .address(issuer.discover().await.userinfo_endpoint().unwrap())
        .access_token(token)
        .expected_subject(subject)
        .verified_by(verifier);
    send_both!(request)
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_signed_answer_is_verified() {
    let issuer = Issuer::shared();
    let token = issuer.user_token_for(CLIENT, "bob", "openid email").await;
    let verifier = verifier(issuer.keys().await, &issuer.url, CLIENT, SignatureAlgorithm::RS256);
    for outcome in claims_of(&issuer, &token, "bob", verifier).await {
        let user = outcome.unwrap();
        assert_eq!((user.subject(), user.try_get_str("email")), ("bob", Some("bob@example.com")));
        assert_eq!(user.try_get_str("iss"), Some(issuer.url.as_str()));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_signed_answer_that_does_not_hold_is_refused() {
    let issuer = Issuer::shared();
    let other = Issuer::own("userinfo-other").await;
    let token = issuer.user_token_for(CLIENT, "bob", "openid").await;
    let (keys, foreign) = (issuer.keys().await, other.keys().await);
    let (rs256, es256) = (SignatureAlgorithm::RS256, SignatureAlgorithm::ES256);
    let cases = [
        (verifier(keys.clone(), &issuer.url, "public", rs256), ValidationErrorKind::AudienceMismatch),
        (verifier(keys.clone(), &other.url, CLIENT, rs256), ValidationErrorKind::IssuerMismatch),
        (verifier(keys, &issuer.url, CLIENT, es256), ValidationErrorKind::AlgorithmNotAllowed),
        (verifier(foreign, &issuer.url, CLIENT, rs256), ValidationErrorKind::SignatureInvalid),
    ];
    for (verifier, expected) in cases {
        for outcome in claims_of(&issuer, &token, "bob", verifier).await {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.validation().unwrap().kind()), (ErrorKind::Validation, expected));
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_signed_answer_about_somebody_else_is_refused() {
    let issuer = Issuer::shared();
    let token = issuer.user_token_for(CLIENT, "mallory", "openid").await;
    let verifier = verifier(issuer.keys().await, &issuer.url, CLIENT, SignatureAlgorithm::RS256);
    for outcome in claims_of(&issuer, &token, "bob", verifier).await {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, "answer_mismatch"));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn neither_form_is_taken_for_the_other() {
    let issuer = Issuer::shared();
    let plain = issuer.user_token("bob", "openid").await;
    let verifier = verifier(issuer.keys().await, &issuer.url, "public", SignatureAlgorithm::RS256);
    let demanded = claims_of(&issuer, &plain, "bob", verifier).await;
    let signed = issuer.user_token_for(CLIENT, "bob", "openid").await;
    let address = issuer.discover().await.userinfo_endpoint().unwrap();
    let not_demanded = send_both!(UserInfoRequest::builder().address(address).access_token(signed).expected_subject("bob"));
    for outcome in demanded.into_iter().chain(not_demanded) {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Http, Some(200)));
        assert!(error.to_string().contains("content type"), "{error}");
    }
}
