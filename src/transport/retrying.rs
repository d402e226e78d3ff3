//! A client that repeats attempts, for callers of a bare client; the exchanges of this crate repeat by themselves.

use std::time::Duration;

use async_trait::async_trait;

use super::{
    BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, Repeat, RetrySettings, TransportError, TransportErrorKind,
    is_retryable_status, retry_after,
};
use crate::environment::{Environment, Timer};

/// Wraps a client and sends again what may be sent again.
///
/// What may be is the mark in the request's extensions: [`Repeat::Safe`] is repeated after 429, 502, 503, 504, a time-out or a
/// connection that was never made; [`Repeat::IfUnsent`] only after the last of these (a new attempt of it would need a fresh assertion,
/// which a wrapper cannot make); [`Repeat::Never`], and a request without a mark, not at all. When the attempts are used up, the last
/// answer or error is returned as it came; so is one that asks for a longer wait than the settings allow.
///
/// Defaults: [`RetrySettings::default`] (3 times from 1 s), the system's clock, chance and timer. The requests that this crate builds are
/// repeated by their own exchange: do not wrap a client for these, or the attempts multiply.
///
/// # Errors
/// What the client returned last; [`TransportErrorKind::Configuration`] where a wait is due and the environment has no timer.
///
/// # Example
/// ```
/// use identity_model::transport::{HttpClient, Repeat, Retrying};
/// use identity_model::environment::{Environment, FixedClock, FixedTimer};
/// # use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # let http = ScriptedHttpClient::builder()
/// #     .get("https://api.example.com/", ScriptedResponse::status(503).header("retry-after", "5"))
/// #     .get("https://api.example.com/", ScriptedResponse::status(200))
/// #     .build();
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let clock = FixedClock::at(std::time::SystemTime::UNIX_EPOCH);
/// let timer = FixedTimer::moving(&clock);
/// let http = Retrying::new(http).with_environment(Environment::system().with_clock(clock).with_timer(timer.clone()));
///
/// let mut request = http::Request::get("https://api.example.com/").body(Default::default()).unwrap();
/// request.extensions_mut().insert(Repeat::Safe);
/// assert_eq!(HttpClient::send(&http, request).await.unwrap().status(), 200);
/// assert_eq!(timer.waits(), [std::time::Duration::from_secs(5)]);
/// # });
/// ```
#[derive(Debug, Clone)]
pub struct Retrying<C> {
    client: C,
    settings: RetrySettings,
    environment: Environment,
}

impl<C> Retrying<C> {
    /// Wraps `client` with the default settings.
    pub fn new(client: C) -> Self {
        Self { client, settings: RetrySettings::default(), environment: Environment::system() }
    }

    /// The same with other settings. Default 3 repetitions from 1 s.
    #[must_use]
    pub fn with_settings(mut self, settings: RetrySettings) -> Self {
        self.settings = settings;
        self
    }

    /// The same with another clock, source of chance and timer. Default the system's.
    #[must_use]
    pub fn with_environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// How long to wait for another attempt; `None` if there is none.
    fn wait(&self, outcome: &Result<HttpResponse, TransportError>, repeat: Repeat, attempt: u32) -> Option<Duration> {
        if attempt > self.settings.count() || !is_repeatable(outcome, repeat) {
            return None;
        }
        let asked = outcome.as_ref().ok().and_then(|response| retry_after(response.headers(), self.environment.clock().now()));
        if !self.settings.allows(asked) {
            return None;
        }
        let mut random = [0; 8];
        // Chance only spreads the load: without any, every wait is at its shortest.
        let _ = self.environment.entropy().fill(&mut random);
        let wait = self.settings.delay(attempt, asked, u64::from_be_bytes(random));
        tracing::debug!(attempt, wait_ms = wait.as_millis(), "the request is sent again");
        Some(wait)
    }

