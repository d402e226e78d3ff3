//! What a validated token says.

use serde::Deserialize;
use serde_json::json;

use super::harness::*;
use crate::validation::{TokenKind, TokenValidationOptions, danger_read_unverified};

#[test]
fn accessors_and_any_member() {
    let claims = changed(
        TokenKind::AccessToken,
        [
            ("aud", Some(json!(["other", CLIENT]))),
            ("scope", Some(json!("read  write"))),
            ("sid", Some(json!("s"))),
            ("sub", Some(json!("us\"er"))),
            ("level", Some(json!(7))),
            ("roles", Some(json!(["a", "b"]))),
        ],
    );
    let token = judge(&claims, &rules(TokenKind::AccessToken)).unwrap();
    assert_eq!((token.issuer(), token.subject(), token.client_id()), (Some(ISSUER), Some("us\"er"), Some("web")));
    assert_eq!((token.token_id(), token.session_id(), token.key_id()), (Some("j-1"), Some("s"), Some("k")));
    assert_eq!(token.audiences().collect::<Vec<_>>(), ["other", CLIENT]);
    assert_eq!(token.scopes().collect::<Vec<_>>(), ["read", "write"]);
    assert!(token.has_scope("read") && !token.has_scope("rea"));
    assert_eq!((token.expires_at(), token.issued_at()), (Some(at(300)), Some(at(-60))));
    assert_eq!((token.try_get_i64("level"), token.try_get_string_array("roles")), (Some(7), vec!["a".into(), "b".into()]));
    assert_eq!(token.header().unwrap().typ(), Some("at+jwt"));
    assert_eq!(token.claims_json(), claims.to_string());
    assert_eq!(token.algorithm(), Some(ALGORITHM));
}

#[test]
fn scope_may_be_an_array() {
    let options = rules(TokenKind::PlainAccessToken);
    let token = judge_changed(&options, [("scope", Some(json!(["read", "write"])))]).unwrap();
    assert!(token.has_scope("write") && token.claims().scope().is_none());
}

#[test]
fn claims_as_a_type_of_the_callers() {
    #[derive(Deserialize)]
    struct Mine {
        sub: String,
        exp: i64,
    }
    #[derive(Debug, Deserialize)]
    struct Wrong {
        #[expect(dead_code, reason = "never read")]
        sub: u8,
    }
    let token = judge(&sound(TokenKind::IdToken).1, &rules(TokenKind::IdToken)).unwrap();
    let mine: Mine = token.claims_as().unwrap();
    assert_eq!((&*mine.sub, mine.exp), ("user-123", NOW + 300));
    let error = token.claims_as::<Wrong>().unwrap_err();
    assert_eq!(error.member(), Some("sub"));
    assert!(!error.to_string().contains("user-123"), "{error}");
}

#[test]
fn to_principal_follows_the_options() {
    let changes = [("name", Some(json!("Alice"))), ("groups", Some(json!(["a", "b"])))];
    let default = judge_changed(&rules(TokenKind::IdToken), changes.clone()).unwrap();
    assert_eq!((default.principal().name(), default.principal().is_in_role("a")), (Some("Alice"), false));
    assert_eq!(default.principal().identity().unwrap().authentication_type(), Some("OpenIdConnect"));
    assert!(default.principal().claims().all(|claim| claim.issuer() == ISSUER));

    let builder = TokenValidationOptions::plain_access_token().name_claim_type("sub").role_claim_type("groups");
    let chosen = judge_changed(&complete!(builder), changes).unwrap();
    assert_eq!((chosen.principal().name(), chosen.principal().is_in_role("b")), (Some("user-123"), true));
    assert_eq!(chosen.to_principal().identity().unwrap().authentication_type(), Some("Bearer"));
    let builder = TokenValidationOptions::plain_access_token().authentication_type("mine");
    let named = judge(&sound(TokenKind::PlainAccessToken).1, &complete!(builder)).unwrap();
    assert_eq!(named.principal().identity().unwrap().authentication_type(), Some("mine"));
}

#[test]
fn an_unverified_look_reads_and_believes_nothing() {
    let expired = changed(TokenKind::IdToken, [("exp", Some(json!(1)))]);
    let token = danger_read_unverified(&sign_raw(r#"{"alg":"XX","typ":"t"}"#, expired.to_string().as_bytes(), &KEY)).unwrap();
    assert_eq!((token.header().algorithm_name(), token.unverified_payload().subject()), ("XX", Some("user-123")));
    assert!(danger_read_unverified("a.b").is_err());
}
