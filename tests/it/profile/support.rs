//! A provider and a client that keep FAPI 2.0, and a record of what they say to each other.

use std::sync::{Arc, Mutex};

use identity_model::client::{LoginOptions, OidcClient};
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::profile::{ClientConfiguration, Profile, ProfileEvidence, ProfileFinding, ProfileMessage, ProfileReport, RuleResult};
use identity_model::protocol::authorize::{Callback, RequestObjectSettings};
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use identity_model::protocol::dpop::DpopKey;
use identity_model::testing::{DpopNonces, TestClient, TestProvider, TestProviderBuilder, TestUser};
use identity_model::transport::{HttpClient, HttpRequest, HttpResponse, TransportError};
use serde_json::{Value, json};

pub(crate) const CLIENT: &str = "fapi";
pub(crate) const CALLBACK: &str = "https://app.example.com/callback";

/// The key of the client's assertions and request objects.
pub(crate) fn client_key() -> PrivateKey {
    static KEY: std::sync::LazyLock<PrivateKey> = std::sync::LazyLock::new(|| PrivateKey::generate(SignatureAlgorithm::ES256).unwrap());
    KEY.clone()
}

pub(crate) fn registration() -> TestClient {
    let public: Value = serde_json::from_str(client_key().public_jwk().to_json()).unwrap();
    TestClient::new(CLIENT).public_key(public).redirect_uris([CALLBACK]).dpop_bound_access_tokens()
}

/// A provider of FAPI 2.0: pushed requests, nonces at both servers, ES256 first.
pub(crate) fn provider(change: impl FnOnce(TestProviderBuilder) -> TestProviderBuilder) -> TestProvider {
    let provider = TestProvider::builder()
        .client(registration())
        .user(TestUser::new("alice").claim("name", "Alice"))
        .algorithms([SignatureAlgorithm::ES256, SignatureAlgorithm::PS256, SignatureAlgorithm::RS256])
        .dpop(DpopNonces::Always)
        .require_pushed_authorization();
    change(provider).build()
}

/// A builder of the client that keeps FAPI 2.0; a macro, as the type of a partly set builder cannot be written down.
macro_rules! fapi {
    ($provider:expr) => {
        $crate::profile::support::loose!($provider).profile(identity_model::profile::Profile::fapi2_security())
    };
}

/// The same without the profile.
macro_rules! loose {
    ($provider:expr) => {
        identity_model::client::OidcClient::builder()
            .issuer($provider.issuer())
            .client_id($crate::profile::support::CLIENT)
            .redirect_uri($crate::profile::support::CALLBACK)
            .client_key($crate::profile::support::client_key().signer(identity_model::jose::SignatureAlgorithm::ES256).unwrap())
            .id_token_signed_response_alg(identity_model::jose::SignatureAlgorithm::ES256)
            .dpop(identity_model::protocol::dpop::DpopKey::generate().unwrap())
            .http($provider.clone())
    };
}

pub(crate) use {fapi, loose};

/// Settings that keep FAPI 2.0 Message Signing, as facts.
pub(crate) fn kept() -> ClientConfiguration {
    let provider = provider(|provider| provider);
    let object = RequestObjectSettings::signed(client_key().signer(SignatureAlgorithm::ES256).unwrap());
    let client = loose!(provider)
        .request_object(object)
        .response_mode(identity_model::protocol::authorize::ResponseMode::Jwt)
        .authorization_signed_response_alg(SignatureAlgorithm::ES256)
        .introspection_signed_response_alg(SignatureAlgorithm::ES256)
        .pushed(true)
        .policy(DiscoveryPolicy::builder().allow_http_on_loopback(false).build());
    client.build().unwrap().configuration()
}

/// The metadata of the provider, with these members changed; `null` leaves one out.
pub(crate) fn metadata(changes: Value) -> DiscoveryDocumentResponse {
    let provider = provider(|provider| provider.metadata("tls_client_certificate_bound_access_tokens", true));
    let address = "https://idp.test/.well-known/openid-configuration";
    let response = provider.send_blocking(http::Request::get(address).body(Default::default()).unwrap()).unwrap();
    let mut document: Value = serde_json::from_slice(response.body()).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        document[name] = value.clone();
    }
    document.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let policy = match changes.get("issuer") {
        Some(_) => DiscoveryPolicy::builder().danger_any_issuer().build(),
        None => DiscoveryPolicy::strict(),
    };
    DiscoveryDocumentResponse::parse(document.to_string(), "https://idp.test", policy).unwrap()
}

