//! The provider that the build brings along.

use std::sync::Arc;

use super::error::CryptoError;
use super::provider::CryptoProvider;

/// The compiled-in provider: aws-lc-rs first, else biscuit, else none.
#[cfg(feature = "aws-lc-rs")]
pub fn default_provider() -> Option<Arc<dyn CryptoProvider>> {
    Some(Arc::new(super::AwsLcProvider))
}

/// The compiled-in provider: aws-lc-rs first, else biscuit, else none.
#[cfg(all(feature = "biscuit", not(feature = "aws-lc-rs")))]
pub fn default_provider() -> Option<Arc<dyn CryptoProvider>> {
    Some(Arc::new(super::BiscuitProvider))
}

/// The compiled-in provider: aws-lc-rs first, else biscuit, else none.
#[cfg(not(any(feature = "biscuit", feature = "aws-lc-rs")))]
pub fn default_provider() -> Option<Arc<dyn CryptoProvider>> {
    None
}

pub(crate) fn require_provider() -> Result<Arc<dyn CryptoProvider>, CryptoError> {
    default_provider().ok_or(CryptoError::NoProvider)
}
