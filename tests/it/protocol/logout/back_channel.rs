//! The form of a back-channel logout request: rules L2 and L6.

use http::{Method, Request};
use identity_model::protocol::logout::{LogoutTokenRequest, logout_accepted, logout_rejected};

const FORM: &str = "application/x-www-form-urlencoded";

fn request(method: Method, types: &[&str], body: &str) -> Request<String> {
    let mut request = Request::builder().method(method).uri("/logout?logout_token=from.the.query");
    for value in types {
        request = request.header("content-type", *value);
    }
    request.body(body.to_owned()).unwrap()
}

/// The code that a request is rejected with; what a rejection is answered with is looked at on the way.
fn outcome(request: &Request<String>) -> &'static str {
    let Err(error) = LogoutTokenRequest::read(request) else { return "ok" };
    let answer = error.response();
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    assert_eq!(answer.headers()["content-type"], "application/json");
    let document: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
    assert_eq!(document["error"], "invalid_request");
    assert_eq!(document["error_description"], error.to_string());
    error.code()
}

#[test]
fn l2_a_posted_form_with_one_token_is_read() {
    for (types, body) in [
        (FORM, "logout_token=h.p.s"),
        ("Application/X-WWW-Form-URLEncoded; charset=UTF-8", "other=1&logout_token=h.p.s&other=2"),
        (FORM, "%6cogout_token=h%2Ep.s"),
    ] {
        let read = LogoutTokenRequest::read(&request(Method::POST, &[types], body)).unwrap();
        assert_eq!(read.logout_token().expose(), "h.p.s");
        assert!(!format!("{read:?}").contains("h.p.s"));
    }
}

#[test]
fn l2_anything_else_is_answered_with_400() {
    let good = "logout_token=h.p.s";
    for (method, types, body, code) in [
        (Method::GET, &[FORM][..], good, "logout_method"),
        (Method::PUT, &[FORM], good, "logout_method"),
        (Method::POST, &[], good, "logout_content_type"),
        (Method::POST, &["application/json"], r#"{"logout_token":"h.p.s"}"#, "logout_content_type"),
        (Method::POST, &["multipart/form-data"], good, "logout_content_type"),
        (Method::POST, &["text/plain, application/x-www-form-urlencoded"], good, "logout_content_type"),
        (Method::POST, &[FORM, "text/plain"], good, "logout_content_type"),
        (Method::POST, &[FORM], "", "logout_token_missing"),
        (Method::POST, &[FORM], "logout_token=", "logout_token_missing"),
        (Method::POST, &[FORM], "Logout_Token=h.p.s", "logout_token_missing"),
        (Method::POST, &[FORM], "logout_token=h.p.s&logout_token=h.p.s", "logout_parameter_repeated"),
        (Method::POST, &[FORM], "logout_token=&logout_token=h.p.s", "logout_parameter_repeated"),
        (Method::POST, &[FORM], "logout_token=%", "logout_malformed"),
        (Method::POST, &[FORM], "a=%FF&logout_token=h.p.s", "logout_malformed"),
    ] {
        assert_eq!(outcome(&request(method.clone(), types, body)), code, "{method} {types:?} {body}");
    }
}

#[test]
fn l2_a_body_over_the_limit_is_refused() {
    let body = |length: usize| format!("logout_token={}", "a".repeat(length - "logout_token=".len()));
    let limit = LogoutTokenRequest::BODY_LIMIT;
    assert_eq!(outcome(&request(Method::POST, &[FORM], &body(limit))), "ok");
    assert_eq!(outcome(&request(Method::POST, &[FORM], &body(limit + 1))), "logout_too_large");
}

#[test]
fn l6_the_answers() {
    let (done, failed) = (logout_accepted(), logout_rejected("server_error", "The session could not be ended."));
    assert_eq!((done.status().as_u16(), failed.status().as_u16()), (200, 400));
    assert!(done.body().is_empty());
    for answer in [done, failed] {
        assert_eq!(answer.headers()["cache-control"], "no-store");
    }
}
