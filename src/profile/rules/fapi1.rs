//! FAPI 1.0 Advanced: Part 2 sections 5.2.2, 5.2.3 and 8.6.

use super::helpers::{authorization_requests, each, of_kind, text};
use super::signed_messages::LONGEST_LIFE;
use crate::profile::{MessageKind, ProfileRule, RuleOutcome};

/// `code id_token` whose ID token is the detached signature, or `code` with a signed response.
pub(in crate::profile) fn fa1(clause: &'static str) -> ProfileRule {
    ProfileRule::new("FA1", clause, "code id_token, or code with a signed response").checked_by("R1").on_configuration(|client| {
        let is_kept = client.response_type == "code id_token" || (client.response_type == "code" && client.takes_signed_response());
        let found = format!("{} {}", client.response_type, client.response_mode.as_deref().unwrap_or_default());
        RuleOutcome::check(is_kept, found.trim(), "code id_token, or code with response_mode jwt")
            .remedy(".response_type(ResponseType::CodeIdToken)")
    })
}

/// `s_hash` in an ID token that comes through the browser.
pub(in crate::profile) fn fa2(clause: &'static str) -> ProfileRule {
    ProfileRule::new("FA2", clause, "s_hash in the ID token of the front channel").checked_by("I8").on_messages(|messages, _| {
        each(of_kind(messages, MessageKind::AuthorizationResponse), |message| {
            let (_, claims) = message.jwt("id_token")?;
            let has_hash = claims.get("s_hash").is_some();
            Some(RuleOutcome::check(has_hash, if has_hash { "s_hash" } else { "no s_hash" }, "s_hash"))
        })
    })
}

/// `response_type` and `scope` beside a request object that is not pushed; a life of at most an hour.
pub(in crate::profile) fn fa3(clause: &'static str) -> ProfileRule {
    ProfileRule::new("FA3", clause, "signed request object of at most an hour; response_type and scope repeated outside")
        .checked_by("R4")
        .on_configuration(|client| {
            let Some(object) = client.request_object.as_ref().filter(|object| object.algorithm.is_some()) else {
                return RuleOutcome::fail("no signed request object", "a signed request object")
                    .remedy(".request_object(RequestObjectSettings::signed(…))");
            };
            let is_repeated = object.repeats_outside || client.pushed == Some(true);
            RuleOutcome::check(is_repeated, "response_type and scope in the object alone", "both beside it, or a pushed request")
                .remedy(".repeating_response_type_and_scope()")
        })
        .on_messages(|messages, _| {
            each(authorization_requests(messages), |message| {
                let Some((_, claims)) = message.jwt("request") else {
                    return Some(RuleOutcome::fail("no request object", "a signed request object"));
                };
                let number = |name: &str| claims.get(name).and_then(serde_json::Value::as_i64);
                let lives = number("exp").zip(number("nbf")).map(|(exp, nbf)| exp.saturating_sub(nbf));
                if lives.is_none_or(|lives| !(1..=LONGEST_LIFE).contains(&lives)) {
                    return Some(RuleOutcome::fail("no nbf and exp of at most an hour", "nbf, and exp at most an hour later"));
                }
                let is_pushed = message.kind() == MessageKind::PushedAuthorizationRequest;
                let is_repeated = ["response_type", "scope"].iter().all(|name| message.query(name) == text(&claims, name));
                Some(RuleOutcome::check(is_pushed || is_repeated, if is_pushed { "pushed" } else { "by value" }, "both repeated outside"))
            })
        })
}

/// No RSA1_5 where ID tokens are encrypted.
pub(in crate::profile) fn fa4(clause: &'static str) -> ProfileRule {
    ProfileRule::new("FA4", clause, "no encryption by RSA1_5").on_configuration(|client| match &client.id_token_encrypted_response_alg {
        None => RuleOutcome::not_applicable(),
        Some(algorithm) => RuleOutcome::check(algorithm != "RSA1_5", algorithm, "any algorithm but RSA1_5"),
    })
}
