//! Which login: rules I4 to I7, I12, Y2.

use std::time::Duration;

use serde_json::{Value, json};

use super::harness::*;
use crate::validation::{TokenKind, TokenValidationOptions};

#[test]
fn i4_nonce() {
    let alone = rules(TokenKind::IdToken);
    let sent = alone.clone().with_nonce("n-0S6_WzA2Mj");
    let absent = alone.clone().with_nonce_absent();
    for (options, nonce, expected) in [
        (&alone, None, "ok"),
        (&alone, Some(json!("anything")), "ok"),
        (&sent, Some(json!("n-0S6_WzA2Mj")), "ok"),
        (&sent, Some(json!("n-0S6_WzA2Mk")), "nonce_mismatch"),
        (&sent, Some(json!("n-0S6_WzA2M")), "nonce_mismatch"),
        (&sent, Some(json!("")), "nonce_mismatch"),
        (&sent, None, "claim_missing"),
        (&sent, Some(json!(1)), "claim_malformed"),
        (&sent, Some(json!(["n-0S6_WzA2Mj"])), "claim_malformed"),
        (&absent, None, "ok"),
        (&absent, Some(json!("n")), "nonce_unexpected"),
        (&absent, Some(Value::Null), "ok"),
        (&absent, Some(json!("")), "ok"),
        (&absent, Some(json!(1)), "nonce_unexpected"),
    ] {
        expect(judge_changed(options, [("nonce", nonce.clone())]), expected, nonce);
    }
}

#[test]
fn y2_the_front_channel_demands_a_nonce() {
    let options = complete!(TokenValidationOptions::front_channel_id_token());
    expect(judge(&sound(TokenKind::IdToken).1, &options), "configuration", "not stated");
    expect(judge(&sound(TokenKind::IdToken).1, &options.clone().with_nonce_absent()), "configuration", "stated absent");
    expect(judge_changed(&options.with_nonce("n"), [("nonce", Some(json!("n")))]), "ok", "stated");
}

#[test]
fn i5_auth_time_is_required_where_it_was_asked_for() {
    let asked = rules(TokenKind::IdToken).with_max_age(Duration::from_secs(60));
    let required = complete!(TokenValidationOptions::id_token().require_auth_time());
    for options in [&asked, &required] {
        expect(judge(&sound(TokenKind::IdToken).1, options), "claim_missing", "absent");
        expect(judge_changed(options, [("auth_time", Some(json!("x")))]), "claim_malformed", "a string");
        expect(judge_changed(options, [("auth_time", Some(json!(NOW - 60)))]), "ok", "there");
    }
}

#[test]
fn i6_max_age() {
    let builder = || TokenValidationOptions::id_token().issuer(ISSUER).audience(CLIENT).algorithms(ALGORITHM);
    for (leeway, max_age, ago, expected) in [
        (0, 60, 60, "ok"),
        (0, 60, 61, "authentication_too_old"),
        (30, 60, 90, "ok"),
        (30, 60, 91, "authentication_too_old"),
        (0, 0, 0, "ok"),
        (0, 0, 1, "authentication_too_old"),
    ] {
        let options = builder().leeway(Duration::from_secs(leeway)).build().with_max_age(Duration::from_secs(max_age));
        expect(judge_changed(&options, [("auth_time", Some(json!(NOW - ago)))]), expected, (leeway, max_age, ago));
    }
    let options = rules(TokenKind::IdToken).with_max_age(Duration::MAX);
    expect(judge_changed(&options, [("auth_time", Some(json!(0)))]), "ok", "no overflow");
}

#[test]
fn i7_acr_is_one_of_those_asked_for() {
    let options = rules(TokenKind::IdToken).with_authentication_contexts(["gold", "silver"]);
    for (acr, expected) in [
        (Some(json!("gold")), "ok"),
        (Some(json!("silver")), "ok"),
        (Some(json!("bronze")), "acr_mismatch"),
        (Some(json!("gold silver")), "acr_mismatch"),
        (Some(json!(["gold"])), "claim_malformed"),
        (None, "claim_missing"),
    ] {
        expect(judge_changed(&options, [("acr", acr.clone())]), expected, acr);
    }
    let none = rules(TokenKind::IdToken).with_authentication_contexts(Vec::<String>::new());
    expect(judge_changed(&none, [("acr", Some(json!("gold")))]), "acr_mismatch", "none would do");
}

#[test]
fn i12_a_pushed_token_names_its_request() {
    let name = "urn:openid:params:jwt:claim:auth_req_id";
    let options = rules(TokenKind::IdToken).with_authentication_request_id("req-1");
    for (found, expected) in [
        (Some(json!("req-1")), "ok"),
        (Some(json!("req-2")), "auth_req_id_mismatch"),
        (Some(json!(1)), "claim_malformed"),
        (None, "claim_missing"),
    ] {
        expect(judge_changed(&options, [(name, found.clone())]), expected, found);
    }
}
