//! Logins that a third party starts: OpenID Connect Core section 4, and the conformance module of it.

use http::{Method, Request};
use identity_model::encoding::form::Form;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::authorize::{InitiatedLogin, LoginRequest, ThirdPartyLogin, ThirdPartyLoginError};
use identity_model::protocol::discovery::DiscoveryDocumentRequest;
use identity_model::testing::TestProvider;

/// The longest query or form that is read.
const LIMIT: usize = 16 * 1024;

const ISSUER: &str = "https://idp.test";

fn endpoint() -> ThirdPartyLogin {
    ThirdPartyLogin::builder()
        .issuers([ISSUER, "https://other.test"])
        .targets(["https://app.example.com/orders", "https://shop.example.com:8443"])
        .build()
}

fn get(parameters: &[(&str, &str)]) -> Result<InitiatedLogin, ThirdPartyLoginError> {
    let query = parameters.iter().copied().collect::<Form>().to_query();
    endpoint().read(&Request::get(format!("/login?{query}")).body("iss=https://evil.example").unwrap())
}

fn code(outcome: Result<InitiatedLogin, ThirdPartyLoginError>) -> &'static str {
    outcome.map_or_else(
        |error| {
            let code = error.code();
            assert_eq!((Error::from(error).kind(), code.starts_with("third_party_login_")), (ErrorKind::Flow, true));
            code
        },
        |_| "ok",
    )
}

#[tokio::test]
async fn third_party_init_login() {
    let initiated = get(&[("iss", ISSUER), ("login_hint", "alice"), ("target_link_uri", "https://app.example.com/orders/7")]).unwrap();
    let http = TestProvider::new();
    let disco = DiscoveryDocumentRequest::builder().address(initiated.issuer()).send(&http).await.unwrap();
    let begun = LoginRequest::builder()
        .provider(&disco)
        .client_id(TestProvider::CLIENT_ID)
        .redirect_uri("https://app.example.com/callback")
        .pushed(false)
        .options(initiated.options())
        .send(&http)
        .await
        .unwrap();
    let sent = Form::parse(begun.url.query().unwrap()).unwrap();
    assert_eq!(sent.first("login_hint"), Some("alice"));
    assert!(!sent.contains("target_link_uri") && !sent.contains("iss"));
    assert!(sent.contains("state") && sent.contains("nonce") && sent.contains("code_challenge"));
}

#[test]
fn oidc_4_the_issuer_must_be_a_known_one() {
    for (parameters, expected) in [
        (vec![("iss", ISSUER)], "ok"),
        (vec![("iss", "https://other.test")], "ok"),
        (vec![("iss", "https://idp.test/")], "third_party_login_issuer_unknown"),
        (vec![("iss", "HTTPS://idp.test")], "third_party_login_issuer_unknown"),
        (vec![("iss", "https://evil.example")], "third_party_login_issuer_unknown"),
        (vec![("iss", "")], "third_party_login_issuer_missing"),
        (vec![("login_hint", "alice")], "third_party_login_issuer_missing"),
        (vec![("iss", ISSUER), ("iss", ISSUER)], "third_party_login_parameter_repeated"),
        (vec![("iss", ISSUER), ("login_hint", "a"), ("login_hint", "b")], "third_party_login_parameter_repeated"),
        (vec![("iss", ISSUER), ("target_link_uri", ""), ("target_link_uri", "")], "third_party_login_parameter_repeated"),
        (vec![("iss", ISSUER), ("custom", "a"), ("custom", "b")], "ok"),
    ] {
        assert_eq!(code(get(&parameters)), expected, "{parameters:?}");
    }
}

#[test]
fn oidc_4_a_request_of_the_greatest_length_is_read() {
    let query = |length: usize| {
        let known = format!("iss={ISSUER}&x=");
        format!("{known}{}", "x".repeat(length - known.len()))
    };
    let read = |length| endpoint().read(&Request::get(format!("/login?{}", query(length))).body("").unwrap());
    assert_eq!(code(read(LIMIT)), "ok");
    assert!(matches!(read(LIMIT + 1).unwrap_err(), ThirdPartyLoginError::TooLarge { limit: LIMIT }));
}

#[test]
fn oidc_4_a_target_lies_below_an_allowed_address() {
    let refused = "third_party_login_target_refused";
    for (target, expected) in [
        ("https://app.example.com/orders", "ok"),
        ("https://app.example.com/orders/7?x=1", "ok"),
        ("https://APP.example.com:443/orders", "ok"),
        ("https://shop.example.com:8443/any/where", "ok"),
        ("https://app.example.com/", refused),
        ("https://app.example.com/ordersx", refused),
        ("https://app.example.com/orders/../admin", refused),
        ("https://app.example.com/orders/%2e%2e/admin", refused),
        ("https://app.example.com/orders/%252e%252e/admin", refused),
        ("https://app.example.com/orders#x", refused),
        ("http://app.example.com/orders", refused),
        ("https://app.example.com:8443/orders", refused),
        ("https://shop.example.com/", refused),
        ("https://app.example.com.evil.example/orders", refused),
        ("https://app.example.com@evil.example/orders", refused),
        ("https://user@app.example.com/orders", refused),
        ("https://evil.example/orders", refused),
        ("https:/\\evil.example/orders", refused),
        ("https://app.example.com\\@evil.example/orders", refused),
        ("//evil.example/orders", refused),
        ("/orders", refused),
        ("javascript:alert(1)", refused),
        ("https://app.example.com/orders\r\nx: y", refused),
    ] {
        assert_eq!(code(get(&[("iss", ISSUER), ("target_link_uri", target)])), expected, "{target}");
    }
    let none = ThirdPartyLogin::builder().issuers([ISSUER]).build();
    let request = Request::get("/login?iss=https://idp.test&target_link_uri=https://app.example.com/").body("").unwrap();
    assert_eq!(code(none.read(&request)), refused, "no target is allowed unless it is said");
}

#[test]
fn oidc_4_by_get_or_by_form() {
    let body = "iss=https%3A%2F%2Fidp.test&login_hint=a+b";
    let with = |method: Method, types: &[&str], body: &str| {
        let mut request = Request::builder().method(method).uri("/login?iss=https://other.test");
        for value in types {
            request = request.header("content-type", *value);
        }
        endpoint().read(&request.body(body.to_owned()).unwrap())
    };
    let form = "application/x-www-form-urlencoded";
    let read = with(Method::POST, &[form], body).unwrap();
    assert_eq!((read.issuer(), read.login_hint(), read.target_link_uri()), (ISSUER, Some("a b"), None));
    assert_eq!(with(Method::GET, &[form], body).unwrap().issuer(), "https://other.test");
    assert_eq!(code(with(Method::POST, &["text/plain"], body)), "third_party_login_content_type");
    assert_eq!(code(with(Method::POST, &[], body)), "third_party_login_content_type");
    assert_eq!(code(with(Method::POST, &[form, form], body)), "third_party_login_content_type");
    assert_eq!(code(with(Method::POST, &[form], "")), "third_party_login_issuer_missing");
    assert_eq!(code(with(Method::PUT, &[form], body)), "third_party_login_method");
    assert_eq!(code(with(Method::POST, &[form], "iss=%")), "third_party_login_malformed");
    let long = format!("{body}&x={}", "x".repeat(16 * 1024));
    assert_eq!(code(with(Method::POST, &[form], &long)), "third_party_login_too_large");
}
