//! What is done with a key: the words of `key_ops` (RFC 7517 section 4.3) that signatures and encryption need.

use std::fmt;

/// What a provider may be asked to do with an algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Check signatures.
    Verify,
    /// Make signatures.
    Sign,
    /// Make a private key.
    Generate,
    /// Encrypt, or wrap a key.
    Encrypt,
    /// Decrypt, or unwrap a key.
    Decrypt,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verify => "verify",
            Self::Sign => "sign",
            Self::Generate => "generate",
            Self::Encrypt => "encrypt",
            Self::Decrypt => "decrypt",
        })
    }
}
