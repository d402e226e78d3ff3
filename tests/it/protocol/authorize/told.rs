//! The words in which a callback is rejected.

use http::Method;
use identity_model::error::Error;
use identity_model::protocol::authorize::{Callback, CallbackError};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::support::{answer, at, login};
use crate::protocol::support::chain;

const FORM: &str = "application/x-www-form-urlencoded";

/// The chain of the error, its kind and code.
fn told(outcome: Result<impl Sized, CallbackError>) -> String {
    let error = Error::from(outcome.map(|_| ()).unwrap_err());
    format!("{}{:?} {}", chain(&error), error.kind(), error.code())
}

fn plain(changes: &[(&str, Option<&str>)]) -> String {
    told(login(json!({})).check(&Callback::from_query(answer(changes)).unwrap(), at(1)))
}

fn other(login_changes: Value, changes: &[(&str, Option<&str>)]) -> String {
    told(login(login_changes).receive(&Callback::from_query(answer(changes)).unwrap(), at(1)))
}

#[test]
fn a_mix_up_a_foreign_callback_and_an_expired_one_each_have_their_own_words() {
    assert_snapshot!(plain(&[("iss", Some("https://evil.example"))]), @r#"
    the callback is from another issuer: expected "https://idp.example.com", found "https://evil.example"
    Flow callback_issuer_mismatch
    "#);
    assert_snapshot!(plain(&[("iss", Some("https://idp.example.com/"))]), @r#"
    the callback is from another issuer: expected "https://idp.example.com", found "https://idp.example.com/" (they differ in the slash at the end alone; issuers are compared exactly)
    Flow callback_issuer_mismatch
    "#);
    assert_snapshot!(plain(&[("iss", None)]), @r#"
    the callback has no `iss`, which the metadata of `https://idp.example.com` say is always sent; if that is wrong, state it with `.metadata_member("authorization_response_iss_parameter_supported", false)`
    Flow callback_issuer_missing
    "#);
    assert_snapshot!(plain(&[("state", Some("other"))]), @r"
    the callback does not belong to this login: its `state` differs from the one that was sent
    Flow callback_state_mismatch
    ");
    assert_snapshot!(plain(&[("state", None)]), @r"
    the callback has no `state`, although one was sent
    Flow callback_state_missing
    ");
    assert_snapshot!(other(json!({ "state": null }), &[]), @r"
    the callback has a `state`, although none was sent
    Flow callback_state_unexpected
    ");
    assert_snapshot!(told(login(json!({})).check(&Callback::from_query(answer(&[])).unwrap(), at(3600))), @r"
    the login has expired: it was begun 3600 s ago and is valid for 600 s; extend it with `.lifetime(…)`
    Flow login_expired
    ");
}

#[test]
fn s_jar_repeat_and_s_iss_switch_the_error_behind_a_failed_check_is_told_as_not_verified() {
    let error = [("error", Some("invalid_request")), ("error_description", Some("response_type is missing")), ("code", None)];
    let told = |change: (&str, Option<&str>)| plain(&[error[0], error[1], error[2], change]);
    assert_snapshot!(told(("state", Some(""))), @r#"
    the callback does not belong to this login: its `state` differs from the one that was sent; it states the error "`invalid_request`: response_type is missing", which is not verified
    Flow callback_state_mismatch
    "#);
    assert_snapshot!(told(("state", None)), @r#"
    the callback has no `state`, although one was sent; it states the error "`invalid_request`: response_type is missing", which is not verified
    Flow callback_state_missing
    "#);
    assert!(told(("iss", None)).contains("; it states the error \"`invalid_request`: response_type is missing\", which is not verified"));
    // What was drawn for the login is not repeated, and nothing is believed.
    let echoed =
        login(json!({})).check(&Callback::from_query(answer(&[("error", Some(super::support::STATE)), ("iss", None)])).unwrap(), at(1));
    let error = Error::from(echoed.unwrap_err());
    assert!(!error.to_string().contains(super::support::STATE) && error.authorization_error().is_none(), "{error}");
}

#[test]
fn the_servers_no() {
    assert_snapshot!(plain(&[("error", Some("access_denied")), ("error_description", Some("the user\nsaid no"))]), @r"
    the authorization endpoint rejected the request: `access_denied`: the user\u{a}said no
    Protocol authorization_error
    ");
    assert_snapshot!(plain(&[("error", Some("login_required")), ("code", None)]), @r"
    the authorization endpoint rejected the request: `login_required`
    Protocol authorization_error
    ");
}

#[test]
fn parameters() {
    let twice = format!("{}&code=x", answer(&[]));
    assert_snapshot!(told(login(json!({})).check(&Callback::from_query(twice).unwrap(), at(1))), @r"
    the parameter `code` of the callback occurs more than once
    Flow callback_duplicate_parameter
    ");
    assert_snapshot!(plain(&[("code", None)]), @r"
    the callback has no `code`, which the response type `code` returns
    Flow callback_missing_parameter
    ");
    assert_snapshot!(plain(&[("code", Some("ä"))]), @r"
    unusable parameter `code` in the callback: expected printable ASCII characters
    Flow callback_malformed_parameter
    ");
    assert_snapshot!(plain(&[("id_token", Some("x"))]), @r"
    the callback has the parameter `id_token`, which the response type `code` does not return
    Flow callback_unexpected_parameter
    ");
    assert_snapshot!(plain(&[("response", Some("x"))]), @r"
    the callback has a `response`, although no signed response was requested
    Flow callback_response_unexpected
    ");
    assert_snapshot!(other(json!({ "response_mode": "jwt" }), &[]), @r"
    the callback has no `response`, although a signed response was requested
    Flow callback_response_missing
    ");
}

#[test]
fn places_and_forms() {
    assert_snapshot!(other(json!({ "response_mode": "fragment" }), &[]), @r"
    the callback has no fragment, where the response mode of the login places the response; it has a query
    Flow callback_elsewhere
    ");
    assert_snapshot!(told(login(json!({})).check(&Callback::from_url("/cb").unwrap(), at(1))), @r"
    the callback has no query, where the response mode of the login places the response
    Flow callback_elsewhere
    ");
    assert_snapshot!(told(Callback::from_query("state=%zz")), @r"
    the parameter `state` in the query of the callback cannot be read
    malformed percent-encoding
    Flow callback_malformed
    ");
    assert_snapshot!(told(Callback::from_form(&Method::GET, Some(FORM), "")), @r#"
    unexpected method of the callback: expected "POST", found "GET"
    Flow callback_method
    "#);
    assert_snapshot!(told(Callback::from_form(&Method::POST, Some("text/html"), "")), @r#"
    unexpected content type of the callback: expected "application/x-www-form-urlencoded", found as `text/html`
    Flow callback_content_type
    "#);
    assert_snapshot!(told(Callback::from_form(&Method::POST, None, "")), @r#"
    unexpected content type of the callback: expected "application/x-www-form-urlencoded", found without a content type
    Flow callback_content_type
    "#);
    assert_snapshot!(told(Callback::from_query(vec![b'a'; Callback::LIMIT + 1])), @r"
    the callback is too long: at most 524288 bytes, found 524289
    Flow callback_too_large
    ");
}

#[test]
fn a_login_that_is_finished_in_the_wrong_way() {
    let hybrid = login(json!({ "response_type": "code id_token" }));
    assert_snapshot!(told(hybrid.check(&Callback::from_query(answer(&[])).unwrap(), at(1))), @r"
    the login cannot be finished by this call: its answer has to be verified before it is believed: `check` takes a plain code, `receive` any answer
    Configuration callback_configuration
    ");
}
