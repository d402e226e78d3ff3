//! A cache of discovery documents that several clients share.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use super::settings::max_age;
use super::{CacheSettings, CacheStatistics, Fetched, Keep, Newer, Slot, SlotRules, Store, Want, completed};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryDocumentResponse, DiscoveryPolicy};
use crate::transport::{BlockingHttpClient, HttpClient, HttpClients};

/// Discovery documents, kept and refreshed: one fetch however many callers wait, the last good document through an outage.
///
/// OpenID Connect Discovery 1.0 section 4. An entry belongs to an address **and** a policy, so what a lax policy fetched never serves a strict
/// one. Clones share the cache. Ages and bounds: [`CacheSettings`].
///
/// # Errors
/// `get` fails as [`DiscoveryDocumentRequest`] does; a failure is remembered for a second, doubling to thirty.
///
/// # Example
/// ```
/// use identity_model::cache::DiscoveryCache;
/// use identity_model::protocol::discovery::{DiscoveryPolicy, KeySetLoading};
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let document = r#"{"issuer":"https://idp.example.com","token_endpoint":"https://idp.example.com/token"}"#;
/// let http = ScriptedHttpClient::builder()
///     .get("https://idp.example.com/.well-known/openid-configuration", ScriptedResponse::json(200, document))
///     .build();
/// let cache = DiscoveryCache::new(http);
/// let policy = DiscoveryPolicy::builder().key_set_loading(KeySetLoading::Lazy).build();
/// let first = cache.get("https://idp.example.com", &policy).await?;
/// let second = cache.get("https://idp.example.com", &policy).await?;
/// assert_eq!(first.token_endpoint()?, second.token_endpoint()?);
/// assert_eq!(cache.statistics().hits, 1);
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct DiscoveryCache(Arc<Inner>);

struct Inner {
    store: Store<Key, Arc<Slot<DiscoveryDocumentResponse>>>,
    settings: CacheSettings,
    clients: HttpClients,
    environment: Environment,
}

type Key = (String, DiscoveryPolicy);

/// A fetch of a document under way.
type Fetch = Pin<Box<dyn Future<Output = Result<Fetched<DiscoveryDocumentResponse>, Error>> + Send>>;

/// A slot of this cache.
pub(crate) type DiscoverySlot = Arc<Slot<DiscoveryDocumentResponse>>;

impl DiscoveryCache {
    /// A cache that fetches with `http`, for async callers.
    pub fn new(http: impl HttpClient + 'static) -> Self {
        Self::with(HttpClients::new(http), CacheSettings::default(), Environment::default())
    }

    /// A cache that fetches with `http`, for blocking callers.
    pub fn new_blocking(http: impl BlockingHttpClient + 'static) -> Self {
        Self::with(HttpClients::new_blocking(http), CacheSettings::default(), Environment::default())
    }

    /// A cache with clients for either kind of caller, ages, limits of fetches and environment of the caller's choice.
    pub fn with(clients: HttpClients, settings: CacheSettings, environment: Environment) -> Self {
        Self(Arc::new(Inner { store: Store::new(settings.capacity()), settings, clients, environment }))
    }

    /// The document of the provider at `address` under `policy`, fetched where it has to be.
    ///
    /// # Errors
    /// As [`DiscoveryDocumentRequest`].
    pub async fn get(&self, address: impl Into<String>, policy: &DiscoveryPolicy) -> Result<DiscoveryDocumentResponse, Error> {
        let source = self.source(address.into(), policy);
        match source.fresh() {
            Some(document) => Ok(document),
            None => crate::drive::run_with(source.exchange(), None, &self.0.environment).await,
        }
    }

    /// The blocking twin of [`get`](Self::get).
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn get_blocking(&self, address: impl Into<String>, policy: &DiscoveryPolicy) -> Result<DiscoveryDocumentResponse, Error> {
        let source = self.source(address.into(), policy);
        match source.fresh() {
            Some(document) => Ok(document),
            None => crate::drive::run_blocking_with(source.exchange(), None, &self.0.environment),
        }
    }

    /// Fetches the document anew, whatever its age: for a task of the application's own that calls this now and then, more often than the
    /// soft age, so that no caller of [`get`](Self::get) ever waits. Joins the fetch that is under way.
    ///
    /// # Errors
    /// What the fetch failed with, or the last one while that is remembered; the last good document stays in use.
    pub async fn refresh(&self, address: impl Into<String>, policy: &DiscoveryPolicy) -> Result<(), Error> {
        crate::drive::run_with(self.source(address.into(), policy).refreshing(), None, &self.0.environment).await
    }

