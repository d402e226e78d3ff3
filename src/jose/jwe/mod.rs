//! JSON Web Encryption in its compact form: RFC 7516 section 7.1, hardened by RFC 8725.
//!
//! Reading and decrypting are two steps: [`CompactJwe::parse`], then [`JweDecrypter::decrypt`]. Where a signature is required, the content
//! has to be a signed token: [`JweDecrypter::decrypt_nested`].

mod compact;
mod decrypt;
mod encrypt;
mod header;
mod keys;
mod nested;
mod parameters;

pub use compact::CompactJwe;
pub use decrypt::{DecryptedJwe, JweDecrypter};
pub use encrypt::{EncryptionError, JweEncrypter, encrypt_compact};
pub use header::JweHeader;
pub use keys::DecryptionKeys;
pub use nested::NestedJws;

#[cfg(test)]
mod tests;
