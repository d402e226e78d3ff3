//! What is the caller's own and has to be awaited: how an exchange reaches it, which itself awaits nothing but its port.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

/// Something of the caller's own that has to be awaited, such as a claim validator that asks a database: an async driver awaits it, a blocking
/// one cannot.
pub struct AwaitOrder {
    what: &'static str,
    future: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl AwaitOrder {
    pub(super) fn new(what: &'static str, future: impl Future<Output = ()> + Send + 'static) -> Self {
        Self { what, future: Box::pin(future) }
    }

    /// What it is, for an error: `claim validator`.
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// Awaits it. Its outcome is the exchange's business.
    pub async fn awaited(self) {
        self.future.await;
    }
}

impl fmt::Debug for AwaitOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwaitOrder").field("what", &self.what).finish_non_exhaustive()
    }
}
