//! Opaque tokens behind the same face as JWTs: RFC 7662 section 4, RFC 9701.

use std::time::Duration;

use identity_model::environment::{Environment, FixedClock};
use identity_model::jose::SignatureAlgorithm;
use identity_model::keys::{KeySource, ProviderKeys, TokenIntrospection, TokenValidator};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::testing::{
    AccessTokenFormat, Fault, ForgedKind, Forgery, ProviderEndpoint, ScriptedHttpClient, ScriptedResponse, TestClient, TestProvider,
};
use identity_model::validation::{
    AsyncClaimValidator, Binding, ClaimRejection, Claims, SecurityToken, TokenKind, TokenOrigin, TokenValidationOptions, ValidatedToken,
};
use identity_model::{Error, ErrorKind};
use serde_json::{Value, json};

use super::support::SECOND;

const API: &str = "reports-api";
const ISSUER: &str = "https://idp.test";
const THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

struct House {
    provider: TestProvider,
    clock: FixedClock,
    environment: Environment,
}

/// How the server is asked, for settings of one's own.
macro_rules! asking {
    ($house:expr) => {
        TokenIntrospection::builder()
            .address($house.provider.address(ProviderEndpoint::Introspection))
            .client_id(API)
            .authentication(ClientAuthentication::secret_basic("s3cret"))
            .http($house.provider.clone())
            .blocking_http($house.provider.clone())
            .environment($house.environment.clone())
    };
}

macro_rules! options {
    () => {
        TokenValidationOptions::access_token().issuer(ISSUER).audience(ISSUER)
    };
}

impl House {
    fn new(format: AccessTokenFormat) -> Self {
        let clock = FixedClock::at(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000));
        let environment = Environment::system().with_clock(clock.clone());
        let provider = TestProvider::builder()
            .algorithms([SignatureAlgorithm::ES256])
            .client(TestClient::new("web").secret("w3b").audiences([API]))
            .client(TestClient::new(API).secret("s3cret"))
            .access_token_format(format)
            .access_token_lifetime(Duration::from_secs(600))
            .environment(environment.clone())
            .build();
        Self { provider, clock, environment }
    }

    fn opaque() -> Self {
        Self::new(AccessTokenFormat::Opaque)
    }

    fn asking(&self) -> TokenIntrospection {
        asking!(self).build()
    }

    fn validator(&self) -> TokenValidator {
        TokenValidator::introspecting(self.asking()).issuer(ISSUER).audience(ISSUER).build()
    }

    fn token(&self) -> String {
        self.provider.access_token_for_user_with_scopes("alice", ["read", "write"]).expose().to_owned()
    }

    fn asked(&self) -> usize {
        self.provider.requests(ProviderEndpoint::Introspection)
    }

    /// From now on the server says this too; `null` takes a member away.
    fn saying(&self, members: Value) {
        self.provider.clear_faults();
        self.provider.inject(
            ProviderEndpoint::Introspection,
            Fault::edit(move |answer| {
                for (name, value) in members.as_object().unwrap() {
                    match value {
                        Value::Null => answer.as_object_mut().unwrap().remove(name),
                        value => answer.as_object_mut().unwrap().insert(name.clone(), value.clone()),
                    };
                }
            }),
        );
    }
}

/// Both ways, which have to say the same.
fn both(validator: &TokenValidator, token: &str, options: &TokenValidationOptions) -> Result<ValidatedToken, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let waited = runtime.block_on(validator.validate_with(token, options));
    let blocked = validator.validate_blocking_with(token, options);
    assert_eq!(code(&waited), code(&blocked));
    blocked
}

fn judged(validator: &TokenValidator, token: &str) -> Result<ValidatedToken, Error> {
    both(validator, token, validator.options())
}

fn code<T>(outcome: &Result<T, Error>) -> &'static str {
    outcome.as_ref().map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn n4_an_active_token_is_a_validated_token_with_another_origin() {
    let house = House::opaque();
    let token = judged(&house.validator(), &house.token()).unwrap();
    assert_eq!((token.subject(), token.issuer(), token.client_id()), (Some("alice"), Some(ISSUER), Some("web")));
    assert!(token.has_scope("write") && !token.has_scope("admin"));
    assert_eq!(token.principal().find_first("sub").map(|claim| claim.value()), Some("alice"));
    assert_eq!((token.origin(), token.token_kind()), (TokenOrigin::Introspection, TokenKind::AccessToken));
    assert!(token.header().is_none() && token.key().is_none() && token.key_id().is_none());
    assert!(token.algorithm().is_none() && token.encryption_header().is_none() && token.signed_introspection().is_none());
    let shown = format!("{token:?} {:?}", house.validator());
    assert!(!shown.contains("alice") && !shown.contains("s3cret"), "{shown}");
}

