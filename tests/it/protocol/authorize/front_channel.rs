//! Rules Y1 to Y8: an ID token that comes through the browser, and the one that follows it. Rules I2 to I7 and T8 for the ID token of a login.

use identity_model::encoding::{base64url, digest};
use identity_model::jose::{JsonWebKeySet, PrivateKey, SignatureAlgorithm};
use identity_model::protocol::authorize::{
    Callback, CallbackError, FrontChannelCallback, FrontChannelLogin, PendingLogin, ReceivedCallback,
};
use identity_model::protocol::token::TokenResponse;
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use identity_model::validation::{TokenValidationOptions, validate};
use serde_json::{Value, json};

use super::support::{CLIENT, CODE, ISSUER, NONCE, STATE, answer, assert_refusal, at, check, login};
use crate::protocol::support::{NOW, TOKEN, scripted, signed};

const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";

/// The left half of the SHA-256, as ES256 has it.
fn half(text: &str) -> String {
    base64url::encode(&digest::sha256(text)[..16])
}

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

    /// An ID token with other claims; `null` removes one.
    fn token(&self, changes: &Value) -> String {
        let mut claims = json!({
            "iss": ISSUER, "sub": "alice", "aud": CLIENT, "exp": NOW + 600, "iat": NOW, "nonce": NONCE, "c_hash": half(CODE),
        });
        for (name, value) in changes.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        signed(&self.key, "JWT", &claims)
    }

    /// The callback of a hybrid login, its ID token validated.
    fn finish(&self, changes: Value) -> Result<FrontChannelLogin, CallbackError> {
        self.finish_login(json!({}), changes)
    }

    fn finish_login(&self, login: Value, changes: Value) -> Result<FrontChannelLogin, CallbackError> {
        received(login, &answer(&[("id_token", Some(&self.token(&changes)))]))?.validate(&self.keys(), &rules(), at(60))
    }

    #[track_caller]
    fn refused(&self, changes: Value, code: &str) {
        let error = self.finish(changes.clone()).map(|_| ()).expect_err(&changes.to_string());
        assert!(matches!(error, CallbackError::IdToken { .. }), "{error}");
        assert_refusal(&error, code);
    }

    /// The ID token of the token endpoint, after a plain code login.
    fn second(&self, pending: &PendingLogin, changes: Value) -> Result<(), String> {
        let mut all = json!({ "c_hash": null });
        all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        let token = self.token(&all);
        let tokens = tokens(json!({ "id_token": token }));
        let rules = TokenValidationOptions::id_token().issuer(ISSUER).audience(CLIENT).algorithms(SignatureAlgorithm::ES256).build();
        let options = pending.id_token_options(rules.clone(), &tokens);
        let outcome = validate(&token, &self.keys(), &options, at(60)).map(|_| ()).map_err(|error| error.code().to_owned());
        // Whoever has validated elsewhere, without what belongs to this login, comes to the same verdict.
        let accepted = validate(&token, &self.keys(), &rules, at(60)).map(|token| pending.accept(&token, &tokens, at(60)));
        if let Ok(accepted) = accepted {
            assert_eq!(accepted.map_err(|error| error.code().to_owned()), outcome);
        }
        outcome
    }
}

fn rules() -> TokenValidationOptions {
    TokenValidationOptions::front_channel_id_token().issuer(ISSUER).audience(CLIENT).algorithms(SignatureAlgorithm::ES256).build()
}

fn received(changes: Value, fragment: &str) -> Result<FrontChannelCallback, CallbackError> {
    let mut all = json!({ "response_type": "code id_token" });
    all.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    match login(all).receive(&Callback::from_fragment(fragment)?, at(60))? {
        ReceivedCallback::FrontChannel(received) => Ok(received),
        other => panic!("{other:?}"),
    }
}

fn tokens(members: Value) -> TokenResponse {
    let mut all = json!({ "access_token": ACCESS_TOKEN, "token_type": "Bearer" });
    all.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    let http = scripted(&[(Expected::post(TOKEN), ScriptedResponse::json(200, all))]);
    let (request, _) = check(login(json!({})), &answer(&[])).unwrap().into_token_request();
    request.retry(RetrySettings::NONE).send_blocking(&http).unwrap()
}

fn pending(changes: Value) -> PendingLogin {
    check(login(changes), &answer(&[])).unwrap().into_token_request().1
}

