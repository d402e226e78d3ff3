//! What a rejection says, to the log and to the outside.

use std::collections::HashSet;
use std::error::Error;

use serde_json::json;

use super::harness::*;
use crate::validation::{TokenKind, TokenValidationOptions, ValidationErrorKind};

#[test]
fn codes_are_unique_snake_case() {
    let codes: HashSet<_> = ValidationErrorKind::ALL.iter().map(|kind| kind.code()).collect();
    assert_eq!(codes.len(), ValidationErrorKind::ALL.len());
    assert!(codes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
}

#[test]
fn display_names_claim_expected_and_found() {
    let options = rules(TokenKind::IdToken);
    for (changes, expected) in [
        (
            ("aud", Some(json!(["x", "y"]))),
            "ID token rejected: it is for another audience: `aud`, expected \"client-abc\", found \"x and y\"",
        ),
        (
            ("iss", Some(json!("https://issuer.example.com/"))),
            "ID token rejected: the issuer is not the expected one: `iss`, expected \"https://issuer.example.com\", found \
             \"https://issuer.example.com/\"; they differ in the slash at the end alone; issuers are compared exactly, state it as the token has it",
        ),
        (
            ("exp", Some(json!(1))),
            "ID token rejected: it has expired: `exp`, expected \"after 1750000000 with 0 s of leeway\", found \"1\"",
        ),
        (("sub", None), "ID token rejected: a required claim is missing: `sub`"),
    ] {
        assert_eq!(judge_changed(&options, [changes]).unwrap_err().to_string(), expected);
    }
    let token = sign_raw(r#"{"alg":"RS256"}"#, b"{}", &KEY);
    let error = crate::validation::validate(&token, &keys(), &options, now()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "ID token rejected: the algorithm is not allowed: expected \"ES256\", found \"RS256\"; allow it with `.algorithms([…])` of the validator, or \
         `.id_token_signed_response_alg(…)` of the client"
    );
}

#[test]
fn j6_the_kind_for_servers_without_at_jwt_is_named_where_it_would_help_and_nowhere_else() {
    let hint = |kind, typ| judge_typed(typ, &sound(kind).1, &rules(kind)).unwrap_err().hint();
    for typ in [None, Some("JWT")] {
        assert!(hint(TokenKind::AccessToken, typ).is_some_and(|hint| hint.contains("PlainAccessToken")), "{typ:?}");
    }
    assert_eq!(hint(TokenKind::AccessToken, Some("logout+jwt")), None);
    assert_eq!(hint(TokenKind::IntrospectionResponse, Some("JWT")), None);
}

#[test]
fn display_does_not_repeat_its_source() {
    let token = sign_raw(&header(None), b"{\"a\":1,\"a\":2}", &KEY);
    let error = crate::validation::validate(&token, &keys(), &rules(TokenKind::IdToken), now()).unwrap_err();
    let source = error.source().unwrap().to_string();
    assert!(source.contains("comes twice") && !error.to_string().contains(&source), "{error}: {source}");
}

#[test]
fn what_came_from_the_wire_is_escaped_and_cut() {
    let hostile = format!("x\r\nInjected: 1\u{1b}[31m{}", "é".repeat(10_000));
    let options = open_rules(TokenValidationOptions::id_token(), |b| {
        b.claim_rule("r", |c| Err(crate::validation::ClaimRejection::new(c.subject().unwrap_or_default().to_owned())))
    });
    for name in ["iss", "aud", "azp", "sub"] {
        let value = if name == "sub" { json!("a\nb") } else { json!(hostile) };
        let error = judge_changed(&options, [(name, Some(value))]).unwrap_err();
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains(['\r', '\n', '\u{1b}']) && shown.len() < 2000, "{name}: {shown:?}");
        }
    }
}

#[test]
fn a_long_issuer_shows_whole() {
    let long = format!("https://login.example.com/{}/v2.0/end", "9188040d-6c67-4c5b-b112-36a304b66dad".repeat(2));
    let error = judge_changed(&rules(TokenKind::IdToken), [("iss", Some(json!(long)))]).unwrap_err();
    assert_eq!(error.found(), Some(&*long));
}

#[test]
fn neither_token_nor_secret_shows() {
    let sign_of = |claims: &serde_json::Value| sign(None, claims);
    let nonce = changed(
        TokenKind::IdToken,
        [("nonce", Some(json!("canary-found"))), ("at_hash", Some(json!("a-hash"))), ("s_hash", Some(json!("canary-hash")))],
    );
    let options = rules(TokenKind::IdToken).with_nonce("canary-sent").with_access_token("canary-access").with_state("canary-state");
    let error = judge(&nonce, &options).unwrap_err();
    let hash = judge(&nonce, &rules(TokenKind::IdToken).with_access_token("canary-access")).unwrap_err();
    let state = judge(&nonce, &rules(TokenKind::IdToken).with_state("canary-state")).unwrap_err();
    let subject = judge(&nonce, &rules(TokenKind::IdToken).with_subject("canary-subject")).unwrap_err();
    let token = judge(&changed(TokenKind::IdToken, [("email", Some(json!("canary@example.com")))]), &rules(TokenKind::IdToken)).unwrap();
    for shown in [
        format!("{error} {error:?}"),
        format!("{hash} {hash:?}"),
        format!("{state} {state:?}"),
        format!("{subject} {subject:?}"),
        format!("{options:?}"),
        format!("{token:?} {:?} {:?}", token.claims(), token.principal()),
    ] {
        assert!(!shown.contains("canary") && !shown.contains("user-123"), "{shown}");
        assert!(!shown.contains(&sign_of(&nonce)[..40]), "{shown}");
    }
    assert!(format!("{token:?}").contains("email"));
}

#[test]
fn the_outside_hears_one_sentence() {
    let options = rules(TokenKind::IdToken);
    let messages: HashSet<_> = [("exp", Some(json!(1))), ("iss", Some(json!("x"))), ("aud", None), ("sub", Some(json!(1)))]
        .into_iter()
        .map(|change| judge_changed(&options, [change]).unwrap_err().public_message())
        .collect();
    assert_eq!(messages.len(), 1);
}
