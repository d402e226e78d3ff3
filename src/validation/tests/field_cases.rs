//! Tokens as real providers issue them: one test a case, named after it.

use std::time::Duration;

use serde_json::{Value, json};

use super::harness::*;
use crate::encoding::{base64url, digest};
use crate::jose::JsonWebKeySet;
use crate::secret::AccessToken;
use crate::validation::{
    ExpectedIssuer, PreviousIdToken, TokenKind, TokenValidationOptions, TokenValidationOptionsBuilder, ValidationErrorKind, validate,
};

fn id_token(change: impl FnOnce(TokenValidationOptionsBuilder) -> TokenValidationOptionsBuilder) -> TokenValidationOptions {
    open_rules(TokenValidationOptions::id_token(), change)
}

fn with_audiences(audiences: Value, party: Option<&str>, options: &TokenValidationOptions) -> Outcome {
    judge_changed(options, [("aud", Some(audiences)), ("azp", party.map(Value::from))])
}

#[test]
fn t_azp_missing_beside_a_further_audience_is_accepted_where_the_rules_say_so() {
    let both = || json!([CLIENT, "x"]);
    let refused = with_audiences(both(), None, &id_token(|rules| rules)).unwrap_err();
    assert_eq!((refused.kind(), refused.claim()), (ValidationErrorKind::ClaimMissing, Some("azp")));
    let hint = refused.hint().unwrap();
    assert!(hint.contains(".trusted_audiences(") && hint.contains(".danger_allow_missing_azp()"), "{hint}");
    assert!(with_audiences(both(), None, &id_token(|rules| rules.danger_allow_missing_azp())).is_ok());

    let trusting = complete!(TokenValidationOptions::id_token().trusted_audiences(["x"]));
    assert!(with_audiences(both(), None, &trusting).is_ok());
    assert!(with_audiences(json!(["x", CLIENT]), None, &trusting).is_ok());
    assert_eq!(
        verdict(&with_audiences(json!([CLIENT, "x", "y"]), None, &trusting)),
        "claim_missing",
        "y is not trusted, so `azp` has to say whose the token is"
    );
    assert_eq!(
        verdict(&with_audiences(json!("x"), None, &trusting)),
        "audience_mismatch",
        "trusted beside this client, never in its place"
    );
    assert_eq!(verdict(&with_audiences(both(), Some("x"), &trusting)), "authorized_party_mismatch");
    // One audience twice is one, and the audience of an access token is another matter.
    assert!(with_audiences(json!([CLIENT, CLIENT]), None, &id_token(|rules| rules)).is_ok());
    let api = rules(TokenKind::PlainAccessToken);
    assert!(judge_changed(&api, [("aud", Some(json!([CLIENT, "other-api"])))]).is_ok());
}

#[test]
fn t_azp_other_audience_is_refused_unless_it_is_trusted_or_azp_is_said_to_be_enough() {
    let other = || json!([CLIENT, "other"]);
    let refused = with_audiences(other(), Some(CLIENT), &id_token(|rules| rules));
    assert_eq!(verdict(&refused), "audience_not_trusted");
    let hint = refused.unwrap_err().hint().unwrap();
    assert!(hint.contains(".trusted_audiences(") && hint.contains(".danger_any_additional_audience()"), "{hint}");
    let trusting = complete!(TokenValidationOptions::id_token().trusted_audiences(["other"]));
    assert!(with_audiences(other(), Some(CLIENT), &trusting).is_ok());
    let any = id_token(|rules| rules.danger_any_additional_audience());
    assert!(with_audiences(other(), Some(CLIENT), &any).is_ok());
    assert_eq!(verdict(&with_audiences(other(), None, &any)), "claim_missing", "`azp` has to say that the token is this client's");
    assert_eq!(verdict(&with_audiences(other(), Some("other"), &any)), "authorized_party_mismatch");
    // Several of one's own audiences are no strangers.
    let rules = TokenValidationOptions::id_token().issuer(ISSUER).audience([CLIENT, "web"]).algorithms(ALGORITHM).build();
    assert!(with_audiences(json!([CLIENT, "web"]), Some(CLIENT), &rules).is_ok());
    assert_eq!(verdict(&with_audiences(json!([CLIENT, "web"]), None, &rules)), "claim_missing");
    let front =
        TokenValidationOptions::front_channel_id_token().issuer(ISSUER).audience(CLIENT).algorithms(ALGORITHM).build().with_nonce("n");
    let claims = changed(TokenKind::IdToken, [("aud", Some(other())), ("azp", Some(json!(CLIENT))), ("nonce", Some(json!("n")))]);
    assert_eq!(verdict(&judge(&claims, &front)), "audience_not_trusted");
    assert_eq!(judge(&claims, &front).unwrap_err().kind(), ValidationErrorKind::AudienceNotTrusted);
}

