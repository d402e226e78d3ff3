//! The provider behind a loopback socket, asked by a real client.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use identity_model::jose::SignatureAlgorithm;
use identity_model::testing::{Fault, ProviderEndpoint, TestClient, TestProvider, TestUser};
use identity_model::transport::{
    AttemptTimeout, BlockingHttpClient, BlockingReqwestClient, HttpClient, HttpRequest, HttpResponse, ReqwestClient, TransportError,
    TransportErrorKind,
};

use super::support::*;

const PLACE: ProviderEndpoint = ProviderEndpoint::Discovery;

/// With a time-out for what does not end at all, however busy the machine.
fn client() -> ReqwestClient {
    ReqwestClient::builder().no_proxy().timeout(Duration::from_secs(300)).build().unwrap()
}

async fn fetch(client: &ReqwestClient, provider: &TestProvider) -> Result<HttpResponse, TransportError> {
    client.send(get(provider.address(PLACE))).await
}

#[tokio::test]
async fn it_answers_under_its_own_address() {
    let provider = TestProvider::new();
    let listener = provider.listen().unwrap();
    let document = json(&fetch(&client(), &provider).await.unwrap());
    assert_eq!(document["issuer"], listener.url());
    assert_eq!(document["token_endpoint"], format!("{}/token", listener.url()));

    let request = post(format!("{}/token", listener.url()), &[("grant_type", "client_credentials"), ("scope", "a b")]);
    let answer = json(&client().send(basic(request, TestProvider::CLIENT_ID, TestProvider::CLIENT_SECRET)).await.unwrap());
    assert_eq!(verify(&provider, answer["access_token"].as_str().unwrap()).unwrap().1["iss"], listener.url());
    assert_eq!(provider.recorded_at(ProviderEndpoint::Token)[0].form_value("scope").as_deref(), Some("a b"));
    assert_eq!(provider.recorded_at(ProviderEndpoint::Token)[0].url(), format!("{}/token", listener.url()));
}

#[tokio::test]
async fn an_issuer_set_by_hand_stays() {
    let provider = TestProvider::builder().issuer("https://idp.test/tenant").build();
    let listener = provider.listen().unwrap();
    let url = format!("{}/tenant/.well-known/openid-configuration", listener.url());
    assert_eq!(json(&client().send(get(url)).await.unwrap())["issuer"], "https://idp.test/tenant");
}

#[tokio::test]
async fn over_tls_it_is_trusted_by_its_certificate_alone() {
    let provider = TestProvider::new();
    let listener = provider.listen_tls().unwrap();
    assert!(listener.url().starts_with("https://127.0.0.1:"));
    let trusting = ReqwestClient::builder()
        .no_proxy()
        .only_added_root_certificates()
        .root_certificate_pem(listener.certificate_pem().unwrap())
        .build()
        .unwrap();
    assert_eq!(json(&fetch(&trusting, &provider).await.unwrap())["issuer"], listener.url());
    let by_name = get(provider.address(PLACE).replace("127.0.0.1", "localhost"));
    assert_eq!(trusting.send(by_name).await.unwrap().status(), 200);

    let other = TestProvider::new().listen_tls().unwrap();
    let distrusting = ReqwestClient::builder()
        .no_proxy()
        .only_added_root_certificates()
        .root_certificate_pem(other.certificate_pem().unwrap())
        .build()
        .unwrap();
    assert_eq!(fetch(&distrusting, &provider).await.unwrap_err().kind(), TransportErrorKind::Tls);
}

#[tokio::test]
async fn faults_reach_the_wire() {
    let provider = TestProvider::new();
    let _listener = provider.listen().unwrap();
    let client = client();
    provider.inject(PLACE, Fault::status(503).and(Fault::retry_after(7)).once());
    let response = fetch(&client, &provider).await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (503, "7"));

    for (fault, kind) in [
        (Fault::cut_connection(), TransportErrorKind::Interrupted),
        (Fault::refuse_connection(), TransportErrorKind::Interrupted),
        (Fault::oversized_body(2 * 1024 * 1024), TransportErrorKind::BodyTooLarge),
    ] {
        provider.inject(PLACE, fault.clone().once());
        assert_eq!(fetch(&client, &provider).await.unwrap_err().kind(), kind, "{fault:?}");
    }
    provider.inject(PLACE, Fault::truncated_body().once());
    assert!(serde_json::from_slice::<serde_json::Value>(fetch(&client, &provider).await.unwrap().body()).is_err());
    provider.inject(PLACE, Fault::never_answer().once());
    let mut request: HttpRequest = get(provider.address(PLACE));
    request.extensions_mut().insert(AttemptTimeout(Duration::from_millis(50)));
    assert_eq!(client.send(request).await.unwrap_err().kind(), TransportErrorKind::Timeout);
    assert_eq!(fetch(&client, &provider).await.unwrap().status(), 200);
}

