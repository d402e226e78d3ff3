//! Signed requests, responses and introspection: FAPI 2.0 Message Signing sections 5.3 to 5.6.

use super::helpers::{authorization_requests, each, listed, lists_one_of, of_kind, text};
use crate::constants::metadata;
use crate::profile::{MessageKind, ProfileRule, RuleOutcome};

/// The longest life of a request object, in seconds.
pub(super) const LONGEST_LIFE: i64 = 3600;

/// Signed request objects, pushed.
pub(in crate::profile) fn pf22(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF22", clause, "authorization requests are signed")
        .checked_by("R4")
        .on_configuration(|client| {
            let algorithm = client.request_object.as_ref().and_then(|object| object.algorithm.as_deref());
            RuleOutcome::check(algorithm.is_some(), algorithm.unwrap_or("no signed request object"), "a signed request object")
                .remedy(".request_object(RequestObjectSettings::signed(…))")
        })
        .on_metadata(|document, evidence| {
            let object = evidence.client().and_then(|client| client.request_object.as_ref());
            match object.and_then(|object| object.algorithm.as_deref()) {
                Some(algorithm) => lists_one_of(document, metadata::REQUEST_OBJECT_SIGNING_ALG_VALUES_SUPPORTED, &[algorithm], true),
                None => RuleOutcome::not_checked(listed(document, metadata::REQUEST_OBJECT_SIGNING_ALG_VALUES_SUPPORTED)),
            }
        })
        .on_messages(|messages, evidence| {
            each(authorization_requests(messages), |message| {
                let Some((header, claims)) = message.jwt("request") else {
                    return Some(RuleOutcome::fail("no request object", "a signed request object"));
                };
                let number = |name: &str| claims.get(name).and_then(serde_json::Value::as_i64);
                let lives = number("exp").zip(number("nbf")).map(|(exp, nbf)| exp.saturating_sub(nbf));
                let is_of_type = text(&header, "typ").is_some_and(|typ| typ.eq_ignore_ascii_case("oauth-authz-req+jwt"));
                let is_addressed = text(&claims, "aud").is_some_and(|aud| evidence.issuer().is_none_or(|issuer| issuer == aud));
                let flaws = [
                    (text(&header, "alg").is_none_or(|alg| alg.eq_ignore_ascii_case("none")), "alg none"),
                    (!is_of_type, "another typ"),
                    (!is_addressed, "an aud that is not the issuer as text"),
                    (lives.is_none_or(|lives| !(1..=LONGEST_LIFE).contains(&lives)), "no nbf and exp of at most an hour"),
                    (claims.get("sub").is_some(), "a sub"),
                ];
                let flaw = flaws.into_iter().find(|(is_there, _)| *is_there).map(|(_, flaw)| flaw);
                Some(RuleOutcome::check(flaw.is_none(), flaw.unwrap_or("a signed request object"), "a sound signed request object"))
            })
        })
}

/// Signed authorization responses (JARM).
pub(in crate::profile) fn pf23(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF23", clause, "authorization responses are signed")
        .checked_by("M1")
        .on_configuration(|client| {
            let mode = client.response_mode.as_deref().unwrap_or("not set");
            RuleOutcome::check(client.takes_signed_response(), mode, "jwt").remedy(".response_mode(ResponseMode::Jwt)")
        })
        .on_metadata(|document, evidence| {
            let mode = evidence.client().and_then(|client| client.response_mode.as_deref()).unwrap_or("jwt");
            lists_one_of(document, metadata::RESPONSE_MODES_SUPPORTED, &[mode], false)
        })
        .on_messages(|messages, _| {
            each(of_kind(messages, MessageKind::AuthorizationResponse), |message| {
                let is_kept = message.jwt("response").is_some() && message.parameter("code").is_none();
                Some(RuleOutcome::check(is_kept, if is_kept { "response" } else { "plain parameters" }, "response, a signed JWT"))
            })
        })
}

/// Signed introspection (RFC 9701), and ID tokens by their signature.
pub(in crate::profile) fn pf24(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF24", clause, "introspection is signed; the signature of ID tokens is verified")
        .checked_by("N3")
        .on_configuration(|client| match &client.introspection_signed_response_alg {
            Some(algorithm) => RuleOutcome::check(true, algorithm, "a signed response"),
            None => RuleOutcome::not_checked("introspection_signed_response_alg is not stated: introspection is refused"),
        })
        .on_messages(|messages, _| {
            each(of_kind(messages, MessageKind::IntrospectionResponse), |message| {
                let media_type = message.header("content-type").unwrap_or("no content type");
                let is_kept = media_type
                    .split(';')
                    .next()
                    .is_some_and(|name| name.trim().eq_ignore_ascii_case("application/token-introspection+jwt"));
                Some(RuleOutcome::check(is_kept, media_type, "application/token-introspection+jwt"))
            })
        })
}
