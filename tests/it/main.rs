//! The integration tests: one binary whose modules mirror the rooms of the library.

#![cfg(test)]

mod constants;
mod manifest;
#[cfg(feature = "reqwest")]
mod transport;
