//! From a user's identifier to his provider: rule D9, and the conformance modules of WebFinger.

use identity_model::environment::Environment;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryPolicy};
use identity_model::protocol::webfinger::{WebFingerRequest, WebFingerResponse};
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::RetrySettings;
use serde_json::{Value, json};

use super::support::{answered, unsent};

const REL: &str = "http://openid.net/specs/connect/1.0/issuer";

fn request(resource: &str) -> impl Fn(Environment) -> WebFingerRequest + '_ {
    move |environment| WebFingerRequest::builder().environment(environment).retry(RetrySettings::NONE).resource(resource).build()
}

/// The address that is asked, with the resource as it stands in the query.
fn asked(host: &str, resource: &str) -> String {
    let rel = "http%3A%2F%2Fopenid.net%2Fspecs%2Fconnect%2F1.0%2Fissuer";
    format!("https://{host}/.well-known/webfinger?resource={resource}&rel={rel}")
}

fn descriptor(issuer: &str) -> ScriptedResponse {
    ScriptedResponse::content(
        200,
        "application/jrd+json",
        json!({ "subject": "acct:joe@example.com", "links": [{ "rel": REL, "href": issuer }] }).to_string(),
    )
}

#[track_caller]
fn answer(document: &Value) -> Result<WebFingerResponse, Error> {
    answered(
        request("joe@example.com"),
        Expected::get(asked("example.com", "acct%3Ajoe%40example.com")),
        ScriptedResponse::json(200, document),
    )
}

#[test]
fn discovery_webfinger_acct() {
    let expected = Expected::get(asked("op.example.com:8443", "acct%3Ajoe.module%40op.example.com%3A8443"));
    let expected = expected.header("accept", "application/jrd+json, application/json");
    let input = "acct:joe.module@op.example.com:8443";
    let found = answered(request(input), expected, descriptor("https://op.example.com:8443/joe/module")).unwrap();
    assert_eq!(found.issuer().unwrap(), "https://op.example.com:8443/joe/module");
}

#[test]
fn discovery_webfinger_url() {
    let expected = Expected::get(asked("op.example.com", "https%3A%2F%2Fop.example.com%2Fjoe%2Fmodule"));
    let found = answered(request("https://op.example.com/joe/module"), expected, descriptor("https://op.example.com/joe/module/")).unwrap();
    assert_eq!(found.issuer().unwrap(), "https://op.example.com/joe/module/");
}

#[test]
fn d9_inputs_reach_their_hosts() {
    for (input, host, resource) in [
        ("joe@example.com", "example.com", "acct%3Ajoe%40example.com"),
        ("joe+work@example.com", "example.com", "acct%3Ajoe%2Bwork%40example.com"),
        ("example.com:8080", "example.com:8080", "https%3A%2F%2Fexample.com%3A8080%2F"),
        ("example.com/joe", "example.com", "https%3A%2F%2Fexample.com%2Fjoe"),
        ("http://example.com/joe", "example.com", "http%3A%2F%2Fexample.com%2Fjoe"),
    ] {
        answered(request(input), Expected::get(asked(host, resource)), descriptor("https://idp.example.com")).unwrap();
    }
}

#[test]
fn d9_nothing_is_sent_for_what_is_no_identifier_or_points_into_ones_own_network() {
    for input in ["", "joe@", "=joe", "joe doe@example.com"] {
        let error = unsent(request(input));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "request_configuration"), "{input}");
    }
    for input in ["joe@localhost", "localhost:8443", "http://127.0.0.1/joe", "10.0.0.1", "joe@192.168.0.1", "[::1]:8443", "[fd00::1]"] {
        let error = unsent(request(input));
        assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "private_address"), "{input}");
    }
    assert_eq!(unsent(request("169.254.169.254/latest")).code(), "link_local_address");
}

#[test]
fn d9_a_private_host_by_the_policy_or_as_the_applications_own_choice() {
    let http = ScriptedHttpClient::builder()
        .get(asked("localhost:8443", "acct%3Ajoe%40localhost%3A8443"), descriptor("https://localhost:8443"))
        .get(asked("127.0.0.1:9000", "acct%3Ajoe%40example.com").replacen("https", "http", 1), descriptor("https://idp.example.com"))
        .get(asked("finger.example.com", "acct%3Ajoe%40example.com").replace(".well-known/webfinger", "find"), descriptor("https://a.test"))
        .build();
    let policy = DiscoveryPolicy::builder().danger_allow_private_addresses().build();
    let found = WebFingerRequest::builder().resource("acct:joe@localhost:8443").policy(policy).send_blocking(&http).unwrap();
    assert_eq!(found.issuer().unwrap(), "https://localhost:8443");
    let asking = || WebFingerRequest::builder().resource("joe@example.com");
    assert!(asking().server("http://127.0.0.1:9000").send_blocking(&http).unwrap().issuer().is_ok());
    asking().server("https://finger.example.com/find").send_blocking(&http).unwrap();
    let error = asking().server("http://finger.example.com").send_blocking(&http).unwrap_err();
    assert_eq!(error.code(), "https_required");
    assert_eq!(http.problems(), Vec::<String>::new());
}

