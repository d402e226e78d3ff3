//! Algorithms, key lengths and entropy: FAPI 2.0 Security Profile section 5.4, RFC 8725.

use serde_json::Value;

use super::helpers::{authorization_requests, each, lists_one_of, text, worst};
use crate::constants::metadata;
use crate::jose::{AlgorithmSet, SignatureAlgorithm};
use crate::profile::message::peek;
use crate::profile::{ClientConfiguration, MessageKind, ProfileMessage, ProfileRule, RuleOutcome};

/// A value of 128 bits has as many letters in base64url.
const LETTERS_OF_128_BITS: usize = 22;

/// Only these algorithms, in everything that is made and accepted.
pub(in crate::profile) fn pf9(clause: &'static str, names: &'static [&'static str]) -> ProfileRule {
    let (algorithms, _) = AlgorithmSet::from_names(names.iter().copied());
    ProfileRule::new("PF9", clause, "no other signature algorithms than the profile's")
        .checked_by("J3")
        .only_algorithms(algorithms)
        .on_configuration(move |client| {
            let foreign = stated(client).into_iter().find(|(_, algorithm)| !names.contains(&algorithm.as_str()));
            match foreign {
                Some((setting, algorithm)) => RuleOutcome::fail(format!("{setting}: {algorithm}"), names.join(" ")),
                None if !client.dpop_algorithms.is_empty() => {
                    let is_kept = client.dpop_algorithms.iter().any(|name| names.contains(&name.as_str()));
                    RuleOutcome::check(is_kept, format!("DPoP key: {}", client.dpop_algorithms.join(" ")), names.join(" "))
                }
                None => RuleOutcome::pass(),
            }
        })
        .on_metadata(move |document, evidence| {
            let is_openid = evidence.client().is_none_or(|client| client.is_openid);
            let mut lists = vec![metadata::TOKEN_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED, metadata::DPOP_SIGNING_ALG_VALUES_SUPPORTED];
            lists.extend(is_openid.then_some(metadata::ID_TOKEN_SIGNING_ALG_VALUES_SUPPORTED));
            lists.extend([metadata::REQUEST_OBJECT_SIGNING_ALG_VALUES_SUPPORTED, metadata::AUTHORIZATION_SIGNING_ALG_VALUES_SUPPORTED]);
            worst(lists.into_iter().map(|member| lists_one_of(document, member, names, true)))
        })
        .on_messages(move |messages, _| {
            each(messages, |message| {
                let used = signatures(message);
                let foreign = used.iter().find(|algorithm| !names.contains(&algorithm.as_str()));
                let shown = foreign.cloned().unwrap_or_else(|| used.join(" "));
                (!used.is_empty()).then(|| RuleOutcome::check(foreign.is_none(), shown, names.join(" ")))
            })
        })
}

/// The algorithms that are stated, each with its setting.
fn stated(client: &ClientConfiguration) -> Vec<(&'static str, &String)> {
    let object = client.request_object.as_ref().and_then(|object| object.algorithm.as_ref());
    let settings = [
        ("client assertions", client.assertion_algorithm.as_ref()),
        ("request_object", object),
        ("id_token_signed_response_alg", client.id_token_signed_response_alg.as_ref()),
        ("userinfo_signed_response_alg", client.userinfo_signed_response_alg.as_ref()),
        ("introspection_signed_response_alg", client.introspection_signed_response_alg.as_ref()),
        ("authorization_signed_response_alg", client.authorization_signed_response_alg.as_ref()),
    ];
    settings.into_iter().filter_map(|(name, algorithm)| Some((name, algorithm?))).collect()
}

/// `alg` of every JWT that the message holds.
fn signatures(message: &ProfileMessage) -> Vec<String> {
    let parameters = ["client_assertion", "request", "response"].into_iter().filter_map(|name| message.jwt(name));
    let id_token = message.member("id_token").and_then(Value::as_str).and_then(peek);
    let tokens = parameters.chain(message.proof()).chain(id_token);
    tokens.map(|(header, _)| text(&header, "alg").unwrap_or("none").to_owned()).collect()
}

/// Keys and random values of enough bits.
pub(in crate::profile) fn pf10(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF10", clause, "RSA from 2048 bits, EC from 224, random values from 128")
        .checked_by("K6")
        .on_configuration(|_| RuleOutcome::not_checked("shorter keys cannot be made into a signer; what is drawn has 128 bits or more"))
        .on_messages(|messages, _| {
            let drawn = each(authorization_requests(messages), |message| {
                let short = ["state", "nonce"]
                    .into_iter()
                    .find(|name| message.authorization_parameter(name).is_some_and(|value| value.len() < LETTERS_OF_128_BITS));
                Some(RuleOutcome::check(short.is_none(), short.unwrap_or("128 bits and more"), "128 bits"))
            });
            let identified = each(messages.iter().filter(|message| message.kind() != MessageKind::AuthorizationResponse), |message| {
                let tokens: Vec<_> = message.jwt("client_assertion").into_iter().chain(message.proof()).collect();
                let is_long = |claims: &Value| text(claims, "jti").is_some_and(|jti| jti.len() >= LETTERS_OF_128_BITS);
                let is_kept = tokens.iter().all(|(_, claims)| is_long(claims));
                (!tokens.is_empty())
                    .then(|| RuleOutcome::check(is_kept, if is_kept { "128 bits and more" } else { "a short jti" }, "128 bits"))
            });
            worst([drawn, identified])
        })
}

/// What signs ID tokens and authorization responses is stated, so that no other algorithm of the metadata is accepted.
pub(in crate::profile) fn pf33(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF33", clause, "the registered signature algorithms are stated").checked_by("J3").on_configuration(|client| {
        let missing = |setter: &str| {
            let call = format!(".{setter}(SignatureAlgorithm::{})", SignatureAlgorithm::PS256);
            RuleOutcome::fail(format!("{setter} is not stated"), "the algorithm that is registered").remedy(call)
        };
        if client.is_openid && client.id_token_signed_response_alg.is_none() {
            return missing("id_token_signed_response_alg");
        }
        if client.takes_signed_response() && client.authorization_signed_response_alg.is_none() {
            return missing("authorization_signed_response_alg");
        }
        RuleOutcome::pass()
    })
}
