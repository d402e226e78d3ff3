//! Aggregated and distributed claims (rule I14, OpenID Connect Core section 5.6.2).

use identity_model::document::Document;
use identity_model::environment::{Environment, FixedClock, FixedTimer};
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::{JsonWebKeySet, PrivateKey, SignatureAlgorithm};
use identity_model::keys::{ClaimResolver, KeySource, ProviderKeys, ResolvedClaims, TokenValidator};
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::testing::{Expected, ProviderEndpoint, ScriptedHttpClient, ScriptedResponse, TestProvider};
use identity_model::transport::{RetrySettings, TransportErrorKind};
use identity_model::validation::TokenValidationOptions;
use serde_json::{Value, json};

use crate::protocol::support::{NOW, assert_well_told, chain, signed, start};

const PROVIDER: &str = "https://idp.example.com";
const SOURCE: &str = "https://claims.example.com";
const ENDPOINT: &str = "https://claims.example.com/score";

struct House {
    key: PrivateKey,
    policy: DiscoveryPolicy,
    most: usize,
}

impl House {
    fn new() -> Self {
        let key = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
        Self { key, policy: DiscoveryPolicy::strict(), most: 8 }
    }

    fn jwt(&self, more: Value) -> String {
        let mut claims =
            json!({ "iss": SOURCE, "aud": "app", "sub": "their-own-identifier", "exp": NOW + 60, "score": 650, "shoe_size": "42" });
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        signed(&self.key, "JWT", &claims)
    }

    fn resolver(&self) -> ClaimResolver {
        let clock = FixedClock::at(start());
        let environment = Environment::system().with_clock(clock.clone()).with_timer(FixedTimer::moving(&clock));
        let options = TokenValidationOptions::claim_source().issuer(SOURCE).audience("app").build();
        let keys = JsonWebKeySet::from_keys([self.key.public_jwk().clone()]);
        let validator = TokenValidator::with_options(keys, options).with_environment(environment.clone());
        let builder = ClaimResolver::builder().provider(PROVIDER).validator(validator).policy(self.policy.clone()).most_sources(self.most);
        builder.retry(RetrySettings::NONE).environment(environment).build()
    }

    /// Resolves async and blocking over the same script; both must do the same.
    #[track_caller]
    fn resolve(&self, claims: &Value, script: &[(Expected, ScriptedResponse)]) -> Result<ResolvedClaims, Error> {
        let http = || {
            script.iter().cloned().fold(ScriptedHttpClient::builder(), |http, (expected, answer)| http.exchange(expected, answer)).build()
        };
        let document = Document::parse(claims.to_string()).unwrap();
        let (first, second) = (http(), http());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let asynchronous = runtime.block_on(self.resolver().resolve(&document, &first));
        let blocking = self.resolver().resolve_blocking(&document, &second);
        assert_eq!((first.problems(), second.problems()), (Vec::new(), Vec::new()));
        let sent = |http: &ScriptedHttpClient| http.requests().iter().map(crate::protocol::support::wire).collect::<Vec<_>>();
        assert_eq!(sent(&first), sent(&second));
        assert_eq!(told(&asynchronous), told(&blocking));
        asynchronous
    }

    #[track_caller]
    fn failure(&self, claims: &Value, script: &[(Expected, ScriptedResponse)]) -> Error {
        let error = self.resolve(claims, script).unwrap().all().unwrap_err();
        assert_well_told(&error);
        error
    }
}

fn told(outcome: &Result<ResolvedClaims, Error>) -> String {
    match outcome {
        Ok(claims) => {
            claims.sources().iter().map(|source| format!("{source:?} {:?}", source.outcome().map(|token| token.claims_json()))).collect()
        }
        Err(error) => format!("{}{error:?}", chain(error)),
    }
}

fn aggregated(jwt: &str) -> Value {
    json!({ "sub": "248289761001", "_claim_names": { "shoe_size": "src1" }, "_claim_sources": { "src1": { "JWT": jwt } } })
}

fn distributed(source: Value) -> Value {
    json!({ "sub": "248289761001", "_claim_names": { "score": "src1" }, "_claim_sources": { "src1": source } })
}

fn jwt_answer(jwt: &str) -> ScriptedResponse {
    ScriptedResponse::content(200, "application/jwt", jwt.to_owned())
}

