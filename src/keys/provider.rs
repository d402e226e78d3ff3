//! The keys of one provider: discovered, cached, following rotation.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::key_set_location::KeySetLocation;
use crate::cache::{CacheStatistics, Entry, Fetched, Newer, Slot, Want, completed};
use crate::drive::{run_blocking_with, run_with};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::jose::JsonWebKeySet;
use crate::transport::HttpClients;

mod builder;

pub use builder::ProviderKeysBuilder;

/// The keys of one provider: found by discovery under a policy, kept, refreshed by age and when a token names a key that is not there.
///
/// OpenID Connect Core section 10.1.1. Clones share one cache: however many callers wait, one discovery and one key-set request go out, and
/// the request under way survives the caller that started it. Ages and pauses: [`CacheSettings`](crate::cache::CacheSettings). An async driver needs an
/// [`HttpClient`](crate::transport::HttpClient), a blocking one a
/// [`BlockingHttpClient`](crate::transport::BlockingHttpClient); both may be set.
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
    /// Apart from the key set, so that a fetch in progress holds this alone and an abandoned one does not keep its own cache alive.
    location: Arc<KeySetLocation>,
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

impl ProviderKeys {
    /// The authority or discovery address that it was made with.
    pub fn authority(&self) -> &str {
        &self.0.location.authority
    }

    /// What the cache of discovery documents has done.
    pub fn discovery_statistics(&self) -> CacheStatistics {
        self.0.location.documents().map(|documents| documents.slot.statistics()).unwrap_or_default()
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

    /// Fetches the discovery document anew, whatever its age, and then the key set: for an application that knows that the provider has changed,
    /// its algorithms or its `jwks_uri` for instance. Where nothing is discovered this is [`refresh`](Self::refresh).
    ///
    /// # Errors
    /// What a fetch failed with; the last good document and keys stay in use.
    pub async fn refresh_metadata(&self) -> Result<(), Error> {
        run_with(self.refreshing_metadata(), None, self.environment()).await
    }

    /// The blocking twin of [`refresh_metadata`](Self::refresh_metadata).
    ///
    /// # Errors
    /// As [`refresh_metadata`](Self::refresh_metadata).
    pub fn refresh_metadata_blocking(&self) -> Result<(), Error> {
        run_blocking_with(self.refreshing_metadata(), None, self.environment())
    }

    fn refreshing_metadata(&self) -> Exchange<(), Error> {
        let this = self.clone();
        Exchange::new(|port: Port| async move {
            if let Some(documents) = this.0.location.documents() {
                documents.refresh(&port).await?;
            }
            port.perform(this.refreshing()).await
        })
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
        &self.0.location.environment
    }

    fn clients(&self) -> &HttpClients {
        &self.0.location.clients
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
        let (location, settings) = (Arc::clone(&self.0.location), *self.0.key_set.settings());
        move |port| Box::pin(async move { location.fetch(&settings, &port).await })
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

impl fmt::Debug for ProviderKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderKeys")
            .field("authority", &self.0.location.authority)
            .field("policy", &self.0.location.policy)
            .finish_non_exhaustive()
    }
}
