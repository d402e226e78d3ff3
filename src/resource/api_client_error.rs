//! What a call to an API fails with before anything is sent.

use thiserror::Error;

use crate::error_kind::classify;
use crate::protocol::discovery::PolicyViolation;

/// Why an [`ApiClient`](super::ApiClient) cannot be built, or does not send a request.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum ApiClientError {
    /// The address is none of those that the token may be sent to (RFC 6750 section 5.3).
    #[error("the token may be sent to {} only; allow another address with `.base_address(…)`", quoted(allowed))]
    AddressNotAllowed {
        /// The allowed base addresses.
        allowed: Vec<String>,
        /// The address of the request, and what is wrong with it.
        source: Option<PolicyViolation>,
    },
    /// No base address is configured.
    #[error("no address is configured that the token may be sent to; set one with `.base_address(…)`")]
    NoBaseAddress,
    /// A base address cannot be used.
    #[error("the base address cannot be used")]
    BaseAddress {
        /// What is wrong with it.
        source: PolicyViolation,
    },
    /// The client was built without the HTTP client that this call needs.
    #[error("no {which} HTTP client is configured; set one with `.{setter}(…)`")]
    NoHttpClient {
        /// `async` or `blocking`.
        which: &'static str,
        /// The setter.
        setter: &'static str,
    },
}

classify! { ApiClientError {
    Self::AddressNotAllowed { .. } => "address_not_allowed" Policy;
    Self::NoBaseAddress => "base_address_missing" Configuration;
    Self::BaseAddress { .. } => "base_address_unusable" Configuration;
    Self::NoHttpClient { .. } => "no_api_http_client" Configuration;
} }

fn quoted(addresses: &[String]) -> String {
    addresses.iter().map(|address| format!("\"{address}\"")).collect::<Vec<_>>().join(", ")
}
