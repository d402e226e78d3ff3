//! The response: table of members, defaults, verdicts, aliases, whole documents.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::members::ROWS;
use super::*;
use crate::constants::metadata;
use crate::document::SECRET_MEMBERS;
use crate::error::{Error, ErrorKind};
use crate::protocol::RequestError;
use crate::protocol::discovery::PolicyViolationKind as Kind;
use crate::protocol::discovery::{
    AuthorityValidationStrategy, AuthorityViolation, DiscoveryPolicy, KeySetLoading, MetadataProfile, OneOfIssuersStrategy, Tolerance,
};

const IDP: &str = "https://idp.example.com";

fn open(document: &Value, policy: DiscoveryPolicy) -> DiscoveryDocumentResponse {
    DiscoveryDocumentResponse::parse(document.to_string(), IDP, policy).unwrap()
}

/// A document of the strict policy with `members` on top; `null` takes a member away.
fn strict(members: Value) -> DiscoveryDocumentResponse {
    open(&document(members), DiscoveryPolicy::strict())
}

fn document(members: Value) -> Value {
    let mut document = json!({
        "issuer": IDP,
        "authorization_endpoint": "https://idp.example.com/authorize",
        "token_endpoint": "https://idp.example.com/token",
        "jwks_uri": "https://idp.example.com/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    document.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    document
}

fn kinds(result: Result<(), DiscoveryViolations>) -> Vec<(String, &'static str)> {
    result.map_or_else(
        |violations| violations.iter().map(|violation| (violation.member().to_owned(), violation.kind().code())).collect(),
        |()| Vec::new(),
    )
}

#[test]
fn every_registered_member_has_an_accessor_of_its_name() {
    let rows: HashSet<_> = ROWS.iter().map(|(_, member)| *member).collect();
    assert!(ROWS.iter().all(|(accessor, member)| accessor == member), "{ROWS:?}");
    assert_eq!(rows.len(), ROWS.len());
    let elsewhere = [metadata::ISSUER, metadata::MTLS_ENDPOINT_ALIASES, metadata::SIGNED_METADATA];
    let without: Vec<_> = metadata::ALL.iter().filter(|name| !rows.contains(*name)).collect();
    assert_eq!(without.len(), elsewhere.len(), "{without:?}");
    assert!(elsewhere.iter().all(|name| without.contains(&name)));
}

#[test]
fn no_registered_member_leaves_the_document_as_a_secret() {
    assert!(metadata::ALL.iter().all(|name| !SECRET_MEMBERS.contains(name)));
}

#[test]
fn silence_means_what_the_specifications_say() {
    let silent = strict(json!({}));
    assert_eq!(silent.grant_types_supported(), ["authorization_code", "implicit"]);
    assert_eq!(silent.response_modes_supported(), ["query", "fragment"]);
    assert_eq!(silent.token_endpoint_auth_methods_supported(), ["client_secret_basic"]);
    assert_eq!(silent.revocation_endpoint_auth_methods_supported(), ["client_secret_basic"]);
    assert_eq!(silent.claim_types_supported(), ["normal"]);
    assert!(silent.introspection_endpoint_auth_methods_supported().is_empty());
    assert!(silent.code_challenge_methods_supported().is_empty());
    assert!(silent.scopes_supported().is_empty());
    assert!(silent.request_uri_parameter_supported(), "true unless stated");
    let switches = [
        silent.claims_parameter_supported(),
        silent.request_parameter_supported(),
        silent.require_request_uri_registration(),
        silent.tls_client_certificate_bound_access_tokens(),
        silent.require_pushed_authorization_requests(),
        silent.require_signed_request_object(),
        silent.authorization_response_iss_parameter_supported(),
        silent.backchannel_user_code_parameter_supported(),
        silent.frontchannel_logout_supported(),
        silent.frontchannel_logout_session_supported(),
        silent.backchannel_logout_supported(),
        silent.backchannel_logout_session_supported(),
    ];
    assert_eq!(switches, [false; 12]);
    assert!(!silent.states(metadata::GRANT_TYPES_SUPPORTED));
    assert!(silent.supports(metadata::GRANT_TYPES_SUPPORTED, "implicit"));
    assert!(!silent.supports(metadata::GRANT_TYPES_SUPPORTED, "password"));
}

#[test]
fn what_is_stated_wins_over_the_default_even_where_it_is_empty() {
    let stated = strict(json!({
        "grant_types_supported": [],
        "response_modes_supported": null,
        "token_endpoint_auth_methods_supported": "private_key_jwt",
        "scopes_supported": ["openid", 5, null, "pro\u{66}ile"],
        "request_uri_parameter_supported": false,
        "require_pushed_authorization_requests": "True",
        "authorization_response_iss_parameter_supported": 1,
    }));
    assert!(stated.grant_types_supported().is_empty());
    assert!(stated.states(metadata::GRANT_TYPES_SUPPORTED));
    assert!(!stated.supports(metadata::GRANT_TYPES_SUPPORTED, "implicit"));
    assert_eq!(stated.response_modes_supported(), ["query", "fragment"], "null says nothing");
    assert_eq!(stated.token_endpoint_auth_methods_supported(), ["private_key_jwt"], "a single string is one element");
    assert!(stated.supports(metadata::TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED, "private_key_jwt"));
    assert!(!stated.supports(metadata::TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED, "client_secret_basic"));
    assert_eq!(stated.scopes_supported(), ["openid", "profile"]);
    assert!(!stated.request_uri_parameter_supported());
    assert!(stated.require_pushed_authorization_requests());
    assert!(!stated.authorization_response_iss_parameter_supported());
}

#[test]
fn pages_are_web_addresses_or_none() {
    let disco = strict(json!({
        "service_documentation": "https://docs.example.net/idp#start",
        "op_policy_uri": "javascript:alert(1)",
        "op_tos_uri": "/terms",
    }));
    assert_eq!(disco.service_documentation().unwrap().as_str(), "https://docs.example.net/idp#start");
    assert_eq!(disco.op_policy_uri(), None);
    assert_eq!(disco.op_tos_uri(), None);
    assert_eq!(disco.try_get_str("op_tos_uri"), Some("/terms"), "the raw door");
}

#[test]
fn d2_the_issuer_comes_out_verbatim() {
    let slash = open(&json!({"issuer": "https://idp.example.com/"}), DiscoveryPolicy::strict());
    assert_eq!(slash.issuer().unwrap(), "https://idp.example.com/");
    assert_eq!(slash.authority(), IDP);
    assert_eq!(slash.address(), "https://idp.example.com/.well-known/openid-configuration");

    let anybody = DiscoveryPolicy::builder().danger_any_issuer().build();
    assert_eq!(open(&json!({"issuer": "https://other"}), anybody.clone()).issuer().unwrap(), "https://other");
    for none in [json!({}), json!({"issuer": " "}), json!({"issuer": 5})] {
        assert_eq!(open(&none, anybody.clone()).issuer().unwrap_err().kind(), Kind::MissingMember, "{none}");
    }
}

#[test]
fn d5_an_endpoint_is_there_missing_or_invalid() {
    let disco = strict(json!({
        "registration_endpoint": null,
        "revocation_endpoint": 5,
        "introspection_endpoint": "/introspect",
        "end_session_endpoint": "",
        "custom_Endpoint": "https://idp.example.com/custom",
        "endpointless": "https://idp.example.com/x",
    }));
    assert_eq!(disco.token_endpoint().unwrap().as_str(), "https://idp.example.com/token");
    assert_eq!(disco.token_endpoint().unwrap().policy(), disco.policy(), "it brings the policy along");
    let kind = |verdict: Result<_, crate::protocol::discovery::PolicyViolation>| verdict.map(|_| ()).unwrap_err().kind();
    assert_eq!(kind(disco.registration_endpoint()), Kind::MissingMember);
    assert_eq!(kind(disco.userinfo_endpoint()), Kind::MissingMember);
    assert_eq!(kind(disco.revocation_endpoint()), Kind::WrongType);
    assert_eq!(kind(disco.introspection_endpoint()), Kind::Malformed);
    assert_eq!(kind(disco.end_session_endpoint()), Kind::Malformed);
    assert_eq!(disco.endpoint("registration_endpoint"), Ok(None));
    assert_eq!(disco.endpoint("custom_Endpoint").unwrap().unwrap().as_str(), "https://idp.example.com/custom");
    assert_eq!(disco.endpoint("issuer"), Ok(None), "no endpoint");
    assert_eq!(disco.endpoint("endpointless"), Ok(None));
    assert!(disco.endpoint("revocation_endpoint").is_err(), "an optional endpoint is checked all the same");
}

#[test]
fn row_17_a_missing_or_blank_key_set() {
    let lenient = DiscoveryPolicy::builder().require_key_set(false).build();
    for value in [json!(null), json!(""), json!(" ")] {
        let document = document(json!({ "jwks_uri": value }));
        let disco = open(&document, DiscoveryPolicy::strict());
        assert_eq!(disco.jwks_uri().unwrap_err().kind(), Kind::MissingKeySet);
        assert_eq!(kinds(disco.validate()), [("jwks_uri".to_owned(), "missing_key_set")]);
        assert_eq!(kinds(disco.validate_endpoints()), [("jwks_uri".to_owned(), "missing_key_set")]);
        let disco = open(&document, lenient.clone());
        assert_eq!(disco.jwks_uri().unwrap_err().kind(), Kind::MissingMember);
        assert_eq!(disco.key_set_address(), Ok(None));
        assert_eq!(disco.validate(), Ok(()));
    }
    let wrong = open(&document(json!({"jwks_uri": 5})), lenient);
    assert_eq!(wrong.key_set_address().unwrap_err().kind(), Kind::WrongType);
    assert_eq!(kinds(wrong.validate()), [("jwks_uri".to_owned(), "wrong_type")]);
}

#[test]
fn d6_aliases_are_taken_where_they_are_and_checked_as_endpoints() {
    let aliases = json!({
        "token_endpoint": "https://idp.example.com/mtls/token",
        "revocation_endpoint": "https://mtls.idp.example.com/revoke",
        "introspection_endpoint": null,
        "userinfo_endpoint": 5,
        "jwks_uri": "https://idp.example.com/mtls/jwks",
        "authorization_endpoint": "https://idp.example.com/mtls/authorize",
    });
    let disco = strict(json!({
        "mtls_endpoint_aliases": aliases,
        "introspection_endpoint": "https://idp.example.com/introspect",
        "revocation_endpoint": "https://idp.example.com/revoke",
    }));
    let mtls = |member| disco.mtls_endpoint(member).map(|endpoint| endpoint.as_str().to_owned());
    assert_eq!(mtls(metadata::TOKEN_ENDPOINT).unwrap(), "https://idp.example.com/mtls/token");
    assert_eq!(mtls(metadata::INTROSPECTION_ENDPOINT).unwrap(), "https://idp.example.com/introspect");
    assert_eq!(mtls(metadata::JWKS_URI).unwrap(), "https://idp.example.com/jwks");
    assert_eq!(mtls(metadata::AUTHORIZATION_ENDPOINT).unwrap(), "https://idp.example.com/authorize");
    assert_eq!(mtls(metadata::DEVICE_AUTHORIZATION_ENDPOINT).unwrap_err().kind(), Kind::MissingMember);

    let refused = mtls(metadata::REVOCATION_ENDPOINT).unwrap_err();
    assert_eq!((refused.kind(), refused.member()), (Kind::EndpointHost, "mtls_endpoint_aliases.revocation_endpoint"), "row 26");
    assert_eq!(mtls(metadata::USERINFO_ENDPOINT).unwrap_err().kind(), Kind::WrongType);
    assert_eq!(disco.revocation_endpoint().unwrap().as_str(), "https://idp.example.com/revoke", "the plain one is not concerned");
    assert_eq!(
        kinds(disco.validate_endpoints()),
        [
            ("mtls_endpoint_aliases.revocation_endpoint".to_owned(), "endpoint_host"),
            ("mtls_endpoint_aliases.userinfo_endpoint".to_owned(), "wrong_type"),
        ]
    );

    let base = DiscoveryPolicy::builder().additional_endpoint_base_address("https://mtls.idp.example.com").build();
    let accepted = open(&document(json!({"mtls_endpoint_aliases": {"token_endpoint": "https://mtls.idp.example.com/token"}})), base);
    assert_eq!(accepted.mtls_endpoint(metadata::TOKEN_ENDPOINT).unwrap().as_str(), "https://mtls.idp.example.com/token");
    assert_eq!(accepted.validate(), Ok(()));
}

#[test]
fn d6_aliases_that_are_no_object_are_an_error_where_they_would_be_used() {
    let disco = strict(json!({"mtls_endpoint_aliases": ["https://mtls.idp.example.com"]}));
    let refused = disco.mtls_endpoint(metadata::TOKEN_ENDPOINT).unwrap_err();
    assert_eq!((refused.kind(), refused.member()), (Kind::WrongType, "mtls_endpoint_aliases"));
    assert!(disco.mtls_endpoint(metadata::JWKS_URI).is_ok());
    assert!(disco.token_endpoint().is_ok());
}

/// Accepts everything and counts.
#[derive(Default)]
struct Counting(AtomicUsize);

impl AuthorityValidationStrategy for Counting {
    fn validate_issuer(&self, _issuer: &str, _expected_authority: &str) -> Result<(), AuthorityViolation> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn validate_endpoint(&self, _endpoint: &str, _allowed_authorities: &[String]) -> Result<(), AuthorityViolation> {
        self.0.fetch_add(100, Ordering::SeqCst);
        Err(AuthorityViolation::EndpointHost)
    }
}

#[test]
fn endpoints_are_judged_when_touched_and_verdicts_are_remembered() {
    let strategy = Arc::new(Counting::default());
    let policy = DiscoveryPolicy::builder().authority_validation_strategy(Arc::clone(&strategy)).build();
    let disco = open(&document(json!({})), policy);
    let asked = || strategy.0.load(Ordering::SeqCst);
    assert_eq!(asked(), 1, "only the issuer");
    let clone = disco.clone();
    for _ in 0..3 {
        disco.validate_issuer_name().unwrap();
        clone.token_endpoint().unwrap_err();
        disco.token_endpoint().unwrap_err();
    }
    assert_eq!(asked(), 101);
    for _ in 0..2 {
        disco.validate().unwrap_err();
        clone.validate_endpoints().unwrap_err();
    }
    assert_eq!(asked(), 301, "token, authorization and key set, once each");
}

#[test]
fn validate_names_everything_once() {
    let disco = strict(json!({
        "issuer": "https://idp.example.com/",
        "token_endpoint": 5,
        "authorization_endpoint": null,
        "userinfo_endpoint": "http://idp.example.com/userinfo",
        "response_types_supported": "code",
        "subject_types_supported": [5],
    }));
    let violations = disco.validate().unwrap_err();
    assert_eq!(
        kinds(Err(violations.clone())),
        [
            ("token_endpoint".to_owned(), "wrong_type"),
            ("userinfo_endpoint".to_owned(), "https_required"),
            ("authorization_endpoint".to_owned(), "missing_member"),
            ("response_types_supported".to_owned(), "wrong_type"),
            ("subject_types_supported".to_owned(), "wrong_type"),
        ]
    );
    assert_eq!(violations.count(), 5);
    assert_eq!(kinds(disco.validate_endpoints()).len(), 2);
    assert_eq!(kinds(disco.validate_required_members()).len(), 4);

    let error = Error::from(violations);
    assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "wrong_type"));
    assert_eq!(error.policy_violation().unwrap().member(), "token_endpoint");
}

