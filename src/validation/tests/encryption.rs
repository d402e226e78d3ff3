//! Encrypted tokens: rules J13, J14, M3, L3, N3, U4.

use std::sync::LazyLock;

use super::harness::*;
use crate::environment::SystemEntropy;
use crate::jose::{
    ContentEncryptionAlgorithm as Enc, DecryptionKeys, JweHeader, KeyManagementAlgorithm as Alg, KeyManagementSet, PrivateKey,
    encrypt_compact,
};
use crate::validation::{Inspected, TokenKind, TokenValidationOptions, ValidationErrorKind, validate};

static OWN: LazyLock<PrivateKey> = LazyLock::new(|| agreement_key("enc"));

fn agreement_key(key_id: &str) -> PrivateKey {
    PrivateKey::generate_for_encryption(Alg::ECDH_ES_A128KW).unwrap().with_key_id(key_id).unwrap()
}

fn encrypt_to(key: &PrivateKey, alg: Alg, content: &str) -> String {
    encrypt_compact(&JweHeader::nested(), content.as_bytes(), key.public_jwk(), alg, Enc::A256GCM, &SystemEntropy).unwrap()
}

fn encrypt(content: &str) -> String {
    encrypt_to(&OWN, Alg::ECDH_ES_A128KW, content)
}

fn signed(kind: TokenKind) -> String {
    let (typ, claims) = sound(kind);
    sign(typ, &claims)
}

/// The rules of a kind with the own key to decrypt with.
fn decrypting(kind: TokenKind) -> TokenValidationOptions {
    complete!(TokenValidationOptions::builder(kind).decryption_keys(OWN.clone()))
}

fn judge_text(token: &str, options: &TokenValidationOptions) -> Outcome {
    validate(token, &keys(), options, now())
}

#[test]
fn j14_m3_l3_n3_u4_every_kind_may_come_encrypted() {
    for kind in KINDS {
        let token = judge_text(&encrypt(&signed(kind)), &decrypting(kind)).unwrap();
        assert_eq!(token.header().unwrap().algorithm(), Some(ALGORITHM), "{kind}");
        assert_eq!(token.encryption_header().unwrap().algorithm_name(), "ECDH-ES+A128KW", "{kind}");
        // Without keys it is rejected by name, and unencrypted it is still fine.
        expect(judge_text(&encrypt(&signed(kind)), &rules(kind)), "encrypted_token", kind);
        let plain = judge_text(&signed(kind), &decrypting(kind)).unwrap();
        assert!(plain.encryption_header().is_none(), "{kind}");
    }
}

#[test]
fn j14_what_is_inside_is_judged_like_any_token() {
    let options = decrypting(TokenKind::IdToken);
    let of = |content: &str| judge_text(&encrypt(content), &options);
    let changed_token = |changes| sign(Some("JWT"), &changed(TokenKind::IdToken, [changes]));
    expect(of(&changed_token(("exp", Some(NOW.into())))), "expired", "expired");
    expect(of(&changed_token(("iss", Some("https://b".into())))), "issuer_mismatch", "issuer");
    expect(of(&signed(TokenKind::AccessToken)), "wrong_token_kind", "another kind");
    let good = signed(TokenKind::IdToken);
    let forged = format!("{}{}", &good[..good.len() - 4], if good.ends_with("AAAA") { "BBBB" } else { "AAAA" });
    assert!(matches!(of(&forged).unwrap_err().kind(), ValidationErrorKind::SignatureInvalid | ValidationErrorKind::Malformed));
    let unsigned = format!("{}.", good.rsplit_once('.').unwrap().0);
    assert_eq!(of(&unsigned).unwrap_err().kind(), ValidationErrorKind::Malformed);
    // Claims that nobody signed, and a token in a token in a token.
    for content in [sound(TokenKind::IdToken).1.to_string(), encrypt(&good), String::new()] {
        assert_eq!(of(&content).unwrap_err().kind(), ValidationErrorKind::NotSigned, "{content}");
    }
}

