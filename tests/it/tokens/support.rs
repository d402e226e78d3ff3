//! A token endpoint that says what it is told to say, and counts.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use identity_model::ClientCredentialsTokenRequest;
use identity_model::environment::{Clock, Environment, FixedClock, FixedTimer, SeededEntropy};
use identity_model::tokens::{TokenManager, TokenManagerSettings, TokenSource};
use identity_model::transport::{
    BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, RetrySettings, TransportError, TransportErrorKind,
};
use serde_json::{Value, json};
use tokio::sync::Notify;

pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const ADDRESS: &str = "https://idp.example.com/token";

/// What the endpoint does about one request.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Token { expires_in: Option<Value> },
    Error { status: u16, error: &'static str, retry_after: Option<u64> },
    Unreachable,
}

impl Outcome {
    pub(super) fn lasting(seconds: u64) -> Self {
        Self::Token { expires_in: Some(json!(seconds)) }
    }

    pub(super) fn error(status: u16, error: &'static str) -> Self {
        Self::Error { status, error, retry_after: None }
    }
}

/// The endpoint. Clones are the same; tokens are `t1`, `t2` and so on. Outcomes come in the order of `script`, then the last one for ever.
#[derive(Clone)]
pub(super) struct Endpoint(Arc<Inner>);

struct Inner {
    script: Mutex<VecDeque<Outcome>>,
    requests: AtomicUsize,
    issued: AtomicUsize,
    bodies: Mutex<Vec<String>>,
    closed: AtomicBool,
    opened: Notify,
    arrived: Notify,
}

impl Endpoint {
    pub(super) fn new(script: impl IntoIterator<Item = Outcome>) -> Self {
        Self(Arc::new(Inner {
            script: Mutex::new(script.into_iter().collect()),
            requests: AtomicUsize::new(0),
            issued: AtomicUsize::new(0),
            bodies: Mutex::default(),
            closed: AtomicBool::new(false),
            opened: Notify::new(),
            arrived: Notify::new(),
        }))
    }

    pub(super) fn then(&self, script: impl IntoIterator<Item = Outcome>) {
        *self.0.script.lock().unwrap() = script.into_iter().collect();
    }

    pub(super) fn requests(&self) -> usize {
        self.0.requests.load(Ordering::SeqCst)
    }

    pub(super) fn bodies(&self) -> Vec<String> {
        self.0.bodies.lock().unwrap().clone()
    }

    /// Holds responses back until `open`.
    pub(super) fn close(&self) {
        self.0.closed.store(true, Ordering::SeqCst);
    }

    pub(super) fn open(&self) {
        self.0.closed.store(false, Ordering::SeqCst);
        self.0.opened.notify_waiters();
    }

    /// Until so many requests have arrived.
    pub(super) async fn until_arrived(&self, count: usize) {
        loop {
            let arrived = self.0.arrived.notified();
            if self.requests() >= count {
                return;
            }
            arrived.await;
        }
    }

    fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        self.0.bodies.lock().unwrap().push(String::from_utf8(request.body().to_vec()).unwrap());
        self.0.requests.fetch_add(1, Ordering::SeqCst);
        self.0.arrived.notify_waiters();
        let outcome = {
            let mut script = self.0.script.lock().unwrap();
            if script.len() > 1 { script.pop_front().unwrap() } else { script.front().unwrap().clone() }
        };
        let respond = |status: u16, retry_after: Option<u64>, body: Value| {
            let mut response = http::Response::builder().status(status).header("content-type", "application/json");
            if let Some(seconds) = retry_after {
                response = response.header("retry-after", seconds);
            }
            Ok(response.body(Bytes::from(body.to_string())).unwrap())
        };
        match outcome {
            Outcome::Token { expires_in } => {
                let token = format!("t{}", self.0.issued.fetch_add(1, Ordering::SeqCst) + 1);
                let mut body = json!({ "access_token": token, "token_type": "Bearer", "issued_token_type": "urn:ietf:params:oauth:token-type:access_token" });
                if let Some(expires_in) = expires_in {
                    body["expires_in"] = expires_in;
                }
                respond(200, None, body)
            }
            Outcome::Error { status, error, retry_after } => respond(status, retry_after, json!({ "error": error })),
            Outcome::Unreachable => Err(TransportError::new(TransportErrorKind::Connect, "nobody listens")),
        }
    }
}

#[async_trait]
impl HttpClient for Endpoint {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let answer = self.answer(&request);
        loop {
            let opened = self.0.opened.notified();
            if !self.0.closed.load(Ordering::SeqCst) {
                return answer;
            }
            opened.await;
        }
    }
}

impl BlockingHttpClient for Endpoint {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.answer(&request)
    }
}

/// A clock whose two times are moved apart: the monotonic one stands still while a machine sleeps.
#[derive(Clone, Debug)]
pub(super) struct SleepingClock {
    pub(super) clock: FixedClock,
    slept: Arc<Mutex<Duration>>,
}

impl SleepingClock {
    pub(super) fn new(clock: &FixedClock) -> Self {
        Self { clock: clock.clone(), slept: Arc::default() }
    }

    pub(super) fn sleep(&self, duration: Duration) {
        *self.slept.lock().unwrap() += duration;
    }
}

impl Clock for SleepingClock {
    fn now(&self) -> SystemTime {
        self.clock.now() + *self.slept.lock().unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }
}

/// An endpoint, the manager that asks it, and the clock of both.
pub(super) struct House {
    pub(super) endpoint: Endpoint,
    pub(super) clock: FixedClock,
    pub(super) manager: TokenManager,
}

impl House {
    pub(super) fn new(script: impl IntoIterator<Item = Outcome>) -> Self {
        // Without jitter the ends are round numbers.
        Self::with(script, TokenManagerSettings::default().with_jitter(Duration::ZERO))
    }

    pub(super) fn with(script: impl IntoIterator<Item = Outcome>, settings: TokenManagerSettings) -> Self {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000));
        let endpoint = Endpoint::new(script);
        let manager = TokenManager::builder()
            .http(endpoint.clone())
            .blocking_http(endpoint.clone())
            .settings(settings)
            .environment(environment(&clock))
            .build();
        Self { endpoint, clock, manager }
    }

    pub(super) fn source(&self) -> TokenSource {
        self.manager.source(request(["read"])).unwrap()
    }
}

pub(super) fn environment(clock: &FixedClock) -> Environment {
    Environment::system().with_clock(clock.clone()).with_timer(FixedTimer::moving(clock)).with_entropy(SeededEntropy::new(11))
}

/// A request that is not repeated by itself, so that each attempt is a call of the manager's.
pub(super) fn request<const N: usize>(scope: [&str; N]) -> ClientCredentialsTokenRequest {
    ClientCredentialsTokenRequest::builder().retry(RetrySettings::NONE).address(ADDRESS).client_id("client").scope(scope).build()
}

pub(super) async fn text(source: &TokenSource) -> String {
    source.token().await.unwrap().access_token().expose().to_owned()
}
