//! What a request is told about proofs (RFC 9449 section 4).

use serde_json::Value;

use super::key::DpopKey;

/// What a request is told about proofs.
#[derive(Debug, Clone, Default)]
pub(crate) struct DpopOptions {
    pub(crate) key: Option<DpopKey>,
    pub(crate) claims: Vec<(String, Value)>,
    /// Keeps tokens of the type `Bearer` although a proof was sent.
    pub(crate) allows_bearer: bool,
    /// Sends a bound token by the scheme `Bearer`.
    pub(crate) sends_as_bearer: bool,
    /// Signs proofs and client assertions with one key.
    pub(crate) shares_key: bool,
    /// Repeats a rejected proof once with the server's time.
    pub(crate) follows_server_date: bool,
    /// Believes `use_dpop_nonce` of a resource that says so in the body alone.
    pub(crate) reads_nonce_from_body: bool,
}
