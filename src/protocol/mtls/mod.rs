//! Tokens that are bound to a client certificate: RFC 8705 section 3, and how a proxy hands the certificate on (RFC 9440 and others).

mod header;
mod header_formats;
mod thumbprint;

pub use header::{CertificateHeader, CertificateHeaderError};
pub use thumbprint::{CertificateError, CertificateThumbprint};
