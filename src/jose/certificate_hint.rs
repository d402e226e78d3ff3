//! What a header says of its signer's certificate: `x5t` and `x5t#S256` (RFC 7515 sections 4.1.7 and 4.1.8).

use std::borrow::Cow;

use super::jws::JoseHeader;
use crate::encoding::{base64url, digest};

/// The thumbprint of a certificate, in base64url. It tells keys apart; it is trusted for nothing.
pub(crate) enum CertificateHint<'a> {
    Sha1(Cow<'a, str>),
    Sha256(Cow<'a, str>),
}

impl<'a> CertificateHint<'a> {
    /// That of a header, the stronger one where there are two.
    pub(crate) fn of_header(header: &'a JoseHeader) -> Option<Self> {
        let text = |member| header.member(member).and_then(|value| value.as_str()).filter(|text| !text.is_empty());
        text("x5t#S256").map(Self::Sha256).or_else(|| text("x5t").map(Self::Sha1))
    }

    /// The header or key member that holds it.
    pub(crate) fn member(&self) -> &'static str {
        match self {
            Self::Sha1(_) => "x5t",
            Self::Sha256(_) => "x5t#S256",
        }
    }

    pub(crate) fn value(&self) -> &str {
        match self {
            Self::Sha1(text) | Self::Sha256(text) => text,
        }
    }

    /// The thumbprint of the same kind of this certificate, in DER.
    pub(crate) fn of(&self, certificate: &[u8]) -> String {
        match self {
            Self::Sha1(_) => base64url::encode(digest::sha1(certificate)),
            Self::Sha256(_) => base64url::encode(digest::sha256(certificate)),
        }
    }
}