#[test]
fn d9_the_first_link_of_the_relation_counts() {
    let links = json!([
        { "rel": "http://webfinger.net/rel/avatar", "href": "https://example.com/joe.png", "type": "image/png" },
        "no link", null, { "href": "https://no-rel.example" }, { "rel": 1, "href": "https://number.example" },
        { "rel": REL, "href": "https://idp.example.com" },
        { "rel": REL, "href": "https://second.example.com" },
    ]);
    let found = answer(&json!({ "subject": "acct:joe@example.com", "aliases": ["https://example.com/joe"], "links": links })).unwrap();
    assert_eq!(found.issuer().unwrap(), "https://idp.example.com");
    assert_eq!((found.subject(), found.aliases()), (Some("acct:joe@example.com"), vec!["https://example.com/joe".to_owned()]));
    let link = &found.links()[0];
    assert_eq!(
        (link.rel(), link.href(), link.media_type()),
        ("http://webfinger.net/rel/avatar", Some("https://example.com/joe.png"), Some("image/png"))
    );
    assert_eq!(found.links().len(), 3);
}

#[test]
fn d9_an_issuer_is_held_against_the_policy() {
    for (links, code) in [
        (json!([]), "missing_member"),
        (json!([{ "rel": REL }]), "missing_member"),
        (json!([{ "rel": "other", "href": "https://idp.example.com" }]), "missing_member"),
        (json!([{ "rel": REL, "href": "http://idp.example.com" }]), "https_required"),
        (json!([{ "rel": REL, "href": "https://idp.example.com?x=1" }]), "malformed_address"),
        (json!([{ "rel": REL, "href": "https://idp.example.com#x" }]), "malformed_address"),
        (json!([{ "rel": REL, "href": "idp.example.com" }]), "malformed_address"),
        (json!([{ "rel": REL, "href": "https://user@idp.example.com" }]), "malformed_address"),
        (json!([{ "rel": REL, "href": "https://127.0.0.1" }]), "private_address"),
        (json!([{ "rel": REL, "href": "https://169.254.169.254" }]), "link_local_address"),
    ] {
        let found = answer(&json!({ "links": links })).unwrap();
        assert_eq!(found.issuer().unwrap_err().kind().code(), code, "{links}");
    }
    for document in [json!({}), json!({ "links": null }), json!({ "links": {} })] {
        assert_eq!(answer(&document).unwrap_err().kind(), ErrorKind::Malformed);
    }
}

#[test]
fn d9_d2_discovery_checks_the_issuer_that_was_found() {
    let document = r#"{"issuer":"https://evil.example","jwks_uri":"https://idp.example.com/jwks"}"#;
    let http = ScriptedHttpClient::builder()
        .get(asked("example.com", "acct%3Ajoe%40example.com"), descriptor("https://idp.example.com"))
        .get("https://idp.example.com/.well-known/openid-configuration", ScriptedResponse::json(200, document))
        .build();
    let found = WebFingerRequest::builder().resource("joe@example.com").send_blocking(&http).unwrap();
    let error = DiscoveryDocumentRequest::builder().address(found.issuer().unwrap()).send_blocking(&http).unwrap_err();
    assert_eq!(error.code(), "issuer_mismatch");
    assert_eq!(http.problems(), Vec::<String>::new());
}

#[test]
fn h2_a_redirect_is_not_followed() {
    let redirect = ScriptedResponse::status(302).header("location", "https://elsewhere.example/");
    let error =
        answered(request("joe@example.com"), Expected::get(asked("example.com", "acct%3Ajoe%40example.com")), redirect).unwrap_err();
    assert_eq!(error.code(), "redirect");
}

#[test]
fn h16_a_link_that_the_policy_refuses_is_not_handed_out() {
    for (href, is_handed_out) in [
        ("https://example.com/joe", true),
        ("https://elsewhere.example/joe?x=1#y", true),
        ("http://example.com/joe", false),
        ("https://169.254.169.254/latest/meta-data", false),
        ("https://user@example.com/", false),
        ("javascript:alert(1)", false),
        ("file:///etc/passwd", false),
        ("", false),
    ] {
        let found = answer(&json!({ "links": [{ "rel": "http://webfinger.net/rel/profile-page", "href": href }] })).unwrap();
        assert_eq!(found.links()[0].href(), is_handed_out.then_some(href), "{href}");
    }
}
