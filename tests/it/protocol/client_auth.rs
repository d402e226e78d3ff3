//! Client authentication on the wire: RFC 7523, OpenID Connect Core section 9, RFC 8705.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use identity_model::environment::{Environment, FixedClock, FixedTimer};
use identity_model::exchange::{
    AssertionError, AssertionFactory, AssertionRequest, AssertionSource, BlockingAssertionFactory, ClientAssertion,
};
use identity_model::jose::{CompactJws, JsonWebKeySet, JwsVerifier, PrivateKey, SignatureAlgorithm, TokenLimits};
use identity_model::protocol::client_auth::{AssertionAudience, ClientAuthentication};
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy, KeySetLoading};
use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::testing::{RecordedRequest, ScriptedHttpClient, ScriptedResponse};
use identity_model::{DiscoveryDocumentRequest, ErrorKind};
use serde_json::{Value, json};

const NOW: u64 = 1_750_000_000;
const GOOD: &str = r#"{"access_token":"t","token_type":"Bearer"}"#;

fn environment() -> (Environment, FixedTimer) {
    let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW));
    let timer = FixedTimer::moving(&clock);
    (Environment::system().with_clock(clock).with_timer(timer.clone()), timer)
}

async fn disco(members: Value) -> DiscoveryDocumentResponse {
    let mut document = json!({"issuer": "https://idp.example.com", "token_endpoint": "https://idp.example.com/token"});
    document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let http = ScriptedHttpClient::builder()
        .get("https://idp.example.com/.well-known/openid-configuration", ScriptedResponse::json(200, document.to_string()))
        .build();
    let policy = DiscoveryPolicy::builder()
        .key_set_loading(KeySetLoading::Lazy)
        .additional_endpoint_base_address("https://mtls.example.com")
        .build();
    DiscoveryDocumentRequest::builder().address("https://idp.example.com").policy(policy).send(&http).await.unwrap()
}

fn assertion(request: &RecordedRequest) -> (String, Value) {
    assert_eq!(request.form_value("client_assertion_type").as_deref(), Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"));
    assert_eq!(request.form_value("client_id").as_deref(), Some("app"));
    assert!(request.header("authorization").is_none());
    let text = request.form_value("client_assertion").unwrap();
    let claims = serde_json::from_slice(CompactJws::parse(&text, TokenLimits::default()).unwrap().unverified_payload()).unwrap();
    (text, claims)
}

#[tokio::test]
async fn a3_an_assertion_is_signed_for_the_issuer_and_made_anew_for_every_attempt() {
    let key = PrivateKey::generate(SignatureAlgorithm::PS256).unwrap().with_key_id("k1").unwrap();
    let disco = disco(json!({})).await;
    let http = ScriptedHttpClient::builder()
        .post("https://idp.example.com/token", ScriptedResponse::json(503, "{}").header("Retry-After", "2"))
        .post("https://idp.example.com/token", ScriptedResponse::json(200, GOOD))
        .build();
    let (environment, timer) = environment();
    ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint().unwrap())
        .client_id("app")
        .authentication(ClientAuthentication::private_key_jwt(key.signer(SignatureAlgorithm::PS256).unwrap()))
        .environment(environment)
        .send(&http)
        .await
        .unwrap();
    assert_eq!(timer.waits(), [Duration::from_secs(2)]);
    let requests = http.requests();
    let (first, claims) = assertion(&requests[0]);
    assert_eq!(claims["iss"], "app");
    assert_eq!(claims["sub"], "app");
    assert_eq!(claims["aud"], "https://idp.example.com", "the issuer, as a string");
    assert_eq!(claims["iat"], NOW);
    assert_eq!(claims["nbf"], NOW);
    assert_eq!(claims["exp"], NOW + 60);
    assert!(claims["jti"].as_str().unwrap().len() >= 22, "128 bits or more");
    let jws = CompactJws::parse(&first, TokenLimits::default()).unwrap();
    assert_eq!(jws.header().key_id(), Some("k1"));
    let keys = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
    JwsVerifier::new(SignatureAlgorithm::PS256).unwrap().verify(&jws, &keys).unwrap();
    let (second, later) = assertion(&requests[1]);
    assert_ne!(first, second);
    assert_ne!(claims["jti"], later["jti"]);
    assert_eq!(later["iat"], NOW + 2);
}

