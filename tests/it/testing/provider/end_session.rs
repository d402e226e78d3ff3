//! The end session endpoint: who may be sent where, and what is over afterwards.

use identity_model::testing::{Fault, ProviderEndpoint, TestClient, TestProvider, TestUser};

use super::support::*;

const GOODBYE: &str = "https://app.test/goodbye";

fn provider() -> TestProvider {
    TestProvider::builder()
        .client(TestClient::new("client").secret("secret").post_logout_redirect_uris([GOODBYE]))
        .client(TestClient::new("other"))
        .user(TestUser::new("alice"))
        .build()
}

fn logout_url(provider: &TestProvider, parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{}?{query}", provider.address(ProviderEndpoint::EndSession))
}

fn id_token(provider: &TestProvider, browser: &identity_model::testing::TestBrowser) -> String {
    let code = browser.open(login_url(provider, &[])).parameter("code").unwrap();
    json(&redeem(provider, &code))["id_token"].as_str().unwrap().to_owned()
}

#[test]
fn a_logout_ends_the_session_and_leads_back() {
    let provider = provider();
    let browser = provider.browser();
    let hint = id_token(&provider, &browser);
    provider.rotate_keys();
    let url = logout_url(&provider, &[("id_token_hint", &hint), ("post_logout_redirect_uri", GOODBYE), ("state", "s 1")]);
    let answer = browser.open(url);
    assert_eq!(answer.location(), "https://app.test/goodbye?state=s+1");
    let silent = browser.open(login_url(&provider, &[("prompt", "none")]));
    assert_eq!(silent.parameter("error").as_deref(), Some("login_required"));
}

#[test]
fn the_hint_ends_its_session_in_whichever_browser() {
    let provider = provider();
    let (browser, other) = (provider.browser(), provider.browser());
    let hint = id_token(&provider, &browser);
    let kept = id_token(&provider, &other);
    let answer = provider.authorize(logout_url(&provider, &[("id_token_hint", &hint)]));
    assert_eq!((answer.status().as_u16(), answer.redirect()), (200, None));
    let is_signed_in = |browser: &identity_model::testing::TestBrowser| {
        browser.open(login_url(&provider, &[("prompt", "none")])).parameter("code").is_some()
    };
    assert_eq!((is_signed_in(&browser), is_signed_in(&other)), (false, true));
    let address = provider.address(ProviderEndpoint::EndSession);
    let by_post = other.post(address, &[("client_id", "client"), ("id_token_hint", &kept), ("post_logout_redirect_uri", GOODBYE)]);
    assert_eq!(by_post.location(), GOODBYE);
    assert!(!is_signed_in(&other));
}

#[test]
fn nobody_is_sent_where_the_client_is_not_at_home() {
    let provider = provider();
    let browser = provider.browser();
    let hint = id_token(&provider, &browser);
    for parameters in [
        &[("post_logout_redirect_uri", GOODBYE)][..],
        &[("client_id", "client"), ("post_logout_redirect_uri", "https://app.test/goodbye/")],
        &[("client_id", "stranger"), ("post_logout_redirect_uri", GOODBYE)],
        &[("client_id", "other"), ("id_token_hint", &hint)],
        &[("id_token_hint", "a.b.c"), ("post_logout_redirect_uri", GOODBYE)],
    ] {
        let answer = browser.open(logout_url(&provider, parameters));
        assert_eq!((answer.status().as_u16(), answer.redirect()), (400, None), "{parameters:?}");
    }
    assert!(browser.open(login_url(&provider, &[("prompt", "none")])).parameter("code").is_some(), "nothing has ended");
    let answer = browser.open(logout_url(&provider, &[("client_id", "client"), ("post_logout_redirect_uri", GOODBYE)]));
    assert_eq!(answer.location(), GOODBYE);
}

#[test]
fn a_hint_may_be_minted() {
    let provider = provider();
    let hint = provider.mint_id_token(|token| token.expires_in(-3600));
    let answer = provider.authorize(logout_url(&provider, &[("id_token_hint", hint.expose()), ("post_logout_redirect_uri", GOODBYE)]));
    assert_eq!(answer.location(), GOODBYE);
    let foreign = TestProvider::builder().issuer("https://other.test").client(TestClient::new("client")).build();
    let hint = foreign.mint_id_token(|token| token);
    assert_eq!(provider.authorize(logout_url(&provider, &[("id_token_hint", hint.expose())])).status(), 400);
}

#[test]
fn faults_spoil_the_way_back() {
    let provider = provider();
    let url = logout_url(&provider, &[("client_id", "client"), ("post_logout_redirect_uri", GOODBYE), ("state", "s")]);
    provider.inject(ProviderEndpoint::EndSession, Fault::wrong_state().once());
    assert_eq!(provider.authorize(&url).location(), "https://app.test/goodbye?state=another-state");
    provider.inject(ProviderEndpoint::EndSession, Fault::missing_state().once());
    assert_eq!(provider.authorize(&url).location(), GOODBYE);
    assert_eq!(provider.authorize(&url).location(), "https://app.test/goodbye?state=s");
}