#[test]
fn y1_code_and_id_token_come_in_the_fragment_and_both_are_there() {
    let house = House::new();
    let login = house.finish(json!({})).unwrap();
    assert_eq!(login.id_token().subject(), Some("alice"));
    assert!(login.into_checked().is_some());
    let token = house.token(&json!({}));
    for (changes, code) in [
        (&[("id_token", None)][..], "callback_missing_parameter"),
        (&[("id_token", Some(token.as_str())), ("code", None)], "callback_missing_parameter"),
        (&[("id_token", Some(&token)), ("access_token", Some("t")), ("token_type", Some("Bearer"))], "callback_unexpected_parameter"),
        (&[("id_token", Some(&token)), ("state", Some("bad"))], "callback_state_mismatch"),
        (&[("id_token", Some(&token)), ("iss", Some("https://evil.example"))], "callback_issuer_mismatch"),
        (&[("error", Some("access_denied")), ("code", None)], "authorization_error"),
    ] {
        assert_refusal(&received(json!({}), &answer(changes)).unwrap_err(), code);
    }
    let by_query = super::support::login(json!({ "response_type": "code id_token" }));
    let query = Callback::from_query(answer(&[("id_token", Some(&token))])).unwrap();
    assert_refusal(&by_query.receive(&query, at(60)).unwrap_err(), "callback_elsewhere");
}

#[test]
fn y1_a_form_brings_them_as_well() {
    let house = House::new();
    let login = login(json!({ "response_type": "code id_token", "response_mode": "form_post" }));
    let body = answer(&[("id_token", Some(&house.token(&json!({}))))]);
    let callback = Callback::from_form(&http::Method::POST, Some("application/x-www-form-urlencoded"), body).unwrap();
    let ReceivedCallback::FrontChannel(received) = login.receive(&callback, at(60)).unwrap() else { panic!() };
    received.validate(&house.keys(), &rules(), at(60)).unwrap();
}

#[test]
fn y2_every_claim_that_ties_the_token_to_the_login_is_required() {
    let house = House::new();
    for claim in ["aud", "exp", "iat", "iss", "sub", "nonce", "c_hash"] {
        house.refused(json!({ claim: null }), "claim_missing");
    }
    house.refused(json!({ "nonce": "other" }), "nonce_mismatch");
    house.refused(json!({ "iat": NOW + 60 - 3600 - 31 }), "issued_too_long_ago");
    house.refused(json!({ "aud": "other" }), "audience_mismatch");
    house.refused(json!({ "iss": "https://evil.example" }), "issuer_mismatch");
    house.refused(json!({ "exp": NOW + 20 }), "expired");
    house.finish(json!({ "iat": NOW + 60 - 3600 })).unwrap();
}

#[test]
fn y3_the_signature_is_always_verified() {
    let (house, stranger) = (House::new(), House::new());
    let received = received(json!({}), &answer(&[("id_token", Some(&stranger.token(&json!({}))))])).unwrap();
    assert_refusal(&received.validate(&house.keys(), &rules(), at(60)).unwrap_err(), "signature_invalid");
}

#[test]
fn y4_the_code_is_the_one_that_was_hashed() {
    House::new().refused(json!({ "c_hash": half("another code") }), "hash_mismatch");
}

#[test]
fn y5_the_state_is_the_one_that_was_hashed_and_fapi_demands_it() {
    let house = House::new();
    house.finish(json!({ "s_hash": half(STATE) })).unwrap();
    house.refused(json!({ "s_hash": half("another state") }), "hash_mismatch");
    let fapi = || {
        let rules = TokenValidationOptions::front_channel_id_token().issuer(ISSUER).audience(CLIENT);
        rules.algorithms(SignatureAlgorithm::ES256).required_claim("s_hash").build()
    };
    let finish = |changes: &Value| {
        received(json!({}), &answer(&[("id_token", Some(&house.token(changes)))])).unwrap().validate(&house.keys(), &fapi(), at(60))
    };
    finish(&json!({ "s_hash": half(STATE) })).unwrap();
    assert_refusal(&finish(&json!({})).unwrap_err(), "claim_missing");
}

#[test]
fn y6_an_access_token_beside_it_is_the_one_that_was_hashed() {
    let house = House::new();
    for (response_type, code) in [("code id_token token", Some(CODE)), ("id_token token", None)] {
        let finish = |claims: &Value| {
            let token = house.token(claims);
            let changes = [
                ("id_token", Some(token.as_str())),
                ("access_token", Some(ACCESS_TOKEN)),
                ("token_type", Some("bearer")),
                ("code", code),
                ("expires_in", Some("60")),
            ];
            let received = received(json!({ "response_type": response_type }), &answer(&changes))?;
            received.validate(&house.keys(), &rules(), at(60))
        };
        let login = finish(&json!({ "at_hash": half(ACCESS_TOKEN) })).unwrap();
        assert_eq!(login.access_token().unwrap().expose(), ACCESS_TOKEN);
        assert_eq!(login.expires_in().unwrap().as_secs(), 60);
        assert_eq!(login.into_checked().is_some(), code.is_some());
        assert_refusal(&finish(&json!({})).unwrap_err(), "claim_missing");
        assert_refusal(&finish(&json!({ "at_hash": half("another") })).unwrap_err(), "hash_mismatch");
    }
}

