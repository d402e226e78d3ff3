//! Why a key source has no key to offer.

use crate::error_kind::classify;
use crate::jose::JsonWebKeySet;

/// A key source has no key to offer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySourceError {
    /// The provider's key set holds no key that verifies anything.
    #[error("the provider's key set has no usable key: {keys} of other kinds, {skipped} skipped")]
    NoUsableKey {
        /// How many keys are there that verify nothing.
        keys: usize,
        /// How many were skipped with a reason.
        skipped: usize,
    },
    /// None of the providers is for tokens of this issuer; nothing was fetched.
    #[error("no provider is configured for the token's issuer")]
    UnknownIssuer,
}

impl KeySourceError {
    pub(super) fn unless_usable(key_set: &JsonWebKeySet) -> Result<(), Self> {
        if key_set.keys().iter().any(|key| !key.verifies().is_empty()) {
            return Ok(());
        }
        Err(Self::NoUsableKey { keys: key_set.keys().len(), skipped: key_set.skipped().len() })
    }
}

classify! { KeySourceError {
    Self::NoUsableKey { .. } => "no_usable_key" Key;
    Self::UnknownIssuer => "unknown_issuer" Key;
} }
