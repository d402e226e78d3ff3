//! Logins that `LoginRequest` begins: parameters in the address, request objects (RFC 9101) by value and pushed, signed and encrypted, up to the
//! tokens.

use std::time::{Duration, SystemTime};

use identity_model::jose::{ContentEncryptionAlgorithm, JweEncrypter, KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm};
use identity_model::protocol::authorize::{
    BegunLogin, Callback, ClaimRequest, ClaimsRequest, LoginRequest, Prompt, RequestObjectSettings, ResponseMode,
};
use identity_model::protocol::token::TokenResponse;
use identity_model::validation::TokenValidationOptions;
use identity_model::{ClientAuthentication, Error, TokenValidator};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::faces::{Face, provider_keys, send_by};
use crate::server::{Issuer, SECRET};

const CLIENT: &str = "signing";
const REDIRECT_URI: &str = "http://127.0.0.1/callback?tenant=a%20b";

/// A client with a key, on an issuer of its own.
async fn client(name: &str, more: Value) -> (Issuer, PrivateKey) {
    let issuer = Issuer::own(name).await;
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap().with_key_id("client-key").unwrap();
    let public: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
    let mut metadata = json!({
        "client_id": CLIENT, "client_secret": SECRET, "token_endpoint_auth_method": "client_secret_basic",
        "application_type": "native", "redirect_uris": [REDIRECT_URI], "jwks": { "keys": [public] },
    });
    metadata.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap());
    issuer.add_client(&metadata).await;
    (issuer, key)
}

async fn request(issuer: &Issuer, object: Option<RequestObjectSettings>, pushed: bool) -> LoginRequest {
    LoginRequest::builder()
        .provider(issuer.discover().await)
        .client_id(CLIENT)
        .authentication(ClientAuthentication::secret_basic(SECRET))
        .redirect_uri(REDIRECT_URI)
        .maybe_request_object(object)
        .pushed(pushed)
        .scope(["openid", "profile"])
        .login_hint("grace")
        .prompt([Prompt::Login, Prompt::Consent])
        .max_age(Duration::from_secs(300))
        .ui_locales(["de-CH", "de"])
        .claims(ClaimsRequest::new().id_token("auth_time", ClaimRequest::essential()).userinfo("name", ClaimRequest::voluntary()))
        .build()
}

/// Goes there, comes back, redeems the code and validates the ID token.
async fn finish(issuer: &Issuer, face: Face, begun: BegunLogin) {
    let arrived = Browser::new().follow(&begun.url, "http://127.0.0.1/callback").await;
    let callback = Callback::from_url(arrived.as_str()).unwrap();
    let (request, login) = begun.transaction.check(&callback, SystemTime::now()).unwrap().into_token_request();
    let tokens: Result<TokenResponse, Error> = send_by!(face, request.authentication(ClientAuthentication::secret_basic(SECRET)).build());
    let tokens = tokens.unwrap();
    let rules = TokenValidationOptions::id_token().issuer(issuer.url.as_str()).audience(CLIENT).build();
    let rules = login.id_token_options(rules, &tokens);
    let validator = TokenValidator::with_options(provider_keys(&issuer.url), rules);
    let token = validator.validate(tokens.id_token().unwrap().expose()).await.unwrap();
    assert_eq!((token.subject(), token.try_get_i64("auth_time").is_some()), (Some("grace"), true));
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn what_is_asked_for_arrives_in_the_address_and_pushed() {
    let (issuer, _) = client("plain-requests", json!({})).await;
    for face in Face::BOTH {
        for pushed in [true, false] {
            let begun = send_by!(face, request(&issuer, None, pushed).await).unwrap();
            assert_eq!(begun.url.query_pairs().count() == 2, pushed, "client_id and request_uri alone");
            finish(&issuer, face, begun).await;
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn signed_and_encrypted_request_objects_are_understood() {
    let registered = json!({ "request_object_signing_alg": "ES256", "require_signed_request_object": true });
    let (issuer, key) = client("request-objects", registered).await;
    let signed = RequestObjectSettings::signed(key.signer(SignatureAlgorithm::ES256).unwrap());
    let (algorithm, encryption) = (KeyManagementAlgorithm::RSA_OAEP_256, ContentEncryptionAlgorithm::A256GCM);
    let keys = issuer.keys().await;
    let recipient = keys.keys().iter().find_map(|key| JweEncrypter::new(key, algorithm, encryption).ok());
    let encrypted = recipient.map(|recipient| signed.clone().encrypted(recipient));
    assert!(encrypted.is_some(), "the server publishes a key to encrypt to");
    for settings in [Some(signed), encrypted] {
        for face in Face::BOTH {
            for pushed in [true, false] {
                let begun = send_by!(face, request(&issuer, settings.clone(), pushed).await).unwrap();
                finish(&issuer, face, begun).await;
            }
        }
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn an_object_by_another_key_is_refused_where_it_is_pushed() {
    let registered = json!({ "request_object_signing_alg": "ES256", "require_signed_request_object": true });
    let (issuer, _) = client("foreign-objects", registered).await;
    let other = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap().with_key_id("client-key").unwrap();
    let settings = RequestObjectSettings::signed(other.signer(SignatureAlgorithm::ES256).unwrap());
    for face in Face::BOTH {
        let error = send_by!(face, request(&issuer, Some(settings.clone()), true).await).unwrap_err();
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_request_object");
        let error = send_by!(face, request(&issuer, None, true).await).unwrap_err();
        assert!(error.oauth_error().is_some(), "a plain request of a client that registered for signed ones: {error}");
    }
}

#[tokio::test]
#[ignore = "needs a server: tests/live/run"]
async fn a_signed_answer_is_asked_for() {
    let (issuer, _) = client("signed-answers", json!({ "authorization_signed_response_alg": "ES256" })).await;
    let login = LoginRequest::builder().provider(issuer.discover().await).client_id(CLIENT).redirect_uri(REDIRECT_URI);
    let login = login.authentication(ClientAuthentication::secret_basic(SECRET)).response_mode(ResponseMode::Jwt).login_hint("grace");
    let begun = send_by!(Face::Async, login.build()).unwrap();
    let arrived = Browser::new().follow(&begun.url, "http://127.0.0.1/callback").await;
    let names: Vec<_> = arrived.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["tenant", "response"], "the address as it was registered, and one signed token");
    assert!(begun.transaction.is_answered_by(&Callback::from_url(arrived.as_str()).unwrap()));
}
