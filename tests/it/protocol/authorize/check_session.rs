//! What a page needs that watches the session (OpenID Connect Session Management 1.0).

use identity_model::protocol::authorize::CheckSession;
use identity_model::protocol::discovery::DiscoveryPolicy;
use insta::assert_snapshot;
use serde_json::json;

use super::url::discovered;

#[test]
fn the_frame_its_origin_and_the_message() {
    let disco = discovered(json!({ "check_session_iframe": "https://idp.example.com:443/check?x=1" }));
    let watch = CheckSession::new(&disco, "app", "hash.salt").unwrap();
    assert_eq!(
        serde_json::to_value(&watch).unwrap(),
        json!({
            "iframe": "https://idp.example.com/check?x=1",
            "origin": "https://idp.example.com",
            "client_id": "app",
            "session_state": "hash.salt",
            "message": "app hash.salt",
        })
    );
    assert_eq!((watch.client_id(), watch.session_state()), ("app", "hash.salt"));
    let policy = DiscoveryPolicy::strict();
    let by_hand = CheckSession::at("http://127.0.0.1:4711/check", &policy, "app", "s").unwrap();
    assert_eq!((by_hand.origin(), by_hand.message().as_str()), ("http://127.0.0.1:4711", "app s"));
}

#[test]
fn what_cannot_be_watched_is_refused() {
    let policy = DiscoveryPolicy::strict();
    let at = |address: &str, client_id: &str, state: &str| {
        let error = CheckSession::at(address, &policy, client_id, state).unwrap_err();
        format!("{}: {error}", error.code())
    };
    assert_snapshot!(at("https://idp.example.com/c", "app", "a b"), @"request_configuration: `session_state` is empty or holds a space");
    assert_snapshot!(at("https://idp.example.com/c", "app", ""), @"request_configuration: `session_state` is empty or holds a space");
    assert_snapshot!(at("https://idp.example.com/c", "", "s"), @"request_configuration: `client_id` is empty");
    assert_snapshot!(at("javascript:alert(1)", "app", "s"), @"address: the address of the session iframe cannot be used");
    assert_eq!(CheckSession::new(&discovered(json!({})), "app", "s").unwrap_err().code(), "missing_member");
    let elsewhere = discovered(json!({ "check_session_iframe": "https://evil.example.net/check" }));
    assert!(CheckSession::new(&elsewhere, "app", "s").unwrap_err().policy_violation().is_some());
}
