//! The async and the blocking client of one configuration, as one value.

use std::fmt;
use std::sync::Arc;

use super::{BlockingHttpClient, HttpClient};

/// The HTTP clients that a cache or a provider's keys fetch with: the async one for async callers, the blocking one for blocking callers.
///
/// Cheap to clone. Default: none, for callers that drive every [exchange](crate::exchange) by hand.
///
/// # Example
/// ```
/// use identity_model::testing::TestProvider;
/// use identity_model::transport::HttpClients;
///
/// let provider = TestProvider::new(); // an async and a blocking client in one
/// let clients = HttpClients::new(provider.clone()).with_blocking(provider);
/// assert!(clients.http.is_some() && clients.blocking.is_some());
/// ```
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct HttpClients {
    /// The client for async callers.
    pub http: Option<Arc<dyn HttpClient>>,
    /// The client for blocking callers.
    pub blocking: Option<Arc<dyn BlockingHttpClient>>,
}

impl HttpClients {
    /// A client for async callers.
    pub fn new(http: impl HttpClient + 'static) -> Self {
        Self { http: Some(Arc::new(http)), blocking: None }
    }

    /// A client for blocking callers.
    pub fn new_blocking(blocking: impl BlockingHttpClient + 'static) -> Self {
        Self { http: None, blocking: Some(Arc::new(blocking)) }
    }

    /// The same with an async client.
    #[must_use]
    pub fn with_http(mut self, http: impl HttpClient + 'static) -> Self {
        self.http = Some(Arc::new(http));
        self
    }

    /// The same with a blocking client.
    #[must_use]
    pub fn with_blocking(mut self, blocking: impl BlockingHttpClient + 'static) -> Self {
        self.blocking = Some(Arc::new(blocking));
        self
    }
}

impl fmt::Debug for HttpClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpClients").field("http", &self.http.is_some()).field("blocking", &self.blocking.is_some()).finish()
    }
}
