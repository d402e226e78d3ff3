//! The exchange itself: a resumable computation and the steps it yields.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use super::replay::StoreError;
use super::{AssertOrder, AssertionError, AwaitOrder, ClientAssertion, Port, RememberOrder, SharedFetch, SignOrder};
use crate::environment::{EntropyError, Environment};
use crate::error_kind::classify;
use crate::jose::SignerError;
use crate::transport::{HttpRequest, HttpResponse, Repeat, TransportError};

type Body<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// A protocol exchange as a value: yields a [`Step`], is resumed with an [`Event`].
///
/// Dropping it abandons the exchange; nothing goes on behind the caller's back.
pub struct Exchange<T, E> {
    body: Option<Body<T, E>>,
    port: Port,
}

/// What an exchange wants done next.
#[non_exhaustive]
pub enum Step<T, E> {
    /// Send this request and resume with [`Event::Answered`]. `repeat` says what may be sent again; the exchange itself decides on retries
    /// and then yields a freshly built request, so a driver sends each one once.
    Send {
        /// What to send.
        request: HttpRequest,
        /// What may be sent again after a failure.
        repeat: Repeat,
    },
    /// Have this signed by a key that lives elsewhere and resume with [`Event::Signed`].
    Sign(SignOrder),
    /// Have this client assertion made elsewhere and resume with [`Event::Asserted`].
    Assert(AssertOrder),
    /// Have this remembered by a replay store and resume with [`Event::Remembered`].
    Remember(RememberOrder),
    /// Have this awaited and resume with [`Event::Awaited`].
    Await(AwaitOrder),
    /// Wait this long and resume with [`Event::Waited`].
    Wait(Duration),
    /// See this flight landed, by leading it or by waiting for who does, and resume with [`Event::Joined`].
    Join(SharedFetch),
    /// The exchange is over.
    Done(Result<T, E>),
}

/// What came of a [`Step`].
#[non_exhaustive]
pub enum Event {
    /// Nothing yet: begins the exchange.
    Start,
    /// The answer to a [`Step::Send`], or why none came.
    Answered(Result<HttpResponse, TransportError>),
    /// The signature of a [`Step::Sign`].
    Signed(Result<Vec<u8>, SignerError>),
    /// The assertion of a [`Step::Assert`].
    Asserted(Result<ClientAssertion, AssertionError>),
    /// Whether what was to be remembered by a [`Step::Remember`] was not known before.
    Remembered(Result<bool, StoreError>),
    /// A [`Step::Await`] is over; its outcome is with the exchange already.
    Awaited,
    /// A [`Step::Wait`] is over.
    Waited,
    /// The flight of a [`Step::Join`] has landed.
    Joined,
}

/// Scheme, host, port and path of what is sent: never its query.
pub(crate) fn shown_address(uri: &http::Uri) -> String {
    let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", uri.scheme_str().unwrap_or_default(), uri.host().unwrap_or_default(), uri.path())
}

/// Method and address without its query: headers and body may hold secrets.
impl<T: fmt::Debug, E: fmt::Debug> fmt::Debug for Step<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send { request, repeat } => {
                let address = shown_address(request.uri());
                f.debug_struct("Send")
                    .field("method", request.method())
                    .field("address", &address)
                    .field("repeat", repeat)
                    .finish_non_exhaustive()
            }
            Self::Sign(order) => f.debug_tuple("Sign").field(order).finish(),
            Self::Assert(order) => f.debug_tuple("Assert").field(order).finish(),
            Self::Remember(order) => f.debug_tuple("Remember").field(order).finish(),
            Self::Await(order) => f.debug_tuple("Await").field(order).finish(),
            Self::Wait(duration) => f.debug_tuple("Wait").field(duration).finish(),
            Self::Join(flight) => f.debug_tuple("Join").field(flight).finish(),
            Self::Done(result) => f.debug_tuple("Done").field(result).finish(),
        }
    }
}

/// An answer shows its status and length alone.
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
            Self::Joined => f.write_str("Joined"),
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

/// An exchange was driven or built wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// It was resumed after it had said [`Step::Done`].
    #[error("the exchange was resumed after it was done")]
    Over,
    /// The driver did not answer the step it was asked to perform.
    #[error("the driver did not answer the step it was asked to perform")]
    Unanswered,
    /// Its body awaits something that is not a step of its port.
    #[error("the exchange awaits something that no driver performs")]
    Stuck,
    /// The shared fetch that it joined came to its end without an outcome, because what carried it out panicked.
    #[error("the shared fetch ended without an outcome")]
    Lost,
}

classify! { ExchangeError {
    Self::Over | Self::Unanswered | Self::Stuck | Self::Lost => "exchange" Configuration;
} }

