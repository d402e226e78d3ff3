//! The live tests: this crate against a real provider on the loopback interface.
//!
//! `tests/live/run` starts the provider, sets `IDENTITY_MODEL_LIVE_ISSUER` and runs these tests, which a plain `cargo test` counts as
//! ignored. `tests/live/second/run` does the same with another provider and `IDENTITY_MODEL_SECOND_ISSUER`, for the module `second`.
//! `docs/integration-tests.md` says what they cover.

#![cfg(test)]
#![cfg(feature = "reqwest")]

mod assertions;
mod authorization_request;
mod backchannel_authentication;
mod browser;
mod client_authentication;
mod client_credentials;
mod device_authorization;
mod discovery;
mod encrypted_answers;
mod examples;
mod faces;
mod fapi;
mod introspection;
mod key_rotation;
mod login;
mod mutual_tls;
mod oidc_client;
mod patience;
mod pushed_authorization;
mod registration;
mod revocation;
mod second;
mod server;
mod token_exchange;
mod userinfo;
mod userinfo_signed;
mod validation;
