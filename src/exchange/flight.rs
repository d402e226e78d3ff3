//! One fetch for many callers: a flight is an exchange that whoever needs its outcome drives or waits for.
//!
//! The exchange lives in the flight, not in its leader. When the future that leads is dropped, the next caller boards and goes on from
//! where the exchange stands, the request under way included: what the exchange waits for is noted before anybody waits for it. Its
//! outcome, good or bad, goes to all who wait.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use event_listener::{Event as Landing, EventListener};

use super::Port;
use super::machine::{Event, Exchange, ExchangeError, Moment, Step};
use crate::transport::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, Repeat, TransportError, TransportErrorKind};

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
    /// Shared by all tickets of the flight, to count them.
    holders: Arc<()>,
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
        let hangar = Hangar { exchange, pending: Pending::Event(Event::Start) };
        Self {
            flight: Flight(Arc::new(Inner { state: Mutex::new(State::Waiting(Box::new(hangar))), landing: Landing::new(), clients })),
            outcome,
            holders: Arc::default(),
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

    /// Whether anybody else holds a ticket for this flight.
    pub(crate) fn is_held_by_others(&self) -> bool {
        Arc::strong_count(&self.holders) > 1
    }
}

impl<T> Clone for Ticket<T> {
    fn clone(&self) -> Self {
        Self { flight: self.flight.clone(), outcome: Arc::clone(&self.outcome), holders: Arc::clone(&self.holders) }
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
    pending: Pending,
}

/// What the exchange waits for.
enum Pending {
    /// Nothing more: this came of the last step.
    Event(Event),
    /// The answer to a request.
    Answer(Call),
    /// A moment on the monotonic clock.
    Moment(Duration),
    /// The landing of another flight.
    Landing(Flight),
}

/// A request, and the HTTP call that has been started for it and is not answered yet.
struct Call {
    request: HttpRequest,
    repeat: Repeat,
    underway: Option<Underway>,
}

struct Underway {
    answer: PendingAnswer,
    /// The runtime that the call was started on: on no other can it be sure to end.
    runtime: Option<u64>,
}

/// The future of an HTTP call.
pub(crate) type PendingAnswer = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send>>;

/// What a pilot has to do next.
pub(crate) enum Duty {
    /// Send this and [note](Pilot::note) the answer. An async pilot goes on with the call that is [under way](Pilot::is_underway) instead.
    Send(Box<HttpRequest>, Repeat),
    /// Wait this long and note it.
    Wait(Duration),
    /// See this flight landed and note it.
    Join(Flight),
    /// Nothing: the flight has landed.
    Rest,
}

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
    /// What to do next. Asked again without a [note](Self::note) in between, by this pilot or the next, it says the same.
    pub(crate) fn duty(&mut self, moment: Moment) -> Duty {
        loop {
            let Some(hangar) = self.hangar.as_mut() else { return Duty::Rest };
            let event = match &mut hangar.pending {
                Pending::Answer(call) => return Duty::Send(Box::new(call.request.clone()), call.repeat),
                Pending::Landing(flight) => return Duty::Join(flight.clone()),
                Pending::Moment(end) if moment.monotonic < *end => return Duty::Wait(end.saturating_sub(moment.monotonic)),
                Pending::Moment(_) => Event::Waited,
                Pending::Event(event) => std::mem::replace(event, Event::Start),
            };
            hangar.pending = match hangar.exchange.resume(event, moment) {
                Step::Send { request, repeat } => Pending::Answer(Call { request, repeat, underway: None }),
                Step::Wait(duration) => Pending::Moment(moment.monotonic.saturating_add(duration)),
                Step::Join(flight) => Pending::Landing(flight),
                // What is shared is read, never signed: the exchange is told that it goes unanswered.
                Step::Sign(_) | Step::Assert(_) => Pending::Event(Event::Waited),
                Step::Done(_) => {
                    self.land();
                    return Duty::Rest;
                }
            };
        }
    }

    /// Notes what came of a duty.
    pub(crate) fn note(&mut self, event: Event) {
        if let Some(hangar) = &mut self.hangar {
            hangar.pending = Pending::Event(event);
        }
    }

    /// Notes, before a client is called that may panic, that the attempt failed; what comes of it is noted after.
    pub(crate) fn note_failed_attempt(&mut self) {
        self.note(Event::Answered(Err(abandoned())));
    }

    /// Gives up a call that another pilot started and that this one cannot finish: one that lives on another runtime than `runtime`, or
    /// any where this pilot has none for it. What may be sent again is sent again, all else is a failed attempt.
    pub(crate) fn give_up_foreign_call(&mut self, is_mine: impl FnOnce(Option<u64>) -> bool) {
        let Some(hangar) = &mut self.hangar else { return };
        if let Pending::Answer(call) = &mut hangar.pending
            && call.underway.take_if(|underway| !is_mine(underway.runtime)).is_some()
            && call.repeat != Repeat::Safe
        {
            self.note_failed_attempt();
        }
    }

    /// Whether the HTTP call has been started.
    pub(crate) fn is_underway(&self) -> bool {
        matches!(self.hangar.as_deref(), Some(Hangar { pending: Pending::Answer(Call { underway: Some(_), .. }), .. }))
    }

    /// Puts an HTTP call under way.
    pub(crate) fn start(&mut self, answer: PendingAnswer, runtime: Option<u64>) {
        if let Some(Hangar { pending: Pending::Answer(call), .. }) = self.hangar.as_deref_mut() {
            call.underway = Some(Underway { answer, runtime });
        }
    }

    /// Asks the HTTP call under way for its answer.
    pub(crate) fn poll_answer(&mut self, context: &mut Context<'_>) -> Poll<Result<HttpResponse, TransportError>> {
        let Some(hangar) = &mut self.hangar else { return Poll::Ready(Err(abandoned())) };
        // A client that panics leaves a failed attempt behind, not a future that panics whenever it is asked again.
        let pending = std::mem::replace(&mut hangar.pending, Pending::Event(Event::Answered(Err(abandoned()))));
        let Pending::Answer(Call { request, repeat, underway: Some(mut underway) }) = pending else { return Poll::Ready(Err(abandoned())) };
        let answer = underway.answer.as_mut().poll(context);
        if answer.is_pending() {
            hangar.pending = Pending::Answer(Call { request, repeat, underway: Some(underway) });
        }
        answer
    }

    fn land(&mut self) {
        self.hangar = None;
        *self.flight.state() = State::Landed;
        self.flight.0.landing.notify(usize::MAX);
    }
}

impl Drop for Pilot {
    fn drop(&mut self) {
        if let Some(hangar) = self.hangar.take() {
            *self.flight.state() = State::Waiting(hangar);
            // All, not one: the one might be a future that nobody polls.
            self.flight.0.landing.notify(usize::MAX);
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
