//! What an exchange asks of its driver.

use std::fmt;
use std::time::Duration;

use super::awaiting::AwaitOrder;
use super::remote::{AssertOrder, SignOrder};
use super::replay::RememberOrder;
use super::shared_fetch::SharedFetch;
use crate::transport::{HttpRequest, Repeat};

/// What an exchange wants done next.
#[non_exhaustive]
pub enum Step<T, E> {
    /// Send this request and resume with [`Event::Answered`](super::Event::Answered). `repeat` says what may be sent again; the exchange itself decides on retries
    /// and then yields a freshly built request, so a driver sends each one once.
    Send {
        /// What to send.
        request: HttpRequest,
        /// What may be sent again after a failure.
        repeat: Repeat,
    },
    /// Have this signed by a key that lives elsewhere and resume with [`Event::Signed`](super::Event::Signed).
    Sign(SignOrder),
    /// Have this client assertion made elsewhere and resume with [`Event::Asserted`](super::Event::Asserted).
    Assert(AssertOrder),
    /// Have this remembered by a replay store and resume with [`Event::Remembered`](super::Event::Remembered).
    Remember(RememberOrder),
    /// Have this awaited and resume with [`Event::Awaited`](super::Event::Awaited).
    Await(AwaitOrder),
    /// Wait this long and resume with [`Event::Waited`](super::Event::Waited).
    Wait(Duration),
    /// Complete this fetch, by leading it or by waiting for its leader ([`SharedFetch::role`]), and resume with [`Event::Joined`](super::Event::Joined).
    Join(SharedFetch),
    /// The exchange is over.
    Done(Result<T, E>),
}

/// Method and address without its query: headers and body may hold secrets.
impl<T: fmt::Debug, E: fmt::Debug> fmt::Debug for Step<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send { request, repeat } => {
                let address = shown_address(request.uri());
                f.debug_struct("Send")
                    .field("method", request.method())
                    .field("address", &address)
                    .field("repeat", repeat)
                    .finish_non_exhaustive()
            }
            Self::Sign(order) => f.debug_tuple("Sign").field(order).finish(),
            Self::Assert(order) => f.debug_tuple("Assert").field(order).finish(),
            Self::Remember(order) => f.debug_tuple("Remember").field(order).finish(),
            Self::Await(order) => f.debug_tuple("Await").field(order).finish(),
            Self::Wait(duration) => f.debug_tuple("Wait").field(duration).finish(),
            Self::Join(fetch) => f.debug_tuple("Join").field(fetch).finish(),
            Self::Done(result) => f.debug_tuple("Done").field(result).finish(),
        }
    }
}

/// What a port asks of the driver; a [`Step`] without its end.
pub(super) enum Effect {
    Send { request: HttpRequest, repeat: Repeat },
    Sign(SignOrder),
    Assert(AssertOrder),
    Remember(RememberOrder),
    Await(AwaitOrder),
    Wait(Duration),
    Join(SharedFetch),
}

impl Effect {
    pub(super) fn into_step<T, E>(self) -> Step<T, E> {
        match self {
            Self::Send { request, repeat } => Step::Send { request, repeat },
            Self::Sign(order) => Step::Sign(order),
            Self::Assert(order) => Step::Assert(order),
            Self::Remember(order) => Step::Remember(order),
            Self::Await(order) => Step::Await(order),
            Self::Wait(duration) => Step::Wait(duration),
            Self::Join(fetch) => Step::Join(fetch),
        }
    }
}

/// Scheme, host, port and path of what is sent: never its query.
pub(crate) fn shown_address(uri: &http::Uri) -> String {
    let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}{}", uri.scheme_str().unwrap_or_default(), uri.host().unwrap_or_default(), uri.path())
}
