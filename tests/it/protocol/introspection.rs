//! The introspection request (RFC 7662) and signed responses to it (RFC 9701).

use std::time::{Duration, SystemTime};

use identity_model::environment::{Environment, SystemEntropy};
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::{
    ContentEncryptionAlgorithm, JsonWebKeySet, JweHeader, KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm, encrypt_compact,
};
use identity_model::protocol::ResponseVerifier;
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use identity_model::testing::{Expected, ScriptedResponse};
use identity_model::transport::RetrySettings;
use identity_model::validation::TokenValidationOptions;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::support::{NOW, answered, both_ways, chain, signed, unsent, wire};

const ADDRESS: &str = "https://idp.example.com/introspect";
const ISSUER: &str = "https://idp.example.com";
const JWT: &str = "application/token-introspection+jwt";
const TYPE: &str = "token-introspection+jwt";

fn request(environment: Environment) -> IntrospectionRequest {
    IntrospectionRequest::builder()
        .environment(environment)
        .retry(RetrySettings::NONE)
        .address(ADDRESS)
        .client_id("api")
        .authentication(ClientAuthentication::secret_basic("s"))
        .token("a token")
        .build()
}

#[track_caller]
fn answer(body: &str) -> Result<IntrospectionResponse, Error> {
    answered(request, Expected::post(ADDRESS), ScriptedResponse::json(200, body))
}

