//! Logins on another device that the client starts: FAPI-CIBA.

use super::helpers::{each, of_kind};
use crate::profile::{MessageKind, ProfileRule, RuleOutcome};

/// Poll or ping; a message that ties what the user sees on both devices together, or a request that says all.
pub(in crate::profile) fn pf25(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF25", clause, "CIBA by poll or ping, with a binding message")
        .checked_by("C1")
        .on_metadata(|document, _| {
            let modes = document.try_get_string_array("backchannel_token_delivery_modes_supported");
            if modes.is_empty() {
                return RuleOutcome::not_applicable();
            }
            RuleOutcome::check(modes.iter().any(|mode| mode == "poll" || mode == "ping"), modes.join(" "), "poll or ping")
        })
        .on_messages(|messages, _| {
            each(of_kind(messages, MessageKind::BackchannelAuthenticationRequest), |message| {
                let is_bound =
                    ["binding_message", "authorization_details"].iter().any(|name| message.authorization_parameter(name).is_some());
                let found = if is_bound { "binding_message" } else { "neither binding_message nor authorization_details" };
                Some(RuleOutcome::check(is_bound, found, "binding_message, or authorization_details that say all"))
            })
        })
}

/// Signed authentication requests.
pub(in crate::profile) fn pf26(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF26", clause, "CIBA requests are signed").checked_by("C2").on_messages(|messages, _| {
        each(of_kind(messages, MessageKind::BackchannelAuthenticationRequest), |message| {
            let is_signed = message.jwt("request").is_some();
            Some(RuleOutcome::check(is_signed, if is_signed { "request" } else { "not signed" }, "a signed request"))
        })
    })
}
