//! The URL that an application is called by from outside: RFC 9449 section 4.3 compares it with `htu`.

use super::forwarded::ForwardingHeaders;
use super::proxies::TrustedProxies;
use super::request::IncomingRequest;
use crate::error_kind::classify;
use crate::protocol::dpop::{TargetUri, TargetUriError};

/// What an application is called by from outside: from its configuration, or from headers of proxies that are named.
///
/// RFC 9449 section 4.3, RFC 7239. A proxy may change scheme, host, port and path of a request, and a client may write any `Host`: neither
/// says which URL the client has called. With a base URL no header is read at all.
///
/// # Example
/// ```
/// use http::HeaderMap;
/// use identity_model::protocol::incoming::{IncomingRequest, PublicUrl};
///
/// let public = PublicUrl::new("https://api.example.com/orders")?;
/// let headers = HeaderMap::new();
/// let request = IncomingRequest::new("GET", "/v1/items?page=2", &headers);
/// assert_eq!(public.of(&request)?, "https://api.example.com/orders/v1/items?page=2");
/// # Ok::<(), identity_model::protocol::incoming::PublicUrlError>(())
/// ```
#[derive(Debug, Clone)]
pub struct PublicUrl(Source);

#[derive(Debug, Clone)]
enum Source {
    /// Origin and prefix, without a slash at the end.
    Base(String),
    Proxies(Proxies),
}

#[derive(Debug, Clone)]
struct Proxies {
    trusted: TrustedProxies,
    headers: ForwardingHeaders,
    allowed_hosts: Vec<String>,
    reads_prefix: bool,
}

/// Why the public URL of a request is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublicUrlError {
    /// The base URL or an allowed host cannot be used: a mistake in the configuration.
    #[error("`{text}` cannot be used as a public base URL or host")]
    Base {
        /// What was given.
        text: String,
        /// What is wrong with it; none for a query or fragment.
        #[source]
        source: Option<TargetUriError>,
    },
    /// The list of allowed hosts is empty: a mistake in the configuration.
    #[error("no host is allowed; name those that the application is called by")]
    NoHost,
    /// The request comes from an address that is not a trusted proxy's.
    #[error("the request does not come from a trusted proxy")]
    UntrustedPeer,
    /// The proxies' headers are missing, contradict each other or cannot be read.
    #[error("the forwarding headers are {problem}")]
    Headers {
        /// What is wrong with them.
        problem: &'static str,
    },
    /// The host that was called is not among the allowed ones.
    #[error("the host that was called is not an allowed one")]
    Host,
    /// The request's target is not a path.
    #[error("the target of the request is not a path")]
    Target,
}

classify! { PublicUrlError {
    Self::Base { .. } | Self::NoHost => "public_url_configuration" Configuration;
    Self::UntrustedPeer => "public_url_untrusted_peer" Validation;
    Self::Headers { .. } => "public_url_headers" Validation;
    Self::Host => "public_url_host" Validation;
    Self::Target => "public_url_target" Validation;
} }

impl PublicUrl {
    /// The application is called by this base URL: scheme, host, port, and the path that a proxy strips before it passes requests on.
    ///
    /// # Errors
    /// [`PublicUrlError::Base`] for anything but an `https` or `http` URL without query and fragment.
    pub fn new(base: &str) -> Result<Self, PublicUrlError> {
        let wrong = |source| PublicUrlError::Base { text: crate::encoding::json::printable(base), source };
        TargetUri::parse(base).map_err(|error| wrong(Some(error)))?;
        if base.contains(['?', '#']) {
            return Err(wrong(None));
        }
        Ok(Self(Source::Base(base.trim_end_matches('/').to_owned())))
    }

