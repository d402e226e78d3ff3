//! Signed and encrypted UserInfo responses (OpenID Connect Core sections 5.3.2 and 5.3.4).

use identity_model::environment::{Environment, SystemEntropy};
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::{
    ContentEncryptionAlgorithm, JsonWebKeySet, JweHeader, KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm, encrypt_compact,
};
use identity_model::protocol::ResponseVerifier;
use identity_model::protocol::userinfo::{UserInfoRequest, UserInfoResponse};
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use identity_model::validation::TokenValidationOptions;
use serde_json::{Value, json};

use super::support::{NOW, USERINFO, answered, signed, unsent};

const ISSUER: &str = "https://idp.example.com";
const JWT: &str = "application/jwt";

struct House {
    key: PrivateKey,
    verifier: ResponseVerifier,
}

impl House {
    fn new() -> Self {
        let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
        let options = TokenValidationOptions::user_info_response().issuer(ISSUER).audience("app");
        let options = options.algorithms(SignatureAlgorithm::ES256).build();
        let verifier = ResponseVerifier::new(JsonWebKeySet::from_keys([key.public_jwk().clone()]), options);
        Self { key, verifier }
    }

    fn request(&self) -> impl Fn(Environment) -> UserInfoRequest {
        let verifier = self.verifier.clone();
        move |environment| {
            let builder = UserInfoRequest::builder().environment(environment).retry(RetrySettings::NONE).address(USERINFO);
            builder.access_token("t").expected_subject("s").verified_by(verifier.clone()).build()
        }
    }

    #[track_caller]
    fn ask(&self, reply: ScriptedResponse) -> Result<UserInfoResponse, Error> {
        answered(self.request(), Expected::get(USERINFO).header("accept", JWT), reply)
    }

    #[track_caller]
    fn answer(&self, claims: &Value) -> Result<UserInfoResponse, Error> {
        self.ask(ScriptedResponse::content(200, JWT, signed(&self.key, "JWT", claims)))
    }
}

#[test]
fn u1_u4_h12_a_signed_answer_is_asked_for_and_verified() {
    let house = House::new();
    let user = house.answer(&json!({ "iss": ISSUER, "aud": "app", "sub": "s", "email": "e", "iat": NOW })).unwrap();
    assert_eq!((user.subject(), user.try_get_str("email")), ("s", Some("e")));
    assert_eq!(house.answer(&json!({ "sub": "s" })).unwrap().subject(), "s", "iss and aud are checked where they are there");
}

#[test]
fn u2_json_is_refused_where_a_signed_answer_is_demanded() {
    let house = House::new();
    for content_type in ["application/json", "text/plain"] {
        let error = house.ask(ScriptedResponse::content(200, content_type, r#"{"sub":"s"}"#)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "unexpected_content_type"));
    }
    assert_eq!(house.ask(ScriptedResponse::content(200, JWT, r#"{"sub":"s"}"#)).unwrap_err().kind(), ErrorKind::Malformed);
}

#[test]
fn u3_the_subject_of_a_signed_answer_is_the_expected_one() {
    let house = House::new();
    let error = house.answer(&json!({ "sub": "other" })).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Validation, "answer_mismatch"));
    for (claims, code) in
        [(json!({}), "claim_missing"), (json!({ "sub": "" }), "claim_malformed"), (json!({ "sub": 1 }), "claim_malformed")]
    {
        assert_eq!(house.answer(&claims).unwrap_err().code(), code, "{claims}");
    }
}

#[test]
fn u4_what_the_signature_or_the_claims_do_not_bear_out() {
    let house = House::new();
    let stranger = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let forged = house.ask(ScriptedResponse::content(200, JWT, signed(&stranger, "JWT", &json!({ "sub": "s" })))).unwrap_err();
    assert_eq!((forged.kind(), forged.code()), (ErrorKind::Validation, "signature_invalid"));
    for (claims, code) in [
        (json!({ "sub": "s", "iss": "https://other.example.com" }), "issuer_mismatch"),
        (json!({ "sub": "s", "aud": "other" }), "audience_mismatch"),
        (json!({ "sub": "s", "exp": NOW - 3600 }), "expired"),
    ] {
        assert_eq!(house.answer(&claims).unwrap_err().code(), code, "{claims}");
    }
    let id_token = signed(&house.key, "at+jwt", &json!({ "sub": "s" }));
    assert_eq!(house.ask(ScriptedResponse::content(200, JWT, id_token)).unwrap_err().code(), "wrong_token_kind");
}

#[test]
fn u4_no_algorithm_is_allowed_that_was_not_named() {
    let mut house = House::new();
    let options = TokenValidationOptions::user_info_response().issuer(ISSUER).audience("app").build();
    house.verifier = ResponseVerifier::new(JsonWebKeySet::from_keys([house.key.public_jwk().clone()]), options);
    assert_eq!(house.answer(&json!({ "sub": "s" })).unwrap_err().code(), "algorithm_none_allowed");
}

#[test]
fn u1_an_encrypted_answer_holds_a_signed_one() {
    let (alg, enc) = (KeyManagementAlgorithm::RSA_OAEP_256, ContentEncryptionAlgorithm::A128CBC_HS256);
    let own = PrivateKey::generate_for_encryption(alg).unwrap();
    let public = own.public_jwk().clone();
    let mut house = House::new();
    let options = TokenValidationOptions::user_info_response().issuer(ISSUER).audience("app").algorithms(SignatureAlgorithm::ES256);
    let options = options.decryption_keys(own).require_encryption().build();
    house.verifier = ResponseVerifier::new(JsonWebKeySet::from_keys([house.key.public_jwk().clone()]), options);
    let seal = |content: &str| encrypt_compact(&JweHeader::nested(), content.as_bytes(), &public, alg, enc, &SystemEntropy).unwrap();
    let token = signed(&house.key, "JWT", &json!({ "sub": "s" }));
    assert_eq!(house.ask(ScriptedResponse::content(200, JWT, seal(&token))).unwrap().subject(), "s");
    assert_eq!(house.ask(ScriptedResponse::content(200, JWT, seal(r#"{"sub":"s"}"#))).unwrap_err().code(), "content_not_signed");
    assert_eq!(house.ask(ScriptedResponse::content(200, JWT, token)).unwrap_err().code(), "not_encrypted");
}

#[test]
fn u4_rules_for_another_kind_of_token_are_refused_unsent() {
    let mut house = House::new();
    let options = TokenValidationOptions::id_token().issuer(ISSUER).audience("app").build();
    house.verifier = ResponseVerifier::new(JsonWebKeySet::default(), options);
    assert_eq!(unsent(house.request()).kind(), ErrorKind::Configuration);
}