#[test]
fn n2_a_token_that_is_not_active_has_a_code_of_its_own() {
    let house = House::opaque();
    let validator = house.validator();
    let error = judged(&validator, "made-up").unwrap_err();
    assert_eq!((error.code(), error.kind()), ("token_inactive", ErrorKind::Validation));
    assert_eq!(error.validation().unwrap().public_message(), "The token is not valid.");
    assert!(!error.validation().unwrap().wants_newer_keys());

    let token = house.token();
    judged(&validator, &token).unwrap();
    house.saying(json!({ "active": false }));
    assert_eq!(code(&judged(&validator, &token)), "token_inactive", "whatever else the server says");
}

#[test]
fn n4_times_issuer_audience_scopes_and_type_of_the_answer_are_enforced() {
    let house = House::opaque();
    let validator = house.validator().with_introspection(house.asking());
    let token = house.token();
    let now = 1_750_000_000;
    for (members, expected) in [
        (json!({}), "ok"),
        (json!({ "exp": now - 31 }), "expired"),
        (json!({ "exp": now - 29, "iat": now - 60 }), "ok"),
        (json!({ "exp": "soon" }), "malformed_answer"),
        (json!({ "nbf": now + 31 }), "not_yet_valid"),
        (json!({ "iat": now + 31 }), "issued_in_future"),
        (json!({ "nbf": now + 700, "exp": now + 600 }), "not_yet_valid"),
        (json!({ "iss": "https://idp.test/" }), "issuer_mismatch"),
        (json!({ "iss": "" }), "claim_malformed"),
        (json!({ "iss": null }), "ok"),
        (json!({ "aud": "another-api" }), "audience_mismatch"),
        (json!({ "aud": ["another-api", ISSUER] }), "ok"),
        (json!({ "aud": [] }), "claim_missing"),
        (json!({ "aud": null }), "claim_missing"),
        (json!({ "sub": null, "jti": null, "client_id": null, "exp": null, "iat": null }), "ok"),
        (json!({ "token_type": "bearer" }), "ok"),
        (json!({ "token_type": null }), "ok"),
        (json!({ "token_type": "refresh_token" }), "wrong_token_kind"),
        (json!({ "token_type": "" }), "claim_malformed"),
        (json!({ "token_type": "DPoP" }), "binding_missing"),
        (json!({ "token_use": "refresh_token" }), "wrong_token_kind"),
        (json!({ "typ": "Refresh" }), "wrong_token_kind"),
        (json!({ "events": { "http://schemas.openid.net/event/backchannel-logout": {} } }), "wrong_token_kind"),
    ] {
        house.saying(members.clone());
        assert_eq!(code(&judged(&validator, &token)), expected, "{members}");
    }
    house.provider.clear_faults();

    let with = |scope: &str| options!().required_scope("read").required_scope(scope).build();
    let validator = |options| TokenValidator::introspecting_with_options(house.asking(), options);
    assert_eq!(code(&judged(&validator(with("write")), &token)), "ok");
    let error = judged(&validator(with("admin")), &token).unwrap_err();
    let refusal = error.validation().unwrap();
    assert_eq!((refusal.code(), refusal.claim(), refusal.expected()), ("insufficient_scope", Some("scope"), Some("admin")));
    assert_eq!(refusal.found(), Some("read write"));

    house.saying(json!({ "aud": null }));
    assert_eq!(code(&judged(&validator(options!().danger_allow_missing_aud().build()), &token)), "ok");
    assert_eq!(code(&judged(&validator(options!().require_iss().require_nbf().build()), &token)), "claim_missing");
    house.saying(json!({ "iss": null }));
    assert_eq!(code(&judged(&validator(options!().require_iss().build()), &token)), "claim_missing");
    house.saying(json!({ "tenant": "north" }));
    let tenant = options!().claim_rule("tenant", |claims| match claims.try_get_str("tenant") {
        Some("south") => Ok(()),
        _ => Err(ClaimRejection::new("another tenant")),
    });
    assert_eq!(code(&judged(&validator(tenant.build()), &token)), "claim_rejected");
}

