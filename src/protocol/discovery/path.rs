//! The path at which a provider publishes its metadata: OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3.

use crate::constants::routes;

/// Where the metadata document stands, relative to the authority.
///
/// Default: [`OpenIdConfiguration`](Self::OpenIdConfiguration). From text by `into()`; a leading `/` is ignored.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum DiscoveryDocumentPath {
    /// `.well-known/openid-configuration`, appended to the authority (OpenID Connect Discovery 1.0 section 4).
    #[default]
    OpenIdConfiguration,
    /// `.well-known/oauth-authorization-server`, inserted between the authority's host and path (RFC 8414 section 3).
    OAuthAuthorizationServer,
    /// `.well-known/openid-configuration`, inserted between the authority's host and path, as RFC 8414 section 5 has it.
    OpenIdConfigurationInserted,
    /// Another path, appended to the authority.
    Appended(String),
    /// Several places, asked in order until one has a document: [`any_of`](Self::any_of).
    AnyOf(Vec<DiscoveryDocumentPath>),
}

impl DiscoveryDocumentPath {
    /// These places, in order. A place that responds with 404, 405 or 410, or with HTML, has no document, and the next one is asked; every other
    /// answer is final. An address that names one of them in full is asked alone.
    ///
    /// # Example
    /// ```
    /// use identity_model::protocol::discovery::{DiscoveryDocumentPath, DiscoveryPolicy};
    ///
    /// let places = [DiscoveryDocumentPath::OAuthAuthorizationServer, DiscoveryDocumentPath::OpenIdConfiguration];
    /// let policy = DiscoveryPolicy::builder().discovery_document_path(DiscoveryDocumentPath::any_of(places)).build();
    /// assert_eq!(policy.discovery_document_path().places().len(), 2);
    /// ```
    pub fn any_of(places: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        Self::AnyOf(places.into_iter().map(Into::into).collect())
    }

    /// Every place at which servers publish their metadata: that of RFC 8414, the two of its section 5 for OpenID providers, and that of
    /// RFC 8414 behind the path of the issuer, where some servers have it by mistake.
    pub fn anywhere() -> Self {
        let appended = Self::Appended(routes::OAUTH_AUTHORIZATION_SERVER.to_owned());
        Self::any_of([Self::OAuthAuthorizationServer, Self::OpenIdConfigurationInserted, Self::OpenIdConfiguration, appended])
    }

    /// The places, in order; one but for [`AnyOf`](Self::AnyOf).
    pub fn places(&self) -> Vec<&Self> {
        match self {
            Self::AnyOf(places) => places.iter().flat_map(Self::places).collect(),
            place => vec![place],
        }
    }

    /// Whether the path stands between the authority's host and path.
    pub(super) fn is_inserted(&self) -> bool {
        matches!(self, Self::OAuthAuthorizationServer | Self::OpenIdConfigurationInserted)
    }

    /// The path without a leading `/`; of several, the first.
    pub fn as_str(&self) -> &str {
        match self {
            Self::OpenIdConfiguration | Self::OpenIdConfigurationInserted => routes::OPENID_CONFIGURATION,
            Self::AnyOf(places) => places.first().map_or(routes::OPENID_CONFIGURATION, Self::as_str),
            Self::OAuthAuthorizationServer => routes::OAUTH_AUTHORIZATION_SERVER,
            Self::Appended(path) => path.strip_prefix('/').unwrap_or(path),
        }
    }
}

impl From<&str> for DiscoveryDocumentPath {
    fn from(path: &str) -> Self {
        let path = path.strip_prefix('/').unwrap_or(path);
        if path == Self::OpenIdConfiguration.as_str() { Self::OpenIdConfiguration } else { Self::Appended(path.to_owned()) }
    }
}

impl From<String> for DiscoveryDocumentPath {
    fn from(path: String) -> Self {
        Self::from(path.as_str())
    }
}
