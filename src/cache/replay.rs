//! The replay store of one process.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;

use super::{BlockingReplayStore, ReplayGuard, ReplayKey, ReplayStore, StoreError};
use crate::environment::Environment;

/// Remembers in memory what may be used once: for one process alone. Several behind one address need a store that they share.
///
/// Bounded: 100 000 keys unless said otherwise, some 200 octets each. What has expired makes room; what has not is **never forgotten to make
/// room**: where all places are taken, whatever is new is rejected ([`StoreError::Full`]), which ends the login or the logout it was for
/// instead of letting a replay through. What has expired already is rejected too ([`StoreError::Expired`]). Clones share what they remember.
///
/// # Example
/// ```
/// use std::time::{Duration, SystemTime};
/// use identity_model::cache::{MemoryReplayStore, ReplayKey, ReplayStore};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let store = MemoryReplayStore::default();
/// let key = ReplayKey::new("logout-token", ["https://idp.example.com", "jti-1"]);
/// let until = SystemTime::now() + Duration::from_secs(120);
/// assert!(store.remember(&key, until).await?, "the first time");
/// assert!(!store.remember(&key, until).await?, "a replay");
/// # Ok::<(), identity_model::cache::StoreError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct MemoryReplayStore(Arc<Inner>);

struct Inner {
    places: Mutex<Places>,
    capacity: usize,
    environment: Environment,
}

#[derive(Default)]
struct Places {
    expiries: HashMap<ReplayKey, SystemTime>,
    /// The same, what expires first in front.
    in_order: BTreeSet<(SystemTime, ReplayKey)>,
}

/// How many keys a store has room for unless something else is said.
const CAPACITY: usize = 100_000;

impl MemoryReplayStore {
    /// Room for `capacity` keys, and for one at least.
    pub fn new(capacity: usize) -> Self {
        Self(Arc::new(Inner { places: Mutex::default(), capacity: capacity.max(1), environment: Environment::system() }))
    }

    /// An empty store of the same size with another clock.
    #[must_use]
    pub fn with_environment(&self, environment: Environment) -> Self {
        Self(Arc::new(Inner { places: Mutex::default(), capacity: self.0.capacity, environment }))
    }

    /// How many keys it remembers, what has expired left out.
    pub fn len(&self) -> usize {
        let mut places = self.places();
        places.forget_expired(self.0.environment.clock().now());
        places.expiries.len()
    }

    /// Whether it remembers none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn places(&self) -> MutexGuard<'_, Places> {
        self.0.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn forget_expired(&mut self, now: SystemTime) {
        while self.in_order.first().is_some_and(|(expires_at, _)| *expires_at <= now) {
            if let Some((_, key)) = self.in_order.pop_first() {
                self.expiries.remove(&key);
            }
        }
    }

    fn keep(&mut self, key: &ReplayKey, expires_at: SystemTime) {
        if let Some(before) = self.expiries.insert(key.clone(), expires_at) {
            self.in_order.remove(&(before, key.clone()));
        }
        self.in_order.insert((expires_at, key.clone()));
    }
}

impl BlockingReplayStore for MemoryReplayStore {
    fn remember_blocking(&self, key: &ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError> {
        let now = self.0.environment.clock().now();
        let mut places = self.places();
        places.forget_expired(now);
        match places.expiries.get(key).copied() {
            Some(until) => {
                // Kept for as long as any who brought it asked for.
                if until < expires_at {
                    places.keep(key, expires_at);
                }
                Ok(false)
            }
            None if expires_at <= now => Err(StoreError::Expired),
            None if places.expiries.len() >= self.0.capacity => Err(StoreError::Full { capacity: self.0.capacity }),
            None => {
                places.keep(key, expires_at);
                Ok(true)
            }
        }
    }

    fn is_remembered_blocking(&self, key: &ReplayKey) -> Result<bool, StoreError> {
        let now = self.0.environment.clock().now();
        Ok(self.places().expiries.get(key).is_some_and(|expires_at| *expires_at > now))
    }
}

#[async_trait]
impl ReplayStore for MemoryReplayStore {
    async fn remember(&self, key: &ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError> {
        self.remember_blocking(key, expires_at)
    }

    async fn is_remembered(&self, key: &ReplayKey) -> Result<bool, StoreError> {
        self.is_remembered_blocking(key)
    }
}

/// With the default room and the system's clock.
impl Default for MemoryReplayStore {
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

impl From<MemoryReplayStore> for ReplayGuard {
    fn from(store: MemoryReplayStore) -> Self {
        Self::of_both(Arc::new(store))
    }
}

impl fmt::Debug for MemoryReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplayStore").field("capacity", &self.0.capacity).field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::time::Duration;

