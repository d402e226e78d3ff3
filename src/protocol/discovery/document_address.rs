//! The address of a document, accepted before anything is sent to it.

use super::{DiscoveryEndpoint, DiscoveryPolicy};
use crate::protocol::error::RequestError;

pub(super) const ENDPOINT: &str = "discovery endpoint";

/// The address of a document, accepted by `policy` before anything is read from it.
pub(super) fn accept_address(address: &str, policy: &DiscoveryPolicy) -> Result<DiscoveryEndpoint, RequestError> {
    let endpoint = DiscoveryEndpoint::parse(address, policy.discovery_document_path())
        .map_err(|source| RequestError::Address { endpoint: ENDPOINT, source: source.into() })?;
    policy.check_document_address(&endpoint)?;
    Ok(endpoint)
}
