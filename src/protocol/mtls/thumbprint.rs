//! `x5t#S256`: RFC 8705 section 3.1.

use std::fmt;

use crate::encoding::{base64url, digest};
use crate::jose::{certificate_of_pem, is_certificate};
use crate::secret::constant_time_eq;

/// The SHA-256 thumbprint of a client certificate: what `cnf.x5t#S256` of a bound token holds.
///
/// RFC 8705 section 3.1: the digest of the DER encoding of the end-entity certificate that the client has proved on this connection. The
/// certificate's chain, names and dates play no part in the binding (section 6.2): the possession of its key counts.
///
/// # Example
/// ```
/// use identity_model::encoding::base64;
/// use identity_model::protocol::mtls::CertificateThumbprint;
///
/// // RFC 8705 appendix A
/// let der = base64::decode(concat!(
///     "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGBy",
///     "qGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID",
///     "SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=",
/// ))?;
/// assert_eq!(CertificateThumbprint::of_der(&der)?.to_string(), "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct CertificateThumbprint([u8; 32]);

/// A text or bytes are not a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Not the DER encoding of one X.509 certificate.
    #[error("not the DER encoding of one certificate")]
    Der,
    /// Not PEM with a block `CERTIFICATE`.
    #[error("not PEM with a block `CERTIFICATE`")]
    Pem,
}

impl CertificateThumbprint {
    /// Of a certificate in DER.
    ///
    /// # Errors
    /// [`CertificateError::Der`] for anything but one certificate, PEM included: its digest would be another.
    pub fn of_der(der: &[u8]) -> Result<Self, CertificateError> {
        if is_certificate(der) { Ok(Self(digest::sha256(der))) } else { Err(CertificateError::Der) }
    }

    /// Of the first certificate in PEM: the end-entity one of a chain.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn of_pem(pem: &str) -> Result<Self, CertificateError> {
        Self::of_der(&certificate_of_pem(pem).map_err(|_| CertificateError::Pem)?)
    }

    /// Of a digest that was computed elsewhere.
    pub(super) fn of_digest(digest: [u8; 32]) -> Self {
        Self(digest)
    }
}

impl PartialEq for CertificateThumbprint {
    fn eq(&self, other: &Self) -> bool {
        constant_time_eq(&self.0, &other.0)
    }
}

impl Eq for CertificateThumbprint {}

/// In base64url without padding: 43 characters.
impl fmt::Display for CertificateThumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base64url::encode(self.0))
    }
}

impl fmt::Debug for CertificateThumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateThumbprint({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::base64;

    pub(in crate::protocol::mtls) const CERTIFICATE: &str = concat!(
        "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyMDUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGBy",
        "qGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwID",
        "SQAwRgIhAP0RC1E+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=",
    );
    pub(in crate::protocol::mtls) const THUMBPRINT: &str = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0";

    #[test]
    fn mb1_the_thumbprint_is_that_of_the_der_alone() {
        let der = base64::decode(CERTIFICATE).unwrap();
        let pem = format!("-----BEGIN CERTIFICATE-----\n{CERTIFICATE}\n-----END CERTIFICATE-----\n");
        assert_eq!(CertificateThumbprint::of_der(&der).unwrap().to_string(), THUMBPRINT);
        assert_eq!(CertificateThumbprint::of_pem(&pem).unwrap().to_string(), THUMBPRINT);
        assert_eq!(
            CertificateThumbprint::of_pem(&format!("{pem}-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----"))
                .unwrap()
                .to_string(),
            THUMBPRINT
        );
        assert_eq!(CertificateThumbprint::of_der(pem.as_bytes()), Err(CertificateError::Der), "the digest of PEM is another");
        assert_eq!(CertificateThumbprint::of_der(CERTIFICATE.as_bytes()), Err(CertificateError::Der));
    }

    #[test]
    fn mb1_what_is_no_certificate_has_no_thumbprint() {
        let der = base64::decode(CERTIFICATE).unwrap();
        let twice = [&der[..], &der[..]].concat();
        for bytes in [&[][..], &[0x30, 0], &der[1..], &der[..der.len() - 1], &twice] {
            assert_eq!(CertificateThumbprint::of_der(bytes), Err(CertificateError::Der));
        }
        let key = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----";
        assert_eq!(CertificateThumbprint::of_pem(key), Err(CertificateError::Pem));
        assert_eq!(CertificateThumbprint::of_pem("no PEM"), Err(CertificateError::Pem));
    }
}
