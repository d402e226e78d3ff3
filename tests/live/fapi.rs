//! FAPI 2.0 at a real provider: DPoP with nonces never, sometimes and always, the Security Profile, and Message Signing.

use identity_model::client::{Login, LoginOptions, OidcClient};
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::profile::{Profile, Verdict};
use identity_model::protocol::authorize::{Callback, Prompt, RequestObjectSettings, ResponseMode};
use identity_model::protocol::dpop::DpopKey;
use identity_model::{Error, blocking};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::faces::{self, Face, blocking_http, http, patient};
use crate::server::Issuer;

const REDIRECT_URI: &str = "https://app.example.com/callback";

/// The names of issuers, by when they want a nonce.
const NONCES: [&str; 3] = ["fapi", "nonce-sometimes-fapi", "nonce-always-fapi"];

/// The provider listens on a loopback address without TLS, which the profile forbids; all else holds.
fn on_loopback(profile: Profile) -> Profile {
    profile.danger_without_rule("PF11")
}

/// A client that keeps the profile at its provider: the provider holds it to that, too.
async fn register(issuer: &Issuer, key: &PrivateKey, metadata: Value) {
    let public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    let mut client = json!({
        "client_id": "fapi", "x_fapi": "2.0", "redirect_uris": [REDIRECT_URI], "response_types": ["code"],
        "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256", "id_token_signed_response_alg": "ES256", "jwks": { "keys": [public] },
        "require_pushed_authorization_requests": true, "dpop_bound_access_tokens": true,
    });
    client.as_object_mut().unwrap().extend(metadata.as_object().cloned().unwrap());
    issuer.add_client(&client).await;
}

macro_rules! builder {
    ($issuer:expr, $key:expr) => {
        OidcClient::builder()
            .issuer(&$issuer.url)
            .client_id("fapi")
            .redirect_uri(REDIRECT_URI)
            .scope(["openid", "profile", "offline_access"])
            .client_key($key.signer(SignatureAlgorithm::ES256).unwrap())
            .dpop(DpopKey::generate().unwrap())
            .id_token_signed_response_alg(SignatureAlgorithm::ES256)
            .http(http())
            .blocking_http(blocking_http())
            .cache(patient())
    };
}

async fn log_in(face: Face, client: &OidcClient) -> Result<Login, Error> {
    let options = LoginOptions::new().login_hint("carol").prompt([Prompt::Consent]);
    let twin = blocking::OidcClient::from(client);
    let begun = match face {
        Face::Async => client.begin_login(options).await?,
        Face::Blocking => {
            let twin = twin.clone();
            faces::blocking(move || twin.begin_login(options)).await?
        }
    };
    let arrived = Browser::new().follow(&begun.url, REDIRECT_URI).await;
    let (transaction, callback) = (begun.transaction, Callback::from_url(arrived.as_str())?);
    match face {
        Face::Async => client.finish_login(transaction, callback).await,
        Face::Blocking => faces::blocking(move || twin.finish_login(transaction, callback)).await,
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn the_security_profile_with_nonces_never_sometimes_and_always() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    for name in NONCES {
        let issuer = Issuer::own(name).await;
        register(&issuer, &key, json!({})).await;
        for face in Face::BOTH {
            let client = builder!(issuer, key).profile(on_loopback(Profile::fapi2_security())).build().unwrap();
            let login = log_in(face, &client).await.unwrap_or_else(|error| panic!("{name} {face:?}: {error}"));
            assert_eq!(login.subject(), "carol");
            assert!(login.access_token().unwrap().dpop_thumbprint().is_some(), "{name}");
            assert_eq!(client.userinfo(login.session()).await.unwrap().subject(), "carol", "{name}");
            let refreshed = client.refresh(login.session()).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            let session = refreshed.into_session().unwrap();
            assert_eq!(client.userinfo(&session).await.unwrap().subject(), "carol", "{name}");
            let report = client.profile_report(&on_loopback(Profile::fapi2_security()), &[]).await.unwrap();
            assert_eq!(report.verdict(), Verdict::Accepted, "{report}");
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn message_signing_by_signed_requests_and_responses() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let issuer = Issuer::own("nonce-signed-fapi").await;
    let signed = json!({
        "request_object_signing_alg": "ES256", "require_signed_request_object": true, "authorization_signed_response_alg": "ES256",
    });
    register(&issuer, &key, signed).await;
    for face in Face::BOTH {
        let client = builder!(issuer, key)
            .profile(on_loopback(Profile::fapi2_message_signing()))
            .request_object(RequestObjectSettings::signed(key.signer(SignatureAlgorithm::ES256).unwrap()))
            .response_mode(ResponseMode::Jwt)
            .authorization_signed_response_alg(SignatureAlgorithm::ES256)
            .build()
            .unwrap();
        let login = log_in(face, &client).await.unwrap_or_else(|error| panic!("{face:?}: {error}"));
        assert_eq!(login.subject(), "carol");
        assert!(login.signed_response().is_some_and(|text| text.expose().split('.').count() == 3));
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn what_is_weaker_than_the_profile_the_provider_refuses_as_well() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let issuer = Issuer::own("fapi-weaker").await;
    register(&issuer, &key, json!({})).await;
    let plain = builder!(issuer, key).pushed(false).build().unwrap();
    let begun = plain.begin_login(LoginOptions::new().login_hint("carol")).await.unwrap();
    let arrived = Browser::new().follow(&begun.url, REDIRECT_URI).await;
    let error = plain.finish_login(begun.transaction, Callback::from_url(arrived.as_str()).unwrap()).await.unwrap_err();
    assert_eq!(error.authorization_error().map(|error| error.error()), Some("invalid_request"), "a request that is not pushed: {error}");
}
