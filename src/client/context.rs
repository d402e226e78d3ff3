//! What a flow works with: the client, and the provider's document as it stands at this moment.

use std::sync::Arc;

use super::error::ClientError;
use super::inner::ClientInner;
use super::settings::Settings;
use crate::encoding::json::printable;
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::Port;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::{DiscoveryDocumentResponse, Endpoint};
use crate::validation::ExpectedIssuer;

/// Client and provider, for the length of one flow.
pub(crate) struct FlowContext {
    pub(crate) client: Arc<ClientInner>,
    pub(crate) document: DiscoveryDocumentResponse,
    pub(crate) authentication: ClientAuthentication,
}

impl FlowContext {
    /// Looks the provider up and settles how to authenticate there. Nothing else is sent where that fails.
    pub(crate) async fn load(client: &Arc<ClientInner>, port: &Port) -> Result<Self, Error> {
        let document = client.document(port).await?;
        client.check_metadata(&document)?;
        let authentication = client.settings.credentials.choose(&document)?;
        Ok(Self { client: Arc::clone(client), document, authentication })
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.client.settings
    }

    pub(crate) fn client_id(&self) -> &str {
        &self.settings().client_id
    }

    pub(crate) fn environment(&self) -> &Environment {
        self.client.environment()
    }

    /// The issuer, verbatim.
    pub(crate) fn issuer(&self) -> Result<&str, Error> {
        Ok(self.document.issuer()?)
    }

    /// An endpoint by its member of the metadata, behind mutual TLS where the client uses it (RFC 8705 section 5).
    pub(crate) fn endpoint(&self, member: &str) -> Result<Endpoint, Error> {
        let by_certificate = matches!(self.authentication, ClientAuthentication::TlsClientAuth | ClientAuthentication::SelfSignedTls);
        Ok(match by_certificate || self.settings().uses_mtls_aliases {
            true => self.document.mtls_endpoint(member)?,
            false => self.document.required_endpoint(member)?,
        })
    }
}

/// Whose tokens are accepted: the issuer, or where the policy has a template for tenants, what that stands for.
pub(crate) fn expected_issuer(document: &DiscoveryDocumentResponse) -> Result<ExpectedIssuer, Error> {
    Ok(match document.policy().authority_validation_strategy().template() {
        Some(template) => ExpectedIssuer::template(template),
        None => ExpectedIssuer::exact(document.issuer()?),
    })
}

/// One response belongs to one issuer and one client (RFC 9700 section 4.4), and so does what is kept of it.
pub(super) fn reject_foreign(what: &'static str, member: &'static str, expected: &str, found: &str) -> Result<(), ClientError> {
    if expected == found {
        return Ok(());
    }
    Err(ClientError::Foreign { what, member, expected: printable(expected), found: printable(found) })
}
