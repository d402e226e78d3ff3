//! The two options against forged server-side requests: no private address, and the same origin (rule H16).

use identity_model::encoding::address_class::AddressClass;
use identity_model::encoding::challenge::Challenge;
use identity_model::error::{Error, ErrorKind};
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy, PolicyViolation, PolicyViolationKind};
use identity_model::protocol::jwks::JwksRequest;
use identity_model::protocol::registration::RegistrationRequest;
use identity_model::protocol::resource_metadata::ResourceMetadataRequest;
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
use serde_json::json;

use super::support::*;

fn denying() -> DiscoveryPolicy {
    DiscoveryPolicy::builder().deny_private_addresses().build()
}

fn same_origin() -> DiscoveryPolicy {
    DiscoveryPolicy::builder().require_same_origin().build()
}

#[track_caller]
fn denied(violation: &PolicyViolation, member: &str, class: AddressClass) {
    assert_eq!((violation.kind(), violation.kind().code()), (PolicyViolationKind::DeniedAddress, "denied_address"), "{violation}");
    assert_eq!((violation.member(), violation.address_class(), violation.remedy()), (member, Some(class), None));
    assert!(violation.to_string().contains(&format!("(class `{class}`)")), "{violation}");
}

#[test]
fn h16_no_literal_private_address_wherever_it_comes_from() {
    let policy = denying();
    for (host, class) in [
        ("10.0.0.1", AddressClass::Private),
        ("0xa000001", AddressClass::Private),
        ("127.0.0.1", AddressClass::Loopback),
        ("localhost", AddressClass::Loopback),
        ("idp.localhost", AddressClass::Loopback),
        ("100.64.0.1", AddressClass::Shared),
        ("169.254.169.254", AddressClass::LinkLocal),
        ("192.0.2.7", AddressClass::Documentation),
        ("[fd00::1]", AddressClass::Private),
        ("[::ffff:10.0.0.1]", AddressClass::Private),
        ("[64:ff9b::10.0.0.1]", AddressClass::Private),
        ("[2002:a00:1::]", AddressClass::Private),
        ("[2001:db8::1]", AddressClass::Documentation),
        ("metadata.google.internal", AddressClass::CloudMetadata),
    ] {
        let address = format!("https://{host}/keys");
        // The authority is of the same kind: by default that would do.
        denied(&policy.check_endpoint("jwks_uri", &address, &format!("https://{host}")).unwrap_err(), "jwks_uri", class);
        let error = Error::from(policy.check_address(&address).unwrap_err());
        denied(error.policy_violation().unwrap(), "address", class);
        let request = JwksRequest::builder().address(address.as_str()).policy(policy.clone()).build();
        let error = request.send_blocking(&ScriptedHttpClient::builder().build()).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Policy, "denied_address"));
        let error = send(&request_at(host, policy.clone()), &[]).unwrap_err();
        denied(error.policy_violation().unwrap(), "address", class);
    }
    assert!(policy.check_address("https://8.8.8.8/keys").is_ok());
    assert!(policy.check_endpoint("jwks_uri", "https://idp.example.com/keys", IDP).is_ok(), "names are the client's affair");
}

fn request_at(host: &str, policy: DiscoveryPolicy) -> identity_model::DiscoveryDocumentRequest {
    request(&format!("https://{host}"), policy)
}

#[test]
fn h16_denying_wins_over_allowing_and_over_excluded_members() {
    let policy = DiscoveryPolicy::builder()
        .danger_allow_private_addresses()
        .danger_any_endpoint_host()
        .endpoint_validation_exclude_list(["jwks_uri"])
        .deny_private_addresses();
    let violation = policy.build().check_endpoint("jwks_uri", "https://10.0.0.1/keys", IDP).unwrap_err();
    denied(&violation, "jwks_uri", AddressClass::Private);
}

#[test]
fn h16_an_endpoint_of_a_document_is_refused_when_it_is_touched() {
    let body = document(json!({ "userinfo_endpoint": "https://10.0.0.1/userinfo", "token_endpoint": "https://tokens.example.com/token" }));
    let policy = denying().to_builder().danger_any_endpoint_host().build();
    let disco = DiscoveryDocumentResponse::parse(body.to_string(), IDP, policy).unwrap();
    denied(&disco.userinfo_endpoint().unwrap_err(), "userinfo_endpoint", AddressClass::Private);
    assert!(disco.token_endpoint().is_ok());
}

