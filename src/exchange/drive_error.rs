//! What a driver itself may fail with.

use crate::environment::EntropyError;
use crate::error_kind::classify;

/// A driver could not perform a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DriveError {
    /// The exchange has to wait and the environment has no timer.
    #[error("no timer is configured; enable the feature `tokio` or set one with `Environment::with_timer(…)`")]
    NoTimer,
    /// The timer panicked, as tokio's does on a runtime without timers.
    #[error(
        "the environment's timer cannot be used here: build the tokio runtime with `enable_time`, or set one by `Environment::with_timer`"
    )]
    TimerPanicked,
    /// The environment gave no random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// Keys have to be fetched, or a token introspected, by a kind of call for which no client was given.
    #[error("no {needed} is configured; set one with `.{}(…)`", setter(.needed))]
    NoClient {
        /// What is missing.
        needed: &'static str,
    },
    /// A key, an assertion factory, a replay store or a claim validator that lives elsewhere has no way for this kind of driver.
    #[error("the {what} of this request cannot be used by {needed} calls; configure one that can")]
    NoRemote {
        /// `signer`, `assertion factory`, `replay store` or `claim validator`.
        what: &'static str,
        /// `async` or `blocking`.
        needed: &'static str,
    },
}

/// The setter of what is missing.
fn setter(needed: &str) -> &'static str {
    if needed.starts_with("blocking") { "blocking_http" } else { "http" }
}

classify! { DriveError {
    Self::NoTimer | Self::TimerPanicked | Self::Entropy(_) | Self::NoClient { .. } | Self::NoRemote { .. } => "driver" Configuration;
} }
