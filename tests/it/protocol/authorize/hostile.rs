//! Callbacks that nobody well-meaning would send.

use http::Method;
use identity_model::encoding::form::Form;
use identity_model::protocol::authorize::{Callback, CallbackError, LoginTransaction};
use proptest::prelude::*;
use serde_json::json;

use super::support::{CODE, ISSUER, STATE, answer, assert_refusal, at, check, login, refused};

const FORM: &str = "application/x-www-form-urlencoded";

/// The same octets by every way in.
fn ways(octets: &[u8]) -> [Result<Callback, CallbackError>; 4] {
    [
        Callback::from_url(octets),
        Callback::from_query(octets),
        Callback::from_fragment(octets),
        Callback::from_form(&Method::POST, Some(FORM), octets),
    ]
}

fn logins() -> impl Iterator<Item = LoginTransaction> {
    ["query", "fragment", "form_post"].into_iter().map(|mode| login(json!({ "response_mode": mode })))
}

#[test]
fn z11_megabytes_are_refused_before_they_are_read() {
    let megabytes = format!("{}&own={}", answer(&[]), "%41".repeat(1_000_000));
    for outcome in ways(megabytes.as_bytes()) {
        assert_refusal(&outcome.unwrap_err(), "callback_too_large");
    }
}

#[test]
fn ten_thousand_parameters_are_read_and_ignored() {
    let many: Vec<String> = (0..10_000).map(|n| format!("p{n}={n}")).collect();
    let many = many.join("&");
    check(login(json!({})), &format!("{many}&{}", answer(&[]))).unwrap();
    refused(&format!("{many}&{}&state={STATE}", answer(&[])), "callback_duplicate_parameter");
    refused(&"&".repeat(100_000), "callback_issuer_missing");
    refused(&"=&".repeat(100_000), "callback_issuer_missing");
    refused(&format!("code={}", "x".repeat(500_000)), "callback_issuer_missing");
    refused(&"state=x&".repeat(50_000), "callback_duplicate_parameter");
}

#[test]
fn l_callback_junk_in_parameters_of_others_does_not_matter() {
    let broken = [
        &b"utm=100%"[..],
        b"a=%4",
        b"a=%zz",
        b"%",
        b"a=%FF",
        b"name=M\xfcller",
        b"\x80",
        b"a=%ED%A0%80",
        b"a=%C0%AF",
        b"%ff=x",
        b"st%ffate=x",
    ];
    for junk in broken {
        for whole in [[answer(&[]).as_bytes(), b"&", junk].concat(), [junk, b"&", answer(&[]).as_bytes()].concat()] {
            for outcome in ways(&whole).into_iter().skip(1) {
                outcome.unwrap();
            }
            let url = [b"/cb?", whole.as_slice()].concat();
            login(json!({})).check(&Callback::from_url(&url).unwrap(), at(1)).unwrap();
        }
    }
}

#[test]
fn l_callback_junk_in_a_parameter_of_the_protocol_is_an_error_that_names_it() {
    for (broken, parameter) in [
        (&b"code=%"[..], "code"),
        (b"state=%zz", "state"),
        (b"iss=%FF", "iss"),
        (b"error=\xff", "error"),
        (b"error_description=100%", "error_description"),
        (b"%63ode=%4", "code"),
        (b"id_token=%ED%A0%80", "id_token"),
        (b"session_state=%C0%AF", "session_state"),
        (b"response=%", "response"),
    ] {
        let whole = [answer(&[]).as_bytes(), b"&", broken].concat();
        let url = [b"/cb?", whole.as_slice()].concat();
        let error = login(json!({})).check(&Callback::from_url(&url).unwrap(), at(1)).unwrap_err();
        assert_refusal(&error, "callback_malformed");
        assert!(error.to_string().contains(&format!("`{parameter}`")), "{error}");
        for outcome in ways(&whole).into_iter().skip(1) {
            assert_refusal(&outcome.unwrap_err(), "callback_malformed");
        }
        let url = [b"/cb?", whole.as_slice()].concat();
        let error = login(json!({})).check(&Callback::from_url(&url).unwrap(), at(1)).unwrap_err();
        assert_refusal(&error, "callback_malformed");
        // Where nobody looks, nobody stumbles.
        let elsewhere = [b"/cb?", answer(&[]).as_bytes(), b"#", broken].concat();
        login(json!({})).check(&Callback::from_url(elsewhere).unwrap(), at(1)).unwrap();
    }
}

