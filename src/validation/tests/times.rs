//! When: rules J7 to J10, J17, J18, I11, M5, Y2.

use std::time::Duration;

use serde_json::{Value, json};

use super::harness::*;
use crate::validation::{ClockSkew, TokenKind, TokenValidationOptions, ValidationStage, validate};

const HOUR: i64 = 3600;

fn leeway(kind: TokenKind, seconds: u64) -> TokenValidationOptions {
    let builder = TokenValidationOptions::builder(kind).issuer(ISSUER).audience(CLIENT).algorithms(ALGORITHM);
    builder.leeway(Duration::from_secs(seconds)).build()
}

#[test]
fn j7_j8_j9_limits_to_the_second() {
    for kind in KINDS {
        for (leeway_seconds, claim, offset, expected) in [
            (0, "exp", 1, "ok"),
            (0, "exp", 0, "expired"),
            (0, "exp", -1, "expired"),
            (30, "exp", -29, "ok"),
            (30, "exp", -30, "expired"),
            (0, "nbf", 0, "ok"),
            (0, "nbf", 1, "not_yet_valid"),
            (30, "nbf", 30, "ok"),
            (30, "nbf", 31, "not_yet_valid"),
            (0, "iat", 0, "ok"),
            (0, "iat", 1, "issued_in_future"),
            (30, "iat", 30, "ok"),
            (30, "iat", 31, "issued_in_future"),
        ] {
            let mut changes = vec![(claim, Some(json!(NOW + offset)))];
            if claim == "exp" {
                changes.push(("iat", Some(json!(NOW - 100))));
            }
            let outcome = judge_changed(&leeway(kind, leeway_seconds), changes);
            if expected == "expired" {
                assert_eq!(outcome.as_ref().unwrap_err().stage(), ValidationStage::Inspection, "an old token costs no signature check");
            }
            expect(outcome, expected, (kind, leeway_seconds, claim, offset));
        }
    }
}

#[test]
fn j10_leeway_is_thirty_seconds_by_default_and_dates_may_be_fractional() {
    let options = TokenValidationOptions::id_token().issuer(ISSUER).audience(CLIENT).algorithms(ALGORITHM).build();
    for (exp, expected) in [(json!(NOW - 29), "ok"), (json!(NOW - 30), "expired"), (json!(NOW as f64 - 29.5), "ok")] {
        expect(judge_changed(&options, [("exp", Some(exp.clone())), ("iat", Some(json!(NOW - 100)))]), expected, exp);
    }
}

#[test]
fn j10_clock_skew_is_signed_and_apart_from_the_leeway() {
    let skewed = |skew| complete!(TokenValidationOptions::id_token().clock_skew(skew));
    let minute = Duration::from_secs(60);
    for (skew, claim, offset, expected) in [
        (ClockSkew::None, "exp", -59, "expired"),
        (ClockSkew::Ahead(minute), "exp", -59, "ok"),
        (ClockSkew::Ahead(minute), "exp", -60, "expired"),
        (ClockSkew::Ahead(minute), "nbf", 0, "not_yet_valid"),
        (ClockSkew::Behind(minute), "exp", 60, "expired"),
        (ClockSkew::Behind(minute), "exp", 61, "ok"),
        (ClockSkew::Behind(minute), "nbf", 60, "ok"),
        (ClockSkew::Behind(minute), "nbf", 61, "not_yet_valid"),
    ] {
        let changes = [("iat", Some(json!(NOW - 100))), (claim, Some(json!(NOW + offset)))];
        expect(judge_changed(&skewed(skew), changes), expected, (skew, claim, offset));
    }
}

#[test]
fn j17_what_is_no_date_is_refused() {
    let options = rules(TokenKind::IdToken);
    for name in ["exp", "nbf", "iat", "auth_time"] {
        for raw in ["\"1750000000\"", "true", "[1750000000]", "{}", "1750000000000", "9007199254740993", "9223372036854775807", "1e300"] {
            expect(judge_raw_member(&options, name, raw), "claim_malformed", (name, raw));
        }
        expect(judge_raw_member(&options, name, "1e999"), "malformed_token", (name, "beyond a double"));
        expect(judge_raw_member(&options, name, "NaN"), "malformed_token", (name, "no JSON"));
        let expected = if ["exp", "iat"].contains(&name) { "claim_missing" } else { "ok" };
        expect(judge_raw_member(&options, name, "null"), expected, (name, "null"));
    }
    for (name, raw, expected) in [
        ("exp", "253402300799", "ok"),
        ("exp", "253402300800", "claim_malformed"),
        ("exp", "1750000000.5", "ok"),
        ("exp", "1.7500003e9", "ok"),
        ("exp", "-1", "claim_malformed"),
        ("nbf", "-1", "claim_malformed"),
        ("nbf", "0", "ok"),
        ("iat", "-5", "ok"),
        ("iat", "-5.5", "ok"),
        ("auth_time", "-1", "claim_malformed"),
        ("auth_time", "0", "ok"),
    ] {
        expect(judge_raw_member(&options, name, raw), expected, (name, raw));
    }
}

