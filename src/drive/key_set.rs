//! The keys of a discovery document, loaded when they are first needed (RFC 7517 section 5).

use crate::error::Error;
use crate::jose::JsonWebKeySet;
use crate::protocol::discovery::DiscoveryDocumentResponse;
use crate::transport::{BlockingHttpClient, HttpClient};

impl DiscoveryDocumentResponse {
    /// The keys that `jwks_uri` points to: those that are there already, else fetched now and remembered for this document and its clones.
    ///
    /// OpenID Connect Discovery 1.0 section 3. For policies with [`KeySetLoading::Lazy`](crate::protocol::discovery::KeySetLoading::Lazy), and to
    /// try again after [`Error::discovery_document`](crate::error::Error::discovery_document). Limits and environment are those of the
    /// request for the document. Callers at the same time fetch each for themselves and share the set that came first;
    /// [`ProviderKeys`](crate::keys::ProviderKeys) fetches once and follows rotation.
    ///
    /// # Errors
    /// Kind `Policy` where `jwks_uri` is missing or refused, `Configuration` where the policy says
    /// [`KeySetLoading::Never`](crate::protocol::discovery::KeySetLoading::Never), else as
    /// [`JwksRequest`](crate::protocol::jwks::JwksRequest).
    pub async fn load_key_set(&self, client: &dyn HttpClient) -> Result<&JsonWebKeySet, Error> {
        if let Some(key_set) = self.key_set() {
            return Ok(key_set);
        }
        let response = self.key_set_request()?.send(client).await?;
        Ok(self.remember_key_set(response.into_key_set()))
    }

    /// The twin of [`load_key_set`](Self::load_key_set) on the calling thread.
    ///
    /// # Errors
    /// As [`load_key_set`](Self::load_key_set).
    pub fn load_key_set_blocking(&self, client: &dyn BlockingHttpClient) -> Result<&JsonWebKeySet, Error> {
        if let Some(key_set) = self.key_set() {
            return Ok(key_set);
        }
        let response = self.key_set_request()?.send_blocking(client)?;
        Ok(self.remember_key_set(response.into_key_set()))
    }
}
