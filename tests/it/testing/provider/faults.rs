//! Each fault, in memory.

use std::time::Duration;

use http::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use identity_model::environment::Environment;
use identity_model::testing::{Fault, ProviderEndpoint, TestProvider};
use identity_model::transport::{AttemptTimeout, BodyLimit, HttpClient, TransportErrorKind};
use serde_json::json as value;

use super::support::*;

const PLACE: ProviderEndpoint = ProviderEndpoint::Discovery;

fn broken(fault: Fault) -> TestProvider {
    let provider = TestProvider::new();
    provider.inject(PLACE, fault);
    provider
}

#[test]
fn a_fault_lasts_as_long_as_it_was_told() {
    let provider = broken(Fault::status(503).times(2));
    provider.inject(PLACE, Fault::status(500).once());
    provider.inject(PLACE, Fault::status(418));
    let statuses: Vec<u16> = (0..5).map(|_| ask(&provider, PLACE).unwrap().status().as_u16()).collect();
    assert_eq!(statuses, [503, 503, 500, 418, 418]);
    assert_eq!(ask(&provider, ProviderEndpoint::Jwks).unwrap().status(), 200);
    provider.clear_faults();
    assert_eq!(ask(&provider, PLACE).unwrap().status(), 200);
    assert_eq!(provider.requests(PLACE), 6);
}

#[test]
fn answers_that_stand_in_for_the_endpoint() {
    let response = ask(&broken(Fault::error(400, "invalid_grant").and(Fault::retry_after(3))), PLACE).unwrap();
    assert_eq!((response.status().as_u16(), json(&response)), (400, value!({"error": "invalid_grant"})));
    assert_eq!(response.headers()[RETRY_AFTER], "3");
    let response = ask(&broken(Fault::redirect(307, "https://elsewhere.test/x")), PLACE).unwrap();
    assert_eq!((response.status().as_u16(), response.headers()[LOCATION].to_str().unwrap()), (307, "https://elsewhere.test/x"));
    assert!(response.body().is_empty());
}

#[test]
fn answers_that_are_changed() {
    let whole = ask(&TestProvider::new(), PLACE).unwrap();
    let changed = |fault: Fault| ask(&broken(fault), PLACE).unwrap();
    assert_eq!(json(&changed(Fault::member("issuer", "https://elsewhere.test")))["issuer"], "https://elsewhere.test");
    assert_eq!(json(&changed(Fault::without_member("jwks_uri"))).get("jwks_uri"), None);
    assert_eq!(changed(Fault::content_type("text/html")).headers()[CONTENT_TYPE], "text/html");
    assert_eq!(changed(Fault::truncated_body()).body()[..], whole.body()[..whole.body().len() / 2]);
    assert_eq!(changed(Fault::body("[]")).body()[..], *b"[]");
    let twice = changed(Fault::duplicate_member("issuer", "https://elsewhere.test"));
    assert!(twice.body().starts_with(br#"{"issuer":"https://elsewhere.test","#));
    assert_eq!(std::str::from_utf8(twice.body()).unwrap().matches(r#""issuer":"#).count(), 2);
    let edited = changed(Fault::edit(|document| document["scopes_supported"][0] = value!("closed")));
    assert_eq!(json(&edited)["scopes_supported"][0], "closed");
}

#[test]
fn a_body_may_be_too_long_for_the_request() {
    let provider = broken(Fault::oversized_body(2 * 1024 * 1024));
    assert_eq!(ask(&provider, PLACE).unwrap_err().kind(), TransportErrorKind::BodyTooLarge);
    let mut request = get(provider.address(PLACE));
    request.extensions_mut().insert(BodyLimit(2 * 1024 * 1024));
    assert_eq!(json(&provider.send_blocking(request).unwrap())["issuer"], "https://idp.test");
}

#[test]
fn connections_are_refused_and_cut() {
    let provider = broken(Fault::refuse_connection());
    assert_eq!(ask(&provider, PLACE).unwrap_err().kind(), TransportErrorKind::Connect);
    assert_eq!(provider.requests(PLACE), 0, "what never arrived is not counted");
    let provider = broken(Fault::cut_connection());
    assert_eq!(ask(&provider, PLACE).unwrap_err().kind(), TransportErrorKind::Interrupted);
    assert_eq!(provider.requests(PLACE), 1);
}

#[test]
fn a_provider_goes_down_and_comes_back() {
    let provider = TestProvider::new();
    provider.go_down();
    assert_eq!(ask(&provider.clone(), PLACE).unwrap_err().kind(), TransportErrorKind::Connect);
    provider.come_back();
    assert_eq!(ask(&provider, PLACE).unwrap().status(), 200);
    assert_eq!(provider.requests(PLACE), 1);
}

#[tokio::test]
async fn delays_and_silence_go_by_the_timer_and_end_at_the_timeout() {
    let (_, timer, environment) = fixed();
    let provider = TestProvider::builder().environment(environment).build();
    let request = || {
        let mut request = get(provider.address(PLACE));
        request.extensions_mut().insert(AttemptTimeout(Duration::from_secs(30)));
        request
    };
    provider.inject(PLACE, Fault::delay(Duration::from_secs(20)).and(Fault::delay(Duration::from_secs(5))).times(2));
    provider.inject(PLACE, Fault::delay(Duration::from_secs(31)).times(2));
    provider.inject(PLACE, Fault::never_answer());
    assert_eq!(provider.send_blocking(request()).unwrap().status(), 200);
    assert_eq!(HttpClient::send(&provider, request()).await.unwrap().status(), 200);
    for _ in 0..2 {
        assert_eq!(provider.send_blocking(request()).unwrap_err().kind(), TransportErrorKind::Timeout);
        assert_eq!(HttpClient::send(&provider, request()).await.unwrap_err().kind(), TransportErrorKind::Timeout);
    }
    assert_eq!(timer.waits(), [25, 25, 30, 30, 30, 30].map(Duration::from_secs));
    assert_eq!(provider.requests(PLACE), 6);
}

#[tokio::test]
async fn silence_without_a_timeout_lasts_until_the_future_is_dropped() {
    let provider = broken(Fault::never_answer());
    let mut call = HttpClient::send(&provider, get(provider.address(PLACE)));
    assert!(std::future::poll_fn(|context| std::task::Poll::Ready(call.as_mut().poll(context).is_pending())).await);
    drop(call);
    assert_eq!(ask(&provider, PLACE).unwrap_err().kind(), TransportErrorKind::Timeout, "a blocking call is not left hanging");
}

#[test]
fn a_delay_without_a_timer_is_a_mistake_of_the_setup() {
    let provider = TestProvider::builder().environment(Environment::system().without_timer()).build();
    provider.inject(PLACE, Fault::delay(Duration::from_secs(1)));
    assert_eq!(ask(&provider, PLACE).unwrap_err().kind(), TransportErrorKind::Configuration);
}
