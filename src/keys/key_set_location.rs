//! Where the key set of one provider is, and one fetch of it.

use crate::cache::{CacheSettings, DocumentSource, Fetched, Keep, max_age};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::Port;
use crate::jose::JsonWebKeySet;
use crate::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use crate::protocol::jwks::JwksRequest;
use crate::protocol::request_options::RequestOptions;
use crate::transport::HttpClients;

use super::KeySourceError;

/// Where the key set of one provider is, and with what it is fetched.
#[derive(Debug)]
pub(super) struct KeySetLocation {
    pub(super) place: Located,
    pub(super) authority: String,
    pub(super) policy: DiscoveryPolicy,
    pub(super) clients: HttpClients,
    pub(super) environment: Environment,
}

/// How the address of the key set is known.
#[derive(Debug)]
pub(super) enum Located {
    /// By the discovery document, which is cached by itself.
    ByDiscovery(DocumentSource),
    /// The application states it.
    AtAddress(String),
    /// The application states the whole document.
    InMetadata(Box<DiscoveryDocumentResponse>),
}

impl KeySetLocation {
    /// The cache of the discovery document, where there is one.
    pub(super) fn documents(&self) -> Option<&DocumentSource> {
        match &self.place {
            Located::ByDiscovery(documents) => Some(documents),
            Located::AtAddress(_) | Located::InMetadata(_) => None,
        }
    }

    /// Fetches the key set, and the discovery document where that is due.
    pub(super) async fn fetch(&self, settings: &CacheSettings, port: &Port) -> Result<Fetched<JsonWebKeySet>, Error> {
        let began = port.monotonic();
        let discovered = match &self.place {
            Located::ByDiscovery(documents) => Some(documents.load(port).await?),
            Located::InMetadata(document) => Some((**document).clone()),
            Located::AtAddress(_) => None,
        };
        let mut options = RequestOptions::default();
        options.environment = self.environment.clone();
        options.retry = Some(settings.retry());
        options.attempt_timeout = Some(settings.attempt_timeout());
        options.deadline = Some(settings.deadline().saturating_sub(port.monotonic().saturating_sub(began)));
        let request = match (&self.place, &discovered) {
            (Located::AtAddress(address), _) => {
                options.policy = Some(self.policy.clone());
                JwksRequest::at(address.as_str(), options)
            }
            (_, Some(document)) => JwksRequest::following(document.jwks_uri()?, document.address(), &options),
            (_, None) => return Err(KeySourceError::UnknownIssuer.into()),
        };
        let response = request.with_limits(settings.key_limit(), settings.body_limit()).run(port).await?;
        let max_age = max_age(response.head());
        KeySourceError::unless_usable(response.key_set())?;
        Ok(Fetched { value: response.into_key_set(), keep: Keep::BySettings { max_age } })
    }
}
