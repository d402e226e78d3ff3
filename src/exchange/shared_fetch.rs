//! A fetch that many callers share: the exchange of a cache entry, and where it stands between two steps.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::event::{Event, Moment};
use super::single_flight::SingleFlight;
use crate::environment::Environment;
use crate::transport::{HttpClients, HttpRequest, HttpResponse, Repeat, TransportError};

/// A fetch that many callers share, such as that of a provider's key set: one of them leads it, the others wait. Clones are the same fetch.
///
/// A step [`Join`](super::Step::Join) hands one out. [`role`](Self::role) says what the caller is to do: lead it by performing what the
/// [`FetchDriver`](super::FetchDriver) asks for, wait, or nothing because it is complete. The exchange lives in the fetch and not in its leader: a
/// leader that is dropped gives it back, and the next caller goes on from where it stands.
///
/// # Example
/// A program that has an HTTP client of its own drives a validation by hand, the fetch of keys in it included:
/// ```
/// use identity_model::environment::{EntropyError, Environment};
/// use identity_model::exchange::{Event, Moment, NextAction, Role, SharedFetch, Step};
/// use identity_model::keys::{ProviderKeys, TokenValidator};
/// use identity_model::testing::TestProvider;
/// use identity_model::transport::{BlockingHttpClient, HttpRequest, HttpResponse, TransportError};
///
/// type Send<'a> = &'a dyn Fn(HttpRequest) -> Result<HttpResponse, TransportError>;
///
/// /// Completes a shared fetch, or waits until another caller has.
/// fn join(fetch: &SharedFetch, send: Send<'_>) -> Result<Event, EntropyError> {
///     loop {
///         let mut driver = match fetch.role() {
///             Role::Leader(driver) => driver,
///             Role::Waiter(completion) => {
///                 completion.wait_blocking();
///                 continue;
///             }
///             Role::Done => return Ok(Event::Joined(Ok(()))),
///         };
///         loop {
///             let event = match driver.next_action(Moment::of(fetch.environment())?) {
///                 NextAction::Send { request, .. } => Event::Answered(send(*request)),
///                 NextAction::Join(inner) => join(&inner, send)?, // keys need the discovery document
///                 NextAction::Wait(pause) => {
///                     std::thread::sleep(pause);
///                     Event::Waited
///                 }
///                 NextAction::Done => break,
///                 other => panic!("an action that this program does not know: {other:?}"),
///             };
///             driver.note(event);
///         }
///     }
/// }
///
/// let provider = TestProvider::new();
/// let keys = ProviderKeys::builder().authority(provider.issuer()).build(); // without any HTTP client
/// let validator = TokenValidator::builder().keys(keys).issuer(provider.issuer()).audience("reports-api").build();
/// let token = provider.mint_access_token(|token| token.claim("aud", "reports-api"));
///
/// let send: Send<'_> = &|request| BlockingHttpClient::send(&provider, request);
/// let environment = Environment::system();
/// let mut exchange = validator.exchange(&token);
/// let mut event = Event::Start;
/// let validated = loop {
///     event = match exchange.resume(event, Moment::of(&environment)?) {
///         Step::Join(fetch) => join(&fetch, send)?,
///         Step::Done(outcome) => break outcome?,
///         step => panic!("a validation asks for nothing else: {step:?}"),
///     };
/// };
/// assert_eq!(validated.issuer(), Some(provider.issuer().as_str()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SharedFetch(Arc<Inner>);

struct Inner {
    flight: SingleFlight<Box<Progress>>,
    clients: HttpClients,
    environment: Environment,
    /// On the monotonic clock of `environment`: a leader that has brought nothing by then has stopped.
    ends_at: Duration,
}

/// What a leader has to do next.
#[derive(Debug)]
#[non_exhaustive]
pub enum NextAction {
    /// Send this request and [note](super::FetchDriver::note) [`Event::Answered`].
    Send {
        /// What to send.
        request: Box<HttpRequest>,
        /// What may be sent again after a failure; the exchange does that itself.
        repeat: Repeat,
    },
    /// Wait this long and note [`Event::Waited`].
    Wait(Duration),
    /// Complete this fetch, on which the led one depends, and note [`Event::Joined`].
    Join(SharedFetch),
    /// Nothing: the fetch is complete.
    Done,
}

/// The exchange between two steps, and what came of the last one.
pub(super) struct Progress {
    /// The exchange without its type, which would name this one again.
    pub(super) resume: Box<dyn FnMut(Event, Moment) -> NextAction + Send>,
    pub(super) pending: Pending,
}

/// What the exchange waits for. It is noted here before the leader waits, so that the next leader does the same again.
pub(super) enum Pending {
    /// Nothing more: this came of the last step.
    Event(Event),
    /// The response to a request.
    Response(Call),
    /// A moment on the monotonic clock.
    Moment(Duration),
    /// The completion of another fetch.
    Fetch(SharedFetch),
}

/// A request, and the HTTP call that was started for it and has not ended.
pub(super) struct Call {
    pub(super) request: HttpRequest,
    pub(super) repeat: Repeat,
    pub(super) in_progress: Option<InProgress>,
}

pub(super) struct InProgress {
    pub(super) response: PendingResponse,
    /// The runtime that the call was started on: on another it may never end.
    pub(super) runtime: Option<u64>,
}

/// The future of an HTTP call.
pub(crate) type PendingResponse = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send>>;

impl SharedFetch {
    pub(super) fn new(
        clients: HttpClients,
        environment: Environment,
        time_limit: Duration,
        resume: impl FnMut(Event, Moment) -> NextAction + Send + 'static,
    ) -> Self {
        let progress = Progress { resume: Box::new(resume), pending: Pending::Event(Event::Start) };
        let ends_at = environment.clock().monotonic().saturating_add(time_limit);
        Self(Arc::new(Inner { flight: SingleFlight::new(Box::new(progress)), clients, environment, ends_at }))
    }

    /// Whether it is complete.
    pub fn is_complete(&self) -> bool {
        self.0.flight.is_complete()
    }

    /// Whether a caller leads it at this moment.
    pub fn is_led(&self) -> bool {
        self.0.flight.is_led()
    }

    /// Whether those who waited were sent away from a leader that had stopped.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.0.flight.is_abandoned()
    }

    /// Sends away who waits for a leader that has stopped: for them the fetch is over, without an outcome.
    pub(crate) fn abandon(&self) {
        self.0.flight.abandon();
    }

    /// The clients that it was made with, for the drivers of this crate.
    pub fn clients(&self) -> &HttpClients {
        &self.0.clients
    }

    /// The environment that it was made with: the clock of its cache. A leader takes its [moments](Moment::of) from here, so that one clock
    /// measures the whole fetch, however many callers lead it.
    pub fn environment(&self) -> &Environment {
        &self.0.environment
    }

    /// How long a caller may still wait for its leader.
    pub(crate) fn time_left(&self) -> Duration {
        self.0.ends_at.saturating_sub(self.0.environment.clock().monotonic())
    }

    pub(super) fn flight(&self) -> &SingleFlight<Box<Progress>> {
        &self.0.flight
    }
}

impl fmt::Debug for SharedFetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedFetch").field("complete", &self.is_complete()).finish_non_exhaustive()
    }
}
