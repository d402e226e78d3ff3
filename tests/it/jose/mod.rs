//! Signatures and keys against external vectors and files of other tools.

mod encryption;
mod encryption_tampering;
mod key_files;
mod providers;
mod rfc7520;
mod tampering;
mod token_cases;
mod wycheproof;

use std::sync::Arc;

use identity_model::jose::crypto::{AwsLcProvider, CryptoProvider};

/// Every provider of this build.
pub(crate) fn crypto_providers() -> Vec<Arc<dyn CryptoProvider>> {
    let first: Arc<dyn CryptoProvider> = Arc::new(AwsLcProvider);
    std::iter::once(first).chain(biscuit()).collect()
}

#[cfg(feature = "biscuit")]
fn biscuit() -> Option<Arc<dyn CryptoProvider>> {
    Some(Arc::new(identity_model::jose::crypto::BiscuitProvider))
}

#[cfg(not(feature = "biscuit"))]
fn biscuit() -> Option<Arc<dyn CryptoProvider>> {
    None
}
