//! Keys with the document, later, or never.

use identity_model::error::ErrorKind;
use identity_model::protocol::discovery::{DiscoveryPolicy, KeySetLoading};
use identity_model::testing::{ScriptedHttpClient, ScriptedResponse};
use serde_json::{Value, json};

use super::support::*;

fn with_document(members: Value) -> (&'static str, ScriptedResponse) {
    (URL, ScriptedResponse::json(200, document(members)))
}

#[test]
fn eager_loads_the_keys_with_the_document() {
    let exchanges = [with_document(json!({})), (KEYS_URL, ScriptedResponse::json(200, keys()))];
    let disco = send(&request(IDP, DiscoveryPolicy::strict()), &exchanges).unwrap();
    let set = disco.key_set().unwrap();
    assert_eq!((set.keys().len(), set.skipped().len()), (1, 1));
    let nobody = ScriptedHttpClient::builder().build();
    assert_eq!(block_on(disco.load_key_set(&nobody)).unwrap().keys().len(), 1, "what is there is not fetched again");
    assert_eq!(disco.load_key_set_blocking(&nobody).unwrap().keys().len(), 1);
}

#[test]
fn h6_a_key_set_has_a_media_type_of_its_own() {
    let keys_as = |content_type: &str| {
        let answer = ScriptedResponse::content(200, content_type, keys().to_string());
        send(&request(IDP, DiscoveryPolicy::strict()), &[with_document(json!({})), (KEYS_URL, answer)])
    };
    assert!(keys_as("application/jwk-set+json").is_ok());
    assert!(keys_as("application/jwk-set+json; charset=utf-8").is_ok());
    let error = keys_as("text/plain").unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "key_set_loading"));
}

#[test]
fn an_eager_failure_carries_the_document_and_can_be_made_good() {
    for (answer, kind) in [
        (ScriptedResponse::status(404), ErrorKind::Http),
        (ScriptedResponse::json(503, json!({"error": "temporarily_unavailable"})), ErrorKind::Protocol),
        (ScriptedResponse::json(200, "["), ErrorKind::Key),
        (ScriptedResponse::json(200, r#"{"kez": []}"#), ErrorKind::Key),
        (ScriptedResponse::error(identity_model::transport::TransportErrorKind::Tls), ErrorKind::Transport),
    ] {
        let exchanges = [with_document(json!({})), (KEYS_URL, answer)];
        let error = send(&request(IDP, DiscoveryPolicy::strict()), &exchanges).unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, "key_set_loading"), "{error}");
        let disco = error.discovery_document().unwrap();
        assert_eq!(disco.issuer().unwrap(), IDP);
        assert!(disco.key_set().is_none());
        let http = script(&[(KEYS_URL, ScriptedResponse::json(200, keys()))]);
        assert_eq!(disco.load_key_set_blocking(&http).unwrap().keys().len(), 1);
    }
}

#[test]
fn an_eager_failure_of_the_address_carries_the_document() {
    for (jwks_uri, code) in [
        (json!("https://keys.example.net/jwks"), "endpoint_host"),
        (json!("http://idp.example.com/jwks"), "https_required"),
        (json!("https://169.254.169.254/jwks"), "link_local_address"),
        (json!("/jwks"), "malformed_address"),
        (json!(5), "wrong_type"),
        (json!(null), "missing_key_set"),
        (json!(" "), "missing_key_set"),
    ] {
        let exchanges = [with_document(json!({ "jwks_uri": jwks_uri }))];
        let error = send(&request(IDP, DiscoveryPolicy::strict()), &exchanges).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Policy, "{jwks_uri}");
        let violation = error.policy_violation().unwrap();
        assert_eq!((violation.member(), violation.kind().code()), ("jwks_uri", code));
        assert!(error.discovery_document().unwrap().token_endpoint().is_ok());
    }
}

#[test]
fn row_17_no_keys_where_none_are_required() {
    let policy = DiscoveryPolicy::builder().require_key_set(false).build();
    let disco = send(&request(IDP, policy), &[with_document(json!({"jwks_uri": ""}))]).unwrap();
    assert!(disco.key_set().is_none());
    assert_eq!(disco.validate(), Ok(()));
    let nobody = ScriptedHttpClient::builder().build();
    let error = block_on(disco.load_key_set(&nobody)).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "missing_member"));
}

