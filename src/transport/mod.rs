//! The HTTP seam: one object-safe trait with one method, over the types of the `http` crate.
//!
//! Everything this crate sends goes through [`HttpClient`] (or [`BlockingHttpClient`]), so an application brings any client it
//! likes and a test injects a mock. The transport moves bytes and has never heard of OAuth.
//!
//! What the seam asks of an implementation:
//! - send the request as it is: method, URL, headers and body, nothing added that changes their meaning;
//! - **follow no redirect**: a 3xx is returned as it came (a followed 307 would post client secrets to another origin);
//! - stop reading at the request's [`BodyLimit`] and give up after its [`AttemptTimeout`] (both in the request's extensions);
//! - return every HTTP response, whatever its status, as `Ok`; an `Err` means that no usable response came;
//! - never panic.
//!
//! `testing::seam` checks these points for any client.
//!
//! `ReqwestClient` (feature `reqwest`) and `BlockingReqwestClient` (features `reqwest` and `blocking`) are the clients that this crate brings.
//! [`Retrying`] repeats attempts for callers of a bare client; [`RetrySettings`], [`is_retryable_status`] and [`retry_after`] are its
//! rules as pure functions; [`TransportSettings`] reads the environment.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

mod clients;
mod error;
mod limits;
#[cfg(feature = "reqwest")]
mod reqwest_client;
mod resolver;
mod retry;
mod retrying;
mod settings;

pub use clients::HttpClients;
pub use error::{TransportError, TransportErrorKind};
pub use limits::{AttemptTimeout, BodyLimit, ParsedUrl, Repeat};
#[cfg(all(feature = "reqwest", feature = "blocking"))]
pub use reqwest_client::BlockingReqwestClient;
#[cfg(feature = "reqwest")]
pub use reqwest_client::{ReqwestClient, ReqwestClientBuilder};
pub use resolver::{ForbiddenAddress, NameResolver};
pub use retry::{RetrySettings, is_retryable_status, retry_after};
pub use retrying::Retrying;
pub use settings::TransportSettings;

/// A request as it goes to the wire: method, URL, headers and the whole body.
///
/// Its extensions may hold a [`BodyLimit`], an [`AttemptTimeout`], a [`Repeat`] mark and the [`ParsedUrl`].
pub type HttpRequest = http::Request<Bytes>;

/// A response as it came from the wire: status, headers and the whole (decompressed) body.
pub type HttpResponse = http::Response<Bytes>;

/// Sends one HTTP request and returns the response: the injectable client that every request of this crate runs against.
///
/// Defaults and security: see the [module documentation](self) for what an implementation must do, above all follow no redirect.
///
/// # Errors
/// [`TransportError`] when no usable response came; any HTTP status is a response.
///
/// # Example
/// ```
/// use identity_model::transport::{HttpClient, HttpRequest, HttpResponse, TransportError};
///
/// #[derive(Debug)]
/// struct Maintenance;
///
/// #[async_trait::async_trait]
/// impl HttpClient for Maintenance {
///     async fn send(&self, _request: HttpRequest) -> Result<HttpResponse, TransportError> {
///         let mut response = HttpResponse::new("down for maintenance".into());
///         *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
///         Ok(response)
///     }
/// }
/// ```
#[async_trait]
pub trait HttpClient: Send + Sync {
    /// Sends `request` and waits for the whole response. Dropping the future cancels the call.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}

/// The blocking twin of [`HttpClient`]: the same contract, on the calling thread.
///
/// # Errors
/// [`TransportError`] when no usable response came; any HTTP status is a response.
pub trait BlockingHttpClient: Send + Sync {
    /// Sends `request` and blocks until the whole response is there.
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError>;
}

#[async_trait]
impl<C: HttpClient + ?Sized> HttpClient for &C {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request).await
    }
}

#[async_trait]
impl<C: HttpClient + ?Sized> HttpClient for Arc<C> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request).await
    }
}

#[async_trait]
impl<C: HttpClient + ?Sized> HttpClient for Box<C> {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request).await
    }
}

impl<C: BlockingHttpClient + ?Sized> BlockingHttpClient for &C {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request)
    }
}

impl<C: BlockingHttpClient + ?Sized> BlockingHttpClient for Arc<C> {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request)
    }
}

impl<C: BlockingHttpClient + ?Sized> BlockingHttpClient for Box<C> {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        (**self).send(request)
    }
}
