//! `client::OidcClient` and its blocking twin: logins of every kind, and what follows from them, with nothing done by hand.

use identity_model::client::{Login, LoginOptions, LoginSession, OidcClient};
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::authorize::{Callback, RequestObjectSettings, ResponseMode, ResponseType};
use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::logout::LogoutReturn;
use identity_model::{Error, ErrorKind, blocking};
use serde_json::{Value, json};
use url::Url;

use crate::browser::Browser;
use crate::faces::{self, Face, blocking_http, http, patient};
use crate::patience::Patience;
use crate::server::{Issuer, SECRET};

const REDIRECT_URI: &str = "https://app.example.com/callback";
const GOODBYE: &str = "https://app.example.com/goodbye";

/// Runs a flow by one face: `by!(face, client, refresh(&session))`; the arguments are cloned for the blocking thread.
macro_rules! by {
    ($face:expr, $client:expr, $flow:ident($($argument:expr),*)) => {
        match $face {
            Face::Async => $client.$flow($($argument),*).await,
            Face::Blocking => {
                let client = blocking::OidcClient::from(&$client);
                faces::blocking(move || client.$flow($($argument),*)).await
            }
        }
    };
}

/// A web application at an issuer of its own.
async fn application(issuer: &Issuer, metadata: Value) {
    let mut client = json!({
        "client_id": "web", "client_secret": SECRET, "redirect_uris": [REDIRECT_URI], "post_logout_redirect_uris": [GOODBYE],
        "response_types": ["code", "id_token", "code id_token"], "grant_types": ["authorization_code", "refresh_token", "implicit"],
    });
    client.as_object_mut().unwrap().extend(metadata.as_object().cloned().unwrap());
    issuer.add_client(&client).await;
}

macro_rules! builder {
    ($issuer:expr) => {
        OidcClient::builder()
            .issuer(&$issuer.url)
            .client_id("web")
            .client_secret(SECRET)
            .redirect_uri(REDIRECT_URI)
            .post_logout_redirect_uri(GOODBYE)
            .scope(["openid", "profile", "offline_access"])
            .http(http())
            .blocking_http(blocking_http())
            .cache(patient())
    };
}

