//! The documents of Duende.IdentityModel's own tests.

use std::path::PathBuf;

use identity_model::constants::metadata;
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::testing::ScriptedResponse;

use super::support::*;
use crate::vectors;

const DEMO: &str = "https://demo.identityserver.io";
const DEMO_URL: &str = "https://demo.identityserver.io/.well-known/openid-configuration";
const DEMO_KEYS: &str = "https://demo.identityserver.io/.well-known/jwks";

fn folder(test: &str) -> Option<PathBuf> {
    Some(vectors::folder(test, "duende")?.join("duende"))
}

fn file(folder: &std::path::Path, name: &str) -> ScriptedResponse {
    ScriptedResponse::content(200, "application/json", std::fs::read(folder.join(name)).unwrap())
}

#[test]
fn discovery_with_its_keys() {
    let Some(folder) = folder("duende discovery") else { return };
    let exchanges = [(DEMO_URL, file(&folder, "discovery.json")), (DEMO_KEYS, file(&folder, "discovery_jwks.json"))];
    let disco = send(&request(DEMO, DiscoveryPolicy::strict()), &exchanges).unwrap();
    assert_eq!(disco.validate(), Ok(()));
    let endpoints = [
        (disco.authorization_endpoint(), "connect/authorize"),
        (disco.token_endpoint(), "connect/token"),
        (disco.userinfo_endpoint(), "connect/userinfo"),
        (disco.end_session_endpoint(), "connect/endsession"),
        (disco.registration_endpoint(), "connect/dcr"),
        (disco.check_session_iframe(), "connect/checksession"),
        (disco.revocation_endpoint(), "connect/revocation"),
        (disco.introspection_endpoint(), "connect/introspect"),
        (disco.device_authorization_endpoint(), "connect/deviceauthorization"),
        (disco.backchannel_authentication_endpoint(), "connect/ciba"),
        (disco.pushed_authorization_request_endpoint(), "connect/par"),
        (disco.jwks_uri(), ".well-known/jwks"),
    ];
    for (endpoint, path) in endpoints {
        assert_eq!(endpoint.unwrap().as_str(), format!("{DEMO}/{path}"));
    }
    assert!(disco.frontchannel_logout_supported());
    assert!(disco.frontchannel_logout_session_supported());
    assert!(disco.scopes_supported().contains(&"offline_access".to_owned()));
    assert!(disco.supports(metadata::CODE_CHALLENGE_METHODS_SUPPORTED, "S256"));
    assert!(disco.claims_supported().contains(&"sub".to_owned()));

    let set = disco.key_set().unwrap();
    assert_eq!((set.keys().len(), set.skipped().len()), (1, 0));
    assert_eq!(set.keys()[0].algorithm_name(), None);
    assert!(!set.keys()[0].verifies().is_empty());
}

#[test]
fn row_26_discovery_with_aliases_for_mutual_tls() {
    let Some(folder) = folder("duende discovery_mtls") else { return };
    let serve = |policy: DiscoveryPolicy| send(&request(DEMO, policy), &[(DEMO_URL, file(&folder, "discovery_mtls.json"))]).unwrap();
    let strict = serve(lazy());
    assert!(strict.token_endpoint().is_ok());
    let refused = strict.mtls_endpoint(metadata::TOKEN_ENDPOINT).unwrap_err();
    assert_eq!((refused.kind().code(), refused.member()), ("endpoint_host", "mtls_endpoint_aliases.token_endpoint"));
    assert_eq!(strict.validate().unwrap_err().count(), 5);

    let disco = serve(lazy().to_builder().additional_endpoint_base_address("https://mtls.identityserver.io").build());
    assert_eq!(disco.validate(), Ok(()));
    let mtls = |member| disco.mtls_endpoint(member).unwrap().as_str().to_owned();
    assert_eq!(mtls(metadata::TOKEN_ENDPOINT), "https://mtls.identityserver.io/connect/token");
    assert_eq!(mtls(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT), "https://mtls.identityserver.io/connect/par");
    assert_eq!(mtls(metadata::USERINFO_ENDPOINT), "https://demo.identityserver.io/connect/userinfo", "no alias");
    assert_eq!(mtls(metadata::AUTHORIZATION_ENDPOINT), "https://demo.identityserver.io/connect/authorize");
    assert!(disco.pushed_authorization_request_endpoint().is_err(), "only its alias is there");
}

#[test]
fn rows_9_to_16_a_document_with_bases_to_choose() {
    let Some(folder) = folder("duende discovery_variable") else { return };
    let template = std::fs::read_to_string(folder.join("discovery_variable.json")).unwrap();
    let verdict = |issuer: &str, base: &str, alternative: &str, policy: DiscoveryPolicy| {
        let text = template.replace("{issuer}", issuer).replace("{endpointBase}", base).replace("{alternateEndpointBase}", alternative);
        let url = format!("{issuer}/.well-known/openid-configuration");
        let disco = send(&request(issuer, policy), &[(&url, ScriptedResponse::content(200, "application/json", text))]).unwrap();
        disco.validate().map_err(|violations| violations.iter().map(|one| one.kind().code()).collect::<Vec<_>>())
    };
    let plus = |base: &str| lazy().to_builder().additional_endpoint_base_address(base).build();
    let authority = "https://authority";
    assert_eq!(verdict(authority, authority, authority, lazy()), Ok(()));
    assert_eq!(verdict("http://localhost:5000", "http://localhost:5000", "http://localhost:5000", lazy()), Ok(()));
    assert_eq!(verdict(authority, authority, "https://otherserver", lazy()), Err(vec!["endpoint_host"]), "row 11");
    assert_eq!(verdict(authority, authority, "https://otherserver", plus("https://otherserver")), Ok(()), "row 13");
    assert_eq!(verdict("https://authority/sub", "https://authority/sub", authority, lazy()), Err(vec!["endpoint_base"]), "row 9");
    assert_eq!(verdict("https://authority/sub", "https://authority/sub", authority, plus(authority)), Ok(()), "row 10");
    assert_eq!(verdict(authority, authority, "http://authority", lazy()), Err(vec!["https_required"]), "row 8");
    let unchecked = lazy().to_builder().danger_any_endpoint_host().build();
    assert_eq!(verdict(authority, authority, "https://otherserver", unchecked.clone()), Ok(()), "row 14");
    assert_eq!(verdict(authority, authority, "http://otherserver", unchecked), Err(vec!["https_required"]), "row 15");
    let excluded = lazy().to_builder().endpoint_validation_exclude_list(["revocation_endpoint"]).build();
    assert_eq!(verdict(authority, authority, "https://otherserver", excluded), Ok(()), "row 16");
    assert_eq!(verdict(authority, "https://otherserver", authority, lazy()).unwrap_err().len(), 7);
}
