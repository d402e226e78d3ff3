//! The client certificate as a proxy hands it on that ends TLS: RFC 9440 and the headers of well-known proxies.

use std::fmt;

use http::HeaderName;

use super::header_formats::{self, Unreadable};
use super::thumbprint::CertificateThumbprint;
use crate::error_kind::classify;
use crate::protocol::incoming::{IncomingRequest, TrustedProxies};

/// The longest header that is read, in octets.
const LONGEST: usize = 16 * 1024;

/// The header in which named proxies hand on the certificate that a client has proved to them.
///
/// RFC 9440 section 4: the proxy must remove or overwrite the header of every request. The format is stated, never guessed; on a connection
/// from anywhere else the header is an error, because the sender tries to pass for a proxy.
///
/// # Example
/// ```
/// use http::HeaderMap;
/// use identity_model::protocol::incoming::{IncomingRequest, TrustedProxies};
/// use identity_model::protocol::mtls::CertificateHeader;
///
/// let header = CertificateHeader::rfc9440(TrustedProxies::networks(["10.0.0.0/8"])?);
/// let headers = HeaderMap::new();
/// let request = IncomingRequest::new("GET", "/", &headers).with_peer([10, 0, 0, 1]);
/// assert!(header.thumbprint(&request)?.is_none(), "the client has no certificate");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct CertificateHeader {
    name: HeaderName,
    format: Format,
    proxies: TrustedProxies,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Rfc9440,
    Envoy,
    UrlEncodedPem,
    Base64Der,
}

/// Why a certificate header cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateHeaderError {
    /// The header came on a connection that is not a trusted proxy's.
    #[error("the header `{name}` did not come from a trusted proxy")]
    UntrustedPeer {
        /// The header's name.
        name: String,
    },
    /// The header is there twice, too long, or not in the configured format.
    #[error("the header `{name}` is {problem}")]
    Unreadable {
        /// The header's name.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

classify! { CertificateHeaderError {
    Self::UntrustedPeer { .. } => "certificate_header_untrusted_peer" Validation;
    Self::Unreadable { .. } => "certificate_header_unreadable" Validation;
} }

impl CertificateHeader {
    /// `Client-Cert` of RFC 9440: one byte sequence, `:base64 of the DER:`.
    pub fn rfc9440(proxies: TrustedProxies) -> Self {
        Self { name: HeaderName::from_static("client-cert"), format: Format::Rfc9440, proxies }
    }

    /// `X-Forwarded-Client-Cert` of Envoy: the element of the outermost trusted proxy, its `Cert` (URL-encoded PEM) or else its `Hash`.
    ///
    /// Where proxies are named by their addresses the last element counts; where [hops](TrustedProxies::hops) are counted, the one that so
    /// many proxies ago was added.
    pub fn envoy(proxies: TrustedProxies) -> Self {
        Self { name: HeaderName::from_static("x-forwarded-client-cert"), format: Format::Envoy, proxies }
    }

    /// A header that nginx sets to `$ssl_client_escaped_cert`: URL-encoded PEM. The deprecated `$ssl_client_cert` is rejected.
    pub fn nginx(name: HeaderName, proxies: TrustedProxies) -> Self {
        Self { name, format: Format::UrlEncodedPem, proxies }
    }

    /// A header that HAProxy sets to `ssl_c_der,base64`: base64 of the DER, without colons.
    pub fn haproxy(name: HeaderName, proxies: TrustedProxies) -> Self {
        Self { name, format: Format::Base64Der, proxies }
    }

    /// `X-Amzn-Mtls-Clientcert-Leaf` of an AWS Application Load Balancer in verify mode.
    pub fn aws_alb(proxies: TrustedProxies) -> Self {
        Self { name: HeaderName::from_static("x-amzn-mtls-clientcert-leaf"), format: Format::UrlEncodedPem, proxies }
    }

    /// `X-Amzn-Mtls-Clientcert` of an AWS Application Load Balancer in passthrough mode: the chain, of which the first certificate counts. The
    /// load balancer has not verified the chain; for the binding of a token that is of no importance.
    pub fn aws_alb_passthrough(proxies: TrustedProxies) -> Self {
        Self { name: HeaderName::from_static("x-amzn-mtls-clientcert"), format: Format::UrlEncodedPem, proxies }
    }

    /// The thumbprint of the certificate that the client has proved to the proxy; `None` where the proxy hands none on.
    ///
    /// # Errors
    /// [`CertificateHeaderError`], to be answered with status 400.
    pub fn thumbprint(&self, request: &IncomingRequest<'_>) -> Result<Option<CertificateThumbprint>, CertificateHeaderError> {
        let name = || self.name.as_str().to_owned();
        let unreadable = |problem| CertificateHeaderError::Unreadable { name: name(), problem };
        let lines = request.lines(self.name.as_str());
        if lines.is_empty() {
            return Ok(None);
        }
        if !self.proxies.trusts_peer(request.peer()) {
            return Err(CertificateHeaderError::UntrustedPeer { name: name() });
        }
        let [line] = lines[..] else { return Err(unreadable("there twice")) };
        if line.len() > LONGEST {
            return Err(unreadable("longer than 16 KiB"));
        }
        let text = std::str::from_utf8(line).map_err(|_| unreadable("not text"))?;
        // What a proxy writes where the client has no certificate.
        if text.is_empty() {
            return Ok(None);
        }
        let read = match self.format {
            Format::Rfc9440 => header_formats::rfc9440(text).map(Some),
            Format::Envoy => header_formats::envoy(text, |count| self.proxies.outermost(count, |_| None)),
            Format::UrlEncodedPem => header_formats::url_encoded_pem(text).map(Some),
            Format::Base64Der => header_formats::base64_der(text).map(Some),
        };
        read.map_err(|Unreadable| unreadable("not in the configured format"))
    }
}

impl fmt::Debug for CertificateHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateHeader").field("name", &self.name).field("format", &self.format).field("proxies", &self.proxies).finish()
    }
}

#[cfg(test)]
mod tests;
