//! The switches, the caller's own rules, and judging once more.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;

use super::harness::*;
use crate::validation::{
    AsyncClaimValidator, ClaimRejection, Claims, Inspected, TokenKind, TokenValidationOptions, TokenValidationOptionsBuilder,
    ValidationErrorKind,
};

type Change = fn(TokenValidationOptionsBuilder) -> TokenValidationOptionsBuilder;

#[test]
fn every_switch_demands_allows_absence_and_skips() {
    // Claim, a wrong value, and the three switches.
    let rows: [(&str, serde_json::Value, [Change; 3]); 11] = [
        ("iss", json!("x"), [|b| b.require_iss(), |b| b.danger_allow_missing_iss(), |b| b.danger_skip_iss()]),
        ("sub", json!(1), [|b| b.require_sub(), |b| b.danger_allow_missing_sub(), |b| b.danger_skip_sub()]),
        ("aud", json!("x"), [|b| b.require_aud(), |b| b.danger_allow_missing_aud(), |b| b.danger_skip_aud()]),
        ("exp", json!(1), [|b| b.require_exp(), |b| b.danger_allow_missing_exp(), |b| b.danger_skip_exp()]),
        ("nbf", json!(NOW + 9), [|b| b.require_nbf(), |b| b.danger_allow_missing_nbf(), |b| b.danger_skip_nbf()]),
        ("iat", json!(NOW + 9), [|b| b.require_iat(), |b| b.danger_allow_missing_iat(), |b| b.danger_skip_iat()]),
        ("jti", json!(1), [|b| b.require_jti(), |b| b.danger_allow_missing_jti(), |b| b.danger_skip_jti()]),
        ("at_hash", json!("x"), [|b| b.require_at_hash(), |b| b.danger_allow_missing_at_hash(), |b| b.danger_skip_at_hash()]),
        ("auth_time", json!("x"), [|b| b.require_auth_time(), |b| b.danger_allow_missing_auth_time(), |b| b.danger_skip_auth_time()]),
        ("azp", json!("x"), [|b| b.require_azp(), |b| b.danger_allow_missing_azp(), |b| b.danger_skip_azp()]),
        ("cnf", json!("x"), [|b| b.require_cnf(), |b| b, |b| b.danger_skip_cnf()]),
    ];
    for (name, wrong, [require, allow_missing, skip]) in rows {
        let kind = if name == "cnf" { TokenKind::PlainAccessToken } else { TokenKind::IdToken };
        let rules = |change: Change| open_rules(TokenValidationOptions::builder(kind), change).with_access_token("a");
        let (absent, wrong) = ([(name, None)], [(name, Some(wrong))]);
        expect(judge_changed(&rules(require), absent.clone()), "claim_missing", (name, "required"));
        expect(judge_changed(&rules(allow_missing), absent.clone()), "ok", (name, "may be missing"));
        assert!(judge_changed(&rules(allow_missing), wrong.clone()).is_err(), "{name}: wrong, may be missing");
        expect(judge_changed(&rules(skip), absent), "ok", (name, "absent, skipped"));
        expect(judge_changed(&rules(skip), wrong), "ok", (name, "wrong, skipped"));
    }
}

#[test]
fn the_last_switch_counts() {
    let options = open_rules(TokenValidationOptions::id_token(), |b| b.danger_skip_exp().require_exp());
    expect(judge_changed(&options, [("exp", None)]), "claim_missing", "required again");
    expect(judge_changed(&options, [("exp", Some(json!(1)))]), "expired", "judged again");
}

#[test]
fn any_audience_and_any_issuer_are_dangers_that_must_be_said() {
    let options = TokenValidationOptions::plain_access_token().danger_any_issuer().danger_any_audience().algorithms(ALGORITHM).build();
    expect(judge_changed(&options, [("aud", Some(json!("whoever"))), ("iss", Some(json!("https://whoever")))]), "ok", "any");
    expect(judge_changed(&options, [("aud", None)]), "ok", "none");
    expect(judge_changed(&options, [("aud", Some(json!(1)))]), "claim_malformed", "still typed");
    let empty = TokenValidationOptions::id_token().issuer(ISSUER).audience(Vec::<String>::new()).algorithms(ALGORITHM).build();
    let error = judge(&sound(TokenKind::IdToken).1, &empty).unwrap_err();
    assert!(error.is_configuration() && error.claim() == Some("aud"), "{error}");
}

