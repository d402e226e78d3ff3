//! Why no usable response came from the wire.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::error_kind::classify;

/// What kept a response from arriving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The client is set up wrongly, or cannot be used where it was called (settings, certificates, a blocking client inside async).
    Configuration,
    /// No connection: name resolution, rejected, unreachable, proxy. Nothing of the request was sent.
    Connect,
    /// The TLS handshake failed: certificate, protocol version, name. Nothing of the request was sent.
    Tls,
    /// The server demands a client certificate, or rejects the one that was presented (RFC 8446 section 4.4.2). In TLS 1.3 it says so after the
    /// client has begun to send.
    ClientCertificate,
    /// The proxy demands credentials, or rejects the ones that were given (RFC 9110 section 15.5.8). Nothing of the request reached the server.
    ProxyAuthentication,
    /// The host leads to an address that the client does not connect to ([`ForbiddenAddress`](super::ForbiddenAddress)). Nothing of the
    /// request was sent.
    ForbiddenAddress,
    /// The attempt took longer than its time-out.
    Timeout,
    /// The body is longer than the limit of the request.
    BodyTooLarge,
    /// The connection broke while the request was being sent or the response being read.
    Interrupted,
    /// What came is not HTTP, or cannot be decoded (compression, framing).
    Protocol,
    /// Any other failure of the client.
    Other,
}

classify! { TransportErrorKind {
    Self::Configuration => "transport_configuration" Configuration;
    Self::Connect => "connect" Transport retryable true;
    Self::Tls => "tls" Transport;
    Self::ClientCertificate => "client_certificate" Transport;
    Self::ProxyAuthentication => "proxy_authentication" Transport;
    Self::ForbiddenAddress => "forbidden_address" Transport;
    Self::Timeout => "timeout" Transport retryable true;
    Self::BodyTooLarge => "body_too_large" Transport;
    Self::Interrupted => "interrupted" Transport retryable true;
    Self::Protocol => "http_protocol" Transport;
    Self::Other => "transport" Transport;
} }

/// No usable response came from the wire: the kind says why, `source()` keeps the client's own error.
///
/// Cheap to clone. Neither `Display` nor `Debug` shows a URL's query, a header or a body.
#[derive(Clone)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: Arc<str>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

impl TransportError {
    /// An error of `kind` with a sentence for the log. `message` must not hold secrets.
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into().into(), source: None }
    }

    /// The same error with the error that caused it; `source` must show no secrets and no query string.
    #[must_use]
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// What kept the response from arriving.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Whether it is certain that nothing of the request reached the server.
    pub fn is_unsent(&self) -> bool {
        use TransportErrorKind::{Configuration, Connect, ForbiddenAddress, ProxyAuthentication, Tls};
        matches!(self.kind, Configuration | Connect | Tls | ForbiddenAddress | ProxyAuthentication)
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError").field("kind", &self.kind).field("message", &self.message).finish_non_exhaustive()
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
