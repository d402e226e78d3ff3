//! One fetch for many callers: a flight is an exchange that whoever needs its outcome drives or waits for.
//!
//! The exchange lives in the flight, not in its leader. When the future that leads is dropped, the next caller boards and goes on from
//! where the exchange stands, the request under way included: what the exchange waits for is noted before anybody waits for it. Its
//! outcome, good or bad, goes to all who wait.

use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use event_listener::{Event as Landing, EventListener};

use super::Port;
use super::resume::{Exchange, ExchangeError};
use super::shared_fetch_driver::{FetchDriver, Progress};
use crate::transport::HttpClients;

/// What a look into a cache says.
#[derive(Debug)]
pub enum Lookup<V, T> {
    /// The value is there.
    Hit(V),
    /// The value comes with a flight: join it.
    Join(FetchHandle<T>),
}

/// A ticket for the outcome of a flight.
pub struct FetchHandle<T> {
    flight: SharedFetch,
    outcome: Arc<OnceLock<T>>,
    /// Shared by all tickets of the flight, to count them.
    holders: Arc<()>,
}

impl<T: Clone + Send + Sync + 'static> FetchHandle<T> {
    /// A flight over `body` that uses these clients, whichever driver boards it.
    pub fn new<B, F>(clients: HttpClients, body: B) -> Self
    where
        B: FnOnce(Port) -> F,
        F: Future<Output = T> + Send + 'static,
    {
        let outcome = Arc::new(OnceLock::new());
        let landed = Arc::clone(&outcome);
        let exchange = Exchange::new(move |port: Port| {
            let body = body(port);
            async move {
                // A flight has one outcome; a second one cannot come.
                let _ = landed.set(body.await);
                Ok::<(), ExchangeError>(())
            }
        });
        let hangar = Progress::of(exchange);
        Self {
            flight: SharedFetch(Arc::new(Inner {
                state: Mutex::new(State::Waiting(Box::new(hangar))),
                landing: Landing::new(),
                given_up: AtomicBool::new(false),
                clients,
            })),
            outcome,
            holders: Arc::default(),
        }
    }

    /// The outcome, once the flight has landed.
    pub fn outcome(&self) -> Option<T> {
        self.outcome.get().cloned()
    }
}

impl<T> FetchHandle<T> {
    /// The flight that this ticket is for.
    pub fn flight(&self) -> &SharedFetch {
        &self.flight
    }

    /// Whether anybody else holds a ticket for this flight.
    pub(crate) fn is_held_by_others(&self) -> bool {
        Arc::strong_count(&self.holders) > 1
    }
}

impl<T> Clone for FetchHandle<T> {
    fn clone(&self) -> Self {
        Self { flight: self.flight.clone(), outcome: Arc::clone(&self.outcome), holders: Arc::clone(&self.holders) }
    }
}

impl<T> fmt::Debug for FetchHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchHandle").field("landed", &self.flight.is_over()).finish_non_exhaustive()
    }
}

/// A fetch that many callers share. Clones are the same flight.
#[derive(Clone)]
pub struct SharedFetch(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    landing: Landing,
    /// Whether nobody is to wait for its leader any more. Read and written under the lock of `state`.
    given_up: AtomicBool,
    clients: HttpClients,
}

enum State {
    /// Nobody leads: the next caller may board.
    Waiting(Box<Progress>),
    /// Somebody leads.
    Flying,
    Landed,
}

/// What a caller finds at the gate.
pub enum Role {
    /// Nobody leads: this caller does now.
    Lead(FetchDriver),
    /// Somebody leads: wait for the listener, then look again.
    Follow(EventListener),
    /// It has landed.
    Landed,
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lead(_) => "Lead",
            Self::Follow(_) => "Follow",
            Self::Landed => "Landed",
        })
    }
}

impl SharedFetch {
    /// Boards the flight: to lead it, to follow, or to find that it has landed.
    pub fn board(&self) -> Role {
        // The listener stands before the look, so that a landing in between is not missed.
        let listener = self.0.landing.listen();
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::Flying) {
            State::Waiting(hangar) => Role::Lead(FetchDriver::of(self.clone(), hangar)),
            State::Flying if self.0.given_up.load(Ordering::Relaxed) => Role::Landed,
            State::Flying => Role::Follow(listener),
            State::Landed => {
                *state = State::Landed;
                Role::Landed
            }
        }
    }

    /// Whether it has landed.
    pub fn is_over(&self) -> bool {
        matches!(*self.state(), State::Landed)
    }

    /// Whether somebody leads it at this moment.
    pub fn is_led(&self) -> bool {
        matches!(*self.state(), State::Flying)
    }

    /// Sends away who waits for a leader that has stopped: to them the flight is over, without an outcome.
    pub(crate) fn give_up(&self) {
        let state = self.state();
        self.0.given_up.store(true, Ordering::Relaxed);
        drop(state);
        self.0.landing.notify(usize::MAX);
    }

    /// The clients it is flown with.
    pub fn clients(&self) -> &HttpClients {
        &self.0.clients
    }

    /// The exchange has ended: its outcome is there for all.
    pub(super) fn land(&self) {
        *self.state() = State::Landed;
        self.0.landing.notify(usize::MAX);
    }

    /// The pilot has left: the next caller may lead.
    pub(super) fn hand_over(&self, hangar: Box<Progress>) {
        *self.state() = State::Waiting(hangar);
        // All, not one: the one might be a future that nobody polls.
        self.0.landing.notify(usize::MAX);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SharedFetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedFetch").field("landed", &self.is_over()).finish_non_exhaustive()
    }
}
