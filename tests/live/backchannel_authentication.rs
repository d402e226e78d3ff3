//! Backchannel authentication in poll mode (CIBA Core 1.0 sections 7, 10.1 and 11).

use std::time::Duration;

use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::backchannel_authentication::{
    AuthenticationHint, BackchannelAuthenticationRequest, BackchannelAuthenticationResponse,
};
use identity_model::protocol::token::{CibaPolling, CibaTokenRequest, TokenResponse};
use identity_model::validation::TokenValidationOptions;
use identity_model::{ClientAuthentication, Error, ErrorKind, TokenValidator};
use serde_json::{Value, json};

use crate::faces::{Face, provider_keys, send_by, validate_both};
use crate::patience::Patience;
use crate::server::{Issuer, SECRET};

const CLIENT: &str = "ciba";
const INTERVAL: Duration = Duration::from_secs(5);

/// What a request says: the secret, whom to ask, what to show.
struct Asked {
    secret: &'static str,
    login_hint: &'static str,
    binding_message: &'static str,
}

const IVAN: Asked = Asked { secret: SECRET, login_hint: "ivan", binding_message: "W4SCT" };

async fn begin(face: Face, issuer: &Issuer, asked: &Asked, patience: &Patience) -> Result<BackchannelAuthenticationResponse, Error> {
    let request = BackchannelAuthenticationRequest::builder()
        .address(issuer.discover().await.backchannel_authentication_endpoint().unwrap())
        .client_id(CLIENT)
        .authentication(ClientAuthentication::secret_basic(asked.secret))
        .hint(AuthenticationHint::LoginHint(asked.login_hint.to_owned()))
        .binding_message(asked.binding_message)
        .scope(["openid"])
        .environment(patience.environment())
        .build();
    send_by!(face, request)
}

/// Polls; the user answers during the second wait.
async fn poll(
    face: Face,
    issuer: &Issuer,
    pending: BackchannelAuthenticationResponse,
    patience: &Patience,
    is_denied: bool,
) -> Result<TokenResponse, Error> {
    let answer = json!({ "auth_req_id": pending.request_id().expose(), "deny": is_denied });
    let request = CibaPolling::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id(CLIENT)
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .authorization(pending)
        .environment(patience.with_user(issuer, "backchannel", answer))
        .build();
    send_by!(face, request)
}

async fn ask_once(face: Face, issuer: &Issuer, pending: &BackchannelAuthenticationResponse) -> Result<TokenResponse, Error> {
    let request = CibaTokenRequest::builder()
        .address(issuer.discover().await.token_endpoint().unwrap())
        .client_id(CLIENT)
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .request_id(pending.request_id().clone())
        .build();
    send_by!(face, request)
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, Error>) -> String {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    error.oauth_error().unwrap().error().to_owned()
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_user_who_approves_while_the_client_polls() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let patience = Patience::new();
        let pending = begin(face, &issuer, &IVAN, &patience).await.unwrap();
        assert_eq!((pending.interval(), pending.expires_in()), (INTERVAL, Duration::from_secs(600)));
        assert!(!format!("{pending:?}").contains(pending.request_id().expose()));

        let tokens = poll(face, &issuer, pending, &patience, false).await.unwrap();
        assert_eq!(patience.waits(), [INTERVAL, INTERVAL], "pending once");
        let validator = || {
            let options = TokenValidationOptions::id_token().issuer(issuer.url.as_str()).audience(CLIENT).build();
            TokenValidator::with_options(provider_keys(&issuer.url), options.with_access_token(tokens.access_token().expose()))
        };
        for outcome in validate_both(validator, tokens.id_token().unwrap().expose()).await {
            assert_eq!(outcome.unwrap().subject(), Some("ivan"));
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_user_who_denies_ends_the_polling() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let patience = Patience::new();
        let pending = begin(face, &issuer, &IVAN, &patience).await.unwrap();
        assert_eq!(refusal(poll(face, &issuer, pending, &patience, true).await), "access_denied");
        assert_eq!(patience.waits(), [INTERVAL, INTERVAL]);
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_request_is_pending_then_good_once() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let pending = begin(face, &issuer, &IVAN, &Patience::new()).await.unwrap();
        assert_eq!(refusal(ask_once(face, &issuer, &pending).await), "authorization_pending");
        issuer.ask("backchannel", &json!({ "auth_req_id": pending.request_id().expose() })).await;
        ask_once(face, &issuer, &pending).await.unwrap();
        assert_eq!(refusal(ask_once(face, &issuer, &pending).await), "invalid_grant");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_request_that_the_server_does_not_take_is_refused() {
    let issuer = Issuer::shared();
    let cases = [
        (Asked { secret: "wrong", ..IVAN }, "invalid_client"),
        (Asked { login_hint: "nobody@example.com", ..IVAN }, "unknown_user_id"),
        (Asked { binding_message: "more than twenty characters", ..IVAN }, "invalid_binding_message"),
    ];
    for (asked, expected) in cases {
        for face in Face::BOTH {
            assert_eq!(refusal(begin(face, &issuer, &asked, &Patience::new()).await), expected);
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_signed_request_is_taken_by_the_key_of_the_client_alone() {
    let issuer = Issuer::own("ciba-signed").await;
    let [registered, other] = [(); 2].map(|()| PrivateKey::generate(SignatureAlgorithm::ES256).unwrap().with_key_id("client-key").unwrap());
    let public: Value = serde_json::from_str(registered.public_jwk().to_json()).unwrap();
    issuer
        .add_client(&json!({
            "client_id": "signing", "client_secret": SECRET, "token_endpoint_auth_method": "client_secret_basic", "redirect_uris": [],
            "response_types": [], "grant_types": ["urn:openid:params:grant-type:ciba"], "backchannel_token_delivery_mode": "poll",
            "backchannel_authentication_request_signing_alg": "ES256", "jwks": { "keys": [public] },
        }))
        .await;
    let address = issuer.discover().await.backchannel_authentication_endpoint().unwrap();
    let request = |key: Option<&PrivateKey>| {
        BackchannelAuthenticationRequest::builder()
            .address(address.clone())
            .client_id("signing")
            .authentication(ClientAuthentication::secret_basic(SECRET))
            .hint(AuthenticationHint::LoginHint("ivan".to_owned()))
            .scope(["openid"])
            .maybe_signed_with(key.map(|key| key.signer(SignatureAlgorithm::ES256).unwrap()))
            .build()
    };
    for face in Face::BOTH {
        send_by!(face, request(Some(&registered))).unwrap();
        for key in [Some(&other), None] {
            assert_eq!(refusal(send_by!(face, request(key))), "invalid_request");
        }
    }
}
