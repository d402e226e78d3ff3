//! What a slot holds, and what a look into one finds.

use std::sync::Arc;
use std::time::Duration;

use super::settings::CacheSettings;
use crate::error::Error;
use crate::exchange::FetchHandle;

/// A value and when it came.
#[derive(Debug)]
pub(crate) struct Entry<V> {
    pub(crate) value: V,
    /// Counts the values of the slot: a later one has a higher number, a fetch that brings the same value keeps it.
    pub(crate) version: u64,
    pub(super) loaded_at: Duration,
    pub(super) soft_age: Duration,
    pub(super) hard_age: Duration,
}

/// A value that a fetch brought, and how long it may be kept.
#[derive(Debug)]
pub(crate) struct Fetched<V> {
    pub(crate) value: V,
    pub(crate) keep: Keep,
}

/// How long a fetched value may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// As long as the settings say; what the response's `max-age` said moves the soft age within its bounds.
    BySettings { max_age: Option<Duration> },
    /// Exactly so long, counted from the end of the fetch.
    Until { soft_age: Duration, hard_age: Duration },
    /// Not at all: only the callers of this fetch get the value.
    No,
}

/// What kinds of values do in their own way.
#[derive(Clone, Copy)]
pub(crate) struct SlotRules<V> {
    /// How long a failure is remembered: settings, error, count of failures in a row, and a random number to spread callers with. Default: as
    /// the settings say.
    pub(crate) failure_pause: fn(&CacheSettings, &Error, u32, u32) -> Duration,
    /// Of an old and a new value that are the same the one to keep, else the new one as `Err`. Default: never the same.
    pub(crate) unchanged: fn(&V, V) -> Result<V, V>,
}

impl<V> Default for SlotRules<V> {
    fn default() -> Self {
        Self { failure_pause: |settings, _, count, _| settings.failure_pause(count), unchanged: |_, new| Err(new) }
    }
}

/// What a fetch for a slot ends with.
pub(crate) type Outcome<V> = Result<Arc<Entry<V>>, Error>;

/// What a look into a slot finds.
#[derive(Debug)]
pub(crate) enum Lookup<V> {
    /// The entry.
    Hit(Arc<Entry<V>>),
    /// The fetch that brings it.
    Join(FetchHandle<Outcome<V>>),
}

/// What a caller that found no fitting key gets.
#[derive(Debug)]
pub(crate) enum Newer<V> {
    /// A newer entry than the one it has seen.
    Entry(Arc<Entry<V>>),
    /// A fetch that may bring one.
    Join {
        handle: FetchHandle<Outcome<V>>,
        /// Whether it was started because a key was missing, instead of being in progress already by age.
        is_forced: bool,
    },
    /// Not now: a cool-down or a remembered failure is in the way.
    NotNow,
}

/// Why the present entry does not suffice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// It has no fitting key.
    MissingKey,
    /// It has the key that the token names, and the signature does not verify under it. Mostly that is a forgery; a provider that reuses a
    /// `kid` is followed, less eagerly.
    OtherKey,
}
