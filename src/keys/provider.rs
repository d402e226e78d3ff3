//! The keys of one provider: discovered, cached, following rotation.

use std::fmt;
use std::sync::Arc;

use bon::Builder;

use super::KeySourceError;
use crate::cache::{
    CacheSettings, CacheStatistics, DiscoveryCache, DiscoverySlot, Entry, Fetched, Newer, Outcome, Slot, document, max_age,
};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{FlightClients, Lookup, Port};
use crate::jose::JsonWebKeySet;
use crate::protocol::discovery::{DiscoveryPolicy, KeySetLoading};
use crate::protocol::jwks::JwksRequest;
use crate::transport::{BlockingHttpClient, HttpClient};

/// The keys of one provider: found by discovery under a policy, kept, refreshed by age and when a token names a key that is not there.
///
/// OpenID Connect Core section 10.1.1. Clones share one cache: however many callers wait, one discovery and one key-set request go out, and
/// the request under way survives the caller that started it. Ages and pauses: [`CacheSettings`]. An async driver needs an
/// [`HttpClient`], a blocking one a [`BlockingHttpClient`]; both may be set.
///
/// # Example
/// ```
/// use identity_model::keys::ProviderKeys;
/// use identity_model::testing::ScriptedHttpClient;
///
/// let http = ScriptedHttpClient::builder().build();
/// let keys = ProviderKeys::new("https://idp.example.com", http);
/// assert_eq!(keys.authority(), "https://idp.example.com");
/// ```
#[derive(Clone)]
pub struct ProviderKeys(Arc<Provider>);

struct Provider {
    authority: String,
    policy: DiscoveryPolicy,
    clients: FlightClients,
    environment: Environment,
    discovery: DiscoverySlot,
    key_set: Arc<Slot<JsonWebKeySet>>,
}

/// A fetch of keys under way.
type Fetch = std::pin::Pin<Box<dyn Future<Output = Result<Fetched<JsonWebKeySet>, Error>> + Send>>;

/// A key set as it was at one moment.
pub(super) type Snapshot = Arc<Entry<JsonWebKeySet>>;

#[derive(Builder)]
#[builder(on(String, into), builder_type(name = ProviderKeysBuilder, vis = "pub", doc { /** Builds [`ProviderKeys`]. */ }), state_mod(name = provider_keys_builder, vis = "pub"), finish_fn(name = build_parts, vis = ""))]
struct Parts {
    /// The authority or the full discovery address.
    authority: String,
    /// The policy for discovery, its endpoints and the key set. Default: strict.
    #[builder(default)]
    policy: DiscoveryPolicy,
    /// The client for async callers.
    #[builder(with = |client: impl HttpClient + 'static| Arc::new(client))]
    http: Option<Arc<dyn HttpClient>>,
    /// The client for blocking callers.
    #[builder(with = |client: impl BlockingHttpClient + 'static| Arc::new(client))]
    blocking_http: Option<Arc<dyn BlockingHttpClient>>,
    /// Ages and pauses. Default: those of [`CacheSettings`].
    #[builder(default)]
    cache: CacheSettings,
    /// A cache of discovery documents to share with others. Default: one of its own.
    discovery_cache: Option<DiscoveryCache>,
    /// Clock, random bytes and timer. Default: the system's.
    #[builder(default)]
    environment: Environment,
}

impl<S: provider_keys_builder::State> ProviderKeysBuilder<S> {
    /// Builds the key source. Nothing is sent before the first token comes.
    pub fn build(self) -> ProviderKeys
    where
        S: provider_keys_builder::IsComplete,
    {
        let parts = self.build_parts();
        // Keys are loaded by themselves, so that one rotation costs one request.
        let policy = parts.policy.to_builder().key_set_loading(KeySetLoading::Never).build();
        let discovery = match &parts.discovery_cache {
            Some(cache) => cache.slot(&parts.authority, &policy),
            None => Slot::new(parts.cache),
        };
        ProviderKeys(Arc::new(Provider {
            authority: parts.authority,
            policy,
            clients: FlightClients { http: parts.http, blocking: parts.blocking_http },
            environment: parts.environment,
            discovery,
            key_set: Slot::new(parts.cache),
        }))
    }
}

