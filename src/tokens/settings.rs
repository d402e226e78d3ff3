//! How long tokens are kept, when they are renewed, and how many requests may be under way.

use std::time::Duration;

use crate::cache::CacheSettings;
use crate::error::Error;
use crate::protocol::{HttpError, OAuthError};
use crate::transport::RetrySettings;

/// The limits and margins of a [`TokenManager`](super::TokenManager).
///
/// A token is renewed from its soft end on, by one caller while the others get the old one, and is no longer used from its hard end on.
/// Defaults: the soft end is 60 s (at most 20 % of the lifetime) and up to 30 s of jitter (at most 10 %) before expiry, the hard end 10 s
/// (at most 5 %) before; a token whose lifetime the server does not state is kept for 5 minutes, none longer than 24 hours; a token request
/// may take 30 s with all its attempts; 10,000 tokens, 1,000 of one tenant; 64 requests under way, 8 of one tenant.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use identity_model::tokens::TokenManagerSettings;
///
/// let settings = TokenManagerSettings::default().with_renewal_margin(Duration::from_secs(120));
/// assert_eq!(settings.lifetime_if_unknown(), Duration::from_secs(300));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenManagerSettings {
    pub(super) renewal_margin: Duration,
    pub(super) jitter: Duration,
    pub(super) safety_margin: Duration,
    lifetime_if_unknown: Duration,
    longest_use: Duration,
    deadline: Duration,
    pub(super) rejection_pause: Duration,
    pub(super) capacity: usize,
    pub(super) tenant_capacity: usize,
    pub(super) requests: usize,
    pub(super) tenant_requests: usize,
}

/// The longest wait that a server's `Retry-After` can impose.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(3600);

/// How long a request is not repeated that fails until its configuration is changed, on one side or the other.
const CONFIGURATION_PAUSE: Duration = Duration::from_secs(60);

/// The OAuth errors that a repetition does not cure (RFC 6749 section 5.2, RFC 8707 section 2).
const NOT_CURED_BY_TIME: [&str; 4] = ["invalid_client", "unauthorized_client", "invalid_scope", "invalid_target"];

impl TokenManagerSettings {
    /// How long before expiry a token is renewed, at most 20 % of its lifetime. Default 60 s.
    #[must_use]
    pub const fn with_renewal_margin(self, margin: Duration) -> Self {
        Self { renewal_margin: margin, ..self }
    }

    /// The most by which the renewal is moved forward at random, at most 10 % of the lifetime, so that processes that fetched together do not
    /// renew together. Default 30 s.
    #[must_use]
    pub const fn with_jitter(self, jitter: Duration) -> Self {
        Self { jitter, ..self }
    }

    /// How long before expiry a token is no longer used, at most 5 % of its lifetime. Default 10 s.
    #[must_use]
    pub const fn with_safety_margin(self, margin: Duration) -> Self {
        Self { safety_margin: margin, ..self }
    }

    /// How long a token is used whose lifetime the server does not state. Default 5 minutes.
    #[must_use]
    pub const fn with_lifetime_if_unknown(self, lifetime: Duration) -> Self {
        Self { lifetime_if_unknown: lifetime, ..self }
    }

    /// How long any token is used at most. Default 24 hours.
    #[must_use]
    pub const fn with_longest_use(self, longest: Duration) -> Self {
        Self { longest_use: longest, ..self }
    }

    /// How long a token request may take, with all attempts and with waiting for its turn. Default 30 s.
    #[must_use]
    pub const fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// How old a token has to be before a rejected one is replaced, and how long the next replacement waits if it is younger. Default 30 s.
    #[must_use]
    pub const fn with_rejection_pause(self, pause: Duration) -> Self {
        Self { rejection_pause: pause, ..self }
    }

    /// How many tokens are kept in all. Default 10,000, at least 1.
    #[must_use]
    pub const fn with_capacity(self, capacity: usize) -> Self {
        Self { capacity, ..self }
    }

    /// How many tokens are kept for one tenant. Default 1,000, at least 1.
    #[must_use]
    pub const fn with_tenant_capacity(self, capacity: usize) -> Self {
        Self { tenant_capacity: capacity, ..self }
    }

    /// How many token requests may be under way in all. Default 64, at least 1.
    #[must_use]
    pub const fn with_concurrent_requests(self, requests: usize) -> Self {
        Self { requests, ..self }
    }

    /// How many token requests may be under way for one tenant. Default 8, at least 1.
    #[must_use]
    pub const fn with_concurrent_tenant_requests(self, requests: usize) -> Self {
        Self { tenant_requests: requests, ..self }
    }

    /// How long a token is used whose lifetime the server does not state.
    pub const fn lifetime_if_unknown(&self) -> Duration {
        self.lifetime_if_unknown
    }

    /// How long any token is used at most.
    pub const fn longest_use(&self) -> Duration {
        self.longest_use
    }

    /// How long a token request may take.
    pub const fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The settings of a token's slot: ages come with each token, so only the limits of the fetch count.
    pub(super) fn slot(&self) -> CacheSettings {
        CacheSettings::default().with_deadline(self.deadline).with_cool_down(self.rejection_pause).with_retry(RetrySettings::NONE)
    }
}

impl Default for TokenManagerSettings {
    fn default() -> Self {
        Self {
            renewal_margin: Duration::from_secs(60),
            jitter: Duration::from_secs(30),
            safety_margin: Duration::from_secs(10),
            lifetime_if_unknown: Duration::from_secs(300),
            longest_use: Duration::from_secs(24 * 3600),
            deadline: Duration::from_secs(30),
            rejection_pause: Duration::from_secs(30),
            capacity: 10_000,
            tenant_capacity: 1_000,
            requests: 64,
            tenant_requests: 8,
        }
    }
}

/// How long a failed token request is not repeated: what the server asks for, one second doubling to thirty (± 20 %) where it may succeed
/// later, a minute where only another configuration helps. Anything else is tried again at once.
pub(super) fn failure_pause(_: &CacheSettings, error: &Error, count: u32, random: u32) -> Duration {
    if let Some(asked) = error.retry_after() {
        return asked.min(LONGEST_RETRY_AFTER);
    }
    if error.oauth_error().is_some_and(|answer| NOT_CURED_BY_TIME.contains(&answer.error())) {
        return CONFIGURATION_PAUSE;
    }
    if !may_pass(error) {
        return Duration::ZERO;
    }
    let doubled = Duration::from_secs(1 << count.saturating_sub(1).min(5)).min(Duration::from_secs(30));
    doubled.mul_f64(0.8 + 0.4 * f64::from(random) / f64::from(u32::MAX))
}

/// Whether the endpoint is ill rather than the request: the failure may pass, and an old token serves meanwhile.
pub(super) fn may_pass(error: &Error) -> bool {
    let status = error.oauth_error().map(OAuthError::status).or_else(|| error.http_error().map(HttpError::status));
    error.is_retryable() || status.is_some_and(|status| status.is_server_error())
}