#[test]
fn t_google_android_an_id_token_for_the_web_client_comes_from_the_android_client() {
    let parties = ["web.apps.googleusercontent.com", "android.apps.googleusercontent.com"];
    let rules =
        TokenValidationOptions::id_token().issuer(ISSUER).audience(parties[0]).authorized_party(parties).algorithms(ALGORITHM).build();
    for party in parties {
        assert!(with_audiences(json!(parties[0]), Some(party), &rules).is_ok(), "{party}");
    }
    assert_eq!(verdict(&with_audiences(json!(parties[0]), Some("ios"), &rules)), "authorized_party_mismatch");
    assert_eq!(verdict(&with_audiences(json!(parties[1]), Some(parties[1]), &rules)), "audience_mismatch");
}

#[test]
fn t_null_counts_as_absent() {
    let none_sent = || rules(TokenKind::IdToken).with_nonce_absent();
    for nonce in [json!(null), json!("")] {
        assert!(judge_changed(&none_sent(), [("nonce", Some(nonce.clone()))]).is_ok(), "{nonce}");
        let sent = rules(TokenKind::IdToken).with_nonce("n");
        assert!(judge_changed(&sent, [("nonce", Some(nonce.clone()))]).is_err(), "{nonce}: one was sent");
    }
    assert_eq!(verdict(&judge_changed(&none_sent(), [("nonce", Some(json!("x")))])), "nonce_unexpected");
    for kind in KINDS {
        for name in
            ["azp", "nonce", "auth_time", "nbf", "acr", "at_hash", "c_hash", "cnf", "sid", "typ", "tid", "token_use", "scope", "token_type"]
        {
            assert!(judge_changed(&rules(kind), [(name, Some(Value::Null))]).is_ok(), "{kind} {name}");
        }
        for name in ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"] {
            let (of_null, of_nothing) =
                (judge_changed(&rules(kind), [(name, Some(Value::Null))]), judge_changed(&rules(kind), [(name, None)]));
            assert_eq!(verdict(&of_null), verdict(&of_nothing), "{kind} {name}");
        }
    }
    let asked = rules(TokenKind::IdToken).with_max_age(Duration::from_secs(60));
    assert_eq!(verdict(&judge_changed(&asked, [("auth_time", Some(Value::Null))])), "claim_missing");
    assert!(judge_changed(&rules(TokenKind::LogoutToken), [("nonce", Some(Value::Null))]).is_ok());
}

#[test]
fn t_adfs_a_claim_that_nobody_asked_for_is_not_judged_by_the_rule_for_id_tokens() {
    let time = || Some(json!("2016-10-11T12:00:00Z"));
    for kind in [TokenKind::PlainAccessToken, TokenKind::Other, TokenKind::UserInfoResponse] {
        assert!(judge_changed(&rules(kind), [("auth_time", time())]).is_ok(), "{kind}");
        assert!(judge_changed(&rules(kind), [("auth_time", Some(json!(NOW + 9_999)))]).is_ok(), "{kind}");
        assert!(judge_changed(&rules(kind), [("acr", Some(json!(1))), ("azp", Some(json!(["x"])))]).is_ok(), "{kind}");
    }
    assert_eq!(verdict(&judge_changed(&rules(TokenKind::IdToken), [("auth_time", time())])), "claim_malformed");
    // Asked for, it counts for every kind.
    let asked = complete!(TokenValidationOptions::plain_access_token().require_auth_time());
    assert_eq!(verdict(&judge_changed(&asked, [("auth_time", time())])), "claim_malformed");
    let aged = rules(TokenKind::PlainAccessToken).with_max_age(Duration::from_secs(60));
    assert_eq!(verdict(&judge_changed(&aged, [("auth_time", time())])), "claim_malformed");
    assert_eq!(verdict(&judge_changed(&aged, [("auth_time", Some(json!(NOW - 600)))])), "authentication_too_old");
}