impl<T, E: From<ExchangeError>> Exchange<T, E> {
    /// An exchange whose body runs over a [`Port`]. The body must await nothing but the port's own futures.
    pub fn new<B, F>(body: B) -> Self
    where
        B: FnOnce(Port) -> F,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let port = Port::new();
        Self { body: Some(Box::pin(body(port.clone()))), port }
    }

    /// Says that there is nothing to wait with: a failed attempt is then final, instead of being repeated after a wait. For drivers, before
    /// the first step.
    pub fn forbid_waiting(&mut self) {
        self.port.forbid_waiting();
    }

    /// Hands in what came of the last step ([`Event::Start`] at first) and takes the next one.
    ///
    /// An event that does not fit the last step reaches the exchange as a failed attempt; after [`Step::Done`] the answer is
    /// [`ExchangeError::Over`].
    pub fn resume(&mut self, event: Event, moment: Moment) -> Step<T, E> {
        // Taken out, so that a body that panicked is over instead of panicking whenever it is resumed.
        let Some(mut body) = self.body.take() else {
            return Step::Done(Err(ExchangeError::Over.into()));
        };
        self.port.deliver(event, moment);
        match body.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => Step::Done(result),
            Poll::Pending => match self.port.take_effect() {
                Some(effect) => {
                    self.body = Some(body);
                    effect.into_step()
                }
                None => Step::Done(Err(ExchangeError::Stuck.into())),
            },
        }
    }
}

impl<T, E> fmt::Debug for Exchange<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("over", &self.body.is_none()).finish_non_exhaustive()
    }
}

/// What a port asks of the driver; a [`Step`] without its end.
pub(super) enum Effect {
    Send { request: HttpRequest, repeat: Repeat },
    Sign(SignOrder),
    Assert(AssertOrder),
    Remember(RememberOrder),
    Await(AwaitOrder),
    Wait(Duration),
    Join(SharedFetch),
}

impl Effect {
    fn into_step<T, E>(self) -> Step<T, E> {
        match self {
            Self::Send { request, repeat } => Step::Send { request, repeat },
            Self::Sign(order) => Step::Sign(order),
            Self::Assert(order) => Step::Assert(order),
            Self::Remember(order) => Step::Remember(order),
            Self::Await(order) => Step::Await(order),
            Self::Wait(duration) => Step::Wait(duration),
            Self::Join(flight) => Step::Join(flight),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::TransportErrorKind;
    use bytes::Bytes;

    fn moment(random: u8) -> Moment {
        Moment { now: SystemTime::UNIX_EPOCH, monotonic: Duration::ZERO, random: [random; 32] }
    }

    fn request() -> HttpRequest {
        http::Request::get("https://server/").body(Bytes::new()).unwrap()
    }

    #[test]
    fn a_send_is_answered_and_the_exchange_ends() {
        let mut exchange: Exchange<u16, ExchangeError> = Exchange::new(|port: Port| async move {
            let answer = port.send(request(), Repeat::Safe).await;
            Ok(answer.map_or(0, |response| response.status().as_u16()))
        });
        assert!(matches!(exchange.resume(Event::Start, moment(0)), Step::Send { repeat: Repeat::Safe, .. }));
        let answer = Ok(http::Response::new(Bytes::new()));
        assert!(matches!(exchange.resume(Event::Answered(answer), moment(0)), Step::Done(Ok(200))));
        assert!(matches!(exchange.resume(Event::Waited, moment(0)), Step::Done(Err(ExchangeError::Over))));
    }

    #[test]
    fn an_event_that_does_not_fit_is_a_failed_attempt() {
        let mut exchange: Exchange<TransportErrorKind, ExchangeError> = Exchange::new(|port: Port| async move {
            let answer = port.send(request(), Repeat::Never).await;
            Ok(answer.unwrap_err().kind())
        });
        exchange.resume(Event::Start, moment(0));
        assert!(matches!(exchange.resume(Event::Waited, moment(0)), Step::Done(Ok(TransportErrorKind::Configuration))));
    }

    #[test]
    fn a_foreign_await_is_reported_not_waited_for() {
        let mut exchange: Exchange<(), ExchangeError> = Exchange::new(|_port| async {
            std::future::pending::<()>().await;
            Ok(())
        });
        assert!(matches!(exchange.resume(Event::Start, moment(0)), Step::Done(Err(ExchangeError::Stuck))));
    }

    #[test]
    fn random_bytes_follow_from_the_moment_and_never_repeat_within_it() {
        let draw = |seed| {
            let mut exchange: Exchange<([u8; 16], [u8; 16]), ExchangeError> =
                Exchange::new(|port: Port| async move { Ok((port.random(), port.random())) });
            match exchange.resume(Event::Start, moment(seed)) {
                Step::Done(Ok(pair)) => pair,
                step => panic!("{step:?}"),
            }
        };
        let (first, second) = draw(1);
        assert_ne!(first, second);
        assert_eq!(draw(1), (first, second));
        assert_ne!(draw(2).0, first);
    }

    #[test]
    fn a_body_that_panicked_is_over() {
        let mut exchange: Exchange<(), ExchangeError> = Exchange::new(|_port| async { panic!("as the test wants it") });
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(exchange.resume(Event::Start, moment(0)))));
        assert!(panicked.is_err());
        assert!(matches!(exchange.resume(Event::Waited, moment(0)), Step::Done(Err(ExchangeError::Over))));
    }
}
