//! Pushed authorization requests (RFC 9126), up to the tokens.

use std::time::SystemTime;

use identity_model::encoding::digest::sha256_base64url;
use identity_model::encoding::form::Form;
use identity_model::jose::{JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
use identity_model::protocol::authorization_parameters::AuthorizationParameters;
use identity_model::protocol::pushed_authorization::{PushedAuthorization, PushedAuthorizationRequest, PushedAuthorizationResponse};
use identity_model::protocol::token::{AuthorizationCodeTokenRequest, TokenResponse};
use identity_model::secret::AuthorizationCode;
use identity_model::{ClientAuthentication, Error, ErrorKind};
use serde_json::{Value, json};
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

/// Logs in by the reference and redeems the code.
async fn log_in(face: Face, issuer: &Issuer, client_id: &str, pushed: &PushedAuthorizationResponse) -> TokenResponse {
    let mut form = Form::new();
    form.push("client_id", client_id);
    form.push("request_uri", pushed.request_uri().expose());
    let endpoint = issuer.discover().await.authorization_endpoint().unwrap();
    let address = Url::parse(&format!("{}?{}", endpoint.as_str(), form.to_query())).unwrap();
    let arrived = Form::parse(Browser::new().follow(&address, REDIRECT_URI).await.query().unwrap()).unwrap();
    assert_eq!(arrived.first("state"), Some("a-state"), "{arrived:?}");
    let request = AuthorizationCodeTokenRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id(client_id)
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .code(AuthorizationCode::danger_unchecked(arrived.first("code").unwrap()))
        .redirect_uri(REDIRECT_URI)
        .code_verifier(VERIFIER)
        .build();
    send_by!(face, request).unwrap()
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_pushed_request_leads_to_a_login() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let pushed = push(face, &issuer, SECRET, REDIRECT_URI).await.unwrap();
        assert_eq!(pushed.head().status(), 201);
        assert!((1..=600).contains(&pushed.expires_in().as_secs()));
        assert!(!format!("{pushed:?}").contains(pushed.request_uri().expose()));
        assert!(log_in(face, &issuer, CLIENT, &pushed).await.id_token().is_some());
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_request_object_is_pushed_as_well() {
    let issuer = Issuer::own("pushed-objects").await;
    let [registered, other] = [(); 2].map(|()| PrivateKey::generate(SignatureAlgorithm::ES256).unwrap().with_key_id("client-key").unwrap());
    let public: Value = serde_json::from_str(registered.public_jwk().to_json()).unwrap();
    issuer
        .add_client(&json!({
            "client_id": "signing", "client_secret": SECRET, "token_endpoint_auth_method": "client_secret_basic",
            "application_type": "native", "redirect_uris": [REDIRECT_URI], "request_object_signing_alg": "ES256",
            "require_signed_request_object": true, "jwks": { "keys": [public] },
        }))
        .await;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({
        "iss": "signing", "aud": issuer.url, "iat": now, "nbf": now, "exp": now + 60, "client_id": "signing", "response_type": "code",
        "redirect_uri": REDIRECT_URI, "scope": "openid", "state": "a-state", "login_hint": "grace",
        "code_challenge": sha256_base64url(VERIFIER), "code_challenge_method": "S256",
    });
    let address = issuer.discover().await.pushed_authorization_request_endpoint().unwrap();
    let request = |key: &PrivateKey| {
        let header = JwsHeader::new().typ("oauth-authz-req+jwt");
        let object = sign_compact_blocking(&header, claims.to_string().as_bytes(), &key.signer(SignatureAlgorithm::ES256).unwrap());
        PushedAuthorizationRequest::builder()
            .address(address.clone())
            .client_id("signing")
            .authentication(ClientAuthentication::secret_basic(SECRET))
            .authorization(PushedAuthorization::RequestObject(object.unwrap().into()))
            .build()
    };
    for face in Face::BOTH {
        let pushed = send_by!(face, request(&registered)).unwrap();
        assert!(log_in(face, &issuer, "signing", &pushed).await.id_token().is_some());
        let error = send_by!(face, request(&other)).unwrap_err();
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_request_object");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn another_redirect_address_is_refused_at_once() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let error = push(face, &issuer, SECRET, "https://attacker.example/callback").await.unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(400)));
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_request");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_client_without_its_secret_pushes_nothing() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let error = push(face, &issuer, "wrong", REDIRECT_URI).await.unwrap_err();
        assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Protocol, Some(401)));
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_client");
    }
}
