//! One kind of token is never taken for another: rules J6, J19, L3, L4, M1, N3, S1, U4.

use serde_json::{Value, json};

use super::harness::*;
use crate::validation::{TokenKind, TokenValidationOptions, ValidationErrorKind};

#[test]
fn a_sound_token_of_each_kind_is_accepted() {
    for kind in KINDS {
        let token = judge(&sound(kind).1, &rules(kind)).unwrap();
        assert_eq!(token.token_kind(), kind);
    }
}

#[test]
fn i1_s1_l4_m1_n3_required_claims() {
    let required: [(TokenKind, &[&str]); 9] = [
        (TokenKind::IdToken, &["iss", "sub", "aud", "exp", "iat"]),
        (TokenKind::AccessToken, &["iss", "exp", "aud", "sub", "iat", "jti", "client_id"]),
        (TokenKind::PlainAccessToken, &["iss", "exp", "aud"]),
        (TokenKind::LogoutToken, &["iss", "aud", "iat", "jti", "exp", "events"]),
        (TokenKind::AuthorizationResponse, &["iss", "aud", "exp"]),
        (TokenKind::IntrospectionResponse, &["iss", "aud", "iat", "token_introspection"]),
        (TokenKind::UserInfoResponse, &["sub"]),
        (TokenKind::ClaimSource, &["iss"]),
        (TokenKind::Other, &["iss", "aud", "exp"]),
    ];
    for (kind, names) in required {
        let (_, claims) = sound(kind);
        for name in claims.as_object().unwrap().keys().map(String::as_str) {
            let outcome = judge_changed(&rules(kind), [(name, None)]);
            if names.contains(&name) {
                assert_eq!(outcome.as_ref().unwrap_err().claim(), Some(name), "{kind}: {outcome:?}");
                expect(outcome, "claim_missing", (kind, name));
                expect(judge_changed(&rules(kind), [(name, Some(Value::Null))]), "claim_missing", (kind, name, "null"));
            } else if (kind, name) != (TokenKind::LogoutToken, "sub") {
                expect(outcome, "ok", (kind, name));
            }
        }
    }
}

#[test]
fn j6_j19_typ_of_each_kind() {
    use TokenKind::*;
    let refused = "wrong_token_kind";
    for (kind, typ, expected) in [
        (IdToken, None, "ok"),
        (IdToken, Some("JWT"), "ok"),
        (IdToken, Some("JOSE"), "ok"),
        (IdToken, Some("anything"), "ok"),
        (IdToken, Some("at+jwt"), refused),
        (IdToken, Some("Application/AT+JWT"), refused),
        (IdToken, Some("logout+jwt"), refused),
        (IdToken, Some("dpop+jwt"), refused),
        (IdToken, Some("token-introspection+jwt"), refused),
        (IdToken, Some("oauth-authz-req+jwt"), refused),
        (AccessToken, Some("at+jwt"), "ok"),
        (AccessToken, Some("AT+JWT"), "ok"),
        (AccessToken, Some("application/at+jwt"), "ok"),
        (AccessToken, None, refused),
        (AccessToken, Some("JWT"), refused),
        (AccessToken, Some("at+jwt "), refused),
        (AccessToken, Some("logout+jwt"), refused),
        (AccessToken, Some("rt+jwt"), refused),
        (PlainAccessToken, None, "ok"),
        (PlainAccessToken, Some("JWT"), "ok"),
        (PlainAccessToken, Some("at+jwt"), "ok"),
        (PlainAccessToken, Some("logout+jwt"), refused),
        (PlainAccessToken, Some("dpop+jwt"), refused),
        (LogoutToken, Some("logout+jwt"), "ok"),
        (LogoutToken, Some("application/logout+jwt"), "ok"),
        (LogoutToken, Some("JWT"), "ok"),
        (LogoutToken, None, "ok"),
        (LogoutToken, Some("at+jwt"), refused),
        (LogoutToken, Some("secevent+jwt"), refused),
        (AuthorizationResponse, None, "ok"),
        (AuthorizationResponse, Some("at+jwt"), refused),
        (IntrospectionResponse, Some("token-introspection+jwt"), "ok"),
        (IntrospectionResponse, Some("JWT"), refused),
        (IntrospectionResponse, None, refused),
        (UserInfoResponse, Some("JWT"), "ok"),
        (UserInfoResponse, Some("at+jwt"), refused),
    ] {
        expect(judge_typed(typ, &sound(kind).1, &rules(kind)), expected, (kind, typ));
    }
}