#[test]
fn t1_t2_an_access_token_of_the_front_channel_says_its_type() {
    let house = House::new();
    let token = house.token(&json!({ "at_hash": half(ACCESS_TOKEN) }));
    for (kind, lifetime) in
        [(None, None), (Some("mac"), None), (Some(""), None), (Some("Bearer"), Some("-1")), (Some("Bearer"), Some("1e3"))]
    {
        let changes =
            [("id_token", Some(token.as_str())), ("access_token", Some(ACCESS_TOKEN)), ("token_type", kind), ("expires_in", lifetime)];
        let error = received(json!({ "response_type": "code id_token token" }), &answer(&changes)).unwrap_err();
        assert_refusal(&error, "callback_malformed_parameter");
    }
    let code_token = login(json!({ "response_type": "code token" }));
    let fragment = answer(&[("access_token", Some(ACCESS_TOKEN)), ("token_type", Some("Bearer")), ("expires_in", Some("60"))]);
    let checked = code_token.check(&Callback::from_fragment(fragment).unwrap(), at(1)).unwrap();
    assert_eq!(checked.front_channel_access_token().unwrap().expose(), ACCESS_TOKEN);
    assert_eq!(checked.front_channel_expires_in().unwrap().as_secs(), 60);
}

#[test]
fn y7_the_second_token_is_about_the_same_user_of_the_same_issuer() {
    let house = House::new();
    let pending = || house.finish(json!({})).unwrap().into_checked().unwrap().into_token_request().1;
    house.second(&pending(), json!({})).unwrap();
    assert_eq!(house.second(&pending(), json!({ "sub": "mallory" })), Err("previous_token_mismatch".to_owned()));
    house.second(&pending(), json!({ "auth_time": NOW, "azp": CLIENT })).unwrap();
}

#[test]
fn y8_age_context_and_party_are_judged_in_the_browser_too() {
    let house = House::new();
    let asked = || json!({ "max_age": 300, "essential_acr": ["gold", "silver"] });
    house.finish_login(asked(), json!({ "auth_time": NOW, "acr": "silver" })).unwrap();
    for (changes, code) in [
        (json!({ "acr": "gold" }), "claim_missing"),
        (json!({ "acr": "gold", "auth_time": NOW - 300 }), "authentication_too_old"),
        (json!({ "auth_time": NOW, "acr": "bronze" }), "acr_mismatch"),
        (json!({ "auth_time": NOW }), "claim_missing"),
        (json!({ "auth_time": NOW, "acr": "gold", "azp": "other" }), "authorized_party_mismatch"),
        (json!({ "auth_time": NOW, "acr": "gold", "aud": [CLIENT, "other"] }), "claim_missing"),
    ] {
        assert_refusal(&house.finish_login(asked(), changes).unwrap_err(), code);
    }
}

#[test]
fn z9_a_token_validated_for_something_else_opens_nothing() {
    let house = House::new();
    let es256 = SignatureAlgorithm::ES256;
    let attempt = |claims: Value, options: &TokenValidationOptions| {
        let token = validate(&house.token(&claims), &house.keys(), options, at(60)).unwrap();
        received(json!({}), &answer(&[("id_token", Some("a.b.c"))])).unwrap().accept(token, at(60)).map(|_| ())
    };
    let back_channel = TokenValidationOptions::id_token().issuer(ISSUER).audience(CLIENT).algorithms(es256).build();
    let elsewhere = TokenValidationOptions::front_channel_id_token().issuer("https://evil.example").audience(CLIENT).algorithms(es256);
    let for_another = TokenValidationOptions::front_channel_id_token().issuer(ISSUER).audience("other").algorithms(es256).build();
    let access = TokenValidationOptions::plain_access_token().issuer(ISSUER).audience(CLIENT).algorithms(es256).build();
    let nonce = |options: TokenValidationOptions| options.with_nonce(NONCE);
    for (claims, options) in [
        (json!({}), back_channel),
        (json!({ "iss": "https://evil.example" }), nonce(elsewhere.build())),
        (json!({ "aud": "other" }), nonce(for_another)),
        (json!({ "c_hash": null, "nonce": null }), access),
    ] {
        assert_refusal(&attempt(claims, &options).unwrap_err(), "callback_foreign_token");
    }
    // Validated by the right rules, and with what another login expects.
    attempt(json!({}), &nonce(rules())).unwrap();
    assert_refusal(&attempt(json!({ "nonce": "other" }), &rules().with_nonce("other")).unwrap_err(), "nonce_mismatch");
    assert_refusal(&attempt(json!({ "c_hash": half("other") }), &nonce(rules())).unwrap_err(), "hash_mismatch");
    assert_refusal(&attempt(json!({ "c_hash": null }), &nonce(rules())).unwrap_err(), "claim_missing");
}

