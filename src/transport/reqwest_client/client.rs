//! The async client: one request, no redirect, a deadline and a limit.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{StatusCode, Uri};

use super::decoding::decoded;
use super::failure;
use super::failure::Peer;
use super::guard::check_literal;
use super::panics::caught;
use crate::encoding::address_class::AddressClass;
use crate::transport::{
    AttemptTimeout, BodyLimit, HttpClient, HttpRequest, HttpResponse, ParsedUrl, TransportError, TransportErrorKind, TransportSettings,
};

/// The HTTP client that comes with this crate: reqwest on rustls.
///
/// Connections are pooled and shared by clones; HTTP/2 is used where the server offers it; TLS is 1.2 at least.
///
/// Defaults and security:
/// - redirects are never followed; no `Referer`, no cookie, no `Authorization` is added;
/// - nothing is sent twice, but for what HTTP itself proves unprocessed (a stream that an HTTP/2 server rejected, a pooled connection that
///   closed before it was used);
/// - 30 s for each attempt, connect, headers and body together ([`TransportSettings`], [`timeout`](super::ReqwestClientBuilder::timeout); the request's
///   [`AttemptTimeout`] wins);
/// - a body of 1 MiB at most, counted while it is read and after decompression (gzip, deflate; the request's [`BodyLimit`] wins);
///   a declared length above the limit is rejected before anything is read, a smaller one is not believed;
/// - the size of response headers is bounded by hyper: about 400 KiB and 100 lines in HTTP/1.1, 16 KiB in HTTP/2;
/// - the system's root certificates, or those that the environment names ([`TransportSettings`]). A machine that has none can still call
///   plain `http` addresses; an `https` request then names what is missing;
/// - an idle connection is kept for 4 s ([`super::ReqwestClientBuilder::pool_idle_timeout`]);
/// - a proxy as the system says (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`; `http`, `https`, `socks4` and `socks5`), but never to
///   this machine itself (`127.0.0.0/8`, `::1`, `localhost`): plain `http` is allowed there because nothing leaves it;
/// - which scheme and host may be called is not decided here but by the policy that a request carries.
///
/// It needs a running tokio runtime with I/O and time enabled; without one a call fails with a configuration error.
///
/// # Errors
/// See [`TransportErrorKind`]; [`Connect`](TransportErrorKind::Connect) and [`Tls`](TransportErrorKind::Tls) mean that nothing of the
/// request was sent.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use identity_model::transport::ReqwestClient;
///
/// let http = ReqwestClient::new()?;
/// let patient = ReqwestClient::builder().timeout(Duration::from_secs(60)).user_agent("reports/2.1").build()?;
/// # let _ = (http, patient);
/// # Ok::<(), identity_model::transport::TransportError>(())
/// ```
#[derive(Clone)]
pub struct ReqwestClient {
    client: reqwest::Client,
    /// For this machine itself, where the system may name a proxy.
    direct: Option<reqwest::Client>,
    settings: Settings,
}

/// What the client minds beside what reqwest was told.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) timeout: Duration,
    pub(super) client_certificate: bool,
    pub(super) missing_roots: bool,
    pub(super) denies_private: bool,
    /// Whether requests may go through a proxy.
    pub(super) proxied: bool,
}

impl ReqwestClient {
    /// Takes a ready `reqwest::Client`.
    ///
    /// Danger: it cannot be asked whether it follows redirects, keeps cookies or checks certificates. One that follows redirects posts
    /// client secrets to wherever a server points. Check it with `testing::seam`. The environment is not read; 30 s for each attempt.
    pub fn danger_from_client(client: reqwest::Client) -> Self {
        let timeout = TransportSettings::DEFAULT_TIMEOUT;
        let settings = Settings { timeout, client_certificate: false, missing_roots: false, denies_private: false, proxied: true };
        Self { client, direct: None, settings }
    }

    pub(super) fn assembled(client: reqwest::Client, direct: Option<reqwest::Client>, settings: Settings) -> Self {
        Self { client, direct, settings }
    }

    /// The client for this address, and whether a proxy may stand between.
    fn client_for(&self, uri: &Uri) -> (&reqwest::Client, bool) {
        let is_here = || uri.host().and_then(AddressClass::of_host) == Some(AddressClass::Loopback);
        match self.direct.as_ref().filter(|_| is_here()) {
            Some(direct) => (direct, false),
            None => (&self.client, self.settings.proxied),
        }
    }

    /// Whether the builder was given a client certificate (mutual TLS, RFC 8705).
    pub fn has_client_certificate(&self) -> bool {
        self.settings.client_certificate
    }

