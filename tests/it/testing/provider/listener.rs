//! The provider behind a loopback socket, asked by a real client.

use std::time::Duration;

use identity_model::jose::SignatureAlgorithm;
use identity_model::testing::{Fault, ProviderEndpoint, TestClient, TestProvider};
use identity_model::transport::{AttemptTimeout, HttpClient, HttpRequest, HttpResponse, ReqwestClient, TransportError, TransportErrorKind};

use super::support::*;

const PLACE: ProviderEndpoint = ProviderEndpoint::Discovery;

fn client() -> ReqwestClient {
    ReqwestClient::builder().no_proxy().build().unwrap()
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
async fn a_hundred_calls_at_once_are_all_answered() {
    let algorithms = [SignatureAlgorithm::ES256];
    let provider = TestProvider::builder().algorithms(algorithms).client(TestClient::new("c")).build();
    let listener = provider.listen().unwrap();
    let client = client();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let client = client.clone();
        let form = [("grant_type", "client_credentials"), ("client_id", "c")];
        let request = post(format!("{}/token", listener.url()), &form);
        tasks.spawn(async move { client.send(request).await.unwrap().status().as_u16() });
    }
    assert_eq!(tasks.join_all().await, [200; 100]);
    assert_eq!(provider.requests(ProviderEndpoint::Token), 100);
}
