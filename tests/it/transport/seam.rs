//! The promises of the seam: both clients of the crate keep them, and the check notices one that does not.

use async_trait::async_trait;
use identity_model::testing::seam::{check_blocking_http_client, check_http_client};
use identity_model::transport::{
    BlockingHttpClient, BlockingReqwestClient, HttpClient, HttpRequest, HttpResponse, ReqwestClient, TransportError, TransportSettings,
};

use super::support::ready;

#[tokio::test]
async fn the_async_client_keeps_the_promises() {
    let client = ReqwestClient::builder().settings(TransportSettings::default()).no_proxy().build().unwrap();
    let report = check_http_client(&client).await;
    report.assert_passed();
    assert_eq!(report.passed().len(), 15);
}

#[test]
fn the_blocking_client_keeps_the_promises() {
    let client = BlockingReqwestClient::builder().settings(TransportSettings::default()).no_proxy().build_blocking().unwrap();
    let report = check_blocking_http_client(&client);
    report.assert_passed();
    assert_eq!(report.passed().len(), 15);
}

/// Follows redirects and tells where it comes from.
struct Careless(reqwest::Client);

#[async_trait]
impl HttpClient for Careless {
    async fn send(&self, mut request: HttpRequest) -> Result<HttpResponse, TransportError> {
        request.headers_mut().insert("referer", "https://app.example.com/?code=1".parse().unwrap());
        ReqwestClient::danger_from_client(self.0.clone()).send(request).await
    }
}

#[tokio::test]
async fn h2_a_client_that_follows_redirects_is_noticed() {
    let report = check_http_client(&Careless(ready())).await;
    let failed: Vec<_> = report.failures().iter().map(|failure| failure.point()).collect();
    assert_eq!(failed, ["a redirect is returned, not followed", "no credentials are added"], "{report}");
}

struct Panicking;

impl BlockingHttpClient for Panicking {
    fn send(&self, _request: HttpRequest) -> Result<HttpResponse, TransportError> {
        panic!("a bug")
    }
}

#[test]
fn a_client_that_panics_is_noticed() {
    let report = check_blocking_http_client(&Panicking);
    assert!(report.passed().is_empty());
    assert!(report.failures().iter().all(|failure| failure.reason() == "the client panicked"));
}