#[test]
fn required_claims_by_name() {
    let options = open_rules(TokenValidationOptions::id_token(), |b| b.required_claim("tenant").required_claim("email"));
    for (tenant, email, expected) in [
        (Some(json!("t")), Some(json!("e")), "ok"),
        (Some(json!(0)), Some(json!(false)), "ok"),
        (None, Some(json!("e")), "claim_missing"),
        (Some(json!("t")), Some(json!(null)), "claim_missing"),
    ] {
        expect(judge_changed(&options, [("tenant", tenant.clone()), ("email", email.clone())]), expected, (tenant, email));
    }
}

fn verified_mail(claims: &Claims) -> Result<(), ClaimRejection> {
    match claims.try_get_boolean("email_verified") {
        Some(true) => Ok(()),
        _ => Err(ClaimRejection::new("not verified").on_claim("email_verified")),
    }
}

#[test]
fn a_claim_rule_refuses_under_its_name() {
    let options = open_rules(TokenValidationOptions::id_token(), |b| b.claim_rule("verified mail", verified_mail));
    expect(judge_changed(&options, [("email_verified", Some(json!(true)))]), "ok", "verified");
    let error = judge(&sound(TokenKind::IdToken).1, &options).unwrap_err();
    assert_eq!(error.kind(), ValidationErrorKind::ClaimRejected);
    assert_eq!((error.validator(), error.claim(), error.found()), (Some("verified mail"), Some("email_verified"), Some("not verified")));
    // It sees nothing that another rule rejects.
    let never = open_rules(TokenValidationOptions::id_token(), |b| b.claim_rule("never reached", |_| panic!("an expired token")));
    expect(judge_changed(&never, [("exp", Some(json!(1)))]), "expired", "expired");
}

struct Revoked(&'static str);

#[async_trait]
impl AsyncClaimValidator for Revoked {
    fn name(&self) -> &str {
        "revocation list"
    }

    async fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection> {
        if claims.subject() == Some(self.0) { Err(ClaimRejection::new("revoked")) } else { Ok(()) }
    }
}

#[tokio::test]
async fn an_async_rule_is_waited_for_and_never_forgotten() {
    let token = sign(None, &sound(TokenKind::IdToken).1);
    for (revoked, expected) in [("somebody", "ok"), ("user-123", "claim_rejected")] {
        let options = open_rules(TokenValidationOptions::id_token(), |b| b.async_claim_validator(Revoked(revoked)));
        assert!(options.has_async_validators());
        let verified = || Inspected::new(&token, &options, now()).unwrap().verify(&keys()).unwrap();
        expect(verified().check_async(now()).await, expected, revoked);
        let error = verified().check(now()).unwrap_err();
        assert!(error.is_configuration() && error.validator() == Some("revocation list"), "{error}");
        // The standard rules run there too.
        expect(verified().check_async(at(1000)).await, "expired", "expired meanwhile");
    }
}

#[test]
fn a_validated_token_is_judged_once_more_by_all_its_claims() {
    let options = rules(TokenKind::IdToken);
    let token = judge(&changed(TokenKind::IdToken, [("nonce", Some(json!("n")))]), &options).unwrap();
    let verdict = |options: &TokenValidationOptions, offset| token.recheck(options, at(offset)).map_err(|error| error.code());
    assert_eq!(verdict(&options, 0), Ok(()));
    assert_eq!(verdict(&options, 299), Ok(()));
    assert_eq!(verdict(&options, 300), Err("expired"));
    assert_eq!(verdict(&options.clone().with_nonce("m"), 0), Err("nonce_mismatch"));
    assert_eq!(verdict(&rules(TokenKind::AccessToken), 0), Err("wrong_token_kind"));
    let other = TokenValidationOptions::id_token().issuer("https://b").audience(CLIENT).algorithms(ALGORITHM).build();
    assert_eq!(verdict(&other, 0), Err("issuer_mismatch"));
    let rs256 = TokenValidationOptions::id_token().issuer(ISSUER).audience(CLIENT).build();
    assert_eq!(verdict(&rs256, 0), Err("algorithm_not_allowed"));
}

#[test]
fn expectations_of_one_token_leave_the_options_as_they_are() {
    let options = rules(TokenKind::IdToken);
    let _one = options.clone().with_nonce("n").with_max_age(Duration::ZERO);
    expect(judge(&sound(TokenKind::IdToken).1, &options), "ok", "untouched");
}
