//! One entry of a cache and its way through time.
//!
//! ```text
//!                                complete(Ok)
//!            ┌──────────┐ ───────────────────────────► ┌─────────┐
//!   look_up  │ fetching │          soft age            │  fresh  │ served without a lock
//!   ───────► │ leader + │ ◄─────────┐                  └─────────┘
//!            │ waiters  │           │ the caller that       │ soft age
//!            └──────────┘           │ meets it              ▼
//!                 │                 │                  ┌─────────┐
//!                 │ complete(Err)   └───────────────── │  soft   │ served while one caller refreshes it
//!                 ▼                                    └─────────┘
//!            ┌──────────┐  pause over: look_up fetches      │ hard age
//!            │  failed  │  (1 s, doubling to 30 s)          ▼
//!            └──────────┘                                absent
//! ```
//!
//! A failure never evicts an entry: `failed` and `fresh`/`soft` can be true together, and then the entry is served. What makes the slot hard:
//!
//! - **A fetch has no task of its own.** It advances only while a caller drives it, so a slot must notice that all of them are gone. It counts
//!   the handles that callers hold: none left means that the next caller refreshes.
//! - **A fetch that is never completed must not block the slot.** It is lost when its exchange panicked, when every caller left it longer ago
//!   than one attempt may take, or when it outlived its time limit. A lost fetch is taken out of the slot and the next look-up starts a new one.
//! - **A lost fetch may still complete**, after a newer one did. Each fetch has a number, and only the one that the slot waits for may store its
//!   outcome ([`Slot::complete`]).
//! - **A fetch must not keep its cache alive**: it refers to the slot weakly.
//! - **A future of a client must not be dropped under the lock**, because its destructor may come back to this slot.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;

use super::entry::{Entry, Fetched, Keep, Lookup, Newer, Outcome, SlotRules, Want};
use super::settings::CacheSettings;
use super::statistics::{CacheStatistics, Counters, count};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{ExchangeError, FetchHandle, Port};
use crate::transport::HttpClients;

/// One entry of a cache. Reading takes no lock.
pub(crate) struct Slot<V> {
    current: ArcSwapOption<Entry<V>>,
    state: Mutex<State<V>>,
    settings: CacheSettings,
    /// Its clock measures all ages, whatever drives the exchange that looks in.
    environment: Environment,
    rules: SlotRules<V>,
    counters: Counters,
}

struct State<V> {
    in_progress: Option<InProgress<V>>,
    /// Counts the fetches of the slot.
    fetches: u64,
    failure: Option<Failure>,
    forced_at: Option<Duration>,
    /// The last fetch that a wrong signature forced, until a set comes that is another one.
    distrusted_at: Option<Duration>,
    versions: u64,
}

/// A fetch that is not complete.
struct InProgress<V> {
    handle: FetchHandle<Outcome<V>>,
    number: u64,
    started_at: Duration,
    is_forced: bool,
}

struct Failure {
    error: Error,
    at: Duration,
    count: u32,
    pause: Duration,
}

