//! What a profile is held against: settings, metadata, messages.

use super::configuration::{ClientConfiguration, ResourceConfiguration};
use super::message::ProfileMessage;
use crate::protocol::discovery::DiscoveryDocumentResponse;

/// What is known of a client, a resource server, a provider and their messages. Each part may be missing: its checks are left out then.
///
/// # Example
/// ```
/// use identity_model::profile::{ClientConfiguration, Profile, ProfileEvidence, Verdict};
///
/// let client = ClientConfiguration::new("https://idp.example.com", "web");
/// let report = Profile::fapi2_security().examine(&ProfileEvidence::new().configuration(&client), std::time::SystemTime::now());
/// assert_eq!(report.verdict(), Verdict::Refused); // no redirect URI, no key, no sender-constrained tokens
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct ProfileEvidence<'a> {
    pub(super) configuration: Option<&'a ClientConfiguration>,
    pub(super) resource: Option<&'a ResourceConfiguration>,
    pub(super) metadata: Option<&'a DiscoveryDocumentResponse>,
    pub(super) messages: &'a [ProfileMessage],
}

impl<'a> ProfileEvidence<'a> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the settings of a client.
    #[must_use]
    pub fn configuration(mut self, configuration: &'a ClientConfiguration) -> Self {
        self.configuration = Some(configuration);
        self
    }

    /// Adds the settings of a resource server.
    #[must_use]
    pub fn resource(mut self, resource: &'a ResourceConfiguration) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Adds the metadata of a provider.
    #[must_use]
    pub fn metadata(mut self, document: &'a DiscoveryDocumentResponse) -> Self {
        self.metadata = Some(document);
        self
    }

    /// Adds recorded messages, in the order in which they were sent.
    #[must_use]
    pub fn messages(mut self, messages: &'a [ProfileMessage]) -> Self {
        self.messages = messages;
        self
    }

    /// The settings of the client, where they are known.
    pub fn client(&self) -> Option<&'a ClientConfiguration> {
        self.configuration
    }

    /// The issuer, as the metadata state it or else the client.
    pub fn issuer(&self) -> Option<&'a str> {
        let stated = self.metadata.and_then(|document| document.try_get_str("issuer"));
        stated.or_else(|| self.configuration.map(|client| client.issuer.as_str()))
    }
}
