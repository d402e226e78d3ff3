//! Requests that arrive at a protected resource: the 74 outcomes of DPoP, certificate binding, and what is answered.

mod answers;
mod certificates;
mod nonces;
mod proofs;
mod properties;
mod requests;
pub(crate) mod support;
