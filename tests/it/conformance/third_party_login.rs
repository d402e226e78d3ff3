//! `oidcc-client-test-3rd-party-init-login-test-plan`: somebody sends the browser to `initiate_login_uri`, and an authorization request comes of it.

use identity_model::protocol::authorize::ThirdPartyLogin;
use identity_model::testing::ProviderEndpoint;

use super::support::{Plan, Rp, callback};

fn endpoint(rp: &Rp) -> ThirdPartyLogin {
    ThirdPartyLogin::builder().issuers([rp.provider.issuer()]).targets(["https://rp.example.com/orders"]).build()
}

fn started(query: &str) -> http::Request<&'static str> {
    http::Request::get(format!("https://rp.example.com/start_login?{query}")).body("").unwrap()
}

#[tokio::test]
async fn oidcc_client_test_3rd_party_init_login() {
    let rp = Rp::new(Plan::BASIC);
    let query = "iss=https%3A%2F%2Fidp.test&login_hint=alice&target_link_uri=https%3A%2F%2Frp.example.com%2Forders%2F7";
    let initiated = endpoint(&rp).read(&started(query)).unwrap();
    assert_eq!(initiated.target_link_uri(), Some("https://rp.example.com/orders/7"));
    let begun = rp.client.begin_login(initiated.options()).await.unwrap();
    let answer = rp.browser.open(&begun.url);
    assert_eq!(rp.provider.requests(ProviderEndpoint::Authorization), 1);
    let login = rp.client.finish_login(begun.transaction, callback(&answer).unwrap()).await.unwrap();
    assert_eq!(login.subject(), "alice");
}

/// A stranger's wish stays one.
#[tokio::test]
async fn third_party_login_of_strangers() {
    let rp = Rp::new(Plan::BASIC);
    for (query, code) in [
        ("login_hint=alice", "third_party_login_issuer_missing"),
        ("iss=https%3A%2F%2Felsewhere.test", "third_party_login_issuer_unknown"),
        ("iss=https%3A%2F%2Fidp.test&target_link_uri=https%3A%2F%2Felsewhere.test", "third_party_login_target_refused"),
    ] {
        assert_eq!(endpoint(&rp).read(&started(query)).unwrap_err().code(), code);
    }
    assert!(rp.provider.recorded().is_empty());
}
