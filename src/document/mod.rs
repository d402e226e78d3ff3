//! The JSON that a response keeps, with the `try_get_*` family.
//!
//! A [`Document`] is the text of one response and an index of its members, made in the one pass that checks UTF-8, grammar, depth and
//! member names (RFC 8259). Values are read when asked for. [`Document::open`] first takes out the members that are secrets.

mod access;
mod error;
mod forward;
mod open;
mod secrets;
mod typed;

pub use error::DocumentError;
pub(crate) use forward::forward_document;
pub use open::Document;
pub use secrets::{SECRET_MEMBERS, Secrets};

#[cfg(test)]
mod tests;
