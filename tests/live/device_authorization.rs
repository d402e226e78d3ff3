//! The device flow (RFC 8628): codes, and polling until the user has decided.

use std::time::Duration;

use identity_model::protocol::device_authorization::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};
use identity_model::protocol::token::{DeviceCodePolling, DeviceCodeTokenRequest, TokenResponse};
use identity_model::validation::TokenValidationOptions;
use identity_model::{Error, ErrorKind, TokenValidator};
use serde_json::{Value, json};

use crate::faces::{Face, provider_keys, send_by, validate_both};
use crate::patience::Patience;
use crate::server::Issuer;

const CLIENT: &str = "device";
const INTERVAL: Duration = Duration::from_secs(5);

async fn begin(face: Face, issuer: &Issuer, client_id: &str, patience: &Patience) -> Result<DeviceAuthorizationResponse, Error> {
    let request = DeviceAuthorizationRequest::builder()
        .address(issuer.discover().await.device_authorization_endpoint().unwrap())
        .client_id(client_id)
        .scope(["openid", "profile"])
        .environment(patience.environment())
        .build();
    send_by!(face, request)
}

/// Polls; the user answers during the second wait.
async fn poll(
    face: Face,
    issuer: &Issuer,
    authorization: DeviceAuthorizationResponse,
    patience: &Patience,
    answer: Value,
) -> Result<TokenResponse, Error> {
    let request = DeviceCodePolling::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id(CLIENT)
        .authorization(authorization)
        .environment(patience.with_user(issuer, "device", answer))
        .build();
    send_by!(face, request)
}

async fn ask_once(face: Face, issuer: &Issuer, authorization: &DeviceAuthorizationResponse) -> Result<TokenResponse, Error> {
    let request = DeviceCodeTokenRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id(CLIENT)
        .device_code(authorization.device_code().clone())
        .build();
    send_by!(face, request)
}

fn refusal(outcome: Result<TokenResponse, Error>) -> String {
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(400)));
    error.oauth_error().unwrap().error().to_owned()
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_user_who_approves_while_the_device_polls() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let patience = Patience::new();
        let codes = begin(face, &issuer, CLIENT, &patience).await.unwrap();
        assert!(codes.verification_uri().starts_with(&issuer.url));
        assert!(codes.verification_uri_complete().unwrap().contains(codes.user_code()));
        assert_eq!((codes.interval(), codes.expires_in()), (INTERVAL, Duration::from_secs(600)));
        assert!(!format!("{codes:?}").contains(codes.device_code().expose()));

        let answer = json!({ "user_code": codes.user_code(), "account": "heidi" });
        let tokens = poll(face, &issuer, codes, &patience, answer).await.unwrap();
        assert_eq!(patience.waits(), [INTERVAL, INTERVAL], "pending once");
        let validator = || {
            let options = TokenValidationOptions::id_token().issuer(issuer.url.as_str()).audience(CLIENT).build();
            TokenValidator::with_options(provider_keys(&issuer.url), options.with_access_token(tokens.access_token().expose()))
        };
        for outcome in validate_both(validator, tokens.id_token().unwrap().expose()).await {
            assert_eq!(outcome.unwrap().subject(), Some("heidi"));
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_user_who_denies_ends_the_polling() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let patience = Patience::new();
        let codes = begin(face, &issuer, CLIENT, &patience).await.unwrap();
        let answer = json!({ "user_code": codes.user_code(), "error": "access_denied" });
        assert_eq!(refusal(poll(face, &issuer, codes, &patience, answer).await), "access_denied");
        assert_eq!(patience.waits(), [INTERVAL, INTERVAL]);
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_device_code_is_pending_then_good_once() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let codes = begin(face, &issuer, CLIENT, &Patience::new()).await.unwrap();
        assert_eq!(refusal(ask_once(face, &issuer, &codes).await), "authorization_pending");
        issuer.ask("device", &json!({ "user_code": codes.user_code(), "account": "heidi" })).await;
        ask_once(face, &issuer, &codes).await.unwrap();
        assert_eq!(refusal(ask_once(face, &issuer, &codes).await), "invalid_grant");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn codes_that_have_expired_are_not_asked_about() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let patience = Patience::new();
        let codes = begin(face, &issuer, CLIENT, &patience).await.unwrap();
        patience.clock.advance(codes.expires_in());
        let error = poll(face, &issuer, codes, &patience, Value::Null).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Flow, "poll_expired"));
        assert!(patience.waits().is_empty());
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_client_that_is_unknown_or_may_not_gets_no_codes() {
    let issuer = Issuer::shared();
    for (client_id, status, expected) in [("nobody", 401, "invalid_client"), ("public", 400, "invalid_request")] {
        for face in Face::BOTH {
            let error = begin(face, &issuer, client_id, &Patience::new()).await.unwrap_err();
            assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(status)));
            assert_eq!(error.oauth_error().unwrap().error(), expected);
        }
    }
}