#[test]
fn s3_the_binding_of_the_answer_is_enforced() {
    let house = House::opaque();
    let (validator, token) = (house.validator(), house.token());
    let proven = |thumbprint: &str| validator.options().clone().with_binding(Binding::none().with_key_thumbprint(thumbprint));
    assert_eq!(code(&both(&validator, &token, &proven(THUMBPRINT))), "binding_missing");
    for kind in [json!("DPoP"), json!("dpop"), json!(null)] {
        house.saying(json!({ "cnf": { "jkt": THUMBPRINT }, "token_type": kind }));
        assert_eq!(code(&judged(&validator, &token)), "bound_token", "{kind}");
        assert_eq!(code(&both(&validator, &token, &proven(THUMBPRINT))), "ok", "{kind}");
        assert_eq!(code(&both(&validator, &token, &proven("another"))), "binding_mismatch", "{kind}");
    }
    house.saying(json!({ "cnf": { "jkt": THUMBPRINT }, "token_type": "Bearer" }));
    assert_eq!(code(&judged(&validator, &token)), "wrong_token_kind");
    assert_eq!(code(&both(&validator, &token, &proven(THUMBPRINT))), "wrong_token_kind");
    house.saying(json!({ "cnf": { "x5t#S256": THUMBPRINT }, "token_type": "DPoP" }));
    let certificate = validator.options().clone().with_binding(Binding::none().with_certificate_thumbprint(THUMBPRINT));
    assert_eq!(code(&both(&validator, &token, &certificate)), "binding_missing", "DPoP, and no key");
    house.saying(json!({ "cnf": { "x5t#S256": THUMBPRINT } }));
    assert_eq!(code(&both(&validator, &token, &certificate)), "ok");
    house.saying(json!({ "cnf": { "kid": "k" } }));
    assert_eq!(code(&judged(&validator, &token)), "binding_unknown");
}

#[test]
fn n4_a_jwt_is_judged_by_its_signature_and_an_opaque_token_by_introspection() {
    let house = House::new(AccessTokenFormat::Opaque);
    let validator = TokenValidator::builder()
        .keys(house.provider.key_set())
        .issuer(ISSUER)
        .audience([ISSUER, API])
        .introspection(house.asking())
        .build();
    let jwt = house.provider.mint_access_token(|token| token);
    let validated = judged(&validator, jwt.expose()).unwrap();
    assert_eq!((validated.origin(), validated.algorithm()), (TokenOrigin::Jwt, Some(SignatureAlgorithm::ES256)));
    assert_eq!(house.asked(), 0);
    let forged = house.provider.mint_access_token(|token| token.forge(&Forgery::WrongSignature));
    assert_eq!(code(&judged(&validator, forged.expose())), "signature_invalid");
    let (broken, expired) = ("e30.e30.c2ln", house.provider.mint_access_token(|token| token.expires_in(-60)));
    assert_eq!(judged(&validator, broken).unwrap_err().kind(), ErrorKind::Malformed);
    assert_eq!(code(&judged(&validator, expired.expose())), "expired");
    assert_eq!(house.asked(), 0, "a JWT that is refused is not asked about");

    let opaque = SecurityToken::new(house.token());
    assert!(!opaque.is_jwt());
    assert_eq!(validator.validate_blocking(&opaque).unwrap().origin(), TokenOrigin::Introspection);
    assert_eq!(house.asked(), 1);
    let without = TokenValidator::builder().keys(house.provider.key_set()).issuer(ISSUER).audience(ISSUER);
    let without = without.environment(house.environment.clone()).build();
    assert_eq!(without.validate_blocking(&opaque).unwrap_err().kind(), ErrorKind::Malformed);
    let added = without.with_introspection(house.asking());
    assert_eq!(added.validate_blocking(&opaque).unwrap().origin(), TokenOrigin::Introspection);
    assert_eq!(
        added.validate_blocking(&house.provider.mint_access_token(|token| token.claim("aud", ISSUER))).unwrap().origin(),
        TokenOrigin::Jwt
    );
}

