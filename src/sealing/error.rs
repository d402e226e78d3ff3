//! Why something cannot be sealed or does not open.

use crate::environment::EntropyError;
use crate::error_kind::classify;
use crate::jose::crypto::CryptoError;

/// Something cannot be sealed or does not open: facts, nothing of the content and nothing of the key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The key cannot be used.
    #[error("the sealing key cannot be used: its {member} {problem}")]
    Key {
        /// `identifier` or `secret`.
        member: &'static str,
        /// What is wrong with it, and what was expected.
        problem: &'static str,
    },
    /// It was sealed in a format that this version of the crate does not read.
    #[error("it is sealed in format {found}, and format {known} is read here")]
    Format {
        /// The first octet.
        found: u8,
        /// The format that is read.
        known: u8,
    },
    /// It was sealed by a key that is not among those that open. Another server may have it: what is in a store stays there.
    #[error("it is sealed by a key that is not configured; add it with `.also_opens(…)`")]
    UnknownKey,
    /// It is nothing that was sealed: no base64url, or too short.
    #[error("it is not the text of something sealed")]
    Malformed,
    /// It does not open: it was altered, or sealed as something else or under another name.
    #[error("it does not open: it was altered, or sealed for another purpose or under another name")]
    Altered,
    /// The build has no cryptography provider, or it failed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    /// The system gave no random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

classify! { SealError {
    Self::Key { .. } => "sealing_key" Configuration;
    // Another server may have the key: the record is not to blame.
    Self::Format { .. } | Self::UnknownKey => "sealing_key_unknown" Store;
    Self::Malformed => "sealed_malformed" Malformed;
    Self::Altered => "sealed_altered" Validation;
    Self::Entropy(_) => "sealing_entropy" Configuration;
} inner {
    Self::Crypto(error) => error.class();
} }
