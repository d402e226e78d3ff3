//! The messages of the protocols, over a scripted client, by both drivers.

mod client_auth;
mod discovery;
mod errors;
mod jwks;
mod retry;
mod shared;
mod specification;
pub(crate) mod support;
mod token;
mod userinfo;
