//! A document that was kept, or that came another way.

use bytes::Bytes;

use super::document::DiscoveryDocumentResponse;
use crate::document::Document;
use crate::protocol::discovery::DiscoveryPolicy;
use crate::protocol::discovery::document_address::{ENDPOINT, accept_address};
use crate::protocol::error::RequestError;
use crate::protocol::request::RequestOptions;
use crate::protocol::response_head::ResponseHead;

impl DiscoveryDocumentResponse {
    /// Opens a document that the application has (a file, a fixture) as if it had come from `address`, the authority or the full address of the
    /// document, under `policy`. Nothing is sent and no keys are loaded.
    ///
    /// The checks are those of a request, in its order: address, JSON, issuer. [`head`](Self::head) is a bare 200 that arrived at the
    /// epoch.
    ///
    /// # Errors
    /// [`RequestError::Address`], [`RequestError::Policy`] and [`RequestError::Malformed`], as a request for the document.
    pub fn parse(document: impl Into<Bytes>, address: &str, policy: DiscoveryPolicy) -> Result<Self, RequestError> {
        let address = accept_address(address, &policy)?;
        let (document, _) =
            Document::open_answer(document).map_err(|source| RequestError::Malformed { endpoint: ENDPOINT.into(), source })?;
        Ok(Self::accept(document, ResponseHead::unsent(), policy, address, RequestOptions::default())?)
    }
}
