//! The device flow and backchannel authentication: pending, approved, denied, by a clock that does not wait.

use std::time::Duration;

use identity_model::protocol::backchannel_authentication::{
    AuthenticationHint, BackchannelAuthenticationRequest, BackchannelAuthenticationResponse,
};
use identity_model::protocol::device_authorization::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};
use identity_model::protocol::token::{CibaPolling, DeviceCodePolling, DeviceCodeTokenRequest, TokenResponse};
use identity_model::{ClientAuthentication, Error, ErrorKind};

use super::server::{SECRET, Second};
use crate::faces::{Face, send_by};
use crate::patience::Patience;

const INTERVAL: Duration = Duration::from_secs(5);

async fn begin_device(face: Face, second: &Second, secret: &str, patience: &Patience) -> Result<DeviceAuthorizationResponse, Error> {
    let request = DeviceAuthorizationRequest::builder()
        .address(second.discover().await.device_authorization_endpoint().unwrap())
        .client_id("device")
        .authentication(ClientAuthentication::secret_basic(secret))
        .scope(["openid", "reports"])
        .environment(patience.environment())
        .build();
    send_by!(face, request)
}

/// Who logs in is an object in JSON to this server.
async fn begin_ciba(
    face: Face,
    second: &Second,
    login_hint: &str,
    message: &str,
    patience: &Patience,
) -> Result<BackchannelAuthenticationResponse, Error> {
    let request = BackchannelAuthenticationRequest::builder()
        .address(second.discover().await.backchannel_authentication_endpoint().unwrap())
        .client_id("ciba")
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .hint(AuthenticationHint::LoginHint(login_hint.to_owned()))
        .binding_message(message)
        .scope(["openid", "reports"])
        .environment(patience.environment())
        .build();
    send_by!(face, request)
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_user_who_approves_while_the_device_polls() {
    let second = Second::here();
    for face in Face::BOTH {
        let patience = Patience::new();
        let codes = begin_device(face, &second, SECRET, &patience).await.unwrap();
        assert!(codes.verification_uri_complete().unwrap().contains(codes.user_code()));
        assert_eq!((codes.interval(), codes.expires_in()), (INTERVAL, Duration::from_secs(600)));
        let (carol, user_code) = (second.carol().await, codes.user_code().to_owned());
        let approved = patience.with_answer(move || {
            let (carol, user_code) = (carol.clone(), user_code.clone());
            async move { carol.approve_device(&user_code).await }
        });
        let request = DeviceCodePolling::builder()
            .address(second.discover().await.token_endpoint().unwrap())
            .client_id("device")
            .authentication(ClientAuthentication::secret_basic(SECRET))
            .authorization(codes)
            .environment(approved)
            .build();
        let tokens = send_by!(face, request).unwrap();
        assert!(tokens.id_token().is_some() && tokens.refresh_token().is_some());
        assert_eq!(patience.waits(), [INTERVAL, INTERVAL], "pending once");
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_device_that_asks_too_soon_is_slowed_down() {
    let second = Second::here();
    let address = second.discover().await.token_endpoint().unwrap();
    for face in Face::BOTH {
        let codes = begin_device(face, &second, SECRET, &Patience::new()).await.unwrap();
        for expected in ["authorization_pending", "slow_down"] {
            let request = DeviceCodeTokenRequest::builder()
                .address(address.clone())
                .client_id("device")
                .authentication(ClientAuthentication::secret_basic(SECRET))
                .device_code(codes.device_code().clone())
                .build();
            let error = send_by!(face, request).unwrap_err();
            assert_eq!((error.kind(), error.oauth_error().unwrap().error()), (ErrorKind::Protocol, expected));
        }
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_device_without_its_secret_gets_no_codes() {
    let second = Second::here();
    for face in Face::BOTH {
        let error = begin_device(face, &second, "wrong", &Patience::new()).await.unwrap_err();
        assert_eq!(
            (error.status().map(|status| status.as_u16()), error.oauth_error().unwrap().error()),
            (Some(403), "unauthorized_client")
        );
    }
}

async fn poll_ciba(face: Face, second: &Second, message: String, is_denied: bool) -> (Result<TokenResponse, Error>, Vec<Duration>) {
    let patience = Patience::new();
    let pending = begin_ciba(face, second, r#"{"username":"carol"}"#, &message, &patience).await.unwrap();
    assert_eq!(pending.interval(), INTERVAL);
    let carol = second.carol().await;
    let answered = patience.with_answer(move || {
        let (carol, message) = (carol.clone(), message.clone());
        async move { carol.answer_backchannel(&message, is_denied).await }
    });
    let request = CibaPolling::builder()
        .address(second.discover().await.token_endpoint().unwrap())
        .client_id("ciba")
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .authorization(pending)
        .environment(answered)
        .build();
    (send_by!(face, request), patience.waits())
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_user_who_approves_while_the_client_polls() {
    let second = Second::here();
    for face in Face::BOTH {
        let (outcome, waits) = poll_ciba(face, &second, format!("YES-{face:?}"), false).await;
        let tokens = outcome.unwrap();
        assert!(tokens.id_token().is_some());
        assert_eq!(waits, [INTERVAL, INTERVAL], "pending once");
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_user_who_denies_ends_the_polling() {
    let second = Second::here();
    for face in Face::BOTH {
        let (outcome, _) = poll_ciba(face, &second, format!("NO-{face:?}"), true).await;
        assert_eq!(outcome.unwrap_err().oauth_error().unwrap().error(), "access_denied");
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_user_whom_the_server_does_not_know_is_refused() {
    let second = Second::here();
    for hint in ["carol", r#"{"username":"nobody"}"#] {
        for face in Face::BOTH {
            let error = begin_ciba(face, &second, hint, "W4SCT", &Patience::new()).await.unwrap_err();
            assert_eq!((error.kind(), error.oauth_error().unwrap().error()), (ErrorKind::Protocol, "invalid_request"));
        }
    }
}