#[test]
fn i14_an_aggregated_jwt_is_verified_by_its_own_issuers_keys() {
    let house = House::new();
    let claims = house.resolve(&aggregated(&house.jwt(json!({}))), &[]).unwrap();
    assert_eq!((claims.try_get_str("shoe_size"), claims.issuer_of("shoe_size")), (Some("42"), Some(SOURCE)));
    assert_eq!(claims.all().unwrap().sources().len(), 1);
    let source = &claims.sources()[0];
    assert_eq!((source.name(), source.claims()), ("src1", &["shoe_size".to_owned()][..]));
    for (claims, code) in [
        (json!({ "iss": PROVIDER }), "issuer_mismatch"),
        (json!({ "iss": "https://claims.example.com/" }), "issuer_mismatch"),
        (json!({ "iss": null }), "claim_missing"),
        (json!({ "aud": "another-client" }), "audience_mismatch"),
        (json!({ "exp": NOW - 60 }), "expired"),
        (json!({ "nbf": NOW + 60 }), "not_yet_valid"),
    ] {
        assert_eq!(house.failure(&aggregated(&house.jwt(claims.clone())), &[]).code(), code, "{claims}");
    }
    let foreign = House::new().jwt(json!({}));
    assert_eq!(house.failure(&aggregated(&foreign), &[]).code(), "signature_invalid");
    let unsigned = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2NsYWltcy5leGFtcGxlLmNvbSJ9.";
    for jwt in [unsigned, "no token", "a.b.c"] {
        assert!(house.failure(&aggregated(jwt), &[]).code().len() > 3, "{jwt}");
    }
    // Neither audience nor expiry nor subject has to be there.
    let jwt = signed(&house.key, "JWT", &json!({ "iss": SOURCE, "shoe_size": "42" }));
    assert!(house.resolve(&aggregated(&jwt), &[]).unwrap().all().is_ok());
    for typ in ["at+jwt", "logout+jwt", "dpop+jwt"] {
        let jwt = signed(&house.key, typ, &json!({ "iss": SOURCE, "shoe_size": "42" }));
        assert_eq!(house.failure(&aggregated(&jwt), &[]).code(), "wrong_token_kind", "{typ}");
    }
}

#[test]
fn i14_an_issuer_that_is_not_on_the_list_costs_no_fetch() {
    let (listed, other) =
        (TestProvider::builder().issuer(SOURCE).build(), TestProvider::builder().issuer("https://evil.example.com").build());
    let options = TokenValidationOptions::claim_source().issuer([SOURCE]).audience("app").build();
    let keys = KeySource::providers([(SOURCE, ProviderKeys::new_blocking(SOURCE, listed.clone()))]);
    let resolver = ClaimResolver::builder().provider(PROVIDER).validator(TokenValidator::with_options(keys, options)).build();
    let nobody = ScriptedHttpClient::builder().build();
    let claims = |provider: &TestProvider| {
        let jwt = provider.mint_id_token(|token| token.claim("aud", "app").claim("shoe_size", "42"));
        let document = Document::parse(aggregated(jwt.expose()).to_string()).unwrap();
        resolver.resolve_blocking(&document, &nobody).unwrap()
    };
    assert_eq!(claims(&other).all().unwrap_err().code(), "issuer_mismatch");
    assert_eq!((other.requests(ProviderEndpoint::Discovery), listed.requests(ProviderEndpoint::Discovery)), (0, 0));
    assert_eq!(claims(&listed).try_get_str("shoe_size"), Some("42"));
    assert_eq!(listed.requests(ProviderEndpoint::Jwks), 1);
}

#[test]
fn i14_a_distributed_source_is_asked_with_its_own_token_and_verified() {
    let house = House::new();
    let with =
        Expected::get(ENDPOINT).header("authorization", "Bearer ksj3n283dke").header("accept", "application/jwt").without_header("cookie");
    let script = [(with, jwt_answer(&house.jwt(json!({}))))];
    let claims = house.resolve(&distributed(json!({ "endpoint": ENDPOINT, "access_token": "ksj3n283dke" })), &script).unwrap();
    assert_eq!((claims.try_get::<u32>("score").unwrap(), claims.issuer_of("score")), (Some(650), Some(SOURCE)));
    assert!(!format!("{claims:?}").contains("ksj3n283dke"));

    let without = Expected::get(ENDPOINT).without_header("authorization");
    let claims = house.resolve(&distributed(json!({ "endpoint": ENDPOINT })), &[(without, jwt_answer(&house.jwt(json!({}))))]).unwrap();
    assert_eq!(claims.try_get_value("score"), Some(json!(650)));
    let foreign = jwt_answer(&House::new().jwt(json!({})));
    assert_eq!(
        house.failure(&distributed(json!({ "endpoint": ENDPOINT })), &[(Expected::get(ENDPOINT), foreign)]).code(),
        "signature_invalid"
    );
}

