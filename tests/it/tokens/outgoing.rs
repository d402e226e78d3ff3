//! Requests with a managed token: where it goes, and when a request is sent again.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request};
use identity_model::ClientCredentialsTokenRequest;
use identity_model::environment::FixedClock;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::protocol::dpop::DpopKey;
use identity_model::resource::{ApiClient, ApiClientBuilder, ResourceChallenge};
use identity_model::testing::{RecordedRequest, ScriptedHttpClient, ScriptedResponse};
use identity_model::tokens::{TokenManager, TokenSource};
use identity_model::transport::{
    BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, RetrySettings, TransportError, TransportErrorKind,
};
use serde_json::json;

use super::support::{ADDRESS, House, MINUTE, Outcome, SECOND, environment};

const ITEMS: &str = "https://api.example.com/v1/items";

pub(super) fn get(url: &str) -> HttpRequest {
    Request::get(url).body(Bytes::new()).unwrap()
}

fn script(url: &str, answers: &[ScriptedResponse]) -> ScriptedHttpClient {
    answers.iter().fold(ScriptedHttpClient::builder(), |script, answer| script.get(url, answer.clone())).build()
}

fn unauthorized(challenges: &[&str]) -> ScriptedResponse {
    challenges.iter().fold(ScriptedResponse::status(401), |response, challenge| response.header("www-authenticate", challenge))
}

fn ok() -> ScriptedResponse {
    ScriptedResponse::json(200, "[]")
}

fn authorizations(api: &ScriptedHttpClient) -> Vec<String> {
    api.requests().iter().map(|request| request.header("authorization").unwrap_or_default().to_owned()).collect()
}

/// A house whose token is old enough to be renewed after a rejection.
async fn aged_house() -> House {
    let house = House::new([Outcome::lasting(3600)]);
    house.source().token().await.unwrap();
    house.clock.advance(MINUTE);
    house
}

fn client(house: &House, http: &ScriptedHttpClient) -> ApiClient {
    builder(house).base_address("https://api.example.com").http(http.clone()).blocking_http(Blocking(http.clone())).build().unwrap()
}

fn builder(house: &House) -> ApiClientBuilder {
    ApiClient::builder(house.source())
}

#[derive(Clone)]
struct Blocking(ScriptedHttpClient);

impl BlockingHttpClient for Blocking {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.0.send_blocking(request)
    }
}

/// Both faces, on a house of their own each; they have to end alike.
async fn outcome(answers: &[ScriptedResponse]) -> (u16, Vec<String>) {
    let (house, api) = (aged_house().await, script(ITEMS, answers));
    let response = client(&house, &api).request(get(ITEMS)).await.unwrap();
    let (other, other_api) = (aged_house().await, script(ITEMS, answers));
    let blocking = client(&other, &other_api).request_blocking(get(ITEMS)).unwrap();
    assert_eq!((blocking.status(), authorizations(&other_api)), (response.status(), authorizations(&api)));
    api.assert_finished();
    (response.status().as_u16(), authorizations(&api))
}

#[tokio::test]
async fn ou1_the_token_goes_to_the_base_addresses_alone() {
    let house = House::new([Outcome::lasting(3600)]);
    let allowed = [
        "https://api.example.com/v1",
        "https://api.example.com/v1/items?page=2",
        "https://api.example.com:443/v1/items",
        "https://other.example.com:8443/anything",
    ];
    for url in allowed {
        let api = ScriptedHttpClient::builder().get(url.replace(":443", ""), ok()).build();
        let client =
            builder(&house).base_address("https://api.example.com/v1").base_address("https://other.example.com:8443").http(api.clone());
        let response = client.build().unwrap().request(get(url)).await;
        assert_eq!(response.map(|response| response.status().as_u16()).map_err(|error| error.to_string()), Ok(200), "{url}");
        assert_eq!(authorizations(&api), ["Bearer t1"]);
    }
    let forbidden = [
        "https://api.example.com/v10/items",
        "https://api.example.com/",
        "https://api.example.com/v1/../admin",
        "https://api.example.com/v1/%2e%2e/admin",
        "https://api.example.com/v1/%252e%252e/admin",
        "https://api.example.com:444/v1/items",
        "https://api.example.com.evil.example/v1/items",
        "https://evil.example/v1/items",
        "http://api.example.com/v1/items",
        "https://other.example.com/anything",
        "https://127.0.0.1/v1/items",
    ];
    for url in forbidden {
        let api = ScriptedHttpClient::builder().build();
        let client =
            builder(&house).base_address("https://api.example.com/v1").base_address("https://other.example.com:8443").http(api.clone());
        let client = client.build().unwrap();
        let error = client.request(get(url)).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "address_not_allowed"), "{url}");
        let text = error.to_string();
        assert!(text.contains("\"https://api.example.com/v1\"") && text.contains("`.base_address(…)`"), "{text}");
        let error = HttpClient::send(&client, get(url)).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Configuration);
        assert!(api.requests().is_empty());
    }
}

