//! Polling for tokens that a user has yet to approve (RFC 8628 section 3.5, CIBA Core section 11).
//!
//! The first poll comes after one interval; `slow_down` adds five seconds for good; trouble on the network or at the server (5xx, 429)
//! doubles the interval; a longer
//! `Retry-After` wins; at the end of the codes' life the polling stops, whatever the server says.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::TokenResponse;
use super::grant::{ENDPOINT, PreparedGrant};
use crate::constants::error_codes;
use crate::exchange::Port;
use crate::protocol::attempts::deadline_passed;
use crate::protocol::error::{PollEnd, RequestError};
use crate::transport::{RetrySettings, TransportErrorKind};

/// RFC 8628 section 3.5.
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// How often the observer is told, and a cancellation noticed.
const TICK: Duration = Duration::from_secs(1);
/// A time-out doubles the interval up to this.
const LONGEST_INTERVAL: Duration = Duration::from_secs(120);

/// Where a polling stands: what a program shows as "waiting, 4:35 left".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PollProgress {
    /// How long the codes still live.
    pub remaining: Duration,
    /// How long until the next poll.
    pub next_poll: Duration,
    /// How often was asked so far.
    pub polls: u32,
}

/// Ends a polling from elsewhere, within a second. Clones are the same switch. (An async polling also ends when its future is dropped.)
#[derive(Debug, Clone, Default)]
pub struct PollCancellation(Arc<AtomicBool>);

impl PollCancellation {
    /// Not cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// Who is told about the progress.
#[derive(Clone)]
pub(super) struct Observer(Arc<dyn Fn(PollProgress) + Send + Sync>);

impl Observer {
    pub(super) fn new(observe: impl Fn(PollProgress) + Send + Sync + 'static) -> Self {
        Self(Arc::new(observe))
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}

/// When to poll.
#[derive(Debug)]
pub(super) struct Schedule {
    pub(super) interval: Duration,
    /// Monotonic time at which the codes end.
    pub(super) ends_at: Duration,
    pub(super) observer: Option<Observer>,
    pub(super) cancellation: Option<PollCancellation>,
}

/// Polls until there are tokens, a rejection, or the end.
pub(super) async fn poll(mut grant: PreparedGrant, mut schedule: Schedule, port: Port) -> Result<TokenResponse, RequestError> {
    // Whether to ask again is decided here, whatever the caller's settings for single attempts say.
    grant.post.options.retry = Some(RetrySettings::NONE);
    // The deadline is for all polls and waits together: each poll has what is left of it.
    let deadline = grant.post.options.deadline.map(|deadline| port.monotonic().saturating_add(deadline));
    let mut polls = 0;
    let mut wait = schedule.interval;
    loop {
        schedule.wait(wait, deadline, polls, &port).await?;
        grant.post.options.deadline = deadline.map(|end| end.saturating_sub(port.monotonic()));
        polls += 1;
        let error = match grant.run(&port).await {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        wait = schedule.after(&error).ok_or(error)?;
    }
}

impl Schedule {
    /// How long to wait after this error; `None` where it ends the polling.
    fn after(&mut self, error: &RequestError) -> Option<Duration> {
        match error.oauth_error().map(|error| error.error()) {
            Some(error_codes::AUTHORIZATION_PENDING) => {}
            Some(error_codes::SLOW_DOWN) => self.interval = self.interval.saturating_add(SLOW_DOWN),
            _ if is_busy(error) => {}
            _ if is_passing(error) => self.interval = self.interval.saturating_mul(2).min(LONGEST_INTERVAL.max(self.interval)),
            _ => return None,
        }
        Some(self.interval.max(error.retry_after().unwrap_or_default()))
    }

    async fn wait(&self, wait: Duration, deadline: Option<Duration>, polls: u32, port: &Port) -> Result<(), RequestError> {
        let ended = |end| RequestError::Poll { endpoint: ENDPOINT.into(), end };
        let until = port.monotonic().saturating_add(wait);
        match deadline.filter(|deadline| *deadline < self.ends_at) {
            Some(deadline) if until >= deadline => {
                return Err(RequestError::Transport { endpoint: ENDPOINT.into(), source: deadline_passed() });
            }
            None if until >= self.ends_at => return Err(ended(PollEnd::Expired)),
            _ => {}
        }
        let is_watched = self.observer.is_some() || self.cancellation.is_some();
        loop {
            if self.cancellation.as_ref().is_some_and(PollCancellation::is_cancelled) {
                return Err(ended(PollEnd::Cancelled));
            }
            let now = port.monotonic();
            let left = until.saturating_sub(now);
            if let Some(Observer(observe)) = &self.observer {
                observe(PollProgress { remaining: self.ends_at.saturating_sub(now), next_poll: left, polls });
            }
            if left.is_zero() {
                return Ok(());
            }
            port.wait(if is_watched { left.min(TICK) } else { left }).await;
        }
    }
}

fn status(error: &RequestError) -> Option<u16> {
    let status = error.oauth_error().map(|error| error.status()).or_else(|| error.http_error().map(|rejection| rejection.status()));
    status.map(|status| status.as_u16())
}

/// 503 or 429 with a `Retry-After`: the server asks for patience.
fn is_busy(error: &RequestError) -> bool {
    status(error).is_some_and(|status| matches!(status, 429 | 503)) && error.retry_after().is_some()
}

/// Trouble on the network, at the server or at a proxy before it: it may have passed by the next poll. Where the response broke off half-way
/// the server may have handed out the tokens: the next poll is then told so.
fn is_passing(error: &RequestError) -> bool {
    use TransportErrorKind::{Connect, Interrupted, Timeout};
    match error {
        RequestError::Transport { source, .. } => matches!(source.kind(), Timeout | Connect | Interrupted),
        RequestError::OAuth { error, .. } if error.error() == error_codes::TEMPORARILY_UNAVAILABLE => true,
        _ => status(error).is_some_and(|status| matches!(status, 408 | 429 | 500 | 502..=504 | 506..=599)),
    }
}
