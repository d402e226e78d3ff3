//! One fetch for many callers: a flight is an exchange that whoever needs its outcome drives or waits for.
//!
//! The exchange lives in the flight, not in its leader. When the future that leads is dropped, the next caller boards and goes on from
//! where the exchange stands, the request under way included. Its outcome, good or bad, goes to all who wait.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use event_listener::{Event as Landing, EventListener};

use super::Port;
use super::machine::{Event, Exchange, ExchangeError, Moment, Step};
use crate::transport::{BlockingHttpClient, HttpClient, HttpResponse, TransportError, TransportErrorKind};

/// What a look into a cache says.
#[derive(Debug)]
pub enum Lookup<V, T> {
    /// The value is there.
    Hit(V),
    /// The value comes with a flight: join it.
    Join(Ticket<T>),
}

/// A ticket for the outcome of a flight.
pub struct Ticket<T> {
    flight: Flight,
    outcome: Arc<OnceLock<T>>,
}

impl<T: Clone + Send + Sync + 'static> Ticket<T> {
    /// A flight over `body` that uses these clients, whichever driver boards it.
    pub fn new<B, F>(clients: FlightClients, body: B) -> Self
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
        let hangar = Hangar { exchange, underway: None, event: Event::Start };
        Self {
            flight: Flight(Arc::new(Inner { state: Mutex::new(State::Waiting(Box::new(hangar))), landing: Landing::new(), clients })),
            outcome,
        }
    }

    /// The outcome, once the flight has landed.
    pub fn outcome(&self) -> Option<T> {
        self.outcome.get().cloned()
    }
}

impl<T> Ticket<T> {
    /// The flight that this ticket is for.
    pub fn flight(&self) -> &Flight {
        &self.flight
    }
}

impl<T> Clone for Ticket<T> {
    fn clone(&self) -> Self {
        Self { flight: self.flight.clone(), outcome: Arc::clone(&self.outcome) }
    }
}

impl<T> fmt::Debug for Ticket<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket").field("landed", &self.flight.is_over()).finish_non_exhaustive()
    }
}

/// The clients that a flight is flown with: the async one by an async driver, the blocking one by a blocking driver.
#[derive(Clone, Default)]
pub struct FlightClients {
    /// For async drivers.
    pub http: Option<Arc<dyn HttpClient>>,
    /// For blocking drivers.
    pub blocking: Option<Arc<dyn BlockingHttpClient>>,
}

impl fmt::Debug for FlightClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlightClients").field("http", &self.http.is_some()).field("blocking", &self.blocking.is_some()).finish()
    }
}

/// A fetch that many callers share. Clones are the same flight.
#[derive(Clone)]
pub struct Flight(Arc<Inner>);

struct Inner {
    state: Mutex<State>,
    landing: Landing,
    clients: FlightClients,
}

enum State {
    /// Nobody leads: the next caller may board.
    Waiting(Box<Hangar>),
    /// Somebody leads.
    Flying,
    Landed,
}

/// The exchange between two pilots.
struct Hangar {
    exchange: Exchange<(), ExchangeError>,
    underway: Option<Underway>,
    event: Event,
}

/// An HTTP call that has been started and is not answered yet.
pub(crate) type Underway = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send>>;

/// What a caller finds at the gate.
pub enum Boarding {
    /// Nobody leads: this caller does now.
    Lead(Pilot),
    /// Somebody leads: wait for the listener, then look again.
    Follow(EventListener),
    /// It has landed.
    Landed,
}

impl fmt::Debug for Boarding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lead(_) => "Lead",
            Self::Follow(_) => "Follow",
            Self::Landed => "Landed",
        })
    }
}

impl Flight {
    /// Boards the flight: to lead it, to follow, or to find that it has landed.
    pub fn board(&self) -> Boarding {
        // The listener stands before the look, so that a landing in between is not missed.
        let listener = self.0.landing.listen();
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::Flying) {
            State::Waiting(hangar) => Boarding::Lead(Pilot { flight: self.clone(), hangar: Some(hangar) }),
            State::Flying => Boarding::Follow(listener),
            State::Landed => {
                *state = State::Landed;
                Boarding::Landed
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

    /// The clients it is flown with.
    pub fn clients(&self) -> &FlightClients {
        &self.0.clients
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Flight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flight").field("landed", &self.is_over()).finish_non_exhaustive()
    }
}

/// Leads a flight. Dropped before the landing, it hands over to the next caller, the HTTP call under way included.
pub struct Pilot {
    flight: Flight,
    hangar: Option<Box<Hangar>>,
}

impl Pilot {
    /// The next step of the flight's exchange, resumed with the last event; `None` when the flight has landed.
    pub(crate) fn next_step(&mut self, moment: Moment) -> Option<Step<(), ExchangeError>> {
        let hangar = self.hangar.as_mut()?;
        let event = std::mem::replace(&mut hangar.event, Event::Waited);
        let step = hangar.exchange.resume(event, moment);
        if matches!(step, Step::Send { .. }) {
            // What the next pilot finds if this one vanishes without an answer.
            hangar.event = Event::Answered(Err(abandoned()));
        }
        if matches!(step, Step::Done(_)) {
            self.hangar = None;
            *self.flight.state() = State::Landed;
            self.flight.0.landing.notify(usize::MAX);
        }
        Some(step)
    }

    /// Notes what came of a step, for the next one.
    pub(crate) fn note(&mut self, event: Event) {
        if let Some(hangar) = &mut self.hangar {
            hangar.underway = None;
            hangar.event = event;
        }
    }

    /// The HTTP call under way, so that it outlives this pilot.
    pub(crate) fn underway(&mut self) -> Option<&mut Underway> {
        self.hangar.as_mut()?.underway.as_mut()
    }

    /// Gives up the HTTP call under way: the exchange sees a failed attempt.
    pub(crate) fn abandon_underway(&mut self) {
        self.note(Event::Answered(Err(abandoned())));
    }

    /// Puts an HTTP call under way.
    pub(crate) fn start(&mut self, call: Underway) {
        if let Some(hangar) = &mut self.hangar {
            hangar.underway = Some(call);
        }
    }
}

impl Drop for Pilot {
    fn drop(&mut self) {
        if let Some(hangar) = self.hangar.take() {
            *self.flight.state() = State::Waiting(hangar);
            self.flight.0.landing.notify_additional(1);
        }
    }
}

impl fmt::Debug for Pilot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pilot").finish_non_exhaustive()
    }
}

fn abandoned() -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, "the caller that led the fetch went away before the answer came")
}