pub(crate) fn examine(profile: &Profile, evidence: &ProfileEvidence<'_>) -> ProfileReport {
    profile.examine(evidence, std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_800_000_000))
}

/// The results of one rule, in the order of their stages.
pub(crate) fn results(report: &ProfileReport, id: &str) -> Vec<RuleResult> {
    report.of_rule(id).map(ProfileFinding::result).collect()
}

/// The result of one rule on settings.
pub(crate) fn on_settings(profile: &Profile, id: &str, settings: &ClientConfiguration) -> RuleResult {
    let report = examine(profile, &ProfileEvidence::new().configuration(settings));
    results(&report, id).into_iter().next().unwrap_or_else(|| panic!("{id} has no finding on settings"))
}

/// The result of one rule on metadata, beside settings that keep the profile.
pub(crate) fn on_metadata(profile: &Profile, id: &str, changes: Value) -> RuleResult {
    let document = metadata(changes);
    let report = examine(profile, &ProfileEvidence::new().metadata(&document));
    results(&report, id).into_iter().next().unwrap_or_else(|| panic!("{id} has no finding on metadata"))
}

/// The result of one rule on messages.
pub(crate) fn on_messages(profile: &Profile, id: &str, messages: &[ProfileMessage]) -> RuleResult {
    let document = metadata(json!({}));
    let settings = kept();
    let evidence = ProfileEvidence::new().configuration(&settings).metadata(&document).messages(messages);
    results(&examine(profile, &evidence), id).pop().unwrap_or_else(|| panic!("{id} has no finding on messages"))
}

/// A client of HTTP that writes down what goes through it.
#[derive(Clone)]
pub(crate) struct Recorder {
    provider: TestProvider,
    exchanges: Arc<Mutex<Vec<(HttpRequest, HttpResponse)>>>,
}

impl Recorder {
    pub(crate) fn new(provider: &TestProvider) -> Self {
        Self { provider: provider.clone(), exchanges: Arc::default() }
    }

    pub(crate) fn issuer(&self) -> String {
        self.provider.issuer()
    }

    pub(crate) fn messages(&self) -> Vec<ProfileMessage> {
        let document = metadata(json!({}));
        let exchanges = self.exchanges.lock().unwrap();
        exchanges.iter().flat_map(|(request, response)| ProfileMessage::exchange(&document, request, response)).collect()
    }
}

#[async_trait::async_trait]
impl HttpClient for Recorder {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let response = HttpClient::send(&self.provider, request.clone()).await?;
        self.exchanges.lock().unwrap().push((request, response.clone()));
        Ok(response)
    }
}

/// The messages of a whole login with a refresh, as a client under the profile sends them: browser and callback among them.
pub(crate) async fn recorded_login() -> Vec<ProfileMessage> {
    let provider = provider(|provider| provider);
    let recorder = Recorder::new(&provider);
    let client = fapi!(recorder).build().unwrap();
    let begun = client.begin_login(LoginOptions::new()).await.unwrap();
    let answer = provider.authorize(&begun.url);
    let (url, location) = (begun.url.clone(), answer.location().to_owned());
    let login = client.finish_login(begun.transaction, Callback::from_url(&location).unwrap()).await.unwrap();
    client.userinfo(login.session()).await.unwrap();
    client.refresh(login.session()).await.unwrap();
    let mut messages = recorder.messages();
    messages.push(ProfileMessage::authorization_request(&url));
    messages.push(ProfileMessage::authorization_response(location.split_once('?').unwrap().1));
    messages
}

/// A login from its beginning to its end.
pub(crate) async fn log_in(provider: &TestProvider, client: &OidcClient) -> Result<identity_model::client::Login, identity_model::Error> {
    let begun = client.begin_login(LoginOptions::new()).await?;
    let answer = provider.authorize(&begun.url);
    client.finish_login(begun.transaction, Callback::from_url(answer.location())?).await
}

/// The facts of a key, for a client that is described by hand.
pub(crate) fn dpop_algorithms() -> Vec<String> {
    DpopKey::generate().unwrap().algorithms().map(|algorithm| algorithm.name().to_owned()).collect()
}
