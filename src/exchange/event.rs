//! What a driver hands in: the outcome of a step, and the moment at which it came.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::drive_error::DriveError;
use super::remote::{AssertionError, ClientAssertion};
use super::replay::StoreError;
use crate::environment::{EntropyError, Environment};
use crate::jose::SignerError;
use crate::transport::{HttpResponse, TransportError};

/// What came of a [`Step`](super::Step).
#[non_exhaustive]
pub enum Event {
    /// Nothing yet: begins the exchange.
    Start,
    /// The response to a [`Step::Send`](super::Step::Send), or why none came.
    Answered(Result<HttpResponse, TransportError>),
    /// The signature of a [`Step::Sign`](super::Step::Sign).
    Signed(Result<Vec<u8>, SignerError>),
    /// The assertion of a [`Step::Assert`](super::Step::Assert).
    Asserted(Result<ClientAssertion, AssertionError>),
    /// Whether what was to be remembered by a [`Step::Remember`](super::Step::Remember) was not known before.
    Remembered(Result<bool, StoreError>),
    /// A [`Step::Await`](super::Step::Await) is over; its outcome is with the exchange already.
    Awaited,
    /// A [`Step::Wait`](super::Step::Wait) is over.
    Waited,
    /// The fetch of a [`Step::Join`](super::Step::Join) is complete, or why the driver could not perform it.
    Joined(Result<(), DriveError>),
}

/// A response shows its status and length alone.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("Start"),
            Self::Answered(Ok(answer)) => {
                let (status, length) = (answer.status().as_u16(), answer.body().len());
                f.debug_struct("Answered").field("status", &status).field("length", &length).finish_non_exhaustive()
            }
            Self::Answered(Err(error)) => f.debug_tuple("Answered").field(error).finish(),
            Self::Signed(outcome) => f.debug_tuple("Signed").field(&outcome.as_ref().map(Vec::len)).finish(),
            Self::Asserted(outcome) => f.debug_tuple("Asserted").field(outcome).finish(),
            Self::Remembered(outcome) => f.debug_tuple("Remembered").field(outcome).finish(),
            Self::Awaited => f.write_str("Awaited"),
            Self::Waited => f.write_str("Waited"),
            Self::Joined(outcome) => f.debug_tuple("Joined").field(outcome).finish(),
        }
    }
}

/// The time and fresh random bytes, handed in with every event.
#[derive(Clone, Copy)]
pub struct Moment {
    /// The time of day.
    pub now: SystemTime,
    /// Monotonic time since an arbitrary start.
    pub monotonic: Duration,
    /// 32 random bytes, fit for secrets: fresh for each exchange, and the same or others at its later events. No two exchanges share them.
    pub random: [u8; 32],
}

impl Moment {
    /// The present moment of an environment.
    ///
    /// # Errors
    /// [`EntropyError`] where the environment has no random bytes to give.
    pub fn of(environment: &Environment) -> Result<Self, EntropyError> {
        let mut random = [0; 32];
        environment.entropy().fill(&mut random)?;
        Ok(Self { now: environment.clock().now(), monotonic: environment.clock().monotonic(), random })
    }

    /// The present moment, with the random bytes of this one: for a later event of the same exchange.
    #[must_use]
    pub fn later(self, environment: &Environment) -> Self {
        Self { now: environment.clock().now(), monotonic: environment.clock().monotonic(), random: self.random }
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Moment").field("now", &self.now).field("monotonic", &self.monotonic).finish_non_exhaustive()
    }
}
