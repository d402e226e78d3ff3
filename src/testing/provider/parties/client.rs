//! A client as the provider knows it.

use std::fmt;

use serde_json::{Map, Value};

use crate::secret::{ClientSecret, constant_time_eq};
use crate::testing::provider::parties::client_login::ClientLogin;

/// A registered client of a [`TestProvider`](crate::testing::provider::TestProvider).
///
/// RFC 6749 section 2. Defaults: no secret, so a public client; every scope
/// and every audience is allowed until some are named; tokens carry no extra claims.
///
/// # Example
/// ```
/// use identity_model::testing::TestClient;
///
/// let client = TestClient::new("reports")
///     .secret("s3cret")
///     .authentication_methods(["client_secret_basic"])
///     .scopes(["reports:read", "reports:write"])
///     .audiences(["reports-api"])
///     .claim("tenant", "north");
/// # let _ = client;
/// ```
#[derive(Clone)]
pub struct TestClient {
    pub(in crate::testing::provider) id: String,
    pub(in crate::testing::provider) secrets: Vec<ClientSecret>,
    pub(in crate::testing::provider) keys: Vec<Value>,
    authentication_methods: Option<Vec<String>>,
    pub(in crate::testing::provider) redirect_uris: Vec<String>,
    pub(in crate::testing::provider) scopes: Vec<String>,
    pub(in crate::testing::provider) audiences: Vec<String>,
    pub(in crate::testing::provider) claims: Map<String, Value>,
    pub(in crate::testing::provider) login: ClientLogin,
    pub(in crate::testing::provider) certificate_thumbprint: Option<String>,
    pub(in crate::testing::provider) dpop_bound: bool,
}

impl TestClient {
    /// A public client with this identifier.
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            secrets: Vec::new(),
            keys: Vec::new(),
            authentication_methods: None,
            redirect_uris: Vec::new(),
            scopes: Vec::new(),
            audiences: Vec::new(),
            claims: Map::new(),
            login: ClientLogin::default(),
            certificate_thumbprint: None,
            dpop_bound: false,
        }
    }

    /// Adds a secret; each of several is accepted.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<ClientSecret>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// Adds a public key as a JWK, for `private_key_jwt`.
    #[must_use]
    pub fn public_key(mut self, jwk: impl Into<Value>) -> Self {
        self.keys.push(jwk.into());
        self
    }

    /// The only redirect addresses it may use. Default: any.
    #[must_use]
    pub fn redirect_uris(mut self, addresses: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.redirect_uris = addresses.into_iter().map(Into::into).collect();
        self
    }

    /// The only methods it may authenticate with, by their registered names. Default: `client_secret_basic`, `client_secret_post` and
    /// `client_secret_jwt` with a secret, `private_key_jwt` with a public key, `none` without either.
    #[must_use]
    pub fn authentication_methods(mut self, methods: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.authentication_methods = Some(methods.into_iter().map(Into::into).collect());
        self
    }

    /// The only scopes it may ask for; also what it gets when it asks for none. Default: any.
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// The only values of `resource` and `audience` it may ask for; the first is the default audience. Default: any, and the issuer as
    /// the audience of a token for which none was asked.
    #[must_use]
    pub fn audiences(mut self, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audiences = audiences.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a claim to each of its access tokens.
    #[must_use]
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// Binds its tokens to the certificate with this thumbprint (RFC 8705 section 3), as if it had proved it in every handshake. Default: they are not
    /// bound to a certificate.
    #[must_use]
    pub fn certificate_thumbprint(mut self, thumbprint: impl Into<String>) -> Self {
        self.certificate_thumbprint = Some(thumbprint.into());
        self
    }

    /// Gets tokens with a DPoP proof alone (`dpop_bound_access_tokens`, RFC 9449 section 5.2), from a provider that knows DPoP. Default: with or
    /// without one.
    #[must_use]
    pub fn dpop_bound_access_tokens(mut self) -> Self {
        self.dpop_bound = true;
        self
    }

    pub(in crate::testing::provider) fn accepts_method(&self, method: &str) -> bool {
        match &self.authentication_methods {
            Some(methods) => methods.iter().any(|allowed| allowed == method),
            None => match method {
                "client_secret_basic" | "client_secret_post" | "client_secret_jwt" => !self.secrets.is_empty(),
                "private_key_jwt" => !self.keys.is_empty(),
                "none" => self.secrets.is_empty() && self.keys.is_empty(),
                _ => false,
            },
        }
    }

    pub(in crate::testing::provider) fn is_public(&self) -> bool {
        self.accepts_method("none")
    }

    pub(in crate::testing::provider) fn accepts_secret(&self, text: &str) -> bool {
        self.secrets.iter().any(|secret| constant_time_eq(secret.expose().as_bytes(), text.as_bytes()))
    }
}

impl fmt::Debug for TestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestClient").field("id", &self.id).field("secrets", &self.secrets.len()).finish_non_exhaustive()
    }
}