    fn timer(&self) -> Result<&dyn Timer, TransportError> {
        self.environment.timer().ok_or_else(|| {
            let message = "an attempt is to be repeated, but the environment has no timer to wait with";
            TransportError::new(TransportErrorKind::Configuration, message)
        })
    }
}

fn is_repeatable(outcome: &Result<HttpResponse, TransportError>, repeat: Repeat) -> bool {
    match (repeat, outcome) {
        (Repeat::Never, _) => false,
        (_, Err(error)) if error.kind() == TransportErrorKind::Connect => true,
        (Repeat::IfUnsent, _) => false,
        (Repeat::Safe, Ok(response)) => is_retryable_status(response.status()),
        (Repeat::Safe, Err(error)) => error.kind() == TransportErrorKind::Timeout,
    }
}

fn repeat_of(request: &HttpRequest) -> Repeat {
    request.extensions().get::<Repeat>().copied().unwrap_or_default()
}

#[async_trait]
impl<C: HttpClient> HttpClient for Retrying<C> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let repeat = repeat_of(&request);
        let mut attempt = 1;
        loop {
            let outcome = self.client.send(request.clone()).await;
            match self.wait(&outcome, repeat, attempt) {
                Some(wait) => self.timer()?.sleep(wait).await,
                None => return outcome,
            }
            attempt += 1;
        }
    }
}

