//! Cryptography behind one value: a [`CryptoProvider`] turns a table row and a key into something that verifies, signs,
//! encrypts or decrypts.
//!
//! Providers are never process-wide and their features never exclude each other: `aws-lc-rs` brings every algorithm of the table,
//! `biscuit` brings HS*, RS*, PS*, ES256 and ES384 over ring, and no encryption.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(feature = "biscuit")]
mod biscuit;
#[cfg(test)]
mod decryption_tests;
mod default_provider;
#[cfg(feature = "aws-lc-rs")]
mod ecdsa;
pub(crate) mod encryption;
mod error;
mod provider;
#[cfg(test)]
mod tests;

#[cfg(feature = "aws-lc-rs")]
pub use aws_lc::AwsLcProvider;
#[cfg(feature = "biscuit")]
pub use biscuit::BiscuitProvider;
pub use default_provider::default_provider;
pub(crate) use default_provider::require_provider;
pub(crate) use encryption::MessageKey;
pub use error::{CryptoError, SignatureInvalid};
#[cfg(test)]
pub(crate) use provider::sealed;
pub(crate) use provider::sealed::{KeyRef, PrivateKeyRef};
pub use provider::{CryptoProvider, SigningKey, VerifyingKey};
