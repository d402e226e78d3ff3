//! What is looked at of a request that arrives.

use std::fmt;
use std::net::IpAddr;

use http::HeaderMap;

use crate::constants::parameters;
use crate::encoding::form::Form;
use crate::protocol::mtls::CertificateThumbprint;

/// The head of a request that arrives at a protected resource: method, target, headers, and who is at the other end of the connection.
///
/// RFC 9110 section 7.1. The target is the raw one of the request line (`/v1/items?page=2`), not one that a router has decoded or shortened.
///
/// # Example
/// ```
/// use identity_model::protocol::incoming::IncomingRequest;
///
/// let (parts, _) = http::Request::get("/v1/items").header("authorization", "DPoP token").body(())?.into_parts();
/// let request = IncomingRequest::from_parts(&parts).with_peer([127, 0, 0, 1]);
/// assert_eq!((request.method(), request.target()), ("GET", "/v1/items"));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone)]
pub struct IncomingRequest<'a> {
    method: &'a str,
    target: &'a str,
    headers: &'a HeaderMap,
    peer: Option<IpAddr>,
    certificate: Option<CertificateThumbprint>,
    has_token_in_body: bool,
}

impl<'a> IncomingRequest<'a> {
    /// A request with this method, target and headers.
    pub fn new(method: &'a str, target: &'a str, headers: &'a HeaderMap) -> Self {
        Self { method, target, headers, peer: None, certificate: None, has_token_in_body: false }
    }

    /// The head of a request of the crate `http`.
    pub fn from_parts(parts: &'a http::request::Parts) -> Self {
        let target = parts.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        Self::new(parts.method.as_str(), target, &parts.headers)
    }

    /// Sets the address at the other end of the connection: of the client, or of the last proxy. Default: unknown, so no header of a proxy
    /// is believed.
    #[must_use]
    pub fn with_peer(mut self, peer: impl Into<IpAddr>) -> Self {
        self.peer = Some(peer.into());
        self
    }

    /// Sets the certificate that the client has proved in the TLS handshake of this connection. Default: none.
    #[must_use]
    pub fn with_certificate(mut self, certificate: CertificateThumbprint) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// Says what the form in the body holds: a token in it beside one in the header is an error (RFC 6750 section 2). Default: no form.
    #[must_use]
    pub fn with_form(mut self, form: &Form) -> Self {
        self.has_token_in_body = form.contains(parameters::ACCESS_TOKEN);
        self
    }

    /// The method, in the case in which it came.
    pub fn method(&self) -> &'a str {
        self.method
    }

    /// The target as it came: path and query.
    pub fn target(&self) -> &'a str {
        self.target
    }

    /// The headers.
    pub fn headers(&self) -> &'a HeaderMap {
        self.headers
    }

    /// The address at the other end of the connection.
    pub fn peer(&self) -> Option<IpAddr> {
        self.peer
    }

    /// The certificate of the TLS handshake.
    pub fn certificate(&self) -> Option<&CertificateThumbprint> {
        self.certificate.as_ref()
    }

    /// Whether an access token stands where it should not: in the query or in the form.
    pub(crate) fn has_token_outside_of_headers(&self) -> bool {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        // Names alone are compared, each decoded by itself: a value that cannot be decoded hides no token.
        let names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
        let is_token = |name: &str| crate::encoding::form::decode_component(name).is_ok_and(|name| name == parameters::ACCESS_TOKEN);
        self.has_token_in_body || names.into_iter().any(is_token)
    }

    /// The lines of a header.
    pub(crate) fn lines(&self, name: &str) -> Vec<&'a [u8]> {
        self.headers.get_all(name).iter().map(http::HeaderValue::as_bytes).collect()
    }
}

/// Method, path and the names of headers.
impl fmt::Debug for IncomingRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.target.split(['?', '#']).next().unwrap_or_default();
        f.debug_struct("IncomingRequest")
            .field("method", &self.method)
            .field("path", &path)
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_outside_of_the_headers_is_seen_however_it_is_spelled() {
        let headers = HeaderMap::new();
        let request = |target| IncomingRequest::new("GET", target, &headers);
        for target in ["/?access_token=t", "/?a=1&access_token", "/?acc%65ss_token=t", "/?x=%zz&access_token=t"] {
            assert!(request(target).has_token_outside_of_headers(), "{target}");
        }
        for target in ["/", "/access_token=t", "/?a=access_token", "/?access_tokens=t", "/?x"] {
            assert!(!request(target).has_token_outside_of_headers(), "{target}");
        }
        assert!(request("/").with_form(&Form::parse("access_token=t").unwrap()).has_token_outside_of_headers());
    }

    #[test]
    fn debug_shows_neither_query_nor_values() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", http::HeaderValue::from_static("DPoP t0k3n"));
        let shown = format!("{:?}", IncomingRequest::new("GET", "/a?code=s3cret", &headers));
        assert!(!shown.contains("t0k3n") && !shown.contains("s3cret") && shown.contains("/a"), "{shown}");
    }
}
