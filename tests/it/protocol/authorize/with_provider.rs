//! Logins that `LoginRequest` begins, against the provider of tests: it reads what this crate writes, in every form there is.

use std::time::{Duration, SystemTime};

use http::Method;
use identity_model::encoding::base64url;
use identity_model::encoding::challenge::Challenge;
use identity_model::jose::{ContentEncryptionAlgorithm, JweEncrypter, KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm};
use identity_model::protocol::authorization_details::AuthorizationDetail;
use identity_model::protocol::authorize::{
    BegunLogin, Callback, CheckSession, ClaimRequest, ClaimsRequest, LoginRequest, Prompt, ReceivedCallback, RequestObjectSettings,
    ResponseMode, ResponsePlace, ResponseType, StepUp,
};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryDocumentResponse};
use identity_model::protocol::jwks::JwksRequest;
use identity_model::testing::{Authorized, ProviderEndpoint, TestClient, TestProvider, TestProviderBuilder, TestUser};
use serde_json::{Value, json};

const CALLBACK: &str = "https://app.test/cb?tenant=a%20b";

/// A complete login at the provider of a scene, to which more can be added.
macro_rules! login {
    ($scene:expr) => {
        LoginRequest::builder()
            .provider(&$scene.disco)
            .client_id("app")
            .authentication(ClientAuthentication::secret_basic("s3cret"))
            .redirect_uri(CALLBACK)
    };
}

struct Scene {
    key: PrivateKey,
    provider: TestProvider,
    disco: DiscoveryDocumentResponse,
}

impl Scene {
    fn new(change: impl FnOnce(TestProviderBuilder) -> TestProviderBuilder) -> Self {
        let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
        let jwk: Value = serde_json::from_str(key.public_jwk().to_json()).unwrap();
        let client = TestClient::new("app").secret("s3cret").public_key(jwk).redirect_uris([CALLBACK]);
        let provider = change(TestProvider::builder().client(client).user(TestUser::new("alice"))).build();
        let disco = DiscoveryDocumentRequest::builder().address(provider.issuer()).send_blocking(&provider).unwrap();
        Self { key, provider, disco }
    }

    fn signed(&self) -> RequestObjectSettings {
        RequestObjectSettings::signed(self.key.signer(SignatureAlgorithm::ES256).unwrap())
    }

    fn begin(&self, request: LoginRequest) -> BegunLogin {
        request.send_blocking(&self.provider).unwrap()
    }

    /// The user goes there and comes back; the code is redeemed. The claims of the ID token.
    #[track_caller]
    fn finish(&self, begun: BegunLogin) -> Value {
        let answer = self.provider.authorize(begun.url.as_str());
        let place = begun.transaction.response_mode().place(begun.transaction.response_type());
        let received = begun.transaction.receive(&callback(&answer, place), SystemTime::now()).unwrap();
        let ReceivedCallback::Checked(checked) = received else { panic!("{received:?}") };
        let (request, _) = checked.into_token_request();
        let tokens = request.authentication(ClientAuthentication::secret_basic("s3cret")).send_blocking(&self.provider).unwrap();
        claims_of(tokens.id_token().unwrap().expose())
    }

    fn pushes(&self) -> usize {
        self.provider.requests(ProviderEndpoint::PushedAuthorization)
    }
}

