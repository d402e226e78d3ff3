//! Rules M1 to M5: signed authorization responses.

use identity_model::environment::SystemEntropy;
use identity_model::jose::{
    ContentEncryptionAlgorithm, JsonWebKeySet, JweHeader, JwsHeader, KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm,
    encrypt_compact, sign_compact_blocking,
};
use identity_model::protocol::authorize::{Callback, CallbackError, CheckedCallback, ReceivedCallback, SignedCallback};
use identity_model::validation::{TokenValidationOptions, validate};
use serde_json::{Value, json};

use super::support::{CLIENT, CODE, ISSUER, STATE, assert_refusal, at, login};
use crate::protocol::support::{NOW, signed};

struct House {
    key: PrivateKey,
}

impl House {
    fn new() -> Self {
        Self { key: PrivateKey::generate(SignatureAlgorithm::ES256).unwrap() }
    }

    fn keys(&self) -> JsonWebKeySet {
        JsonWebKeySet::from_keys([self.key.public_jwk().clone()])
    }

    /// A good response with other claims; `null` removes one.
    fn response(&self, changes: Value) -> String {
        let mut claims = json!({ "iss": ISSUER, "aud": CLIENT, "exp": NOW + 300, "state": STATE, "code": CODE });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        signed(&self.key, "JWT", &claims)
    }

    fn check(&self, changes: Value) -> Result<CheckedCallback, CallbackError> {
        received(&format!("response={}", self.response(changes))).verify(&self.keys(), &rules(), at(60))
    }

    #[track_caller]
    fn refused(&self, changes: Value, code: &str) -> CallbackError {
        let error = self.check(changes.clone()).map(|_| ()).expect_err(&changes.to_string());
        assert_refusal(&error, code);
        error
    }
}

fn rules() -> TokenValidationOptions {
    TokenValidationOptions::authorization_response().issuer(ISSUER).audience(CLIENT).algorithms(SignatureAlgorithm::ES256).build()
}

