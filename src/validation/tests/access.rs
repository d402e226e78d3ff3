//! What an access token is good for, and what becomes of a response instead of a signature.

use serde_json::{Value, json};

use super::harness::*;
use crate::document::Document;
use crate::validation::{
    Binding, Introspected, TokenKind, TokenOrigin, TokenValidationOptions, ValidatedToken, ValidationError, ValidationErrorKind,
    ValidationStage, Verified,
};

fn demanding(scopes: &[&str]) -> TokenValidationOptions {
    let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    open_rules(TokenValidationOptions::plain_access_token(), |builder| {
        scopes.iter().fold(builder, |builder, scope| builder.required_scope(scope))
    })
}

#[test]
fn n4_every_scope_that_is_demanded_must_be_there() {
    let two = demanding(&["read", "write"]);
    for (name, value, expected) in [
        ("scope", json!("read write"), "ok"),
        ("scope", json!("write  admin read"), "ok"),
        ("scope", json!(["write", "read"]), "ok"),
        ("scope", json!("read"), "insufficient_scope"),
        ("scope", json!("read writes"), "insufficient_scope"),
        ("scope", json!("READ write"), "insufficient_scope"),
        ("scope", json!(""), "insufficient_scope"),
        ("scope", json!(["read write"]), "insufficient_scope"),
        ("scope", json!(1), "insufficient_scope"),
        ("scope", json!({ "read": 1, "write": 2 }), "insufficient_scope"),
        ("other", json!("read write"), "insufficient_scope"),
    ] {
        let outcome = judge_changed(&two, [("scope", None), (name, Some(value.clone()))]);
        expect(outcome, expected, (name, value));
    }
    expect(judge_changed(&demanding(&[]), [("scope", None)]), "ok", "none demanded");
    let error = judge_changed(&two, [("scope", Some(json!("read other")))]).unwrap_err();
    assert_eq!((error.kind(), error.stage()), (ValidationErrorKind::InsufficientScope, ValidationStage::Claims));
    assert_eq!((error.claim(), error.expected(), error.found()), (Some("scope"), Some("write"), Some("read other")));
}

#[test]
fn scp_counts_where_there_is_no_scope_and_only_there() {
    let read = demanding(&["read"]);
    for (scope, scp, expected) in [
        (None, Some(json!("read")), "ok"),
        (None, Some(json!(["write", "read"])), "ok"),
        (Some(json!("write")), Some(json!("read")), "insufficient_scope"),
        (Some(json!("read")), Some(json!("write")), "ok"),
    ] {
        let outcome = judge_changed(&read, [("scope", scope.clone()), ("scp", scp.clone())]);
        if let Ok(token) = &outcome {
            assert!(token.has_scope("read"));
        }
        expect(outcome, expected, (scope, scp));
    }
}

fn answered(answer: &Value, options: &TokenValidationOptions) -> Result<ValidatedToken, ValidationError> {
    let claims = Document::parse(answer.to_string()).unwrap();
    Verified::introspected(Introspected { claims: Some(claims), signed: None }, options, now())?.check(now())
}

