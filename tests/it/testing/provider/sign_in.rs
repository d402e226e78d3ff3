//! Who signs in, when again, and what the tokens say about it.

use std::time::Duration;

use identity_model::testing::{TestClient, TestProvider, TestUser};
use serde_json::{Value, json as value};

use super::support::*;

fn provider() -> (identity_model::environment::FixedClock, TestProvider) {
    let (clock, _, environment) = fixed();
    let provider = TestProvider::builder()
        .client(TestClient::new("client").secret("secret"))
        .user(TestUser::new("alice").claim("email", "alice@idp.test").claim("department", "sales"))
        .user(TestUser::new("bob").claim("email", "bob@idp.test").claim("name", "Bob"))
        .environment(environment)
        .build();
    (clock, provider)
}

fn claims(provider: &TestProvider, browser: &identity_model::testing::TestBrowser, parameters: &[(&str, &str)]) -> Value {
    let answer = browser.open(login_url(provider, parameters));
    id_token_claims(provider, &answer.parameter("code").unwrap_or_else(|| panic!("{:?}", answer.parameters())))
}

#[test]
fn the_first_user_signs_in_unless_another_is_meant() {
    let (_, provider) = provider();
    let subject = |parameters: &[(&str, &str)]| claims(&provider, &provider.browser(), parameters)["sub"].clone();
    assert_eq!(subject(&[]), "alice");
    assert_eq!(subject(&[("login_hint", "bob")]), "bob");
    assert_eq!(subject(&[("login_hint", "bob@idp.test")]), "bob");
    assert_eq!(subject(&[("login_hint", "nobody")]), "alice");
    assert_eq!(subject(&[("claims", r#"{"id_token":{"sub":{"value":"bob"}}}"#)]), "bob");
    provider.sign_in_as("bob");
    assert_eq!(subject(&[]), "bob");
    assert_eq!(subject(&[("login_hint", "alice")]), "alice");
    provider.sign_in_as("nobody");
    assert_eq!(provider.authorize(login_url(&provider, &[])).parameter("error").as_deref(), Some("access_denied"));
}

#[test]
fn a_session_spares_the_user_another_login() {
    let (_, provider) = provider();
    let browser = provider.browser();
    let error = |parameters: &[(&str, &str)]| browser.open(login_url(&provider, parameters)).parameter("error");
    assert_eq!(error(&[("prompt", "none")]).as_deref(), Some("login_required"));
    let first = claims(&provider, &browser, &[("login_hint", "bob")]);
    let again = claims(&provider, &browser, &[("prompt", "none")]);
    assert_eq!((&again["sub"], &again["sid"]), (&value!("bob"), &first["sid"]));
    assert_eq!(error(&[("prompt", "none"), ("login_hint", "alice")]).as_deref(), Some("login_required"));
    let hint = json(&redeem(&provider, &browser.open(login_url(&provider, &[])).parameter("code").unwrap()))["id_token"].clone();
    assert_eq!(claims(&provider, &browser, &[("prompt", "none"), ("id_token_hint", hint.as_str().unwrap())])["sub"], "bob");
    let other = claims(&provider, &provider.browser(), &[("id_token_hint", hint.as_str().unwrap())]);
    assert_eq!(other["sub"], "bob");
    assert_ne!(other["sid"], first["sid"], "another browser is another session");
    provider.forget_sessions();
    assert_eq!(error(&[("prompt", "none")]).as_deref(), Some("login_required"));
}

#[test]
fn a_login_grows_old() {
    let (clock, provider) = provider();
    let browser = provider.browser();
    let begun = NOW as i64;
    assert_eq!(claims(&provider, &browser, &[("max_age", "60")])["auth_time"], begun);
    clock.advance(Duration::from_secs(60));
    assert_eq!(claims(&provider, &browser, &[("max_age", "60")])["auth_time"], begun, "not older than it may be");
    clock.advance(Duration::from_secs(1));
    let silent = login_url(&provider, &[("max_age", "60"), ("prompt", "none")]);
    assert_eq!(browser.open(silent).parameter("error").as_deref(), Some("login_required"));
    let renewed = claims(&provider, &browser, &[("max_age", "60")]);
    assert_eq!(renewed["auth_time"], begun + 61);
    clock.advance(Duration::from_secs(5));
    let forced = claims(&provider, &browser, &[("prompt", "login"), ("max_age", "60")]);
    assert_eq!((&forced["auth_time"], &forced["sid"]), (&value!(begun + 66), &renewed["sid"]));
    assert_eq!(claims(&provider, &browser, &[]).get("auth_time"), None);
    assert_eq!(claims(&provider, &browser, &[("claims", r#"{"id_token":{"auth_time":{"essential":true}}}"#)])["auth_time"], begun + 66);
}

#[test]
fn a_client_may_want_auth_time_always() {
    let client = TestClient::new("client").secret("secret").default_max_age(60);
    let always = TestProvider::builder().client(client).user(TestUser::new("alice")).build();
    assert!(claims(&always, &always.browser(), &[])["auth_time"].is_i64());
    let client = TestClient::new("client").secret("secret").require_auth_time();
    let always = TestProvider::builder().client(client).user(TestUser::new("alice")).build();
    assert!(claims(&always, &always.browser(), &[])["auth_time"].is_i64());
}

#[test]
fn the_class_that_was_asked_for_is_the_class_that_comes() {
    let (_, easy) = provider();
    let acr = |provider: &TestProvider, parameters: &[(&str, &str)]| claims(provider, &provider.browser(), parameters).get("acr").cloned();
    assert_eq!(acr(&easy, &[]), None);
    assert_eq!(acr(&easy, &[("acr_values", "gold silver")]), Some("gold".into()));
    let strict = TestProvider::builder()
        .client(TestClient::new("client").secret("secret"))
        .user(TestUser::new("alice"))
        .acr_values(["silver"])
        .build();
    assert_eq!(acr(&strict, &[("acr_values", "gold silver")]), Some("silver".into()));
    assert_eq!(acr(&strict, &[("acr_values", "gold")]), None);
    let essential = r#"{"id_token":{"acr":{"essential":true,"values":["gold","platinum"]}}}"#;
    let answer = strict.authorize(login_url(&strict, &[("claims", essential)]));
    assert_eq!(answer.parameter("error").as_deref(), Some("unmet_authentication_requirements"));
    assert_eq!(acr(&easy, &[("claims", essential)]), Some("gold".into()));
}

#[test]
fn single_claims_are_asked_for_by_name() {
    let (_, provider) = provider();
    let wish = r#"{"id_token":{"department":null,"phone_number":null},"userinfo":{"email":{"essential":true}}}"#;
    let code = provider.authorize(login_url(&provider, &[("claims", wish)])).parameter("code").unwrap();
    let document = json(&redeem(&provider, &code));
    let (_, claims) = verify(&provider, document["id_token"].as_str().unwrap()).unwrap();
    assert_eq!((&claims["department"], claims.get("phone_number"), claims.get("email")), (&value!("sales"), None, None));
    let address = provider.address(identity_model::testing::ProviderEndpoint::UserInfo);
    let userinfo = provider.send_blocking(bearer(get(address), document["access_token"].as_str().unwrap())).unwrap();
    assert_eq!(json(&userinfo)["email"], "alice@idp.test");
}

#[test]
fn a_refreshed_id_token_speaks_of_the_same_login() {
    let (clock, provider) = provider();
    let code = provider.authorize(login_url(&provider, &[("max_age", "60")])).parameter("code").unwrap();
    let first = json(&redeem(&provider, &code));
    clock.advance(Duration::from_secs(30));
    let second = json(&token(&provider, &[("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().unwrap())]));
    let read = |document: &Value| verify(&provider, document["id_token"].as_str().unwrap()).unwrap().1;
    let (first, second) = (read(&first), read(&second));
    for name in ["iss", "sub", "aud", "sid", "auth_time"] {
        assert_eq!(first[name], second[name], "{name}");
    }
    assert_eq!(second.get("nonce"), None);
    assert_eq!(second["iat"].as_i64(), first["iat"].as_i64().map(|at| at + 30));
}

#[test]
fn rich_authorization_details_come_back_with_the_token() {
    let (_, provider) = provider();
    let details = r#"[{"type":"payment","amount":"1"}]"#;
    let code = provider.authorize(login_url(&provider, &[("authorization_details", details)])).parameter("code").unwrap();
    assert_eq!(json(&redeem(&provider, &code))["authorization_details"], value!([{"type": "payment", "amount": "1"}]));
}
