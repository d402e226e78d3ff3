//! The leader of a shared fetch: performs its exchange step by step and may leave at any of them.
//!
//! What makes it hard is that a leader can be dropped at any `await`. So nothing of the fetch lives in the leader: before it waits for
//! something, what it waits for is noted in the fetch ([`Pending`]), and the next leader is told to do the very same.
//!
//! ```text
//!               next_action                            note(event)
//!   Event ───────────────────► Response | Moment | Fetch ────────────► Event ──► …
//!     │    resume the exchange    │           (leader dropped here: the next
//!     │                           └────────── leader gets the same action again)
//!     └── the exchange is done: complete
//! ```
//!
//! An HTTP call that was started is kept beside its request, so that the next async leader awaits the same call instead of sending a second
//! request. Such a call can end only on the runtime that it was started on (its socket is registered there): a leader elsewhere drops it and
//! sends a request that is safe to repeat again; any other counts as a failed attempt, because the server may have processed it.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use event_listener::{EventListener, Listener};

use super::event::{Event, Moment};
use super::shared_fetch::{Call, InProgress, NextAction, Pending, PendingResponse, Progress, SharedFetch};
use super::single_flight::Turn;
use crate::transport::{HttpResponse, Repeat, TransportError, TransportErrorKind};

/// What a caller is to a [`SharedFetch`].
pub enum Role {
    /// It leads the fetch: perform what the driver asks for.
    Leader(FetchDriver),
    /// Another caller leads it: wait for that, then ask for the role again.
    Waiter(FetchCompletion),
    /// The fetch is complete.
    Done,
}

/// Leads a [`SharedFetch`]. Dropped before the fetch is complete, it leaves it to the next caller, an HTTP call in progress included.
pub struct FetchDriver {
    fetch: SharedFetch,
    progress: Option<Box<Progress>>,
}

/// Becomes ready when the fetch is complete or its leader has left; await it, or [block](Self::wait_blocking) on it.
pub struct FetchCompletion {
    fetch: SharedFetch,
    listener: EventListener,
}

impl SharedFetch {
    /// What the caller is to this fetch: its leader where it has none, else one of those who wait.
    pub fn role(&self) -> Role {
        match self.flight().take_turn() {
            Turn::Lead(progress) => Role::Leader(FetchDriver { fetch: self.clone(), progress: Some(progress) }),
            Turn::Wait(listener) => Role::Waiter(FetchCompletion { fetch: self.clone(), listener }),
            Turn::Done => Role::Done,
        }
    }
}

impl FetchDriver {
    /// What to do next. Asked again without a [note](Self::note) in between, by this leader or the next, it says the same.
    pub fn next_action(&mut self, moment: Moment) -> NextAction {
        loop {
            let Some(progress) = self.progress.as_mut() else { return NextAction::Done };
            let event = match &mut progress.pending {
                Pending::Response(call) => return NextAction::Send { request: Box::new(call.request.clone()), repeat: call.repeat },
                Pending::Fetch(fetch) => return NextAction::Join(fetch.clone()),
                Pending::Moment(end) if moment.monotonic < *end => return NextAction::Wait(end.saturating_sub(moment.monotonic)),
                Pending::Moment(_) => Event::Waited,
                Pending::Event(event) => std::mem::replace(event, Event::Start),
            };
            progress.pending = match (progress.resume)(event, moment) {
                NextAction::Send { request, repeat } => Pending::Response(Call { request: *request, repeat, in_progress: None }),
                NextAction::Wait(duration) => Pending::Moment(moment.monotonic.saturating_add(duration)),
                NextAction::Join(fetch) => Pending::Fetch(fetch),
                NextAction::Done => {
                    self.progress = None;
                    self.fetch.flight().complete();
                    return NextAction::Done;
                }
            };
        }
    }

    /// Notes what came of the last action.
    pub fn note(&mut self, event: Event) {
        if let Some(progress) = &mut self.progress {
            progress.pending = Pending::Event(event);
        }
    }

