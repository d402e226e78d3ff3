//! The inside of an exchange: what its body may ask for.

use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::replay::{ReplayGuard, ReplayKey, StoreError};
use super::resume::{Effect, Event, Exchange, ExchangeError, Moment, Step};
use super::{
    AssertOrder, AssertionError, AssertionRequest, AssertionSource, AwaitOrder, ClientAssertion, FetchHandle, RememberOrder, SharedFetch,
    SigningKeySource,
};
use crate::jose::SignerError;
use crate::transport::{HttpRequest, HttpResponse, Repeat, TransportError, TransportErrorKind};

/// The handle through which the body of an exchange asks for I/O, time and random bytes. Clones are the same port.
///
/// One request at a time: the futures of a port must be awaited one after the other.
#[derive(Clone)]
pub struct Port {
    mailbox: Arc<Mutex<Mailbox>>,
}

struct Mailbox {
    effect: Option<Effect>,
    event: Option<Event>,
    moment: Moment,
    draws: u64,
    can_wait: bool,
}

impl Port {
    pub(super) fn new() -> Self {
        let moment = Moment { now: SystemTime::UNIX_EPOCH, monotonic: Duration::ZERO, random: [0; 32] };
        Self { mailbox: Arc::new(Mutex::new(Mailbox { effect: None, event: None, moment, draws: 0, can_wait: true })) }
    }

    /// Sends `request`; the driver says what came of it.
    ///
    /// # Errors
    /// The [`TransportError`] that the driver reports.
    pub async fn send(&self, request: HttpRequest, repeat: Repeat) -> Result<HttpResponse, TransportError> {
        match self.ask(Effect::Send { request, repeat }).await {
            Event::Answered(answer) => answer,
            _ => Err(TransportError::new(TransportErrorKind::Configuration, "the driver did not answer the request it was asked to send")),
        }
    }

    /// Has `message` signed: at once where the key is in this process, by the driver where it lives elsewhere.
    ///
    /// # Errors
    /// What the signer failed with.
    pub async fn sign(&self, key: &SigningKeySource, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let order = match key.sign_here(message) {
            Ok(outcome) => return outcome,
            Err(order) => order,
        };
        match self.ask(Effect::Sign(order)).await {
            Event::Signed(outcome) => outcome,
            _ => Err(SignerError::Remote(Arc::new(ExchangeError::Unanswered))),
        }
    }

    /// Has a client assertion made.
    ///
    /// # Errors
    /// What the factory failed with.
    pub async fn assertion(&self, source: &AssertionSource, request: AssertionRequest) -> Result<ClientAssertion, AssertionError> {
        match self.ask(Effect::Assert(AssertOrder { source: source.clone(), request })).await {
            Event::Asserted(outcome) => outcome,
            _ => Err(AssertionError::new(ExchangeError::Unanswered)),
        }
    }

    /// Has `key` remembered until `expires_at`; whether it was not known before.
    ///
    /// # Errors
    /// What the store failed with: then nobody knows whether it was used before, so it must not be used.
    pub async fn remember(&self, guard: &ReplayGuard, key: ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError> {
        match self.ask(Effect::Remember(RememberOrder { guard: guard.clone(), key, expires_at })).await {
            Event::Remembered(outcome) => outcome,
            _ => Err(StoreError::unavailable(ExchangeError::Unanswered)),
        }
    }

    /// Has `future`, which is the caller's own, awaited by the driver, and takes its outcome; `None` where it was not awaited to its end. `what`
    /// it is stands in the error of a driver that cannot.
    pub async fn awaited<T: Send + 'static>(&self, what: &'static str, future: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let place = Arc::new(Mutex::new(None));
        let outcome = Arc::clone(&place);
        let order = AwaitOrder::new(what, async move {
            let value = future.await;
            *outcome.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
        });
        self.ask(Effect::Await(order)).await;
        place.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits for `duration`.
    pub async fn wait(&self, duration: Duration) {
        self.ask(Effect::Wait(duration)).await;
    }

    /// Waits until the flight of `ticket` has landed and takes its outcome; `None` only where the driver did not see it landed.
    pub async fn join<T: Clone + Send + Sync + 'static>(&self, ticket: &FetchHandle<T>) -> Option<T> {
        if let Some(outcome) = ticket.outcome() {
            return Some(outcome);
        }
        self.ask(Effect::Join(SharedFetch::clone(ticket.flight()))).await;
        ticket.outcome()
    }

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
        let mut event = Event::Start;
        loop {
            let effect = match exchange.resume(event, self.moment()) {
                Step::Send { request, repeat } => Effect::Send { request, repeat },
                Step::Sign(order) => Effect::Sign(order),
                Step::Assert(order) => Effect::Assert(order),
                Step::Remember(order) => Effect::Remember(order),
                Step::Await(order) => Effect::Await(order),
                Step::Wait(duration) => Effect::Wait(duration),
                Step::Join(flight) => Effect::Join(flight),
                Step::Done(result) => return result,
            };
            event = self.ask(effect).await;
        }
    }

    /// The moment of the last event for an exchange inside this one, with random bytes of its own.
    fn moment(&self) -> Moment {
        let random = self.random();
        Moment { random, ..self.mailbox().moment }
    }

    /// Whether the driver has something to wait with. Without, [`wait`](Self::wait) ends the exchange with an error of the driver's, and what
    /// could be repeated after a wait had better fail.
    pub fn can_wait(&self) -> bool {
        self.mailbox().can_wait
    }

    pub(super) fn forbid_waiting(&self) {
        self.mailbox().can_wait = false;
    }

    /// The time of day at the last event.
    pub fn now(&self) -> SystemTime {
        self.mailbox().moment.now
    }

    /// Monotonic time at the last event.
    pub fn monotonic(&self) -> Duration {
        self.mailbox().moment.monotonic
    }

    /// Random bytes, drawn from those of the last event: SHA-256 over them and a counter that runs through the exchange, so no two draws are
    /// alike.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut mailbox = self.mailbox();
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(32) {
            let block = Sha256::new().chain_update(mailbox.moment.random).chain_update(mailbox.draws.to_be_bytes()).finalize();
            mailbox.draws = mailbox.draws.wrapping_add(1);
            for (byte, random) in chunk.iter_mut().zip(block) {
                *byte = random;
            }
        }
        bytes
    }

    pub(super) fn deliver(&self, event: Event, moment: Moment) {
        let mut mailbox = self.mailbox();
        mailbox.event = Some(event);
        // The draws are counted on: a driver may hand in the same random bytes with every event of one exchange.
        mailbox.moment = moment;
    }

    pub(super) fn take_effect(&self) -> Option<Effect> {
        self.mailbox().effect.take()
    }

    async fn ask(&self, effect: Effect) -> Event {
        {
            let mut mailbox = self.mailbox();
            mailbox.effect = Some(effect);
            mailbox.event = None;
        }
        poll_fn(|_| match self.mailbox().event.take() {
            Some(event) => Poll::Ready(event),
            None => Poll::Pending,
        })
        .await
    }

    fn mailbox(&self) -> MutexGuard<'_, Mailbox> {
        self.mailbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Port").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