/// What a registration is answered with, its management at `address`.
fn registered(policy: DiscoveryPolicy, address: &str) -> Result<(), PolicyViolation> {
    let body = json!({ "client_id": "c", "registration_client_uri": address, "registration_access_token": "t" });
    let http = ScriptedHttpClient::builder().exchange(Expected::post(format!("{IDP}/register")), ScriptedResponse::json(201, body)).build();
    let builder = RegistrationRequest::builder().address(format!("{IDP}/register")).metadata(ClientMetadata::default());
    let registration = builder.policy(policy).send_blocking(&http).unwrap();
    let refused = registration.unusable_members().first().map(|unusable| unusable.reason().policy_violation().unwrap().clone());
    assert_eq!(registration.management().is_none(), refused.is_some());
    refused.map_or(Ok(()), Err)
}

/// Metadata of a resource, announced at `address`.
fn announced(policy: DiscoveryPolicy, address: &str) -> Result<(), Error> {
    let challenges = Challenge::parse([format!("Bearer resource_metadata=\"{address}\"")]);
    let http =
        ScriptedHttpClient::builder().get(address, ScriptedResponse::json(200, json!({ "resource": "https://api.example.com/x" }))).build();
    let builder = ResourceMetadataRequest::builder().resource("https://api.example.com/x").announced_by(&challenges);
    let outcome = builder.policy(policy).send_blocking(&http).map(drop);
    assert_eq!(http.problems().is_empty(), outcome.is_ok());
    outcome
}

#[test]
fn h16_what_registration_and_resources_link_to() {
    let violation = registered(denying(), "https://10.0.0.1/register/c").unwrap_err();
    denied(&violation, "registration_client_uri", AddressClass::Private);
    registered(denying(), "https://clients.example.com/register/c").unwrap();
    let error = announced(denying(), "https://169.254.169.254/meta").unwrap_err();
    denied(error.policy_violation().unwrap(), "resource_metadata", AddressClass::LinkLocal);

    for address in ["https://clients.example.com/c", "https://idp.example.com:8443/register/c", "https://idp.example.com.evil.net/c"] {
        registered(DiscoveryPolicy::strict(), address).unwrap();
        let violation = registered(same_origin(), address).unwrap_err();
        assert_eq!((violation.kind().code(), violation.member()), ("other_origin", "registration_client_uri"), "{address}");
        assert_eq!((violation.expected(), violation.remedy()), (&[IDP.to_owned()][..], None));
    }
    registered(same_origin(), "https://IDP.example.com:443/register/c").unwrap();
    announced(same_origin(), "https://api.example.com/meta").unwrap();
    assert_eq!(announced(same_origin(), "https://meta.example.com/meta").unwrap_err().code(), "other_origin");
}

#[test]
fn h16_same_origin_holds_against_every_other_tolerance() {
    let policy = DiscoveryPolicy::builder()
        .require_same_origin()
        .additional_endpoint_base_address("https://keys.example.net")
        .endpoint_validation_exclude_list(["userinfo_endpoint"]);
    let policy = policy.build();
    for (member, address) in [
        ("jwks_uri", "https://keys.example.net/jwks"),
        ("userinfo_endpoint", "https://api.example.net/userinfo"),
        ("token_endpoint", "http://idp.example.com/token"),
        ("mtls_endpoint_aliases.token_endpoint", "https://mtls.idp.example.com/token"),
    ] {
        let lax = policy.to_builder().danger_any_endpoint_host().danger_allow_http().build();
        let violation = lax.check_endpoint(member, address, IDP).unwrap_err();
        assert_eq!((violation.kind(), violation.member()), (PolicyViolationKind::OtherOrigin, member), "{violation}");
    }
    let outside = policy.check_endpoint("jwks_uri", "https://idp.example.com/keys", "https://idp.example.com/tenant");
    assert_eq!(outside.unwrap_err().kind(), PolicyViolationKind::EndpointBase, "the base stays");
    assert!(policy.check_endpoint("jwks_uri", "https://idp.example.com/keys", IDP).is_ok());
}

#[test]
fn both_are_off_by_default_and_part_of_what_makes_policies_differ() {
    let strict = DiscoveryPolicy::strict();
    assert!(!strict.denies_private_addresses() && !strict.requires_same_origin());
    assert!(denying().denies_private_addresses() && same_origin().requires_same_origin());
    assert_ne!(denying(), strict);
    assert_ne!(same_origin(), strict);
    assert!(denying().tolerances().is_empty() && same_origin().tolerances().is_empty());
}
