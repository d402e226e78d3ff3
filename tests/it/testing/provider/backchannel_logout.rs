//! How the provider tells clients that a session is over: logout tokens, frames, and a page that watches.

use identity_model::jose::SignatureAlgorithm;
use identity_model::testing::{
    Expected, Fault, ForgedKind, Forgery, ProviderEndpoint, ScriptedHttpClient, ScriptedResponse, TestClient, TestProvider, TestUser,
};
use serde_json::{Value, json as value};
use sha2::{Digest, Sha256};

use super::support::*;

const LOGOUT: &str = "https://app.test/backchannel_logout";

fn client() -> TestClient {
    TestClient::new("client").secret("secret").backchannel_logout_uri(LOGOUT).frontchannel_logout_uri("https://app.test/gone?a=1")
}

fn read(provider: &TestProvider, token: &str) -> (Value, Value) {
    verify(provider, token).unwrap()
}

#[test]
fn a_logout_token_speaks_of_the_last_session() {
    let provider = TestProvider::builder().client(client()).user(TestUser::new("alice")).user(TestUser::new("bob")).build();
    let (header, claims) = read(&provider, &provider.mint_logout_token(|token| token));
    assert_eq!(header["typ"], "logout+jwt");
    assert_eq!((&claims["sub"], claims.get("sid")), (&value!("alice"), None));
    provider.authorize(login_url(&provider, &[]));
    let code = provider.authorize(login_url(&provider, &[("login_hint", "bob")])).parameter("code").unwrap();
    let id_token = id_token_claims(&provider, &code);
    let (_, claims) = read(&provider, &provider.mint_logout_token(|token| token));
    assert_eq!((&claims["sub"], &claims["sid"], &claims["aud"]), (&value!("bob"), &id_token["sid"], &value!("client")));
    assert_eq!(claims["events"], value!({"http://schemas.openid.net/event/backchannel-logout": {}}));
    assert!(claims["jti"].is_string() && claims["iat"].is_i64() && claims["exp"].is_i64());
}

#[test]
fn each_wrong_logout_token_is_a_draft_away() {
    let provider = TestProvider::new();
    let claims = |forgery: Forgery| read(&provider, &provider.mint_logout_token(|token| token.forge(&forgery))).1;
    assert_eq!(claims(Forgery::WrongIssuer)["iss"], "https://elsewhere.test");
    assert_eq!(claims(Forgery::WrongAudience)["aud"], "another-client");
    assert_eq!(claims(Forgery::without_claim("events")).get("events"), None);
    assert_eq!(claims(Forgery::WrongEvent)["events"], value!({"https://idp.test/events/other": {}}));
    assert_eq!(claims(Forgery::claim("nonce", "n"))["nonce"], "n");
    let signed = provider.mint_logout_token(|token| token.forge(&Forgery::SignedWith(SignatureAlgorithm::ES256)));
    assert_eq!(read(&provider, &signed).0["alg"], "ES256");
    let unsigned = provider.mint_logout_token(|token| token.forge(&Forgery::AlgorithmNone));
    assert!(unsigned.ends_with('.') && verify(&provider, &unsigned).is_err());
}

#[tokio::test]
async fn a_token_is_posted_to_the_client() {
    let provider = TestProvider::builder().client(client()).user(TestUser::new("alice")).build();
    let expected = || Expected::post(LOGOUT).header("content-type", "application/x-www-form-urlencoded").form_present("logout_token");
    let http = ScriptedHttpClient::builder()
        .exchange(expected(), ScriptedResponse::status(200))
        .exchange(expected(), ScriptedResponse::status(400))
        .build();
    assert_eq!(provider.send_backchannel_logout(&http, "client", |token| token).await.unwrap().status(), 200);
    let refused = provider.send_backchannel_logout_blocking(&http, "client", |token| token.forge(&Forgery::WrongEvent)).unwrap();
    assert_eq!(refused.status(), 400);
    let request = provider.backchannel_logout_request("client", |token| token.claim("sid", "s"));
    let token = form_urlencoded::parse(request.body()).next().unwrap().1.into_owned();
    assert_eq!(read(&provider, &token).1["sid"], "s");
}

#[test]
fn the_end_of_a_session_is_told_to_every_client() {
    let http = ScriptedHttpClient::builder()
        .exchange(Expected::post(LOGOUT).form_present("logout_token"), ScriptedResponse::status(200))
        .exchange(Expected::post(LOGOUT).form_present("logout_token"), ScriptedResponse::status(503))
        .build();
    let provider = TestProvider::builder()
        .client(client())
        .client(TestClient::new("other").frontchannel_logout_uri("https://other.test/gone"))
        .user(TestUser::new("alice"))
        .outgoing_http(http.clone())
        .build();
    for fault in [None, Some(Fault::forge(ForgedKind::LogoutToken, Forgery::claim("nonce", "n")))] {
        let browser = provider.browser();
        let code = browser.open(login_url(&provider, &[])).parameter("code").unwrap();
        browser.open(login_url(&provider, &[("client_id", "other")]));
        let sid = id_token_claims(&provider, &code)["sid"].as_str().unwrap().to_owned();
        if let Some(fault) = fault.clone() {
            provider.inject(ProviderEndpoint::EndSession, fault);
        }
        let back = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", "client")
            .append_pair("post_logout_redirect_uri", "https://app.test/bye?x=1&y=2")
            .append_pair("state", "s")
            .finish();
        let answer = browser.open(format!("{}?{back}", provider.address(ProviderEndpoint::EndSession)));
        assert_eq!(answer.status(), 200);
        assert_eq!(
            answer.frames(),
            [
                format!("https://app.test/gone?a=1&iss=https%3A%2F%2Fidp.test&sid={sid}"),
                format!("https://other.test/gone?iss=https%3A%2F%2Fidp.test&sid={sid}"),
            ]
        );
        assert_eq!(answer.location(), "https://app.test/bye?x=1&y=2&state=s");
        let sent = http.requests();
        let (_, claims) = read(&provider, &sent.last().unwrap().form_value("logout_token").unwrap());
        assert_eq!((&claims["sid"], claims.get("nonce").is_some()), (&value!(sid), fault.is_some()));
    }
    http.assert_finished();
}

#[test]
fn a_page_can_watch_the_session() {
    let provider = TestProvider::new();
    let page = provider.authorize(provider.address(ProviderEndpoint::CheckSession)).page();
    assert!(page.contains("postMessage") && page.contains("test_provider_state"));
    let browser = provider.browser();
    let answer = browser.open(login_url(&provider, &[]));
    let cookies: Vec<&str> = answer.response().headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let cookie = |name: &str| cookies.iter().find_map(|cookie| cookie.strip_prefix(&format!("{name}="))).unwrap();
    assert!(cookie("test_provider_session").contains("HttpOnly") && !cookie("test_provider_state").contains("HttpOnly"));
    let browser_state = cookie("test_provider_state").split(';').next().unwrap();
    let state = answer.parameter("session_state").unwrap();
    let (hash, salt) = state.split_once('.').unwrap();
    let wanted = Sha256::digest(format!("client https://app.test {browser_state} {salt}"));
    assert_eq!(hash, wanted.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let custom = browser.open(login_url(&provider, &[("redirect_uri", "com.example.app:/cb")]));
    assert_eq!(custom.parameter("session_state"), None);
}
