//! One entry of a cache and its way through time: absent, fresh, soft, hard, failed.
//!
//! A fetch is a flight whose ticket the slot keeps until it lands. Whether an entry past its soft age is being refreshed is told by the
//! tickets that callers hold: with the last of them gone, the next caller takes the flight over.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwapOption;

use super::settings::CacheSettings;
use super::statistics::{CacheStatistics, Counters, count};
use crate::error::Error;
use crate::exchange::{ExchangeError, FetchHandle, Lookup, Port};
use crate::transport::HttpClients;

/// A value and when it came.
#[derive(Debug)]
pub(crate) struct Entry<V> {
    pub(crate) value: V,
    /// Counts the good fetches of the slot: a later entry has a higher number.
    pub(crate) version: u64,
    loaded_at: Duration,
    soft_age: Duration,
    hard_age: Duration,
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

/// How long the `count`th failure in a row is remembered: settings, error, count, and a random number to spread callers with.
pub(crate) type FailurePause = fn(&CacheSettings, &Error, u32, u32) -> Duration;

/// What a flight for a slot ends with.
pub(crate) type Outcome<V> = Result<Arc<Entry<V>>, Error>;

/// One entry of a cache. Reading takes no lock.
pub(crate) struct Slot<V> {
    current: ArcSwapOption<Entry<V>>,
    state: Mutex<State<V>>,
    settings: CacheSettings,
    failure_pause: FailurePause,
    counters: Counters,
}

struct State<V> {
    underway: Option<InProgress<V>>,
    /// Counts the flights of the slot.
    flights: u64,
    failure: Option<Failure>,
    forced_at: Option<Duration>,
    versions: u64,
}

/// A flight that has not landed.
struct InProgress<V> {
    ticket: FetchHandle<Outcome<V>>,
    number: u64,
    took_off: Duration,
    forced: bool,
}

struct Failure {
    error: Error,
    at: Duration,
    count: u32,
    pause: Duration,
}

/// What a caller that found no fitting key gets.
#[derive(Debug)]
pub(crate) enum Newer<V> {
    /// A newer entry than the one it has seen.
    Entry(Arc<Entry<V>>),
    /// A flight that brings one; whether it was forced, or was under way already by age.
    Join(FetchHandle<Outcome<V>>, Forced),
    /// Not now: the cool-down or a remembered failure is in the way.
    NotNow,
}

/// Whether a fetch was asked for because a key was missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Forced(pub(crate) bool);

impl<V: Send + Sync + 'static> Slot<V> {
    pub(crate) fn new(settings: CacheSettings) -> Arc<Self> {
        Self::with_failure_pause(settings, |settings, _, count, _| settings.failure_pause(count))
    }

    /// A slot with a rule of its own for how long a failure is remembered.
    pub(crate) fn with_failure_pause(settings: CacheSettings, failure_pause: FailurePause) -> Arc<Self> {
        let state = Mutex::new(State { underway: None, flights: 0, failure: None, forced_at: None, versions: 0 });
        Arc::new(Self { current: ArcSwapOption::empty(), state, settings, failure_pause, counters: Counters::default() })
    }

    /// The entry while it is fresh: the hot path, without a lock.
    pub(crate) fn fresh(&self, now: Duration) -> Option<Arc<Entry<V>>> {
        let entry = self.current.load_full()?;
        if now.saturating_sub(entry.loaded_at) >= entry.soft_age {
            return None;
        }
        count(&self.counters.hits);
        Some(entry)
    }

    /// The entry, or the flight that brings it, or the error that is still remembered.
    pub(crate) fn look_up<B, F>(
        self: &Arc<Self>,
        now: Duration,
        clients: &HttpClients,
        fetch: B,
    ) -> Result<Lookup<Arc<Entry<V>>, Outcome<V>>, Error>
    where
        B: FnOnce(Port) -> F + Send + 'static,
        F: Future<Output = Result<Fetched<V>, Error>> + Send + 'static,
    {
        if let Some(entry) = self.fresh(now) {
            return Ok(Lookup::Hit(entry));
        }
        // Dropped after the lock: a client's future may be in it.
        let _lost;
        let mut state = self.state();
        _lost = self.take_lost_flight(&mut state, now);
        let usable = self.usable(now);
        if let Some(entry) = &usable
            && (now.saturating_sub(entry.loaded_at) < entry.soft_age || self.is_being_refreshed(&state, now))
        {
            count(&self.counters.hits);
            return Ok(Lookup::Hit(Arc::clone(entry)));
        }
        if let Some(underway) = &state.underway {
            count(&self.counters.misses);
            return Ok(Lookup::Join(underway.ticket.clone()));
        }
        if let Some(error) = self.remembered_failure(&state, now) {
            return Err(error);
        }
        count(if usable.is_some() { &self.counters.refreshes } else { &self.counters.misses });
        Ok(Lookup::Join(self.take_off(&mut state, now, Forced(false), clients, fetch)))
    }

