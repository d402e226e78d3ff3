//! Single flight: one computation for many callers, of whom one at a time leads and the others wait.
//!
//! The computation lives here, not in its leader. What a leader does not finish goes back and the next caller goes on with it.
//!
//! ```text
//!              take_turn: Lead            complete
//!     ┌──────┐ ───────────────► ┌───────┐ ───────────────► ┌──────────┐
//!     │ Idle │                  │  Led  │                  │ Complete │
//!     └──────┘ ◄─────────────── └───────┘                  └──────────┘
//!         ▲        release          │ abandon                    ▲
//!         │                         ▼                            │
//!         │        release    ┌───────────┐       complete       │
//!         └────────────────── │ Abandoned │ ─────────────────────┘
//!                             └───────────┘
//! ```
//!
//! `take_turn` says `Wait` while it is led, `Done` once it is complete. Abandoned means that the leader still holds the computation and no
//! caller waits for it any more: to all but the leader that is `Done` too, without an outcome.

use std::sync::{Mutex, MutexGuard, PoisonError};

use event_listener::{Event as Completion, EventListener};

/// A computation `P` that callers lead in turn.
pub(super) struct SingleFlight<P> {
    state: Mutex<State<P>>,
    /// Notified at every change that a waiting caller has to see.
    changed: Completion,
}

enum State<P> {
    Idle(P),
    Led,
    Abandoned,
    Complete,
}

/// What a caller is to do.
pub(super) enum Turn<P> {
    /// Go on with the computation, then [`SingleFlight::complete`] or [`SingleFlight::release`] it.
    Lead(P),
    /// Wait for the change, then take another turn.
    Wait(EventListener),
    /// Nothing: it is complete, or given up.
    Done,
}

impl<P> SingleFlight<P> {
    pub(super) fn new(computation: P) -> Self {
        Self { state: Mutex::new(State::Idle(computation)), changed: Completion::new() }
    }

    pub(super) fn take_turn(&self) -> Turn<P> {
        // The listener is registered before the state is read: a change in between wakes it.
        let listener = self.changed.listen();
        let mut state = self.state();
        match std::mem::replace(&mut *state, State::Led) {
            State::Idle(computation) => Turn::Lead(computation),
            State::Led => Turn::Wait(listener),
            over @ (State::Abandoned | State::Complete) => {
                *state = over;
                Turn::Done
            }
        }
    }

    /// The computation has ended.
    pub(super) fn complete(&self) {
        self.change(|_| State::Complete);
    }

    /// The leader leaves: the next caller may lead.
    pub(super) fn release(&self, computation: P) {
        self.change(|_| State::Idle(computation));
    }

    /// Sends away who waits for a leader that has stopped. Without a leader nothing changes.
    pub(super) fn abandon(&self) {
        self.change(|state| if matches!(state, State::Led) { State::Abandoned } else { state });
    }

    pub(super) fn is_complete(&self) -> bool {
        matches!(*self.state(), State::Complete)
    }

    pub(super) fn is_led(&self) -> bool {
        matches!(*self.state(), State::Led)
    }

    pub(super) fn is_abandoned(&self) -> bool {
        matches!(*self.state(), State::Abandoned)
    }

    fn change(&self, next: impl FnOnce(State<P>) -> State<P>) {
        let mut state = self.state();
        let before = std::mem::replace(&mut *state, State::Complete);
        *state = next(before);
        drop(state);
        // All, not one: the one that is woken might be a future that is never polled again, and the others would wait for it.
        self.changed.notify(usize::MAX);
    }

    fn state(&self) -> MutexGuard<'_, State<P>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn listener(flight: &SingleFlight<u8>) -> EventListener {
        match flight.take_turn() {
            Turn::Wait(listener) => listener,
            _ => panic!("it is led"),
        }
    }

    fn is_awake(listener: &mut EventListener) -> bool {
        pin!(listener).poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    #[test]
    fn every_change_wakes_every_waiting_caller() {
        for change in [SingleFlight::complete, |flight: &SingleFlight<u8>| flight.release(1), SingleFlight::abandon] {
            let flight = SingleFlight::new(0);
            assert!(matches!(flight.take_turn(), Turn::Lead(0)));
            let mut waiting: Vec<EventListener> = (0..5).map(|_| listener(&flight)).collect();
            assert!(!waiting.iter_mut().any(is_awake));
            change(&flight);
            assert!(waiting.iter_mut().all(is_awake));
        }
    }

    #[test]
    fn an_abandoned_computation_goes_on_once_its_leader_lets_go() {
        let flight = SingleFlight::new(0);
        flight.abandon();
        assert!(matches!(flight.take_turn(), Turn::Lead(0)), "without a leader there is nothing to give up");
        flight.abandon();
        assert!(matches!(flight.take_turn(), Turn::Done));
        flight.release(1);
        assert!(matches!(flight.take_turn(), Turn::Lead(1)));
        flight.complete();
        flight.abandon();
        assert!(flight.is_complete());
    }
}
