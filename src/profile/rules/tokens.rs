//! Access and refresh tokens: RFC 9449, RFC 8705, RFC 6750, RFC 9700 sections 2.2, 2.3 and 4.14, FAPI 2.0 Security Profile section 5.3.

use super::helpers::{each, of_kind, text};
use crate::constants::metadata;
use crate::profile::message::peek;
use crate::profile::{MessageKind, ProfileEvidence, ProfileMessage, ProfileRule, RuleOutcome};

/// What tokens may be bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::profile) enum Binding {
    /// A key by DPoP, or a certificate.
    Either,
    /// A key by DPoP.
    Key,
    /// The certificate of mutual TLS.
    Certificate,
}

impl Binding {
    const fn wanted(self) -> &'static str {
        match self {
            Self::Either => "DPoP or mutual TLS",
            Self::Key => "DPoP",
            Self::Certificate => "mutual TLS",
        }
    }

    /// Whether one that is there, by key or by certificate, will do.
    fn takes(self, by_key: bool, by_certificate: bool) -> bool {
        match self {
            Self::Either => by_key || by_certificate,
            Self::Key => by_key,
            Self::Certificate => by_certificate,
        }
    }
}

/// Tokens are bound to a key or a certificate.
pub(in crate::profile) fn pf6(clause: &'static str, binding: Binding) -> ProfileRule {
    let wanted = binding.wanted();
    let dangers = ["danger_allow_bearer_downgrade", "danger_share_key", "danger_send_bound_as_bearer"];
    ProfileRule::new("PF6", clause, "access tokens are bound to a key or a certificate")
        .checked_by("T3")
        .on_configuration(move |client| {
            if let Some(danger) = client.danger(&dangers) {
                return RuleOutcome::fail(danger, wanted);
            }
            let (by_key, by_certificate) = (!client.dpop_algorithms.is_empty(), client.uses_certificate);
            let remedy = if binding == Binding::Certificate { ".use_mtls_endpoint_aliases(true)" } else { ".dpop(DpopKey::generate()?)" };
            RuleOutcome::check(binding.takes(by_key, by_certificate), bound_by(by_key, by_certificate), wanted).remedy(remedy)
        })
        .on_metadata(move |document, evidence| {
            let by_key = document.states(metadata::DPOP_SIGNING_ALG_VALUES_SUPPORTED);
            let by_certificate = document.try_get_boolean(metadata::TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS) == Some(true);
            // The client has chosen: a server that binds in the other way does not help it.
            let (has_key, has_certificate) = match evidence.client() {
                Some(client) => (!client.dpop_algorithms.is_empty(), client.uses_certificate),
                None => (true, true),
            };
            let is_kept = binding.takes(by_key && has_key, by_certificate && has_certificate);
            RuleOutcome::check(is_kept, bound_by(by_key, by_certificate), wanted)
        })
        .on_messages(move |messages, evidence| {
            each(of_kind(messages, MessageKind::TokenResponse), |message| bound_response(message, evidence, wanted))
        })
}

fn bound_by(by_key: bool, by_certificate: bool) -> &'static str {
    match (by_key, by_certificate) {
        (true, true) => "DPoP and mutual TLS",
        (true, false) => "DPoP",
        (false, true) => "mutual TLS",
        (false, false) => "bearer tokens",
    }
}

fn bound_response(message: &ProfileMessage, evidence: &ProfileEvidence<'_>, wanted: &str) -> Option<RuleOutcome> {
    let token = message.member("access_token")?.as_str()?;
    let token_type = message.member("token_type").and_then(|value| value.as_str()).unwrap_or("no token_type");
    if token_type.eq_ignore_ascii_case("DPoP") {
        return Some(RuleOutcome::check(true, token_type, wanted));
    }
    if evidence.client().is_some_and(|client| !client.dpop_algorithms.is_empty()) {
        return Some(RuleOutcome::fail(token_type, "DPoP"));
    }
    let Some((_, claims)) = peek(token) else { return Some(RuleOutcome::not_checked("the access token is opaque")) };
    let is_bound = claims.get("cnf").and_then(|cnf| text(cnf, "x5t#S256")).is_some();
    Some(RuleOutcome::check(is_bound, if is_bound { "bound to a certificate" } else { "no cnf in the access token" }, wanted))
}

