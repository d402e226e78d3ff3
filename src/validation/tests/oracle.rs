//! The core rules once more, written plainly over JSON values, against the real ones on claims put together at random.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::harness::*;
use crate::validation::{Inspected, TokenKind, danger_read_unverified, validate};

fn date(value: &Value) -> Option<f64> {
    value.as_f64().filter(|seconds| seconds.is_finite() && *seconds <= 253_402_300_799.0)
}

/// J7 to J12, J18, I1 to I3, I10, without leeway.
fn acceptable(claims: &Value) -> bool {
    let now = NOW as f64;
    let (iss, sub, aud, exp, nbf, iat, azp) =
        (&claims["iss"], &claims["sub"], &claims["aud"], &claims["exp"], &claims["nbf"], &claims["iat"], &claims["azp"]);
    let audiences: Option<Vec<&str>> = match aud {
        Value::String(one) => Some(vec![one]),
        Value::Array(several) => several.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let Some(audiences) = audiences else { return false };
    let other_audience = audiences.iter().any(|audience| *audience != CLIENT);
    let Some(exp) = date(exp).filter(|exp| *exp >= 0.0) else { return false };
    let Some(iat) = date(iat) else { return false };
    let begin = match claims.get("nbf") {
        None | Some(Value::Null) => true,
        Some(_) => date(nbf).is_some_and(|nbf| nbf >= 0.0 && nbf <= now && nbf <= exp),
    };
    let party = match claims.get("azp") {
        None | Some(Value::Null) => true,
        Some(_) => azp == CLIENT,
    };
    iss == ISSUER
        && sub.as_str().is_some_and(|sub| !sub.is_empty() && sub.len() <= 255 && sub.is_ascii())
        && audiences.contains(&CLIENT)
        && exp > now
        && iat <= now
        && iat <= exp
        && begin
        && party
        && !other_audience
}

fn one_of(values: impl IntoIterator<Item = Value>) -> impl Strategy<Value = Option<Value>> {
    let odd = [Value::Null, json!(""), json!(0), json!(true), json!([]), json!({}), json!(-1.5), json!("1750000300")];
    let good: Vec<Value> = values.into_iter().collect();
    prop_oneof![
        8 => prop::sample::select(good).prop_map(Some),
        1 => prop::sample::select(odd.to_vec()).prop_map(Some),
        1 => Just(None),
    ]
}

fn moment() -> impl Strategy<Value = Option<Value>> {
    one_of(
        [-1000, -1, 0, 1, 1000]
            .into_iter()
            .map(|offset| json!(NOW + offset))
            .chain([json!(NOW as f64 + 0.5), json!(1_750_000_000_000_i64)]),
    )
}

fn claims() -> impl Strategy<Value = Value> {
    let texts = |texts: &[&str]| one_of(texts.iter().map(|text| json!(text)).collect::<Vec<_>>());
    let audience = one_of([json!(CLIENT), json!(CLIENT), json!([CLIENT]), json!([CLIENT, "other"]), json!("other"), json!([CLIENT, 1])]);
    let later = prop_oneof![4 => Just(Some(json!(NOW + 300))), 1 => moment()];
    let earlier = || prop_oneof![4 => Just(Some(json!(NOW - 60))), 1 => moment()];
    let seldom = |strategy: BoxedStrategy<Option<Value>>| prop_oneof![2 => Just(None), 1 => strategy];
    let members = (
        texts(&[ISSUER, ISSUER, ISSUER, "https://issuer.example.com/"]),
        texts(&["user-123", "user-123", "ä"]),
        audience,
        later,
        earlier(),
        seldom(earlier().boxed()),
        seldom(texts(&[CLIENT, CLIENT, "other"]).boxed()),
    );
    members.prop_map(|(iss, sub, aud, exp, iat, nbf, azp)| {
        let all = [("iss", iss), ("sub", sub), ("aud", aud), ("exp", exp), ("iat", iat), ("nbf", nbf), ("azp", azp)];
        all.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
    })
}

proptest! {
    #[test]
    fn the_verdict_is_that_of_the_plain_rules(claims in claims()) {
        let outcome = judge(&claims, &rules(TokenKind::IdToken));
        prop_assert_eq!(outcome.is_ok(), acceptable(&claims), "{}: {:?}", claims, outcome);
    }

    #[test]
    fn j16_no_text_makes_a_panic(token in "[A-Za-z0-9_.=-]{0,80}|.{0,60}", payload in any::<Vec<u8>>()) {
        for kind in KINDS {
            let _ = Inspected::new(&token, &rules(kind), now());
        }
        let _ = danger_read_unverified(&token);
        prop_assert!(validate(&sign_raw(&header(None), &payload, &KEY), &keys(), &rules(TokenKind::IdToken), now()).is_err());
    }
}
