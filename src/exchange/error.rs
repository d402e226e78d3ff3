//! An exchange that was driven or built wrongly, or whose shared fetch was lost.

use crate::error_kind::classify;

/// An exchange was driven or built wrongly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExchangeError {
    /// It was resumed after it had said [`Step::Done`](super::Step::Done).
    #[error("the exchange was resumed after its end")]
    Over,
    /// The driver did not answer the step it was asked to perform.
    #[error("the driver did not perform the step it was given")]
    Unanswered,
    /// Its body awaits something that is not a step of its port.
    #[error("the exchange awaits a future that is not a step of its port")]
    Stuck,
    /// The shared fetch that it joined came to its end without an outcome, because what carried it out panicked.
    #[error("the shared fetch ended without an outcome")]
    Lost,
}

classify! { ExchangeError {
    Self::Over | Self::Unanswered | Self::Stuck | Self::Lost => "exchange" Configuration;
} }