#[tokio::test]
async fn ou1_plain_http_goes_to_the_loopback_that_the_policy_allows() {
    let house = House::new([Outcome::lasting(3600)]);
    let url = "http://127.0.0.1:8080/items";
    let api = ScriptedHttpClient::builder().get(url, ok()).build();
    let client = builder(&house).base_address("http://127.0.0.1:8080").http(api.clone()).build().unwrap();
    assert_eq!(client.request(get(url)).await.unwrap().status(), 200);
    let strict = DiscoveryPolicy::strict().to_builder().allow_http_on_loopback(false).build();
    let error = builder(&house).base_address("http://127.0.0.1:8080").policy(strict).build().unwrap_err();
    assert_eq!(error.code(), "base_address_unusable");
    for base in ["not an address", "http://api.example.com", "ftp://api.example.com", ""] {
        let error = builder(&house).base_address("https://api.example.com").base_address(base).build().unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "base_address_unusable"), "{base}");
    }
    assert_eq!(builder(&house).build().unwrap_err().code(), "base_address_missing");
}

#[tokio::test]
async fn ou1_a_request_brings_no_authorization_of_its_own() {
    let house = House::new([Outcome::lasting(3600)]);
    for name in ["authorization", "dpop"] {
        let api = ScriptedHttpClient::builder().build();
        let mut request = get(ITEMS);
        request.headers_mut().insert(name, "Bearer mine".parse().unwrap());
        let error = client(&house, &api).request(request).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "request_configuration"));
        assert!(error.to_string().contains(&format!("`{name}`")) && !error.to_string().contains("mine"));
    }
    assert_eq!(house.endpoint.requests(), 0, "refused before a token is asked for");
}

