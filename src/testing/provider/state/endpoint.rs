//! The names of the provider's endpoints.

use std::fmt;

/// An endpoint of a [`TestProvider`](crate::testing::provider::TestProvider): where a fault strikes, what a counter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProviderEndpoint {
    /// `/.well-known/openid-configuration` after the issuer (OpenID Connect Discovery 1.0 section 4).
    Discovery,
    /// `/.well-known/oauth-authorization-server` before the issuer's path (RFC 8414 section 3).
    AuthorizationServerMetadata,
    /// The JWK Set (RFC 7517 section 5).
    Jwks,
    /// The authorization endpoint (RFC 6749 section 3.1).
    Authorization,
    /// The token endpoint (RFC 6749 section 3.2).
    Token,
    /// The userinfo endpoint (OpenID Connect Core section 5.3).
    UserInfo,
    /// The introspection endpoint (RFC 7662 section 2).
    Introspection,
    /// The revocation endpoint (RFC 7009 section 2).
    Revocation,
    /// The device authorization endpoint (RFC 8628 section 3.1).
    DeviceAuthorization,
    /// The backchannel authentication endpoint (CIBA Core 1.0 section 7).
    BackchannelAuthentication,
    /// The pushed authorization request endpoint (RFC 9126 section 2).
    PushedAuthorization,
    /// The client registration endpoint (RFC 7591 section 3).
    Registration,
    /// The client configuration endpoint (RFC 7592 section 2).
    ClientConfiguration,
    /// The end session endpoint (OpenID Connect RP-Initiated Logout 1.0 section 2).
    EndSession,
    /// The page for watching a session (OpenID Connect Session Management 1.0 section 3.2).
    CheckSession,
    /// Where distributed claims are fetched (OpenID Connect Core section 5.6.2).
    Claims,
    /// A protected resource of the provider's own (RFC 6750 section 2.1).
    Resource,
    /// Its metadata (RFC 9728 section 3).
    ResourceMetadata,
    /// `/.well-known/webfinger` at the issuer's origin (RFC 7033, OpenID Connect Discovery 1.0 section 2).
    WebFinger,
}

impl fmt::Display for ProviderEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discovery => "discovery",
            Self::AuthorizationServerMetadata => "authorization server metadata",
            Self::Jwks => "jwks",
            Self::Authorization => "authorization",
            Self::Token => "token",
            Self::UserInfo => "userinfo",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::DeviceAuthorization => "device authorization",
            Self::BackchannelAuthentication => "backchannel authentication",
            Self::PushedAuthorization => "pushed authorization",
            Self::Registration => "registration",
            Self::ClientConfiguration => "client configuration",
            Self::EndSession => "end session",
            Self::CheckSession => "check session",
            Self::Claims => "claims",
            Self::Resource => "resource",
            Self::ResourceMetadata => "resource metadata",
            Self::WebFinger => "webfinger",
        })
    }
}