    fn check(&self, uri: &Uri) -> Result<(), TransportError> {
        let reject = |message: String| Err(TransportError::new(TransportErrorKind::Configuration, message));
        match uri.scheme_str() {
            Some("https") => {}
            Some("http") => return self.check_authority(uri),
            _ => return reject("the address of a request must be an absolute http or https URL".to_owned()),
        }
        if self.settings.missing_roots {
            let message = "no root certificates to check an https server with, the system has none: install the system's (package \
                           ca-certificates), set SSL_CERT_FILE, or add them in the client's builder";
            return reject(message.to_owned());
        }
        self.check_authority(uri)
    }

    fn check_authority(&self, uri: &Uri) -> Result<(), TransportError> {
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            let message = "the address of a request must not hold a user name or password";
            return Err(TransportError::new(TransportErrorKind::Configuration, message));
        }
        match uri.host() {
            Some(host) if self.settings.denies_private => check_literal(host),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl HttpClient for ReqwestClient {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        if tokio::runtime::Handle::try_current().is_err() {
            let message = "ReqwestClient needs a running tokio runtime; without one use BlockingReqwestClient (feature `blocking`)";
            return Err(TransportError::new(TransportErrorKind::Configuration, message));
        }
        self.check(request.uri())?;
        caught(self.exchange(request)).await
    }
}

impl ReqwestClient {
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let limit = request.extensions().get::<BodyLimit>().copied().unwrap_or_default().0;
        let timeout = request.extensions().get::<AttemptTimeout>().map_or(self.settings.timeout, |timeout| timeout.0);
        let peer = Peer::new(request.uri(), timeout);
        let (client, is_proxied) = self.client_for(request.uri());
        let mut request = to_reqwest(request).map_err(|error| failure::from_reqwest(error, &peer))?;
        *request.timeout_mut() = Some(timeout);
        let response = client.execute(request).await.map_err(|error| failure::from_reqwest(error, &peer))?;
        if is_proxied && response.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED {
            return Err(failure::from_proxy(&peer));
        }
        read(response, limit, &peer).await
    }
}

/// The URL is taken as it was parsed where the request brings it, and only where it is the very address of the request.
fn to_reqwest(mut request: HttpRequest) -> Result<reqwest::Request, reqwest::Error> {
    let parsed = request.extensions_mut().remove::<ParsedUrl>();
    match parsed.filter(|parsed| request.uri() == parsed.url().as_str()) {
        Some(parsed) => {
            let (parts, body) = request.into_parts();
            let mut request = reqwest::Request::new(parts.method, parsed.url().clone());
            *request.headers_mut() = parts.headers;
            *request.version_mut() = parts.version;
            *request.body_mut() = (!body.is_empty()).then(|| body.into());
            Ok(request)
        }
        None => reqwest::Request::try_from(request),
    }
}

async fn read(mut response: reqwest::Response, limit: usize, peer: &Peer) -> Result<HttpResponse, TransportError> {
    let declared = response.content_length().unwrap_or_default();
    if usize::try_from(declared).map_or(true, |declared| declared > limit) {
        return Err(failure::too_large(peer, limit));
    }
    let mut body = Body::default();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure::from_reqwest(error, peer))? {
        if chunk.len() > limit - body.len() {
            return Err(failure::too_large(peer, limit));
        }
        body.push(chunk);
    }
    let mut headers = std::mem::take(response.headers_mut());
    let body = decoded(&mut headers, body.into_bytes(), limit).map_err(|error| failure::from_decoding(error, peer, limit))?;
    let mut answer = HttpResponse::new(body);
    *answer.status_mut() = response.status();
    *answer.version_mut() = response.version();
    *answer.headers_mut() = headers;
    Ok(answer)
}

/// A body as it comes in; one that comes in one piece is not copied.
#[derive(Default)]
struct Body {
    first: Bytes,
    all: BytesMut,
}

impl Body {
    fn len(&self) -> usize {
        if self.all.is_empty() { self.first.len() } else { self.all.len() }
    }

    fn push(&mut self, chunk: Bytes) {
        if self.len() == 0 {
            self.first = chunk;
            return;
        }
        if self.all.is_empty() {
            self.all.extend_from_slice(&self.first);
        }
        self.all.extend_from_slice(&chunk);
    }

    fn into_bytes(self) -> Bytes {
        if self.all.is_empty() { self.first } else { self.all.into() }
    }
}

impl fmt::Debug for ReqwestClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestClient")
            .field("timeout", &self.settings.timeout)
            .field("client_certificate", &self.settings.client_certificate)
            .field("deny_private_addresses", &self.settings.denies_private)
            .finish_non_exhaustive()
    }
}