#[test]
fn j13_only_by_own_keys_and_allowed_algorithms() {
    let good = signed(TokenKind::IdToken);
    let kind_of = |token: &str, options: &TokenValidationOptions| judge_text(token, options).unwrap_err().kind();
    let options = decrypting(TokenKind::IdToken);
    let (foreign, same_name) = (agreement_key("other"), agreement_key("enc"));
    assert_eq!(kind_of(&encrypt_to(&foreign, Alg::ECDH_ES_A128KW, &good), &options), ValidationErrorKind::DecryptionKeyNotFound);
    assert_eq!(kind_of(&encrypt_to(&same_name, Alg::ECDH_ES_A128KW, &good), &options), ValidationErrorKind::DecryptionFailed);

    // A shared secret decrypts only where the caller names its algorithm.
    let secret = PrivateKey::generate_for_encryption(Alg::A256KW).unwrap();
    let token = encrypt_to(&secret, Alg::A256KW, &good);
    let keys = || DecryptionKeys::from_keys([secret.clone()]);
    let options = complete!(TokenValidationOptions::id_token().decryption_keys(keys()));
    assert_eq!(kind_of(&token, &options), ValidationErrorKind::AlgorithmNotAllowed);
    let options = complete!(TokenValidationOptions::id_token().decryption_keys(keys()).key_management_algorithms(Alg::A256KW));
    assert!(judge_text(&token, &options).is_ok());
    let options =
        complete!(TokenValidationOptions::id_token().decryption_keys(OWN.clone()).content_encryption_algorithms(Enc::A128CBC_HS256));
    assert_eq!(kind_of(&encrypt(&good), &options), ValidationErrorKind::AlgorithmNotAllowed);
    let options =
        complete!(TokenValidationOptions::id_token().decryption_keys(OWN.clone()).key_management_algorithms(KeyManagementSet::EMPTY));
    assert_eq!(kind_of(&good, &options), ValidationErrorKind::Configuration);
}

#[test]
fn no_newer_keys_are_asked_for_where_decryption_fails() {
    let options = decrypting(TokenKind::IdToken);
    for token in [encrypt_to(&agreement_key("enc"), Alg::ECDH_ES_A128KW, "x"), encrypt_to(&agreement_key("x"), Alg::ECDH_ES_A128KW, "x")] {
        assert!(!judge_text(&token, &options).unwrap_err().wants_newer_keys());
    }
}

#[test]
fn encryption_can_be_demanded() {
    let good = signed(TokenKind::IdToken);
    let demanding = complete!(TokenValidationOptions::id_token().decryption_keys(OWN.clone()).require_encryption());
    expect(judge_text(&good, &demanding), "not_encrypted", "signed alone");
    let token = judge_text(&encrypt(&good), &demanding).unwrap();
    let without_keys = complete!(TokenValidationOptions::id_token().require_encryption());
    assert!(judge_text(&encrypt(&good), &without_keys).unwrap_err().is_configuration());

    let again = |token: &crate::validation::ValidatedToken, options: &TokenValidationOptions| {
        token.recheck(options, now()).map_err(|error| error.code())
    };
    assert_eq!(again(&token, &demanding), Ok(()));
    assert_eq!(again(&token, &rules(TokenKind::IdToken)), Err("encrypted_token"));
    let plain = judge_text(&good, &rules(TokenKind::IdToken)).unwrap();
    assert_eq!(again(&plain, &demanding), Err("not_encrypted"));
    let narrower = complete!(TokenValidationOptions::id_token().decryption_keys(OWN.clone()).key_management_algorithms(Alg::RSA_OAEP_256));
    assert!(again(&token, &narrower).is_err());
}

#[test]
fn the_stages_work_on_what_was_inside() {
    let (options, token) = (decrypting(TokenKind::IdToken), encrypt(&signed(TokenKind::IdToken)));
    let inspected = Inspected::new(&token, &options, now()).unwrap();
    assert_eq!((inspected.key_id(), inspected.unverified_issuer()), (Some("k"), Some(ISSUER)));
    assert_eq!(inspected.encryption_header().and_then(|header| header.key_id()), Some("enc"));
    let stranger = new_key("k");
    let error = inspected.verify_with_key(stranger.public_jwk()).unwrap_err();
    assert_eq!(error.kind(), ValidationErrorKind::SignatureInvalid);
    assert!(inspected.verify(&keys()).unwrap().check(now()).is_ok());
}
