//! Both clients reach the provider, and it is the one it says it is.

use bytes::Bytes;
use identity_model::transport::{HttpClient, HttpRequest, HttpResponse, ReqwestClient};

fn discovery(issuer: &str) -> HttpRequest {
    http::Request::get(format!("{issuer}/.well-known/openid-configuration")).body(Bytes::new()).unwrap()
}

fn assert_served_by(issuer: &str, response: &HttpResponse) {
    assert_eq!(response.status(), 200);
    let document: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(document["issuer"], issuer);
}

#[tokio::test]
async fn the_provider_serves_its_discovery_document() {
    let Some(issuer) = super::issuer() else { return };
    let response = ReqwestClient::new().unwrap().send(discovery(&issuer)).await.unwrap();
    assert_served_by(&issuer, &response);
}

#[cfg(feature = "blocking")]
#[test]
fn the_provider_serves_its_discovery_document_to_a_blocking_client() {
    use identity_model::transport::{BlockingHttpClient, BlockingReqwestClient};

    let Some(issuer) = super::issuer() else { return };
    let response = BlockingReqwestClient::new().unwrap().send(discovery(&issuer)).unwrap();
    assert_served_by(&issuer, &response);
}