    use super::*;
    use crate::environment::FixedClock;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn key(name: &str) -> ReplayKey {
        ReplayKey::new("test", [name])
    }

    fn after(seconds: u64) -> SystemTime {
        NOW + Duration::from_secs(seconds)
    }

    fn store(capacity: usize) -> (MemoryReplayStore, FixedClock) {
        let clock = FixedClock::at(NOW);
        (MemoryReplayStore::new(capacity).with_environment(Environment::system().with_clock(clock.clone())), clock)
    }

    #[test]
    fn l5_the_second_time_is_told_from_the_first_until_expiry() {
        let (store, clock) = store(8);
        assert!(store.remember_blocking(&key("a"), after(60)).unwrap());
        assert!(store.remember_blocking(&key("b"), after(60)).unwrap());
        assert!(!store.is_empty());
        clock.advance(Duration::from_secs(59));
        assert!(!store.remember_blocking(&key("a"), after(60)).unwrap());
        assert!(store.is_remembered_blocking(&key("a")).unwrap());
        assert!(!store.is_remembered_blocking(&key("c")).unwrap() && store.remember_blocking(&key("c"), after(60)).unwrap());
        clock.advance(Duration::from_secs(1));
        assert!(!store.is_remembered_blocking(&key("a")).unwrap(), "it has expired");
        assert!(store.is_empty());
        assert!(store.remember_blocking(&key("a"), after(120)).unwrap());
    }

    #[test]
    fn l5_a_full_store_refuses_what_is_new_and_forgets_nothing() {
        let (store, clock) = store(2);
        assert!(store.remember_blocking(&key("a"), after(60)).unwrap());
        assert!(store.remember_blocking(&key("b"), after(90)).unwrap());
        for _ in 0..3 {
            let full = store.remember_blocking(&key("c"), after(500)).unwrap_err();
            assert!(matches!(full, StoreError::Full { capacity: 2 }), "{full:?}");
        }
        assert!(!store.remember_blocking(&key("a"), after(60)).unwrap());
        assert!(!store.remember_blocking(&key("b"), after(90)).unwrap());
        clock.advance(Duration::from_secs(60));
        assert!(store.remember_blocking(&key("c"), after(500)).unwrap(), "`a` has expired and made room");
        assert!(!store.remember_blocking(&key("b"), after(90)).unwrap());
    }

    #[test]
    fn l5_who_brings_a_key_again_for_longer_keeps_it_for_longer() {
        let (store, clock) = store(2);
        assert!(store.remember_blocking(&key("a"), after(60)).unwrap());
        assert!(!store.remember_blocking(&key("a"), after(90)).unwrap());
        assert!(!store.remember_blocking(&key("a"), after(30)).unwrap());
        clock.advance(Duration::from_secs(89));
        assert!(!store.remember_blocking(&key("a"), after(90)).unwrap());
        assert_eq!(store.len(), 1);
    }

    #[test]
    fn l5_what_has_expired_is_refused_since_its_second_use_could_not_be_told() {
        let (store, _) = store(2);
        for expires_at in [NOW, NOW - Duration::from_secs(1)] {
            assert!(matches!(store.remember_blocking(&key("a"), expires_at), Err(StoreError::Expired)));
        }
    }

    #[test]
    fn l5_of_many_threads_one_is_the_first() {
        let store = MemoryReplayStore::default();
        let until = SystemTime::now() + Duration::from_secs(60);
        let barrier = Barrier::new(8);
        let first = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        barrier.wait();
                        (0..100).filter(|number| store.remember_blocking(&key(&number.to_string()), until).unwrap()).count()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
        });
        assert_eq!(first, 100);
    }

    #[tokio::test]
    async fn a_guard_without_the_way_that_is_needed_fails_and_says_so() {
        let guard = ReplayGuard::new_blocking(MemoryReplayStore::default());
        let error = guard.remember(&key("a"), after(60)).await.unwrap_err();
        assert_eq!(error.code(), "store_unavailable");
        let source = std::error::Error::source(&error).unwrap();
        assert!(source.to_string().contains("async"), "{source}");
    }
}
