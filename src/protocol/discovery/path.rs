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
    /// Another path, appended to the authority.
    Appended(String),
}

impl DiscoveryDocumentPath {
    /// The path without a leading `/`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::OpenIdConfiguration => routes::OPENID_CONFIGURATION,
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
