//! What holds without default features: no HTTP client, no runtime, and biscuit or nothing as the cryptography provider.
//!
//! The tests of the crate itself always run with aws-lc-rs, for `test-util` brings it.

#![cfg(test)]

#[cfg(feature = "biscuit")]
mod biscuit;
mod json;
#[cfg(not(feature = "biscuit"))]
mod no_provider;
mod protocol;