#[test]
fn a_long_list_of_violations_is_cut_where_it_is_shown() {
    let members: serde_json::Map<_, _> = (0..100).map(|number| (format!("x{number}_endpoint"), json!("http://evil.example"))).collect();
    let violations = strict(Value::Object(members)).validate().unwrap_err();
    assert_eq!(violations.count(), 100);
    let text = violations.to_string();
    assert!(text.ends_with("; and 84 more"), "{text}");
    let shown = format!("{violations:?}");
    assert_eq!((shown.matches("PolicyViolation(").count(), shown.contains("count: 100")), (16, true), "{shown}");
}

#[test]
fn tolerances_needed_are_those_that_the_document_uses() {
    let policy = DiscoveryPolicy::builder()
        .authority_validation_strategy(OneOfIssuersStrategy::new(["https://issuer.example.com", "https://unused.example.com"]))
        .additional_endpoint_base_address("https://api.example.net")
        .additional_endpoint_base_address("https://unused.example.net")
        .endpoint_validation_exclude_list(["revocation_endpoint", "token_endpoint"])
        .metadata_profile(MetadataProfile::KeysOnly)
        .require_key_set(false)
        .danger_allow_http()
        .danger_any_content_type()
        .build();
    let members = json!({
        "issuer": "https://issuer.example.com",
        "userinfo_endpoint": "https://api.example.net/userinfo",
        "revocation_endpoint": "https://elsewhere.example.org/revoke",
        "subject_types_supported": null,
        "jwks_uri": null,
    });
    let disco = open(&document(members), policy);
    assert_eq!(disco.validate(), Ok(()));
    assert_eq!(
        disco.tolerances_needed(),
        [
            Tolerance::EndpointBase("https://api.example.net".to_owned()),
            Tolerance::EndpointMember("revocation_endpoint".to_owned()),
            Tolerance::Issuer("https://issuer.example.com".to_owned()),
            Tolerance::NoKeySet,
            Tolerance::Profile(MetadataProfile::KeysOnly),
        ]
    );
    assert_eq!(strict(json!({})).tolerances_needed(), []);
}

