//! Client authentication: one choice a request, one mechanism on the wire (RFC 6749 section 2.3, OpenID Connect Core section 9, RFC 8705).

mod assertion;
mod authentication;
mod basic;
mod context;
mod strength;

pub use assertion::{AssertionAudience, JwtAssertion};
pub use authentication::ClientAuthentication;
pub use basic::BasicEncoding;
pub(crate) use context::AuthenticationContext;
