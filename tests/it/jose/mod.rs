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
    let mut providers: Vec<Arc<dyn CryptoProvider>> = vec![Arc::new(AwsLcProvider)];
    #[cfg(feature = "biscuit")]
    providers.push(Arc::new(identity_model::jose::crypto::BiscuitProvider));
    providers
}