#[test]
fn j18_times_must_not_contradict_each_other() {
    // So much leeway that each date passes by itself.
    let options = leeway(TokenKind::IdToken, 10_000);
    for (changes, expected) in [
        (vec![("iat", 300)], "ok"),
        (vec![("iat", 301)], "times_contradict"),
        (vec![("nbf", 300)], "ok"),
        (vec![("nbf", 301)], "times_contradict"),
        (vec![("iat", -100), ("nbf", -200)], "ok"),
    ] {
        let moved = changes.iter().map(|(name, offset)| (*name, Some(json!(NOW + offset))));
        expect(judge_changed(&options, moved), expected, changes);
    }
}

#[test]
fn j18_an_authentication_in_the_future_is_refused() {
    for (offset, expected) in [(0, "ok"), (1, "authenticated_in_future")] {
        for kind in [TokenKind::IdToken, TokenKind::AccessToken] {
            expect(judge_changed(&rules(kind), [("auth_time", Some(json!(NOW + offset)))]), expected, (kind, offset));
        }
    }
    expect(judge_changed(&leeway(TokenKind::IdToken, 30), [("auth_time", Some(json!(NOW + 30)))]), "ok", "within the leeway");
}

#[test]
fn i11_an_old_iat_is_refused_where_freshness_matters() {
    let week = Duration::from_secs(7 * 24 * 3600);
    let fresh = complete!(TokenValidationOptions::id_token().max_issued_age(week));
    let week = 7 * 24 * HOUR;
    for (options, age, expected) in
        [(&rules(TokenKind::IdToken), 10 * week, "ok"), (&fresh, week, "ok"), (&fresh, week + 1, "issued_too_long_ago")]
    {
        expect(judge_changed(options, [("iat", Some(json!(NOW - age)))]), expected, age);
    }
}

#[test]
fn y2_a_front_channel_id_token_is_an_hour_old_at_most() {
    let options = complete!(TokenValidationOptions::front_channel_id_token()).with_nonce("n");
    for (age, expected) in [(HOUR, "ok"), (HOUR + 1, "issued_too_long_ago")] {
        expect(judge_changed(&options, [("nonce", Some(json!("n"))), ("iat", Some(json!(NOW - age)))]), expected, age);
    }
}

#[test]
fn m5_an_authorization_response_lives_ten_minutes_at_most() {
    for (lifetime, expected) in [(600, "ok"), (601, "lifetime_too_long")] {
        expect(judge_changed(&rules(TokenKind::AuthorizationResponse), [("exp", Some(json!(NOW + lifetime)))]), expected, lifetime);
    }
    let builder = TokenValidationOptions::authorization_response().max_lifetime(Duration::from_secs(3600));
    expect(judge_changed(&complete!(builder), [("exp", Some(json!(NOW + HOUR)))]), "ok", "widened");
    expect(judge_changed(&rules(TokenKind::IdToken), [("exp", Some(json!(NOW + 1000 * HOUR)))]), "ok", "no limit elsewhere");
}

#[test]
fn times_are_judged_at_the_moment_that_is_given() {
    let token = sign(None, &sound(TokenKind::IdToken).1);
    for (offset, expected) in [(-61, "issued_in_future"), (-60, "ok"), (299, "ok"), (300, "expired")] {
        expect(validate(&token, &keys(), &rules(TokenKind::IdToken), at(offset)), expected, offset);
    }
}

#[test]
fn claims_that_are_skipped_are_not_looked_at() {
    let options = open_rules(TokenValidationOptions::id_token(), |builder| builder.danger_skip_exp().danger_skip_nbf().danger_skip_iat());
    for (name, value) in [("exp", Value::Null), ("exp", json!(1)), ("exp", json!("x")), ("nbf", json!(NOW + 9)), ("iat", json!(NOW + 9))] {
        expect(judge_changed(&options, [(name, Some(value.clone()))]), "ok", (name, value));
    }
}