impl ProviderKeys {
    /// The keys of the provider at `authority`, fetched with `http` under the strict policy.
    pub fn new(authority: impl Into<String>, http: impl HttpClient + 'static) -> Self {
        Self::builder().authority(authority).http(http).build()
    }

    /// The keys of the provider at `authority` for blocking callers, under the strict policy.
    pub fn new_blocking(authority: impl Into<String>, http: impl BlockingHttpClient + 'static) -> Self {
        Self::builder().authority(authority).blocking_http(http).build()
    }

    /// Policy, clients, ages and environment of one's own.
    pub fn builder() -> ProviderKeysBuilder {
        Parts::builder()
    }

    /// The authority or discovery address that it was made with.
    pub fn authority(&self) -> &str {
        &self.0.authority
    }

    /// What the cache of discovery documents has done.
    pub fn discovery_statistics(&self) -> CacheStatistics {
        self.0.discovery.statistics()
    }

    /// What the cache of key sets has done.
    pub fn key_set_statistics(&self) -> CacheStatistics {
        self.0.key_set.statistics()
    }

    pub(super) fn environment(&self) -> &Environment {
        &self.0.environment
    }

    /// The key set while it is fresh: no lock, no exchange.
    pub(super) fn fresh(&self) -> Option<Snapshot> {
        self.0.key_set.fresh(self.0.environment.clock().monotonic())
    }

    /// The key set, fetched where it has to be.
    pub(super) async fn load(self, port: &Port) -> Result<Snapshot, Error> {
        let lookup = self.0.key_set.look_up(port.monotonic(), &self.0.clients, self.fetch())?;
        match lookup {
            Lookup::Hit(entry) => Ok(entry),
            Lookup::Join(ticket) => self.joined(port.join(&ticket).await, port),
        }
    }

    /// A newer key set than the one numbered `seen`; `None` where there is none to be had now.
    pub(super) async fn newer_than(self, seen: u64, port: &Port) -> Option<Snapshot> {
        match self.0.key_set.newer_than(seen, port.monotonic(), &self.0.clients, self.fetch()) {
            Newer::Entry(entry) => Some(entry),
            // A failed refresh stops nothing: the last good set has been tried already.
            Newer::Join(ticket) => port.join(&ticket).await?.ok().filter(|entry| entry.version > seen),
            Newer::NotNow => None,
        }
    }

    /// After a refresh by age failed, the last good entry serves until its hard age.
    fn joined(&self, outcome: Option<Outcome<JsonWebKeySet>>, port: &Port) -> Result<Snapshot, Error> {
        let outcome = outcome.unwrap_or_else(|| Err(crate::exchange::ExchangeError::Stuck.into()));
        match outcome {
            Ok(entry) => Ok(entry),
            Err(error) => self.0.key_set.usable(port.monotonic()).ok_or(error),
        }
    }

    fn fetch(&self) -> impl FnOnce(Port) -> Fetch + Send + 'static {
        let provider = Arc::downgrade(&self.0);
        move |port| {
            Box::pin(async move {
                let Some(provider) = provider.upgrade() else { return Err(crate::exchange::ExchangeError::Over.into()) };
                provider.fetch_keys(&port).await
            })
        }
    }
}

impl Provider {
    async fn fetch_keys(&self, port: &Port) -> Result<Fetched<JsonWebKeySet>, Error> {
        let document = document(&self.discovery, &self.authority, &self.policy, &self.clients, &self.environment, port).await?;
        let request = JwksRequest::builder().address(document.jwks_uri()?).environment(self.environment.clone()).build();
        let response = request.run(port).await?;
        let age = max_age(response.answer().cache_control());
        KeySourceError::unless_usable(response.key_set())?;
        Ok(Fetched { value: response.into_key_set(), max_age: age })
    }
}

impl fmt::Debug for ProviderKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderKeys").field("authority", &self.0.authority).field("policy", &self.0.policy).finish_non_exhaustive()
    }
}