#[test]
fn control_characters_match_nothing_and_are_never_shown() {
    for text in ["\0", "a\0", "\r\nset-cookie: a", "\u{202e}", "\u{1b}[31m"] {
        refused(&answer(&[("state", Some(&format!("{STATE}{text}")))]), "callback_state_mismatch");
        refused(&answer(&[("iss", Some(&format!("{ISSUER}{text}")))]), "callback_issuer_mismatch");
        refused(&answer(&[("error", Some(text))]), "authorization_error");
        refused(&answer(&[("error", Some("x")), ("error_description", Some(text)), ("error_uri", Some(text))]), "authorization_error");
        check(login(json!({})), &answer(&[("own", Some(text)), (text, Some("x"))])).unwrap();
    }
    let long = "ä".repeat(50_000);
    let error = refused(&answer(&[("iss", Some(&long))]), "callback_issuer_mismatch");
    assert!(error.to_string().chars().count() < 400);
    assert_refusal(&Callback::from_form(&Method::POST, Some(&"x\u{7}".repeat(10_000)), "").unwrap_err(), "callback_content_type");
    let method = Method::from_bytes("X".repeat(10_000).as_bytes()).unwrap();
    assert_refusal(&Callback::from_form(&method, None, "").unwrap_err(), "callback_method");
}

/// Pairs as an attacker would try them: the right values, nearly the right ones, names in other spellings.
fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        prop::sample::select(vec!["iss", "state", "code", "error", "response", "id_token", "access_token", "State", "own", ""])
            .prop_map(str::to_owned),
        ".{0,6}",
    ];
    let value = prop_oneof![
        3 => prop::sample::select(vec![ISSUER, STATE, CODE]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["", "access_denied", "https://evil.example"]).prop_map(str::to_owned),
        1 => ".{0,8}",
    ];
    let right =
        Just(vec![("iss".to_owned(), ISSUER.to_owned()), ("state".to_owned(), STATE.to_owned()), ("code".to_owned(), CODE.to_owned())]);
    let more = prop::collection::vec((name, value), 0..5);
    (right, more, any::<prop::sample::Index>(), any::<bool>()).prop_map(|(mut pairs, more, place, drop)| {
        if drop {
            pairs.remove(place.index(pairs.len()));
        }
        let place = place.index(pairs.len() + 1);
        pairs.splice(place..place, more);
        pairs
    })
}

proptest! {
    #[test]
    fn any_octets_are_checked_or_refused(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        for callback in ways(&octets).into_iter().flatten() {
            for login in logins() {
                let seen = login.is_answered_by(&callback);
                let outcome = login.check(&callback, at(1));
                prop_assert!(outcome.is_err() || seen);
                let _ = format!("{callback:?} {outcome:?}");
            }
        }
    }

    /// Beside the plain reading of the rules: what is accepted brings each of `iss`, `state`, `code` once, the right ones, and nothing
    /// of the protocol that was not asked for.
    #[test]
    fn what_is_accepted_keeps_the_plain_rules(pairs in pairs()) {
        let values = |name: &str| pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect::<Vec<_>>();
        let is_unsaid = |name: &str| matches!(values(name).as_slice(), [] | [""]);
        let code = values("code");
        let expected = values("iss") == [ISSUER]
            && values("state") == [STATE]
            && code.len() == 1 && !code[0].is_empty() && code[0].bytes().all(|byte| matches!(byte, b' '..=b'~'))
            && ["error", "response", "id_token", "access_token"].into_iter().all(is_unsaid);
        for query in [Form::from_iter(pairs.clone()).to_query(), Form::from_iter(pairs.clone()).to_body()] {
            prop_assert_eq!(check(login(json!({})), &query).is_ok(), expected, "{}", query);
        }
    }
}