    /// A flight that fetches anew whatever the age of the entry: the one under way, or a new one unless a failure is still remembered.
    pub(crate) fn refresh<B, F>(
        self: &Arc<Self>,
        now: Duration,
        clients: &HttpClients,
        fetch: B,
    ) -> Result<Lookup<Arc<Entry<V>>, Outcome<V>>, Error>
    where
        B: FnOnce(Port) -> F + Send + 'static,
        F: Future<Output = Result<Fetched<V>, Error>> + Send + 'static,
    {
        // Dropped after the lock: a client's future may be in it.
        let _lost;
        let mut state = self.state();
        _lost = self.take_lost_flight(&mut state, now);
        if let Some(underway) = &state.underway {
            return Ok(Lookup::Join(underway.ticket.clone()));
        }
        if let Some(error) = self.remembered_failure(&state, now) {
            return Err(error);
        }
        count(if self.usable(now).is_some() { &self.counters.refreshes } else { &self.counters.misses });
        Ok(Lookup::Join(self.take_off(&mut state, now, Forced(false), clients, fetch)))
    }

    /// A newer entry than the one numbered `seen`, which held no fitting key.
    pub(crate) fn newer_than<B, F>(self: &Arc<Self>, seen: u64, now: Duration, clients: &HttpClients, fetch: B) -> Newer<V>
    where
        B: FnOnce(Port) -> F + Send + 'static,
        F: Future<Output = Result<Fetched<V>, Error>> + Send + 'static,
    {
        // Dropped after the lock: a client's future may be in it.
        let _lost;
        let mut state = self.state();
        _lost = self.take_lost_flight(&mut state, now);
        if let Some(entry) = self.usable(now)
            && entry.version > seen
        {
            return Newer::Entry(entry);
        }
        if let Some(underway) = &state.underway {
            return Newer::Join(underway.ticket.clone(), Forced(underway.forced));
        }
        let cooling = state.forced_at.is_some_and(|at| now.saturating_sub(at) < self.settings.cool_down());
        if cooling || self.remembered_failure(&state, now).is_some() {
            return Newer::NotNow;
        }
        state.forced_at = Some(now);
        count(&self.counters.refreshes);
        Newer::Join(self.take_off(&mut state, now, Forced(true), clients, fetch), Forced(true))
    }

    pub(crate) fn settings(&self) -> &CacheSettings {
        &self.settings
    }

    pub(crate) fn statistics(&self) -> CacheStatistics {
        self.counters.snapshot()
    }

