//! The keys of one provider: discovered, cached, following rotation.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bon::Builder;

use super::KeySourceError;
use crate::cache::{
    CacheSettings, CacheStatistics, DiscoveryCache, DocumentSource, Entry, Fetched, Keep, Newer, Slot, SlotRules, Want, completed, max_age,
};
use crate::drive::{run_blocking_with, run_with};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::jose::JsonWebKeySet;
use crate::protocol::discovery::{DiscoveryPolicy, KeySetLoading};
use crate::protocol::jwks::JwksRequest;
use crate::transport::{BlockingHttpClient, HttpClient, HttpClients};

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
    /// Tells this provider from every other one in the process.
    id: u64,
    /// Apart from the key set, so that a fetch under way holds this alone and an abandoned one does not keep its own cache alive.
    documents: Arc<DocumentSource>,
    key_set: Arc<Slot<JsonWebKeySet>>,
}

/// A fetch of keys under way.
type Fetch = Pin<Box<dyn Future<Output = Result<Fetched<JsonWebKeySet>, Error>> + Send>>;

/// A key set as it was at one moment.
pub(crate) type Snapshot = Arc<Entry<JsonWebKeySet>>;

/// A newer key set than one that did not do.
pub(crate) struct NewerKeys {
    pub(crate) snapshot: Snapshot,
    /// Whether it was fetched because a key was missing: if it does not do either, there is nothing more to look for.
    pub(super) is_forced: bool,
}

#[derive(Builder)]
#[builder(on(String, into), builder_type(name = ProviderKeysBuilder, vis = "pub", doc { /** Builds [`ProviderKeys`]. */ }), state_mod(name = provider_keys_builder, vis = "pub(crate)"), finish_fn(name = build_parts, vis = ""))]
struct Parts {
    #[builder(field)]
    clients: HttpClients,
    /// The authority or the full discovery address.
    authority: String,
    /// The policy for discovery, its endpoints and the key set. Default: strict.
    #[builder(default)]
    policy: DiscoveryPolicy,
    /// Ages and pauses, and how long a fetch may take. Default: those of [`CacheSettings`].
    #[builder(default)]
    cache: CacheSettings,
    /// A cache of discovery documents to share with others. Default: one of its own.
    discovery_cache: Option<DiscoveryCache>,
    /// Clock, random bytes and timer. Default: the system's.
    #[builder(default)]
    environment: Environment,
}

impl<S: provider_keys_builder::State> ProviderKeysBuilder<S> {
    /// The client for async callers.
    #[must_use]
    pub fn http(mut self, client: impl HttpClient + 'static) -> Self {
        self.clients = self.clients.with_http(client);
        self
    }

    /// The client for blocking callers.
    #[must_use]
    pub fn blocking_http(mut self, client: impl BlockingHttpClient + 'static) -> Self {
        self.clients = self.clients.with_blocking(client);
        self
    }

    /// The clients for either kind of caller. Default: none, for callers that drive every exchange by hand.
    #[must_use]
    pub fn clients(mut self, clients: HttpClients) -> Self {
        self.clients = clients;
        self
    }

    /// Builds the key source. Nothing is sent before the first token comes.
    pub fn build(self) -> ProviderKeys
    where
        S: provider_keys_builder::IsComplete,
    {
        let parts = self.build_parts();
        // Keys are loaded by themselves, so that one rotation costs one request.
        let policy = parts.policy.to_builder().key_set_loading(KeySetLoading::Never).build();
        let slot = match &parts.discovery_cache {
            Some(cache) => cache.slot(&parts.authority, &policy),
            None => DocumentSource::slot_of_its_own(parts.cache, parts.environment.clone()),
        };
        let key_set = Slot::new(parts.cache, parts.environment.clone(), SlotRules { unchanged, ..SlotRules::default() });
        let documents = DocumentSource { slot, address: parts.authority, policy, clients: parts.clients, environment: parts.environment };
        ProviderKeys(Arc::new(Provider { id: next_id(), documents: Arc::new(documents), key_set }))
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
        &self.0.documents.address
    }

    /// What the cache of discovery documents has done.
    pub fn discovery_statistics(&self) -> CacheStatistics {
        self.0.documents.slot.statistics()
    }

    /// What the cache of key sets has done.
    pub fn key_set_statistics(&self) -> CacheStatistics {
        self.0.key_set.statistics()
    }