#[test]
fn n4_everything_is_introspected_if_that_is_asked_for() {
    let house = House::new(AccessTokenFormat::Jwt);
    let jwt = house.token();
    let validated = judged(&house.validator(), &jwt).unwrap();
    assert_eq!((validated.origin(), validated.subject()), (TokenOrigin::Introspection, Some("alice")));
    assert_eq!(house.asked(), 2);
    assert_eq!(
        code(&judged(&house.validator(), house.provider.mint_access_token(|token| token).expose())),
        "token_inactive",
        "unknown there"
    );
}

#[test]
fn what_cannot_be_a_token_is_refused_unasked() {
    let house = House::opaque();
    let validator = house.validator();
    for (token, expected) in [
        ("", "token_characters"),
        ("a b", "token_characters"),
        ("a\r\nb", "token_characters"),
        ("\u{e9}", "token_characters"),
        (&*"a".repeat(256 * 1024 + 1), "token_too_large"),
    ] {
        let error = judged(&validator, token).unwrap_err();
        assert_eq!((error.code(), error.kind()), (expected, ErrorKind::Malformed), "{} octets", token.len());
        assert!(error.to_string().len() < 300);
    }
    for kind in [TokenKind::IdToken, TokenKind::LogoutToken, TokenKind::IntrospectionResponse] {
        let options = TokenValidationOptions::builder(kind).issuer(ISSUER).audience(ISSUER).build();
        let error = judged(&TokenValidator::introspecting_with_options(house.asking(), options), "token").unwrap_err();
        assert_eq!((error.code(), error.kind()), ("configuration", ErrorKind::Configuration), "{kind}");
    }
    let nobody = TokenValidationOptions::access_token().issuer(Vec::<String>::new()).audience(ISSUER).build();
    let error = judged(&TokenValidator::introspecting_with_options(house.asking(), nobody), "token").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert_eq!(house.asked(), 0);
}

#[test]
fn a_call_that_has_no_client_of_its_kind_says_so() {
    let house = House::opaque();
    let asking = || TokenIntrospection::builder().address(house.provider.address(ProviderEndpoint::Introspection)).client_id(API);
    let validator = |introspection| TokenValidator::introspecting(introspection).issuer(ISSUER).audience(ISSUER).build();
    let error = validator(asking().http(house.provider.clone()).build()).validate_blocking("token").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("blocking HTTP client"), "{error}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let validator = validator(asking().blocking_http(house.provider.clone()).build());
    let error = runtime.block_on(validator.validate("token")).unwrap_err();
    assert!(error.to_string().contains("async HTTP client"), "{error}");
}

#[test]
fn what_becomes_of_a_server_that_does_not_answer_as_it_should() {
    let house = House::opaque();
    let (validator, token) = (house.validator(), house.token());
    for (fault, kind) in [
        (Fault::status(500), ErrorKind::Http),
        (Fault::error(401, "invalid_client"), ErrorKind::Protocol),
        (Fault::without_member("active"), ErrorKind::Malformed),
        (Fault::duplicate_member("active", false), ErrorKind::Malformed),
        (Fault::body("no"), ErrorKind::Malformed),
    ] {
        house.provider.clear_faults();
        house.provider.inject(ProviderEndpoint::Introspection, fault);
        assert_eq!(judged(&validator, &token).unwrap_err().kind(), kind);
    }
    let right = house.asking();
    let http =
        TokenIntrospection::builder().address("http://idp.example.com/introspect").client_id(API).blocking_http(house.provider.clone());
    let validator = |introspection| TokenValidator::introspecting(introspection).issuer(ISSUER).audience(ISSUER).build();
    assert_eq!(validator(http.build()).validate_blocking(&token).unwrap_err().kind(), ErrorKind::Policy);
    house.provider.clear_faults();
    assert_eq!(code(&judged(&validator(right), &token)), "ok");
}

#[test]
fn nothing_is_kept_unless_that_is_asked_for() {
    let house = House::opaque();
    let (validator, token) = (house.validator(), house.token());
    judged(&validator, &token).unwrap();
    assert_eq!(house.asked(), 2);
    let nothing_for_jwts = validator.with_verified_token_cache(10);
    judged(&nothing_for_jwts, &token).unwrap();
    assert_eq!(house.asked(), 4);
}

