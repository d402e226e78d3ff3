//! What a response must be: status, content type, size, JSON (rules H2 to H9), and what a policy forgives.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use identity_model::environment::{Environment, FixedClock, FixedTimer};
use identity_model::error::ErrorKind;
use identity_model::protocol::HttpErrorKind;
use identity_model::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryPolicy, Tolerance};
use identity_model::testing::ScriptedResponse;
use identity_model::transport::TransportErrorKind;
use serde_json::json;

use super::support::*;

fn body() -> String {
    document(json!({})).to_string()
}

#[track_caller]
fn refused(answer: ScriptedResponse) -> identity_model::error::Error {
    serve(answer, lazy()).unwrap_err()
}

#[test]
fn h2_redirects_are_never_followed() {
    for status in [301, 302, 303, 307, 308] {
        let error = refused(ScriptedResponse::json(status, body()).header("location", "https://idp.example.com/elsewhere"));
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Http, status));
        assert_eq!(error.http_error().unwrap().kind(), &HttpErrorKind::Status { expected: StatusCode::OK, redirect: true });
    }
}

#[test]
fn h3_only_200_is_success() {
    for status in [201, 202, 203, 204, 206, 304, 400, 401, 404, 500, 503] {
        let error = refused(ScriptedResponse::json(status, body()));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "unexpected_status"), "{status}");
        assert_eq!(error.status().unwrap().as_u16(), status);
        assert_eq!(error.is_retryable(), status == 503, "{status}");
    }
}

#[test]
fn h3_a_policy_may_name_another_status() {
    let policy = lazy().to_builder().danger_accept_status(StatusCode::CREATED).danger_accept_status(StatusCode::ACCEPTED).build();
    let disco = serve(ScriptedResponse::json(201, body()), policy.clone()).unwrap();
    assert_eq!(disco.head().status(), StatusCode::CREATED);
    assert_eq!(disco.tolerances_needed(), [Tolerance::Status(StatusCode::CREATED)], "202 could be withdrawn");
    assert_eq!(serve(ScriptedResponse::json(200, body()), policy.clone()).unwrap().tolerances_needed(), []);
    assert_eq!(serve(ScriptedResponse::json(203, body()), policy).unwrap_err().kind(), ErrorKind::Http);
}

#[test]
fn h4_an_oauth_error_document_decides_and_challenges_hang_on_every_error() {
    let challenge = r#"Bearer realm="r", error="invalid_token""#;
    let document = json!({"error": "invalid_request", "error_description": "no tenant"});
    for status in [400, 401, 500] {
        let error = refused(ScriptedResponse::json(status, &document).header("www-authenticate", challenge));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Protocol, "oauth_error"));
        assert_eq!(error.oauth_error().unwrap().error(), "invalid_request");
        assert_eq!(error.challenges().len(), 1);
    }
    let error = refused(ScriptedResponse::content(401, "text/html", "<p>").header("www-authenticate", challenge));
    assert_eq!((error.kind(), error.oauth_error().unwrap().error(), error.challenges().len()), (ErrorKind::Protocol, "invalid_token", 1));
}