    /// The application is called by what these proxies say in these headers: scheme, host and port, the host being one of `allowed_hosts`
    /// (`api.example.com`, `api.example.com:8443`). Where they do not say the host, `Host` counts, for it comes from a proxy too.
    ///
    /// # Errors
    /// [`PublicUrlError::Base`] for a host that is none, [`PublicUrlError::NoHost`] for an empty list.
    pub fn forwarded(
        proxies: TrustedProxies,
        headers: ForwardingHeaders,
        allowed_hosts: impl IntoIterator<Item = impl Into<String>>,
    ) -> Result<Self, PublicUrlError> {
        let allowed_hosts: Vec<String> = allowed_hosts.into_iter().map(Into::into).collect();
        for host in &allowed_hosts {
            let wrong = |source| PublicUrlError::Base { text: crate::encoding::json::printable(host), source };
            TargetUri::parse(&format!("https://{host}/")).map_err(|error| wrong(Some(error)))?;
            if host.contains(['/', '?', '#']) {
                return Err(wrong(None));
            }
        }
        if allowed_hosts.is_empty() {
            return Err(PublicUrlError::NoHost);
        }
        Ok(Self(Source::Proxies(Proxies { trusted: proxies, headers, allowed_hosts, reads_prefix: false })))
    }

    /// The same, and `X-Forwarded-Prefix` of the proxies is the path that they have stripped. Default: no path is stripped. It has no effect
    /// beside a base URL.
    #[must_use]
    pub fn with_prefix_header(mut self) -> Self {
        if let Source::Proxies(proxies) = &mut self.0 {
            proxies.reads_prefix = true;
        }
        self
    }

    /// The URL that the client has called, query included.
    ///
    /// # Errors
    /// [`PublicUrlError`].
    pub fn of(&self, request: &IncomingRequest<'_>) -> Result<String, PublicUrlError> {
        if !request.target().starts_with('/') {
            return Err(PublicUrlError::Target);
        }
        let base = match &self.0 {
            Source::Base(base) => base.clone(),
            Source::Proxies(proxies) => proxies.base(request)?,
        };
        Ok(format!("{base}{}", request.target()))
    }
}

impl Proxies {
    fn base(&self, request: &IncomingRequest<'_>) -> Result<String, PublicUrlError> {
        let wrong = |problem| PublicUrlError::Headers { problem };
        if !self.trusted.trusts_peer(request.peer()) {
            return Err(PublicUrlError::UntrustedPeer);
        }
        let hops = self.headers.read(request).map_err(|_| wrong("unreadable or contradictory"))?;
        let place = self.trusted.outermost(hops.len(), |place| hops.get(place).and_then(|hop| hop.peer));
        let hop = place.and_then(|place| hops.get(place)).ok_or_else(|| wrong("missing, or written by fewer proxies than configured"))?;
        let scheme = match hop.scheme.as_deref() {
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
            Some(scheme) if scheme.eq_ignore_ascii_case("http") => "http",
            _ => return Err(wrong("without the scheme `https` or `http`")),
        };
        let host = match &hop.host {
            Some(host) => host.clone(),
            None => only_line(request, "host").ok_or(PublicUrlError::Host)?,
        };
        Ok(format!("{scheme}://{}{}", self.allowed(scheme, &host)?, self.prefix(request)?))
    }

    /// The allowed spelling of the host that was called.
    fn allowed(&self, scheme: &str, host: &str) -> Result<&str, PublicUrlError> {
        let origin = |host: &str| TargetUri::parse(&format!("{scheme}://{host}/")).ok();
        let called = origin(host).ok_or(PublicUrlError::Host)?;
        let allowed = self.allowed_hosts.iter().find(|allowed| origin(allowed).as_ref() == Some(&called));
        allowed.map(String::as_str).ok_or(PublicUrlError::Host)
    }

    fn prefix(&self, request: &IncomingRequest<'_>) -> Result<String, PublicUrlError> {
        const NAME: &str = "x-forwarded-prefix";
        if !self.reads_prefix || request.lines(NAME).is_empty() {
            return Ok(String::new());
        }
        let wrong = || PublicUrlError::Headers { problem: "not readable: `X-Forwarded-Prefix` is no path" };
        let prefix = only_line(request, NAME).ok_or_else(wrong)?;
        let is_path = prefix.starts_with('/') && !prefix.contains(['?', '#', ',']);
        if !is_path || TargetUri::parse(&format!("https://host{prefix}")).is_err() {
            return Err(wrong());
        }
        Ok(prefix.trim_end_matches('/').to_owned())
    }
}

fn only_line(request: &IncomingRequest<'_>, name: &str) -> Option<String> {
    match request.lines(name)[..] {
        [line] => std::str::from_utf8(line).ok().map(str::to_owned),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