/// A login by the browser, up to its end.
async fn log_in(face: Face, client: &OidcClient, browser: &mut Browser) -> Result<Login, Error> {
    let options = LoginOptions::new().login_hint("carol").prompt([identity_model::protocol::authorize::Prompt::Consent]);
    let begun = by!(face, *client, begin_login(options))?;
    let arrived = browser.follow(&begun.url, REDIRECT_URI).await;
    let callback = Callback::from_url(arrived.as_str())?;
    by!(face, *client, finish_login(begun.transaction, callback))
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_session_from_login_to_logout() {
    let issuer = Issuer::own("client-session").await;
    application(&issuer, json!({})).await;
    for face in Face::BOTH {
        let client = builder!(issuer).load_user_info(true).build().unwrap();
        let mut browser = Browser::new();
        let login = log_in(face, &client, &mut browser).await.unwrap();
        assert_eq!(login.subject(), "carol");
        assert_eq!(login.user_info().unwrap().subject(), "carol");
        assert_eq!(login.granted_scope(), ["openid", "profile", "offline_access"]);
        let stored = serde_json::to_string(login.session()).unwrap();
        let session: LoginSession = serde_json::from_str(&stored).unwrap();

        let kept = session.clone();
        let refreshed = by!(face, client, refresh(&kept)).unwrap();
        assert_eq!(refreshed.id_token().and_then(|token| token.subject()), Some("carol"));
        let renewed = refreshed.into_session().unwrap();
        assert_ne!(renewed.access_token(), session.access_token());

        let kept = renewed.clone();
        assert_eq!(by!(face, client, userinfo(&kept)).unwrap().subject(), "carol");
        let token = renewed.access_token().unwrap().clone();
        assert!(by!(face, client, introspect(&token)).unwrap().is_active());
        let token = renewed.access_token().unwrap().clone();
        by!(face, client, revoke(&token)).unwrap();
        let token = renewed.access_token().unwrap().clone();
        assert!(!by!(face, client, introspect(&token)).unwrap().is_active());

        let begun = by!(face, client, begin_logout(&renewed)).unwrap();
        let (url, transaction) = begun.into_parts();
        let back = browser.confirm_logout(&Url::parse(&url).unwrap(), GOODBYE).await;
        let returned = LogoutReturn::from_url(back.as_str()).unwrap();
        by!(face, client, finish_logout(transaction, returned)).unwrap();
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn every_way_back_signed_or_not() {
    let issuer = Issuer::own("client-ways").await;
    application(&issuer, json!({ "authorization_signed_response_alg": "ES256" })).await;
    for (response_type, mode) in [
        (ResponseType::Code, None),
        (ResponseType::Code, Some(ResponseMode::Fragment)),
        (ResponseType::Code, Some(ResponseMode::Jwt)),
        (ResponseType::Code, Some(ResponseMode::FragmentJwt)),
        (ResponseType::IdToken, None),
        (ResponseType::CodeIdToken, None),
    ] {
        let builder = builder!(issuer).authorization_signed_response_alg(SignatureAlgorithm::ES256);
        let client = builder.response_type(response_type).maybe_response_mode(mode).build().unwrap();
        for face in Face::BOTH {
            let login = log_in(face, &client, &mut Browser::new()).await;
            let login = login.unwrap_or_else(|error| panic!("{response_type} {mode:?}: {error:?}"));
            assert_eq!(login.subject(), "carol");
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_client_that_has_to_push_and_to_sign() {
    let issuer = Issuer::own("client-signing").await;
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap().with_key_id("client-key").unwrap();
    let public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    let metadata = json!({
        "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [public] },
        "request_object_signing_alg": "ES256", "require_signed_request_object": true, "require_pushed_authorization_requests": true,
        "id_token_signed_response_alg": "ES384", "userinfo_signed_response_alg": "PS256", "require_auth_time": true,
    });
    application(&issuer, metadata).await;
    let signer = || key.signer(SignatureAlgorithm::ES256).unwrap();
    let client = OidcClient::builder()
        .issuer(&issuer.url)
        .client_id("web")
        .client_key(signer())
        .request_object(RequestObjectSettings::signed(signer()))
        .id_token_signed_response_alg(SignatureAlgorithm::ES384)
        .userinfo_signed_response_alg(SignatureAlgorithm::PS256)
        .require_auth_time(true)
        .redirect_uri(REDIRECT_URI)
        .load_user_info(true)
        .http(http())
        .blocking_http(blocking_http())
        .cache(patient())
        .build()
        .unwrap();
    for face in Face::BOTH {
        let login = log_in(face, &client, &mut Browser::new()).await.unwrap();
        assert_eq!((login.id_token().algorithm(), login.user_info().unwrap().subject()), (Some(SignatureAlgorithm::ES384), "carol"));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_callback_is_good_once_and_for_its_own_login() {
    let issuer = Issuer::own("client-refusals").await;
    application(&issuer, json!({})).await;
    let client = builder!(issuer).build().unwrap();
    for face in Face::BOTH {
        let begin = async || client.begin_login(LoginOptions::new().login_hint("carol")).await.unwrap();
        let (first, second) = (begin().await, begin().await);
        let arrived = Browser::new().follow(&first.url, REDIRECT_URI).await;
        let callback = || Callback::from_url(arrived.as_str()).unwrap();
        let kept = serde_json::to_string(&first.transaction).unwrap();
        let transaction = || serde_json::from_str(&kept).unwrap();
        let (foreign, its) = (second.transaction, callback());
        assert_eq!(by!(face, client, finish_login(foreign, its)).unwrap_err().code(), "callback_state_mismatch");
        let (own, its) = (transaction(), callback());
        by!(face, client, finish_login(own, its)).unwrap();
        let (own, its) = (transaction(), callback());
        let replayed = by!(face, client, finish_login(own, its)).unwrap_err();
        assert_eq!((replayed.kind(), replayed.code()), (ErrorKind::Flow, "login_replayed"));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn logins_on_another_device() {
    let issuer = Issuer::shared();
    for face in Face::BOTH {
        let patience = Patience::new();
        let client = |id: &str, environment| {
            let builder =
                OidcClient::builder().issuer(&issuer.url).client_id(id).http(http()).blocking_http(blocking_http()).cache(patient());
            builder.environment(environment)
        };
        let device = client("device", patience.environment()).build().unwrap();
        let begun = by!(face, device, device_login(["openid", "profile"])).unwrap();
        let answer = json!({ "user_code": begun.authorization().user_code(), "account": "heidi" });
        let device = client("device", patience.with_user(&issuer, "device", answer)).build().unwrap();
        assert_eq!(by!(face, device, finish_device_login(begun)).unwrap().subject(), "heidi");

        let patience = Patience::new();
        let till = client("ciba", patience.environment()).client_secret(SECRET).build().unwrap();
        let request = BackchannelAuthenticationRequest::builder()
            .hint(AuthenticationHint::LoginHint("ivan".to_owned()))
            .scope(["openid"])
            .binding_message("W4SCT");
        let begun = by!(face, till, backchannel_login(request)).unwrap();
        let answer = json!({ "auth_req_id": begun.authorization().request_id().expose() });
        let till = client("ciba", patience.with_user(&issuer, "backchannel", answer)).client_secret(SECRET).build().unwrap();
        assert_eq!(by!(face, till, finish_backchannel_login(begun)).unwrap().subject(), "ivan");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_client_that_registers_itself_logs_a_user_in() {
    let issuer = Issuer::own("client-registers").await;
    let metadata = ClientMetadata::builder().client_name("Reports").id_token_signed_response_alg("PS256").build();
    let builder =
        OidcClient::builder().issuer(&issuer.url).redirect_uri(REDIRECT_URI).http(http()).blocking_http(blocking_http()).cache(patient());
    let client = builder.register(metadata, None).await.unwrap();
    for face in Face::BOTH {
        let login = log_in(face, &client, &mut Browser::new()).await.unwrap();
        assert_eq!(login.id_token().algorithm(), Some(SignatureAlgorithm::PS256));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_service_gets_tokens_for_itself_and_a_resource_validates_them() {
    let issuer = Issuer::shared();
    for (id, secret) in [("service-basic", SECRET), ("service-post", SECRET)] {
        let builder = OidcClient::builder().issuer(&issuer.url).client_id(id).client_secret(secret);
        let client = builder.http(http()).blocking_http(blocking_http()).cache(patient()).build().unwrap();
        for face in Face::BOTH {
            let request = || {
                let request = identity_model::ClientCredentialsTokenRequest::builder();
                request.scope(["api:read"]).resource(["urn:test:api:ES384"])
            };
            let tokens = by!(face, client, client_credentials(request())).unwrap();
            let validator = by!(face, client, access_token_validator("urn:test:api:ES384")).unwrap();
            assert_eq!(validator.validate(tokens.access_token()).await.unwrap().client_id(), Some(id));
        }
    }
}

impl Browser {
    /// Says yes on the provider's logout page and follows it back.
    async fn confirm_logout(&mut self, address: &Url, back: &str) -> Url {
        let page = self.page(address).await;
        let between = |before: &str| page.split_once(before).and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default().to_owned();
        let (action, xsrf) = (between("action=\""), between("name=\"xsrf\" value=\""));
        assert!(!action.is_empty() && !xsrf.is_empty(), "no logout page at {}: {page}", address.path());
        let location = self.submit(&address.join(&action).unwrap(), &format!("xsrf={xsrf}&logout=yes")).await;
        let arrived = address.join(&location).unwrap();
        assert!(arrived.as_str().starts_with(back), "{arrived}");
        arrived
    }
}
