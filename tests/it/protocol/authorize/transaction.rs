//! What is kept of a login between its beginning and its end.

use std::time::Duration;

use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::authorize::{
    Callback, CallbackError, CheckedCallback, FrontChannelLogin, LoginTransaction, PendingLogin, ReceivedCallback, ResponseMode,
    ResponseType, TransactionError,
};
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::support::{CLIENT, ISSUER, NONCE, REDIRECT, STATE, VERIFIER, answer, at, login, text};
use crate::protocol::support::{TOKEN, assert_well_told, start};

fn full() -> LoginTransaction {
    LoginTransaction::builder()
        .issuer(ISSUER)
        .client_id(CLIENT)
        .redirect_uri(REDIRECT)
        .response_type(ResponseType::CodeIdToken)
        .response_mode(ResponseMode::FormPost)
        .state(STATE)
        .nonce(NONCE)
        .code_verifier(VERIFIER)
        .token_endpoint(TOKEN)
        .userinfo_endpoint("https://idp.example.com/userinfo")
        .jwks_uri("https://idp.example.com/jwks")
        .expects_iss(true)
        .max_age(Duration::from_secs(300))
        .requires_auth_time(true)
        .essential_acr(["gold", "silver"])
        .scope(["openid profile", "email"])
        .dpop_thumbprint("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
        .begun_at(start())
        .lifetime(Duration::from_secs(120))
        .build()
        .unwrap()
}

/// A change of this text is a change of the format: sessions that were begun by the version before cannot be finished by the next.
#[test]
fn the_text_is_the_format() {
    assert_snapshot!(full().to_text().expose().replace(",\"", ",\n\""), @r#"
    {"version":1,
    "issuer":"https://idp.example.com",
    "client_id":"app",
    "redirect_uri":"https://app.example.com/callback?tenant=a%20b&Next=/x",
    "response_type":"code id_token",
    "response_mode":"form_post",
    "state":"state-af0ifjsldkj",
    "nonce":"nonce-n-0S6_WzA2Mj",
    "code_verifier":"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "token_endpoint":"https://idp.example.com/token",
    "userinfo_endpoint":"https://idp.example.com/userinfo",
    "jwks_uri":"https://idp.example.com/jwks",
    "expects_iss":true,
    "max_age":300,
    "requires_auth_time":true,
    "essential_acr":["gold",
    "silver"],
    "scope":["openid",
    "profile",
    "email"],
    "dpop_thumbprint":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
    "begun_at":1750000000,
    "expires_at":1750000120}
    "#);
    let least = LoginTransaction::builder().issuer(ISSUER).client_id(CLIENT).redirect_uri(REDIRECT).danger_no_state();
    let least = least.code_verifier(VERIFIER).token_endpoint(TOKEN).begun_at(start()).build().unwrap();
    assert_snapshot!(least.to_text().expose().replace(",\"", ",\n\""), @r#"
    {"version":1,
    "issuer":"https://idp.example.com",
    "client_id":"app",
    "redirect_uri":"https://app.example.com/callback?tenant=a%20b&Next=/x",
    "response_type":"code",
    "code_verifier":"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    "token_endpoint":"https://idp.example.com/token",
    "begun_at":1750000000,
    "expires_at":1750000600}
    "#);
}

#[test]
fn it_is_read_as_it_was_written_by_whatever_serde_knows() {
    let once = serde_json::to_value(full()).unwrap();
    assert!(once.is_string(), "one text, whatever holds it");
    let again: LoginTransaction = serde_json::from_value(once.clone()).unwrap();
    assert_eq!(serde_json::to_value(&again).unwrap(), once);
    assert_eq!(again.replay_key(), full().replay_key());
    assert_eq!((again.begun_at(), again.expires_at(), again.response_mode()), (start(), at(120), ResponseMode::FormPost));
    assert_eq!((again.scope().len(), again.dpop_thumbprint().map(str::len)), (3, Some(43)));
    assert_eq!(again.token_endpoint(), full().token_endpoint());
    assert_eq!(again.jwks_uri().map(|uri| uri.as_str().to_owned()), Some("https://idp.example.com/jwks".to_owned()));
    assert_eq!((again.issuer(), again.client_id(), again.redirect_uri()), (ISSUER, CLIENT, REDIRECT));
    assert!(again.userinfo_endpoint().is_some() && again.response_type() == ResponseType::CodeIdToken);
    let kept = serde_json::to_vec(&full()).unwrap();
    serde_json::from_reader::<_, LoginTransaction>(kept.as_slice()).unwrap();
}

#[test]
fn the_defaults_are_a_plain_code_and_ten_minutes() {
    let login = login(json!({ "expects_iss": null }));
    assert_eq!((login.response_type(), login.response_mode()), (ResponseType::Code, ResponseMode::Query));
    let built = LoginTransaction::builder().issuer(ISSUER).client_id(CLIENT).redirect_uri(REDIRECT).state(STATE);
    let built = built.code_verifier(VERIFIER).token_endpoint(TOKEN).begun_at(start()).build().unwrap();
    assert_eq!((built.expires_at(), built.is_expired(at(599)), built.is_expired(at(600))), (at(600), false, true));
    built.check(&Callback::from_query(answer(&[("iss", None)])).unwrap(), at(1)).unwrap();
}

#[test]
fn an_endpoint_of_a_document_is_kept_with_its_alias() {
    let document = json!({
        "issuer": ISSUER, "token_endpoint": TOKEN, "jwks_uri": "https://idp.example.com/jwks",
        "mtls_endpoint_aliases": { "token_endpoint": "https://idp.example.com/mtls/token" },
    });
    let document = DiscoveryDocumentResponse::parse(document.to_string(), ISSUER, DiscoveryPolicy::strict()).unwrap();
    let login = LoginTransaction::builder().issuer(ISSUER).client_id(CLIENT).redirect_uri(REDIRECT).state(STATE).code_verifier(VERIFIER);
    let login = login.token_endpoint(document.token_endpoint().unwrap()).begun_at(start()).build().unwrap();
    let kept: Value = serde_json::from_str(login.to_text().expose()).unwrap();
    assert_eq!(kept["token_endpoint_alias"], "https://idp.example.com/mtls/token");
}

/// Garbage, and what each of it is told to be; nothing of it is repeated.
#[test]
fn a_text_that_cannot_be_read_says_what_is_wrong_with_it() {
    let read = |text: &str| LoginTransaction::from_text(text).map(|_| ()).unwrap_err();
    for (garbage, code) in [
        (String::new(), "transaction_malformed"),
        ("c4n4ry".to_owned(), "transaction_malformed"),
        ("[]".to_owned(), "transaction_malformed"),
        (r#"{"version":1,"version":1}"#.to_owned(), "transaction_malformed"),
        (r#"{"state":"c4n4ry"}"#.to_owned(), "transaction_member"),
        (r#"{"version":"c4n4ry"}"#.to_owned(), "transaction_malformed"),
        (text(json!({ "version": 2, "state": 5 })), "transaction_version"),
        (text(json!({ "version": 0 })), "transaction_version"),
        (text(json!({ "issuer": null })), "transaction_malformed"),
        (text(json!({ "issuer": "" })), "transaction_malformed"),
        (text(json!({ "state": ["c4n4ry"] })), "transaction_malformed"),
        (text(json!({ "response_type": "c4n4ry" })), "transaction_member"),
        (text(json!({ "response_mode": "c4n4ry" })), "transaction_member"),
        (text(json!({ "max_age": "c4n4ry" })), "transaction_malformed"),
        (text(json!({ "max_age": -1 })), "transaction_malformed"),
        (text(json!({ "scope": "c4n4ry" })), "transaction_malformed"),
        (text(json!({ "expects_iss": "c4n4ry" })), "transaction_malformed"),
        (text(json!({ "expires_at": null })), "transaction_member"),
        (text(json!({ "expires_at": "c4n4ry" })), "transaction_malformed"),
        (text(json!({ "code_verifier": "c4n4ry" })), "transaction_setting"),
        (text(json!({ "token_endpoint": null })), "transaction_setting"),
    ] {
        let error = read(&garbage);
        assert_eq!(error.code(), code, "{garbage}: {error}");
        assert_well_told(&error);
        let by_serde = serde_json::from_value::<LoginTransaction>(json!(garbage)).unwrap_err().to_string();
        assert!(by_serde.starts_with(&error.to_string()), "{by_serde}");
        assert!(!format!("{by_serde}{error:?}").contains("c4n4ry"), "{by_serde} {error:?}");
        let kind = if code == "transaction_setting" { ErrorKind::Configuration } else { ErrorKind::Flow };
        assert_eq!((Error::from(error.clone()).kind(), Error::from(error).code()), (kind, code));
    }
    assert_snapshot!(read(&text(json!({ "version": 2 }))), @"unknown format of the login transaction: expected 1, found 2");
    assert_snapshot!(
        serde_json::from_value::<LoginTransaction>(json!(text(json!({ "client_id": 7 })))).unwrap_err(),
        @"the login transaction cannot be read: member `client_id`: expected string, found number"
    );
    assert_snapshot!(
        serde_json::from_value::<LoginTransaction>(json!({ "state": "c4n4ry" })).unwrap_err(),
        @"invalid type: map, expected the text of a login transaction"
    );
}

#[test]
fn settings_that_contradict_each_other_are_refused_when_it_is_built_and_when_it_is_read() {
    for (changes, member) in [
        (json!({ "code_verifier": null }), "code_verifier"),
        (json!({ "token_endpoint": null }), "token_endpoint"),
        (json!({ "response_type": "token" }), "response_type"),
        (json!({ "response_type": "none" }), "response_type"),
        (json!({ "response_type": "code id_token", "nonce": null }), "nonce"),
        (json!({ "response_type": "code id_token", "response_mode": "query" }), "response_mode"),
        (json!({ "response_type": "code id_token", "response_mode": "jwt" }), "response_mode"),
        (json!({ "response_type": "id_token", "response_mode": "form_post.jwt" }), "response_mode"),
        (json!({ "response_type": "code token", "response_mode": "fragment.jwt" }), "response_mode"),
        (json!({ "response_type": "code token", "response_mode": "query" }), "response_mode"),
    ] {
        let error = LoginTransaction::from_text(&text(changes.clone())).map(|_| ()).unwrap_err();
        assert!(matches!(error, TransactionError::Setting { member: found, .. } if found == member), "{changes}: {error}");
    }
    let build = |state: &str, redirect: &str| {
        let login = LoginTransaction::builder().issuer(ISSUER).client_id(CLIENT).redirect_uri(redirect).state(state);
        login.code_verifier(VERIFIER).token_endpoint(TOKEN).begun_at(start()).build().map(|_| ())
    };
    assert!(build(STATE, REDIRECT).is_ok());
    assert!(matches!(build("", REDIRECT), Err(TransactionError::Setting { member: "state", .. })));
    assert!(matches!(build(STATE, ""), Err(TransactionError::Setting { member: "redirect_uri", .. })));
}

#[test]
fn a_lifetime_beyond_every_clock_is_no_overflow() {
    let login = LoginTransaction::builder().issuer(ISSUER).client_id(CLIENT).redirect_uri(REDIRECT).state(STATE);
    let login = login.code_verifier(VERIFIER).token_endpoint(TOKEN).begun_at(start()).lifetime(Duration::MAX).build().unwrap();
    assert!(!login.is_expired(at(3600)));
    let again = LoginTransaction::from_text(login.to_text().expose()).unwrap();
    assert_eq!(again.expires_at(), login.expires_at());
    for moment in [i64::MIN, i64::MAX] {
        let odd = self::login(json!({ "begun_at": moment, "expires_at": moment }));
        assert!(odd.is_expired(start()) == (moment < 0), "{moment}");
        let _ = odd.check(&Callback::from_query(answer(&[])).unwrap(), start());
    }
}

#[test]
fn z10_the_key_of_a_finished_login_is_its_own_and_tells_nothing() {
    let key = login(json!({})).replay_key();
    assert_eq!((key.as_str().len(), &key), (43, &login(json!({ "expires_at": 5, "scope": ["other"] })).replay_key()));
    for change in
        [json!({ "state": "other" }), json!({ "nonce": "other" }), json!({ "issuer": "https://a.example" }), json!({ "client_id": "b" })]
    {
        assert_ne!(login(change).replay_key(), key);
    }
    let checked = login(json!({})).check(&Callback::from_query(answer(&[])).unwrap(), at(1)).unwrap();
    assert_eq!((checked.replay_key(), checked.expires_at()), (key, at(600)));
}

#[test]
fn every_stage_of_a_login_goes_to_any_task_and_thread() {
    fn goes_anywhere<T: Send + Sync + std::fmt::Debug + 'static>() {}
    goes_anywhere::<LoginTransaction>();
    goes_anywhere::<Callback>();
    goes_anywhere::<ReceivedCallback>();
    goes_anywhere::<CheckedCallback>();
    goes_anywhere::<FrontChannelLogin>();
    goes_anywhere::<PendingLogin>();
    goes_anywhere::<CallbackError>();
}
