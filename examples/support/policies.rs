//! Policies by their presets' names, and the builder calls that a violation's remedy names.

use std::error::Error;

use identity_model::protocol::discovery::{DiscoveryPolicy, IssuerTemplateStrategy, OneOfIssuersStrategy, Tolerance};

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// What the program was called with.
pub(crate) fn arguments() -> Vec<String> {
    std::env::args().skip(1).collect()
}

/// The builder call that `remedy` names.
pub(crate) fn allow(policy: &DiscoveryPolicy, remedy: &Tolerance) -> Outcome<DiscoveryPolicy> {
    let builder = policy.to_builder();
    Ok(match remedy {
        Tolerance::EndpointBase(base) => builder.additional_endpoint_base_address(base).build(),
        Tolerance::EndpointMember(member) => builder.endpoint_validation_exclude_list([member]).build(),
        Tolerance::Issuer(issuer) => builder.authority_validation_strategy(OneOfIssuersStrategy::new([issuer])).build(),
        Tolerance::IssuerTemplate(template) => builder.authority_validation_strategy(IssuerTemplateStrategy::new(template)?).build(),
        Tolerance::AnyIssuer => builder.danger_any_issuer().build(),
        Tolerance::Http => builder.danger_allow_http().build(),
        Tolerance::PrivateAddresses => builder.danger_allow_private_addresses().build(),
        Tolerance::NoKeySet => builder.require_key_set(false).build(),
        Tolerance::Profile(profile) => builder.metadata_profile(*profile).build(),
        other => return Err(format!("{other} is not made here").into()),
    })
}

/// The preset `name`, as the constructors of `DiscoveryPolicy` are named.
pub(crate) fn preset(name: &str, arguments: &[&str]) -> Outcome<DiscoveryPolicy> {
    Ok(match (name, arguments) {
        ("google", []) => DiscoveryPolicy::google(),
        ("dropbox", []) => DiscoveryPolicy::dropbox(),
        ("linkedin", []) => DiscoveryPolicy::linkedin(),
        ("facebook", []) => DiscoveryPolicy::facebook(),
        ("github_actions", []) => DiscoveryPolicy::github_actions(),
        ("entra", [tenant]) => DiscoveryPolicy::entra(tenant)?,
        ("entra_v1", [tenant]) => DiscoveryPolicy::entra_v1(tenant)?,
        ("auth0", [domain]) => DiscoveryPolicy::auth0(domain)?,
        ("okta", [domain, rest @ ..]) => DiscoveryPolicy::okta(domain, rest.first().copied())?,
        ("descope", [project]) => DiscoveryPolicy::descope(project)?,
        ("keycloak", [base, realm]) => DiscoveryPolicy::keycloak(base, realm)?,
        ("authentik", [base, application]) => DiscoveryPolicy::authentik(base, application)?,
        ("cognito", [region, pool, rest @ ..]) => DiscoveryPolicy::cognito(region, pool, rest.first().copied())?,
        ("kubernetes", [issuer, rest @ ..]) => DiscoveryPolicy::kubernetes(issuer, rest.first().copied())?,
        _ => return Err(format!("there is no preset `{name}` with {} arguments", arguments.len()).into()),
    })
}
