//! The pilot of a flight: leads its exchange from step to step and hands over at any of them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::SharedFetch;
use super::resume::{Event, Exchange, ExchangeError, Moment, Step};
use crate::transport::{HttpRequest, HttpResponse, Repeat, TransportError, TransportErrorKind};

/// Leads a flight. Dropped before the landing, it hands over to the next caller, the HTTP call under way included.
pub struct FetchDriver {
    flight: SharedFetch,
    hangar: Option<Box<Progress>>,
}

/// The exchange between two pilots.
pub(super) struct Progress {
    exchange: Exchange<(), ExchangeError>,
    pending: Pending,
}

impl Progress {
    pub(super) fn of(exchange: Exchange<(), ExchangeError>) -> Self {
        Self { exchange, pending: Pending::Event(Event::Start) }
    }
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
    Landing(SharedFetch),
}

/// A request, and the HTTP call that has been started for it and is not answered yet.
struct Call {
    request: HttpRequest,
    repeat: Repeat,
    underway: Option<InProgress>,
}

struct InProgress {
    answer: PendingAnswer,
    /// The runtime that the call was started on: on no other can it be sure to end.
    runtime: Option<u64>,
}

/// The future of an HTTP call.
pub(crate) type PendingAnswer = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send>>;

/// What a pilot has to do next.
pub(crate) enum NextAction {
    /// Send this and [note](FetchDriver::note) the answer. An async pilot goes on with the call that is [under way](FetchDriver::is_underway) instead.
    Send(Box<HttpRequest>, Repeat),
    /// Wait this long and note it.
    Wait(Duration),
    /// See this flight landed and note it.
    Join(SharedFetch),
    /// Nothing: the flight has landed.
    Rest,
}

impl FetchDriver {
    pub(super) fn of(flight: SharedFetch, hangar: Box<Progress>) -> Self {
        Self { flight, hangar: Some(hangar) }
    }

    /// What to do next. Asked again without a [note](Self::note) in between, by this pilot or the next, it says the same.
    pub(crate) fn duty(&mut self, moment: Moment) -> NextAction {
        loop {
            let Some(hangar) = self.hangar.as_mut() else { return NextAction::Rest };
            let event = match &mut hangar.pending {
                Pending::Answer(call) => return NextAction::Send(Box::new(call.request.clone()), call.repeat),
                Pending::Landing(flight) => return NextAction::Join(flight.clone()),
                Pending::Moment(end) if moment.monotonic < *end => return NextAction::Wait(end.saturating_sub(moment.monotonic)),
                Pending::Moment(_) => Event::Waited,
                Pending::Event(event) => std::mem::replace(event, Event::Start),
            };
            hangar.pending = match hangar.exchange.resume(event, moment) {
                Step::Send { request, repeat } => Pending::Answer(Call { request, repeat, underway: None }),
                Step::Wait(duration) => Pending::Moment(moment.monotonic.saturating_add(duration)),
                Step::Join(flight) => Pending::Landing(flight),
                // What is shared is read, never signed, spent or judged: the exchange is told that it goes unanswered.
                Step::Sign(_) | Step::Assert(_) | Step::Remember(_) | Step::Await(_) => Pending::Event(Event::Waited),
                Step::Done(_) => {
                    self.land();
                    return NextAction::Rest;
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

    /// Gives up a call that another pilot started and that this one cannot finish, told by the runtime that the call was started on. What may be
    /// sent again is sent again, all else is a failed attempt.
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
        matches!(self.hangar.as_deref(), Some(Progress { pending: Pending::Answer(Call { underway: Some(_), .. }), .. }))
    }

    /// Puts an HTTP call under way.
    pub(crate) fn start(&mut self, answer: PendingAnswer, runtime: Option<u64>) {
        if let Some(Progress { pending: Pending::Answer(call), .. }) = self.hangar.as_deref_mut() {
            call.underway = Some(InProgress { answer, runtime });
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
        self.flight.land();
    }
}

impl Drop for FetchDriver {
    fn drop(&mut self) {
        if let Some(hangar) = self.hangar.take() {
            self.flight.hand_over(hangar);
        }
    }
}

impl fmt::Debug for FetchDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchDriver").finish_non_exhaustive()
    }
}

fn abandoned() -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, "the caller that led the fetch went away before the answer came")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::{FetchHandle, Port, Role};
    use crate::transport::HttpClients;
    use bytes::Bytes;
    use std::time::SystemTime;