/// The access token goes into the header alone.
pub(in crate::profile) fn pf13(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF13", clause, "access tokens in the Authorization header alone").checked_by("U5").on_messages(|messages, _| {
        each(of_kind(messages, MessageKind::ResourceRequest), |message| {
            let elsewhere = message.parameter("access_token").is_some();
            let found =
                if elsewhere { "access_token in the query or the body" } else { message.scheme().unwrap_or("no Authorization header") };
            Some(RuleOutcome::check(!elsewhere && message.scheme().is_some(), found, "the Authorization header"))
        })
    })
}

/// A rotated refresh token is used, the old one not again.
pub(in crate::profile) fn pf17(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF17", clause, "a rotated refresh token is stored before the old one is dropped").on_messages(|messages, _| {
        let mut replaced: Vec<&str> = Vec::new();
        let mut sent: Option<&str> = None;
        each(messages, |message| match message.kind() {
            MessageKind::TokenRequest => {
                sent = message.parameter("refresh_token");
                let is_new = !replaced.contains(&sent?);
                Some(RuleOutcome::check(
                    is_new,
                    if is_new { "the newest refresh token" } else { "a refresh token that was replaced" },
                    "the newest",
                ))
            }
            MessageKind::TokenResponse => {
                let newer = message.member("refresh_token").and_then(|value| value.as_str());
                if let (Some(old), Some(newer)) = (sent.take(), newer)
                    && old != newer
                {
                    replaced.push(old);
                }
                None
            }
            _ => None,
        })
    })
}

/// A nonce that a server demands is in the next proof.
pub(in crate::profile) fn pf18(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF18", clause, "nonces that a server demands are in the next proof").checked_by("P3").on_messages(|messages, _| {
        let mut demanded: Option<&str> = None;
        each(messages, |message| match message.kind() {
            MessageKind::TokenResponse | MessageKind::ResourceResponse | MessageKind::PushedAuthorizationResponse => {
                demanded = message.header("dpop-nonce").filter(|_| wants_nonce(message));
                None
            }
            MessageKind::TokenRequest | MessageKind::ResourceRequest | MessageKind::PushedAuthorizationRequest => {
                let nonce = demanded.take()?;
                let is_kept = message.proof().is_some_and(|(_, claims)| text(&claims, "nonce") == Some(nonce));
                Some(RuleOutcome::check(
                    is_kept,
                    if is_kept { "the nonce of the server" } else { "another nonce, or none" },
                    "the nonce of the server",
                ))
            }
            _ => None,
        })
    })
}

fn wants_nonce(message: &ProfileMessage) -> bool {
    let in_body = message.member("error").and_then(|error| error.as_str()) == Some("use_dpop_nonce");
    in_body || message.header("www-authenticate").is_some_and(|challenge| challenge.contains("use_dpop_nonce"))
}

/// Every response to a proof brings a nonce.
pub(in crate::profile) fn pf18_always(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF18", clause, "every response to a proof brings a nonce").checked_by("P3").on_messages(|messages, _| {
        let mut was_proved = false;
        each(messages, |message| match message.kind() {
            MessageKind::TokenRequest | MessageKind::ResourceRequest => {
                was_proved = message.proof().is_some();
                None
            }
            MessageKind::TokenResponse | MessageKind::ResourceResponse if was_proved => {
                let nonce = message.header("dpop-nonce");
                Some(RuleOutcome::check(nonce.is_some(), if nonce.is_some() { "a nonce" } else { "no DPoP-Nonce" }, "DPoP-Nonce"))
            }
            _ => None,
        })
    })
}

/// A resource server: audience, scope, revocation, bound tokens.
pub(in crate::profile) fn pf32(clause: &'static str, requires_bound: bool) -> ProfileRule {
    ProfileRule::new("PF32", clause, "a resource checks audience, scope and binding").checked_by("S1").on_resource(move |resource| {
        if resource.audiences.is_empty() {
            return RuleOutcome::fail("any audience", "the audience of this resource");
        }
        if requires_bound && !resource.requires_bound_tokens {
            return RuleOutcome::fail("bearer tokens are accepted", "bound tokens alone")
                .remedy(".with_mode(TokenBindingMode::RequireBound)");
        }
        match resource.introspects {
            true => RuleOutcome::pass(),
            false => RuleOutcome::not_checked("whether a token is revoked shows by introspection alone"),
        }
    })
}
