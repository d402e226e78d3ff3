//! The keys of many providers, and validation in one call over them.

use std::fmt;
use std::sync::Arc;

use super::{ProviderKeys, TokenText, TokenValidator};
use crate::cache::{CacheSettings, DiscoveryCache, Store};
use crate::environment::Environment;
use crate::error::Error;
use crate::protocol::discovery::DiscoveryPolicy;
use crate::transport::{BlockingHttpClient, HttpClient, HttpClients};
use crate::validation::{TokenValidationOptions, ValidatedToken};

/// The keys of the providers that an application has to do with, discovered and cached: what [`validate_token`] works over.
///
/// An entry belongs to an address **and** a policy. At most [`CacheSettings::capacity`] providers are kept (64); the one unused for longest
/// makes room. Clones share the cache.
#[derive(Clone)]
pub struct ProviderKeysCache(Arc<Inner>);

struct Inner {
    providers: Store<(String, DiscoveryPolicy), ProviderKeys>,
    documents: DiscoveryCache,
    clients: HttpClients,
    settings: CacheSettings,
    environment: Environment,
}

impl ProviderKeysCache {
    /// A cache that fetches with `http`, for async callers.
    pub fn new(http: impl HttpClient + 'static) -> Self {
        Self::with(HttpClients::new(http), CacheSettings::default(), Environment::default())
    }

    /// A cache that fetches with `http`, for blocking callers.
    pub fn new_blocking(http: impl BlockingHttpClient + 'static) -> Self {
        Self::with(HttpClients::new_blocking(http), CacheSettings::default(), Environment::default())
    }

    /// A cache with clients for either kind of caller, ages and environment of the caller's choice.
    pub fn with(clients: HttpClients, settings: CacheSettings, environment: Environment) -> Self {
        let documents = DiscoveryCache::with(clients.clone(), settings, environment.clone());
        Self(Arc::new(Inner { providers: Store::new(settings.capacity()), documents, clients, settings, environment }))
    }

    /// The keys of the provider at `address` under `policy`. Nothing is sent before they are asked for.
    pub fn provider(&self, address: &str, policy: &DiscoveryPolicy) -> ProviderKeys {
        let inner = &self.0;
        inner.providers.get_or_make(&(address.to_owned(), policy.clone()), || {
            ProviderKeys::builder()
                .authority(address)
                .policy(policy.clone())
                .clients(inner.clients.clone())
                .cache(inner.settings)
                .discovery_cache(inner.documents.clone())
                .environment(inner.environment.clone())
                .build()
        })
    }

    /// The documents of these providers.
    pub fn documents(&self) -> &DiscoveryCache {
        &self.0.documents
    }
}

impl fmt::Debug for ProviderKeysCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderKeysCache").field("documents", &self.0.documents).finish_non_exhaustive()
    }
}

/// Validates a token in one call: discovers the provider at `address` under the strict policy, takes its keys from `cache`, judges by
/// `options`.
///
/// OpenID Connect Core section 3.1.3.7, RFC 9068 section 4. The cache is the caller's: hold one for the life of the application. The
/// document is held against the strict policy; [`validate_token_under`] takes another.
///
/// # Errors
/// As [`TokenValidator::validate`].
///
/// # Example
/// ```
/// use identity_model::keys::{ProviderKeysCache, validate_token};
/// use identity_model::testing::TestProvider;
/// use identity_model::validation::TokenValidationOptions;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let provider = TestProvider::new();
/// let cache = ProviderKeysCache::new(provider.clone());
/// let options = TokenValidationOptions::access_token().issuer("https://idp.test").audience("https://idp.test").build();
///
/// let token = provider.mint_access_token(|token| token);
/// let validated = validate_token(&token, &options, "https://idp.test", &cache).await?;
/// assert_eq!(validated.issuer(), Some("https://idp.test"));
/// # Ok::<(), identity_model::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn validate_token<'t>(
    token: impl Into<TokenText<'t>>,
    options: &TokenValidationOptions,
    address: &str,
    cache: &ProviderKeysCache,
) -> Result<ValidatedToken, Error> {
    validate_token_under(token, options, address, &DiscoveryPolicy::strict(), cache).await
}

/// The same with the document held against `policy`: a preset, or a policy of the application's own.
///
/// # Errors
/// As [`TokenValidator::validate`].
///
/// # Example
/// ```
/// use identity_model::keys::{ProviderKeysCache, validate_token_under};
/// use identity_model::protocol::discovery::{DiscoveryPolicy, MetadataProfile};
/// use identity_model::testing::TestProvider;
/// use identity_model::validation::TokenValidationOptions;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let provider = TestProvider::new();
/// let cache = ProviderKeysCache::new(provider.clone());
/// let options = TokenValidationOptions::access_token().issuer("https://idp.test").audience("https://idp.test").build();
/// let policy = DiscoveryPolicy::builder().metadata_profile(MetadataProfile::KeysOnly).build();
///
/// let token = provider.mint_access_token(|token| token);
/// let validated = validate_token_under(&token, &options, "https://idp.test", &policy, &cache).await?;
/// assert_eq!(validated.issuer(), Some("https://idp.test"));
/// # Ok::<(), identity_model::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn validate_token_under<'t>(
    token: impl Into<TokenText<'t>>,
    options: &TokenValidationOptions,
    address: &str,
    policy: &DiscoveryPolicy,
    cache: &ProviderKeysCache,
) -> Result<ValidatedToken, Error> {
    TokenValidator::with_options(cache.provider(address, policy), options.clone()).validate(token).await
}

/// The blocking twin of [`validate_token`].
///
/// # Errors
/// As [`TokenValidator::validate_blocking`].
pub fn validate_token_blocking<'t>(
    token: impl Into<TokenText<'t>>,
    options: &TokenValidationOptions,
    address: &str,
    cache: &ProviderKeysCache,
) -> Result<ValidatedToken, Error> {
    validate_token_under_blocking(token, options, address, &DiscoveryPolicy::strict(), cache)
}

/// The blocking twin of [`validate_token_under`].
///
/// # Errors
/// As [`TokenValidator::validate_blocking`].
pub fn validate_token_under_blocking<'t>(
    token: impl Into<TokenText<'t>>,
    options: &TokenValidationOptions,
    address: &str,
    policy: &DiscoveryPolicy,
    cache: &ProviderKeysCache,
) -> Result<ValidatedToken, Error> {
    TokenValidator::with_options(cache.provider(address, policy), options.clone()).validate_blocking(token)
}