    /// Fetches the key set anew, whatever its age, and the discovery document where that is due: for a task of the application's own that
    /// calls this now and then, more often than the soft age, so that no validation ever waits.
    ///
    /// Joins the fetch that is under way. Neither begins nor minds the cool-down. While the last failure is remembered, nothing is sent.
    ///
    /// # Errors
    /// What the fetch failed with; the last good keys stay in use.
    ///
    /// # Example
    /// ```
    /// use identity_model::keys::ProviderKeys;
    /// use identity_model::testing::TestProvider;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let provider = TestProvider::new();
    /// let keys = ProviderKeys::new(provider.issuer(), provider);
    /// keys.refresh().await?;
    /// assert_eq!(keys.key_set_statistics().misses, 1);
    /// # Ok::<(), identity_model::error::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn refresh(&self) -> Result<(), Error> {
        run_with(self.refreshing(), None, self.environment()).await
    }

    /// The blocking twin of [`refresh`](Self::refresh).
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh).
    pub fn refresh_blocking(&self) -> Result<(), Error> {
        run_blocking_with(self.refreshing(), None, self.environment())
    }

    fn refreshing(&self) -> Exchange<(), Error> {
        let this = self.clone();
        Exchange::new(|port: Port| async move {
            let look_up = || this.0.key_set.refresh(this.clients(), this.fetch());
            completed(look_up, &port).await?.map(drop)
        })
    }

    pub(super) fn id(&self) -> u64 {
        self.0.id
    }

    pub(super) fn environment(&self) -> &Environment {
        &self.0.documents.environment
    }

    fn clients(&self) -> &HttpClients {
        &self.0.documents.clients
    }

    /// The key set while it is fresh: no lock, no exchange.
    pub(super) fn fresh(&self) -> Option<Snapshot> {
        self.0.key_set.fresh()
    }

    /// The last good key set until its hard age.
    pub(super) fn usable(&self) -> Option<Snapshot> {
        self.0.key_set.usable()
    }

    /// The key set, fetched where it has to be. Where that fails, the last good one serves until its hard age.
    pub(crate) async fn load(&self, port: &Port) -> Result<Snapshot, Error> {
        let look_up = || self.0.key_set.look_up(self.clients(), self.fetch());
        let outcome = completed(look_up, port).await.and_then(|outcome| outcome);
        outcome.or_else(|error| self.usable().ok_or(error))
    }

    /// A newer key set than the one numbered `seen`; `None` where there is none to be had now. A failed refresh stops nothing: the last good
    /// set has been tried already.
    pub(crate) async fn newer_than(&self, seen: u64, want: Want, port: &Port) -> Option<NewerKeys> {
        // A fetch that was in progress by age may be older than the rotation: until one was started because of this want, it is not the last word.
        for _ in 0..3 {
            match self.0.key_set.newer_than(seen, want, self.clients(), self.fetch()) {
                Newer::NotNow => return None,
                Newer::Entry(snapshot) => return Some(NewerKeys { snapshot, is_forced: false }),
                Newer::Join { handle, is_forced } => match port.join(&handle).await.ok()??.ok()? {
                    snapshot if snapshot.version > seen => return Some(NewerKeys { snapshot, is_forced }),
                    _ if is_forced => return None,
                    _ => {}
                },
            }
        }
        None
    }

    /// Whether [`newer_than`](Self::newer_than) would find or fetch anything now.
    pub(super) fn has_newer_than(&self, seen: u64, want: Want) -> bool {
        self.0.key_set.has_newer_than(seen, want)
    }

    fn fetch(&self) -> impl FnOnce(Port) -> Fetch + Send + 'static {
        let (documents, settings) = (Arc::clone(&self.0.documents), *self.0.key_set.settings());
        move |port| Box::pin(async move { fetch_keys(&documents, settings, &port).await })
    }
}

/// Of two sets with the same keys the old one stays: what was prepared from its keys is kept with them.
fn unchanged(old: &JsonWebKeySet, new: JsonWebKeySet) -> Result<JsonWebKeySet, JsonWebKeySet> {
    if old.is_same(&new) { Ok(old.clone()) } else { Err(new) }
}

/// From 1: 0 stands for keys that no provider has.
fn next_id() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    LAST.fetch_add(1, Ordering::Relaxed) + 1
}

async fn fetch_keys(documents: &DocumentSource, settings: CacheSettings, port: &Port) -> Result<Fetched<JsonWebKeySet>, Error> {
    let began = port.monotonic();
    let document = documents.load(port).await?;
    let request = JwksRequest::builder()
        .address(document.jwks_uri()?)
        .environment(documents.environment.clone())
        .retry(settings.retry())
        .attempt_timeout(settings.attempt_timeout())
        .deadline(settings.deadline().saturating_sub(port.monotonic().saturating_sub(began)))
        .build();
    let response = request.run(port).await?;
    let age = max_age(response.head());
    KeySourceError::unless_usable(response.key_set())?;
    Ok(Fetched { value: response.into_key_set(), keep: Keep::BySettings { max_age: age } })
}

impl fmt::Debug for ProviderKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderKeys")
            .field("authority", &self.0.documents.address)
            .field("policy", &self.0.documents.policy)
            .finish_non_exhaustive()
    }
}