fn received(query: &str) -> SignedCallback {
    let login = login(json!({ "response_mode": "query.jwt" }));
    match login.receive(&Callback::from_query(query).unwrap(), at(60)).unwrap() {
        ReceivedCallback::Signed(signed) => signed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn m1_a_good_answer_is_a_checked_callback() {
    let checked = House::new().check(json!({ "session_state": "s.1" })).unwrap();
    assert_eq!((checked.parameter("session_state"), checked.parameter("exp")), (Some("s.1"), None));
}

#[test]
fn m1_aud_exp_and_iss_are_required_and_right() {
    let house = House::new();
    for (changes, code) in [
        (json!({ "aud": null }), "claim_missing"),
        (json!({ "exp": null }), "claim_missing"),
        (json!({ "iss": null }), "claim_missing"),
        (json!({ "aud": "other" }), "audience_mismatch"),
        (json!({ "iss": "https://evil.example" }), "issuer_mismatch"),
        (json!({ "exp": NOW + 20 }), "expired"),
    ] {
        let error = house.refused(changes, code);
        assert!(matches!(error, CallbackError::Response { .. }) && error.validation().is_some());
    }
}

#[test]
fn m1_without_registration_and_metadata_rs256_alone_is_taken() {
    let house = House::new();
    let default = TokenValidationOptions::authorization_response().issuer(ISSUER).audience(CLIENT).build();
    let error = received(&format!("response={}", house.response(json!({})))).verify(&house.keys(), &default, at(60)).unwrap_err();
    assert_refusal(&error, "algorithm_not_allowed");
}

#[test]
fn m2_the_signature_is_verified_before_anything_is_looked_at() {
    let (house, stranger) = (House::new(), House::new());
    let everything_wrong = json!({ "iss": ISSUER, "state": "bad", "error": "access_denied", "code": null });
    let forged = received(&format!("response={}", stranger.response(everything_wrong.clone())));
    let error = forged.verify(&house.keys(), &rules(), at(60)).unwrap_err();
    assert_refusal(&error, "signature_invalid");
    assert!(error.validation().unwrap().wants_newer_keys());
    house.refused(everything_wrong, "callback_state_mismatch");

    let none = "eyJhbGciOiJub25lIn0";
    let payload = house.response(json!({})).split('.').nth(1).unwrap().to_owned();
    for token in [format!("{none}.{payload}."), format!("{none}.{payload}.AA"), "a.b".to_owned(), "x".to_owned(), "a".repeat(300_000)] {
        let error = received(&format!("response={token}")).verify(&house.keys(), &rules(), at(60)).unwrap_err();
        assert!(matches!(error, CallbackError::Response { .. }), "{error}");
    }
}

#[test]
fn m2_a_shared_secret_counts_only_where_it_is_named() {
    let secret = PrivateKey::from_secret(&[7; 32]).unwrap();
    let claims = json!({ "iss": ISSUER, "aud": CLIENT, "exp": NOW + 300, "state": STATE, "code": CODE }).to_string();
    let token = sign_compact_blocking(&JwsHeader::new(), claims.as_bytes(), &secret.signer(SignatureAlgorithm::HS256).unwrap()).unwrap();
    let keys = JsonWebKeySet::from_keys([secret.public_jwk().clone()]);
    let response = || received(&format!("response={token}"));
    assert_eq!(response().verify(&keys, &rules(), at(60)).unwrap_err().code(), "algorithm_not_allowed");
    let hmac = TokenValidationOptions::authorization_response().issuer(ISSUER).audience(CLIENT).algorithms(SignatureAlgorithm::HS256);
    let key = identity_model::jose::JsonWebKey::from_secret(&[7; 32]).unwrap();
    let options = hmac.build();
    let inspected = identity_model::validation::Inspected::new(&token, &options, at(60)).unwrap();
    let verified = inspected.verify_with_key(&key).unwrap().check(at(60)).unwrap();
    response().accept(&verified, at(60)).unwrap();
}

#[test]
fn m3_an_encrypted_answer_is_decrypted_first_and_must_be_signed() {
    let house = House::new();
    let (alg, enc) = (KeyManagementAlgorithm::ECDH_ES, ContentEncryptionAlgorithm::A256GCM);
    let own = PrivateKey::generate_for_encryption(alg).unwrap();
    let encrypted =
        |content: &str| encrypt_compact(&JweHeader::nested(), content.as_bytes(), own.public_jwk(), alg, enc, &SystemEntropy).unwrap();
    let rules = || {
        let rules = TokenValidationOptions::authorization_response().issuer(ISSUER).audience(CLIENT);
        rules.algorithms(SignatureAlgorithm::ES256).decryption_keys(own.clone()).build()
    };
    let outcome = |content: &str| received(&format!("response={}", encrypted(content))).verify(&house.keys(), &rules(), at(60));
    outcome(&house.response(json!({}))).unwrap();
    assert_refusal(&outcome(&house.response(json!({ "state": "bad" }))).unwrap_err(), "callback_state_mismatch");
    let claims = json!({ "iss": ISSUER, "aud": CLIENT, "exp": NOW + 300, "state": STATE, "code": CODE }).to_string();
    assert!(matches!(outcome(&claims).unwrap_err(), CallbackError::Response { .. }), "claims that nobody signed");
    let error =
        received(&format!("response={}", encrypted(&house.response(json!({}))))).verify(&house.keys(), &self::rules(), at(60)).unwrap_err();
    assert_refusal(&error, "encrypted_token");
}

#[test]
fn m4_string_claims_alone_become_parameters_and_stand_the_same_checks() {
    let house = House::new();
    for (changes, code) in [
        (json!({ "state": 5 }), "callback_state_missing"),
        (json!({ "code": ["a"] }), "callback_missing_parameter"),
        (json!({ "code": 7 }), "callback_missing_parameter"),
        (json!({ "code": null, "error": "access_denied" }), "authorization_error"),
        (json!({ "error": "access_denied", "state": "bad" }), "callback_state_mismatch"),
        (json!({ "id_token": "eyJ.a.b" }), "callback_unexpected_parameter"),
        (json!({ "access_token": "t" }), "callback_unexpected_parameter"),
        (json!({ "response": "eyJ.a.b" }), "callback_response_unexpected"),
    ] {
        house.refused(changes, code);
    }
    assert_eq!(house.check(json!({ "error": { "a": 1 }, "own": "x" })).unwrap().parameter("own"), Some("x"));
    assert_eq!(house.check(json!({})).unwrap().parameter("aud"), None);
}

#[test]
fn m4_what_stands_beside_the_response_is_ignored() {
    let house = House::new();
    let beside = format!("state=bad&iss=https%3A%2F%2Fevil.example&error=access_denied&code=evil&response={}", house.response(json!({})));
    let checked = received(&beside).verify(&house.keys(), &rules(), at(60)).unwrap();
    let (request, _) = checked.into_token_request();
    assert!(!format!("{:?}", request.build()).contains("evil"));
    let beside = format!("state={STATE}&code={CODE}&response={}", house.response(json!({ "state": null })));
    assert_refusal(&received(&beside).verify(&house.keys(), &rules(), at(60)).unwrap_err(), "callback_state_missing");
}

#[test]
fn m5_an_answer_that_lives_longer_than_ten_minutes_is_refused() {
    let house = House::new();
    house.refused(json!({ "exp": NOW + 60 + 631 }), "lifetime_too_long");
    house.check(json!({ "exp": NOW + 60 + 600 })).unwrap();
}

#[test]
fn r8_a_signed_answer_in_each_of_its_places() {
    let house = House::new();
    let good = format!("response={}", house.response(json!({})));
    let form = |body: &str| Callback::from_form(&http::Method::POST, Some("application/x-www-form-urlencoded"), body).unwrap();
    for (mode, callback) in [
        ("jwt", Callback::from_query(&good).unwrap()),
        ("query.jwt", Callback::from_url(format!("/cb?{good}")).unwrap()),
        ("fragment.jwt", Callback::from_url(format!("/cb#{good}")).unwrap()),
        ("form_post.jwt", form(&good)),
    ] {
        let ReceivedCallback::Signed(signed) = login(json!({ "response_mode": mode })).receive(&callback, at(1)).unwrap() else {
            panic!("{mode}")
        };
        assert!(format!("{signed:?} {:?}", signed.response()).contains("redacted"));
        signed.verify(&house.keys(), &rules(), at(60)).unwrap();
    }
}

#[test]
fn z13_an_answer_validated_for_something_else_is_not_taken() {
    let house = House::new();
    let token = |changes: Value| house.response(changes);
    let response = || received("response=a.b.c");
    let verdict = |token: &str, options: &TokenValidationOptions| validate(token, &house.keys(), options, at(60)).unwrap();
    let es256 = SignatureAlgorithm::ES256;
    let elsewhere =
        TokenValidationOptions::authorization_response().issuer("https://evil.example").audience(CLIENT).algorithms(es256).build();
    let for_another = TokenValidationOptions::authorization_response().issuer(ISSUER).audience("other").algorithms(es256).build();
    let another_kind = TokenValidationOptions::id_token().issuer(ISSUER).audience(CLIENT).algorithms(es256).build();
    for (token, options, what) in [
        (token(json!({ "iss": "https://evil.example" })), elsewhere, "issuer"),
        (token(json!({ "aud": "other" })), for_another, "client"),
        (token(json!({ "sub": "s", "iat": NOW })), another_kind, "kind"),
    ] {
        let error = response().accept(&verdict(&token, &options), at(60)).unwrap_err();
        assert_refusal(&error, "callback_foreign_token");
        assert!(matches!(error, CallbackError::Foreign { what: found, .. } if found == what), "{error}");
    }
    let good = verdict(&token(json!({})), &rules());
    response().accept(&good, at(60)).unwrap();
    assert_refusal(&response().accept(&good, at(400)).unwrap_err(), "expired");
    assert_refusal(&response().accept(&good, at(600)).unwrap_err(), "login_expired");
}
