//! Where the request goes, and what is rejected before anything is sent.

use identity_model::error::ErrorKind;
use identity_model::protocol::discovery::{DiscoveryDocumentPath, DiscoveryDocumentRequest, DiscoveryPolicy, KeySetLoading};
use identity_model::testing::ScriptedResponse;
use serde_json::json;

use super::support::*;

fn at(path: impl Into<DiscoveryDocumentPath>) -> DiscoveryPolicy {
    DiscoveryPolicy::builder().discovery_document_path(path).key_set_loading(KeySetLoading::Never).build()
}

#[track_caller]
fn goes_to(address: &str, policy: DiscoveryPolicy, url: &str, authority: &str) {
    let disco = send(&request(address, policy), &[(url, ScriptedResponse::json(200, json!({"issuer": authority})))]).unwrap();
    assert_eq!((disco.address(), disco.authority()), (url, authority), "{address}");
}

#[track_caller]
fn is_never_sent(address: &str, policy: DiscoveryPolicy, kind: ErrorKind, code: &str) {
    let error = send(&request(address, policy), &[]).unwrap_err();
    assert_eq!((error.kind(), error.code()), (kind, code), "{address}: {error}");
}

#[test]
fn d1_the_path_is_appended_to_an_authority_and_found_in_a_full_address() {
    let openid = DiscoveryDocumentPath::OpenIdConfiguration;
    for (address, url, authority) in [
        ("https://server:123", "https://server:123/.well-known/openid-configuration", "https://server:123"),
        ("https://server:123/", "https://server:123/.well-known/openid-configuration", "https://server:123"),
        (
            "https://server:123/.well-known/openid-configuration",
            "https://server:123/.well-known/openid-configuration",
            "https://server:123",
        ),
        (
            "https://server:123/.well-known/openid-configuration/",
            "https://server:123/.well-known/openid-configuration",
            "https://server:123",
        ),
        (
            "https://auth.example.com/tenant1",
            "https://auth.example.com/tenant1/.well-known/openid-configuration",
            "https://auth.example.com/tenant1",
        ),
    ] {
        goes_to(address, at(openid.clone()), url, authority);
    }
    let strange = "https://server:123/strange-location/openid-configuration";
    for path in ["/strange-location/openid-configuration", "strange-location/openid-configuration"] {
        for address in [strange, &format!("{strange}/"), "https://server:123", "https://server:123/"] {
            goes_to(address, at(path), strange, "https://server:123");
        }
    }
}

#[test]
fn d1_the_oauth_path_is_inserted_before_the_tenant() {
    let url = "https://issuer.example.com/.well-known/oauth-authorization-server/tenant1";
    for address in [url, "https://issuer.example.com/tenant1", "https://issuer.example.com/tenant1/"] {
        goes_to(address, at(DiscoveryDocumentPath::OAuthAuthorizationServer), url, "https://issuer.example.com/tenant1");
    }
}

#[test]
fn what_is_no_address_is_never_sent() {
    for address in [
        "foo",
        "file://some_file",
        "https:odd_https://other",
        "",
        "ftp://evil.com",
        "https://",
        "https://auth.example.com?x=1",
        "https://auth.example.com#f",
        "https://user@auth.example.com",
        "https://auth.example.com/a b",
        "https:\\\\auth.example.com",
    ] {
        is_never_sent(address, DiscoveryPolicy::strict(), ErrorKind::Configuration, "address");
    }
}

