//! The settings of a client and of a resource server as a profile sees them: facts, no secrets.

use serde::Serialize;

use crate::constants::response_types;

/// The settings of a client, for the rules of a profile. No secret is among them.
///
/// [`OidcClient::configuration`](crate::client::OidcClient::configuration) fills it in; for a client that is put together by hand, the fields are
/// set one by one. Names are those of the registry: algorithms, methods, response types.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct ClientConfiguration {
    /// The issuer, or the address of its discovery document, as the client was told.
    pub issuer: String,
    /// The client's identifier.
    pub client_id: String,
    /// Where the authorization response goes.
    pub redirect_uri: Option<String>,
    /// What a login asks the authorization endpoint for: `code`.
    pub response_type: String,
    /// How the authorization endpoint answers, where that is set.
    pub response_mode: Option<String>,
    /// The scopes of a login.
    pub scope: Vec<String>,
    /// Whether a login is one of OpenID Connect.
    pub is_openid: bool,
    /// Every method that the client may authenticate by; several where the metadata decide.
    pub authentication_methods: Vec<String>,
    /// `aud` of client assertions: `issuer`, `endpoint`, `token_endpoint` or the texts themselves. `None` where no assertion is made.
    pub assertion_audience: Option<String>,
    /// What client assertions are signed with, where they are made in this process or the signer says so.
    pub assertion_algorithm: Option<String>,
    /// The PKCE method: `S256`.
    pub code_challenge_method: Option<String>,
    /// Whether authorization requests are pushed; `None` where the metadata decide.
    pub pushed: Option<bool>,
    /// How request objects are made; `None` where none is.
    pub request_object: Option<RequestObjectConfiguration>,
    /// The algorithms of the DPoP key; empty where there is none.
    pub dpop_algorithms: Vec<String>,
    /// Whether the client connects by mutual TLS, so that tokens can be bound to its certificate.
    pub uses_certificate: bool,
    /// `id_token_signed_response_alg`, where it is stated.
    pub id_token_signed_response_alg: Option<String>,
    /// `id_token_encrypted_response_alg`, where ID tokens are encrypted.
    pub id_token_encrypted_response_alg: Option<String>,
    /// `userinfo_signed_response_alg`, where it is stated.
    pub userinfo_signed_response_alg: Option<String>,
    /// `introspection_signed_response_alg`, where it is stated.
    pub introspection_signed_response_alg: Option<String>,
    /// `authorization_signed_response_alg`, where it is stated.
    pub authorization_signed_response_alg: Option<String>,
    /// Whether http is accepted for loopback addresses.
    pub allows_http_on_loopback: bool,
    /// Whether the application states metadata itself instead of the discovery document.
    pub states_metadata: bool,
    /// The `danger_…` calls that are in force.
    pub dangers: Vec<String>,
}

impl ClientConfiguration {
    /// The configuration of a client that asks for a code with PKCE by `S256`, and of which nothing else is known.
    pub fn new(issuer: impl Into<String>, client_id: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            response_type: response_types::CODE.to_owned(),
            code_challenge_method: Some("S256".to_owned()),
            ..Self::default()
        }
    }

    /// Whether the authorization response is a signed one (JARM).
    pub(super) fn takes_signed_response(&self) -> bool {
        self.response_mode.as_deref().is_some_and(|mode| mode == "jwt" || mode.ends_with(".jwt"))
    }

    /// The first call among the dangers that begins so.
    pub(super) fn danger(&self, names: &[&str]) -> Option<&str> {
        self.dangers.iter().map(String::as_str).find(|danger| names.iter().any(|name| danger.trim_start_matches('.').starts_with(name)))
    }
}

/// How a client makes its request objects.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct RequestObjectConfiguration {
    /// What they are signed with; `None` where they are not signed.
    pub algorithm: Option<String>,
    /// How many seconds they live.
    pub lifetime: u64,
    /// Whether `response_type` and `scope` stand beside them too.
    pub repeats_outside: bool,
}

/// The settings of a resource server, for the rules of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct ResourceConfiguration {
    /// The issuers whose tokens are accepted, as far as they are fixed.
    pub issuers: Vec<String>,
    /// The audiences of which a token must have one; empty where any is accepted.
    pub audiences: Vec<String>,
    /// The scopes that every token must have.
    pub scope: Vec<String>,
    /// Whether a token that is bound to no key and no certificate is rejected.
    pub requires_bound_tokens: bool,
    /// Whether the authorization server is asked about each token, so that a revoked one is rejected.
    pub introspects: bool,
}
