//! How an exchange repeats itself: each attempt is a freshly built request, and what may be sent again is decided here alone.

use std::time::Duration;

use http::StatusCode;

use super::dpop::MessageProofs;
use super::error::RequestError;
use super::request::RequestOptions;
use crate::exchange::Port;
use crate::secret::AccessToken;
use crate::transport::{
    AttemptTimeout, BodyLimit, HttpRequest, HttpResponse, Repeat, RetrySettings, TransportError, TransportErrorKind, TransportSettings,
    is_retryable_status, retry_after,
};

/// The attempts of one message.
#[derive(Debug)]
pub(crate) struct Attempts {
    endpoint: &'static str,
    repeat: Repeat,
    retry: RetrySettings,
    attempt_timeout: Option<Duration>,
    /// What bounds an attempt under a deadline where the request states no time-out of its own.
    usual_timeout: Duration,
    body_limit: usize,
    /// The deadline that the request states.
    ends_at: Option<Duration>,
    /// No attempt but the first begins later. Without a deadline, what the server asks to wait comes on top.
    repeats_until: Duration,
    failed: u32,
    /// Makes a DPoP proof for every attempt.
    proofs: Option<MessageProofs>,
    /// The address of the last attempt.
    address: Option<http::Uri>,
}

/// Without a deadline of its own, a request begins no attempt later than this after the first, waits that the server asked for not counted: a
/// silent server would else hold a caller for all attempts together.
pub(crate) const USUAL_DEADLINE: Duration = Duration::from_secs(60);

impl Attempts {
    /// The first attempt of a message under these options; the overall deadline counts from here.
    pub(crate) fn begin(
        options: &RequestOptions,
        endpoint: &'static str,
        repeat: Repeat,
        body_limit: usize,
        port: &Port,
    ) -> Result<Self, RequestError> {
        // Explicit settings win: the environment is read (and can be wrong) only where something is left open.
        let is_open = options.retry.is_none() || (options.deadline.is_some() && options.attempt_timeout.is_none());
        let settings = if is_open { TransportSettings::of_process().map(Some) } else { Ok(None) };
        let settings = settings.map_err(|source| RequestError::Transport { endpoint: endpoint.into(), source })?;
        let usual_retry = || settings.map_or_else(RetrySettings::default, TransportSettings::retry);
        Ok(Self {
            endpoint,
            repeat,
            retry: options.retry.unwrap_or_else(usual_retry),
            attempt_timeout: options.attempt_timeout,
            usual_timeout: settings.map_or(TransportSettings::DEFAULT_TIMEOUT, TransportSettings::timeout),
            body_limit,
            ends_at: options.deadline.map(|deadline| port.monotonic().saturating_add(deadline)),
            repeats_until: port.monotonic().saturating_add(options.deadline.unwrap_or(USUAL_DEADLINE)),
            failed: 0,
            proofs: None,
            address: None,
        })
    }

    /// The same with a DPoP proof on every attempt.
    pub(crate) fn with_proofs(mut self, proofs: Option<MessageProofs>) -> Self {
        self.proofs = proofs;
        self
    }

    /// Proofs from now on present this access token.
    pub(crate) fn present(&mut self, access_token: &AccessToken) -> Result<(), RequestError> {
        self.proofs.as_mut().map_or(Ok(()), |proofs| proofs.present(access_token))
    }

    /// Sends one attempt. `Some` is the response to read; `None` says that a new attempt is due, its wait already over.
    pub(crate) async fn send(&mut self, mut request: HttpRequest, port: &Port) -> Result<Option<HttpResponse>, RequestError> {
        self.address = Some(request.uri().clone());
        request.extensions_mut().insert(BodyLimit(self.body_limit));
        if let Some(timeout) = self.timeout(port)? {
            request.extensions_mut().insert(AttemptTimeout(timeout));
        }
        if let Some(proofs) = &mut self.proofs {
            proofs.prove(&mut request, port).await?;
        }
        let result = port.send(request, self.repeat).await;
        // A server that asks for its nonce has processed nothing: counted apart from other failures, and without a wait.
        if let (Some(proofs), Ok(response)) = (&mut self.proofs, &result)
            && proofs.repeats(response, port)?
        {
            return Ok(None);
        }
        let Some(retry_after) = self.may_repeat(&result, port) else {
            return result.map(Some).map_err(|source| self.failed(source));
        };
        let random = u64::from_be_bytes(port.random());
        let delay = self.retry.delay(self.failed + 1, retry_after, random);
        // What cannot be waited for is not begun: the caller has the response at once, with the time that the server asks for.
        let is_asked_for = self.ends_at.is_none() && retry_after.is_some();
        let remaining = self.repeats_until.saturating_sub(port.monotonic());
        if !self.retry.allows(retry_after) || (remaining <= delay && !is_asked_for) {
            return result.map(Some).map_err(|source| self.failed(source));
        }
        if is_asked_for {
            self.repeats_until = self.repeats_until.saturating_add(delay);
        }
        self.failed += 1;
        port.wait(delay).await;
        Ok(None)
    }

    /// Whether another attempt is allowed, and what the server says about when.
    fn may_repeat(&self, result: &Result<HttpResponse, TransportError>, port: &Port) -> Option<Option<Duration>> {
        // Where the driver cannot wait, the caller sees the failure itself.
        if self.failed >= self.retry.count() || !port.can_wait() {
            return None;
        }
        match (result, self.repeat) {
            (_, Repeat::Never) => None,
            (Ok(response), repeat) => {
                let retry_after = retry_after(response.headers(), port.now());
                let allowed = match repeat {
                    Repeat::Safe => is_retryable_status(response.status()),
                    // 429 says that nothing was processed (RFC 6585 section 4); 503 alone may come from behind a proxy that passed it on.
                    _ => {
                        response.status() == StatusCode::TOO_MANY_REQUESTS
                            || (response.status() == StatusCode::SERVICE_UNAVAILABLE && retry_after.is_some())
                    }
                };
                allowed.then_some(retry_after)
            }
            (Err(error), repeat) => {
                let passing = matches!(error.kind(), TransportErrorKind::Timeout | TransportErrorKind::Interrupted);
                let allowed = error.kind() == TransportErrorKind::Connect || (repeat == Repeat::Safe && passing);
                allowed.then_some(None)
            }
        }
    }

    fn remaining(&self, port: &Port) -> Option<Duration> {
        self.ends_at.map(|end| end.saturating_sub(port.monotonic()))
    }

    fn timeout(&self, port: &Port) -> Result<Option<Duration>, RequestError> {
        match self.remaining(port) {
            Some(Duration::ZERO) => Err(self.failed(deadline_passed())),
            Some(remaining) => Ok(Some(remaining.min(self.attempt_timeout.unwrap_or(self.usual_timeout)))),
            None => Ok(self.attempt_timeout),
        }
    }

    fn failed(&self, source: TransportError) -> RequestError {
        self.located(RequestError::Transport { endpoint: self.endpoint.into(), source })
    }

    /// The error with the address that was asked last.
    pub(crate) fn located(&self, error: RequestError) -> RequestError {
        match &self.address {
            Some(address) => error.at(&address.to_string()),
            None => error,
        }
    }
}

/// All attempts and waits together took too long.
pub(crate) fn deadline_passed() -> TransportError {
    TransportError::new(TransportErrorKind::Timeout, "the overall deadline of the request has passed")
}