#[test]
fn h1_row_3_http_is_refused_before_anything_is_sent() {
    is_never_sent("http://authority", DiscoveryPolicy::strict(), ErrorKind::Policy, "https_required");
    is_never_sent("http://127.evil.com", DiscoveryPolicy::strict(), ErrorKind::Policy, "https_required");
    is_never_sent("http://localhost.evil.com", DiscoveryPolicy::strict(), ErrorKind::Policy, "https_required");
    let nowhere = DiscoveryPolicy::builder().allow_http_on_loopback(false).build();
    is_never_sent("http://localhost", nowhere, ErrorKind::Policy, "https_required");
    let any_host = DiscoveryPolicy::builder().danger_any_endpoint_host().danger_any_issuer().build();
    is_never_sent("http://authority", any_host, ErrorKind::Policy, "https_required");
    is_never_sent("https://169.254.169.254", DiscoveryPolicy::danger_development(), ErrorKind::Policy, "link_local_address");
}

#[test]
fn rows_1_and_4_http_to_loopback_or_by_name() {
    for host in ["localhost", "LocalHost", "127.0.0.1", "[::1]", "localhost:5000", "127.0.0.1:5000", "[::1]:5000"] {
        let authority = format!("http://{host}");
        let sent = format!("{}/.well-known/openid-configuration", authority.to_lowercase());
        let answer = ScriptedResponse::json(200, json!({"issuer": authority, "jwks_uri": format!("{authority}/jwks")}));
        let disco = send(&request(&authority, lazy()), &[(&sent, answer)]).unwrap();
        assert_eq!(disco.jwks_uri().unwrap().as_str(), format!("{authority}/jwks"));
    }
    let answer = ScriptedResponse::json(200, json!({"issuer": "http://authority"}));
    let development = DiscoveryPolicy::danger_development().to_builder().key_set_loading(KeySetLoading::Never).build();
    send(&request("http://authority", development), &[("http://authority/.well-known/openid-configuration", answer)]).unwrap();
}

#[test]
fn row_18_a_preset_authority_is_never_replaced() {
    let policy = lazy().to_builder().authority("https://server:123").build();
    let elsewhere = document(json!({}));
    let error = serve(ScriptedResponse::json(200, &elsewhere), policy.clone()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "issuer_mismatch"));
    let disco = serve(ScriptedResponse::json(200, document(json!({"issuer": "https://server:123"}))), policy).unwrap();
    assert_eq!(disco.authority(), "https://server:123");
    assert_eq!(disco.token_endpoint().unwrap_err().expected(), ["https://server:123"]);
}

#[test]
fn row_5_an_issuer_that_is_another_feeds_nothing() {
    let error =
        serve(ScriptedResponse::json(200, document(json!({"issuer": "https://differentissuer"}))), DiscoveryPolicy::strict()).unwrap_err();
    let violation = error.policy_violation().unwrap();
    assert_eq!((violation.member(), violation.address()), ("issuer", Some("https://differentissuer")));
    assert_eq!(violation.expected(), [IDP]);
    assert!(error.discovery_document().is_none());
}

#[test]
fn extra_parameters_go_into_the_query_and_extra_headers_along() {
    let request = DiscoveryDocumentRequest::builder().address(IDP).policy(lazy()).parameter("appid", "a b").header("x-trace", "7").build();
    let http = script(&[(&format!("{URL}?appid=a%20b"), ScriptedResponse::json(200, document(json!({}))))]);
    let disco = block_on(request.send(&http)).unwrap();
    assert_eq!(disco.address(), URL, "the address of the document is without them");
    let sent = http.requests();
    assert_eq!(sent[0].header("x-trace"), Some("7"));
}

#[test]
fn h11_and_h12_the_library_owns_authorization_and_accept() {
    for header in ["Authorization", "accept", "Host", "DPoP"] {
        let request = DiscoveryDocumentRequest::builder().address(IDP).header(header, "x").build();
        let error = send(&request, &[]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
    }
    let http = script(&[(URL, ScriptedResponse::json(200, document(json!({}))))]);
    block_on(request(IDP, lazy()).send(&http)).unwrap();
    let sent = &http.requests()[0];
    assert_eq!(sent.header("accept"), Some("application/json"));
    assert_eq!((sent.method().as_str(), sent.body()), ("GET", &b""[..]));
    assert_eq!(sent.header("authorization"), None);
}