    /// The blocking twin of [`refresh`](Self::refresh).
    ///
    /// # Errors
    /// As [`refresh`](Self::refresh).
    pub fn refresh_blocking(&self, address: impl Into<String>, policy: &DiscoveryPolicy) -> Result<(), Error> {
        crate::drive::run_blocking_with(self.source(address.into(), policy).refreshing(), None, &self.0.environment)
    }

    /// What the cache has done so far, over all that it holds.
    pub fn statistics(&self) -> CacheStatistics {
        self.0.store.values().iter().map(|slot| slot.statistics()).sum()
    }

    pub(crate) fn slot(&self, address: &str, policy: &DiscoveryPolicy) -> DiscoverySlot {
        self.0.store.get_or_make(&(address.to_owned(), policy.clone()), || {
            DocumentSource::slot_of_its_own(self.0.settings, self.0.environment.clone())
        })
    }

    fn source(&self, address: String, policy: &DiscoveryPolicy) -> DocumentSource {
        let slot = self.slot(&address, policy);
        DocumentSource { slot, address, policy: policy.clone(), clients: self.0.clients.clone(), environment: self.0.environment.clone() }
    }
}

/// A slot of a cache and all that is needed to fill it.
#[derive(Debug, Clone)]
pub(crate) struct DocumentSource {
    pub(crate) slot: DiscoverySlot,
    pub(crate) address: String,
    pub(crate) policy: DiscoveryPolicy,
    pub(crate) clients: HttpClients,
    pub(crate) environment: Environment,
}

impl DocumentSource {
    pub(crate) fn slot_of_its_own(settings: CacheSettings, environment: Environment) -> DiscoverySlot {
        Slot::new(settings, environment, SlotRules::default())
    }

    fn fresh(&self) -> Option<DiscoveryDocumentResponse> {
        Some(self.slot.fresh()?.value.clone())
    }

    fn exchange(self) -> Exchange<DiscoveryDocumentResponse, Error> {
        Exchange::new(|port: Port| async move { self.load(&port).await })
    }

    /// The document, fetched where it has to be. Where that fails, the last good one serves until its hard age.
    pub(crate) async fn load(&self, port: &Port) -> Result<DiscoveryDocumentResponse, Error> {
        let look_up = || self.slot.look_up(&self.clients, self.fetch());
        let outcome = completed(look_up, port).await.and_then(|outcome| outcome);
        let entry = outcome.or_else(|error| self.slot.usable().ok_or(error))?;
        Ok(entry.value.clone())
    }

    fn refreshing(self) -> Exchange<(), Error> {
        Exchange::new(|port: Port| async move { self.refresh(&port).await })
    }

    /// Fetches the document anew, whatever its age.
    pub(crate) async fn refresh(&self, port: &Port) -> Result<(), Error> {
        let look_up = || self.slot.refresh(&self.clients, self.fetch());
        completed(look_up, port).await?.map(drop)
    }

    /// The newest document that is to be had: fetched now, unless the cool-down forbids that. For what the kept one did not foresee.
    pub(crate) async fn newest(&self, port: &Port) -> Option<DiscoveryDocumentResponse> {
        let seen = self.slot.usable().map_or(0, |entry| entry.version);
        let entry = match self.slot.newer_than(seen, Want::MissingKey, &self.clients, self.fetch()) {
            Newer::Entry(entry) => entry,
            Newer::Join { handle, .. } => port.join(&handle).await.ok()??.ok()?,
            // Another caller may have fetched it just now.
            Newer::NotNow => self.slot.usable()?,
        };
        Some(entry.value.clone())
    }

    fn fetch(&self) -> impl FnOnce(Port) -> Fetch + Send + 'static {
        let request = self.request();
        move |port| {
            Box::pin(async move {
                let document = request.run(&port).await?;
                let max_age = max_age(document.head());
                Ok(Fetched { value: document, keep: Keep::BySettings { max_age } })
            })
        }
    }

    fn request(&self) -> DiscoveryDocumentRequest {
        let settings = self.slot.settings();
        let request = DiscoveryDocumentRequest::builder()
            .address(&self.address)
            .policy(self.policy.clone())
            .environment(self.environment.clone())
            .retry(settings.retry())
            .attempt_timeout(settings.attempt_timeout())
            .deadline(settings.deadline());
        match settings.body_limit() {
            Some(limit) => request.body_limit(limit).build(),
            None => request.build(),
        }
    }
}

impl fmt::Debug for DiscoveryCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiscoveryCache").field("statistics", &self.statistics()).finish_non_exhaustive()
    }
}
