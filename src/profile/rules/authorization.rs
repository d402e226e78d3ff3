//! The authorization request and its response: RFC 9700 sections 2.1, 4.4 and 4.7, FAPI 2.0 Security Profile section 5.3.3.2.

use super::helpers::{authorization_requests, each, of_kind};
use crate::constants::metadata;
use crate::profile::{MessageKind, ProfileMessage, ProfileRule, RuleOutcome};

/// A value of 128 bits has as many letters in base64url.
const LETTERS_OF_128_BITS: usize = 22;

/// The longest `nonce` that FAPI 2.0 Security Profile section 5.3.3.2 allows.
const LONGEST_NONCE: usize = 64;

/// `code` alone, and never the password grant.
pub(in crate::profile) fn pf1(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF1", clause, "code grant alone, no password grant")
        .checked_by("R1")
        .on_configuration(|client| {
            RuleOutcome::check(client.response_type == "code", &client.response_type, "code").remedy(".response_type(ResponseType::Code)")
        })
        .on_messages(|messages, _| {
            each(messages, |message| match message.kind() {
                MessageKind::TokenRequest => {
                    let grant = message.parameter("grant_type").unwrap_or_default();
                    Some(RuleOutcome::check(grant != "password", grant, "any grant but password"))
                }
                MessageKind::PushedAuthorizationRequest | MessageKind::AuthorizationRequest => {
                    let asked = message.authorization_parameter("response_type")?;
                    Some(RuleOutcome::check(asked == "code", asked, "code"))
                }
                _ => None,
            })
        })
}

/// PKCE by `S256`, a new challenge for each request.
pub(in crate::profile) fn pf2(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF2", clause, "PKCE by S256, fresh for each request")
        .checked_by("R1")
        .on_configuration(|client| {
            let method = client.code_challenge_method.as_deref().unwrap_or("none");
            RuleOutcome::check(method == "S256", method, "S256")
        })
        .on_messages(|messages, _| {
            let mut seen = Vec::new();
            each(authorization_requests(messages), |message| {
                let method = message.authorization_parameter("code_challenge_method").unwrap_or_else(|| "none".to_owned());
                let challenge = message.authorization_parameter("code_challenge").unwrap_or_default();
                if method != "S256" || challenge.len() != 43 {
                    return Some(RuleOutcome::fail(method, "S256, and a challenge of 43 letters"));
                }
                let is_new = !seen.contains(&challenge);
                seen.push(challenge);
                Some(RuleOutcome::check(is_new, if is_new { "S256" } else { "a challenge that was sent before" }, "a new challenge"))
            })
        })
}

/// Pushed requests: nothing but `client_id` and `request_uri` goes through the browser.
pub(in crate::profile) fn pf4(clause: &'static str, is_demanded: bool) -> ProfileRule {
    ProfileRule::new("PF4", clause, "authorization requests are pushed")
        .checked_by("R5")
        .on_configuration(|client| {
            RuleOutcome::check(client.pushed != Some(false), if client.pushed == Some(false) { "not pushed" } else { "pushed" }, "pushed")
                .remedy(".pushed(true)")
        })
        .on_metadata(move |document, _| {
            let endpoint = document.try_get_str(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT);
            if is_demanded && endpoint.is_some() && !document.require_pushed_authorization_requests() {
                return RuleOutcome::fail("require_pushed_authorization_requests is not true", "true");
            }
            RuleOutcome::check(endpoint.is_some(), endpoint.unwrap_or("no endpoint"), "a pushed_authorization_request_endpoint")
        })
        .on_messages(|messages, _| {
            each(of_kind(messages, MessageKind::AuthorizationRequest), |message| {
                let other = message.query_names().find(|name| !["client_id", "request_uri"].contains(name));
                let is_kept = other.is_none() && message.query("request_uri").is_some();
                Some(RuleOutcome::check(is_kept, other.unwrap_or("client_id request_uri"), "client_id and request_uri alone"))
            })
        })
}

/// `iss` in the response, or a signed response.
pub(in crate::profile) fn pf5(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF5", clause, "the authorization response names its issuer")
        .checked_by("Z3")
        .on_metadata(|document, evidence| {
            if evidence.client().is_some_and(|client| client.takes_signed_response()) {
                return RuleOutcome::pass();
            }
            let states = document.authorization_response_iss_parameter_supported();
            let found = format!("authorization_response_iss_parameter_supported: {states}");
            RuleOutcome::check(states, found, "true, or a signed response").remedy(".response_mode(ResponseMode::Jwt)")
        })
        .on_messages(|messages, evidence| {
            each(of_kind(messages, MessageKind::AuthorizationResponse), |message| {
                let signed = message.jwt("response");
                let inside = signed.as_ref().and_then(|(_, claims)| claims.get("iss")?.as_str());
                let found = if signed.is_some() { inside } else { message.parameter("iss") };
                let is_kept = found.is_some() && evidence.issuer().is_none_or(|issuer| found == Some(issuer));
                Some(RuleOutcome::check(is_kept, found.unwrap_or("no iss"), evidence.issuer().unwrap_or("iss")))
            })
        })
}

