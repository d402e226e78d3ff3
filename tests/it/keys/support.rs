//! A provider behind a gate: its responses are held back until the test lets them through.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use identity_model::cache::CacheSettings;
use identity_model::environment::{Environment, FixedClock, FixedTimer, SeededEntropy};
use identity_model::jose::SignatureAlgorithm;
use identity_model::keys::{ProviderKeys, TokenValidator};
use identity_model::testing::{ProviderEndpoint, TestClient, TestProvider};
use identity_model::transport::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, TransportError};
use tokio::sync::Notify;

pub(super) const AUDIENCE: &str = "reports-api";
pub(super) const HOUR: Duration = Duration::from_secs(3600);
pub(super) const SECOND: Duration = Duration::from_secs(1);

/// A provider, the clock it shares with whoever asks it, and the gate in front of it.
pub(super) struct House {
    pub(super) provider: TestProvider,
    pub(super) gate: Gate,
    pub(super) clock: FixedClock,
    pub(super) timer: FixedTimer,
    pub(super) environment: Environment,
}

impl House {
    /// With the gate open.
    pub(super) fn new() -> Self {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000));
        let timer = FixedTimer::moving(&clock);
        let environment = Environment::system().with_clock(clock.clone()).with_timer(timer.clone()).with_entropy(SeededEntropy::new(7));
        let provider = TestProvider::builder()
            .algorithms([SignatureAlgorithm::ES256])
            .client(TestClient::new("client").audiences([AUDIENCE]))
            .environment(environment.clone())
            .build();
        Self { gate: Gate::before(&provider), provider, clock, timer, environment }
    }

    /// With the gate closed.
    pub(super) fn closed() -> Self {
        let house = Self::new();
        house.gate.close();
        house
    }

    /// Keys for async and blocking callers alike.
    pub(super) fn keys(&self) -> ProviderKeys {
        self.keys_with(CacheSettings::default())
    }

    pub(super) fn keys_with(&self, settings: CacheSettings) -> ProviderKeys {
        ProviderKeys::builder()
            .authority(self.provider.issuer())
            .http(self.gate.clone())
            .blocking_http(self.gate.clone())
            .environment(self.environment.clone())
            .cache(settings)
            .build()
    }

    pub(super) fn validator(&self, keys: &ProviderKeys) -> TokenValidator {
        TokenValidator::builder().keys(keys.clone()).issuer(self.provider.issuer()).audience(AUDIENCE).build()
    }

    /// A good token, signed with the newest key.
    pub(super) fn token(&self) -> String {
        self.provider.mint_access_token(|token| token).expose().to_owned()
    }

    /// A token for a key that is nowhere published.
    pub(super) fn token_of_unknown_key(&self, number: usize) -> String {
        self.provider.mint_access_token(|token| token.header("kid", format!("random-{number}"))).expose().to_owned()
    }

    /// How many discovery and key-set requests reached the provider.
    pub(super) fn requests(&self) -> (usize, usize) {
        (self.provider.requests(ProviderEndpoint::Discovery), self.provider.requests(ProviderEndpoint::Jwks))
    }
}

/// An HTTP client that passes requests on to a provider, and answers back when it is open. Clones are the same gate.
#[derive(Clone)]
pub(super) struct Gate(Arc<Inner>);

struct Inner {
    provider: TestProvider,
    state: Mutex<State>,
    turned: Condvar,
    turned_async: Notify,
}

#[derive(Default)]
struct State {
    closed: bool,
    permits: usize,
    arrived: usize,
    panics: usize,
}

impl Gate {
    fn before(provider: &TestProvider) -> Self {
        let inner = Inner { provider: provider.clone(), state: Mutex::default(), turned: Condvar::new(), turned_async: Notify::new() };
        Self(Arc::new(inner))
    }

    /// Holds answers back from now on. What they say is what the provider said when it was asked.
    pub(super) fn close(&self) {
        self.turn(|state| *state = State { closed: true, arrived: state.arrived, ..State::default() });
    }

    pub(super) fn open(&self) {
        self.turn(|state| state.closed = false);
    }

    /// Lets one response through.
    pub(super) fn let_one_through(&self) {
        self.turn(|state| state.permits += 1);
    }

    /// The next requests make the client panic.
    pub(super) fn panic_times(&self, times: usize) {
        self.turn(|state| state.panics = times);
    }

    /// How many hold on to this gate.
    pub(super) fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    /// How many requests have come to the gate.
    pub(super) fn arrived(&self) -> usize {
        self.0.state.lock().unwrap().arrived
    }

    pub(super) async fn until_arrived(&self, count: usize) {
        loop {
            let turned = self.0.turned_async.notified();
            let mut turned = pin!(turned);
            turned.as_mut().enable();
            if self.arrived() >= count {
                return;
            }
            turned.await;
        }
    }

    pub(super) fn until_arrived_blocking(&self, count: usize) {
        let state = self.0.state.lock().unwrap();
        drop(self.0.turned.wait_while(state, |state| state.arrived < count).unwrap());
    }

    fn turn(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.state.lock().unwrap());
        self.0.turned.notify_all();
        self.0.turned_async.notify_waiters();
    }

    fn arrive(&self) {
        let mut panics = false;
        self.turn(|state| {
            state.arrived += 1;
            panics = state.panics > 0;
            state.panics = state.panics.saturating_sub(1);
        });
        assert!(!panics, "a client that panics, as the test wants it");
    }

    fn pass(state: &mut State) -> bool {
        if !state.closed {
            return true;
        }
        let passes = state.permits > 0;
        state.permits = state.permits.saturating_sub(1);
        passes
    }
}

#[async_trait]
impl HttpClient for Gate {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.arrive();
        let answer = HttpClient::send(&self.0.provider, request).await;
        // So that an open gate is an await point as well.
        tokio::task::yield_now().await;
        loop {
            let turned = self.0.turned_async.notified();
            let mut turned = pin!(turned);
            turned.as_mut().enable();
            if Self::pass(&mut self.0.state.lock().unwrap()) {
                return answer;
            }
            turned.await;
        }
    }
}

impl BlockingHttpClient for Gate {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.arrive();
        let answer = BlockingHttpClient::send(&self.0.provider, request);
        let state = self.0.state.lock().unwrap();
        drop(self.0.turned.wait_while(state, |state| !Self::pass(state)).unwrap());
        answer
    }
}

/// Polls `future` at most `times` times and drops it; whether it came to its end.
pub(super) fn poll_and_drop<F: Future>(future: F, times: usize) -> bool {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    (0..times).any(|_| matches!(future.as_mut().poll(&mut context), Poll::Ready(_)))
}
