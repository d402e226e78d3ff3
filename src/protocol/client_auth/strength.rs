//! Which of several mechanisms to take: the strongest that both sides can do.

use super::ClientAuthentication;
use crate::constants::{client_auth_methods, metadata};
use crate::protocol::discovery::DiscoveryDocumentResponse;

/// From strong to weak: bound to a channel or a key, a secret that stays at home, a secret that travels, nothing.
const ORDER: [&str; 7] = [
    client_auth_methods::TLS_CLIENT_AUTH,
    client_auth_methods::SELF_SIGNED_TLS_CLIENT_AUTH,
    client_auth_methods::PRIVATE_KEY_JWT,
    client_auth_methods::CLIENT_SECRET_JWT,
    client_auth_methods::CLIENT_SECRET_BASIC,
    client_auth_methods::CLIENT_SECRET_POST,
    client_auth_methods::NONE,
];

impl ClientAuthentication {
    /// The strongest of the mechanisms that this client `can` do and the server's token endpoint takes; `None` where there is no common one.
    ///
    /// OpenID Connect Discovery 1.0 section 3: a server that says nothing takes `client_secret_basic`. A public client's `none` counts only where
    /// the server lists it, and an assertion only where the server takes what it is signed with (any algorithm, where it does not say).
    pub fn strongest(can: impl IntoIterator<Item = Self>, server: &DiscoveryDocumentResponse) -> Option<Self> {
        let stated = server.try_get_string_array(metadata::TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED);
        let takes = |method: &str| {
            if stated.is_empty() { method == client_auth_methods::CLIENT_SECRET_BASIC } else { stated.iter().any(|one| one == method) }
        };
        let algorithms = server.try_get_string_array(metadata::TOKEN_ENDPOINT_AUTH_SIGNING_ALG_VALUES_SUPPORTED);
        let verifies = |one: &Self| match one.signing_algorithm() {
            Some(algorithm) => algorithms.is_empty() || algorithms.iter().any(|name| name == algorithm.name()),
            None => true,
        };
        let rank = |one: &Self| ORDER.iter().position(|method| *method == one.method()).unwrap_or(ORDER.len());
        can.into_iter().filter(|one| takes(one.method()) && verifies(one)).min_by_key(rank)
    }
}