#[tokio::test]
async fn a3_the_audience_is_selectable_and_has_to_be_known() {
    let key = PrivateKey::generate(SignatureAlgorithm::EDDSA).unwrap();
    let authentication = ClientAuthentication::private_key_jwt(key.signer(SignatureAlgorithm::EDDSA).unwrap());
    let send = async |authentication: ClientAuthentication, expected: bool| {
        let mut script = ScriptedHttpClient::builder();
        if expected {
            script = script.post("https://idp.example.com/token", ScriptedResponse::json(200, GOOD));
        }
        let http = script.build();
        let outcome = ClientCredentialsTokenRequest::builder()
            .address("https://idp.example.com/token")
            .client_id("app")
            .authentication(authentication)
            .send(&http)
            .await;
        (outcome, http.requests())
    };
    let (outcome, requests) = send(authentication.clone(), false).await;
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Configuration, "an address given as text has no issuer");
    assert!(requests.is_empty());
    let (outcome, requests) = send(authentication.clone().with_audience(AssertionAudience::Endpoint), true).await;
    outcome.unwrap();
    assert_eq!(assertion(&requests[0]).1["aud"], "https://idp.example.com/token");
    let (outcome, requests) = send(authentication.with_audience(AssertionAudience::Exactly("urn:idp".to_owned())), true).await;
    outcome.unwrap();
    assert_eq!(assertion(&requests[0]).1["aud"], "urn:idp");
}

#[tokio::test]
async fn a4_an_algorithm_that_the_server_does_not_take_is_refused_before_anything_is_sent() {
    let key = PrivateKey::generate(SignatureAlgorithm::EDDSA).unwrap();
    let disco = disco(json!({"token_endpoint_auth_signing_alg_values_supported": ["PS256", "ES256"]})).await;
    let http = ScriptedHttpClient::builder().build();
    let error = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint().unwrap())
        .client_id("app")
        .authentication(ClientAuthentication::private_key_jwt(key.signer(SignatureAlgorithm::EDDSA).unwrap()))
        .send(&http)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("PS256, ES256"), "{error}");
}

#[tokio::test]
async fn a4_a_secret_shorter_than_the_hash_is_refused_when_it_is_configured() {
    assert_eq!(ClientAuthentication::secret_jwt("short", SignatureAlgorithm::HS256).unwrap_err().code(), "key_unfit");
    assert_eq!(ClientAuthentication::secret_jwt("x".repeat(32), SignatureAlgorithm::HS512).unwrap_err().code(), "key_unfit");
    assert_eq!(ClientAuthentication::secret_jwt("x".repeat(64), SignatureAlgorithm::RS256).unwrap_err().code(), "key_unfit");
    let authentication = ClientAuthentication::secret_jwt("x".repeat(32), SignatureAlgorithm::HS256).unwrap();
    let disco = disco(json!({})).await;
    let http = ScriptedHttpClient::builder().post("https://idp.example.com/token", ScriptedResponse::json(200, GOOD)).build();
    ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint().unwrap())
        .client_id("app")
        .authentication(authentication)
        .send(&http)
        .await
        .unwrap();
    let (text, _) = assertion(&http.requests()[0]);
    assert_eq!(CompactJws::parse(&text, TokenLimits::default()).unwrap().header().algorithm_name(), "HS256");
}

struct Vault(Arc<AtomicUsize>);

#[async_trait::async_trait]
impl AssertionFactory for Vault {
    async fn assertion(&self, request: &AssertionRequest) -> Result<ClientAssertion, AssertionError> {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        Ok(ClientAssertion::jwt(format!("{}|{}|{number}", request.client_id(), request.audience())))
    }
}

#[tokio::test]
async fn an_assertion_factory_is_asked_once_an_attempt_and_a_blocking_driver_refuses_an_async_one() {
    let asked = Arc::new(AtomicUsize::new(0));
    let disco = disco(json!({})).await;
    let http = ScriptedHttpClient::builder()
        .post("https://idp.example.com/token", ScriptedResponse::json(429, "{}").header("Retry-After", "1"))
        .post("https://idp.example.com/token", ScriptedResponse::json(200, GOOD))
        .build();
    let request = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint().unwrap())
        .client_id("app")
        .authentication(ClientAuthentication::assertion(AssertionSource::new(Vault(Arc::clone(&asked)))))
        .environment(environment().0)
        .build();
    request.send(&http).await.unwrap();
    let sent: Vec<_> = http.requests().iter().map(|request| request.form_value("client_assertion").unwrap()).collect();
    assert_eq!(sent, ["app|https://idp.example.com|0", "app|https://idp.example.com|1"]);
    let nobody = ScriptedHttpClient::builder().build();
    let error = request.send_blocking(&nobody).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