#[test]
fn an_implicit_login_has_a_user_and_no_code() {
    let house = House::new();
    let implicit = json!({ "response_type": "id_token", "code_verifier": null, "token_endpoint": null });
    let token = house.token(&json!({ "c_hash": null }));
    let received_login = received(implicit.clone(), &answer(&[("id_token", Some(&token)), ("code", None)])).unwrap();
    let login = received_login.validate(&house.keys(), &rules(), at(60)).unwrap();
    assert_eq!((login.id_token().subject(), login.access_token().is_none(), login.expires_at()), (Some("alice"), true, at(600)));
    assert!(login.into_checked().is_none());
    let error = received(implicit, &answer(&[("id_token", Some(&token))])).unwrap_err();
    assert_refusal(&error, "callback_unexpected_parameter");
}

#[test]
fn i4_the_nonce_is_the_one_that_was_sent_or_absent() {
    let house = House::new();
    house.second(&pending(json!({})), json!({})).unwrap();
    assert_eq!(house.second(&pending(json!({})), json!({ "nonce": null })), Err("claim_missing".to_owned()));
    assert_eq!(house.second(&pending(json!({})), json!({ "nonce": "other" })), Err("nonce_mismatch".to_owned()));
    let without = || pending(json!({ "nonce": null }));
    house.second(&without(), json!({ "nonce": null })).unwrap();
    assert_eq!(house.second(&without(), json!({})), Err("nonce_unexpected".to_owned()));
}

#[test]
fn i5_i6_auth_time_is_there_where_it_was_asked_for_and_recent_enough() {
    let house = House::new();
    for asked in [json!({ "max_age": 100 }), json!({ "requires_auth_time": true }), json!({ "max_age": 0 })] {
        assert_eq!(house.second(&pending(asked), json!({})), Err("claim_missing".to_owned()));
    }
    house.second(&pending(json!({ "requires_auth_time": true })), json!({ "auth_time": 0 })).unwrap();
    house.second(&pending(json!({ "max_age": 100 })), json!({ "auth_time": NOW + 60 - 130 })).unwrap();
    let old = house.second(&pending(json!({ "max_age": 100 })), json!({ "auth_time": NOW + 60 - 131 }));
    assert_eq!(old, Err("authentication_too_old".to_owned()));
}

#[test]
fn i7_i9_context_and_hashes_of_the_second_token() {
    let house = House::new();
    let gold = || pending(json!({ "essential_acr": ["gold"] }));
    house.second(&gold(), json!({ "acr": "gold" })).unwrap();
    assert_eq!(house.second(&gold(), json!({ "acr": "tin" })), Err("acr_mismatch".to_owned()));
    house.second(&pending(json!({})), json!({ "at_hash": half(ACCESS_TOKEN), "c_hash": half(CODE), "s_hash": half(STATE) })).unwrap();
    for hash in ["at_hash", "c_hash", "s_hash"] {
        assert_eq!(house.second(&pending(json!({})), json!({ hash: half("another") })), Err("hash_mismatch".to_owned()));
    }
}

#[test]
fn t8_an_id_token_that_was_asked_for_has_to_come() {
    let without = tokens(json!({}));
    for asked in [json!({}), json!({ "nonce": null }), json!({ "scope": null }), json!({ "scope": null, "nonce": null, "max_age": 5 })] {
        let error = pending(asked).id_token(&without).unwrap_err();
        assert_eq!(error.code(), "malformed_member");
        assert!(error.to_string().contains("`id_token`: expected an ID token, as one was asked for"), "{error}");
    }
    let unasked = || pending(json!({ "scope": ["read"], "nonce": null }));
    assert!(unasked().id_token(&without).unwrap().is_none());
    assert!(unasked().id_token(&tokens(json!({ "id_token": "i" }))).unwrap().is_some(), "one that came unasked is handed out");
}

#[test]
fn z13_a_login_that_expires_between_its_callback_and_its_token_is_none() {
    let house = House::new();
    let token = house.token(&json!({ "exp": NOW + 3600 }));
    let received = || received(json!({}), &answer(&[("id_token", Some(&token))])).unwrap();
    let lifetime = received().transaction().expires_at().duration_since(at(0)).unwrap().as_secs();
    let validated = |now| validate(&token, &house.keys(), &received().id_token_options(rules()), now).unwrap();
    received().accept(validated(at(lifetime - 1)), at(lifetime - 1)).unwrap();
    let error = received().accept(validated(at(lifetime)), at(lifetime)).unwrap_err();
    assert!(matches!(error, CallbackError::Expired { .. }), "{error:?}");
    let error = received().validate(&house.keys(), &rules(), at(lifetime)).unwrap_err();
    assert!(matches!(error, CallbackError::Expired { .. }), "{error:?}");
}
