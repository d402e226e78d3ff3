//! A login that was begun, as one would keep it, with what a test wants to be different.

use std::time::{Duration, SystemTime};

use identity_model::encoding::form::Form;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::authorize::{Callback, CallbackError, CheckedCallback, LoginTransaction};
use serde_json::{Value, json};

use crate::protocol::support::{NOW, TOKEN, assert_well_told, start};

pub(crate) const ISSUER: &str = "https://idp.example.com";
pub(crate) const CLIENT: &str = "app";
/// As it was registered: its query is nobody's to change.
pub(crate) const REDIRECT: &str = "https://app.example.com/callback?tenant=a%20b&Next=/x";
pub(crate) const STATE: &str = "state-af0ifjsldkj";
pub(crate) const NONCE: &str = "nonce-n-0S6_WzA2Mj";
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CODE: &str = "SplxlOBeZQQYbYS6WxSbIA";

/// A plain code login whose members are overwritten; `null` removes one.
pub(crate) fn login(changes: Value) -> LoginTransaction {
    LoginTransaction::from_text(&text(changes)).unwrap()
}

pub(crate) fn text(changes: Value) -> String {
    let mut members = json!({
        "version": 1, "issuer": ISSUER, "client_id": CLIENT, "redirect_uri": REDIRECT, "response_type": "code", "state": STATE,
        "nonce": NONCE, "code_verifier": VERIFIER, "token_endpoint": TOKEN, "expects_iss": true, "scope": ["openid"],
        "begun_at": NOW, "expires_at": NOW + 600,
    });
    let Value::Object(changes) = changes else { panic!("members are an object") };
    for (name, value) in changes {
        members[name] = value;
    }
    members.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    members.to_string()
}

/// The moment `seconds` after the login was begun.
pub(crate) fn at(seconds: u64) -> SystemTime {
    start() + Duration::from_secs(seconds)
}

/// The parameters of a good response, changed: a value replaces, `None` removes, a name that is not there is added.
pub(crate) fn answer(changes: &[(&str, Option<&str>)]) -> String {
    let mut pairs = vec![("iss", ISSUER), ("state", STATE), ("code", CODE)];
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        pairs.extend(value.map(|value| (*name, value)));
    }
    Form::from_iter(pairs).to_query()
}

pub(crate) fn check(login: LoginTransaction, query: &str) -> Result<CheckedCallback, CallbackError> {
    login.check(&Callback::from_query(query)?, at(60))
}

/// Rejected by a plain login, with this code and kind, and well told.
#[track_caller]
pub(crate) fn refused(query: &str, code: &str) -> CallbackError {
    refused_by(login(json!({})), query, code)
}

#[track_caller]
pub(crate) fn refused_by(login: LoginTransaction, query: &str, code: &str) -> CallbackError {
    let error = check(login, query).map(|_| ()).expect_err(query);
    assert_refusal(&error, code);
    error
}

#[track_caller]
pub(crate) fn assert_refusal(error: &CallbackError, code: &str) {
    assert_eq!(error.code(), code, "{error}");
    assert_well_told(error);
    let roof = Error::from(error.clone());
    assert_eq!((roof.code(), roof.as_callback().map(CallbackError::code), roof.is_retryable()), (code, Some(code), false));
    let expected = match error {
        CallbackError::Authorization(_) => ErrorKind::Protocol,
        CallbackError::Configuration { .. } => ErrorKind::Configuration,
        CallbackError::IdToken { .. } | CallbackError::Response { .. } => roof.kind(),
        _ => ErrorKind::Flow,
    };
    assert_eq!(roof.kind(), expected, "{error}");
}
