//! Keys and signatures: rules I8, K2 to K4, K8, D7.

use serde_json::json;

use super::harness::*;
use crate::jose::{JsonWebKey, JsonWebKeySet, JwsHeader, KeySelection, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
use crate::validation::{ExpectedIssuer, Inspected, TokenKind, TokenValidationOptions, ValidationStage, validate};

fn set<const N: usize>(keys: [&PrivateKey; N]) -> JsonWebKeySet {
    keys.into_iter().map(|key| key.public_jwk().clone()).collect()
}

#[test]
fn i8_k3_k4_which_key_and_what_a_newer_set_could_change() {
    let options = rules(TokenKind::IdToken);
    let claims = sound(TokenKind::IdToken).1.to_string();
    let signed = |header: &str, key| sign_raw(header, claims.as_bytes(), key);
    let (named, unnamed) = (r#"{"alg":"ES256","kid":"k"}"#, r#"{"alg":"ES256"}"#);
    let (other, impostor) = (new_key("other"), new_key("k"));
    for (token, keys, expected, newer) in [
        (signed(named, &KEY), set([&KEY]), "ok", false),
        (signed(named, &KEY), set([&other, &KEY]), "ok", false),
        (signed(unnamed, &KEY), set([&KEY]), "ok", false),
        (signed(named, &KEY), JsonWebKeySet::default(), "key_unknown_kid", true),
        (signed(named, &KEY), set([&other]), "key_unknown_kid", true),
        (signed(named, &KEY), JsonWebKeySet::from_json(br#"{"keys":[{"kty":"EC","kid":"k"}]}"#).unwrap(), "key_skipped", true),
        (signed(unnamed, &KEY), JsonWebKeySet::default(), "key_none_fits", true),
        (signed(named, &KEY), set([&impostor]), "signature_invalid", true),
        (signed(named, &impostor), set([&KEY]), "signature_invalid", true),
        (signed(unnamed, &KEY), set([&KEY, &other]), "key_ambiguous", false),
        (signed(named, &KEY), set([&KEY, &impostor]), "key_ambiguous", false),
    ] {
        let outcome = validate(&token, &keys, &options, now());
        if let Err(error) = &outcome {
            assert_eq!((error.wants_newer_keys(), error.stage()), (newer, ValidationStage::Signature), "{error}");
        }
        expect(outcome, expected, token);
    }
}

#[test]
fn k3_each_may_be_tried_where_the_caller_says_so() {
    let (one, two) = (new_key("k"), new_key("k"));
    let token = sign_raw(r#"{"alg":"ES256"}"#, sound(TokenKind::IdToken).1.to_string().as_bytes(), &two);
    let tries = |at_most| {
        let builder = TokenValidationOptions::id_token().key_selection(KeySelection::TryEach { at_most });
        complete!(builder)
    };
    expect(validate(&token, &set([&one, &two]), &tries(2), now()), "ok", "the second fits");
    expect(validate(&token, &set([&one, &two]), &tries(1), now()), "key_too_many", "bounded");
}

#[test]
fn k8_a_key_in_the_header_is_never_used() {
    let attacker = new_key("k");
    let jwk: serde_json::Value = serde_json::from_str(attacker.public_jwk().to_json()).unwrap();
    let header = json!({"alg": "ES256", "kid": "k", "jwk": jwk}).to_string();
    let token = sign_raw(&header, sound(TokenKind::IdToken).1.to_string().as_bytes(), &attacker);
    expect(validate(&token, &keys(), &rules(TokenKind::IdToken), now()), "signature_invalid", "jwk");
}

#[test]
fn i8_any_change_to_a_signed_token_is_noticed() {
    let token = sign(None, &sound(TokenKind::IdToken).1);
    let mut accepted = 0;
    for position in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[position] = if bytes[position] == b'A' { b'B' } else { b'A' };
        accepted += usize::from(validate(&String::from_utf8(bytes).unwrap(), &keys(), &rules(TokenKind::IdToken), now()).is_ok());
    }
    assert_eq!(accepted, 0);
}

#[test]
fn j4_a_client_secret_verifies_where_hmac_is_named() {
    let secret = b"a secret of at least thirty-two octets";
    let key = PrivateKey::from_secret(secret).unwrap();
    let header = JwsHeader::new().key_id("whatever");
    let claims = sound(TokenKind::IdToken).1.to_string();
    let token = sign_compact_blocking(&header, claims.as_bytes(), &key.signer(SignatureAlgorithm::HS256).unwrap()).unwrap();
    let builder = || TokenValidationOptions::id_token().issuer(ISSUER).audience(CLIENT);
    let options = builder().algorithms(SignatureAlgorithm::HS256).build();
    let verify =
        |secret: &[u8]| Inspected::new(&token, &options, now())?.verify_with_key(&JsonWebKey::from_secret(secret).unwrap())?.check(now());
    expect(verify(secret), "ok", "the secret");
    expect(verify(b"another secret of more than 32 octets"), "signature_invalid", "another");
    expect(verify(b"short"), "key_unfit", "shorter than the hash");
    expect(validate(&token, &keys(), &builder().build(), now()), "algorithm_not_allowed", "not named");
}

#[test]
fn d7_a_key_of_one_tenant_does_not_speak_for_another() {
    let template = "https://login.example.com/{tenantid}/v2.0";
    let options =
        TokenValidationOptions::id_token().issuer(ExpectedIssuer::template(template)).audience(CLIENT).algorithms(ALGORITHM).build();
    let token = |tenant: &str| {
        let issuer = format!("https://login.example.com/{tenant}/v2.0");
        sign(None, &changed(TokenKind::IdToken, [("iss", Some(json!(issuer))), ("tid", Some(json!(tenant)))]))
    };
    let owned_by = |issuer: &str| {
        let key = KEY.public_jwk().to_json().replacen('{', &format!("{{\"issuer\":\"{issuer}\","), 1);
        JsonWebKeySet::from_keys([JsonWebKey::from_json(key.as_bytes()).unwrap()])
    };
    for (owner, expected) in [
        (template, "ok"),
        ("https://login.example.com/t-1/v2.0", "ok"),
        ("https://login.example.com/t-2/v2.0", "issuer_mismatch"),
        ("https://other.example.com/{tenantid}/v2.0", "issuer_mismatch"),
    ] {
        expect(validate(&token("t-1"), &owned_by(owner), &options, now()), expected, owner);
    }
    expect(validate(&token("t-1"), &keys(), &options, now()), "ok", "the key says nothing");
}

#[test]
fn k4_a_token_can_be_verified_again_under_newer_keys() {
    let token = sign(None, &sound(TokenKind::IdToken).1);
    let options = rules(TokenKind::IdToken);
    let inspected = Inspected::new(&token, &options, now()).unwrap();
    assert_eq!((inspected.unverified_issuer(), inspected.key_id()), (Some(ISSUER), Some("k")));
    assert!(inspected.verify(&JsonWebKeySet::default()).unwrap_err().wants_newer_keys());
    let validated = inspected.verify(&keys()).unwrap().check(now()).unwrap();
    assert_eq!(validated.key().unwrap().key_id(), Some("k"));
}
