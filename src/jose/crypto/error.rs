//! Why cryptography failed.

use crate::error_kind::classify;
use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::encryption_algorithm::KeyManagementAlgorithm;
use crate::jose::key_type::Curve;
use crate::jose::operation::Operation;

/// The signature is not one over this message under this key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not verify")]
pub struct SignatureInvalid;

/// What a provider may answer instead of a key or a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// The build has no provider: switch on the feature `aws-lc-rs` or `biscuit`.
    #[error("no cryptography provider is compiled in; enable the feature `aws-lc-rs` or `biscuit`")]
    NoProvider,
    /// The algorithm is none of this provider's.
    #[error("the provider {provider} cannot {operation} with {algorithm}")]
    NotOffered {
        /// The provider's name.
        provider: &'static str,
        /// The algorithm asked for.
        algorithm: SignatureAlgorithm,
        /// What was to be done.
        operation: Operation,
    },
    /// The encryption algorithm is none of this provider's.
    #[error("the provider {provider} does not offer encryption with {algorithm}")]
    EncryptionNotOffered {
        /// The provider's name.
        provider: &'static str,
        /// The name of the algorithm asked for (`alg` or `enc`).
        algorithm: &'static str,
    },
    /// The private key came without its public half and the provider cannot work it out.
    #[error("the provider {provider} cannot derive public keys on {curve}; use a key that contains its public half")]
    NoDerivation {
        /// The provider's name.
        provider: &'static str,
        /// The key's curve.
        curve: Curve,
    },
    /// The key's type is not the algorithm's.
    #[error("the key's type does not fit {algorithm}")]
    WrongKey {
        /// The algorithm asked for.
        algorithm: SignatureAlgorithm,
    },
    /// The key's type, curve or length is not the encryption algorithm's.
    #[error("the key's type does not fit {algorithm}")]
    WrongEncryptionKey {
        /// The algorithm asked for.
        algorithm: KeyManagementAlgorithm,
    },
    /// The key's numbers make no key: off the curve, inconsistent, out of the provider's range.
    #[error("the provider {provider} rejected the key: {reason}")]
    KeyRejected {
        /// The provider's name.
        provider: &'static str,
        /// The provider's own word for it.
        reason: &'static str,
    },
    /// The operation failed inside the provider.
    #[error("the provider {provider} failed to {operation}")]
    Failed {
        /// The provider's name.
        provider: &'static str,
        /// What was to be done.
        operation: Operation,
    },
}

classify! { CryptoError {
    Self::NoProvider => "crypto_no_provider" Configuration;
    Self::NotOffered { .. } | Self::EncryptionNotOffered { .. } => "crypto_not_offered" Key;
    Self::NoDerivation { .. } => "crypto_no_derivation" Key;
    Self::WrongKey { .. } | Self::WrongEncryptionKey { .. } => "crypto_wrong_key" Key;
    Self::KeyRejected { .. } => "crypto_key_rejected" Key;
    Self::Failed { .. } => "crypto_failed" Key;
} }