#[test]
fn n4_what_kind_and_claims_an_answer_must_have() {
    let whole = json!({ "active": true, "iss": ISSUER, "aud": CLIENT, "exp": NOW + 300, "token_type": "Bearer" });
    let with = |name: &str, value: Value| {
        let mut answer = whole.clone();
        answer.as_object_mut().unwrap().insert(name.to_owned(), value);
        answer
    };
    for kind in KINDS {
        let outcome = answered(&whole, &rules(kind));
        let is_for_access = matches!(kind, TokenKind::AccessToken | TokenKind::PlainAccessToken | TokenKind::Other);
        expect(outcome, if is_for_access { "ok" } else { "configuration" }, kind);
    }
    let options = rules(TokenKind::AccessToken);
    for (name, value, expected) in [
        ("exp", json!(NOW), "expired"),
        ("exp", json!(NOW + 1), "ok"),
        ("exp", Value::Null, "ok"),
        ("aud", Value::Null, "claim_missing"),
        ("aud", json!([CLIENT, 1]), "claim_malformed"),
        ("iss", json!(format!("{ISSUER}/")), "issuer_mismatch"),
        ("nbf", json!(NOW + 1), "not_yet_valid"),
        ("nbf", json!("1"), "claim_malformed"),
        ("token_type", json!("BEARER"), "ok"),
        ("token_type", json!("dpop"), "binding_missing"),
        ("token_type", json!("mac"), "wrong_token_kind"),
        ("token_type", json!(1), "claim_malformed"),
        ("cnf", json!({ "jkt": "t" }), "wrong_token_kind"),
        ("cnf", json!("t"), "claim_malformed"),
        ("cnf", Value::Null, "ok"),
        ("token_introspection", json!({}), "wrong_token_kind"),
        ("sub", json!(""), "claim_malformed"),
        ("sub", Value::Null, "ok"),
    ] {
        expect(answered(&with(name, value.clone()), &options), expected, (name, value));
    }
    let unlooked = open_rules(TokenValidationOptions::access_token(), |builder| builder.danger_skip_cnf());
    expect(answered(&with("token_type", json!("DPoP")), &unlooked), "ok", "danger_skip_cnf");
    let hashed = options.clone().with_access_token("token");
    expect(answered(&with("at_hash", json!("x")), &hashed), "wrong_token_kind", "a claim of an ID token");
    let mut bound = with("token_type", json!("DPoP"));
    bound["cnf"] = json!({ "jkt": "thumbprint" });
    expect(answered(&bound, &options.clone().with_binding(Binding::none().with_key_thumbprint("thumbprint"))), "ok", "the proof's key");
    expect(
        answered(&bound, &options.clone().with_binding(Binding::none().with_key_thumbprint("another"))),
        "binding_mismatch",
        "another key",
    );
    bound["cnf"] = json!({ "x5t#S256": "thumbprint" });
    expect(
        answered(&bound, &options.clone().with_binding(Binding::none().with_key_thumbprint("thumbprint"))),
        "binding_missing",
        "bound to a certificate alone",
    );
    let token = answered(&whole, &options).unwrap();
    assert_eq!((token.origin(), token.algorithm()), (TokenOrigin::Introspection, None));
}

#[test]
fn n4_in_a_jwt_token_type_has_no_meaning() {
    let options = rules(TokenKind::AccessToken);
    expect(judge_changed(&options, [("token_type", Some(json!("mac")))]), "ok", "token_type");
}

#[test]
fn n4_what_may_be_asked_about_at_all() {
    let options = rules(TokenKind::AccessToken);
    let checked = |token: &str| Verified::check_opaque(token, &options).map_err(|error| error.code());
    assert_eq!(checked("2YotnFZFEjr1zCsicMWpAA"), Ok(()));
    for token in ["", "two words", "tab\t", "line\n", "gr\u{fc}n", "\u{7f}"] {
        assert_eq!(checked(token), Err("token_characters"), "{token:?}");
    }
    assert_eq!(checked(&"a".repeat(300 * 1024)), Err("token_too_large"));
    let wrong = Verified::check_opaque("token", &rules(TokenKind::IdToken)).unwrap_err();
    assert_eq!(wrong.code(), "configuration");
}

#[test]
fn y3_a_token_knows_whether_it_came_through_the_browser() {
    let through = complete!(TokenValidationOptions::front_channel_id_token()).with_nonce("n");
    let token = judge_changed(&through, [("nonce", Some(json!("n")))]).unwrap();
    assert!(token.is_of_front_channel());
    let token = judge_changed(&rules(TokenKind::IdToken), [("nonce", Some(json!("n")))]).unwrap();
    assert!(!token.is_of_front_channel());
}
