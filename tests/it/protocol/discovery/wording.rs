//! How the failures of discovery read: each as it would be printed, with its sources.

use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::testing::ScriptedResponse;
use identity_model::transport::TransportErrorKind;
use serde_json::{Value, json};

use super::support::*;

fn of_answer(answer: ScriptedResponse) -> String {
    chain(&serve(answer, lazy()).unwrap_err())
}

fn of_address(address: &str) -> String {
    chain(&send(&request(address, lazy()), &[]).unwrap_err())
}

fn of_keys(members: Value, answer: Option<ScriptedResponse>) -> String {
    let mut exchanges = vec![(URL, ScriptedResponse::json(200, document(members)))];
    exchanges.extend(answer.map(|answer| (KEYS_URL, answer)));
    chain(&send(&request(IDP, DiscoveryPolicy::strict()), &exchanges).unwrap_err())
}

#[test]
fn addresses() {
    insta::assert_snapshot!(of_address("idp.example.com"), @r"
    [Configuration address] the address of the discovery endpoint cannot be used
      because: the address does not start with `https://` or `http://`
    ");
    insta::assert_snapshot!(of_address("https://user:secret@idp.example.com"), @r"
    [Configuration address] the address of the discovery endpoint cannot be used
      because: the address contains user information
    ");
    insta::assert_snapshot!(of_address("http://idp.example.com"), @r#"
    [Policy https_required] address "http://idp.example.com/.well-known/openid-configuration" is not HTTPS; allow it with `.danger_allow_http()`
      because: plain HTTP to this address alone is allowed by `.authority(…the issuer…).metadata_address("http://idp.example.com/.well-known/openid-configuration")`
    "#);
}

#[test]
fn answers() {
    insta::assert_snapshot!(of_answer(ScriptedResponse::error(TransportErrorKind::Connect)), @r"
    [Transport connect] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: no response
      because: scripted failure: Connect
    ");
    insta::assert_snapshot!(of_answer(ScriptedResponse::content(404, "text/html", "<h1>secret</h1>")), @"[Http unexpected_status] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: HTTP 404 (expected 200); check the authority: the document is usually at `<authority>/.well-known/openid-configuration`");
    insta::assert_snapshot!(of_answer(ScriptedResponse::status(302).header("location", "https://evil.example")), @"[Http redirect] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: HTTP 302, a redirect to `https://evil.example`; redirects are never followed, set the address it leads to");
    insta::assert_snapshot!(of_answer(ScriptedResponse::content(200, "text/html; charset=utf-8", "<h1>secret</h1>")), @r#"[Http unexpected_content_type] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: unexpected content type: expected "application/json", found "text/html; charset=utf-8" (HTTP 200)"#);
    insta::assert_snapshot!(of_answer(ScriptedResponse::status(200)), @r#"[Http unexpected_content_type] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: unexpected content type: expected "application/json", found none (HTTP 200)"#);
    insta::assert_snapshot!(of_answer(ScriptedResponse::json(400, json!({"error": "invalid_request", "error_description": "no\u{1b} tenant"}))), @r"[Protocol oauth_error] discovery at `https://idp.example.com/.well-known/openid-configuration` rejected the request: `invalid_request` (HTTP 400): no\u{1b} tenant");
}

#[test]
fn bodies() {
    insta::assert_snapshot!(of_answer(ScriptedResponse::json(200, "<html>secret")), @r"
    [Malformed malformed_answer] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: the response cannot be read
      because: the body is not a JSON object
      because: expected a value at byte 0
    ");
    insta::assert_snapshot!(of_answer(ScriptedResponse::json(200, r#"["secret"]"#)), @r"
    [Malformed malformed_answer] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: the response cannot be read
      because: the body is not a JSON object
      because: expected an object, found array at byte 0
    ");
    insta::assert_snapshot!(of_answer(ScriptedResponse::json(200, r#"{"issuer": "https://idp.example.com", "mtls_endpoint_aliases": {"a": tru}}"#)), @r"
    [Malformed malformed_answer] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: the response cannot be read
      because: the body is not a JSON object
      because: expected true at byte 72 (`mtls_endpoint_aliases.a`)
    ");
    insta::assert_snapshot!(of_answer(ScriptedResponse::json(200, r#"{"issuer": "a", "scopes_supported": [], "issuer": "b"}"#)), @r"
    [Malformed malformed_answer] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: the response cannot be read
      because: the body is not a JSON object
      because: member `issuer` comes twice at byte 41 (`issuer`)
    ");
    insta::assert_snapshot!(of_answer(ScriptedResponse::json(200, r#"{"issuer": "https://idp.example.com", "#)), @r"
    [Malformed malformed_answer] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: the response cannot be read
      because: the body is not a JSON object
      because: the text ends too early at byte 38 (`issuer`)
    ");
    insta::assert_snapshot!(of_answer(ScriptedResponse::json(200, json!({"padding": "x".repeat(1024 * 1024)}))), @r"
    [Transport body_too_large] discovery at `https://idp.example.com/.well-known/openid-configuration` failed: no response
      because: the body is longer than 1048576 bytes
    ");
}

#[test]
fn issuers() {
    insta::assert_snapshot!(of_answer(ScriptedResponse::json(200, document(json!({"issuer": "https://evil.example"})))), @r#"[Policy issuer_mismatch] issuer "https://evil.example" is not the expected issuer, expected https://idp.example.com; allow it with `.authority_validation_strategy(OneOfIssuersStrategy::new(["https://evil.example"]))`"#);
    insta::assert_snapshot!(of_answer(ScriptedResponse::json(200, document(json!({"issuer": null})))), @r#"[Policy issuer_missing] issuer is missing or blank, expected https://idp.example.com; allow it with `.metadata_member("issuer", "https://idp.example.com")`"#);
}

#[test]
fn keys_that_cannot_be_had() {
    insta::assert_snapshot!(of_keys(json!({}), Some(ScriptedResponse::status(500))), @r"
    [Http key_set_loading] the keys of `https://idp.example.com` cannot be loaded
      because: key set endpoint at `https://idp.example.com/jwks` failed: HTTP 500 (expected 200)
    ");
    insta::assert_snapshot!(of_keys(json!({}), Some(ScriptedResponse::json(200, r#"{"keys": {}}"#))), @r"
    [Key key_set_loading] the keys of `https://idp.example.com` cannot be loaded
      because: the key set cannot be used
      because: the member `keys` must be an array, found object
    ");
    insta::assert_snapshot!(of_keys(json!({"jwks_uri": "https://keys.example.net/jwks?key=secret"}), None), @r#"
    [Policy key_set_loading] the keys of `https://idp.example.com` cannot be loaded
      because: jwks_uri "https://keys.example.net/jwks" is on a host that is not allowed, expected below https://idp.example.com; allow it with `.additional_endpoint_base_address("https://keys.example.net")`
    "#);
}

#[test]
fn a_whole_document() {
    let members = json!({"token_endpoint": "https://api.example.net/token", "jwks_uri": null, "subject_types_supported": "public"});
    let disco = serve(ScriptedResponse::json(200, document(members)), lazy()).unwrap();
    insta::assert_snapshot!(chain(&disco.validate().unwrap_err().into()), @r#"[Policy endpoint_host] the policy refuses the discovery document: token_endpoint "https://api.example.net/token" is on a host that is not allowed, expected below https://idp.example.com; allow it with `.additional_endpoint_base_address("https://api.example.net")`; subject_types_supported has the wrong type, expected an array of strings; allow it with `.metadata_profile(MetadataProfile::AuthorizationServer)`; jwks_uri is missing; allow it with `.require_key_set(false)`"#);
}

#[test]
fn nothing_secret_is_said() {
    let said = [
        of_address("https://user:secret@idp.example.com"),
        of_answer(ScriptedResponse::content(404, "text/html", "<h1>secret</h1>")),
        of_answer(ScriptedResponse::json(200, r#"["secret"]"#)),
        of_keys(json!({"jwks_uri": "https://keys.example.net/jwks?key=secret"}), None),
    ];
    assert!(said.iter().all(|text| !text.contains("secret")), "{said:?}");
}
