//! JSON Web Signatures in their compact form: RFC 7515 section 7.1, hardened by RFC 8725.
//!
//! Reading and checking are two steps, so that a caller can look at the header and the issuer before a signature check is spent:
//! [`CompactJws::parse`], then [`JwsVerifier::verify`].

mod compact;
mod header;
mod known_headers;
mod sign;
mod verify;

pub use compact::{CompactJws, TokenLimits};
pub use header::JoseHeader;
pub use sign::{JwsHeader, UnsignedJws, sign_compact, sign_compact_blocking};
pub use verify::{JwsVerifier, VerifiedJws};

#[cfg(test)]
mod tests;