    /// Notes, before a client is called that may panic, that the attempt failed; what comes of it is noted after.
    pub(crate) fn note_failed_attempt(&mut self) {
        self.note(Event::Answered(Err(interrupted())));
    }

    /// Drops a call that another leader started and that this one cannot finish, told by the runtime that it was started on.
    pub(crate) fn drop_foreign_call(&mut self, is_mine: impl FnOnce(Option<u64>) -> bool) {
        let Some(progress) = &mut self.progress else { return };
        if let Pending::Response(call) = &mut progress.pending
            && call.in_progress.take_if(|in_progress| !is_mine(in_progress.runtime)).is_some()
            && call.repeat != Repeat::Safe
        {
            self.note_failed_attempt();
        }
    }

    /// Whether the HTTP call of the current action was started.
    pub(crate) fn is_call_in_progress(&self) -> bool {
        matches!(self.progress.as_deref(), Some(Progress { pending: Pending::Response(Call { in_progress: Some(_), .. }), .. }))
    }

    /// Keeps an HTTP call that was started for the current action.
    pub(crate) fn keep_call(&mut self, response: PendingResponse, runtime: Option<u64>) {
        if let Some(Progress { pending: Pending::Response(call), .. }) = self.progress.as_deref_mut() {
            call.in_progress = Some(InProgress { response, runtime });
        }
    }

    /// Polls the HTTP call in progress.
    pub(crate) fn poll_call(&mut self, context: &mut Context<'_>) -> Poll<Result<HttpResponse, TransportError>> {
        let Some(progress) = &mut self.progress else { return Poll::Ready(Err(interrupted())) };
        // Replaced before the client is polled: one that panics leaves a failed attempt behind, not a future that panics at every poll.
        let pending = std::mem::replace(&mut progress.pending, Pending::Event(Event::Answered(Err(interrupted()))));
        let Pending::Response(Call { request, repeat, in_progress: Some(mut in_progress) }) = pending else {
            return Poll::Ready(Err(interrupted()));
        };
        let response = in_progress.response.as_mut().poll(context);
        if response.is_pending() {
            progress.pending = Pending::Response(Call { request, repeat, in_progress: Some(in_progress) });
        }
        response
    }
}

impl Drop for FetchDriver {
    fn drop(&mut self) {
        if let Some(progress) = self.progress.take() {
            self.fetch.flight().release(progress);
        }
    }
}

impl FetchCompletion {
    /// Blocks the thread until the fetch is complete or its leader has left. A leader that has brought nothing within the time limit of the
    /// fetch is given up: the fetch is then over for all who wait for it.
    pub fn wait_blocking(self) {
        if self.listener.wait_timeout(self.fetch.time_left()).is_none() {
            self.fetch.abandon();
        }
    }

    /// How long an async driver waits before it gives the leader up.
    pub(crate) fn time_left(&self) -> Duration {
        self.fetch.time_left()
    }
}

impl Future for FetchCompletion {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.listener).poll(context)
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Leader(_) => "Leader",
            Self::Waiter(_) => "Waiter",
            Self::Done => "Done",
        })
    }
}

impl fmt::Debug for FetchDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchDriver").finish_non_exhaustive()
    }
}

impl fmt::Debug for FetchCompletion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchCompletion").finish_non_exhaustive()
    }
}

