//! What the provider's metadata has to say: RFC 9700 sections 2.1.1 and 4.7.1, RFC 8705 section 5.

use super::helpers::{each, listed, of_kind};
use crate::constants::metadata;
use crate::profile::{MessageKind, ProfileRule, RuleOutcome};

/// `S256` where the metadata list the methods of PKCE.
pub(in crate::profile) fn pf3(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF3", clause, "S256 among the methods that the metadata list").checked_by("R1").on_metadata(|document, _| {
        if !document.states(metadata::CODE_CHALLENGE_METHODS_SUPPORTED) {
            return RuleOutcome::not_checked("code_challenge_methods_supported is not stated");
        }
        let kept = document.supports(metadata::CODE_CHALLENGE_METHODS_SUPPORTED, "S256");
        RuleOutcome::check(kept, listed(document, metadata::CODE_CHALLENGE_METHODS_SUPPORTED), "S256")
    })
}

/// The metadata list the methods of PKCE at all.
pub(in crate::profile) fn pf3_stated(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF3", clause, "the metadata list the methods of PKCE").checked_by("R1").on_metadata(|document, _| {
        let found = listed(document, metadata::CODE_CHALLENGE_METHODS_SUPPORTED);
        RuleOutcome::check(document.states(metadata::CODE_CHALLENGE_METHODS_SUPPORTED), found, "code_challenge_methods_supported")
    })
}

/// A client with a certificate takes the endpoints behind mutual TLS.
pub(in crate::profile) fn pf19(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF19", clause, "aliases of endpoints behind mutual TLS").checked_by("D6").on_messages(|messages, evidence| {
        let alias = evidence.metadata.and_then(|document| document.mtls_endpoint(metadata::TOKEN_ENDPOINT).ok());
        let uses_certificate = evidence.client().is_some_and(|client| client.uses_certificate);
        let Some(alias) = alias.filter(|_| uses_certificate) else { return RuleOutcome::not_applicable() };
        each(of_kind(messages, MessageKind::TokenRequest), |message| {
            Some(RuleOutcome::check(message.address() == alias.as_str(), message.address(), alias.as_str()))
        })
    })
}
