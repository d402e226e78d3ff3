//! The request for the keys that a document points to.

use super::document::DiscoveryDocumentResponse;
use crate::protocol::discovery::KeySetLoading;
use crate::protocol::error::RequestError;
use crate::protocol::jwks::JwksRequest;

impl DiscoveryDocumentResponse {
    /// The request for the keys that `jwks_uri` points to, with limits and environment of the request for the document.
    pub(crate) fn key_set_request(&self) -> Result<JwksRequest, RequestError> {
        if self.policy().key_set_loading() == KeySetLoading::Never {
            return Err(RequestError::configuration("key_set_loading", "is `Never`, so the policy loads no keys"));
        }
        Ok(JwksRequest::following(self.jwks_uri()?, self.address(), &self.inner.options))
    }
}