#[tokio::test]
async fn down_means_a_closed_port_and_back_the_same_one() {
    let provider = TestProvider::new();
    let listener = provider.listen().unwrap();
    // A client of its own each time: a connection kept open may also break while it is used.
    for _ in 0..3 {
        assert_eq!(fetch(&client(), &provider).await.unwrap().status(), 200);
        provider.go_down();
        assert_eq!(fetch(&client(), &provider).await.unwrap_err().kind(), TransportErrorKind::Connect);
        provider.come_back();
    }
    assert_eq!(fetch(&client(), &provider).await.unwrap().status(), 200);
    assert_eq!(provider.requests(PLACE), 4);
    drop(listener);
    assert_eq!(fetch(&client(), &provider).await.unwrap_err().kind(), TransportErrorKind::Connect);
}

#[tokio::test]
async fn a_body_without_end_is_not_read() {
    let provider = TestProvider::new();
    let listener = provider.listen().unwrap();
    let request = http::Request::post(format!("{}/token", listener.url())).body(vec![b'a'; 2 * 1024 * 1024].into()).unwrap();
    // The server may hang up while the client still sends.
    let status = client().send(request).await.map(|response| response.status().as_u16());
    assert!(matches!(status, Ok(413) | Err(_)), "{status:?}");
    assert_eq!(provider.requests(ProviderEndpoint::Token), 0);
    assert_eq!(fetch(&client(), &provider).await.unwrap().status(), 200);
}

#[tokio::test]
async fn three_hundred_calls_at_once_are_all_answered() {
    let algorithms = [SignatureAlgorithm::ES256];
    let provider = TestProvider::builder().algorithms(algorithms).client(TestClient::new("c")).build();
    let listener = provider.listen().unwrap();
    let client = client();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let client = client.clone();
        let form = [("grant_type", "client_credentials"), ("client_id", "c")];
        let request = post(format!("{}/token", listener.url()), &form);
        tasks.spawn(async move { client.send(request).await.unwrap().status().as_u16() });
    }
    assert_eq!(tasks.join_all().await, [200; 300]);
    assert_eq!(provider.requests(ProviderEndpoint::Token), 300);
}

/// A client whose logout page fetches the provider's keys before it answers.
struct AsksBack {
    keys: Arc<OnceLock<String>>,
    fetched: Arc<AtomicUsize>,
}

impl BlockingHttpClient for AsksBack {
    fn send(&self, _request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let http = BlockingReqwestClient::builder().no_proxy().timeout(Duration::from_secs(300)).build_blocking().unwrap();
        let keys = BlockingHttpClient::send(&http, get(self.keys.get().unwrap()))?;
        self.fetched.fetch_add(json(&keys)["keys"].as_array().map_or(0, Vec::len), Ordering::SeqCst);
        Ok(HttpResponse::default())
    }
}

#[tokio::test]
async fn a_login_and_a_logout_over_sockets_with_a_client_that_asks_back() {
    let (keys, fetched) = (Arc::default(), Arc::default());
    let client = TestClient::new(TestProvider::CLIENT_ID).backchannel_logout_uri("https://app.test/logout");
    let provider = TestProvider::builder()
        .client(client)
        .user(TestUser::new("alice"))
        .outgoing_http(AsksBack { keys: Arc::clone(&keys), fetched: Arc::clone(&fetched) })
        .build();
    let listener = provider.listen().unwrap();
    keys.set(format!("{}/jwks", listener.url())).unwrap();

    let http = self::client();
    let answer = http.send(get(login_url(&provider, &[]))).await.unwrap();
    assert_eq!(answer.status(), 302);
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("https://app.test/cb?code="));
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let with_cookie = |url: String| {
        let mut request = get(url);
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        request
    };
    let silent = http.send(with_cookie(login_url(&provider, &[("prompt", "none")]))).await.unwrap();
    assert!(silent.headers()["location"].to_str().unwrap().contains("code="));
    let ended = http.send(with_cookie(provider.address(ProviderEndpoint::EndSession))).await.unwrap();
    assert_eq!((ended.status().as_u16(), fetched.load(Ordering::SeqCst)), (200, 5));
}