    fn moment(seconds: u64) -> Moment {
        Moment { now: SystemTime::UNIX_EPOCH, monotonic: Duration::from_secs(seconds), random: [0; 32] }
    }

    /// A flight that sends one request and ends with the kind of its failure.
    fn flight(repeat: Repeat) -> FetchHandle<Option<TransportErrorKind>> {
        FetchHandle::new(HttpClients::default(), move |port: Port| async move {
            let request = http::Request::get("https://server/").body(Bytes::new()).unwrap();
            port.send(request, repeat).await.err().map(|error| error.kind())
        })
    }

    fn lead<T>(ticket: &FetchHandle<T>) -> FetchDriver {
        match ticket.flight().board() {
            Role::Lead(pilot) => pilot,
            other => panic!("{other:?}"),
        }
    }

    /// A pilot that started a call on runtime 1 and left.
    fn leave_a_call<T>(ticket: &FetchHandle<T>) {
        let mut pilot = lead(ticket);
        assert!(matches!(pilot.duty(moment(0)), NextAction::Send(..)));
        pilot.start(Box::pin(std::future::pending()), Some(1));
    }

    #[test]
    fn a_call_is_gone_on_with_where_it_lives() {
        let ticket = flight(Repeat::IfUnsent);
        leave_a_call(&ticket);
        let mut pilot = lead(&ticket);
        pilot.give_up_foreign_call(|runtime| runtime == Some(1));
        assert!(pilot.is_underway());
    }

    #[test]
    fn elsewhere_a_safe_request_is_sent_again_and_any_other_has_failed() {
        let ticket = flight(Repeat::Safe);
        leave_a_call(&ticket);
        let mut pilot = lead(&ticket);
        pilot.give_up_foreign_call(|runtime| runtime == Some(2));
        assert!(!pilot.is_underway());
        assert!(matches!(pilot.duty(moment(0)), NextAction::Send(..)));

        for repeat in [Repeat::IfUnsent, Repeat::Never] {
            let ticket = flight(repeat);
            leave_a_call(&ticket);
            let mut pilot = lead(&ticket);
            pilot.give_up_foreign_call(|_| false);
            assert!(matches!(pilot.duty(moment(0)), NextAction::Rest));
            assert_eq!(ticket.outcome(), Some(Some(TransportErrorKind::Interrupted)));
        }
    }

    #[test]
    fn the_next_pilot_waits_for_the_rest_of_a_wait() {
        let ticket: FetchHandle<()> =
            FetchHandle::new(HttpClients::default(), |port: Port| async move { port.wait(Duration::from_secs(5)).await });
        assert!(matches!(lead(&ticket).duty(moment(10)), NextAction::Wait(left) if left == Duration::from_secs(5)));
        assert!(matches!(lead(&ticket).duty(moment(12)), NextAction::Wait(left) if left == Duration::from_secs(3)));
        assert!(matches!(lead(&ticket).duty(moment(15)), NextAction::Rest));
        assert_eq!(ticket.outcome(), Some(()));
    }

    #[test]
    fn the_next_pilot_joins_the_same_flight() {
        let inner = flight(Repeat::Safe);
        let other = inner.clone();
        let outer: FetchHandle<bool> = FetchHandle::new(HttpClients::default(), |port: Port| async move {
            port.join(&other).await == Some(Some(TransportErrorKind::Timeout))
        });
        for _ in 0..3 {
            assert!(matches!(lead(&outer).duty(moment(0)), NextAction::Join(_)));
        }
        let mut pilot = lead(&inner);
        pilot.duty(moment(0));
        pilot.note(Event::Answered(Err(TransportError::new(TransportErrorKind::Timeout, "late"))));
        assert!(matches!(pilot.duty(moment(0)), NextAction::Rest));
        let mut pilot = lead(&outer);
        assert!(matches!(pilot.duty(moment(0)), NextAction::Join(_)));
        pilot.note(Event::Joined);
        assert!(matches!(pilot.duty(moment(0)), NextAction::Rest));
        assert_eq!(outer.outcome(), Some(true));
    }
}
