//! The keeper of an application's own tokens.

use std::sync::Arc;

use super::gate::Gate;
use super::key::TokenKey;
use super::shared::Shared;
use super::table::Table;
use super::{TokenManagerSettings, TokenSource};
use crate::environment::Environment;
use crate::error::Error;
use crate::protocol::token::RepeatableTokenRequest;
use crate::transport::{BlockingHttpClient, HttpClient, HttpClients};

/// Keeps the tokens that an application obtains in its own name, and fetches each of them once however many callers ask.
///
/// RFC 6749 section 4.4 (client credentials), RFC 8693 (token exchange), RFC 7523 (JWT bearer) and every other grant whose request can be sent
/// again. Two requests share a token only if endpoint, policy, client, grant, scope, resource, audience, authorization details, extra
/// parameters, subject and actor token, and tenant are the same. Cheap to clone and safe to share: one manager serves a process. Nothing is
/// spawned: a token that is due is renewed by the caller that meets it, while all others are served the old one.
///
/// Defaults: those of [`TokenManagerSettings`]. Tokens are kept in memory and wiped when they are dropped.
///
/// # Errors
/// [`source`](Self::source) fails with kind `Configuration` where the request cannot be sent; [`TokenSource::token`] as the request does.
///
/// # Example
/// ```
/// use identity_model::protocol::token::ClientCredentialsTokenRequest;
/// use identity_model::testing::{TestClient, TestProvider};
/// use identity_model::tokens::TokenManager;
/// use identity_model::{ClientAuthentication, DiscoveryDocumentRequest};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let provider = TestProvider::builder().client(TestClient::new("reports").secret("s3cret").scopes(["reports:read"])).build();
/// let disco = DiscoveryDocumentRequest::builder().address(provider.issuer()).send(&provider).await?;
///
/// let manager = TokenManager::new(provider.clone());
/// let source = manager.source(
///     ClientCredentialsTokenRequest::builder()
///         .address(disco.token_endpoint()?)
///         .client_id("reports")
///         .authentication(ClientAuthentication::secret_basic("s3cret"))
///         .scope(["reports:read"])
///         .build(),
/// )?;
/// let first = source.token().await?; // asks the provider
/// let second = source.token().await?; // does not
/// assert_eq!(first.access_token().expose(), second.access_token().expose());
/// let header = second.authorization_header()?; // for `Authorization`
/// # assert!(header.is_sensitive());
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TokenManager(pub(super) Arc<Shared>);

impl TokenManager {
    /// A manager that sends with `http`, for async callers.
    pub fn new(http: impl HttpClient + 'static) -> Self {
        Self::builder().http(http).build()
    }

    /// A manager that sends with `http`, for blocking callers.
    pub fn new_blocking(http: impl BlockingHttpClient + 'static) -> Self {
        Self::builder().blocking_http(http).build()
    }

    /// A manager with settings, clients for both kinds of callers, or an environment.
    pub fn builder() -> TokenManagerBuilder {
        TokenManagerBuilder {
            settings: TokenManagerSettings::default(),
            clients: HttpClients::default(),
            environment: Environment::default(),
        }
    }

    /// The source of the token that `request` asks for.
    ///
    /// The same request, or an equal one, gives a source of the same token. Take it once and keep it: finding it costs a digest of the request,
    /// asking it for a token that is there costs a look at the clock.
    ///
    /// # Errors
    /// Kind `Configuration` where the parameters of the request contradict each other.
    pub fn source(&self, request: impl RepeatableTokenRequest) -> Result<TokenSource, Error> {
        self.source_of(request, None)
    }

    /// The same for one of several tenants: their tokens are never shared, and each has a share of the capacity of its own.
    ///
    /// # Errors
    /// As [`source`](Self::source).
    pub fn tenant_source(&self, tenant: impl Into<String>, request: impl RepeatableTokenRequest) -> Result<TokenSource, Error> {
        self.source_of(request, Some(tenant.into()))
    }

    /// How many tokens are kept.
    pub fn token_count(&self) -> usize {
        self.0.table.len()
    }

    fn source_of(&self, request: impl RepeatableTokenRequest, tenant: Option<String>) -> Result<TokenSource, Error> {
        let key = TokenKey { request: request.fingerprint()?, tenant };
        let slot = self.0.table.slot(&key);
        Ok(TokenSource::new(Arc::clone(&self.0), slot, key.tenant, Arc::new(request)))
    }
}

/// Sets a [`TokenManager`] up.
#[derive(Debug, Clone)]
#[must_use]
pub struct TokenManagerBuilder {
    settings: TokenManagerSettings,
    clients: HttpClients,
    environment: Environment,
}

impl TokenManagerBuilder {
    /// The client for async callers.
    pub fn http(mut self, http: impl HttpClient + 'static) -> Self {
        self.clients.http = Some(Arc::new(http));
        self
    }

    /// The client for blocking callers.
    pub fn blocking_http(mut self, http: impl BlockingHttpClient + 'static) -> Self {
        self.clients.blocking = Some(Arc::new(http));
        self
    }

    /// Margins and limits.
    pub fn settings(mut self, settings: TokenManagerSettings) -> Self {
        self.settings = settings;
        self
    }

    /// Clock, random bytes and timer. Default: the system's.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// The manager.
    pub fn build(self) -> TokenManager {
        let Self { settings, clients, environment } = self;
        TokenManager(Arc::new(Shared {
            table: Table::new(settings, environment.clone()),
            gate: Gate::new(&settings),
            settings,
            clients,
            environment,
        }))
    }
}