fn with_issuer(issuer: impl Into<ExpectedIssuer>) -> TokenValidationOptions {
    TokenValidationOptions::id_token().issuer(issuer).audience(CLIENT).algorithms(ALGORITHM).build()
}

#[test]
fn t_slug_a_function_decides_about_the_issuer() {
    const ROOT: &str = "https://token.actions.githubusercontent.com";
    let rules = with_issuer(ExpectedIssuer::matching(|issuer| issuer == ROOT || issuer.strip_prefix(ROOT) == Some("/acme")));
    for (issuer, expected) in [
        (ROOT.to_owned(), "ok"),
        (format!("{ROOT}/acme"), "ok"),
        (format!("{ROOT}/evil"), "issuer_mismatch"),
        (format!("{ROOT}.evil.example/acme"), "issuer_mismatch"),
    ] {
        assert_eq!(verdict(&judge_changed(&rules, [("iss", Some(json!(issuer)))])), expected, "{issuer}");
    }
    let matching = ExpectedIssuer::matching(|_| true);
    assert!(matching == matching.clone() && matching != ExpectedIssuer::matching(|_| true));
    let joined = ExpectedIssuer::matching(|issuer| issuer.ends_with("/acme")).or(["https://a.example", "https://b.example"]);
    for issuer in ["https://x/acme", "https://a.example", "https://b.example"] {
        assert!(joined.accepts(issuer, None), "{issuer}");
    }
    assert!(!joined.accepts("https://c.example", None));
}

const V2: &str = "https://login.microsoftonline.com/{tenantid}/v2.0";
const V1: &str = "https://sts.windows.net/{tenantid}/";

#[test]
fn t_tid_says_which_of_the_three_it_is_and_tenants_compare_without_case() {
    let rules = || ExpectedIssuer::template(V2).with_tenants(["AAAA-1"]);
    let judged = |issuer: &str, tenant: Option<&str>| {
        judge_changed(&with_issuer(rules()), [("iss", Some(json!(V2.replace("{tenantid}", issuer)))), ("tid", tenant.map(Value::from))])
    };
    for (issuer, tenant) in [("aaaa-1", "aaaa-1"), ("AAAA-1", "aaaa-1"), ("aaaa-1", "AAAA-1")] {
        assert!(judged(issuer, Some(tenant)).is_ok(), "{issuer} {tenant}");
    }
    for (issuer, tenant, words) in [
        ("aaaa-1", None, "no `tid`"),
        ("aaaa-1", Some("bbbb-2"), "`tid` names another tenant"),
        ("bbbb-2", Some("bbbb-2"), "none of those stated by `.with_tenants(…)`"),
    ] {
        let refused = judged(issuer, tenant).unwrap_err();
        assert_eq!(refused.kind(), ValidationErrorKind::IssuerMismatch);
        assert!(refused.hint().unwrap().contains(words) && refused.to_string().contains(words), "{refused}");
    }
    assert_eq!(judged("aaaa-1/../x", Some("aaaa-1")).unwrap_err().hint(), None, "another form altogether");
    let several = ExpectedIssuer::templates([V2, V1]).with_tenants(["t-1"]).or("https://accounts.example.com");
    for issuer in [V2.replace("{tenantid}", "t-1"), V1.replace("{tenantid}", "t-1"), "https://accounts.example.com".to_owned()] {
        assert!(several.accepts(&issuer, Some("t-1")), "{issuer}");
    }
    assert!(!several.accepts(&V1.replace("{tenantid}", "t-2"), Some("t-2")));
}

/// A key set as Entra publishes it: each key says whose it is.
fn keys_of(owner: &str) -> JsonWebKeySet {
    let mut key: Value = serde_json::from_str(KEY.public_jwk().to_json()).unwrap();
    key["issuer"] = owner.into();
    JsonWebKeySet::from_json(json!({ "keys": [key] }).to_string().as_bytes()).unwrap()
}