#[test]
fn kept_answers_end_with_their_age_with_exp_and_never_say_inactive() {
    let house = House::opaque();
    let introspection = asking!(house).answer_cache(2, 60 * SECOND).build();
    let validator = TokenValidator::introspecting(introspection).issuer(ISSUER).audience(ISSUER).build();
    let token = house.token();
    judged(&validator, &token).unwrap();
    judged(&validator.clone(), &token).unwrap();
    assert_eq!(house.asked(), 1, "async and blocking callers and clones share what is kept");

    let stricter = options!().required_scope("admin").build();
    assert_eq!(code(&both(&validator, &token, &stricter)), "insufficient_scope");
    assert_eq!(house.asked(), 1, "the rules are held against what is kept");

    house.clock.advance(59 * SECOND);
    house.saying(json!({ "active": false }));
    assert_eq!(code(&judged(&validator, &token)), "ok", "not asked yet");
    house.clock.advance(SECOND);
    assert_eq!(code(&judged(&validator, &token)), "token_inactive");
    assert_eq!(code(&judged(&validator, &token)), "token_inactive");
    assert_eq!(house.asked(), 5, "inactive is asked again each time");

    house.provider.clear_faults();
    house.saying(json!({ "exp": 1_750_000_000 + 60 + 10 }));
    assert_eq!(code(&judged(&validator, &token)), "ok");
    assert_eq!(house.asked(), 6);
    house.clock.advance(10 * SECOND);
    assert_eq!(code(&judged(&validator, &token)), "ok", "within the leeway, but asked");
    assert_eq!(house.asked(), 8, "never kept past exp");

    house.provider.clear_faults();
    let others: Vec<String> = (0..20).map(|_| house.token()).collect();
    for token in &others {
        judged(&validator, token).unwrap();
    }
    let before = house.asked();
    for token in &others {
        judged(&validator, token).unwrap();
    }
    assert!(house.asked() - before >= 18, "two at most are kept");
}

fn signed_rules() -> TokenValidationOptions {
    TokenValidationOptions::introspection_response().issuer(ISSUER).audience(API).algorithms(SignatureAlgorithm::ES256).build()
}

#[test]
fn n3_signed_answers_are_demanded_and_verified() {
    let house = House::opaque();
    let signed = |keys: KeySource| {
        TokenValidator::introspecting(asking!(house).verified_by(keys, signed_rules()).build()).issuer(ISSUER).audience(ISSUER).build()
    };
    let token = house.token();
    let key = house.provider.key_set().keys()[0].clone();
    for keys in [house.provider.key_set().into(), KeySource::key(key)] {
        let validated = judged(&signed(keys), &token).unwrap();
        assert_eq!((validated.origin(), validated.subject()), (TokenOrigin::Introspection, Some("alice")));
        let around = validated.signed_introspection().unwrap();
        assert_eq!((around.origin(), around.issuer()), (TokenOrigin::Jwt, Some(ISSUER)));
        assert!(around.try_get_str("sub").is_none() && validated.algorithm().is_none());
    }
    let validator = signed(house.provider.key_set().into());
    assert_eq!(code(&judged(&validator, "made-up")), "token_inactive");
    for (forgery, expected) in [
        (Forgery::WrongSignature, "signature_invalid"),
        (Forgery::claim("aud", "somebody-else"), "audience_mismatch"),
        (Forgery::header("typ", "JWT"), "wrong_token_kind"),
        (Forgery::claim("token_introspection", json!({ "active": true, "aud": "another-api" })), "audience_mismatch"),
    ] {
        house.provider.clear_faults();
        house.provider.inject(ProviderEndpoint::Introspection, Fault::forge(ForgedKind::Introspection, forgery));
        assert_eq!(code(&judged(&validator, &token)), expected);
    }
}

