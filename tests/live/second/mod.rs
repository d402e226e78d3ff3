//! The same crate against a second, independent implementation: Glewlwyd, which is written in C and shares no line with the first provider.
//!
//! `tests/live/second/run` starts it and sets `IDENTITY_MODEL_SECOND_ISSUER`; without it every test says so in one line and passes. What
//! this server does otherwise than the specifications say is asserted here as it is, and listed in `docs/integration-tests.md`.

mod client_credentials;
mod login;
mod polling;
mod pushed_authorization;
mod registration;
mod server;
mod tokens;