#[test]
fn i14_each_token_goes_to_its_own_source_alone() {
    let house = House::new();
    let other = "https://other.example.com/claims";
    let claims = json!({
        "sub": "s",
        "access_token": "the-users-token",
        "_claim_names": { "score": "a", "shoe_size": "b" },
        "_claim_sources": { "a": { "endpoint": ENDPOINT, "access_token": "for-a" }, "b": { "endpoint": other, "access_token": "for-b" } },
    });
    let script = [
        (Expected::get(ENDPOINT).header("authorization", "Bearer for-a"), jwt_answer(&house.jwt(json!({})))),
        (Expected::get(other).header("authorization", "Bearer for-b"), jwt_answer(&house.jwt(json!({})))),
    ];
    assert!(house.resolve(&claims, &script).unwrap().all().is_ok());
}

#[test]
fn i14_what_is_no_answer_of_a_source() {
    let house = House::new();
    let source = distributed(json!({ "endpoint": ENDPOINT, "access_token": "c4n4ry-in-its-full-length" }));
    let redirect = ScriptedResponse::status(302).header("location", "https://evil.example.com/");
    for (answer, kind, code) in [
        (redirect, ErrorKind::Http, "redirect"),
        (ScriptedResponse::content(200, "application/json", house.jwt(json!({}))), ErrorKind::Http, "unexpected_content_type"),
        (ScriptedResponse::json(200, r#"{"score":1}"#), ErrorKind::Http, "unexpected_content_type"),
        (ScriptedResponse::content(201, "application/jwt", house.jwt(json!({}))), ErrorKind::Http, "unexpected_status"),
        (ScriptedResponse::status(401).header("www-authenticate", "Bearer"), ErrorKind::Http, "unexpected_status"),
        (
            ScriptedResponse::json(400, r#"{"error":"invalid_token","error_description":"c4n4ry-in-its-full-length is bad"}"#),
            ErrorKind::Protocol,
            "oauth_error",
        ),
        (ScriptedResponse::content(200, "application/jwt", vec![0xff, 0xfe]), ErrorKind::Malformed, "malformed_answer"),
        (ScriptedResponse::content(200, "application/jwt", "x".repeat(2 * 1024 * 1024)), ErrorKind::Transport, "body_too_large"),
        (ScriptedResponse::error(TransportErrorKind::ForbiddenAddress), ErrorKind::Transport, "forbidden_address"),
    ] {
        let error = house.failure(&source, &[(Expected::get(ENDPOINT), answer)]);
        assert_eq!((error.kind(), error.code()), (kind, code));
        let texts = format!("{error:?} {}", chain(&error));
        assert!(!texts.contains("c4n4ry"), "{texts}");
    }
    let empty = distributed(json!({ "endpoint": ENDPOINT, "access_token": "with blanks" }));
    assert_eq!(house.failure(&empty, &[]).kind(), ErrorKind::Configuration);
}

#[test]
fn i14_h16_an_endpoint_is_held_against_the_policy_before_anything_is_sent() {
    let mut house = House::new();
    let refused =
        |house: &House, endpoint: &str| house.failure(&distributed(json!({ "endpoint": endpoint, "access_token": "t" })), &[]).code();
    for (endpoint, code) in [
        ("http://claims.example.com/score", "https_required"),
        ("https://10.0.0.1/score", "private_address"),
        ("https://localhost/score", "private_address"),
        ("https://169.254.169.254/latest", "link_local_address"),
        ("https://[::ffff:10.0.0.1]/score", "private_address"),
        ("https://u:p@claims.example.com/", "malformed_address"),
        ("file:///etc/passwd", "malformed_address"),
        ("/score", "malformed_address"),
    ] {
        assert_eq!(refused(&house, endpoint), code, "{endpoint}");
    }
    house.policy = DiscoveryPolicy::builder().deny_private_addresses().build();
    assert_eq!(refused(&house, "https://192.0.2.1/score"), "denied_address");
    house.policy = DiscoveryPolicy::builder().require_same_origin().build();
    assert_eq!(refused(&house, ENDPOINT), "other_origin");
    house.policy = DiscoveryPolicy::builder().authority(PROVIDER).additional_endpoint_base_address("https://credit.example.com").build();
    assert_eq!(refused(&house, ENDPOINT), "endpoint_host");
    let endpoint = "https://credit.example.com/score";
    let script = [(Expected::get(endpoint), jwt_answer(&house.jwt(json!({}))))];
    assert!(house.resolve(&distributed(json!({ "endpoint": endpoint })), &script).unwrap().all().is_ok());
}

#[test]
fn i14_what_the_two_members_must_not_be() {
    let house = House::new();
    let good = house.jwt(json!({}));
    for (names, sources) in [
        (json!("src1"), json!({})),
        (json!([]), json!({})),
        (json!({ "a": 1 }), json!({})),
        (json!({ "a": ["src1"] }), json!({ "src1": { "JWT": good } })),
        (json!({ "a": "src2" }), json!({ "src1": { "JWT": good } })),
        (json!({ "a": "src1" }), Value::Null),
        (json!({ "a": "src1" }), json!([])),
        (json!({ "a": "src1" }), json!({ "src1": good })),
        (json!({ "a": "src1" }), json!({ "src1": {} })),
        (json!({ "a": "src1" }), json!({ "src1": { "JWT": 1 } })),
        (json!({ "a": "src1" }), json!({ "src1": { "JWT": "" } })),
        (json!({ "a": "src1" }), json!({ "src1": { "endpoint": null } })),
        (json!({ "a": "src1" }), json!({ "src1": { "endpoint": ENDPOINT, "access_token": 1 } })),
        (json!({ "a": "src1" }), json!({ "src1": { "endpoint": ENDPOINT, "JWT": good } })),
        (json!({ "sub": "src1" }), json!({ "src1": { "JWT": good } })),
        (json!({ "iss": "src1" }), json!({ "src1": { "JWT": good } })),
        (json!({ "_claim_names": "src1" }), json!({ "src1": { "JWT": good } })),
    ] {
        let claims = json!({ "sub": "s", "_claim_names": names, "_claim_sources": sources });
        let error = house.resolve(&claims, &[]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{claims}");
        assert_well_told(&error);
    }
}

#[test]
fn i14_nothing_is_fetched_that_no_claim_comes_from_and_no_more_than_the_limit() {
    let mut house = House::new();
    for claims in [
        json!({ "sub": "s" }),
        json!({ "sub": "s", "_claim_names": {}, "_claim_sources": { "src1": { "endpoint": ENDPOINT } } }),
        json!({ "sub": "s", "_claim_sources": { "src1": { "endpoint": ENDPOINT } } }),
    ] {
        assert!(house.resolve(&claims, &[]).unwrap().sources().is_empty());
    }
    let many = |count: usize| {
        let names: serde_json::Map<_, _> = (0..count).map(|number| (format!("claim{number}"), json!(format!("src{number}")))).collect();
        let sources: serde_json::Map<_, _> = (0..count).map(|number| (format!("src{number}"), json!({ "JWT": "a.b.c" }))).collect();
        json!({ "sub": "s", "_claim_names": names, "_claim_sources": sources })
    };
    assert_eq!(house.resolve(&many(8), &[]).unwrap().sources().len(), 8);
    let error = house.resolve(&many(9), &[]).unwrap_err();
    assert!(error.to_string().contains("9 where 8 are allowed"), "{error}");
    house.most = 0;
    assert!(house.resolve(&many(1), &[]).is_err());
}

#[test]
fn i14_a_source_says_only_what_it_was_named_for_and_never_who_the_user_is() {
    let house = House::new();
    let jwt = house.jwt(json!({ "_claim_names": { "x": "y" }, "_claim_sources": { "y": { "endpoint": ENDPOINT } } }));
    let claims = house.resolve(&aggregated(&jwt), &[]).unwrap();
    assert_eq!(claims.try_get_str("shoe_size"), Some("42"));
    for name in ["sub", "iss", "score", "x"] {
        assert_eq!(claims.try_get_value(name), None, "{name}");
    }
    assert_eq!(claims.sources()[0].outcome().unwrap().subject(), Some("their-own-identifier"));
    let unsaid = json!({ "sub": "s", "_claim_names": { "hat_size": "src1" }, "_claim_sources": { "src1": { "JWT": jwt } } });
    let claims = house.resolve(&unsaid, &[]).unwrap();
    assert_eq!((claims.try_get_value("hat_size"), claims.issuer_of("hat_size")), (None, None));
}

#[test]
fn i14_one_source_that_fails_takes_no_other_with_it() {
    let house = House::new();
    let claims = json!({
        "sub": "s",
        "_claim_names": { "shoe_size": "good", "score": "bad" },
        "_claim_sources": { "good": { "JWT": house.jwt(json!({})) }, "bad": { "JWT": House::new().jwt(json!({})) } },
    });
    let claims = house.resolve(&claims, &[]).unwrap();
    assert_eq!((claims.try_get_str("shoe_size"), claims.try_get_value("score")), (Some("42"), None));
    assert_eq!(claims.all().unwrap_err().code(), "signature_invalid");
}

#[test]
fn i14_rules_for_another_kind_of_token_are_refused() {
    let options = TokenValidationOptions::id_token().issuer(SOURCE).audience("app").build();
    let validator = TokenValidator::with_options(JsonWebKeySet::default(), options);
    let resolver = ClaimResolver::builder().provider(PROVIDER).validator(validator).build();
    let document = Document::parse(r#"{"sub":"s"}"#).unwrap();
    let error = resolver.resolve_blocking(&document, &ScriptedHttpClient::builder().build()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
}
