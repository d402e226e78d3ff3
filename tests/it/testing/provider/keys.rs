//! Signatures of every algorithm, rotation, and forged tokens.

use identity_model::encoding::base64url;
use identity_model::jose::{JoseError, SignatureAlgorithm};
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, TestProvider};
use serde_json::{Value, json as value};

use super::support::*;

#[test]
fn every_algorithm_is_signed_with_a_published_key_of_its_own() {
    let provider = TestProvider::new();
    let algorithms = [
        (SignatureAlgorithm::RS256, "rs256-1"),
        (SignatureAlgorithm::PS256, "ps256-1"),
        (SignatureAlgorithm::ES256, "es256-1"),
        (SignatureAlgorithm::ES384, "es384-1"),
        (SignatureAlgorithm::EDDSA, "eddsa-1"),
    ];
    for (algorithm, key_id) in algorithms {
        let token = provider.mint_id_token(|token| token.algorithm(algorithm).claim("nonce", "n"));
        let (header, claims) = verify(&provider, token.expose()).unwrap();
        assert_eq!(header, value!({"alg": algorithm.name(), "kid": key_id, "typ": "JWT"}));
        assert_eq!((&claims["sub"], &claims["aud"], &claims["nonce"]), (&value!("alice"), &value!("client"), &value!("n")));
    }
    let published = json(&ask(&provider, ProviderEndpoint::Jwks).unwrap());
    for jwk in published["keys"].as_array().unwrap() {
        assert_eq!(jwk["use"], "sig");
        assert!(["d", "p", "q", "k"].iter().all(|secret| jwk.get(secret).is_none()), "{jwk}");
    }
    assert_eq!(provider.key_ids(), algorithms.map(|(_, key_id)| key_id));
}

#[test]
fn rotation_drops_the_old_keys_and_their_tokens() {
    let provider = TestProvider::builder().algorithms([SignatureAlgorithm::RS256, SignatureAlgorithm::ES256]).build();
    for algorithm in [SignatureAlgorithm::RS256, SignatureAlgorithm::ES256] {
        let old = provider.mint_access_token(|token| token.algorithm(algorithm));
        let anonymous = provider.mint_access_token(|token| token.algorithm(algorithm).forge(&Forgery::MissingKeyId));
        provider.rotate_keys();
        assert!(verify(&provider, old.expose()).is_err());
        assert!(matches!(verify(&provider, anonymous.expose()), Err(JoseError::Signature { .. })), "the key itself is another");
        let new = provider.mint_access_token(|token| token.algorithm(algorithm));
        verify(&provider, new.expose()).unwrap();
    }
    assert_eq!(provider.key_ids(), ["rs256-3", "es256-3"]);
}

#[test]
fn a_key_can_be_added_retired_and_published_for_others() {
    let provider = TestProvider::builder().algorithms([SignatureAlgorithm::EDDSA]).build();
    let old = provider.mint_access_token(|token| token);
    assert_eq!(provider.add_key(SignatureAlgorithm::EDDSA), "eddsa-2");
    let new = provider.mint_access_token(|token| token);
    assert_eq!(verify(&provider, old.expose()).unwrap().0["kid"], "eddsa-1");
    assert_eq!(verify(&provider, new.expose()).unwrap().0["kid"], "eddsa-2");
    assert!(provider.retire_key("eddsa-1") && !provider.retire_key("eddsa-1"));
    assert!(verify(&provider, old.expose()).is_err());

    provider.publish_jwk(value!({"kty": "future", "kid": "odd"}));
    let published = json(&ask(&provider, ProviderEndpoint::Jwks).unwrap());
    assert_eq!(published["keys"][1], value!({"kty": "future", "kid": "odd"}));
    assert_eq!(provider.key_set().keys().len(), key_set(&provider).keys().len());
    assert!(provider.retire_key("odd"));
}

/// Each forged token is the genuine one but for the thing that is forged.
#[test]
fn forgeries_change_one_thing_each() {
    let (_, _, environment) = fixed();
    let provider =
        TestProvider::builder().algorithms([SignatureAlgorithm::RS256, SignatureAlgorithm::ES256]).environment(environment).build();
    let genuine = provider.mint_access_token(|token| token.claim("jti", "j"));
    let (header, claims) = verify(&provider, genuine.expose()).unwrap();
    let forged = |forgery: Forgery| provider.mint_access_token(|token| token.claim("jti", "j").forge(&forgery)).expose().to_owned();
    let with = |value: &Value, name: &str, other: Value| {
        let mut changed = value.clone();
        changed[name] = other;
        changed
    };
    let without = |value: &Value, name: &str| {
        let mut changed = value.clone();
        changed.as_object_mut().unwrap().remove(name);
        changed
    };

    for (forgery, expected) in [
        (Forgery::Expired, with(&with(&claims, "iat", value!(NOW - 7200)), "exp", value!(NOW - 3600))),
        (Forgery::NotYetValid, with(&claims, "nbf", value!(NOW + 3600))),
        (Forgery::IssuedInTheFuture, with(&claims, "iat", value!(NOW + 3600))),
        (Forgery::claim("aud", "other"), with(&claims, "aud", value!("other"))),
        (Forgery::without_claim("sub"), without(&claims, "sub")),
    ] {
        assert_eq!(verify(&provider, &forged(forgery)).unwrap(), (header.clone(), expected));
    }
    for (forgery, expected) in [
        (Forgery::MissingKeyId, without(&header, "kid")),
        (Forgery::header("typ", "JWT"), with(&header, "typ", value!("JWT"))),
        (Forgery::without_header("typ"), without(&header, "typ")),
    ] {
        assert_eq!(verify(&provider, &forged(forgery)).unwrap(), (expected, claims.clone()));
    }
    for (forgery, expected) in [
        (Forgery::AlgorithmNone, with(&header, "alg", value!("none"))),
        (Forgery::WrongKey, header.clone()),
        (Forgery::WrongSignature, header.clone()),
        (Forgery::HmacWithPublicKey, with(&header, "alg", value!("HS256"))),
        (Forgery::UnknownKeyId, with(&header, "kid", value!("unknown"))),
        (Forgery::AlgorithmMismatch, with(&header, "alg", value!("ES256"))),
    ] {
        let token = forged(forgery.clone());
        assert!(verify(&provider, &token).is_err(), "{forgery:?}");
        let parts: Vec<&str> = token.split('.').collect();
        let read = |part: &str| serde_json::from_slice::<Value>(&base64url::decode(part).unwrap()).unwrap();
        assert_eq!((read(parts[0]), read(parts[1])), (expected, claims.clone()), "{forgery:?}");
        assert_eq!(parts[2].is_empty(), forgery == Forgery::AlgorithmNone);
    }
}

#[test]
fn an_endpoint_forges_the_tokens_it_issues() {
    let provider = TestProvider::new();
    provider.inject(ProviderEndpoint::Token, Fault::forge(ForgedKind::AccessToken, Forgery::claim("iss", "https://elsewhere.test")).once());
    provider.inject(ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, Forgery::WrongSignature).once());
    assert_eq!(verify(&provider, &access_token(&provider)).unwrap().1["iss"], "https://elsewhere.test");
    assert_eq!(verify(&provider, &access_token(&provider)).unwrap().1["iss"], "https://idp.test");
    assert_eq!(provider.requests(ProviderEndpoint::Token), 2);
}