#[test]
fn h5_an_error_body_counts_only_as_json_object_with_a_text() {
    for answer in [
        ScriptedResponse::content(500, "text/plain", r#"{"error": "invalid_request"}"#),
        ScriptedResponse::json(400, r#"["error"]"#),
        ScriptedResponse::json(400, r#"{"error": ""}"#),
        ScriptedResponse::json(400, r#"{"error": 5}"#),
    ] {
        assert_eq!(refused(answer).kind(), ErrorKind::Http);
    }
}

#[test]
fn h6_the_content_type_is_json_whatever_its_case_and_parameters() {
    for content_type in
        ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\"", "application/json ;x=y"]
    {
        serve(ScriptedResponse::content(200, content_type, body()), lazy()).unwrap();
    }
    for content_type in ["text/html", "text/json", "application/jwt", "application/json5", "application/problem+json", "json", ""] {
        let error = refused(ScriptedResponse::content(200, content_type, body()));
        assert!(matches!(error.http_error().unwrap().kind(), HttpErrorKind::ContentType { .. }), "{content_type}: {error}");
    }
    assert_eq!(refused(ScriptedResponse::status(200).body(body())).kind(), ErrorKind::Http, "no content type");
}

#[test]
fn h6_a_policy_may_read_any_content_type() {
    let policy = lazy().to_builder().danger_any_content_type().build();
    let disco = serve(ScriptedResponse::content(200, "text/html", body()), policy.clone()).unwrap();
    assert_eq!(disco.tolerances_needed(), [Tolerance::AnyContentType]);
    let disco = serve(ScriptedResponse::content(200, "application/json; charset=utf-8", body()), policy.clone()).unwrap();
    assert_eq!(disco.tolerances_needed(), []);
    assert_eq!(serve(ScriptedResponse::content(200, "text/html", "<html>"), policy).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn h7_the_body_is_one_json_object() {
    for bad in
        ["[]", r#""x""#, "5", "null", "true", "", " ", "{", r#"{"issuer":"#, "{} {}", "{}x", "{'issuer': 1}", r#"{"a":1,}"#, "<html>"]
    {
        let error = refused(ScriptedResponse::json(200, bad));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, "malformed_answer"), "{bad}");
    }
}

#[test]
fn h7_a_byte_order_mark_is_forgiven() {
    serve(ScriptedResponse::content(200, "application/json", format!("\u{feff}{}", body())), lazy()).unwrap();
}

#[test]
fn h7_text_that_is_not_utf8_is_refused() {
    let error = refused(ScriptedResponse::content(200, "application/json", b"{\"issuer\":\"\xff\"}".to_vec()));
    assert_eq!(error.kind(), ErrorKind::Malformed);
    let utf16: Vec<u8> = body().encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(refused(ScriptedResponse::content(200, "application/json; charset=utf-16", utf16)).kind(), ErrorKind::Malformed);
}

#[test]
fn h8_a_name_that_comes_twice_is_refused_at_any_level() {
    for bad in [
        r#"{"issuer": "https://evil", "issuer": "https://idp.example.com"}"#,
        r#"{"issuer": "https://idp.example.com", "i\u0073suer": "https://evil"}"#,
        r#"{"issuer": "https://idp.example.com", "mtls_endpoint_aliases": {"token_endpoint": "a", "token_endpoint": "b"}}"#,
    ] {
        let error = refused(ScriptedResponse::json(200, bad));
        assert_eq!(error.kind(), ErrorKind::Malformed, "{bad}");
    }
}

#[test]
fn h9_size_and_depth_are_bounded() {
    let padded = |bytes: usize| document(json!({"padding": "x".repeat(bytes)}));
    serve(ScriptedResponse::json(200, padded(900 * 1024)), lazy()).unwrap();
    let error = refused(ScriptedResponse::json(200, padded(1024 * 1024)));
    assert_eq!(error.kind(), ErrorKind::Transport, "the client stops reading: {error}");

    let small = DiscoveryDocumentRequest::builder().address(IDP).policy(lazy()).body_limit(100).build();
    assert_eq!(send(&small, &[(URL, ScriptedResponse::json(200, body()))]).unwrap_err().kind(), ErrorKind::Transport);
    // A client that does not honour the limit is not trusted with it.
    let careless = ScriptedResponse::computed(|_| {
        let response = http::Response::builder().header("content-type", "application/json");
        Ok(response.body(document(json!({"padding": "x".repeat(1024 * 1024)})).to_string().into()).unwrap())
    });
    assert_eq!(refused(careless).kind(), ErrorKind::Transport);

    let deep = format!(r#"{{"issuer": "{IDP}", "deep": {}{}}}"#, "[".repeat(64), "]".repeat(64));
    assert_eq!(refused(ScriptedResponse::json(200, deep)).kind(), ErrorKind::Malformed);
}

#[test]
fn wrong_types_are_told_with_their_path() {
    let members = json!({"scopes_supported": ["openid", {"name": "profile"}], "claims_supported": "sub"});
    let disco = serve(ScriptedResponse::json(200, document(members)), lazy()).unwrap();
    let error = disco.try_get::<Vec<String>>("scopes_supported").unwrap_err();
    assert_eq!(error.to_string(), "member `scopes_supported`: expected Vec<String>, found object at `scopes_supported[1]`");
    let error = disco.try_get::<Vec<String>>("claims_supported").unwrap_err();
    assert_eq!(error.to_string(), "member `claims_supported`: expected Vec<String>, found string");
    assert_eq!(disco.scopes_supported(), ["openid"]);
}

#[test]
fn transport_failures_name_the_endpoint() {
    for kind in [TransportErrorKind::Connect, TransportErrorKind::Timeout, TransportErrorKind::Tls, TransportErrorKind::Interrupted] {
        let error = refused(ScriptedResponse::error(kind));
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert_eq!(error.is_retryable(), kind != TransportErrorKind::Tls);
    }
}

#[test]
fn h10_passing_failures_are_repeated_with_the_environments_timer() {
    let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    let timer = FixedTimer::moving(&clock);
    let environment = Environment::system().with_clock(clock.clone()).with_timer(timer.clone());
    let request = DiscoveryDocumentRequest::builder().address(IDP).policy(lazy()).environment(environment).build();
    let http = script(&[
        (URL, ScriptedResponse::error(TransportErrorKind::Interrupted)),
        (URL, ScriptedResponse::status(503).header("retry-after", "7")),
        (URL, ScriptedResponse::json(200, body())),
    ]);
    let disco = block_on(request.send(&http)).unwrap();
    assert_eq!(timer.waits().len(), 2);
    assert!(timer.waits()[1] >= Duration::from_secs(7));
    assert!(disco.head().received_at() >= SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_007));
}

#[test]
fn d4_a_document_never_changes() {
    let disco = serve(ScriptedResponse::json(200, body()), lazy()).unwrap();
    let clone = disco.clone();
    assert_eq!(clone.document().as_bytes(), body().as_bytes());
    assert!(std::ptr::eq(disco.document().as_bytes(), clone.document().as_bytes()), "clones share it");
    let _: &DiscoveryPolicy = clone.policy();
}