impl<C: BlockingHttpClient> BlockingHttpClient for Retrying<C> {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let repeat = repeat_of(&request);
        let mut attempt = 1;
        loop {
            let outcome = self.client.send(request.clone());
            match self.wait(&outcome, repeat, attempt) {
                Some(wait) => self.timer()?.sleep_blocking(wait),
                None => return outcome,
            }
            attempt += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::environment::{FixedClock, FixedTimer, SeededEntropy};
    use crate::testing::{ScriptedHttpClient, ScriptedResponse};

    const URL: &str = "https://api.example.com/";

    fn script(answers: &[ScriptedResponse]) -> ScriptedHttpClient {
        answers.iter().fold(ScriptedHttpClient::builder(), |script, answer| script.get(URL, answer.clone())).build()
    }

    fn retrying(http: &ScriptedHttpClient) -> (Retrying<ScriptedHttpClient>, FixedTimer) {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777));
        let timer = FixedTimer::moving(&clock);
        let environment = Environment::system().with_clock(clock).with_timer(timer.clone()).with_entropy(SeededEntropy::new(1));
        (Retrying::new(http.clone()).with_environment(environment), timer)
    }

    fn request(repeat: Option<Repeat>) -> HttpRequest {
        let mut request = http::Request::get(URL).body("body".into()).unwrap();
        if let Some(repeat) = repeat {
            request.extensions_mut().insert(repeat);
        }
        request
    }

    /// Both faces have to end in the same way after the same number of requests.
    async fn outcome(answers: &[ScriptedResponse], repeat: Option<Repeat>) -> (Result<u16, TransportErrorKind>, Vec<Duration>) {
        let status = |outcome: Result<HttpResponse, TransportError>| outcome.map(|it| it.status().as_u16()).map_err(|error| error.kind());
        let (http, blocking_http) = (script(answers), script(answers));
        let (client, timer) = retrying(&http);
        let (blocking_client, blocking_timer) = retrying(&blocking_http);
        let outcome = status(HttpClient::send(&client, request(repeat)).await);
        assert_eq!(status(BlockingHttpClient::send(&blocking_client, request(repeat))), outcome);
        assert_eq!(timer.waits(), blocking_timer.waits());
        assert!(http.requests().iter().all(|request| request.body() == b"body"));
        http.assert_finished();
        blocking_http.assert_finished();
        (outcome, timer.waits())
    }

    #[tokio::test]
    async fn safe_requests_are_repeated_after_passing_failures() {
        let ok = ScriptedResponse::status(200);
        for passing in [429, 502, 503, 504].map(ScriptedResponse::status) {
            assert_eq!(outcome(&[passing, ok.clone()], Some(Repeat::Safe)).await.0, Ok(200));
        }
        for kind in [TransportErrorKind::Timeout, TransportErrorKind::Connect] {
            assert_eq!(outcome(&[ScriptedResponse::error(kind), ok.clone()], Some(Repeat::Safe)).await.0, Ok(200));
        }
    }

    #[tokio::test]
    async fn lasting_failures_are_returned_at_once() {
        for lasting in [200, 301, 400, 401, 404, 500, 501] {
            assert_eq!(outcome(&[ScriptedResponse::status(lasting)], Some(Repeat::Safe)).await, (Ok(lasting), vec![]));
        }
        use TransportErrorKind::{BodyTooLarge, Configuration, Interrupted, Other, Protocol, Tls};
        for kind in [BodyTooLarge, Configuration, Interrupted, Other, Protocol, Tls] {
            assert_eq!(outcome(&[ScriptedResponse::error(kind)], Some(Repeat::Safe)).await, (Err(kind), vec![]));
        }
    }

    #[tokio::test]
    async fn what_may_have_been_processed_is_not_sent_again() {
        for answer in [
            ScriptedResponse::status(429),
            ScriptedResponse::status(503).header("retry-after", "1"),
            ScriptedResponse::error(TransportErrorKind::Timeout),
        ] {
            for repeat in [Some(Repeat::IfUnsent), Some(Repeat::Never), None] {
                assert!(outcome(std::slice::from_ref(&answer), repeat).await.1.is_empty(), "{answer:?} {repeat:?}");
            }
        }
        let rejected = ScriptedResponse::error(TransportErrorKind::Connect);
        assert_eq!(outcome(&[rejected.clone(), ScriptedResponse::status(200)], Some(Repeat::IfUnsent)).await.0, Ok(200));
        assert_eq!(outcome(std::slice::from_ref(&rejected), Some(Repeat::Never)).await.0, Err(TransportErrorKind::Connect));
        assert_eq!(outcome(&[rejected], None).await.0, Err(TransportErrorKind::Connect));
    }

    #[tokio::test]
    async fn three_repetitions_then_the_last_answer_as_it_came() {
        let answers = [503, 503, 503, 504].map(ScriptedResponse::status);
        let (outcome, waits) = outcome(&answers, Some(Repeat::Safe)).await;
        assert_eq!(outcome, Ok(504));
        assert_eq!(waits.len(), 3);
        for (wait, full) in waits.iter().zip([1.0, 2.0, 4.0]) {
            assert!((full / 2.0..=full).contains(&wait.as_secs_f64()), "{waits:?}");
        }
    }

    #[tokio::test]
    async fn retry_after_is_waited_for_as_seconds_and_as_a_date() {
        let answers = [
            ScriptedResponse::status(503).header("retry-after", "50"),
            ScriptedResponse::status(429).header("retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"),
            ScriptedResponse::status(429).header("retry-after", "120"),
            ScriptedResponse::status(200),
        ];
        let (outcome, waits) = outcome(&answers, Some(Repeat::Safe)).await;
        assert_eq!(outcome, Ok(200));
        // The first wait moved the clock: 10 of the 60 seconds are left.
        assert_eq!(waits, [50, 10, 120].map(Duration::from_secs));
    }

    #[tokio::test]
    async fn o_retry_after_a_longer_wait_than_the_settings_allow_is_not_begun() {
        for asked in ["121", "86400", "Sun, 06 Nov 1994 09:49:37 GMT"] {
            let answers = [ScriptedResponse::status(503).header("retry-after", asked)];
            assert_eq!(outcome(&answers, Some(Repeat::Safe)).await, (Ok(503), vec![]), "{asked}");
        }
    }

    #[test]
    fn none_repeats_nothing() {
        let http = script(&[ScriptedResponse::status(503)]);
        let client = retrying(&http).0.with_settings(RetrySettings::NONE);
        assert_eq!(BlockingHttpClient::send(&client, request(Some(Repeat::Safe))).unwrap().status(), 503);
    }
}
