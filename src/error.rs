//! The roof: one public error, made from the small errors of each layer.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::drive::DriveError;
use crate::exchange::ExchangeError;

/// Who or what is to blame: the first question about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's mistake: a setting, an address, a client that cannot be used here. Nothing was sent.
    Configuration,
    /// No usable answer came: connect, TLS, time-out, too large, cut.
    Transport,
    /// An answer that is no protocol message: its status or content type.
    Http,
    /// An OAuth error document, at any status.
    Protocol,
    /// JSON or a token that cannot be read.
    Malformed,
    /// The policy refuses an address, an issuer or a document.
    Policy,
    /// A check on a token or on an answer failed.
    Validation,
    /// No key fits, or keys cannot be had.
    Key,
    /// A flow went wrong: callback, transaction, poll.
    Flow,
    /// A store failed.
    Store,
}

/// The error of every call that reaches the network or judges a token.
///
/// One pointer wide and cheap to clone. [`kind`](Self::kind) says who is to blame, [`code`](Self::code) is a stable name for programs,
/// `source()` leads to the cause. Neither `Display` nor `Debug` shows a secret, a token, a body or a query string.
///
/// # Example
/// ```
/// use identity_model::error::{Error, ErrorKind};
///
/// fn may_try_again_later(error: &Error) -> bool {
///     error.is_retryable() || error.kind() == ErrorKind::Transport
/// }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Cause>);

enum Cause {
    Drive(DriveError),
    Exchange(ExchangeError),
}

impl Error {
    /// Who or what is to blame.
    pub fn kind(&self) -> ErrorKind {
        match &*self.0 {
            Cause::Drive(_) | Cause::Exchange(_) => ErrorKind::Configuration,
        }
    }

    /// A stable name of the error in `snake_case`, for programs and dashboards.
    pub fn code(&self) -> &'static str {
        match &*self.0 {
            Cause::Drive(_) => "driver",
            Cause::Exchange(_) => "exchange",
        }
    }

    /// Whether the same call may succeed later without a change at the caller's side.
    pub fn is_retryable(&self) -> bool {
        false
    }

    /// How long the server asks to wait, where it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        None
    }

    fn cause(&self) -> &(dyn StdError + 'static) {
        match &*self.0 {
            Cause::Drive(error) => error,
            Cause::Exchange(error) => error,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.cause(), f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.kind()).field("code", &self.code()).field("cause", &self.cause()).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause().source()
    }
}

macro_rules! causes {
    ($($variant:ident($error:ty);)*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self(Arc::new(Cause::$variant(error)))
            }
        }
    )*};
}

causes! {
    Drive(DriveError);
    Exchange(ExchangeError);
}
