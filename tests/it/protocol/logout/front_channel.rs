//! A logout in an iframe: rule L7, and the conformance modules of front-channel logout.

use http::{Method, Request};
use identity_model::protocol::logout::FrontchannelLogout;

const ISSUER: &str = "https://idp.example.com";
const GOOD: &str = "/frontchannel?iss=https%3A%2F%2Fidp.example.com&sid=08a5";

fn logout() -> FrontchannelLogout {
    FrontchannelLogout::builder().uri("https://app.example.com/frontchannel").issuer(ISSUER).build()
}

fn outcome(logout: &FrontchannelLogout, method: Method, uri: &str) -> &'static str {
    let request = Request::builder().method(method).uri(uri).body(()).unwrap();
    logout.read(&request).map_or_else(
        |error| {
            assert_eq!(error.response().status(), 400);
            assert_eq!(error.response().headers()["cache-control"], "no-store");
            error.code()
        },
        |_| "ok",
    )
}

#[test]
fn rp_frontchannel_rpinitlogout() {
    let notice = logout().read(&Request::get(GOOD).body(()).unwrap()).unwrap();
    assert_eq!(notice.session_id(), Some("08a5"));
    notice.check(ISSUER, Some("08a5")).unwrap();
    let page = logout().page();
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["cache-control"], "no-store");
    assert_eq!(page.headers()["pragma"], "no-cache");
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    assert_eq!(page.headers()["content-security-policy"], "default-src 'none'; frame-ancestors https://idp.example.com");
    assert!(!page.headers().contains_key("x-frame-options"));
}

#[test]
fn rp_frontchannel_opinitlogout() {
    // Begun at the provider, the request is the same; there may be no session left, which is fine.
    let notice = logout().read(&Request::get("/frontchannel").body(()).unwrap()).unwrap();
    assert_eq!(notice.session_id(), None);
    notice.check(ISSUER, None).unwrap();
}

#[test]
fn l7_issuer_and_session_come_both_or_not_at_all() {
    let with = |query: &str| outcome(&logout(), Method::GET, &format!("/frontchannel?{query}"));
    assert_eq!(with("iss=https://idp.example.com"), "logout_session_incomplete");
    assert_eq!(with("iss=https://idp.example.com&sid="), "logout_session_incomplete");
    assert_eq!(with("sid=08a5"), "logout_session_incomplete");
    assert_eq!(with("iss=&sid=08a5"), "logout_session_incomplete");
    assert_eq!(with("iss=https://idp.example.com&sid=08a5&other=1"), "ok");
    assert_eq!(with(""), "ok");
    for twice in ["sid=08a5&sid=08a5&iss=https://idp.example.com", "sid=08a5&iss=https://idp.example.com&%69ss=x"] {
        assert_eq!(with(twice), "logout_parameter_repeated");
    }
    assert_eq!(with("iss=%"), "logout_malformed");
}

#[test]
fn l7_a_client_that_registered_so_wants_both() {
    let wanting = FrontchannelLogout::builder().uri("https://app.example.com/frontchannel").issuer(ISSUER).session_required(true).build();
    assert_eq!(outcome(&wanting, Method::GET, "/frontchannel"), "logout_session_missing");
    assert_eq!(outcome(&wanting, Method::GET, GOOD), "ok");
}

#[test]
fn l7_both_are_compared_with_the_session() {
    for iss in ["https://evil.example", "https://idp.example.com/", "HTTPS://idp.example.com"] {
        assert_eq!(outcome(&logout(), Method::GET, &format!("/frontchannel?sid=08a5&iss={iss}")), "logout_issuer_mismatch");
    }
    let notice = logout().read(&Request::get(GOOD).body(()).unwrap()).unwrap();
    let code = |issuer, session| notice.check(issuer, session).unwrap_err().code();
    assert_eq!(code("https://other.example.com", Some("08a5")), "logout_issuer_mismatch");
    assert_eq!(code(ISSUER, Some("08a6")), "logout_session_mismatch");
    assert_eq!(code(ISSUER, Some("")), "logout_session_mismatch");
    assert_eq!(code(ISSUER, None), "logout_session_mismatch");
}

#[test]
fn l7_only_over_the_registered_address() {
    for (uri, expected) in [
        ("/frontchannel?", "ok"),
        ("/frontchannel/", "logout_address"),
        ("/Frontchannel", "logout_address"),
        ("/other", "logout_address"),
        ("https://app.example.com/frontchannel", "ok"),
        ("https://app.example.com:443/frontchannel", "ok"),
        ("https://other.example.com/frontchannel", "logout_address"),
        ("http://app.example.com/frontchannel", "logout_address"),
    ] {
        assert_eq!(outcome(&logout(), Method::GET, uri), expected, "{uri}");
    }
    let with_query = FrontchannelLogout::builder().uri("https://app.example.com/out?tenant=1").issuer(ISSUER).build();
    assert_eq!(outcome(&with_query, Method::GET, "/out?tenant=1&sid=s&iss=https://idp.example.com"), "ok");
    assert_eq!(outcome(&with_query, Method::GET, "/out?tenant=2"), "logout_address");
    assert_eq!(outcome(&with_query, Method::GET, "/out"), "logout_address");
    let broken = FrontchannelLogout::builder().uri("/frontchannel").issuer(ISSUER).build();
    assert_eq!(outcome(&broken, Method::GET, GOOD), "logout_address", "a registered address is absolute");
    assert_eq!(outcome(&logout(), Method::POST, GOOD), "logout_method");
}

#[test]
fn l7_further_pages_may_frame_the_answer() {
    let logout = FrontchannelLogout::builder()
        .uri("https://app.example.com/out")
        .issuer("https://idp.example.com/tenant")
        .frame_ancestors(["https://login.example.com"])
        .build();
    let page = logout.page();
    let policy = &page.headers()["content-security-policy"];
    assert_eq!(policy, "default-src 'none'; frame-ancestors https://idp.example.com https://login.example.com");
}
