//! Who, for whom, about whom: rules J11, J12, I2, I3, I10, I13, D2, D7, U3, Y7.

use serde_json::{Value, json};

use super::harness::*;
use crate::validation::{ExpectedIssuer, PreviousIdToken, TokenKind, TokenValidationOptions, ValidationErrorKind, ValidationStage};

fn with_issuer(issuer: impl Into<ExpectedIssuer>) -> TokenValidationOptions {
    TokenValidationOptions::id_token().issuer(issuer).audience(CLIENT).algorithms(ALGORITHM).build()
}

#[test]
fn j11_issuer_is_compared_code_point_by_code_point() {
    for (found, expected) in [
        (json!(ISSUER), "ok"),
        (json!("https://issuer.example.com/"), "issuer_mismatch"),
        (json!("https://ISSUER.example.com"), "issuer_mismatch"),
        (json!("http://issuer.example.com"), "issuer_mismatch"),
        (json!("https://issuer.example.com:443"), "issuer_mismatch"),
        (json!("https://issuer.example.com.evil.example"), "issuer_mismatch"),
        (json!(" https://issuer.example.com"), "issuer_mismatch"),
        (json!("https://other.example.com"), "issuer_mismatch"),
        (json!(""), "claim_malformed"),
        (json!([ISSUER]), "claim_malformed"),
        (json!(1), "claim_malformed"),
    ] {
        let outcome = judge_changed(&rules(TokenKind::IdToken), [("iss", Some(found.clone()))]);
        let stage = outcome.as_ref().err().map(|error| error.stage());
        assert!(stage.is_none_or(|stage| stage == ValidationStage::Inspection), "a foreign token costs no signature check");
        expect(outcome, expected, found);
    }
}

#[test]
fn j11_one_of_several_issuers() {
    let options = with_issuer(["https://a.example.com", "https://b.example.com"]);
    for (found, expected) in
        [("https://a.example.com", "ok"), ("https://b.example.com", "ok"), ("https://c.example.com", "issuer_mismatch")]
    {
        expect(judge_changed(&options, [("iss", Some(json!(found)))]), expected, found);
    }
    expect(judge(&sound(TokenKind::IdToken).1, &with_issuer(Vec::<String>::new())), "configuration", "an empty list");
}

#[test]
fn d2_a_difference_of_one_slash_has_its_own_hint() {
    for (expected, found, hinted) in [
        ("https://a", "https://a/", true),
        ("https://a/", "https://a", true),
        ("https://a", "https://a//", false),
        ("https://a", "https://b/", false),
    ] {
        let error = judge_changed(&with_issuer(expected), [("iss", Some(json!(found)))]).unwrap_err();
        assert_eq!(error.hint().is_some(), hinted, "{error}");
        assert_eq!((error.expected(), error.found()), (Some(expected), Some(found)));
    }
}

#[test]
fn d7_an_issuer_template_follows_the_tenant_of_the_token() {
    let any = || ExpectedIssuer::template("https://login.example.com/{tenantid}/v2.0");
    let url = |tenant: &str| json!(format!("https://login.example.com/{tenant}/v2.0"));
    for (issuer, iss, tid, expected) in [
        (any(), url("t-1"), json!("t-1"), "ok"),
        (any(), url("t-1"), json!("t-2"), "issuer_mismatch"),
        (any(), url("t-1"), Value::Null, "issuer_mismatch"),
        (any(), url("t-1"), json!(["t-1"]), "issuer_mismatch"),
        (any(), url(""), json!(""), "issuer_mismatch"),
        (any(), url("{tenantid}"), json!("{tenantid}"), "issuer_mismatch"),
        (any(), url("a/b"), json!("a/b"), "issuer_mismatch"),
        (any(), url("../x"), json!("../x"), "issuer_mismatch"),
        (any(), json!("https://login.example.org/t-1/v2.0"), json!("t-1"), "issuer_mismatch"),
        (any(), json!("https://login.example.com/t-1/v2.0/"), json!("t-1"), "issuer_mismatch"),
        (any().with_tenants(["t-1", "t-3"]), url("t-3"), json!("t-3"), "ok"),
        (any().with_tenants(["t-1", "t-3"]), url("t-2"), json!("t-2"), "issuer_mismatch"),
        (ExpectedIssuer::template("https://{tenantid}.example.com/"), json!("https://t.example.com/"), json!("t"), "configuration"),
        (ExpectedIssuer::template("https://login.example.com/v2.0"), json!("https://login.example.com/v2.0"), json!("t"), "configuration"),
        (ExpectedIssuer::template("https://a/{tenantid}/{tenantid}"), json!("https://a/t/t"), json!("t"), "configuration"),
    ] {
        let outcome = judge_changed(&with_issuer(issuer.clone()), [("iss", Some(iss.clone())), ("tid", Some(tid.clone()))]);
        expect(outcome, expected, (issuer, iss, tid));
    }
}

#[test]
fn j12_audience_is_a_string_or_strings_and_holds_ours() {
    for kind in KINDS {
        for (found, expected) in [
            (json!(CLIENT), "ok"),
            (json!([CLIENT]), "ok"),
            (json!([CLIENT, CLIENT]), "ok"),
            (json!("Client-abc"), "audience_mismatch"),
            (json!("client-abc "), "audience_mismatch"),
            (json!("client-abc other"), "audience_mismatch"),
            (json!("other"), "audience_mismatch"),
            (json!(["other"]), "audience_mismatch"),
            (json!(""), "audience_mismatch"),
            (json!([CLIENT, 1]), "claim_malformed"),
            (json!([[CLIENT]]), "claim_malformed"),
            (json!({CLIENT: 1}), "claim_malformed"),
            (json!(1), "claim_malformed"),
        ] {
            expect(judge_changed(&rules(kind), [("aud", Some(found.clone()))]), expected, (kind, found));
        }
    }
}

