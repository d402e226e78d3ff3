//! The authorization endpoint: what the browser is sent there with, and what it comes back with.
//!
//! RFC 6749 section 4.1, OpenID Connect Core 1.0 section 3, RFC 7636 (PKCE), RFC 9101 (request objects), RFC 9126 (pushed requests).

mod pkce;
mod response_mode;
mod response_type;
mod words;

pub use pkce::CodeChallenge;
pub(crate) use pkce::is_verifier;
pub use response_mode::{ResponseMode, ResponsePlace};
pub use response_type::ResponseType;
pub use words::{Display, Prompt, UnknownWord};
