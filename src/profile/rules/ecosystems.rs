//! What two ecosystems ask for beyond the general profiles: the OAuth profile of AT Protocol, and HAIP 1.0 for wallets.

use super::helpers::{each, of_kind};
use crate::profile::{ClientConfiguration, MessageKind, ProfileRule, RuleOutcome};

/// The client of an AT Protocol application.
pub(in crate::profile) fn pf28(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF28", clause, "client_id is an https URL without a port; scope atproto; no openid").on_configuration(|client| {
        if !is_client_url(&client.client_id) {
            return RuleOutcome::fail(&client.client_id, "an https URL without a port, or http://localhost");
        }
        if client.is_openid || has_scope(client, "openid") {
            return RuleOutcome::fail("openid", "plain OAuth 2.0").remedy("OAuthClient");
        }
        RuleOutcome::check(has_scope(client, "atproto"), client.scope.join(" "), "atproto among the scopes").remedy(".scope([\"atproto\"])")
    })
}

fn is_client_url(text: &str) -> bool {
    let Ok(url) = url::Url::parse(text) else { return false };
    match url.scheme() {
        "https" => url.port().is_none() && url.host_str().is_some(),
        "http" => url.host_str() == Some("localhost") && url.port().is_none(),
        _ => false,
    }
}

fn has_scope(client: &ClientConfiguration, name: &str) -> bool {
    client.scope.iter().flat_map(|text| text.split_ascii_whitespace()).any(|scope| scope == name)
}

/// The metadata of an AT Protocol authorization server.
pub(in crate::profile) fn pf29(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF29", clause, "issuer an origin; atproto, none and private_key_jwt, ES256, client metadata documents").on_metadata(
        |document, _| {
            let issuer = document.try_get_str("issuer").unwrap_or_default();
            let is_origin = url::Url::parse(issuer).is_ok_and(|url| url.origin().ascii_serialization() == issuer);
            if !is_origin {
                return RuleOutcome::fail(issuer, "an origin: no path, no slash at its end");
            }
            let needed = [
                ("scopes_supported", "atproto"),
                ("token_endpoint_auth_methods_supported", "none"),
                ("token_endpoint_auth_methods_supported", "private_key_jwt"),
                ("token_endpoint_auth_signing_alg_values_supported", "ES256"),
                ("dpop_signing_alg_values_supported", "ES256"),
            ];
            if let Some((member, value)) = needed.into_iter().find(|(member, value)| !document.supports(member, value)) {
                return RuleOutcome::fail(format!("{member} without {value}"), value);
            }
            let takes_documents = document.try_get_boolean("client_id_metadata_document_supported") == Some(true);
            RuleOutcome::check(takes_documents, format!("client_id_metadata_document_supported: {takes_documents}"), "true")
        },
    )
}

/// The token response of an AT Protocol server.
pub(in crate::profile) fn pf30(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF30", clause, "the token response grants atproto and names the account by a DID").on_messages(|messages, _| {
        each(of_kind(messages, MessageKind::TokenResponse), |message| {
            message.member("access_token")?;
            let text = |name: &str| message.member(name).and_then(|value| value.as_str()).unwrap_or_default();
            if !text("scope").split_ascii_whitespace().any(|scope| scope == "atproto") {
                return Some(RuleOutcome::fail(format!("scope: {}", text("scope")), "atproto among the scopes"));
            }
            Some(RuleOutcome::check(text("sub").starts_with("did:"), text("sub"), "a DID"))
        })
    })
}

/// The authorization request of a wallet.
pub(in crate::profile) fn pf31(clause: &'static str) -> ProfileRule {
    ProfileRule::new("PF31", clause, "the scope names the credential").on_configuration(|client| {
        let scope = client.scope.join(" ");
        RuleOutcome::check(!scope.is_empty() && !has_scope(client, "openid"), &scope, "the scope of the credential").remedy(".scope([…])")
    })
}