impl<V: Send + Sync + 'static> Slot<V> {
    pub(crate) fn new(settings: CacheSettings, environment: Environment, rules: SlotRules<V>) -> Arc<Self> {
        let state = State { in_progress: None, fetches: 0, failure: None, forced_at: None, distrusted_at: None, versions: 0 };
        let (current, counters) = (ArcSwapOption::empty(), Counters::default());
        Arc::new(Self { current, state: Mutex::new(state), settings, environment, rules, counters })
    }

    /// The entry while it is fresh: the hot path, without a lock.
    pub(crate) fn fresh(&self) -> Option<Arc<Entry<V>>> {
        let entry = self.current.load_full()?;
        if self.now().saturating_sub(entry.loaded_at) >= entry.soft_age {
            return None;
        }
        count(&self.counters.hits);
        Some(entry)
    }

    /// The entry, or the fetch that brings it, or the error that is still remembered.
    pub(crate) fn look_up<B, F>(self: &Arc<Self>, clients: &HttpClients, fetch: B) -> Result<Lookup<V>, Error>
    where
        B: FnOnce(Port) -> F + Send + 'static,
        F: Future<Output = Result<Fetched<V>, Error>> + Send + 'static,
    {
        if let Some(entry) = self.fresh() {
            return Ok(Lookup::Hit(entry));
        }
        // Dropped after the lock: a client's future may be in it.
        let _lost;
        let now = self.now();
        let mut state = self.state();
        _lost = self.take_lost_fetch(&mut state, now);
        let usable = self.usable();
        if let Some(entry) = &usable
            && (now.saturating_sub(entry.loaded_at) < entry.soft_age || self.is_being_refreshed(&state, now))
        {
            count(&self.counters.hits);
            return Ok(Lookup::Hit(Arc::clone(entry)));
        }
        if let Some(in_progress) = &state.in_progress {
            count(&self.counters.misses);
            return Ok(Lookup::Join(in_progress.handle.clone()));
        }
        if let Some(error) = self.remembered_failure(&state, now) {
            return Err(error);
        }
        count(if usable.is_some() { &self.counters.refreshes } else { &self.counters.misses });
        Ok(Lookup::Join(self.start(&mut state, now, false, clients, fetch)))
    }

    /// A fetch whatever the age of the entry: the one in progress, or a new one unless a failure is still remembered.
    pub(crate) fn refresh<B, F>(self: &Arc<Self>, clients: &HttpClients, fetch: B) -> Result<Lookup<V>, Error>
    where
        B: FnOnce(Port) -> F + Send + 'static,
        F: Future<Output = Result<Fetched<V>, Error>> + Send + 'static,
    {
        // Dropped after the lock: a client's future may be in it.
        let _lost;
        let now = self.now();
        let mut state = self.state();
        _lost = self.take_lost_fetch(&mut state, now);
        if let Some(in_progress) = &state.in_progress {
            return Ok(Lookup::Join(in_progress.handle.clone()));
        }
        if let Some(error) = self.remembered_failure(&state, now) {
            return Err(error);
        }
        count(if self.usable().is_some() { &self.counters.refreshes } else { &self.counters.misses });
        Ok(Lookup::Join(self.start(&mut state, now, false, clients, fetch)))
    }

    /// A newer entry than the one numbered `seen`, which did not do.
    pub(crate) fn newer_than<B, F>(self: &Arc<Self>, seen: u64, want: Want, clients: &HttpClients, fetch: B) -> Newer<V>
    where
        B: FnOnce(Port) -> F + Send + 'static,
        F: Future<Output = Result<Fetched<V>, Error>> + Send + 'static,
    {
        // Dropped after the lock: a client's future may be in it.
        let _lost;
        let now = self.now();
        let mut state = self.state();
        _lost = self.take_lost_fetch(&mut state, now);
        if let Some(entry) = self.usable()
            && entry.version > seen
        {
            return Newer::Entry(entry);
        }
        if let Some(in_progress) = &state.in_progress {
            return Newer::Join { handle: in_progress.handle.clone(), is_forced: in_progress.is_forced };
        }
        if self.is_cooling(&state, want, now) {
            return Newer::NotNow;
        }
        state.forced_at = Some(now);
        if want == Want::OtherKey {
            state.distrusted_at = Some(now);
        }
        count(&self.counters.refreshes);
        Newer::Join { handle: self.start(&mut state, now, true, clients, fetch), is_forced: true }
    }

    /// Whether [`newer_than`](Self::newer_than) would find or fetch anything now.
    pub(crate) fn has_newer_than(&self, seen: u64, want: Want) -> bool {
        let now = self.now();
        let state = self.state();
        let is_newer = self.usable().is_some_and(|entry| entry.version > seen);
        is_newer || state.in_progress.is_some() || !self.is_cooling(&state, want, now)
    }

    pub(crate) fn settings(&self) -> &CacheSettings {
        &self.settings
    }

    pub(crate) fn statistics(&self) -> CacheStatistics {
        self.counters.snapshot()
    }

    /// The entry until its hard age.
    pub(crate) fn usable(&self) -> Option<Arc<Entry<V>>> {
        let now = self.now();
        self.current.load_full().filter(|entry| now.saturating_sub(entry.loaded_at) < entry.hard_age)
    }

    /// Drops the entry numbered `version`, if it is still the current one.
    pub(crate) fn discard(&self, version: u64) {
        let _state = self.state();
        if self.current.load().as_ref().is_some_and(|entry| entry.version == version) {
            self.current.store(None);
        }
    }

    /// Drops the entry and forgets the last failure, so that the next caller fetches at once.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        state.failure = None;
        self.current.store(None);
    }

    /// Whether a fetch is in progress.
    pub(crate) fn is_fetching(&self) -> bool {
        self.state().in_progress.is_some()
    }

    /// How long the last failure is still remembered; `None` where it is not.
    pub(crate) fn closed_for(&self) -> Option<Duration> {
        let now = self.now();
        let state = self.state();
        let failure = state.failure.as_ref()?;
        let left = failure.pause.saturating_sub(now.saturating_sub(failure.at));
        (!left.is_zero()).then_some(left)
    }

    fn now(&self) -> Duration {
        self.environment.clock().monotonic()
    }

    /// Whether it is too early to fetch because a key does not do: soon after the last such fetch, or after a failure.
    fn is_cooling(&self, state: &State<V>, want: Want, now: Duration) -> bool {
        let is_within = |at: Option<Duration>, pause| at.is_some_and(|at| now.saturating_sub(at) < pause);
        // Altered signatures are free to send, so after one that led to nothing the next is believed later.
        let is_distrusted = want == Want::OtherKey && is_within(state.distrusted_at, self.settings.signature_cool_down());
        let is_recent = is_distrusted || is_within(state.forced_at, self.settings.cool_down());
        is_recent || self.remembered_failure(state, now).is_some()
    }

    /// Whether an entry past its soft age may be used as it is: a caller fetches a new one, or the last fetch failed just now.
    fn is_being_refreshed(&self, state: &State<V>, now: Duration) -> bool {
        let is_held = state.in_progress.as_ref().is_some_and(|in_progress| in_progress.handle.is_held_by_others());
        is_held || self.remembered_failure(state, now).is_some()
    }

    /// Takes out a fetch that comes to nothing: its exchange panicked, every caller left it long ago, or it takes so long that its leader must
    /// have stopped. Who waits for it looks again; what it may still bring, the slot no longer takes.
    fn take_lost_fetch(&self, state: &mut State<V>, now: Duration) -> Option<InProgress<V>> {
        let is_lost = |in_progress: &mut InProgress<V>| {
            let fetch = in_progress.handle.fetch();
            // After an attempt's time the request that was left in progress is too old for its response to be news.
            let limit = if fetch.is_led() { self.settings.wait_limit() } else { self.settings.attempt_timeout() };
            fetch.is_complete() || fetch.is_abandoned() || now.saturating_sub(in_progress.started_at) >= limit
        };
        let in_progress = state.in_progress.take_if(is_lost)?;
        tracing::warn!(target: "identity_model", "a fetch that no caller goes on with is given up");
        in_progress.handle.fetch().abandon();
        Some(in_progress)
    }

    fn remembered_failure(&self, state: &State<V>, now: Duration) -> Option<Error> {
        let failure = state.failure.as_ref()?;
        (now.saturating_sub(failure.at) < failure.pause).then(|| failure.error.clone())
    }

    fn start<B, F>(
        self: &Arc<Self>,
        state: &mut State<V>,
        now: Duration,
        is_forced: bool,
        clients: &HttpClients,
        fetch: B,
    ) -> FetchHandle<Outcome<V>>
    where
        B: FnOnce(Port) -> F + Send + 'static,
        F: Future<Output = Result<Fetched<V>, Error>> + Send + 'static,
    {
        // Weak, so that a fetch that no caller drives does not keep its own cache alive.
        let slot = Arc::downgrade(self);
        state.fetches += 1;
        let number = state.fetches;
        let body = move |port: Port| async move {
            let result = fetch(port.clone()).await;
            match slot.upgrade() {
                Some(slot) => slot.complete(number, result, &port),
                None => Self::for_those_who_wait(result),
            }
        };
        let handle = FetchHandle::new(clients.clone(), self.environment.clone(), self.settings.wait_limit(), body);
        state.in_progress = Some(InProgress { handle: handle.clone(), number, started_at: now, is_forced });
        handle
    }

    /// Notes what a fetch brought. A failure never evicts what is there.
    fn complete(&self, number: u64, result: Result<Fetched<V>, Error>, port: &Port) -> Outcome<V> {
        let now = self.now();
        let mut state = self.state();
        // A fetch that was given up completes late: what came after it is newer.
        if state.in_progress.take_if(|in_progress| in_progress.number == number).is_none() {
            return Self::for_those_who_wait(result);
        }
        match result {
            Ok(fetched) => {
                state.failure = None;
                let (soft_age, hard_age) = match fetched.keep {
                    Keep::BySettings { max_age } => (self.settings.soft_age_for(max_age), self.settings.hard_age()),
                    Keep::Until { soft_age, hard_age } => (soft_age, hard_age),
                    Keep::No => return Self::for_those_who_wait(Ok(fetched)),
                };
                let entry = self.entry(&mut state, fetched.value, now, (soft_age, hard_age));
                self.current.store(Some(Arc::clone(&entry)));
                tracing::debug!(target: "identity_model", version = entry.version, "cache entry loaded");
                Ok(entry)
            }
            Err(error) => {
                count(&self.counters.failures);
                let count = state.failure.as_ref().map_or(1, |failure| failure.count.saturating_add(1));
                tracing::warn!(target: "identity_model", code = error.code(), count, "cache entry could not be loaded");
                let pause = (self.rules.failure_pause)(&self.settings, &error, count, u32::from_le_bytes(port.random()));
                state.failure = Some(Failure { error: error.clone(), at: now, count, pause });
                Err(error)
            }
        }
    }

    /// The next entry: under the number of the current one where its value is the same.
    fn entry(&self, state: &mut State<V>, value: V, loaded_at: Duration, (soft_age, hard_age): (Duration, Duration)) -> Arc<Entry<V>> {
        let reconciled = match self.current.load().as_ref() {
            Some(current) => (self.rules.unchanged)(&current.value, value),
            None => Err(value),
        };
        if reconciled.is_err() {
            state.versions += 1;
            state.distrusted_at = None;
        }
        let value = reconciled.unwrap_or_else(|new| new);
        Arc::new(Entry { value, version: state.versions, loaded_at, soft_age, hard_age })
    }

    /// The outcome of a fetch that the slot does not wait for: older than whatever came after it.
    fn for_those_who_wait(result: Result<Fetched<V>, Error>) -> Outcome<V> {
        let entry =
            |value| Arc::new(Entry { value, version: 0, loaded_at: Duration::ZERO, soft_age: Duration::ZERO, hard_age: Duration::ZERO });
        result.map(|fetched| entry(fetched.value))
    }

    fn state(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The entry that `look_up` finds, or what the fetch brings that it joins. A fetch that is lost is looked up once more.
pub(crate) async fn completed<V: Send + Sync + 'static>(
    look_up: impl Fn() -> Result<Lookup<V>, Error>,
    port: &Port,
) -> Result<Outcome<V>, Error> {
    for _ in 0..2 {
        match look_up()? {
            Lookup::Hit(entry) => return Ok(Ok(entry)),
            Lookup::Join(handle) => {
                if let Some(outcome) = port.join(&handle).await? {
                    return Ok(outcome);
                }
            }
        }
    }
    Err(ExchangeError::Lost.into())
}

impl<V> fmt::Debug for Slot<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Slot").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