#[tokio::test]
async fn ou2_a_rejected_token_is_replaced_once() {
    let renewed = ["Bearer t1".to_owned(), "Bearer t2".to_owned()];
    for challenges in [
        &[][..],
        &["Bearer"],
        &[r#"Bearer realm="api""#],
        &[r#"Bearer error="invalid_token""#],
        &[r#"Basic realm="x""#, r#"bearer error="invalid_token""#],
        &[r#"DPoP algs="ES256", error="invalid_dpop_proof", Bearer error="invalid_token""#],
    ] {
        assert_eq!(outcome(&[unauthorized(challenges), ok()]).await, (200, renewed.to_vec()), "{challenges:?}");
    }
    assert_eq!(outcome(&[unauthorized(&[]), unauthorized(&[])]).await, (401, renewed.to_vec()), "the second rejection is returned");
}

#[tokio::test]
async fn ou2_what_another_token_does_not_mend_is_returned() {
    for challenges in [
        &[r#"Bearer error="insufficient_scope", scope="write""#][..],
        &[r#"Bearer error="insufficient_user_authentication", acr_values="gold""#],
        &[r#"Bearer error="invalid_request""#],
        &[r#"Bearer error="invalid_dpop_proof""#],
        &[r#"Basic realm="x""#],
        &[r#"DPoP algs="ES256""#],
    ] {
        assert_eq!(outcome(&[unauthorized(challenges)]).await, (401, vec!["Bearer t1".to_owned()]), "{challenges:?}");
    }
    let forbidden = ScriptedResponse::status(403).header("www-authenticate", r#"Bearer error="invalid_token""#);
    assert_eq!(outcome(&[forbidden]).await.1.len(), 1);
    for status in [200, 302, 400, 429, 500, 503] {
        assert_eq!(outcome(&[ScriptedResponse::status(status)]).await, (status, vec!["Bearer t1".to_owned()]));
    }
}

#[tokio::test]
async fn ou2_a_renewal_that_fails_leaves_the_response_of_the_api() {
    let house = aged_house().await;
    house.endpoint.then([Outcome::error(400, "invalid_client")]);
    let api = script(ITEMS, &[unauthorized(&[r#"Bearer error="invalid_token""#])]);
    assert_eq!(client(&house, &api).request(get(ITEMS)).await.unwrap().status(), 401);
    assert_eq!(house.endpoint.requests(), 2);
}

#[tokio::test]
async fn ou2_tm8_a_token_of_a_few_seconds_is_not_renewed() {
    let house = House::new([Outcome::lasting(3600)]);
    house.source().token().await.unwrap();
    house.clock.advance(29 * SECOND);
    let api = script(ITEMS, &[unauthorized(&[])]);
    assert_eq!(client(&house, &api).request(get(ITEMS)).await.unwrap().status(), 401);
    assert_eq!(house.endpoint.requests(), 1);
}

#[tokio::test]
async fn ou2_the_body_is_sent_again_with_the_other_token() {
    let house = aged_house().await;
    let api = ScriptedHttpClient::builder().post(ITEMS, unauthorized(&[])).post(ITEMS, ScriptedResponse::status(201)).build();
    let request = Request::builder().method(Method::POST).uri(ITEMS).header("idempotency-key", "7").body(Bytes::from("{}")).unwrap();
    assert_eq!(client(&house, &api).request(request).await.unwrap().status(), 201);
    assert!(api.requests().iter().all(|request| request.body() == b"{}" && request.header("idempotency-key") == Some("7")));
}

#[tokio::test]
async fn tm10_without_a_token_nothing_is_sent() {
    for (script, kind) in [(Outcome::error(400, "invalid_client"), ErrorKind::Protocol), (Outcome::Unreachable, ErrorKind::Transport)] {
        let house = House::new([script]);
        let api = ScriptedHttpClient::builder().build();
        let error: Error = client(&house, &api).request(get(ITEMS)).await.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains("token endpoint"), "{error}");
        assert!(api.requests().is_empty());
    }
}

/// Answers every token request with the next token, bound to the key of its proof.
#[derive(Debug, Default)]
struct BoundTokens(AtomicUsize);

#[async_trait]
impl HttpClient for BoundTokens {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        assert!(request.headers().contains_key("dpop"));
        let number = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        let body = json!({ "access_token": format!("t{number}"), "token_type": "DPoP", "expires_in": 3600 });
        Ok(http::Response::builder().header("content-type", "application/json").body(Bytes::from(body.to_string())).unwrap())
    }
}

/// A manager that obtains tokens bound to `key`, and the clock of both.
fn bound(key: &DpopKey) -> (TokenManager, TokenSource, FixedClock) {
    let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    let manager = TokenManager::builder().http(BoundTokens::default()).environment(environment(&clock)).build();
    let request =
        ClientCredentialsTokenRequest::builder().dpop(key.clone()).retry(RetrySettings::NONE).address(ADDRESS).client_id("client").build();
    let source = manager.source(request).unwrap();
    (manager, source, clock)
}

fn claim(request: &RecordedRequest, name: &str) -> Option<String> {
    let proof = request.header("dpop")?;
    let payload = identity_model::encoding::base64url::decode(proof.split('.').nth(1)?).ok()?;
    let payload: serde_json::Value = serde_json::from_slice(&payload).ok()?;
    payload[name].as_str().map(str::to_owned)
}

async fn bound_outcome(answers: &[ScriptedResponse]) -> (u16, ScriptedHttpClient) {
    let key = DpopKey::generate().unwrap();
    let (_manager, source, clock) = bound(&key);
    source.token().await.unwrap();
    clock.advance(MINUTE);
    let api = script(ITEMS, answers);
    let client = ApiClient::builder(source).base_address("https://api.example.com").http(api.clone()).build().unwrap();
    let response = client.request(get(ITEMS)).await.unwrap();
    api.assert_finished();
    (response.status().as_u16(), api)
}

#[tokio::test]
async fn ou3_the_nonce_of_the_resource_is_answered_once_with_the_same_token() {
    let asks =
        |nonce: &str| unauthorized(&[r#"Bearer realm="api""#, r#"DPoP error="use_dpop_nonce", algs="ES256""#]).header("dpop-nonce", nonce);
    let (status, api) = bound_outcome(&[asks("n1"), ok()]).await;
    assert_eq!((status, authorizations(&api)), (200, vec!["DPoP t1".to_owned(), "DPoP t1".to_owned()]));
    let requests = api.requests();
    assert_eq!((claim(&requests[0], "nonce"), claim(&requests[1], "nonce")), (None, Some("n1".to_owned())));
    assert_ne!(claim(&requests[0], "jti"), claim(&requests[1], "jti"));
    assert_eq!(claim(&requests[0], "htu").as_deref(), Some(ITEMS));
    let (status, api) = bound_outcome(&[asks("n1"), asks("n2")]).await;
    assert_eq!((status, api.requests().len()), (401, 2));
}

#[tokio::test]
async fn ou3_nonce_and_rejection_are_counted_apart_and_three_requests_are_the_most() {
    let asks = |nonce: &str| unauthorized(&[r#"DPoP error="use_dpop_nonce""#]).header("dpop-nonce", nonce);
    let rejects = || unauthorized(&[r#"DPoP error="invalid_token""#]);
    let (status, api) = bound_outcome(&[asks("n1"), rejects(), ok()]).await;
    assert_eq!((status, authorizations(&api)), (200, ["DPoP t1", "DPoP t1", "DPoP t2"].map(str::to_owned).to_vec()));
    let (status, api) = bound_outcome(&[rejects(), asks("n1"), ok()]).await;
    assert_eq!((status, authorizations(&api)), (200, ["DPoP t1", "DPoP t2", "DPoP t2"].map(str::to_owned).to_vec()));
    let (status, _) = bound_outcome(&[rejects(), asks("n1"), rejects()]).await;
    assert_eq!(status, 401);
    let (status, _) = bound_outcome(&[asks("n1"), rejects(), asks("n2")]).await;
    assert_eq!(status, 401);
}

#[tokio::test]
async fn ou5_redirects_are_returned_unless_they_are_asked_for_and_never_leave_the_origin() {
    let moved = |location: &str| ScriptedResponse::status(307).header("location", location);
    assert_eq!(outcome(&[moved("/v1/other")]).await.0, 307);
    let house = House::new([Outcome::lasting(3600)]);
    let follow = |api: &ScriptedHttpClient| {
        builder(&house).base_address("https://api.example.com/v1").follow_same_origin(2).http(api.clone()).build().unwrap()
    };
    let other = "https://api.example.com/v1/other";
    for location in ["/v1/other", "other", other, "/v1/other#part"] {
        let api = ScriptedHttpClient::builder().get(ITEMS, moved(location)).get(other, ok()).build();
        assert_eq!(follow(&api).request(get(ITEMS)).await.unwrap().status(), 200, "{location}");
        assert_eq!(authorizations(&api), ["Bearer t1", "Bearer t1"]);
    }
    for location in [
        "https://evil.example/v1/items",
        "//evil.example/v1",
        "http://api.example.com/v1/x",
        "https://api.example.com:444/v1",
        "/v2/x",
        "/v1/../x",
    ] {
        let api = ScriptedHttpClient::builder().get(ITEMS, moved(location)).build();
        assert_eq!(follow(&api).request(get(ITEMS)).await.unwrap().status(), 307, "{location}");
        api.assert_finished();
    }
    let api = script(ITEMS, &[moved(ITEMS), moved(ITEMS), moved(ITEMS)]);
    assert_eq!(follow(&api).request(get(ITEMS)).await.unwrap().status(), 307, "two at most");
    let api = ScriptedHttpClient::builder().post(ITEMS, moved("/v1/other")).build();
    let post = Request::post(ITEMS).body(Bytes::new()).unwrap();
    assert_eq!(follow(&api).request(post).await.unwrap().status(), 307, "GET and HEAD alone");
}

#[tokio::test]
async fn ou6_the_challenges_of_the_last_response_are_read() {
    let challenge = r#"Bearer error="insufficient_user_authentication", scope="a b", acr_values="gold silver", max_age="5", resource_metadata="https://api.example.com/m""#;
    let house = aged_house().await;
    let api = script(ITEMS, &[unauthorized(&[challenge])]);
    let response = client(&house, &api).request(get(ITEMS)).await.unwrap();
    let challenges = ResourceChallenge::all(response.headers());
    let [challenge] = challenges.as_slice() else { panic!("{challenges:?}") };
    assert_eq!(challenge.error(), Some("insufficient_user_authentication"));
    assert_eq!(challenge.scope().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(challenge.acr_values().collect::<Vec<_>>(), ["gold", "silver"]);
    assert_eq!((challenge.max_age(), challenge.resource_metadata()), (Some(5 * SECOND), Some("https://api.example.com/m")));
    for age in ["-1", "+5", "", "99999999999999999999999"] {
        let mut headers = http::HeaderMap::new();
        headers.insert("www-authenticate", format!("Bearer max_age=\"{age}\"").parse().unwrap());
        assert_eq!(ResourceChallenge::all(&headers)[0].max_age(), None, "{age}");
    }
}

#[tokio::test]
async fn an_api_client_is_an_http_client() {
    let house = House::new([Outcome::lasting(3600)]);
    let api = script(ITEMS, &[ok(), ok(), ScriptedResponse::error(TransportErrorKind::Tls)]);
    let client = client(&house, &api);
    assert_eq!(HttpClient::send(&client, get(ITEMS)).await.unwrap().status(), 200);
    assert_eq!(BlockingHttpClient::send(&client, get(ITEMS)).unwrap().status(), 200);
    assert_eq!(HttpClient::send(&client, get(ITEMS)).await.unwrap_err().kind(), TransportErrorKind::Tls);
    let none = builder(&house).base_address("https://api.example.com").build().unwrap();
    for (error, setter) in [(none.request(get(ITEMS)).await, "`.http(…)`"), (none.request_blocking(get(ITEMS)), "`.blocking_http(…)`")]
    {
        let error = error.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "no_api_http_client"));
        assert!(error.to_string().contains(setter), "{error}");
    }
}