    pub(crate) fn usable(&self, now: Duration) -> Option<Arc<Entry<V>>> {
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

    /// Whether a fetch is under way.
    pub(crate) fn is_fetching(&self) -> bool {
        self.state().underway.is_some()
    }

    /// How long the last failure is still remembered; `None` where it is not.
    pub(crate) fn closed_for(&self, now: Duration) -> Option<Duration> {
        let state = self.state();
        let failure = state.failure.as_ref()?;
        let left = failure.pause.saturating_sub(now.saturating_sub(failure.at));
        (!left.is_zero()).then_some(left)
    }

    /// Whether an entry past its soft age may be used as it is: somebody fetches a new one, or the last fetch failed just now.
    fn is_being_refreshed(&self, state: &State<V>, now: Duration) -> bool {
        let held = state.underway.as_ref().is_some_and(|underway| underway.ticket.is_held_by_others());
        held || self.remembered_failure(state, now).is_some()
    }

    /// Takes out a flight that comes to nothing: its exchange panicked, everybody left it long ago, or it takes so long that its
    /// leader must have stopped. Who waits for it looks again; what it may still bring, the slot no longer takes.
    fn take_lost_flight(&self, state: &mut State<V>, now: Duration) -> Option<InProgress<V>> {
        let lost = |underway: &mut InProgress<V>| {
            let flight = underway.ticket.flight();
            // After an attempt's time the request that was left under way is too old for its answer to be news.
            let limit = if flight.is_led() { self.settings.flight_limit() } else { self.settings.attempt_timeout() };
            now.saturating_sub(underway.took_off) >= limit || flight.is_over()
        };
        let underway = state.underway.take_if(lost)?;
        tracing::warn!(target: "identity_model", "a fetch that nobody goes on with is given up");
        underway.ticket.flight().give_up();
        Some(underway)
    }

    fn remembered_failure(&self, state: &State<V>, now: Duration) -> Option<Error> {
        let failure = state.failure.as_ref()?;
        (now.saturating_sub(failure.at) < failure.pause).then(|| failure.error.clone())
    }

    fn take_off<B, F>(
        self: &Arc<Self>,
        state: &mut State<V>,
        now: Duration,
        Forced(forced): Forced,
        clients: &HttpClients,
        fetch: B,
    ) -> FetchHandle<Outcome<V>>
    where
        B: FnOnce(Port) -> F + Send + 'static,
        F: Future<Output = Result<Fetched<V>, Error>> + Send + 'static,
    {
        // Weak, so that a flight that nobody flies does not keep its own cache alive.
        let slot = Arc::downgrade(self);
        state.flights += 1;
        let number = state.flights;
        let ticket = FetchHandle::new(clients.clone(), move |port: Port| async move {
            let result = fetch(port.clone()).await;
            match slot.upgrade() {
                Some(slot) => slot.land(number, result, &port),
                None => Self::for_those_who_wait(result, port.monotonic()),
            }
        });
        state.underway = Some(InProgress { ticket: ticket.clone(), number, took_off: now, forced });
        ticket
    }

    /// Notes what a flight brought. A failure never evicts what is there.
    fn land(&self, number: u64, result: Result<Fetched<V>, Error>, port: &Port) -> Outcome<V> {
        let now = port.monotonic();
        let mut state = self.state();
        if state.underway.take_if(|underway| underway.number == number).is_none() {
            return Self::for_those_who_wait(result, now);
        }
        match result {
            Ok(fetched) => {
                state.failure = None;
                let (soft_age, hard_age) = match fetched.keep {
                    Keep::BySettings { max_age } => (self.settings.soft_age_for(max_age), self.settings.hard_age()),
                    Keep::Until { soft_age, hard_age } => (soft_age, hard_age),
                    Keep::No => return Self::for_those_who_wait(Ok(fetched), now),
                };
                state.versions += 1;
                let entry = Arc::new(Entry { value: fetched.value, version: state.versions, loaded_at: now, soft_age, hard_age });
                self.current.store(Some(Arc::clone(&entry)));
                tracing::debug!(target: "identity_model", version = entry.version, "cache entry loaded");
                Ok(entry)
            }
            Err(error) => {
                count(&self.counters.failures);
                let count = state.failure.as_ref().map_or(1, |failure| failure.count.saturating_add(1));
                tracing::warn!(target: "identity_model", code = error.code(), count, "cache entry could not be loaded");
                let pause = (self.failure_pause)(&self.settings, &error, count, u32::from_le_bytes(port.random()));
                state.failure = Some(Failure { error: error.clone(), at: now, count, pause });
                Err(error)
            }
        }
    }

    /// What a flight brought that the slot does not wait for any more: older than whatever comes after it.
    fn for_those_who_wait(result: Result<Fetched<V>, Error>, now: Duration) -> Outcome<V> {
        result.map(|fetched| {
            Arc::new(Entry { value: fetched.value, version: 0, loaded_at: now, soft_age: Duration::ZERO, hard_age: Duration::ZERO })
        })
    }

    fn state(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The entry that `look_up` finds, or what the flight brings that it joins. A flight that is lost is looked up once more.
pub(crate) async fn landed<V: Send + Sync + 'static>(
    look_up: impl Fn() -> Result<Lookup<Arc<Entry<V>>, Outcome<V>>, Error>,
    port: &Port,
) -> Result<Outcome<V>, Error> {
    for _ in 0..2 {
        match look_up()? {
            Lookup::Hit(entry) => return Ok(Ok(entry)),
            Lookup::Join(ticket) => {
                if let Some(outcome) = port.join(&ticket).await {
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