struct Empty(ClientAssertion);

impl BlockingAssertionFactory for Empty {
    fn assertion_blocking(&self, _request: &AssertionRequest) -> Result<ClientAssertion, AssertionError> {
        Ok(self.0.clone())
    }
}

#[tokio::test]
async fn a2_an_empty_assertion_is_refused_and_nothing_is_sent_without_authentication() {
    let disco = disco(json!({})).await;
    for empty in [ClientAssertion::jwt(""), ClientAssertion::of_type("", "h.c.s")] {
        let http = ScriptedHttpClient::builder().build();
        let error = ClientCredentialsTokenRequest::builder()
            .address(disco.token_endpoint().unwrap())
            .client_id("app")
            .authentication(ClientAuthentication::assertion(AssertionSource::new_blocking(Empty(empty))))
            .send_blocking(&http)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(http.requests().is_empty());
    }
}

#[tokio::test]
async fn h1_d6_an_explicit_policy_judges_the_alias_too() {
    let disco = disco(json!({"mtls_endpoint_aliases": {"token_endpoint": "https://mtls.example.com/token"}})).await;
    let http = ScriptedHttpClient::builder().build();
    let error = ClientCredentialsTokenRequest::builder()
        .address(disco.token_endpoint().unwrap())
        .client_id("app")
        .authentication(ClientAuthentication::tls_client_auth())
        .policy(DiscoveryPolicy::builder().authority("https://idp.example.com").build())
        .send(&http)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "endpoint_host"));
    assert!(http.requests().is_empty());
}

#[tokio::test]
async fn d6_a_client_certificate_goes_to_the_alias_and_nothing_else_does() {
    let disco = disco(json!({"mtls_endpoint_aliases": {"token_endpoint": "https://mtls.example.com/token"}})).await;
    for (authentication, address) in [
        (ClientAuthentication::TlsClientAuth, "https://mtls.example.com/token"),
        (ClientAuthentication::SelfSignedTls, "https://mtls.example.com/token"),
        (ClientAuthentication::secret_basic("s"), "https://idp.example.com/token"),
    ] {
        let http = ScriptedHttpClient::builder().post(address, ScriptedResponse::json(200, GOOD)).build();
        ClientCredentialsTokenRequest::builder()
            .address(disco.token_endpoint().unwrap())
            .client_id("app")
            .authentication(authentication.clone())
            .send(&http)
            .await
            .unwrap();
        let is_basic = authentication.method() == "client_secret_basic";
        assert_eq!(http.requests()[0].form_value("client_id").is_none(), is_basic, "a2");
    }
}

#[tokio::test]
async fn the_strongest_common_method_is_chosen() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let can = || {
        [
            ClientAuthentication::secret_post("s"),
            ClientAuthentication::secret_basic("s"),
            ClientAuthentication::private_key_jwt(key.signer(SignatureAlgorithm::ES256).unwrap()),
        ]
    };
    let silent = disco(json!({})).await;
    assert_eq!(ClientAuthentication::strongest(can(), &silent).unwrap().method(), "client_secret_basic");
    let both = disco(json!({"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]})).await;
    assert_eq!(ClientAuthentication::strongest(can(), &both).unwrap().method(), "private_key_jwt");
    let neither = disco(json!({"token_endpoint_auth_methods_supported": ["tls_client_auth"]})).await;
    assert!(ClientAuthentication::strongest(can(), &neither).is_none());
}

#[tokio::test]
async fn a4_the_strongest_common_method_has_a_common_algorithm() {
    let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let can = || {
        [
            ClientAuthentication::secret_jwt("x".repeat(32), SignatureAlgorithm::HS256).unwrap(),
            ClientAuthentication::secret_basic("s"),
            ClientAuthentication::private_key_jwt(key.signer(SignatureAlgorithm::ES256).unwrap()),
        ]
    };
    for (algorithms, method) in [
        (json!(["ES256", "HS256"]), "private_key_jwt"),
        (json!(["PS256", "HS256"]), "client_secret_jwt"),
        (json!(["PS256"]), "client_secret_basic"),
        (json!([]), "private_key_jwt"),
    ] {
        let server = disco(json!({
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_jwt", "private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": algorithms,
        }));
        assert_eq!(ClientAuthentication::strongest(can(), &server.await).unwrap().method(), method, "{algorithms}");
    }
}