/// Where the response may go.
pub(in crate::profile) fn pf14(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF14", clause, "redirect URI by https, a loopback IP or a private scheme with a dot")
        .checked_by("R6")
        .on_configuration(|client| match &client.redirect_uri {
            None => RuleOutcome::not_applicable(),
            Some(uri) => RuleOutcome::check(is_safe_redirect(uri), uri, "https, http on a loopback IP literal, or a scheme with a dot"),
        })
}

fn is_safe_redirect(uri: &str) -> bool {
    let Ok(url) = url::Url::parse(uri) else { return false };
    match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            _ => false,
        },
        scheme => scheme.contains('.'),
    }
}

/// A state for each login, with enough entropy.
pub(in crate::profile) fn pf15(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF15", clause, "a state for each login, tied to one issuer").checked_by("Z5").on_messages(|messages, _| {
        let mut seen = Vec::new();
        let sent = each(authorization_requests(messages), |message| {
            let state = message.authorization_parameter("state").unwrap_or_default();
            let is_new = state.len() >= LETTERS_OF_128_BITS && !seen.contains(&state);
            seen.push(state);
            Some(RuleOutcome::check(
                is_new,
                if is_new { "a new state" } else { "no state, a short one, or one sent before" },
                "a new state",
            ))
        });
        if sent.is_failure() {
            return sent;
        }
        let returned = each(of_kind(messages, MessageKind::AuthorizationResponse), |message| {
            let state = state_of(message)?;
            let is_known = seen.is_empty() || seen.contains(&state);
            Some(RuleOutcome::check(is_known, if is_known { "the state sent" } else { "a state that was not sent" }, "the state sent"))
        });
        if returned.is_failure() { returned } else { sent }
    })
}

fn state_of(message: &ProfileMessage) -> Option<String> {
    match message.jwt("response") {
        Some((_, claims)) => claims.get("state")?.as_str().map(str::to_owned),
        None => message.parameter("state").map(str::to_owned),
    }
}

/// The application's own part: redirects after a login, and who may start one.
pub(in crate::profile) fn pf16(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF16", clause, "no open redirect, no login without the user's act").checked_by("fapi2.md").on_configuration(|_| {
        RuleOutcome::not_checked("lies with the application; ThirdPartyLogin allows listed issuers and targets alone")
    })
}

/// Least privilege: a scope is stated, and a token is for one resource.
pub(in crate::profile) fn pf20(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF20", clause, "scope stated, one resource for each token")
        .on_configuration(|client| {
            let scope = client.scope.join(" ");
            RuleOutcome::check(!scope.is_empty(), if scope.is_empty() { "no scope" } else { &scope }, "a scope").remedy(".scope([…])")
        })
        .on_messages(|messages, _| {
            each(of_kind(messages, MessageKind::TokenRequest), |message| {
                let resources = message.parameters_named("resource");
                (resources > 0).then(|| RuleOutcome::check(resources == 1, format!("{resources} resources"), "one resource"))
            })
        })
}

/// OpenID Connect: `openid`, and a nonce that is not too long.
pub(in crate::profile) fn pf21(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF21", clause, "openid and nonce; the ID token is verified")
        .checked_by("I1")
        .on_configuration(|client| {
            if !client.is_openid {
                return RuleOutcome::not_applicable();
            }
            if let Some(danger) = client.danger(&["id_token_rules", "danger_allow_other_auth_time"]) {
                return RuleOutcome::fail(danger, "every check of an ID token");
            }
            let has_openid = client.scope.iter().flat_map(|text| text.split_ascii_whitespace()).any(|scope| scope == "openid");
            RuleOutcome::check(has_openid, client.scope.join(" "), "openid among the scopes").remedy(".scope([\"openid\"])")
        })
        .on_messages(|messages, _| {
            each(authorization_requests(messages), |message| {
                let scope = message.authorization_parameter("scope").unwrap_or_default();
                if !scope.split_ascii_whitespace().any(|scope| scope == "openid") {
                    return None;
                }
                let length = message.authorization_parameter("nonce").unwrap_or_default().len();
                let wanted = format!("{LETTERS_OF_128_BITS} to {LONGEST_NONCE} letters");
                Some(RuleOutcome::check(
                    (LETTERS_OF_128_BITS..=LONGEST_NONCE).contains(&length),
                    format!("a nonce of {length} letters"),
                    wanted,
                ))
            })
        })
}
