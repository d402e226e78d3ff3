//! Pushed authorization requests (RFC 9126), up to the tokens.

use identity_model::encoding::digest::sha256_base64url;
use identity_model::encoding::form::Form;
use identity_model::protocol::authorization_parameters::AuthorizationParameters;
use identity_model::protocol::pushed_authorization::{PushedAuthorizationRequest, PushedAuthorizationResponse};
use identity_model::protocol::token::AuthorizationCodeTokenRequest;
use identity_model::secret::AuthorizationCode;
use identity_model::{ClientAuthentication, Error, ErrorKind};
use url::Url;

use crate::browser::Browser;
use crate::faces::{Face, send_by};
use crate::server::{Issuer, SECRET};

/// The client that must push.
const CLIENT: &str = "pushed";
const REDIRECT_URI: &str = "http://127.0.0.1/callback";
const VERIFIER: &str = "a-code-verifier-of-at-least-forty-three-characters";

async fn push(face: Face, issuer: &Issuer, secret: &str, redirect_uri: &str) -> Result<PushedAuthorizationResponse, Error> {
    let parameters = AuthorizationParameters::builder()
        .redirect_uri(redirect_uri)
        .code_challenge(sha256_base64url(VERIFIER))
        .scope(["openid"])
        .state("a-state")
        .login_hint("grace")
        .build();
    let request = PushedAuthorizationRequest::builder()
        .address(issuer.discover().await.pushed_authorization_request_endpoint().unwrap())
        .client_id(CLIENT)
        .authentication(ClientAuthentication::secret_basic(secret))
        .authorization(parameters)
        .build();
    send_by!(face, request)
}

#[tokio::test]
async fn a_pushed_request_leads_to_a_login() {
    let Some(issuer) = Issuer::shared() else { return };
    for face in Face::BOTH {
        let pushed = push(face, &issuer, SECRET, REDIRECT_URI).await.unwrap();
        assert_eq!(pushed.answer().status(), 201);
        assert!((1..=600).contains(&pushed.expires_in().as_secs()));
        assert!(!format!("{pushed:?}").contains(pushed.request_uri().expose()));

        let mut form = Form::new();
        form.push("client_id", CLIENT);
        form.push("request_uri", pushed.request_uri().expose());
        let endpoint = issuer.discover().await.authorization_endpoint().unwrap();
        let address = Url::parse(&format!("{}?{}", endpoint.as_str(), form.to_query())).unwrap();
        let arrived = Form::parse(Browser::new().follow(&address, REDIRECT_URI).await.query().unwrap()).unwrap();
        assert_eq!(arrived.first("state"), Some("a-state"), "{arrived:?}");

        let request = AuthorizationCodeTokenRequest::builder()
            .address(issuer.discover().await.token_endpoint().unwrap())
            .client_id(CLIENT)
            .authentication(ClientAuthentication::secret_basic(SECRET))
            .code(AuthorizationCode::danger_unchecked(arrived.first("code").unwrap()))
            .redirect_uri(REDIRECT_URI)
            .code_verifier(VERIFIER)
            .build();
        assert!(send_by!(face, request).unwrap().id_token().is_some());
    }
}

#[tokio::test]
async fn another_redirect_address_is_refused_at_once() {
    let Some(issuer) = Issuer::shared() else { return };
    for face in Face::BOTH {
        let error = push(face, &issuer, SECRET, "https://attacker.example/callback").await.unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(400)));
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_request");
    }
}

#[tokio::test]
async fn a_client_without_its_secret_pushes_nothing() {
    let Some(issuer) = Issuer::shared() else { return };
    for face in Face::BOTH {
        let error = push(face, &issuer, "wrong", REDIRECT_URI).await.unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(401)));
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_client");
    }
}