#[test]
fn i2_i3_authorized_party() {
    let one = rules(TokenKind::IdToken);
    let stated = complete!(TokenValidationOptions::id_token().authorized_party("app"));
    for (options, aud, azp, expected) in [
        (&one, json!(CLIENT), Some(json!(CLIENT)), "ok"),
        (&one, json!(CLIENT), Some(json!("other")), "authorized_party_mismatch"),
        (&one, json!(CLIENT), Some(json!("")), "authorized_party_mismatch"),
        (&one, json!(CLIENT), Some(json!([CLIENT])), "claim_malformed"),
        (&one, json!([CLIENT, "other"]), Some(json!(CLIENT)), "audience_not_trusted"),
        (&one, json!([CLIENT, "other"]), None, "claim_missing"),
        (&one, json!([CLIENT, "other"]), Some(json!("other")), "authorized_party_mismatch"),
        (&one, json!([CLIENT, CLIENT]), None, "ok"),
        (&stated, json!(CLIENT), Some(json!("app")), "ok"),
        (&stated, json!(CLIENT), Some(json!(CLIENT)), "authorized_party_mismatch"),
    ] {
        let outcome = judge_changed(options, [("aud", Some(aud.clone())), ("azp", azp.clone())]);
        expect(outcome, expected, (aud, azp));
    }
    // Elsewhere `azp` counts only where the caller says so.
    expect(judge_changed(&rules(TokenKind::PlainAccessToken), [("azp", Some(json!("other")))]), "ok", "access token");
    let stated = complete!(TokenValidationOptions::plain_access_token().authorized_party("app"));
    expect(judge_changed(&stated, [("azp", Some(json!("other")))]), "authorized_party_mismatch", "stated");
}

#[test]
fn i10_subject_is_short_ascii() {
    for (kind, limited) in [(TokenKind::IdToken, true), (TokenKind::LogoutToken, true), (TokenKind::PlainAccessToken, false)] {
        for (found, sound, everywhere) in [
            (json!("a".repeat(255)), true, true),
            (json!("a".repeat(256)), false, false),
            (json!("ä"), false, false),
            (json!(""), false, true),
            (json!(7), false, true),
        ] {
            let expected = if sound || (!limited && !everywhere) { "ok" } else { "claim_malformed" };
            expect(judge_changed(&rules(kind), [("sub", Some(found.clone()))]), expected, (kind, found));
        }
    }
}

#[test]
fn s1_identifiers_of_an_access_token_are_strings() {
    for name in ["jti", "client_id", "sub"] {
        for found in [json!(1), json!(""), json!([]), json!({})] {
            let outcome = judge_changed(&rules(TokenKind::AccessToken), [(name, Some(found.clone()))]);
            expect(outcome, "claim_malformed", (name, found));
        }
    }
}

#[test]
fn u3_subject_must_be_the_one_stated() {
    for kind in [TokenKind::UserInfoResponse, TokenKind::IdToken] {
        expect(judge(&sound(kind).1, &rules(kind).with_subject("user-123")), "ok", kind);
        expect(judge(&sound(kind).1, &rules(kind).with_subject("user-124")), "subject_mismatch", kind);
    }
    let options = rules(TokenKind::PlainAccessToken).with_subject("user-123");
    expect(judge_changed(&options, [("sub", None)]), "subject_mismatch", "absent");
}

#[test]
fn i13_y7_a_later_id_token_goes_on_from_the_first() {
    let full = |changes: Vec<(&'static str, Option<Value>)>| {
        let all = [("auth_time", Some(json!(NOW - 100))), ("azp", Some(json!(CLIENT))), ("nonce", Some(json!("n")))];
        all.into_iter().chain(changes).collect::<Vec<_>>()
    };
    let first = judge_changed(&rules(TokenKind::IdToken), full(vec![])).unwrap();
    let options = rules(TokenKind::IdToken).with_previous_id_token(PreviousIdToken::of(&first).unwrap());
    for (changes, expected) in [
        (vec![], "ok"),
        (vec![("auth_time", None), ("azp", None), ("nonce", None)], "ok"),
        (vec![("iat", Some(json!(NOW)))], "ok"),
        (vec![("sub", Some(json!("user-124")))], "previous_token_mismatch"),
        (vec![("auth_time", Some(json!(NOW - 99)))], "previous_token_mismatch"),
        (vec![("nonce", Some(json!("m")))], "previous_token_mismatch"),
        (vec![("aud", Some(json!("other")))], "audience_mismatch"),
    ] {
        expect(judge_changed(&options, full(changes.clone())), expected, changes);
    }
    // Only what is known is compared.
    let previous = PreviousIdToken::builder().issuer(ISSUER).subject("user-123").build();
    let options = rules(TokenKind::IdToken).with_previous_id_token(previous);
    expect(judge_changed(&options, full(vec![("nonce", Some(json!("m")))])), "ok", "nonce not known");

    let two = with_issuer([ISSUER, "https://other.example.com"]);
    let options = two.with_previous_id_token(PreviousIdToken::of(&first).unwrap());
    let error = judge_changed(&options, [("iss", Some(json!("https://other.example.com")))]).unwrap_err();
    assert_eq!((error.kind(), error.claim()), (ValidationErrorKind::PreviousTokenMismatch, Some("iss")));
}
