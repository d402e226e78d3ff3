//! OAuth 2.0 and OpenID Connect client SDK: policy-checked discovery, keys, token requests and token validation, run against an
//! injectable HTTP client, async and blocking.

pub mod cache;
pub mod constants;
pub mod document;
pub mod drive;
pub mod encoding;
pub mod environment;
pub mod error;
pub mod exchange;
pub mod jose;
pub mod keys;
pub mod principal;
pub mod protocol;
pub mod secret;
#[cfg(feature = "test-util")]
pub mod testing;
pub mod transport;
pub mod validation;
