//! The inside of an exchange: what its body may ask for.

use std::fmt;
use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::awaiting::AwaitOrder;
use super::error::ExchangeError;
use super::event::{Event, Moment};
use super::remote::{AssertOrder, AssertionError, AssertionRequest, AssertionSource, ClientAssertion, SigningKeySource};
use super::replay::{RememberOrder, ReplayGuard, ReplayKey, StoreError};
use super::step::Effect;
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
    can_await: bool,
}

impl Port {
    pub(super) fn new() -> Self {
        let moment = Moment { now: SystemTime::UNIX_EPOCH, monotonic: Duration::ZERO, random: [0; 32] };
        Self { mailbox: Arc::new(Mutex::new(Mailbox { effect: None, event: None, moment, draws: 0, can_wait: true, can_await: true })) }
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
    /// What the store failed with: then it is unknown whether it was used before, so it must not be used.
    pub async fn remember(&self, guard: &ReplayGuard, key: ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError> {
        match self.ask(Effect::Remember(RememberOrder { guard: guard.clone(), key, expires_at: Some(expires_at) })).await {
            Event::Remembered(outcome) => outcome,
            _ => Err(StoreError::unavailable(ExchangeError::Unanswered)),
        }
    }

    /// Has a replay store asked whether `key` is remembered; nothing is written.
    ///
    /// # Errors
    /// What the store failed with.
    pub async fn is_remembered(&self, guard: &ReplayGuard, key: ReplayKey) -> Result<bool, StoreError> {
        match self.ask(Effect::Remember(RememberOrder { guard: guard.clone(), key, expires_at: None })).await {
            Event::Remembered(outcome) => outcome.map(|is_new| !is_new),
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

    /// The moment of the last event for an exchange inside this one, with random bytes of its own.
    pub(super) fn moment(&self) -> Moment {
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

    /// Whether the driver can await a future of the caller's ([`awaited`](Self::awaited)). The blocking driver cannot, so what depends on one is
    /// rejected before anything is sent.
    pub fn can_await(&self) -> bool {
        self.mailbox().can_await
    }

    pub(super) fn forbid_awaiting(&self) {
        self.mailbox().can_await = false;
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

    pub(super) async fn ask(&self, effect: Effect) -> Event {
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