#[test]
fn tolerances_needed_are_told_of_a_document_that_is_refused_as_well() {
    let policy = DiscoveryPolicy::builder()
        .additional_endpoint_base_address("https://api.example.net")
        .additional_endpoint_base_address("https://unused.example.net")
        .build();
    let members = json!({"userinfo_endpoint": "https://api.example.net/u", "revocation_endpoint": "https://evil.example/revoke"});
    let disco = open(&document(members), policy);
    assert!(disco.validate().is_err());
    assert_eq!(disco.tolerances_needed(), [Tolerance::EndpointBase("https://api.example.net".to_owned())]);
}

#[test]
fn http_is_needed_where_the_document_itself_stands_on_http() {
    let document = json!({"issuer": "http://idp.example.com"});
    let policy = DiscoveryPolicy::danger_development();
    let disco = DiscoveryDocumentResponse::parse(document.to_string(), "http://idp.example.com", policy).unwrap();
    assert_eq!(disco.tolerances_needed(), [Tolerance::Http]);
}

#[test]
fn parse_checks_address_then_text_then_issuer() {
    let parse = |text: &str, address: &str| DiscoveryDocumentResponse::parse(text.to_owned(), address, DiscoveryPolicy::strict());
    assert!(matches!(parse("[", "ftp://x"), Err(RequestError::Address { endpoint: "discovery endpoint", .. })));
    assert!(
        matches!(parse("[", "http://idp.example.com"), Err(RequestError::Policy(violation)) if violation.kind() == Kind::HttpsRequired)
    );
    let error = parse(r#"{"issuer": }"#, IDP).unwrap_err();
    assert!(matches!(&error, RequestError::Malformed { endpoint, .. } if endpoint.name() == "discovery endpoint"), "{error:?}");
    assert!(matches!(parse(r#"{"issuer": "https://evil"}"#, IDP), Err(RequestError::Policy(v)) if v.kind() == Kind::IssuerMismatch));
    let disco = parse("\u{feff}{\"issuer\": \"https://idp.example.com\"}", IDP).unwrap();
    assert_eq!(disco.head().status(), http::StatusCode::OK);
    assert!(disco.key_set().is_none());
}

#[test]
fn debug_shows_no_values_of_members() {
    let disco = strict(json!({"token_endpoint": "https://idp.example.com/token?key=secret", "registration_access_token": "secret"}));
    let text = format!("{disco:?}");
    assert!(!text.contains("secret"), "{text}");
    assert!(text.contains("members: 8"), "{text}");
}

#[test]
fn keys_are_asked_for_unless_the_policy_says_never() {
    let never = DiscoveryPolicy::builder().key_set_loading(KeySetLoading::Never).build();
    let error = open(&document(json!({})), never).key_set_request().unwrap_err();
    assert!(matches!(error, RequestError::Configuration { .. }), "{error}");
    assert!(strict(json!({})).key_set_request().is_ok());
}
