//! The addresses of a document, accepted before anything is sent to them.

use super::{DiscoveryEndpoint, DiscoveryPolicy};
use crate::protocol::error::RequestError;

pub(super) const ENDPOINT: &str = crate::protocol::target::DISCOVERY;

/// The addresses at which a document may stand, in order, accepted by `policy` before anything is read from them. Where the policy says where
/// the document is, `address` says whom it speaks for.
pub(super) fn accept_addresses(address: &str, policy: &DiscoveryPolicy) -> Result<Vec<DiscoveryEndpoint>, RequestError> {
    let path = policy.discovery_document_path();
    let parse = |text: &str| {
        DiscoveryEndpoint::parse_all(text, path).map_err(|source| RequestError::Address { endpoint: ENDPOINT, source: source.into() })
    };
    let mut endpoints = parse(policy.metadata_address().unwrap_or(address))?;
    if policy.metadata_address().is_some() {
        let issuer = DiscoveryEndpoint::parse(address, path);
        let issuer = issuer.map_err(|source| RequestError::Address { endpoint: ENDPOINT, source: source.into() })?;
        endpoints = endpoints.into_iter().map(|endpoint| endpoint.speaking_for(issuer.authority())).collect();
    }
    endpoints.iter().try_for_each(|endpoint| policy.check_document_address(endpoint))?;
    Ok(endpoints)
}

/// The first of them.
pub(super) fn accept_address(address: &str, policy: &DiscoveryPolicy) -> Result<DiscoveryEndpoint, RequestError> {
    let first = accept_addresses(address, policy)?.into_iter().next();
    first.ok_or_else(|| RequestError::configuration("discovery_document_path", "names no place"))
}
