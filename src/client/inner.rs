//! The state that both faces of a client share: the provider's caches and the client's settings, and the two drivers.

use std::fmt;

use super::error::ClientError;
use super::settings::Settings;
use crate::cache::DocumentSource;
use crate::drive::{run, run_blocking};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{DriveError, Exchange, ExchangeError, Port};
use crate::keys::ProviderKeys;
use crate::protocol::discovery::DiscoveryDocumentResponse;
use crate::protocol::registration::RegistrationResponse;
use crate::transport::HttpClients;

/// The shared state of a client.
pub(crate) struct ClientInner {
    pub(crate) documents: DocumentSource,
    pub(crate) keys: ProviderKeys,
    pub(crate) settings: Settings,
    pub(crate) registration: Option<RegistrationResponse>,
    /// Metadata that the application states: nothing is discovered then.
    pub(crate) stated: Option<DiscoveryDocumentResponse>,
}

impl ClientInner {
    pub(crate) fn environment(&self) -> &Environment {
        &self.documents.environment
    }

    pub(crate) fn clients(&self) -> &HttpClients {
        &self.documents.clients
    }

    /// The provider's metadata, from the cache or fetched now.
    pub(crate) async fn document(&self, port: &Port) -> Result<DiscoveryDocumentResponse, Error> {
        match &self.stated {
            Some(document) => Ok(document.clone()),
            None => self.documents.load(port).await,
        }
    }

    /// The async driver.
    pub(crate) async fn run<T, E>(&self, exchange: Exchange<T, E>) -> Result<T, Error>
    where
        E: From<ExchangeError>,
        Error: From<E>,
    {
        let http = self.clients().http.as_ref().ok_or(DriveError::NoClient { needed: "async HTTP client" })?;
        run(exchange, &**http, self.environment()).await
    }

    /// The blocking driver.
    pub(crate) fn run_blocking<T, E>(&self, exchange: Exchange<T, E>) -> Result<T, Error>
    where
        E: From<ExchangeError>,
        Error: From<E>,
    {
        if let Some(name) = self.settings.validators.awaited_name() {
            let problem = format!("`{name}` has to be awaited, which a blocking call cannot: set it by `claim_validator`");
            return Err(ClientError::configuration("async_claim_validator", problem).into());
        }
        let http = self.clients().blocking.as_ref().ok_or(DriveError::NoClient { needed: "blocking HTTP client" })?;
        run_blocking(exchange, &**http, self.environment())
    }
}

impl fmt::Debug for ClientInner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientInner").field("documents", &self.documents).field("settings", &self.settings).finish_non_exhaustive()
    }
}
