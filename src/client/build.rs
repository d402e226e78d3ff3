//! The end of the builder for async callers: a client that is there, or one that registers first.

use super::OidcClient;
use super::builder::{OidcClientBuilder, oidc_client_builder};
use super::registration::register_self;
use crate::builder_state::{Set, Unset};
use crate::error::Error;
use crate::protocol::client_metadata::ClientMetadata;
use crate::secret::AccessToken;

/// The client, for async callers.
impl<S: oidc_client_builder::State> OidcClientBuilder<S> {
    /// The client. Nothing is sent before its first flow.
    ///
    /// # Errors
    /// Kind `Configuration` where a member cannot be used, or what the server registered cannot.
    pub fn build(self) -> Result<OidcClient, Error>
    where
        S: oidc_client_builder::IsComplete,
        S::Http: Set,
    {
        Ok(OidcClient::of(self.core()?))
    }

    /// Registers the client and builds it from what the server made of it (RFC 7591). Addresses and scopes set here are registered too,
    /// unless `metadata` names others; a server that rejects `scope` is asked again without it. [`OidcClient::registration`] holds what has to be kept.
    ///
    /// # Errors
    /// As [`OidcClient::register`] and [`build`](Self::build).
    ///
    /// # Example
    /// ```
    /// use identity_model::client::OidcClient;
    /// use identity_model::protocol::client_metadata::ClientMetadata;
    /// use identity_model::testing::TestProvider;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let provider = TestProvider::new();
    /// let client = OidcClient::builder()
    ///     .issuer(provider.issuer())
    ///     .http(provider)
    ///     .redirect_uri("https://app.example.com/callback")
    ///     .register(ClientMetadata::builder().client_name("Reports").build(), None)
    ///     .await?;
    /// assert_eq!(client.registration().map(|registered| registered.client_id()), Some(client.client_id()));
    /// # Ok::<(), identity_model::error::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn register(self, metadata: ClientMetadata, initial_access_token: Option<AccessToken>) -> Result<OidcClient, Error>
    where
        S::Issuer: Set,
        S::ClientId: Unset,
        S::Registration: Unset,
        S::Http: Set,
    {
        let (registrar, metadata) = self.registrar(metadata);
        let registration = registrar.run(register_self(&registrar, metadata, initial_access_token)).await?;
        Ok(OidcClient::of(registrar.registered(registration)?))
    }
}
