//! The rules of the policy, row by row: what the document of a provider may say under which policy.

use std::collections::HashSet;
use std::sync::Arc;

use http::StatusCode;
use serde_json::{Value, json};

use super::builder::discovery_policy_builder::IsComplete;
use super::metadata::is_endpoint;
use super::*;
use crate::constants::metadata::MTLS_ENDPOINT_ALIASES;

mod accept_reject;
mod policy;
mod providers;
mod violations;

/// Everything a document is held against, in the order of the rules. The first violation.
fn accept(policy: &DiscoveryPolicy, address: &str, document: &Value) -> Result<(), PolicyViolation> {
    let endpoint = DiscoveryEndpoint::parse(address, policy.discovery_document_path()).expect("an address");
    policy.check_document_address(&endpoint)?;
    let authority = policy.expected_authority(&endpoint);
    policy.check_issuer(document["issuer"].as_str(), authority)?;
    for (member, value) in endpoints(document) {
        if member != "jwks_uri" {
            policy.check_endpoint(&member, &value, authority)?;
        }
    }
    policy.check_key_set_address(document["jwks_uri"].as_str(), authority)?;
    let grant_types: Option<Vec<&str>> =
        document["grant_types_supported"].as_array().map(|grants| grants.iter().filter_map(Value::as_str).collect());
    let document = policy.with_stated(crate::document::Document::parse(document.to_string()).unwrap()).to_value();
    policy.check_required_members(|member| shape(&document[member]), grant_types.as_deref()).into_iter().next().map_or(Ok(()), Err)
}

fn endpoints(document: &Value) -> Vec<(String, String)> {
    let mut endpoints = Vec::new();
    for (name, value) in document.as_object().unwrap() {
        if is_endpoint(name)
            && let Some(text) = value.as_str()
        {
            endpoints.push((name.clone(), text.to_owned()));
        }
        if name == MTLS_ENDPOINT_ALIASES {
            let aliases = value.as_object().unwrap();
            endpoints.extend(aliases.iter().map(|(alias, value)| (format!("{name}.{alias}"), value.as_str().unwrap().to_owned())));
        }
    }
    // As the map of `serde_json` is sorted or not by somebody else's feature.
    endpoints.sort();
    endpoints
}

fn shape(value: &Value) -> MemberShape {
    match value {
        Value::Null => MemberShape::Absent,
        Value::String(_) => MemberShape::Text,
        Value::Array(items) if items.iter().all(Value::is_string) => MemberShape::Texts,
        _ => MemberShape::Other,
    }
}

/// A document whose issuer and endpoints may stand on different bases.
fn document(issuer: &str, base: &str) -> Value {
    let base = base.trim_end_matches('/');
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{base}/connect/authorize"),
        "token_endpoint": format!("{base}/connect/token"),
        "userinfo_endpoint": null,
        "check_session_iframe": format!("{base}/connect/checksession"),
        "jwks_uri": format!("{base}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    })
}

/// The strict policy with string comparison, and the same with the URL strategy.
fn both<S: IsComplete>(build: impl Fn(DiscoveryPolicyBuilder) -> DiscoveryPolicyBuilder<S>) -> [DiscoveryPolicy; 2] {
    let text = build(DiscoveryPolicy::builder()).build();
    let url = text.to_builder().authority_validation_strategy(UrlStrategy).build();
    [text, url]
}

type Verdict = Result<(), PolicyViolationKind>;

#[track_caller]
fn verdicts<S: IsComplete>(
    build: impl Fn(DiscoveryPolicyBuilder) -> DiscoveryPolicyBuilder<S>,
    address: &str,
    document: &Value,
    expected: [Verdict; 2],
) {
    let found = both(build).map(|policy| accept(&policy, address, document).map_err(|violation| violation.kind()));
    assert_eq!(found, expected, "address {address}");
}

/// The policy after the builder call that `tolerance` names; [`Tolerance::Strategy`] says too little to be made.
fn with_tolerance(policy: &DiscoveryPolicy, tolerance: &Tolerance) -> DiscoveryPolicy {
    let mut settings = policy.settings().clone();
    match tolerance {
        Tolerance::EndpointBase(base) => settings.additional_endpoint_base_addresses.push(base.clone()),
        Tolerance::EndpointMember(member) => settings.endpoint_validation_exclude_list.push(member.clone()),
        Tolerance::Issuer(issuer) => {
            let named = settings.strategy.named_issuers().iter().chain([issuer]);
            settings.strategy = OneOfIssuersStrategy::new(named).into();
        }
        Tolerance::IssuerTemplate(template) => {
            if let Ok(strategy) = IssuerTemplateStrategy::new(template) {
                settings.strategy = strategy.into();
            }
        }
        Tolerance::Strategy => {}
        Tolerance::AnyIssuer => settings.validate_issuer_name = false,
        Tolerance::AnyEndpointHost => settings.validate_endpoints = false,
        Tolerance::Http => settings.require_https = false,
        Tolerance::LoopbackAddress(host) => settings.loopback_addresses.push(host.clone()),
        Tolerance::PrivateAddresses => settings.allow_private_addresses = true,
        Tolerance::NoKeySet => settings.require_key_set = Some(false),
        Tolerance::Profile(profile) => settings.metadata_profile = *profile,
        Tolerance::AnyContentType => settings.allow_any_content_type = true,
        Tolerance::Status(status) => settings.accepted_statuses.push(*status),
        Tolerance::MissingTokenType => settings.missing_token_type_is_bearer = true,
        Tolerance::BearerTokenType(name) => settings.bearer_token_types.push(name.clone()),
        Tolerance::CommaSeparatedScope => settings.comma_separated_scope = true,
        Tolerance::ValuesAsText => settings.values_as_text = true,
        Tolerance::Member(name, value) => settings.metadata.push((name.clone(), serde_json::Value::from(value.as_str()).to_string())),
        Tolerance::MetadataAddress(address) => settings.metadata_address = Some(address.clone()),
        Tolerance::IssuerTemplateElsewhere(template) => {
            if let Ok(strategy) = IssuerTemplateStrategy::new(template) {
                settings.strategy = strategy.on_another_host().into();
            }
        }
    }

    DiscoveryPolicy::from_settings(settings)
}
