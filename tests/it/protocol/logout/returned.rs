//! The user comes back from the provider: rule L1, and the conformance modules of RP-initiated logout.

use std::time::Duration;

use identity_model::environment::{Environment, FixedClock};
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::logout::{EndSessionRequest, LogoutReturn, LogoutTransaction};

use crate::protocol::support::start;

/// A logout that was begun at the start of time, and its state.
fn begun() -> (LogoutTransaction, String) {
    let begun = EndSessionRequest::builder()
        .address("https://idp.example.com/logout")
        .client_id("app")
        .post_logout_redirect_uri("https://app.example.com/goodbye")
        .environment(Environment::system().with_clock(FixedClock::at(start())))
        .begin()
        .unwrap();
    let state = begun.url().split_once("&state=").unwrap().1.to_owned();
    (begun.into_parts().1, state)
}

/// The code that a return is rejected with.
fn outcome(transaction: &LogoutTransaction, url: &str) -> &'static str {
    let returned = LogoutReturn::from_url(url).unwrap();
    transaction.clone().finish(&returned, start()).map_or_else(|error| error.code(), |()| "ok")
}

#[test]
fn rp_init_logout() {
    let (transaction, state) = begun();
    for url in [
        format!("https://app.example.com/goodbye?state={state}"),
        format!("/goodbye?state={state}&other=1&other=2#top"),
        format!("com.example.app:/goodbye?a=1&state={state}"),
    ] {
        assert_eq!(outcome(&transaction, &url), "ok", "{url}");
    }
}

#[test]
fn rp_init_logout_other_state() {
    let (transaction, state) = begun();
    let (_, foreign) = begun();
    for other in [foreign, "x".to_owned(), state.to_uppercase(), format!("{state}x"), state[1..].to_owned()] {
        let url = format!("https://app.example.com/goodbye?state={other}");
        assert_eq!(outcome(&transaction, &url), "logout_state_mismatch", "{url}");
    }
}

#[test]
fn rp_init_logout_no_state() {
    let (transaction, state) = begun();
    for url in [
        "https://app.example.com/goodbye".to_owned(),
        "https://app.example.com/goodbye?state=".to_owned(),
        "https://app.example.com/goodbye?State=x".to_owned(),
        format!("https://app.example.com/goodbye#state={state}"),
        format!("https://app.example.com/goodbye#?state={state}"),
    ] {
        assert_eq!(outcome(&transaction, &url), "logout_state_missing", "{url}");
    }
}

#[test]
fn l1_a_state_that_comes_twice_is_refused() {
    let (transaction, state) = begun();
    for url in [format!("/?state={state}&state={state}"), format!("/?state={state}&state=x"), format!("/?state={state}&%73tate=")] {
        assert_eq!(outcome(&transaction, &url), "logout_parameter_repeated", "{url}");
    }
    assert_eq!(LogoutReturn::from_url("/?state=%zz").unwrap_err().code(), "logout_malformed");
}

#[test]
fn l1_a_return_after_expiry_is_refused() {
    let (transaction, state) = begun();
    let returned = LogoutReturn::from_query(&format!("state={state}")).unwrap();
    let end = start() + Duration::from_secs(15 * 60);
    assert!(transaction.clone().finish(&returned, end - Duration::from_secs(1)).is_ok());
    let error = Error::from(transaction.finish(&returned, end).unwrap_err());
    assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Flow, "logout_transaction_expired", false));
}

#[test]
fn l1_a_transaction_is_the_same_after_it_was_stored() {
    let (transaction, state) = begun();
    let text = serde_json::to_string(&transaction).unwrap();
    assert!(text.len() < 300, "{text}");
    let restored: LogoutTransaction = serde_json::from_str(&text).unwrap();
    assert_eq!(restored.expires_at(), transaction.expires_at());
    assert_eq!(restored.replay_key(), transaction.replay_key());
    assert_eq!(outcome(&restored, &format!("/?state={state}")), "ok");
    for text in [r#"{"expires_at":1}"#, r#""s3cret""#, r#"{"state":"s","expires_at":"s3cret"}"#] {
        let error = serde_json::from_str::<LogoutTransaction>(text).unwrap_err().to_string();
        assert!(error.starts_with("this is not what a logout transaction was kept as") && !error.contains("s3cret"), "{error}");
    }
}

#[test]
fn l1_a_store_that_lost_the_state_lets_nothing_in() {
    let lost: LogoutTransaction = serde_json::from_str(r#"{"state":"","expires_at":4102444800}"#).unwrap();
    assert_eq!(outcome(&lost, "/?state="), "logout_state_missing");
    assert_eq!(outcome(&lost, "/"), "logout_state_missing");
    let never: LogoutTransaction = serde_json::from_str(&format!(r#"{{"state":"x","expires_at":{}}}"#, u64::MAX)).unwrap();
    assert_eq!(outcome(&never, "/?state=x"), "logout_transaction_expired");
}