#[test]
fn j6_a_stated_type_is_demanded_beside_the_kinds_own_rule() {
    let stated = |kind, name: &str| complete!(TokenValidationOptions::builder(kind).token_type(name));
    for (kind, name, typ, expected) in [
        (TokenKind::Other, "secevent+jwt", Some("secevent+jwt"), "ok"),
        (TokenKind::Other, "secevent+jwt", Some("application/SecEvent+JWT"), "ok"),
        (TokenKind::Other, "secevent+jwt", Some("JWT"), "wrong_token_kind"),
        (TokenKind::Other, "secevent+jwt", None, "wrong_token_kind"),
        (TokenKind::IdToken, "JWT", Some("JWT"), "ok"),
        (TokenKind::IdToken, "JWT", None, "wrong_token_kind"),
        (TokenKind::IdToken, "at+jwt", Some("at+jwt"), "wrong_token_kind"),
        (TokenKind::AccessToken, "JWT", Some("JWT"), "wrong_token_kind"),
    ] {
        expect(judge_typed(typ, &sound(kind).1, &stated(kind, name)), expected, (kind, name, typ));
    }
}

#[test]
fn no_sound_token_passes_as_another_kind() {
    use TokenKind::*;
    // An access token without `typ` is told from others by its claims alone; a UserInfo response wants no more than `sub`, the claims of a
    // source no more than `iss`.
    let alike = [
        (AccessToken, PlainAccessToken),
        (IdToken, PlainAccessToken),
        (PlainAccessToken, IdToken),
        (UserInfoResponse, IdToken),
        (UserInfoResponse, PlainAccessToken),
        (IdToken, UserInfoResponse),
        (PlainAccessToken, UserInfoResponse),
        (Other, PlainAccessToken),
        (ClaimSource, PlainAccessToken),
        (IdToken, ClaimSource),
        (PlainAccessToken, ClaimSource),
        (AuthorizationResponse, ClaimSource),
        (UserInfoResponse, ClaimSource),
        (Other, ClaimSource),
    ];
    for made in KINDS {
        let (typ, claims) = sound(made);
        for wanted in KINDS.into_iter().filter(|wanted| *wanted != made && *wanted != Other) {
            let expected = alike.contains(&(made, wanted));
            let outcome = judge_typed(typ, &claims, &rules(wanted));
            assert_eq!(outcome.is_ok(), expected, "{made} as {wanted}: {outcome:?}");
        }
    }
}

#[test]
fn j19_marks_in_the_claims_give_another_kind_away() {
    use TokenKind::*;
    let refused = "wrong_token_kind";
    for (kind, claim, value, expected) in [
        (PlainAccessToken, "typ", json!("Bearer"), "ok"),
        (PlainAccessToken, "typ", json!("ID"), refused),
        (PlainAccessToken, "typ", json!("Refresh"), refused),
        (PlainAccessToken, "typ", json!("Offline"), refused),
        (PlainAccessToken, "typ", json!("Logout"), refused),
        (PlainAccessToken, "typ", json!("whatever"), "ok"),
        (PlainAccessToken, "token_use", json!("access"), "ok"),
        (PlainAccessToken, "token_use", json!("id"), refused),
        (PlainAccessToken, "at_hash", json!("x"), refused),
        (PlainAccessToken, "c_hash", json!("x"), refused),
        (PlainAccessToken, "s_hash", json!("x"), refused),
        (PlainAccessToken, "nonce", json!("x"), "ok"),
        (PlainAccessToken, "events", json!({"http://schemas.openid.net/event/backchannel-logout": {}}), refused),
        (PlainAccessToken, "token_introspection", json!({}), refused),
        (AccessToken, "token_use", json!("id"), refused),
        (AccessToken, "typ", json!("Refresh"), refused),
        (IdToken, "typ", json!("ID"), "ok"),
        (IdToken, "typ", json!("Bearer"), refused),
        (IdToken, "typ", json!("DPoP"), refused),
        (IdToken, "typ", json!("Refresh"), refused),
        (IdToken, "typ", json!("Logout"), refused),
        (IdToken, "token_use", json!("id"), "ok"),
        (IdToken, "token_use", json!("access"), refused),
        (IdToken, "events", json!({"http://schemas.openid.net/event/backchannel-logout": {}}), refused),
        (IdToken, "events", json!({"http://schemas.openid.net/event/backchannel-logout": null}), refused),
        (IdToken, "events", json!({"other": {}}), "ok"),
        (IdToken, "token_introspection", json!({"active": true}), refused),
        (LogoutToken, "typ", json!("Logout"), "ok"),
        (LogoutToken, "typ", json!("ID"), refused),
        (UserInfoResponse, "at_hash", json!("x"), refused),
        (UserInfoResponse, "c_hash", json!("x"), refused),
        (UserInfoResponse, "nonce", json!("x"), "ok"),
        (UserInfoResponse, "scope", json!("openid"), "ok"),
    ] {
        expect(judge_changed(&rules(kind), [(claim, Some(value.clone()))]), expected, (kind, claim, value));
    }
}

