//! The keys of a discovery document, loaded when they are first needed (RFC 7517 section 5).

use crate::error::Error;
use crate::exchange::{Exchange, Port};
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
    /// Kind `Policy` where `jwks_uri` is missing or rejected, `Configuration` where the policy says
    /// [`KeySetLoading::Never`](crate::protocol::discovery::KeySetLoading::Never), else as
    /// [`JwksRequest`](crate::protocol::jwks::JwksRequest).
    pub async fn load_key_set(&self, client: &dyn HttpClient) -> Result<&JsonWebKeySet, Error> {
        Ok(self.remember_key_set(super::run(self.key_set_exchange(), client, self.environment()).await?))
    }

    /// The twin of [`load_key_set`](Self::load_key_set) on the calling thread.
    ///
    /// # Errors
    /// As [`load_key_set`](Self::load_key_set).
    pub fn load_key_set_blocking(&self, client: &dyn BlockingHttpClient) -> Result<&JsonWebKeySet, Error> {
        Ok(self.remember_key_set(super::run_blocking(self.key_set_exchange(), client, self.environment())?))
    }

    fn key_set_exchange(&self) -> Exchange<JsonWebKeySet, Error> {
        let this = self.clone();
        Exchange::new(|port: Port| async move {
            match this.key_set() {
                Some(key_set) => Ok(key_set.clone()),
                None => Ok(this.key_set_request()?.run(&port).await?.into_key_set()),
            }
        })
    }
}
