//! The userinfo endpoint (OpenID Connect Core section 5.3), answered as JSON.

use identity_model::protocol::userinfo::ExpectedSubject;
use identity_model::{ErrorKind, UserInfoRequest};

use crate::faces::send_both;
use crate::server::Issuer;

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_claims_of_the_user_that_was_expected() {
    let issuer = Issuer::shared();
    let token = issuer.user_token("bob", "openid profile email address").await;
    let endpoint = issuer.discover().await.userinfo_endpoint().unwrap();
    for expected in [ExpectedSubject::exactly("bob"), ExpectedSubject::danger_any()] {
        let request = UserInfoRequest::builder().address(endpoint.clone()).access_token(token.as_str()).expected_subject(expected);
        for outcome in send_both!(request) {
            let user = outcome.unwrap();
            assert_eq!(user.subject(), "bob");
            assert_eq!(user.try_get_str("name"), Some("Bob Example"));
            assert_eq!(user.try_get_boolean("email_verified"), Some(true));
            assert_eq!(user.try_get_i64("updated_at"), Some(1_750_000_000));
            assert_eq!(user.try_get::<serde_json::Value>("address").unwrap().unwrap()["country"], "NL");
            assert_eq!(user.try_get_str("phone_number"), None);
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_claims_of_somebody_else_are_refused() {
    let issuer = Issuer::shared();
    let request = UserInfoRequest::builder()
        .address(issuer.discover().await.userinfo_endpoint().unwrap())
        .access_token(issuer.user_token("mallory", "openid").await)
        .expected_subject("alice");
    for outcome in send_both!(request) {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, "answer_mismatch"));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_token_that_stands_for_no_user_is_refused_with_a_challenge() {
    let issuer = Issuer::shared();
    let of_a_client = issuer.token_for("urn:test:api:opaque").await.access_token().expose().to_owned();
    for token in ["not-a-token".to_owned(), of_a_client] {
        let request = UserInfoRequest::builder()
            .address(issuer.discover().await.userinfo_endpoint().unwrap())
            .access_token(token)
            .expected_subject("alice");
        for outcome in send_both!(request) {
            let error = outcome.unwrap_err();
            assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(401)));
            assert_eq!(error.oauth_error().unwrap().error(), "invalid_token");
            let [challenge] = error.challenges() else { panic!("one challenge: {:?}", error.challenges()) };
            assert!(challenge.is_scheme("Bearer"));
            assert_eq!(challenge.parameter("error"), Some("invalid_token"));
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_token_without_the_scope_openid_is_refused() {
    let issuer = Issuer::shared();
    let request = UserInfoRequest::builder()
        .address(issuer.discover().await.userinfo_endpoint().unwrap())
        .access_token(issuer.user_token("alice", "profile").await)
        .expected_subject("alice");
    for outcome in send_both!(request) {
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(403)));
        assert_eq!(error.oauth_error().unwrap().error(), "insufficient_scope");
    }
}
