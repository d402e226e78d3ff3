//! What a request presents: the access token, and what its sender has proved.

use std::fmt;
use std::time::SystemTime;

use http::{HeaderMap, HeaderValue, header::CACHE_CONTROL};

use super::received::ReceivedProof;
use crate::constants::{authentication_schemes, headers};
use crate::protocol::mtls::CertificateThumbprint;
use crate::secret::AccessToken;
use crate::validation::Binding;

/// The scheme by which an access token was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenScheme {
    /// `Bearer` (RFC 6750 section 2.1).
    Bearer,
    /// `DPoP` (RFC 9449 section 7.1).
    Dpop,
}

impl TokenScheme {
    /// The scheme of the header `Authorization`, whatever its case.
    pub(super) fn of(line: &[u8]) -> Option<Self> {
        let name = line.split(|octet| *octet == b' ').next()?;
        [Self::Bearer, Self::Dpop].into_iter().find(|scheme| name.eq_ignore_ascii_case(scheme.name().as_bytes()))
    }

    /// The name of the scheme.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bearer => authentication_schemes::BEARER,
            Self::Dpop => authentication_schemes::DPOP,
        }
    }
}

/// The access token of a request and what its sender has proved: the token itself is **not yet validated**, and the proof could be a replay.
///
/// Validate the token with [`binding`](Self::binding), then carry out [`DpopVerifier::accept`](super::DpopVerifier::accept).
#[derive(Clone)]
pub struct PresentedToken {
    token: AccessToken,
    scheme: TokenScheme,
    proof: Option<CheckedProof>,
    certificate: Option<CertificateThumbprint>,
}

/// A proof that holds in all but that it may have been used before.
#[derive(Debug, Clone)]
pub(super) struct CheckedProof {
    pub(super) received: ReceivedProof,
    /// Until when it has to be remembered.
    pub(super) expires_at: SystemTime,
    pub(super) has_current_nonce: bool,
}

impl PresentedToken {
    pub(super) fn new(
        token: AccessToken,
        scheme: TokenScheme,
        proof: Option<CheckedProof>,
        certificate: Option<CertificateThumbprint>,
    ) -> Self {
        Self { token, scheme, proof, certificate }
    }

    /// A bearer token from another place than the header.
    pub(crate) fn bearer(token: AccessToken) -> Self {
        Self::new(token, TokenScheme::Bearer, None, None)
    }

    /// The access token, not yet validated.
    pub fn access_token(&self) -> &AccessToken {
        &self.token
    }

    /// The scheme by which it was presented.
    pub fn scheme(&self) -> TokenScheme {
        self.scheme
    }

    /// The thumbprint of the key that the sender has proved, where there is a DPoP proof.
    pub fn dpop_thumbprint(&self) -> Option<&str> {
        self.proof.as_ref().map(|proof| proof.received.thumbprint.as_str())
    }

    /// The client certificate that the sender has proved.
    pub fn certificate(&self) -> Option<&CertificateThumbprint> {
        self.certificate.as_ref()
    }

    /// What the access token has to be bound to: for
    /// [`TokenValidationOptions::with_binding`](crate::validation::TokenValidationOptions::with_binding).
    pub fn binding(&self) -> Binding {
        let binding = match self.dpop_thumbprint() {
            Some(thumbprint) => Binding::none().with_key_thumbprint(thumbprint),
            None => Binding::none(),
        };
        match &self.certificate {
            Some(certificate) => binding.with_certificate_thumbprint(certificate.to_string()),
            None => binding,
        }
    }

    pub(super) fn proof(&self) -> Option<&CheckedProof> {
        self.proof.as_ref()
    }
}

impl fmt::Debug for PresentedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresentedToken")
            .field("scheme", &self.scheme)
            .field("jkt", &self.dpop_thumbprint())
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

/// A request that passed: what its response has to carry besides the application's own headers.
#[derive(Debug, Clone, Default)]
pub struct AcceptedRequest {
    headers: HeaderMap,
}

impl AcceptedRequest {
    pub(super) fn new(nonce: Option<&str>) -> Self {
        let mut headers = HeaderMap::new();
        if let Some(nonce) = nonce.and_then(|nonce| HeaderValue::from_str(nonce).ok()) {
            headers.insert(nonce_header(), nonce);
            headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        Self { headers }
    }

    /// Headers for the response: a new nonce where the one of the proof was not the current one (RFC 9449 section 8.2); empty otherwise.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

/// `DPoP-Nonce`.
pub(super) fn nonce_header() -> http::HeaderName {
    debug_assert!(headers::DPOP_NONCE.eq_ignore_ascii_case("dpop-nonce"));
    http::HeaderName::from_static("dpop-nonce")
}
