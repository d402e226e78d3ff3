//! Why no response came to the loopback address.

use std::io;
use std::sync::Arc;

use crate::error_kind::classify;

/// The receiver could not be set up, or brought no response; [`code`](Self::code) is a stable name.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum LoopbackError {
    /// A setting is wrong.
    #[error("`{member}` {problem}")]
    Configuration {
        /// The setter at fault.
        member: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The port cannot be had, or no longer listened on.
    #[error("cannot listen on the loopback address")]
    Listen(#[source] Arc<io::Error>),
    /// The browser did not return in time.
    #[error("the browser did not return in time")]
    TimedOut,
}

classify! { LoopbackError {
    Self::Configuration { .. } => "loopback_configuration" Configuration;
    Self::Listen(_) => "loopback_listen" Configuration;
    Self::TimedOut => "loopback_timed_out" Flow;
} }

impl From<io::Error> for LoopbackError {
    fn from(error: io::Error) -> Self {
        Self::Listen(Arc::new(error))
    }
}
