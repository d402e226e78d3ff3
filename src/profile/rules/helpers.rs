//! What several rules need: outcomes of many messages as one, lists of metadata, algorithms.

use serde_json::Value;

use crate::profile::rule::{RuleOutcome, RuleResult};
use crate::profile::{MessageKind, ProfileMessage};
use crate::protocol::discovery::DiscoveryDocumentResponse;

/// The first broken message decides; without one that the rule speaks about it is not applicable.
pub(super) fn each<'m>(
    messages: impl IntoIterator<Item = &'m ProfileMessage>,
    mut check: impl FnMut(&'m ProfileMessage) -> Option<RuleOutcome>,
) -> RuleOutcome {
    let mut kept = RuleOutcome::not_applicable();
    for outcome in messages.into_iter().filter_map(&mut check) {
        match outcome.result() {
            RuleResult::Fail => return outcome,
            RuleResult::Pass => kept = outcome,
            _ if kept.result() == RuleResult::NotApplicable => kept = outcome,
            _ => {}
        }
    }
    kept
}

/// The messages of one kind.
pub(super) fn of_kind(messages: &[ProfileMessage], kind: MessageKind) -> impl Iterator<Item = &ProfileMessage> {
    messages.iter().filter(move |message| message.kind() == kind)
}

/// The messages that hold the parameters of an authorization request: pushed ones that were taken, and those of a browser that refers to no
/// pushed one.
pub(super) fn authorization_requests(messages: &[ProfileMessage]) -> impl Iterator<Item = &ProfileMessage> {
    let was_taken = |next: Option<&ProfileMessage>| {
        let answer = next.filter(|next| next.kind() == MessageKind::PushedAuthorizationResponse);
        answer.is_none_or(|answer| answer.member("error").is_none())
    };
    let numbered = messages.iter().enumerate();
    let sent = numbered.filter(move |(number, message)| match message.kind() {
        MessageKind::PushedAuthorizationRequest => was_taken(messages.get(number.saturating_add(1))),
        MessageKind::AuthorizationRequest => message.parameter("request_uri").is_none(),
        _ => false,
    });
    sent.map(|(_, message)| message)
}

/// A list of the metadata as text, or that it is missing.
pub(super) fn listed(document: &DiscoveryDocumentResponse, member: &str) -> String {
    match document.states(member) {
        true => document.try_get_string_array(member).join(" "),
        false => "not stated".to_owned(),
    }
}

/// Kept where the list holds one of `wanted`. A list that is missing keeps the rule only where `may_be_missing`.
pub(super) fn lists_one_of(
    document: &DiscoveryDocumentResponse,
    member: &'static str,
    wanted: &[&str],
    may_be_missing: bool,
) -> RuleOutcome {
    if !document.states(member) && may_be_missing {
        return RuleOutcome::not_checked(format!("{member} is not stated"));
    }
    let kept = document.try_get_string_array(member).iter().any(|name| wanted.contains(&name.as_str()));
    RuleOutcome::check(kept, format!("{member}: {}", listed(document, member)), format!("one of {}", wanted.join(" ")))
}

/// A member of a JWT as text.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str()
}

/// The first outcome that is a failure, else the first that is kept, else the first.
pub(super) fn worst(outcomes: impl IntoIterator<Item = RuleOutcome>) -> RuleOutcome {
    let mut worst = RuleOutcome::not_applicable();
    for outcome in outcomes {
        match (outcome.result(), worst.result()) {
            (RuleResult::Fail, _) => return outcome,
            (RuleResult::Pass, _) | (RuleResult::NotChecked, RuleResult::NotApplicable) => worst = outcome,
            _ => {}
        }
    }
    worst
}