#[test]
fn lazy_keys_are_loaded_once_and_remembered_by_all_clones() {
    let disco = send(&request(IDP, lazy()), &[with_document(json!({}))]).unwrap();
    let clone = disco.clone();
    assert!(disco.key_set().is_none());

    let failing = script(&[(KEYS_URL, ScriptedResponse::status(404))]);
    assert_eq!(block_on(disco.load_key_set(&failing)).unwrap_err().kind(), ErrorKind::Http, "a failure is not remembered");
    let http = script(&[(KEYS_URL, ScriptedResponse::json(200, keys()))]);
    assert_eq!(block_on(disco.load_key_set(&http)).unwrap().keys().len(), 1);
    assert_eq!(clone.load_key_set_blocking(&http).unwrap().keys().len(), 1);
    assert_eq!(clone.key_set().unwrap().keys()[0].key_id(), Some("a"));
}

#[test]
fn never_means_never() {
    let policy = DiscoveryPolicy::builder().key_set_loading(KeySetLoading::Never).build();
    let disco = send(&request(IDP, policy), &[with_document(json!({}))]).unwrap();
    let nobody = ScriptedHttpClient::builder().build();
    assert_eq!(disco.load_key_set_blocking(&nobody).unwrap_err().kind(), ErrorKind::Configuration);
    assert!(disco.jwks_uri().is_ok(), "the address is there for a request of one's own");
}

#[test]
fn what_is_tolerated_by_the_members_name_holds_for_the_request_for_the_keys() {
    let policy = DiscoveryPolicy::builder().authority(IDP).endpoint_validation_exclude_list(["jwks_uri"]).build();
    let elsewhere = "https://keys.example.net/jwks";
    let exchanges = [with_document(json!({ "jwks_uri": elsewhere })), (elsewhere, ScriptedResponse::json(200, keys()))];
    assert!(send(&request(IDP, policy.clone()), &exchanges).unwrap().key_set().is_some());

    let later = policy.to_builder().key_set_loading(KeySetLoading::Lazy).build();
    let disco = send(&request(IDP, later), &exchanges[..1]).unwrap();
    assert!(disco.load_key_set_blocking(&script(&exchanges[1..])).is_ok());
}

#[test]
fn quirks_of_the_policy_hold_for_the_keys_too() {
    let policy = DiscoveryPolicy::builder().danger_any_content_type().build();
    let exchanges = [
        (URL, ScriptedResponse::content(200, "text/html", document(json!({})).to_string())),
        (KEYS_URL, ScriptedResponse::content(200, "text/plain", keys().to_string())),
    ];
    assert!(send(&request(IDP, policy), &exchanges).unwrap().key_set().is_some());
}

#[test]
fn the_callers_parameters_and_headers_are_not_for_the_keys() {
    let request = identity_model::protocol::discovery::DiscoveryDocumentRequest::builder()
        .address(IDP)
        .parameter("appid", "7")
        .header("x-tenant", "t")
        .build();
    let http = script(&[
        (&format!("{URL}?appid=7"), ScriptedResponse::json(200, document(json!({})))),
        (KEYS_URL, ScriptedResponse::json(200, keys())),
    ]);
    block_on(request.send(&http)).unwrap();
    assert_eq!(http.requests()[1].header("x-tenant"), None);
}

#[test]
fn k9_and_k1_unusable_keys_do_not_spoil_the_set() {
    let set = json!({"keys": [{"kty": "oct", "k": "c2VjcmV0"}, {"kty": "NEW"}, 5, keys()["keys"][0]]});
    let exchanges = [with_document(json!({})), (KEYS_URL, ScriptedResponse::json(200, set))];
    let disco = send(&request(IDP, DiscoveryPolicy::strict()), &exchanges).unwrap();
    let set = disco.key_set().unwrap();
    assert!(set.keys().iter().any(|key| key.key_id() == Some("a")));
    assert!(set.skipped().len() >= 2, "{:?}", set.skipped());
}