#[test]
fn j19_a_nonce_without_scope_or_client_gives_an_id_token_away() {
    let options = rules(TokenKind::PlainAccessToken);
    for (changes, expected) in [
        (vec![("scope", None)], "ok"),
        (vec![("scope", None), ("nonce", Some(json!("n")))], "wrong_token_kind"),
        (vec![("scope", None), ("nonce", Some(json!("n"))), ("client_id", Some(json!("c")))], "ok"),
        (vec![("scope", None), ("nonce", Some(json!("n"))), ("scp", Some(json!(["a"])))], "ok"),
    ] {
        expect(judge_changed(&options, changes.clone()), expected, changes);
    }
}

#[test]
fn j19_a_login_without_scope_or_client_gives_an_id_token_away() {
    let options = rules(TokenKind::PlainAccessToken);
    for (claim, value) in
        [("nonce", json!("n")), ("auth_time", json!(NOW - 9)), ("acr", json!("1")), ("amr", json!(["pwd"])), ("sid", json!("s"))]
    {
        let id_token = || vec![("scope", None), (claim, Some(value.clone()))];
        expect(judge_changed(&options, id_token()), "wrong_token_kind", claim);
        for (own, mark) in [
            ("scope", json!("read")),
            ("scp", json!(["read"])),
            ("client_id", json!("c")),
            ("cid", json!("c")),
            ("appid", json!("c")),
            ("permissions", json!(["read"])),
            ("typ", json!("Bearer")),
            ("token_use", json!("access")),
        ] {
            let access_token = [id_token(), vec![(own, Some(mark))]].concat();
            expect(judge_changed(&options, access_token), "ok", (claim, own));
        }
        let with_roles = [id_token(), vec![("roles", Some(json!(["admin"])))]].concat();
        let expected = if ["nonce", "auth_time"].contains(&claim) { "wrong_token_kind" } else { "ok" };
        expect(judge_changed(&options, with_roles), expected, (claim, "roles"));
    }
    // What cannot be told: nothing in it speaks for either kind.
    expect(judge_changed(&options, [("scope", None)]), "ok", "no mark at all");
}

#[test]
fn m1_an_authorization_response_is_no_access_token() {
    let options = rules(TokenKind::PlainAccessToken);
    for (changes, expected) in [
        (vec![("scope", None), ("code", Some(json!("c")))], "wrong_token_kind"),
        (vec![("scope", None), ("sub", None), ("error", Some(json!("access_denied"))), ("state", Some(json!("s")))], "wrong_token_kind"),
        (vec![("scope", None), ("access_token", Some(json!("a")))], "wrong_token_kind"),
        (vec![("scope", None), ("id_token", Some(json!("a")))], "wrong_token_kind"),
        (vec![("scope", None), ("state", Some(json!("Texas")))], "ok"),
        (vec![("code", Some(json!("DE")))], "ok"),
        (vec![("scope", None), ("client_id", Some(json!("c"))), ("code", Some(json!("DE")))], "ok"),
    ] {
        expect(judge_changed(&options, changes.clone()), expected, changes);
    }
}

#[test]
fn j19_scope_and_client_without_a_login_give_an_access_token_away() {
    let options = rules(TokenKind::IdToken);
    let client = || ("client_id", Some(json!("client-abc")));
    for (changes, expected) in [
        (vec![("scope", Some(json!("openid")))], "ok"),
        (vec![client()], "ok"),
        (vec![("scp", Some(json!(["read"])))], "wrong_token_kind"),
        (vec![client(), ("jti", Some(json!("j")))], "wrong_token_kind"),
        (vec![("cid", Some(json!("c")))], "ok"),
        (vec![("appid", Some(json!("c"))), client()], "ok"),
        (vec![("permissions", Some(json!(["read"])))], "wrong_token_kind"),
        (vec![("scp", Some(json!("read"))), ("acr", Some(json!("1"))), ("sid", Some(json!("s")))], "wrong_token_kind"),
        (vec![("roles", Some(json!(["admin"])))], "ok"),
        (vec![("jti", Some(json!("j")))], "ok"),
        (vec![("scp", Some(json!("read"))), ("nonce", Some(json!("n")))], "ok"),
        (vec![client(), ("scope", Some(json!("openid")))], "wrong_token_kind"),
        (vec![client(), ("scp", Some(json!(["read"])))], "wrong_token_kind"),
        (vec![client(), ("scope", Some(json!("openid"))), ("nonce", Some(json!("n")))], "ok"),
        (vec![client(), ("scope", Some(json!("openid"))), ("auth_time", Some(json!(NOW - 9)))], "ok"),
        (vec![client(), ("scope", Some(json!("openid"))), ("at_hash", Some(json!("h")))], "ok"),
    ] {
        expect(judge_changed(&options, changes.clone()), expected, changes);
    }
}

