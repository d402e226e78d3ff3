//! The request for a JWK Set (RFC 7517 section 5).

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::jwks::{JwksRequest, JwksResponse};
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::{BodyLimit, RetrySettings};
use insta::assert_snapshot;

use super::support::{JWKS, answered, both_ways, chain, wire};

const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

fn request(environment: Environment) -> JwksRequest {
    JwksRequest::builder().environment(environment).retry(RetrySettings::NONE).address(JWKS).build()
}

#[track_caller]
fn answer(answer: ScriptedResponse) -> Result<JwksResponse, Error> {
    answered(request, Expected::get(JWKS), answer)
}

#[test]
fn h12_both_media_types_are_asked_for() {
    let run = both_ways(request, &[(Expected::get(JWKS), ScriptedResponse::json(200, r#"{"keys":[]}"#))]);
    assert_snapshot!(wire(&run.sent[0]), @r"
    GET https://idp.example.com/jwks
    accept: application/jwk-set+json, application/json
    ");
    assert_eq!(run.sent[0].as_request().extensions().get::<BodyLimit>(), Some(&BodyLimit::KEY_SET));
}

#[test]
fn h6_both_media_types_are_read_and_no_other() {
    let set = format!(r#"{{"keys":[{ED25519}]}}"#);
    for content_type in ["application/json", "application/jwk-set+json", "Application/JSON ; charset=utf-8"] {
        assert_eq!(answer(ScriptedResponse::content(200, content_type, set.clone())).unwrap().key_set().keys().len(), 1, "{content_type}");
    }
    for content_type in ["text/plain", "application/jwk+json", "application/jwt", "application/jsonp", "application/json, text/html"] {
        let error = answer(ScriptedResponse::content(200, content_type, set.clone())).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "unexpected_content_type"), "{content_type}");
    }
    let error = answer(ScriptedResponse::status(200).body(set)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "HTTP error: key set endpoint at `https://idp.example.com/jwks` failed: unexpected content type: expected \"application/jwk-set+json\" or \"application/json\", found none (HTTP 200)"
    );
}

#[test]
fn k1_what_is_no_key_set_is_a_key_error() {
    for body in ["{}", r#"{"keys":null}"#, r#"{"keys":{}}"#, r#"{"keys":"x"}"#, "[]", "1", "null", "", "{\"keys\":[", r#"{"error":"x"}"#] {
        let error = answer(ScriptedResponse::json(200, body)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Key, "key_set"), "{body}");
        assert!(chain(&error).lines().count() >= 2, "{}", chain(&error));
    }
}

#[test]
fn k1_a_broken_key_is_kept_out_with_a_reason() {
    let body = format!(r#"{{"keys":[1,{{"kty":"RSA","e":"AQAB"}},{{"kty":"oct","k":"c2VjcmV0"}},{ED25519}],"more":true}}"#);
    let response = answer(ScriptedResponse::json(200, body)).unwrap();
    assert_eq!((response.key_set().keys().len(), response.key_set().skipped().len()), (1, 3));
    assert_eq!(response.into_key_set().keys()[0].key_id(), Some("a"));
}

#[test]
fn h8_a_member_that_comes_twice_is_refused() {
    assert_eq!(answer(ScriptedResponse::json(200, r#"{"keys":[],"keys":[]}"#)).unwrap_err().kind(), ErrorKind::Key);
}

#[test]
fn h9_half_a_mebibyte_is_the_limit() {
    let body = |length: usize| format!(r#"{{"keys":[]{}}}"#, " ".repeat(length - 11));
    answer(ScriptedResponse::json(200, body(512 * 1024))).unwrap();
    let error = answer(ScriptedResponse::json(200, body(512 * 1024 + 1))).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Transport, "body_too_large"));
}

#[test]
fn h3_h4_a_status_other_than_200_is_refused_with_its_error() {
    let error = answer(ScriptedResponse::json(403, r#"{"error":"access_denied"}"#)).unwrap_err();
    assert_eq!((error.kind(), error.oauth_error().map(|error| error.error())), (ErrorKind::Protocol, Some("access_denied")));
    let error = answer(ScriptedResponse::json(404, r#"{"message":"no"}"#)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "unexpected_status"));
}
