//! The exchange itself: a computation that is resumed with an event and yields its next step.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use super::error::ExchangeError;
use super::event::{Event, Moment};
use super::port::Port;
use super::step::{Effect, Step};

type Body<T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send>>;

/// A protocol exchange as a value: yields a [`Step`], is resumed with an [`Event`].
///
/// Dropping it abandons the exchange; nothing goes on behind the caller's back.
pub struct Exchange<T, E> {
    body: Option<Body<T, E>>,
    port: Port,
}

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

    /// Says that the driver cannot await a future of the caller's: what depends on one fails before anything is sent. For blocking drivers,
    /// before the first step.
    pub fn forbid_awaiting(&mut self) {
        self.port.forbid_awaiting();
    }

    /// Hands in what came of the last step ([`Event::Start`] at first) and takes the next one.
    ///
    /// An event that does not fit the last step reaches the exchange as a failed attempt; after [`Step::Done`] the response is
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

impl Port {
    /// Carries out another exchange as part of this one: its steps are this exchange's own, so any request can stand inside a longer flow.
    ///
    /// # Errors
    /// What the other exchange ends with.
    ///
    /// # Example
    /// ```
    /// use identity_model::environment::Environment;
    /// use identity_model::exchange::{Event, Exchange, ExchangeError, Moment, Port, Step};
    /// use std::time::Duration;
    ///
    /// let pause = || {
    ///     Exchange::<_, ExchangeError>::new(|port: Port| async move {
    ///         port.wait(Duration::from_secs(5)).await;
    ///         Ok(5)
    ///     })
    /// };
    /// let mut both: Exchange<i32, ExchangeError> = Exchange::new(move |port: Port| async move { Ok(port.perform(pause()).await? + 1) });
    /// let environment = Environment::system();
    /// assert!(matches!(both.resume(Event::Start, Moment::of(&environment)?), Step::Wait(_)));
    /// assert!(matches!(both.resume(Event::Waited, Moment::of(&environment)?), Step::Done(Ok(6))));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn perform<T, E: From<ExchangeError>>(&self, mut exchange: Exchange<T, E>) -> Result<T, E> {
        if !self.can_wait() {
            exchange.forbid_waiting();
        }
        if !self.can_await() {
            exchange.forbid_awaiting();
        }
        let mut event = Event::Start;
        loop {
            let effect = match exchange.resume(event, self.moment()) {
                Step::Send { request, repeat } => Effect::Send { request, repeat },
                Step::Sign(order) => Effect::Sign(order),
                Step::Assert(order) => Effect::Assert(order),
                Step::Remember(order) => Effect::Remember(order),
                Step::Await(order) => Effect::Await(order),
                Step::Wait(duration) => Effect::Wait(duration),
                Step::Join(fetch) => Effect::Join(fetch),
                Step::Done(result) => return result,
            };
            event = self.ask(effect).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::TransportErrorKind;
    use crate::transport::{HttpRequest, Repeat};
    use bytes::Bytes;
    use std::time::{Duration, SystemTime};

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

    fn draw() -> Exchange<[u8; 32], ExchangeError> {
        Exchange::new(|port: Port| async move { Ok(port.random()) })
    }

    #[test]
    fn an_exchange_inside_another_draws_random_bytes_of_its_own() {
        let mut outer: Exchange<Vec<[u8; 32]>, ExchangeError> = Exchange::new(|port: Port| async move {
            let own = port.random();
            Ok(vec![own, port.perform(draw()).await?, port.perform(draw()).await?, port.random()])
        });
        let moment = Moment { now: SystemTime::UNIX_EPOCH, monotonic: Duration::ZERO, random: [7; 32] };
        let Step::Done(Ok(mut draws)) = outer.resume(Event::Start, moment) else { panic!("it asks for nothing") };
        draws.sort_unstable();
        draws.dedup();
        assert_eq!(draws.len(), 4);
    }

    #[test]
    fn what_does_not_fit_the_step_of_the_inner_exchange_is_its_failed_attempt() {
        let inner = || {
            Exchange::<bool, ExchangeError>::new(|port: Port| async move {
                let request = http::Request::get("https://server/").body(bytes::Bytes::new()).unwrap();
                Ok(port.send(request, Repeat::Never).await.is_err())
            })
        };
        let mut outer: Exchange<bool, ExchangeError> = Exchange::new(move |port: Port| async move { port.perform(inner()).await });
        let moment = Moment { now: SystemTime::UNIX_EPOCH, monotonic: Duration::ZERO, random: [7; 32] };
        assert!(matches!(outer.resume(Event::Start, moment), Step::Send { repeat: Repeat::Never, .. }));
        assert!(matches!(outer.resume(Event::Waited, moment), Step::Done(Ok(true))));
    }
}
