//! The language-neutral conformance cases for discovery and key sets, by their ids. Those about caches (DISC-004, DISC-005, JWKS-004 to
//! JWKS-006) belong to `cache` and `keys`.

use std::path::PathBuf;

use identity_model::error::{Error, ErrorKind};
use identity_model::jose::SignatureAlgorithm;
use identity_model::protocol::discovery::DiscoveryDocumentResponse;
use identity_model::protocol::jwks::{JwksRequest, JwksResponse};
use identity_model::testing::ScriptedResponse;
use serde_json::Value;

use super::support::*;
use crate::vectors;

const PROVIDER: &str = "https://provider.example.com";
const DISCOVERY: &str = "https://provider.example.com/.well-known/openid-configuration";
const JWKS: &str = "https://provider.example.com/jwks";

fn fixtures(test: &str) -> Option<PathBuf> {
    Some(vectors::folder(test, "identity-model-spec")?.join("identity-model-spec/test-fixtures"))
}

fn discover(document: &Value) -> Result<DiscoveryDocumentResponse, Error> {
    send(&request(PROVIDER, lazy()), &[(DISCOVERY, ScriptedResponse::json(200, document))])
}

fn fetch_keys(answer: ScriptedResponse) -> Result<JwksResponse, Error> {
    JwksRequest::builder().address(JWKS).send_blocking(&script(&[(JWKS, answer)]))
}

#[test]
fn disc_001_002_009_a_valid_document_with_a_member_of_its_own() {
    let Some(fixtures) = fixtures("DISC-001") else { return };
    let disco = discover(&vectors::json(&fixtures, "discovery/valid.json")).unwrap();
    assert_eq!(disco.validate(), Ok(()));
    assert_eq!(disco.issuer().unwrap(), PROVIDER);
    assert_eq!(disco.authorization_endpoint().unwrap().as_str(), "https://provider.example.com/auth");
    assert_eq!(disco.token_endpoint().unwrap().as_str(), "https://provider.example.com/token");
    assert_eq!(disco.jwks_uri().unwrap().as_str(), JWKS);
    assert_eq!(disco.response_types_supported(), ["code", "id_token", "code id_token"]);
    assert_eq!(disco.subject_types_supported(), ["public"]);
    assert_eq!(disco.id_token_signing_alg_values_supported(), ["RS256", "ES256"]);
    assert_eq!(disco.try_get_str("x_custom_extension_field"), Some("should-be-ignored-not-rejected"));
    assert_eq!(disco.tolerances_needed(), []);
}

#[test]
fn disc_003_an_issuer_that_is_another() {
    let Some(fixtures) = fixtures("DISC-003") else { return };
    let error = discover(&vectors::json(&fixtures, "discovery/issuer-mismatch.json")).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "issuer_mismatch"));
    assert_eq!(error.policy_violation().unwrap().address(), Some("https://attacker.example.com"));
}

#[test]
fn disc_006_an_error_status_is_told() {
    for status in [404, 500] {
        let error = send(&request(PROVIDER, lazy()), &[(DISCOVERY, ScriptedResponse::content(status, "text/html", "<h1>"))]).unwrap_err();
        assert_eq!((error.kind(), error.status().unwrap().as_u16()), (ErrorKind::Http, status));
    }
}

#[test]
fn disc_007_what_is_no_json() {
    let error = send(&request(PROVIDER, lazy()), &[(DISCOVERY, ScriptedResponse::json(200, "<h1>"))]).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, "malformed_answer"));
}

#[test]
fn disc_008_every_missing_member_is_named() {
    let Some(fixtures) = fixtures("DISC-008") else { return };
    for (fixture, missing) in [
        ("discovery/missing-jwks-uri.json", &["jwks_uri"][..]),
        ("discovery/missing-multiple-fields.json", &["token_endpoint", "subject_types_supported"]),
    ] {
        let disco = discover(&vectors::json(&fixtures, fixture)).unwrap();
        let violations = disco.validate().unwrap_err();
        assert_eq!(violations.iter().map(|violation| violation.member()).collect::<Vec<_>>(), missing);
    }
}

#[test]
fn disc_010_https_is_required_and_configurable() {
    let error = send(&request("http://provider.example.com", lazy()), &[]).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "https_required"));
    let url = "http://provider.example.com/.well-known/openid-configuration";
    let lenient = lazy().to_builder().danger_allow_http().build();
    let answer = ScriptedResponse::json(200, serde_json::json!({"issuer": "http://provider.example.com"}));
    assert!(send(&request("http://provider.example.com", lenient), &[(url, answer)]).is_ok());
}

#[test]
fn jwks_001_002_003_a_key_set_and_its_keys() {
    let Some(fixtures) = fixtures("JWKS-001") else { return };
    let response = fetch_keys(ScriptedResponse::json(200, vectors::json(&fixtures, "jwks/valid.json"))).unwrap();
    let set = response.key_set();
    assert_eq!((set.keys().len(), set.skipped().len()), (2, 0));
    let told: Vec<_> = set.keys().iter().map(|key| (key.key_id(), key.algorithm_name())).collect();
    assert_eq!(told, [(Some("rsa-sig-key"), Some("RS256")), (Some("ec-sig-key"), Some("ES256"))]);
    assert_eq!(set.select(Some("ec-sig-key"), SignatureAlgorithm::ES256).unwrap().key_id(), Some("ec-sig-key"));
    assert_eq!(set.select(Some("nobody"), SignatureAlgorithm::ES256).unwrap_err().code(), "key_unknown_kid");
}

#[test]
fn jwks_007_malformed_and_empty_sets() {
    let Some(fixtures) = fixtures("JWKS-007") else { return };
    let error = fetch_keys(ScriptedResponse::json(200, "not json")).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Key, "key_set"));

    let empty = fetch_keys(ScriptedResponse::json(200, vectors::json(&fixtures, "jwks/empty.json"))).unwrap();
    assert_eq!(empty.key_set().keys().len(), 0, "an empty set is a set; whoever needs a key of it is told");
    assert_eq!(empty.key_set().select(None, SignatureAlgorithm::RS256).unwrap_err().code(), "key_none_fits");
}
