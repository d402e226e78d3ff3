//! Limits that travel with a request, in the extensions of its `http::Request`.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

/// How many bytes of (decompressed) body a client may read before it gives up with
/// [`TransportErrorKind::BodyTooLarge`](super::TransportErrorKind::BodyTooLarge). Default 1 MiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

impl BodyLimit {
    /// 1 MiB: every response but a key set.
    pub const DEFAULT: Self = Self(1024 * 1024);
    /// 512 KiB: a JWK Set.
    pub const KEY_SET: Self = Self(512 * 1024);
}

impl Default for BodyLimit {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// How long one attempt may take, connect, headers and body together. Without it the client's own time-out counts (30 s).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptTimeout(pub Duration);

/// The address of a request as it was parsed before, for clients that need a [`Url`]: they save parsing the text once more.
///
/// A client takes it only if it is the very address of the request: something between may have changed that one.
///
/// # Example
/// ```
/// use identity_model::transport::{HttpRequest, ParsedUrl};
/// use url::Url;
///
/// fn address(request: &HttpRequest) -> Result<Url, url::ParseError> {
///     match request.extensions().get::<ParsedUrl>() {
///         Some(parsed) if request.uri() == parsed.url().as_str() => Ok(parsed.url().clone()),
///         _ => Url::parse(&request.uri().to_string()),
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedUrl(Arc<Url>);

impl ParsedUrl {
    /// Wraps a parsed address.
    pub fn new(url: impl Into<Arc<Url>>) -> Self {
        Self(url.into())
    }

    /// The parsed address.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

/// What may be sent again after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Repeat {
    /// Reading only: may be sent again after any passing failure (discovery, keys, userinfo, introspection).
    Safe,
    /// May be sent again only when it is certain that nothing of it was processed (a connection that was never made, or 429/503 with
    /// `Retry-After`).
    IfUnsent,
    /// Never sent again.
    #[default]
    Never,
}
