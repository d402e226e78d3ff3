use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

use super::*;
use crate::transport::{BlockingHttpClient, BodyLimit, HttpClient, HttpRequest, HttpResponse, TransportErrorKind};

const TOKEN: &str = "https://idp.example.com/token";

fn get(url: &str) -> HttpRequest {
    http::Request::get(url).body(Default::default()).unwrap()
}

fn post(body: &'static str) -> HttpRequest {
    http::Request::post(TOKEN).header("accept", "application/json").body(body.into()).unwrap()
}

fn panic_text(action: impl FnOnce()) -> String {
    let payload = catch_unwind(AssertUnwindSafe(action)).unwrap_err();
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap()
}

#[tokio::test]
async fn answers_come_in_order_for_both_faces() {
    let http = ScriptedHttpClient::builder()
        .get("https://idp.example.com", ScriptedResponse::json(200, serde_json::json!({"a": 1})))
        .post(TOKEN, ScriptedResponse::error(TransportErrorKind::Timeout))
        .build();
    let response = HttpClient::send(&http, get("https://idp.example.com/")).await.unwrap();
    assert_eq!((response.status().as_u16(), response.body().as_ref()), (200, br#"{"a":1}"#.as_slice()));
    assert_eq!(response.headers()["content-type"], "application/json");
    assert_eq!(BlockingHttpClient::send(&http, post("")).unwrap_err().kind(), TransportErrorKind::Timeout);
    http.assert_finished();
}

#[test]
fn a_request_beyond_the_script_fails_the_test_on_drop() {
    let http = ScriptedHttpClient::builder().build();
    let error = http.send_blocking(get("https://idp.example.com/a?secret=1")).unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Other);
    let text = panic_text(move || drop(http));
    assert!(text.contains("nothing more was expected, GET https://idp.example.com/a was sent"), "{text}");
    assert!(!text.contains("secret") && !error.to_string().contains("secret"));
}

#[test]
fn a_missing_request_fails_the_test_on_drop_of_the_last_clone() {
    let http = ScriptedHttpClient::builder().post(TOKEN, ScriptedResponse::status(200)).build();
    drop(http.clone());
    let text = panic_text(move || drop(http));
    assert!(text.contains("never sent: POST https://idp.example.com/token"), "{text}");
}

#[test]
fn no_second_panic_while_panicking() {
    let text = panic_text(|| {
        let _http = ScriptedHttpClient::builder().post(TOKEN, ScriptedResponse::status(200)).build();
        panic!("the first");
    });
    assert_eq!(text, "the first");
}

#[test]
fn whoever_asks_for_the_problems_judges() {
    let http = ScriptedHttpClient::builder().post(TOKEN, ScriptedResponse::status(200)).build();
    http.send_blocking(get(TOKEN)).unwrap_err();
    let problems = http.problems();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert_eq!(http.remaining(), 1);
}

#[test]
fn every_detail_is_compared() {
    let fits = |expected: Expected, body: &'static str| expected.difference(&post(body)).is_none();
    let expected = || Expected::post(TOKEN);
    let body = "grant_type=client_credentials&scope=a+b&resource=1&resource=2";
    assert!(fits(expected(), body));
    assert!(!fits(Expected::get(TOKEN), body));
    assert!(!fits(Expected::post("https://idp.example.com/token?x=1"), body));
    assert!(fits(expected().header("Accept", "application/json"), body));
    assert!(!fits(expected().header("accept", "text/html"), body));
    assert!(fits(expected().header_present("accept"), body));
    assert!(!fits(expected().header_present("cookie"), body));
    assert!(fits(expected().without_header("cookie"), body));
    assert!(!fits(expected().without_header("accept"), body));
    assert!(fits(expected().form("scope", "a b").form("resource", "1").form("resource", "2"), body));
    assert!(!fits(expected().form("scope", "a"), body));
    assert!(fits(expected().form_present("scope"), body));
    assert!(!fits(expected().form_present("code"), body));
    assert!(fits(expected().without_form("client_secret"), body));
    assert!(!fits(expected().without_form("scope"), body));
    assert!(fits(expected().body(body), body));
    assert!(!fits(expected().body("scope=a"), body));
    assert!(fits(expected().matching("is short", |request| request.body().len() < 100), body));
    let difference = expected().matching("is long", |request| request.body().len() > 100).difference(&post(body)).unwrap();
    assert_eq!(difference, "POST https://idp.example.com/token was sent, but it does not match: is long");
}

#[test]
fn a_header_sent_twice_is_not_the_header_expected() {
    let mut request = post("");
    request.headers_mut().append("accept", "text/html".parse().unwrap());
    assert!(Expected::post(TOKEN).header("accept", "application/json").difference(&request).is_some());
}

#[test]
fn the_body_limit_of_the_request_counts() {
    let http = ScriptedHttpClient::builder()
        .get("https://a.example/", ScriptedResponse::status(200).body("12345"))
        .get("https://a.example/", ScriptedResponse::status(200).body("1234"))
        .build();
    let limited = || {
        let mut request = get("https://a.example/");
        request.extensions_mut().insert(BodyLimit(4));
        request
    };
    assert_eq!(http.send_blocking(limited()).unwrap_err().kind(), TransportErrorKind::BodyTooLarge);
    assert_eq!(http.send_blocking(limited()).unwrap().body().len(), 4);
}

#[test]
fn a_pending_answer_never_comes_and_can_be_dropped() {
    let http = ScriptedHttpClient::builder()
        .get("https://a.example/", ScriptedResponse::pending())
        .get("https://a.example/", ScriptedResponse::pending())
        .build();
    let mut future = HttpClient::send(&http, get("https://a.example/"));
    assert!(matches!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    drop(future);
    assert_eq!(http.requests().len(), 1);
    http.send_blocking(get("https://a.example/")).unwrap_err();
    assert_eq!(http.problems().len(), 1);
}

#[test]
fn an_answer_can_be_computed_and_a_request_looked_at() {
    let http = ScriptedHttpClient::builder()
        .post(TOKEN, ScriptedResponse::computed(|request| Ok(HttpResponse::new(request.body().clone()))))
        .build();
    let response = http.send_blocking(post("a=1&a=2&b=x%20y")).unwrap();
    assert_eq!(response.body().as_ref(), b"a=1&a=2&b=x%20y");
    let request = &http.requests()[0];
    assert_eq!(request.form(), [("a", "1"), ("a", "2"), ("b", "x y")].map(|(a, b)| (a.to_owned(), b.to_owned())));
    assert_eq!(request.form_value("b").as_deref(), Some("x y"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!((request.method().as_str(), request.url().as_str()), ("POST", TOKEN));
    assert_eq!(format!("{request:?}"), "RecordedRequest(POST https://idp.example.com/token)");
}

#[test]
fn a_content_type_replaces_the_one_before() {
    let http = ScriptedHttpClient::builder()
        .get("https://a.example/", ScriptedResponse::json(200, "{}").header("content-type", "application/jwt"))
        .build();
    let response = http.send_blocking(get("https://a.example/")).unwrap();
    assert_eq!(response.headers().get_all("content-type").iter().collect::<Vec<_>>(), ["application/jwt"]);
}
