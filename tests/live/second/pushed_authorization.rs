//! Pushed authorization requests (RFC 9126), up to the tokens.

use identity_model::encoding::digest::sha256_base64url;
use identity_model::encoding::form::Form;
use identity_model::protocol::authorization_parameters::AuthorizationParameters;
use identity_model::protocol::pushed_authorization::{PushedAuthorizationRequest, PushedAuthorizationResponse};
use identity_model::{ClientAuthentication, Error, ErrorKind};

use super::server::{REDIRECT_URI, SECRET, Second, VERIFIER, answer};
use crate::faces::{Face, send_by};

async fn push(face: Face, second: &Second, secret: &str, redirect_uri: &str) -> Result<PushedAuthorizationResponse, Error> {
    let parameters = AuthorizationParameters::builder()
        .redirect_uri(redirect_uri)
        .code_challenge(sha256_base64url(VERIFIER))
        .scope(["openid"])
        .state("a-state")
        .nonce("a-nonce")
        .build();
    let request = PushedAuthorizationRequest::builder()
        .address(second.discover().await.pushed_authorization_request_endpoint().unwrap())
        .client_id("web")
        .authentication(ClientAuthentication::secret_basic(secret))
        .authorization(parameters)
        .build();
    send_by!(face, request)
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_pushed_request_leads_to_a_login() {
    let second = Second::here();
    for face in Face::BOTH {
        let pushed = push(face, &second, SECRET, REDIRECT_URI).await.unwrap();
        assert_eq!(pushed.expires_in().as_secs(), 90);
        let mut form = Form::new();
        form.push("client_id", "web");
        form.push("request_uri", pushed.request_uri().expose());
        let arrived = second.carol().await.authorize(&form).await;
        let code = answer(&arrived).first("code").unwrap().to_owned();
        assert!(second.redeem("web", face, &code, VERIFIER).await.unwrap().id_token().is_some());
    }
}

#[tokio::test]
#[ignore = "needs a second server: tests/live/second/run"]
async fn a_wrong_secret_and_another_redirect_address_are_answered_by_a_bare_403() {
    let second = Second::here();
    for (secret, redirect_uri) in [("wrong", REDIRECT_URI), (SECRET, "https://attacker.example/callback")] {
        for face in Face::BOTH {
            let error = push(face, &second, secret, redirect_uri).await.unwrap_err();
            assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Http, Some(403)));
        }
    }
}