#[test]
fn k_entra_v1_tokens_of_both_versions_are_accepted_under_the_keys_of_version_2() {
    let token = |template: &str, tenant: &str| {
        let claims =
            changed(TokenKind::IdToken, [("iss", Some(json!(template.replace("{tenantid}", tenant)))), ("tid", Some(json!(tenant)))]);
        sign(Some("JWT"), &claims)
    };
    let judged = |template: &str, tenant: &str, owner: &str, issuer: ExpectedIssuer| {
        validate(&token(template, tenant), &keys_of(owner), &with_issuer(issuer), now()).map(drop)
    };
    for issuer in [ExpectedIssuer::templates([V2, V1]), ExpectedIssuer::template(V1).or(ExpectedIssuer::template(V2))] {
        assert!(judged(V1, "t-1", V2, issuer.clone()).is_ok());
        assert!(judged(V2, "t-1", V2, issuer.clone()).is_ok());
        assert!(judged(V1, "t-1", &V2.replace("{tenantid}", "t-1"), issuer.clone()).is_ok());
        // A key of one tenant does not speak for another.
        for template in [V1, V2] {
            let refused = judged(template, "t-1", &V2.replace("{tenantid}", "t-2"), issuer.clone()).unwrap_err();
            assert_eq!(refused.kind(), ValidationErrorKind::IssuerMismatch);
        }
        assert!(judged(V1, "t-1", "https://login.other.example/{tenantid}/v2.0", issuer).is_err());
    }
    assert!(judged(V1, "t-1", V2, ExpectedIssuer::template(V1)).is_ok(), "as Microsoft's own validators read it");
    assert!(judged(V2, "t-1", V2, ExpectedIssuer::template(V1)).is_err(), "version 2 is not expected");
}

#[test]
fn s_aud_empty_is_an_absent_audience() {
    for kind in [TokenKind::IdToken, TokenKind::AccessToken, TokenKind::PlainAccessToken] {
        let refused = judge_changed(&rules(kind), [("aud", Some(json!([])))]).unwrap_err();
        assert_eq!((refused.kind(), refused.claim()), (ValidationErrorKind::ClaimMissing, Some("aud")), "{kind}");
        assert!(!refused.to_string().trim_end().ends_with("found"), "{refused}");
        let lax = open_rules(TokenValidationOptions::builder(kind), |rules| rules.danger_allow_missing_aud());
        assert!(judge_changed(&lax, [("aud", Some(json!([])))]).is_ok(), "{kind}");
        assert_eq!(verdict(&judge_changed(&lax, [("aud", Some(json!(["other"])))])), "audience_mismatch");
    }
}

#[test]
fn s_at_hash_shows_expected_and_found_and_the_algorithm() {
    let half = base64url::encode(&digest::sha512("the-token")[..32]);
    let rules = rules(TokenKind::IdToken).with_access_token(AccessToken::new("the-token"));
    let refused = judge_changed(&rules, [("at_hash", Some(json!(half)))]).unwrap_err();
    assert_eq!((refused.kind(), refused.found()), (ValidationErrorKind::HashMismatch, Some(half.as_str())));
    let expected = base64url::encode(&digest::sha256("the-token")[..16]);
    assert!(refused.expected().unwrap().contains(&expected) && refused.expected().unwrap().contains("SHA-256"), "{refused}");
    assert!(refused.hint().unwrap().contains(".danger_skip_at_hash()"), "{refused}");
    let wrong = judge_changed(&rules, [("at_hash", Some(json!("abc")))]).unwrap_err();
    assert_eq!(wrong.hint(), None, "hashed by no algorithm that is known");
    assert!(!wrong.to_string().contains("the-token"));
}

#[test]
fn s_auth_time_of_a_refresh_shows_expected_and_found() {
    let first = judge_changed(&rules(TokenKind::IdToken), [("auth_time", Some(json!(NOW - 100)))]).unwrap();
    let rules = rules(TokenKind::IdToken).with_previous_id_token(PreviousIdToken::of(&first).unwrap());
    let refused = judge_changed(&rules, [("auth_time", Some(json!(NOW - 10)))]).unwrap_err();
    assert_eq!(refused.kind(), ValidationErrorKind::PreviousTokenMismatch);
    assert_eq!((refused.expected(), refused.found()), (Some((NOW - 100).to_string().as_str()), Some((NOW - 10).to_string().as_str())));
}
