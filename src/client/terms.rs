//! What a flow works with: the client, and the provider's document as it stands at this moment.

use std::sync::Arc;

use super::core::Core;
use super::settings::Settings;
use crate::constants::metadata;
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::Port;
use crate::jose::AlgorithmSet;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::{DiscoveryDocumentResponse, Endpoint};
use crate::validation::{ExpectedIssuer, TokenValidationOptions};

/// Client and provider, for the length of one flow.
pub(crate) struct Terms {
    pub(crate) core: Arc<Core>,
    pub(crate) document: DiscoveryDocumentResponse,
    pub(crate) authentication: ClientAuthentication,
}

impl Core {
    /// Looks the provider up and settles how to authenticate there. Nothing else is sent where that fails.
    pub(crate) async fn terms(self: &Arc<Self>, port: &Port) -> Result<Terms, Error> {
        let document = self.documents.load(port).await?;
        let authentication = self.settings.credentials.choose(&document)?;
        Ok(Terms { core: Arc::clone(self), document, authentication })
    }
}

impl Terms {
    pub(crate) fn settings(&self) -> &Settings {
        &self.core.settings
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.settings().client_id
    }

    pub(crate) fn environment(&self) -> &Environment {
        self.core.environment()
    }

    /// The issuer, verbatim.
    pub(crate) fn issuer(&self) -> Result<&str, Error> {
        Ok(self.document.issuer()?)
    }

    pub(crate) fn expected_issuer(&self) -> Result<ExpectedIssuer, Error> {
        expected_issuer(&self.document)
    }

    /// An endpoint by its member of the metadata, behind mutual TLS where the client uses it (RFC 8705 section 5).
    pub(crate) fn endpoint(&self, member: &str) -> Result<Endpoint, Error> {
        let by_certificate = matches!(self.authentication, ClientAuthentication::TlsClientAuth | ClientAuthentication::SelfSignedTls);
        Ok(match by_certificate || self.settings().uses_mtls_aliases {
            true => self.document.mtls_endpoint(member)?,
            false => self.document.required_endpoint(member)?,
        })
    }

    /// Loads the provider's keys before something is spent whose answer they verify: a code, a refresh token, a device code. Nothing is
    /// loaded where a shared secret verifies, or where the provider states no key set.
    ///
    /// # Errors
    /// As loading the keys: nothing was spent, and the same call can be made again.
    pub(crate) async fn load_keys_for(&self, rules: &TokenValidationOptions, port: &Port) -> Result<(), Error> {
        let by_secret = !rules.algorithms().is_empty() && rules.algorithms().intersection(AlgorithmSet::ASYMMETRIC).is_empty();
        if !by_secret && self.document.states(metadata::JWKS_URI) {
            self.core.keys.clone().load(port).await?;
        }
        Ok(())
    }
}

/// Whose tokens are accepted: the issuer, or where the policy has a template for tenants, what that stands for.
pub(crate) fn expected_issuer(document: &DiscoveryDocumentResponse) -> Result<ExpectedIssuer, Error> {
    Ok(match document.policy().authority_validation_strategy().template() {
        Some(template) => ExpectedIssuer::template(template),
        None => ExpectedIssuer::exact(document.issuer()?),
    })
}
