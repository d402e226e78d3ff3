//! Where connections go: FAPI 2.0 Security Profile sections 5.2 and 5.3.3.1, OAuth 2.1 section 1.5.

use super::helpers::each;
use crate::constants::metadata;
use crate::profile::{MessageKind, ProfileRule, RuleOutcome};

/// The endpoints whose addresses are looked at.
const ENDPOINTS: &[&str] = &[
    metadata::AUTHORIZATION_ENDPOINT,
    metadata::TOKEN_ENDPOINT,
    metadata::USERINFO_ENDPOINT,
    metadata::JWKS_URI,
    metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT,
    metadata::REGISTRATION_ENDPOINT,
    metadata::INTROSPECTION_ENDPOINT,
    metadata::REVOCATION_ENDPOINT,
    metadata::DEVICE_AUTHORIZATION_ENDPOINT,
    metadata::BACKCHANNEL_AUTHENTICATION_ENDPOINT,
];

/// https alone, on loopback addresses too.
pub(in crate::profile) fn pf11(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF11", clause, "https for every connection, on loopback too")
        .checked_by("H1")
        .on_configuration(|client| {
            let danger = client.danger(&["danger_allow_http", "danger_accept_invalid", "danger_from_client"]);
            let loopback = client.allows_http_on_loopback.then_some("http on loopback addresses");
            match danger.or(loopback) {
                Some(found) => RuleOutcome::fail(found, "https alone").remedy(".policy(…) with .allow_http_on_loopback(false)"),
                None => RuleOutcome::check(!client.issuer.starts_with("http:"), &client.issuer, "an issuer by https"),
            }
        })
        .on_metadata(|document, _| {
            let addresses = ENDPOINTS.iter().filter_map(|member| document.try_get_str(member));
            let plain = addresses.into_iter().find(|address| address.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("http:")));
            RuleOutcome::check(plain.is_none(), plain.unwrap_or("https"), "https for every endpoint")
        })
        .on_messages(|messages, _| {
            each(messages, |message| {
                let address = Some(message.address()).filter(|address| !address.is_empty())?;
                Some(RuleOutcome::check(address.starts_with("https://"), address, "https"))
            })
        })
}

/// Endpoints from the discovery document of the issuer alone.
pub(in crate::profile) fn pf12(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF12", clause, "endpoints from the metadata of the configured issuer alone")
        .checked_by("D2")
        .on_configuration(|client| match client.danger(&["danger_any_issuer"]) {
            Some(danger) => RuleOutcome::fail(danger, "an issuer that is compared"),
            None => {
                let found = if client.states_metadata { "metadata that the application states" } else { "the discovery document" };
                RuleOutcome::check(!client.states_metadata, found, "the discovery document of the issuer")
            }
        })
        .on_metadata(|document, _| {
            // A policy that accepts any issuer has compared nothing.
            let found = document.try_get_str(metadata::ISSUER).unwrap_or("no issuer");
            let is_named = document.authority().trim_end_matches('/') == found.trim_end_matches('/');
            let is_compared = document.policy().validate_issuer_name() && document.validate_issuer_name().is_ok();
            RuleOutcome::check(is_compared || is_named, found, document.authority())
        })
        .on_messages(|messages, evidence| {
            let Some(document) = evidence.metadata else { return RuleOutcome::not_applicable() };
            let aliased = document.mtls_endpoint(metadata::TOKEN_ENDPOINT).ok();
            each(messages.iter().filter(|message| message.kind() == MessageKind::TokenRequest), |message| {
                let stated = document.try_get_str(metadata::TOKEN_ENDPOINT);
                let is_kept =
                    stated == Some(message.address()) || aliased.as_ref().is_some_and(|alias| alias.as_str() == message.address());
                Some(RuleOutcome::check(is_kept, message.address(), stated.unwrap_or("a token_endpoint")))
            })
        })
}
