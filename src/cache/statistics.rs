//! What a cache has done so far.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of a cache, as they stood when asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct CacheStatistics {
    /// Look-ups answered from the cache.
    pub hits: u64,
    /// Look-ups that had to wait for a fetch.
    pub misses: u64,
    /// Fetches of something that was there already: by age or by force.
    pub refreshes: u64,
    /// Fetches that failed.
    pub failures: u64,
}

impl std::iter::Sum for CacheStatistics {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            hits: sum.hits.saturating_add(one.hits),
            misses: sum.misses.saturating_add(one.misses),
            refreshes: sum.refreshes.saturating_add(one.refreshes),
            failures: sum.failures.saturating_add(one.failures),
        })
    }
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) hits: AtomicU64,
    pub(super) misses: AtomicU64,
    pub(super) refreshes: AtomicU64,
    pub(super) failures: AtomicU64,
}

impl Counters {
    pub(super) fn snapshot(&self) -> CacheStatistics {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        CacheStatistics {
            hits: read(&self.hits),
            misses: read(&self.misses),
            refreshes: read(&self.refreshes),
            failures: read(&self.failures),
        }
    }
}

pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
