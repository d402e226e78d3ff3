//! What a token manager fails with by itself.

use std::time::Duration;

use thiserror::Error;

use crate::error::Error;
use crate::error_kind::classify;

/// Why a [`TokenManager`](super::TokenManager) gives no token without having asked the server.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum TokenError {
    /// The last request failed a moment ago, and the next one waits until a pause is over.
    #[error("the token request failed and is not repeated for another {} s", seconds(*retry_after))]
    Paused {
        /// What the last request failed with.
        #[source]
        cause: Error,
        /// How long until the next request may be sent.
        retry_after: Duration,
    },
    /// As many token requests are under way as the manager allows, and none ended before the deadline.
    #[error("too many token requests are under way ({limit} {scope}); raise `{setter}` or the deadline")]
    TooManyRequests {
        /// The limit that was reached.
        limit: usize,
        /// What the limit counts.
        scope: &'static str,
        /// The setting that raises it.
        setter: &'static str,
    },
    /// A DPoP-bound token was to be sent as a bearer token (RFC 9449 section 7.2).
    #[error("the token is of type \"{token_type}\" and cannot be sent as \"Bearer\"; send it with a proof by `DpopClient`")]
    NotBearer {
        /// The type of the token.
        token_type: String,
    },
}

fn seconds(duration: Duration) -> u64 {
    duration.as_secs().max(1)
}

classify! { TokenError {
    Self::TooManyRequests { .. } => "too_many_token_requests" Flow retryable true;
    Self::NotBearer { .. } => "token_not_bearer" Configuration;
} inner {
    Self::Paused { cause, .. } => cause.class();
} }

impl TokenError {
    /// How long until the next request may be sent.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Paused { retry_after, .. } => Some(*retry_after),
            _ => None,
        }
    }
}