#[test]
fn n3_k4_keys_of_a_provider_follow_its_rotation() {
    let house = House::opaque();
    let keys = ProviderKeys::builder()
        .authority(ISSUER)
        .http(house.provider.clone())
        .blocking_http(house.provider.clone())
        .environment(house.environment.clone())
        .build();
    let introspection = asking!(house).verified_by(KeySource::providers([(ISSUER, keys)]), signed_rules()).build();
    let validator = TokenValidator::introspecting(introspection).issuer(ISSUER).audience(ISSUER).build();
    let token = house.token();
    judged(&validator, &token).unwrap();
    assert_eq!(house.provider.requests(ProviderEndpoint::Jwks), 1);

    house.provider.rotate_keys();
    let before = house.asked();
    assert_eq!(validator.validate_blocking(&token).unwrap().subject(), Some("alice"));
    assert_eq!((house.asked() - before, house.provider.requests(ProviderEndpoint::Jwks)), (1, 2), "the answer is read once");

    house.provider.inject(ProviderEndpoint::Introspection, Fault::forge(ForgedKind::Introspection, Forgery::WrongSignature));
    let before = house.asked();
    assert_eq!(code(&validator.validate_blocking(&token).map(drop)), "signature_invalid");
    assert_eq!((house.asked() - before, house.provider.requests(ProviderEndpoint::Jwks)), (1, 2), "the cool-down holds");
    house.clock.advance(6 * SECOND);
    assert_eq!(code(&validator.validate_blocking(&token).map(drop)), "signature_invalid");
    assert_eq!(house.provider.requests(ProviderEndpoint::Jwks), 3, "looked for once");

    let foreign = TokenValidationOptions::introspection_response().issuer("https://other.example.com").audience(API).build();
    let none = asking!(house).verified_by(KeySource::providers(Vec::<(String, ProviderKeys)>::new()), foreign).build();
    let error = TokenValidator::introspecting(none).issuer(ISSUER).audience(ISSUER).build().validate_blocking(&token).unwrap_err();
    assert_eq!(error.code(), "unknown_issuer");
}

struct Waited(bool);

#[async_trait::async_trait]
impl AsyncClaimValidator for Waited {
    fn name(&self) -> &str {
        "waited"
    }

    async fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection> {
        tokio::task::yield_now().await;
        if self.0 && claims.subject() == Some("alice") { Ok(()) } else { Err(ClaimRejection::new("not now")) }
    }
}

#[tokio::test]
async fn rules_that_have_to_be_awaited_are_asked_about_introspected_tokens_too() {
    let house = House::opaque();
    let token = house.token();
    for (is_good, expected) in [(true, "ok"), (false, "claim_rejected")] {
        let options = options!().async_claim_validator(Waited(is_good)).build();
        let validator = TokenValidator::introspecting_with_options(house.asking(), options);
        assert_eq!(code(&validator.validate(&token).await), expected);
        let asked = house.asked();
        assert_eq!(code(&validator.validate_blocking(&token)), "configuration");
        assert_eq!(house.asked(), asked, "refused unasked");
    }
}

#[test]
fn an_introspected_token_can_be_judged_again() {
    let house = House::opaque();
    let validator = house.validator();
    let token = judged(&validator, &house.token()).unwrap();
    let at = |seconds: u64| std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000 + seconds);
    token.recheck(validator.options(), at(0)).unwrap();
    assert_eq!(token.recheck(validator.options(), at(700)).unwrap_err().code(), "expired");
    let id_token = TokenValidationOptions::id_token().issuer(ISSUER).audience(ISSUER).build();
    assert_eq!(token.recheck(&id_token, at(0)).unwrap_err().code(), "configuration");
}

#[test]
fn n1_the_question_is_an_authenticated_post_with_the_hint() {
    let answer = || ScriptedResponse::json(200, r#"{"active":true,"aud":"https://idp.test","scope":null,"sub":null}"#);
    let http = ScriptedHttpClient::builder().post("https://idp.test/introspect", answer()).build();
    let introspection = TokenIntrospection::builder()
        .address("https://idp.test/introspect")
        .client_id(API)
        .authentication(ClientAuthentication::secret_post("s3cret"))
        .token_type_hint("access_token")
        .blocking_http(http.clone())
        .build();
    let validator = TokenValidator::introspecting(introspection).issuer(ISSUER).audience(ISSUER).build();
    let token = validator.validate_blocking("2YotnFZFEjr1zCsicMWpAA").unwrap();
    assert_eq!((token.subject(), token.scopes().count()), (None, 0), "a member that is null is absent");
    let sent = http.requests();
    assert_eq!(sent[0].form_value("token").as_deref(), Some("2YotnFZFEjr1zCsicMWpAA"));
    assert_eq!(sent[0].form_value("token_type_hint").as_deref(), Some("access_token"));
}
