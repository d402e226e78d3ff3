//! A shared fetch together with its typed outcome: what a cache keeps and hands to its callers.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::drive_error::DriveError;
use super::error::ExchangeError;
use super::event::Event;
use super::port::Port;
use super::resume::Exchange;
use super::shared_fetch::{NextAction, SharedFetch};
use super::step::{Effect, Step};
use crate::environment::Environment;
use crate::transport::HttpClients;

/// A handle to the outcome of a shared fetch.
pub(crate) struct FetchHandle<T> {
    fetch: SharedFetch,
    outcome: Arc<OnceLock<T>>,
    /// Shared by all handles of the fetch, to count them.
    holders: Arc<()>,
}

impl<T: Clone + Send + Sync + 'static> FetchHandle<T> {
    /// A fetch over `body` that sends with these clients and is timed by `environment`. Callers wait for its leader for `time_limit` at most.
    pub(crate) fn new<B, F>(clients: HttpClients, environment: Environment, time_limit: Duration, body: B) -> Self
    where
        B: FnOnce(Port) -> F,
        F: Future<Output = T> + Send + 'static,
    {
        let outcome = Arc::new(OnceLock::new());
        let place = Arc::clone(&outcome);
        let mut exchange: Exchange<(), ExchangeError> = Exchange::new(move |port: Port| {
            let body = body(port);
            async move {
                // A fetch has one outcome; a second one cannot come.
                let _ = place.set(body.await);
                Ok(())
            }
        });
        let resume = move |mut event, moment| loop {
            match exchange.resume(event, moment) {
                Step::Send { request, repeat } => return NextAction::Send { request: Box::new(request), repeat },
                Step::Wait(duration) => return NextAction::Wait(duration),
                Step::Join(fetch) => return NextAction::Join(fetch),
                Step::Done(_) => return NextAction::Done,
                // What is shared is read, never signed, spent or judged: an event that does not fit tells the exchange that it failed.
                Step::Sign(_) | Step::Assert(_) | Step::Remember(_) | Step::Await(_) => event = Event::Waited,
            }
        };
        Self { fetch: SharedFetch::new(clients, environment, time_limit, resume), outcome, holders: Arc::default() }
    }

    /// The outcome, once the fetch is complete.
    pub(crate) fn outcome(&self) -> Option<T> {
        self.outcome.get().cloned()
    }
}

impl<T> FetchHandle<T> {
    /// The fetch itself.
    pub(crate) fn fetch(&self) -> &SharedFetch {
        &self.fetch
    }

    /// Whether another caller holds a handle to this fetch.
    pub(crate) fn is_held_by_others(&self) -> bool {
        Arc::strong_count(&self.holders) > 1
    }
}

impl Port {
    /// Sees a shared fetch completed and takes its outcome; `None` where it was lost.
    ///
    /// # Errors
    /// Why the driver could not perform the fetch, which stays as it is for other callers.
    pub(crate) async fn join<T: Clone + Send + Sync + 'static>(&self, handle: &FetchHandle<T>) -> Result<Option<T>, DriveError> {
        if let Some(outcome) = handle.outcome() {
            return Ok(Some(outcome));
        }
        let event = self.ask(Effect::Join(handle.fetch().clone())).await;
        match (handle.outcome(), event) {
            (None, Event::Joined(Err(error))) => Err(error),
            (outcome, _) => Ok(outcome),
        }
    }
}

impl<T> Clone for FetchHandle<T> {
    fn clone(&self) -> Self {
        Self { fetch: self.fetch.clone(), outcome: Arc::clone(&self.outcome), holders: Arc::clone(&self.holders) }
    }
}

impl<T> fmt::Debug for FetchHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchHandle").field("fetch", &self.fetch).finish_non_exhaustive()
    }
}
