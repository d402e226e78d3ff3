//! The rows of the table: this crate, the bare check, and the other crates, each as its users call it.

use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ParsedPublicKey, RsaPublicKeyComponents};
use biscuit::{Empty, JWT, Validation as Check, ValidationOptions};
use huskarl::core::crypto::verifier::{JwsVerifier, MultiKeyVerifier};
use huskarl::core::jwk::{Jwk as HuskarlKey, Jwks, PrivateJwk, PublicJwks};
use huskarl::core::jwt::validator::JwtValidator;
use huskarl_crypto_native::NativeVerifierPlatform;
use huskarl_crypto_native::symmetric::SymmetricKey;
use identity_model::TokenValidator;
use identity_model::jose::{JsonWebKeySet, KeySetRules, SignatureAlgorithm};
use identity_model::keys::{KeySource, ProviderKeys};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, Validation, decode, decode_header};

use crate::corpus::{AUDIENCE, Claims, Column, ISSUER, OwnClaims};
use crate::served::Served;

/// Runs a future that never has to wait.
pub fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future had to wait"),
    }
}

/// The bare check: a parsed key, the signed octets and the decoded signature at hand. ECDSA takes the faster form, DER.
pub fn limit(column: &Column) -> Box<dyn Fn() + Send + Sync + '_> {
    let (message, mut octets) = (column.message(), column.signature());
    let point = || [vec![4], column.number("x"), column.number("y")].concat();
    let key = match column.algorithm.name() {
        "HS256" => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &column.number("k"));
            return Box::new(move || hmac::verify(black_box(&key), black_box(message), &octets).expect("verifies"));
        }
        "RS256" | "PS256" => {
            let parameters = if column.algorithm == SignatureAlgorithm::RS256 {
                &signature::RSA_PKCS1_2048_8192_SHA256
            } else {
                &signature::RSA_PSS_2048_8192_SHA256
            };
            let components = RsaPublicKeyComponents { n: column.number("n"), e: column.number("e") };
            components.to_parsed_public_key(parameters).expect("a key")
        }
        "ES256" => ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point()).expect("a key"),
        "ES384" => ParsedPublicKey::new(&signature::ECDSA_P384_SHA384_ASN1, point()).expect("a key"),
        _ => ParsedPublicKey::new(&signature::ED25519, column.number("x")).expect("a key"),
    };
    if column.algorithm.curve().is_some() && column.algorithm != SignatureAlgorithm::EDDSA {
        octets = der(&octets);
    }
    Box::new(move || black_box(&key).verify_sig(black_box(message), &octets).expect("verifies"))
}

/// `r || s` as DER.
fn der(raw: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let start = number.iter().position(|octet| *octet != 0).unwrap_or_default();
        let digits = &number[start..];
        let padding: &[u8] = if digits[0] & 0x80 != 0 { &[0] } else { &[] };
        [&[2, (digits.len() + padding.len()) as u8], padding, digits].concat()
    };
    let (r, s) = raw.split_at(raw.len() / 2);
    let content = [integer(r), integer(s)].concat();
    [&[0x30, content.len() as u8][..], &content].concat()
}

/// This crate, default rules: the keys of a provider, discovered and cached; a shared secret from a set at hand.
pub fn validator(column: &Column) -> TokenValidator {
    let keys: KeySource = if column.algorithm.is_symmetric() {
        JsonWebKeySet::from_json_with(column.key_set().as_bytes(), KeySetRules::local()).expect("a set").into()
    } else {
        ProviderKeys::new_blocking(ISSUER, Served::new(ISSUER, column.key_set())).into()
    };
    let builder = TokenValidator::builder().keys(keys).issuer(ISSUER).audience(AUDIENCE);
    if column.algorithm.is_symmetric() { builder.algorithms([column.algorithm]).build() } else { builder.build() }
}

/// jsonwebtoken: the header read for its `kid`, the key taken from a list made beforehand, then everything else in one call.
pub fn jsonwebtoken(column: &Column) -> impl FnMut() + '_ {
    let set: JwkSet = serde_json::from_str(&column.key_set()).expect("a set");
    let keys: Vec<(Option<String>, DecodingKey)> =
        set.keys.iter().map(|key| (key.common.key_id.clone(), DecodingKey::from_jwk(key).expect("a key"))).collect();
    let mut validation = Validation::new(column.algorithm.name().parse().expect("an algorithm"));
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    move || {
        let header = decode_header(&column.token).expect("a header");
        let (_, key) = keys.iter().find(|(key_id, _)| *key_id == header.kid).expect("a key");
        black_box(decode::<Claims>(&column.token, key, &validation).expect("valid"));
    }
}

/// biscuit, where it has the algorithm.
pub fn biscuit(column: &Column) -> Option<impl FnMut() + '_> {
    if column.algorithm == SignatureAlgorithm::EDDSA {
        return None;
    }
    let algorithm = serde_json::from_value(column.algorithm.name().into()).expect("an algorithm");
    let keys: biscuit::jwk::JWKSet<Empty> = serde_json::from_str(&column.key_set()).expect("a set");
    Some(move || {
        let token = JWT::<OwnClaims, Empty>::new_encoded(&column.token);
        let token = token.decode_with_jwks(&keys, Some(algorithm)).expect("verifies");
        let options = ValidationOptions {
            issuer: Check::Validate(ISSUER.to_owned()),
            audience: Check::Validate(AUDIENCE.to_owned()),
            ..ValidationOptions::default()
        };
        token.validate(options).expect("valid");
        black_box(&token);
    })
}

/// huskarl with its native cryptography.
pub fn huskarl(column: &Column) -> impl FnMut() + '_ {
    let validator = if column.algorithm.is_symmetric() {
        let key: HuskarlKey = serde_json::from_value(column.jwk.clone()).expect("a key");
        let Some(PrivateJwk::Symmetric(key)) = key.private_jwk() else { panic!("a shared secret") };
        huskarl_validator(SymmetricKey::from_jwk(key).expect("a secret"))
    } else {
        let set: Jwks = serde_json::from_str(&column.key_set()).expect("a set");
        let set = PublicJwks::from(set);
        huskarl_validator(at_once(MultiKeyVerifier::from_jwks(&set, &NativeVerifierPlatform)).expect("keys"))
    };
    move || {
        black_box(at_once(validator.validate::<OwnClaims>(&column.token)).expect("valid"));
    }
}

fn huskarl_validator(verifier: impl JwsVerifier + 'static) -> JwtValidator {
    JwtValidator::builder().verifier(verifier).iss(ISSUER).aud(AUDIENCE).require_exp(true).build()
}
