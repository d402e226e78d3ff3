//! How a client authenticates: FAPI 2.0 Security Profile section 5.3.3.1, OAuth 2.1 sections 2.4 and 4.2, RFC 7523.

use super::helpers::{each, lists_one_of, of_kind, text};
use crate::constants::metadata;
use crate::profile::{MessageKind, ProfileMessage, ProfileRule, RuleOutcome};

/// Authentication by one of these methods alone.
pub(in crate::profile) fn pf7(clause: &'static str, methods: &'static [&'static str]) -> ProfileRule {
    ProfileRule::new("PF7", clause, "client authentication by an allowed method")
        .checked_by("A2")
        .on_configuration(move |client| {
            let other = client.authentication_methods.iter().find(|method| !methods.contains(&method.as_str()));
            match other {
                Some(other) => RuleOutcome::fail(other, methods.join(" ")).remedy(".client_key(…)"),
                None => RuleOutcome::check(
                    !client.authentication_methods.is_empty(),
                    client.authentication_methods.join(" "),
                    methods.join(" "),
                ),
            }
        })
        .on_metadata(move |document, _| {
            let member = metadata::TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED;
            lists_one_of(document, member, methods, methods.contains(&"client_secret_basic"))
        })
        .on_messages(move |messages, _| {
            each(of_kind(messages, MessageKind::TokenRequest), |message| {
                let found = method_of(message);
                // A certificate is shown in the handshake and is not seen here.
                let is_kept = methods.contains(&found) || (found == "none" && methods.contains(&"tls_client_auth"));
                Some(RuleOutcome::check(is_kept, found, methods.join(" ")))
            })
        })
}

fn method_of(message: &ProfileMessage) -> &'static str {
    let has = |name: &str| message.parameter(name).is_some();
    match (has("client_assertion"), has("client_secret"), message.scheme()) {
        (true, ..) => "private_key_jwt",
        (_, true, _) => "client_secret_post",
        (_, _, Some(scheme)) if scheme.eq_ignore_ascii_case("basic") => "client_secret_basic",
        _ => "none",
    }
}

/// `aud` of an assertion is the issuer, as one text.
pub(in crate::profile) fn pf8(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF8", clause, "aud of client assertions is the issuer, as text")
        .checked_by("A3")
        .on_configuration(|client| match client.assertion_audience.as_deref() {
            None => RuleOutcome::not_applicable(),
            Some(audience) => {
                let is_kept = audience == "issuer" || audience == client.issuer;
                RuleOutcome::check(is_kept, audience, &client.issuer).remedy(".with_audience(AssertionAudience::Issuer)")
            }
        })
        .on_messages(|messages, evidence| {
            each(messages, |message| {
                let (_, claims) = message.jwt("client_assertion")?;
                let found = claims.get("aud").map(|aud| aud.as_str().map_or_else(|| aud.to_string(), str::to_owned)).unwrap_or_default();
                let is_kept = text(&claims, "aud").is_some_and(|aud| evidence.issuer().is_none_or(|issuer| issuer == aud));
                Some(RuleOutcome::check(is_kept, found, evidence.issuer().unwrap_or("the issuer, as text")))
            })
        })
}

/// One authentication for each request, and one at all where the client asks for itself.
pub(in crate::profile) fn pf27(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF27", clause, "client_credentials authenticated; one authentication for each request").checked_by("A2").on_messages(
        |messages, evidence| {
            let by_certificate = evidence.client().is_some_and(|client| client.uses_certificate);
            each(of_kind(messages, MessageKind::TokenRequest), |message| {
                let by_header = message.scheme().is_some();
                let used = [message.parameter("client_secret").is_some(), message.parameter("client_assertion").is_some(), by_header];
                let count = used.into_iter().filter(|is_used| *is_used).count();
                let needs_one = message.parameter("grant_type") == Some("client_credentials") && !by_certificate;
                let is_kept = count <= 1 && (count == 1 || !needs_one);
                Some(RuleOutcome::check(is_kept, format!("{count} authentications"), "one authentication"))
            })
        },
    )
}
