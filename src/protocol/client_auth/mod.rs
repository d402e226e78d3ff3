//! Client authentication: one choice a request, one mechanism on the wire (RFC 6749 section 2.3, OpenID Connect Core section 9).

mod authentication;
mod basic;

pub use authentication::ClientAuthentication;
pub use basic::BasicEncoding;