fn interrupted() -> TransportError {
    TransportError::new(TransportErrorKind::Interrupted, "the caller that led the fetch went away before the response came")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::Environment;
    use crate::exchange::{FetchHandle, Port, Role};
    use crate::transport::HttpClients;
    use bytes::Bytes;
    use std::time::SystemTime;

    fn moment(seconds: u64) -> Moment {
        Moment { now: SystemTime::UNIX_EPOCH, monotonic: Duration::from_secs(seconds), random: [0; 32] }
    }

    /// A fetch that sends one request and ends with the kind of its failure.
    fn fetch(repeat: Repeat) -> FetchHandle<Option<TransportErrorKind>> {
        FetchHandle::new(HttpClients::default(), Environment::system(), Duration::from_secs(60), move |port: Port| async move {
            let request = http::Request::get("https://server/").body(Bytes::new()).unwrap();
            port.send(request, repeat).await.err().map(|error| error.kind())
        })
    }

    fn lead<T>(handle: &FetchHandle<T>) -> FetchDriver {
        match handle.fetch().role() {
            Role::Leader(driver) => driver,
            other => panic!("{other:?}"),
        }
    }

    /// A driver that started a call on runtime 1 and left.
    fn leave_a_call<T>(handle: &FetchHandle<T>) {
        let mut driver = lead(handle);
        assert!(matches!(driver.next_action(moment(0)), NextAction::Send { .. }));
        driver.keep_call(Box::pin(std::future::pending()), Some(1));
    }

    #[test]
    fn a_call_is_gone_on_with_where_it_lives() {
        let handle = fetch(Repeat::IfUnsent);
        leave_a_call(&handle);
        let mut driver = lead(&handle);
        driver.drop_foreign_call(|runtime| runtime == Some(1));
        assert!(driver.is_call_in_progress());
    }

    #[test]
    fn elsewhere_a_safe_request_is_sent_again_and_any_other_has_failed() {
        let handle = fetch(Repeat::Safe);
        leave_a_call(&handle);
        let mut driver = lead(&handle);
        driver.drop_foreign_call(|runtime| runtime == Some(2));
        assert!(!driver.is_call_in_progress());
        assert!(matches!(driver.next_action(moment(0)), NextAction::Send { .. }));

        for repeat in [Repeat::IfUnsent, Repeat::Never] {
            let handle = fetch(repeat);
            leave_a_call(&handle);
            let mut driver = lead(&handle);
            driver.drop_foreign_call(|_| false);
            assert!(matches!(driver.next_action(moment(0)), NextAction::Done));
            assert_eq!(handle.outcome(), Some(Some(TransportErrorKind::Interrupted)));
        }
    }

    #[test]
    fn the_next_driver_waits_for_the_rest_of_a_wait() {
        let handle: FetchHandle<()> =
            FetchHandle::new(HttpClients::default(), Environment::system(), Duration::from_secs(60), |port: Port| async move {
                port.wait(Duration::from_secs(5)).await
            });
        assert!(matches!(lead(&handle).next_action(moment(10)), NextAction::Wait(left) if left == Duration::from_secs(5)));
        assert!(matches!(lead(&handle).next_action(moment(12)), NextAction::Wait(left) if left == Duration::from_secs(3)));
        assert!(matches!(lead(&handle).next_action(moment(15)), NextAction::Done));
        assert_eq!(handle.outcome(), Some(()));
    }

    #[test]
    fn the_next_driver_joins_the_same_fetch() {
        let inner = fetch(Repeat::Safe);
        let other = inner.clone();
        let outer: FetchHandle<bool> =
            FetchHandle::new(HttpClients::default(), Environment::system(), Duration::from_secs(60), |port: Port| async move {
                port.join(&other).await == Ok(Some(Some(TransportErrorKind::Timeout)))
            });
        for _ in 0..3 {
            assert!(matches!(lead(&outer).next_action(moment(0)), NextAction::Join(_)));
        }
        let mut driver = lead(&inner);
        driver.next_action(moment(0));
        driver.note(Event::Answered(Err(TransportError::new(TransportErrorKind::Timeout, "late"))));
        assert!(matches!(driver.next_action(moment(0)), NextAction::Done));
        let mut driver = lead(&outer);
        assert!(matches!(driver.next_action(moment(0)), NextAction::Join(_)));
        driver.note(Event::Joined(Ok(())));
        assert!(matches!(driver.next_action(moment(0)), NextAction::Done));
        assert_eq!(outer.outcome(), Some(true));
    }
}