#[test]
fn l4_logout_event_subject_session_and_nonce() {
    let options = rules(TokenKind::LogoutToken);
    let event = "http://schemas.openid.net/event/backchannel-logout";
    type Change = (&'static str, Option<Value>);
    let cases: Vec<(Vec<Change>, &str)> = vec![
        (vec![("sub", None)], "claim_missing"),
        (vec![("sub", None), ("sid", Some(json!("s")))], "ok"),
        (vec![("sid", Some(json!("s")))], "ok"),
        (vec![("sid", Some(json!("")))], "claim_malformed"),
        (vec![("sid", Some(json!(1)))], "claim_malformed"),
        (vec![("sub", Some(json!("")))], "claim_malformed"),
        (vec![("nonce", Some(json!("n")))], "nonce_unexpected"),
        (vec![("nonce", Some(Value::Null))], "ok"),
        (vec![("events", Some(Value::Null))], "claim_missing"),
        (vec![("events", Some(json!({event: {"a": 1}})))], "ok"),
        (vec![("events", Some(json!({event: {}, "other": 1})))], "ok"),
        (vec![("events", Some(json!({event: null})))], "logout_event_missing"),
        (vec![("events", Some(json!({event: "x"})))], "logout_event_missing"),
        (vec![("events", Some(json!({event: []})))], "logout_event_missing"),
        (vec![("events", Some(json!({"other": {}})))], "logout_event_missing"),
        (vec![("events", Some(json!([event])))], "logout_event_missing"),
        (vec![("events", Some(json!(event)))], "logout_event_missing"),
        (vec![("jti", Some(json!("")))], "claim_malformed"),
    ];
    for (changes, expected) in cases {
        expect(judge_changed(&options, changes.clone()), expected, changes);
    }
}

#[test]
fn m1_an_authorization_response_has_a_parameter() {
    let options = rules(TokenKind::AuthorizationResponse);
    for (changes, expected) in [
        (vec![("code", None)], "ok"),
        (vec![("state", None)], "ok"),
        (vec![("code", None), ("error", Some(json!("access_denied")))], "ok"),
        (vec![("code", None), ("state", None)], "wrong_token_kind"),
    ] {
        expect(judge_changed(&options, changes.clone()), expected, changes);
    }
}

#[test]
fn n3_token_introspection_is_an_object() {
    for (value, expected) in [(json!({"active": false}), "ok"), (json!("x"), "claim_malformed"), (json!([]), "claim_malformed")] {
        let outcome = judge_changed(&rules(TokenKind::IntrospectionResponse), [("token_introspection", Some(value.clone()))]);
        expect(outcome, expected, value);
    }
}

#[test]
fn u4_issuer_and_audience_are_checked_where_present() {
    let options = rules(TokenKind::UserInfoResponse);
    for (changes, expected) in [
        (vec![("iss", None), ("aud", None), ("exp", None), ("iat", None)], "ok"),
        (vec![("iss", Some(json!("https://other.example.com")))], "issuer_mismatch"),
        (vec![("aud", Some(json!("other")))], "audience_mismatch"),
        (vec![("exp", Some(json!(NOW - 1)))], "expired"),
    ] {
        expect(judge_changed(&options, changes.clone()), expected, changes);
    }
}

#[test]
fn a_kind_is_refused_before_the_signature() {
    let error = judge_typed(Some("at+jwt"), &sound(TokenKind::IdToken).1, &rules(TokenKind::IdToken)).unwrap_err();
    assert_eq!((error.kind(), error.claim()), (ValidationErrorKind::WrongTokenKind, Some("typ")));
    assert_eq!(error.stage(), crate::validation::ValidationStage::Inspection);
}