#[track_caller]
fn refused(body: &str) -> Error {
    let error = answer(body).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed, "{body}: {error:?}");
    error
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn n1_an_authenticated_post_with_token_and_hint() {
    let build = |environment| {
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
        builder
            .client_id("api")
            .authentication(ClientAuthentication::secret_basic("s"))
            .token("a+b c")
            .token_type_hint("access_token")
            .build()
    };
    let run = both_ways(build, &[(Expected::post(ADDRESS), ScriptedResponse::json(200, r#"{"active":true}"#))]);
    assert!(run.result.unwrap().is_active());
    assert_snapshot!(wire(&run.sent[0]), @r"
    POST https://idp.example.com/introspect
    accept: application/json
    authorization: Basic YXBpOnM=
    content-type: application/x-www-form-urlencoded

    token=a%2Bb+c&token_type_hint=access_token
    ");
}

#[test]
fn n1_an_empty_token_is_refused_unsent() {
    let error = unsent(|environment| {
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(ADDRESS).client_id("api").token("").build()
    });
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Configuration, "configuration error: `token` is empty"));
}

#[test]
fn n1_active_must_be_a_boolean() {
    for value in [r#""true""#, "1", "0", "null", "[]", "{}", r#""false""#, r#""""#] {
        assert!(chain(&refused(&format!(r#"{{"active":{value},"sub":"s"}}"#))).contains("member `active`"), "{value}");
    }
    refused("{}");
    refused(r#"{"Active":true}"#);
    refused(r#"{"active":false,"active":true}"#);
}

#[test]
fn n2_of_a_token_that_is_not_active_nothing_else_is_kept() {
    let response = answer(r#"{"active":false,"sub":"s","scope":"admin","exp":1,"cnf":"no object","aud":[1],"x":{"y":"z"}}"#).unwrap();
    assert!(!response.is_active());
    assert!(response.scope().is_empty() && !response.has_scope("admin") && response.audiences().is_empty());
    for text in
        [response.subject(), response.client_id(), response.username(), response.token_type(), response.issuer(), response.token_id()]
    {
        assert_eq!(text, None);
    }
    assert_eq!((response.expires_at(), response.issued_at(), response.not_before()), (None, None, None));
    assert!(response.confirmation().is_none() && response.signed_response().is_none());
    assert_eq!(response.document().to_value(), json!({ "active": false }));
    assert_eq!(response.document().as_bytes(), br#"{"active":false}"#);
}

#[test]
fn n1_the_members_of_an_active_token() {
    let body = r#"{"active":true,"scope":"read  write","client_id":"c","username":"u","token_type":"DPoP","exp":1750000600,"iat":1750000000.5,
        "nbf":1750000000,"sub":"s","aud":["a","b"],"iss":"i","jti":"j","cnf":{"jkt":"t"},"tenant":"acme"}"#;
    let response = answer(body).unwrap();
    assert_eq!(response.scope(), ["read", "write"]);
    assert!(response.has_scope("write") && !response.has_scope("writ"));
    let texts =
        (response.client_id(), response.username(), response.token_type(), response.subject(), response.issuer(), response.token_id());
    assert_eq!(texts, (Some("c"), Some("u"), Some("DPoP"), Some("s"), Some("i"), Some("j")));
    assert_eq!(response.expires_at(), Some(at(1_750_000_600)));
    assert_eq!(response.issued_at(), Some(at(1_750_000_000) + Duration::from_millis(500)));
    assert_eq!(response.not_before(), Some(at(1_750_000_000)));
    assert_eq!(response.audiences(), ["a", "b"]);
    assert_eq!(response.confirmation(), Some(json!({ "jkt": "t" })));
    assert_eq!(response.try_get_str("tenant"), Some("acme"));
    let response = answer(r#"{"active":true,"scope":["read","write"],"aud":"a"}"#).unwrap();
    assert_eq!((response.scope().len(), response.audiences()), (2, ["a".to_owned()].as_slice()));
}

#[test]
fn t7_what_the_token_allows_in_detail() {
    let response = answer(r#"{"active":true,"authorization_details":[{"type":"payment","identifier":"1"}]}"#).unwrap();
    assert_eq!(response.authorization_details()[0].detail_type(), "payment");
    assert!(answer(r#"{"active":true}"#).unwrap().authorization_details().is_empty());
    let inactive = answer(r#"{"active":false,"authorization_details":[{"type":"payment"}]}"#).unwrap();
    assert!(inactive.authorization_details().is_empty());
}

#[test]
fn n1_a_member_of_a_wrong_type_is_refused_not_overlooked() {
    for member in [
        r#""exp":"1750000600""#,
        r#""exp":-1"#,
        r#""exp":1e400"#,
        r#""nbf":true"#,
        r#""iat":{}"#,
        r#""exp":1750000600000"#,
        r#""aud":[1]"#,
        r#""aud":{}"#,
        r#""scope":1"#,
        r#""scope":["a",1]"#,
        r#""sub":1"#,
        r#""client_id":[]"#,
        r#""iss":{}"#,
        r#""cnf":"x""#,
        r#""cnf":[]"#,
        r#""token_type":1"#,
        r#""authorization_details":{}"#,
        r#""authorization_details":[{"x":1}]"#,
    ] {
        refused(&format!(r#"{{"active":true,{member}}}"#));
    }
}

#[test]
fn h3_h4_h6_what_is_no_introspection_answer() {
    for (reply, kind, code) in [
        (ScriptedResponse::json(202, r#"{"active":true}"#), ErrorKind::Http, "unexpected_status"),
        (ScriptedResponse::content(200, "text/html", r#"{"active":true}"#), ErrorKind::Http, "unexpected_content_type"),
        (ScriptedResponse::content(200, JWT, "e30.e30.x"), ErrorKind::Http, "unexpected_content_type"),
        (ScriptedResponse::json(401, r#"{"error":"invalid_client"}"#), ErrorKind::Protocol, "oauth_error"),
        (ScriptedResponse::json(200, r#"{"active":true,"error":"e"}"#), ErrorKind::Protocol, "oauth_error"),
    ] {
        let error = answered(request, Expected::post(ADDRESS), reply).unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, code));
    }
}

#[test]
fn reading_is_repeated_after_passing_failures() {
    let build = |environment| {
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::default());
        builder.address(ADDRESS).client_id("api").token("t").build()
    };
    let run = both_ways(
        build,
        &[
            (Expected::post(ADDRESS), ScriptedResponse::status(502)),
            (Expected::post(ADDRESS), ScriptedResponse::json(200, r#"{"active":false}"#)),
        ],
    );
    assert!(!run.result.unwrap().is_active());
    assert_eq!(run.waits.len(), 1);
}

/// A server with its key, and a resource that asks it.
struct House {
    key: PrivateKey,
    verifier: ResponseVerifier,
}

impl House {
    fn new() -> Self {
        let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
        let options = TokenValidationOptions::introspection_response().issuer(ISSUER).audience("api");
        let options = options.algorithms(SignatureAlgorithm::ES256).build();
        let verifier = ResponseVerifier::new(JsonWebKeySet::from_keys([key.public_jwk().clone()]), options);
        Self { key, verifier }
    }

    fn claims(introspection: &Value) -> Value {
        json!({ "iss": ISSUER, "aud": "api", "iat": NOW, "token_introspection": introspection })
    }

    #[track_caller]
    fn ask(&self, reply: ScriptedResponse) -> Result<IntrospectionResponse, Error> {
        let build = |environment| {
            let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
            builder.client_id("api").token("t").verified_by(self.verifier.clone()).build()
        };
        answered(build, Expected::post(ADDRESS).header("accept", JWT), reply)
    }

    #[track_caller]
    fn answer(&self, typ: &str, claims: &Value) -> Result<IntrospectionResponse, Error> {
        self.ask(ScriptedResponse::content(200, JWT, signed(&self.key, typ, claims)))
    }
}

#[test]
fn n3_h12_a_signed_answer_is_asked_for_demanded_and_verified() {
    let house = House::new();
    let response = house.answer(TYPE, &House::claims(&json!({ "active": true, "sub": "s", "scope": "read" }))).unwrap();
    assert!(response.is_active() && response.has_scope("read"));
    assert_eq!((response.subject(), response.issuer()), (Some("s"), None));
    assert_eq!(response.signed_response().and_then(|token| token.issuer()), Some(ISSUER));
    let application = format!("application/{TYPE}");
    assert!(house.answer(&application, &House::claims(&json!({ "active": true }))).unwrap().is_active());
}

#[test]
fn n3_plain_json_is_refused_where_a_signed_answer_is_demanded() {
    let house = House::new();
    for content_type in ["application/json", "application/jwt", "text/plain"] {
        let error = house.ask(ScriptedResponse::content(200, content_type, r#"{"active":true}"#)).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "unexpected_content_type"), "{content_type}");
    }
    for body in [r#"{"active":true}"#, "", "a.b", "a.b.c.d.e"] {
        assert_eq!(house.ask(ScriptedResponse::content(200, JWT, body.to_owned())).unwrap_err().kind(), ErrorKind::Malformed, "{body}");
    }
}

#[test]
fn n3_what_the_signature_or_the_claims_do_not_bear_out() {
    let house = House::new();
    let good = House::claims(&json!({ "active": true }));
    let stranger = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let forged = house.ask(ScriptedResponse::content(200, JWT, signed(&stranger, TYPE, &good))).unwrap_err();
    assert_eq!((forged.kind(), forged.code()), (ErrorKind::Validation, "signature_invalid"));
    assert_eq!(
        forged.to_string(),
        "validation error: introspection endpoint at `https://idp.example.com/introspect` failed: the signed response was rejected: introspection response rejected: the ES256 signature does not verify"
    );
    assert!(forged.validation().is_some());

    let unsigned = format!("{}.{}.", "eyJhbGciOiJub25lIiwidHlwIjoidG9rZW4taW50cm9zcGVjdGlvbitqd3QifQ", "e30");
    assert_eq!(house.ask(ScriptedResponse::content(200, JWT, unsigned)).unwrap_err().code(), "token_unsigned");
    for typ in ["JWT", "at+jwt"] {
        assert_eq!(house.answer(typ, &good).unwrap_err().code(), "wrong_token_kind", "{typ}");
    }
    for (member, value, code) in [
        ("iss", json!("https://other.example.com"), "issuer_mismatch"),
        ("iss", json!(1), "claim_malformed"),
        ("aud", json!("other"), "audience_mismatch"),
        ("iat", json!(NOW + 3600), "issued_in_future"),
        ("iat", json!("now"), "claim_malformed"),
        ("exp", json!(NOW - 3600), "expired"),
        ("token_introspection", json!("active"), "claim_malformed"),
        ("token_introspection", json!([{ "active": true }]), "claim_malformed"),
    ] {
        let mut claims = good.clone();
        claims[member] = value.clone();
        let error = house.answer(TYPE, &claims).unwrap_err();
        assert_eq!(error.code(), code, "{member} {value}");
    }
    for member in ["iss", "aud", "iat", "token_introspection"] {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(member);
        assert_eq!(house.answer(TYPE, &claims).unwrap_err().code(), "claim_missing", "{member}");
    }
}

#[test]
fn n1_n2_hold_within_a_signed_answer() {
    let house = House::new();
    assert_eq!(house.answer(TYPE, &House::claims(&json!({ "active": "true" }))).unwrap_err().kind(), ErrorKind::Malformed);
    assert_eq!(house.answer(TYPE, &House::claims(&json!({}))).unwrap_err().kind(), ErrorKind::Malformed);
    let response = house.answer(TYPE, &House::claims(&json!({ "active": false, "sub": "s" }))).unwrap();
    assert!(response.signed_response().is_none() && response.try_get_value("sub").is_none());
}

#[test]
fn n3_an_encrypted_answer_holds_a_signed_one() {
    let (alg, enc) = (KeyManagementAlgorithm::ECDH_ES, ContentEncryptionAlgorithm::A256GCM);
    let own = PrivateKey::generate_for_encryption(alg).unwrap();
    let public = own.public_jwk().clone();
    let mut house = House::new();
    let options = TokenValidationOptions::introspection_response().issuer(ISSUER).audience("api").algorithms(SignatureAlgorithm::ES256);
    let options = options.decryption_keys(own).require_encryption().build();
    house.verifier = ResponseVerifier::new(JsonWebKeySet::from_keys([house.key.public_jwk().clone()]), options);
    let seal = |content: &str| encrypt_compact(&JweHeader::nested(), content.as_bytes(), &public, alg, enc, &SystemEntropy).unwrap();
    let good = House::claims(&json!({ "active": true, "sub": "s" }));

    let token = signed(&house.key, TYPE, &good);
    assert_eq!(house.ask(ScriptedResponse::content(200, JWT, seal(&token))).unwrap().subject(), Some("s"));

    let unsigned = house.ask(ScriptedResponse::content(200, JWT, seal(&good.to_string()))).unwrap_err();
    assert!(unsigned.validation().is_some(), "claims that are encrypted and not signed: {unsigned:?}");
    let open = house.ask(ScriptedResponse::content(200, JWT, token)).unwrap_err();
    assert_eq!(open.code(), "not_encrypted");
    let stranger = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let error = house.ask(ScriptedResponse::content(200, JWT, seal(&signed(&stranger, TYPE, &good)))).unwrap_err();
    assert_eq!(error.code(), "signature_invalid");
    let other = PrivateKey::generate_for_encryption(alg).unwrap();
    let foreign = encrypt_compact(&JweHeader::nested(), b"x", other.public_jwk(), alg, enc, &SystemEntropy).unwrap();
    assert!(house.ask(ScriptedResponse::content(200, JWT, foreign)).unwrap_err().validation().is_some());
}

#[test]
fn n3_rules_for_another_kind_of_token_are_refused_unsent() {
    let options = TokenValidationOptions::plain_access_token().issuer(ISSUER).audience("api").build();
    let verifier = ResponseVerifier::new(JsonWebKeySet::default(), options);
    let error = unsent(|environment| {
        let builder = IntrospectionRequest::builder().environment(environment).retry(RetrySettings::NONE).address(ADDRESS);
        builder.client_id("api").token("t").verified_by(verifier.clone()).build()
    });
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().starts_with("configuration error: `verified_by` "), "{error}");
}