/// That a token is believed is tested elsewhere.
fn claims_of(token: &str) -> Value {
    serde_json::from_slice(&base64url::decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn callback(answer: &Authorized, place: ResponsePlace) -> Callback {
    match place {
        ResponsePlace::Form => Callback::from_form(&Method::POST, Some("application/x-www-form-urlencoded"), answer.form_body()).unwrap(),
        ResponsePlace::Query | ResponsePlace::Fragment => Callback::from_url(answer.location()).unwrap(),
    }
}

#[test]
fn plain_http_request_and_the_nonce_comes_back() {
    for mode in [None, Some(ResponseMode::Query), Some(ResponseMode::Fragment), Some(ResponseMode::FormPost)] {
        for pushed in [true, false] {
            let scene = Scene::new(|provider| provider);
            let login = login!(scene).pushed(pushed);
            let begun = scene.begin(match mode {
                Some(mode) => login.response_mode(mode).build(),
                None => login.build(),
            });
            let nonce = nonce(&begun);
            assert_eq!(scene.finish(begun)["nonce"], json!(nonce), "{mode:?} {pushed}");
            assert_eq!(scene.pushes(), usize::from(pushed));
        }
    }
}

fn nonce(begun: &BegunLogin) -> String {
    let kept: Value = serde_json::from_str(begun.transaction.to_text().expose()).unwrap();
    kept["nonce"].as_str().unwrap().to_owned()
}

#[test]
fn request_object_signed_by_value_pushed_and_encrypted() {
    let scene = Scene::new(|provider| provider.encrypted_request_objects(KeyManagementAlgorithm::RSA_OAEP_256));
    let keys = JwksRequest::builder().address(scene.disco.jwks_uri().unwrap()).send_blocking(&scene.provider).unwrap();
    let recipient = keys.key_set().keys().iter().find(|key| key.key_id() == Some("enc-1")).unwrap();
    let encryption = ContentEncryptionAlgorithm::A256GCM;
    let encrypter = JweEncrypter::new(recipient, KeyManagementAlgorithm::RSA_OAEP_256, encryption).unwrap();
    for settings in [scene.signed(), scene.signed().encrypted(encrypter), scene.signed().repeating_response_type_and_scope()] {
        for pushed in [true, false] {
            let begun = scene.begin(login!(scene).pushed(pushed).request_object(settings.clone()).build());
            let nonce = nonce(&begun);
            assert_eq!(scene.finish(begun)["nonce"], json!(nonce));
        }
    }
    assert_eq!(scene.pushes(), 3);
}

#[test]
fn request_uri_signed_rs256_and_none_are_served_by_the_application() {
    let scene = Scene::new(|provider| provider);
    let address = "https://app.test/objects/5c1e";
    for settings in [scene.signed(), RequestObjectSettings::danger_unsigned()] {
        let begun = scene.begin(login!(scene).request_object(settings).request_object_at(address).build());
        scene.provider.serve_request_object(address, begun.request_object.as_ref().unwrap().text().expose());
        scene.finish(begun);
    }
    assert_eq!(scene.pushes(), 0);
}

#[test]
fn r7_a_provider_that_demands_gets_what_it_demands() {
    let scene = Scene::new(|provider| provider.require_pushed_authorization());
    scene.finish(scene.begin(login!(scene).build()));
    let scene = Scene::new(|provider| provider.require_signed_request_objects());
    scene.finish(scene.begin(login!(scene).request_object(scene.signed()).build()));
    scene.finish(scene.begin(login!(scene).request_object(scene.signed()).pushed(false).build()));
    let refused = login!(scene).build().send_blocking(&scene.provider).unwrap_err();
    assert_eq!(refused.code(), "request_form");
    let scene = Scene::new(|provider| provider.require_pushed_authorization().require_signed_request_objects());
    scene.finish(scene.begin(login!(scene).request_object(scene.signed()).build()));
    assert_eq!(scene.pushes(), 1);
}

#[test]
fn nonce_unless_code_flow_the_hybrid_types_are_understood() {
    for response_type in ResponseType::ALL.iter().copied().filter(|known| known.returns_id_token()) {
        let scene = Scene::new(|provider| provider);
        let begun = scene.begin(login!(scene).response_type(response_type).build());
        let nonce = nonce(&begun);
        let answer = scene.provider.authorize(begun.url.as_str());
        assert_eq!(claims_of(&answer.parameter("id_token").unwrap())["nonce"], json!(nonce), "{response_type}");
        let received = begun.transaction.receive(&callback(&answer, ResponsePlace::Fragment), SystemTime::now()).unwrap();
        assert!(matches!(received, ReceivedCallback::FrontChannel(_)));
    }
}

#[test]
fn what_is_asked_for_arrives_and_a_step_up_asks_for_more() {
    let scene = Scene::new(|provider| provider);
    let line = r#"Bearer error="insufficient_user_authentication", acr_values="gold", max_age="60""#;
    let step_up = StepUp::from_challenges(&Challenge::parse([line])).unwrap().unwrap();
    for pushed in [true, false] {
        let claims = ClaimsRequest::new().id_token("auth_time", ClaimRequest::essential());
        let login = login!(scene).pushed(pushed).step_up(&step_up).claims(claims).scope(["openid", "email"]);
        let login = login.authorization_details([AuthorizationDetail::new("payment")]).prompt([Prompt::Login]).login_hint("alice");
        let begun = scene.begin(login.build());
        let claims = scene.finish(begun);
        assert_eq!((&claims["acr"], claims["auth_time"].is_number(), &claims["sub"]), (&json!("gold"), true, &json!("alice")), "{claims}");
    }
}

#[test]
fn a_page_watches_the_session_that_the_callback_named() {
    let scene = Scene::new(|provider| provider);
    let begun = scene.begin(login!(scene).build());
    let answer = scene.provider.authorize(begun.url.as_str());
    let Some(state) = answer.parameter("session_state") else { panic!("{:?}", answer.parameters()) };
    let watch = CheckSession::new(&scene.disco, "app", &state).unwrap();
    assert_eq!((watch.origin(), watch.message()), ("https://idp.test", format!("app {state}")));
}

#[test]
fn r6_a_pushed_reference_is_good_once_at_the_provider_as_well() {
    let scene = Scene::new(|provider| provider);
    let begun = scene.begin(login!(scene).build());
    assert!(begun.expires_at <= SystemTime::now() + Duration::from_secs(61));
    assert!(scene.provider.authorize(begun.url.as_str()).parameter("code").is_some());
    assert_eq!(scene.provider.authorize(begun.url.as_str()).status().as_u16(), 400);
}
