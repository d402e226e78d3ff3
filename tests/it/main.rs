//! The integration tests: one binary whose modules mirror the rooms of the library.

#![cfg(test)]

mod bad_input;
mod cache;
mod canary;
mod client;
mod compile_fail;
mod compliance;
mod conformance;
mod constants;
mod corpus;
mod english;
mod error_texts;
mod field_cases;
mod fuzz_corpus;
mod integrations;
mod jose;
mod keys;
mod manifest;
mod pages;
mod profile;
mod protocol;
mod resource;
mod resource_server;
mod sessions;
mod skipping;
#[cfg(feature = "reqwest")]
mod soak;
mod testing;
mod tokens;
#[cfg(feature = "reqwest")]
mod transport;
mod validation;
mod vector_gate;
mod vectors;
