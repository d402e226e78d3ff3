//! `at_hash` and its like: rules I9, J20, Y4 to Y6, C4.

use serde_json::json;

use super::harness::*;
use crate::encoding::base64url;
use crate::jose::{JsonWebKeySet, JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
use crate::validation::{TokenKind, TokenValidationOptions, validate};

/// OpenID Connect Core appendix A.3 and A.4 (RS256, so SHA-256).
const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
const AT_HASH: &str = "77QmUPtjPfzWtF2AnpK9RQ";
const CODE: &str = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
const C_HASH: &str = "LDktKdoQak3Pk0cnXxCltA";

#[test]
fn i9_y4_y5_a_hash_that_is_there_must_fit() {
    let options = rules(TokenKind::IdToken);
    let at = options.clone().with_access_token(ACCESS_TOKEN);
    let code = options.clone().with_code(CODE);
    let state = options.clone().with_state(CODE);
    let refresh = options.clone().with_refresh_token(ACCESS_TOKEN);
    let rt = "urn:openid:params:jwt:claim:rt_hash";
    for (options, name, hash, expected) in [
        (&at, "at_hash", Some(json!(AT_HASH)), "ok"),
        (&at, "at_hash", None, "ok"),
        (&at, "at_hash", Some(json!(C_HASH)), "hash_mismatch"),
        (&at, "at_hash", Some(json!("")), "hash_mismatch"),
        (&at, "at_hash", Some(json!(1)), "claim_malformed"),
        (&code, "c_hash", Some(json!(C_HASH)), "ok"),
        (&code, "c_hash", None, "ok"),
        (&code, "c_hash", Some(json!(AT_HASH)), "hash_mismatch"),
        (&state, "s_hash", Some(json!(C_HASH)), "ok"),
        (&state, "s_hash", None, "ok"),
        (&state, "s_hash", Some(json!(AT_HASH)), "hash_mismatch"),
        (&refresh, rt, Some(json!(AT_HASH)), "ok"),
        (&refresh, rt, Some(json!(C_HASH)), "hash_mismatch"),
        // Nothing came along that it could be compared with.
        (&options, "at_hash", Some(json!(C_HASH)), "ok"),
    ] {
        expect(judge_changed(options, [(name, hash.clone())]), expected, (name, hash));
    }
}

#[test]
fn j20_hashes_are_compared_as_unpadded_text() {
    let options = rules(TokenKind::IdToken).with_access_token(ACCESS_TOKEN);
    for hash in [format!("{AT_HASH}=="), format!("{AT_HASH}="), format!(" {AT_HASH}"), AT_HASH.to_lowercase(), AT_HASH.replace('Q', "R")] {
        expect(judge_changed(&options, [("at_hash", Some(json!(hash)))]), "hash_mismatch", hash);
    }
}

#[test]
fn y4_y6_the_front_channel_demands_the_hashes_of_what_came_along() {
    let options = complete!(TokenValidationOptions::front_channel_id_token()).with_nonce("n");
    let nonce = || ("nonce", Some(json!("n")));
    expect(judge_changed(&options, [nonce()]), "ok", "nothing came along");
    let both = options.with_access_token(ACCESS_TOKEN).with_code(CODE);
    for (at_hash, c_hash, expected) in [
        (Some(json!(AT_HASH)), Some(json!(C_HASH)), "ok"),
        (None, Some(json!(C_HASH)), "claim_missing"),
        (Some(json!(AT_HASH)), None, "claim_missing"),
        (Some(json!(C_HASH)), Some(json!(C_HASH)), "hash_mismatch"),
    ] {
        expect(judge_changed(&both, [nonce(), ("at_hash", at_hash.clone()), ("c_hash", c_hash.clone())]), expected, (at_hash, c_hash));
    }
}

#[test]
fn c4_a_pushed_token_has_the_hashes() {
    let options = rules(TokenKind::IdToken).with_authentication_request_id("r").with_access_token(ACCESS_TOKEN).with_refresh_token(CODE);
    let full = [
        ("urn:openid:params:jwt:claim:auth_req_id", Some(json!("r"))),
        ("urn:openid:params:jwt:claim:rt_hash", Some(json!(C_HASH))),
        ("at_hash", Some(json!(AT_HASH))),
    ];
    expect(judge_changed(&options, full.clone()), "ok", "all there");
    for absent in 0..full.len() {
        let mut partly = full.clone();
        partly[absent].1 = None;
        expect(judge_changed(&options, partly.clone()), "claim_missing", partly);
    }
}

#[test]
fn y4_the_hash_follows_the_algorithm() {
    use SignatureAlgorithm as Row;
    for (algorithm, whole) in [
        (Row::ES256, crate::encoding::digest::sha256(CODE).to_vec()),
        (Row::ES384, crate::encoding::digest::sha384(CODE).to_vec()),
        (Row::ES512, crate::encoding::digest::sha512(CODE).to_vec()),
        (Row::EDDSA, crate::encoding::digest::sha512(CODE).to_vec()),
        (Row::HS256, crate::encoding::digest::sha256(CODE).to_vec()),
    ] {
        let key = PrivateKey::generate(algorithm).unwrap();
        let claims = changed(TokenKind::IdToken, [("c_hash", Some(json!(base64url::encode(&whole[..whole.len() / 2]))))]);
        let token = sign_compact_blocking(&JwsHeader::new(), claims.to_string().as_bytes(), &key.signer(algorithm).unwrap()).unwrap();
        let options = TokenValidationOptions::id_token().issuer(ISSUER).audience(CLIENT).algorithms(algorithm).build();
        let set = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
        expect(validate(&token, &set, &options.clone().with_code(CODE), now()), "ok", algorithm);
        expect(validate(&token, &set, &options.with_code("other"), now()), "hash_mismatch", algorithm);
    }
}

#[test]
fn at_hash_can_be_required_or_skipped() {
    let required = complete!(TokenValidationOptions::id_token().require_at_hash());
    expect(judge(&sound(TokenKind::IdToken).1, &required), "claim_missing", "required");
    let skipped = complete!(TokenValidationOptions::id_token().danger_skip_at_hash()).with_access_token(ACCESS_TOKEN);
    expect(judge_changed(&skipped, [("at_hash", Some(json!("wrong")))]), "ok", "skipped");
}
