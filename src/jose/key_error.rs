//! Why a key cannot be used: facts about members, never their secret values.

use crate::error_kind::classify;
use crate::jose::crypto::CryptoError;

/// A key that cannot be used, and why. It never holds key bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The JSON is broken, has a name twice, or is no object.
    #[error("the key is not a well-formed JSON object")]
    Json(#[source] crate::encoding::json::JsonError),
    /// A member the key type needs is absent.
    #[error("the key member `{member}` is missing")]
    Missing {
        /// The member's name.
        member: &'static str,
    },
    /// A member has the wrong type, length, size or value.
    #[error("the key member `{member}` must be {expected}, found {found}")]
    Member {
        /// The member's name.
        member: &'static str,
        /// What was expected.
        expected: &'static str,
        /// What was found instead: a size or a kind, never the value of a secret.
        found: String,
    },
    /// A public key of small order: signatures for it can be forged.
    #[error("the Ed25519 public key has small order")]
    SmallOrder,
    /// An RSA key from chips whose primes can be found from the modulus (CVE-2017-15361).
    #[error("the RSA modulus has the fingerprint of weak primes (CVE-2017-15361)")]
    WeakPrimes,
    /// A shared secret where only public keys belong (RFC 8725 section 3.2).
    #[error("symmetric keys are not allowed in this key set")]
    Symmetric,
    /// The key type or curve is not known here, so the key cannot be used.
    #[error("the key type `{name}` is not supported")]
    Unsupported {
        /// The key type, curve or object identifier.
        name: String,
    },
    /// PEM armour or DER structure that cannot be read.
    #[error("the {format} encoding is broken: expected {expected}")]
    Encoding {
        /// `PEM` or `DER`.
        format: &'static str,
        /// What should have stood there.
        expected: &'static str,
    },
    /// The key does not fit what it was to be used for.
    #[error("the key cannot be used with {algorithm}: {reason}")]
    Unfit {
        /// The algorithm it was to be used with.
        algorithm: crate::jose::SignatureAlgorithm,
        /// Which member stands against it.
        reason: Unfit,
    },
    /// The key does not fit the encryption it was to be used for.
    #[error("the key cannot be used with {algorithm}: {reason}")]
    UnfitForEncryption {
        /// The algorithm it was to be used with.
        algorithm: crate::jose::KeyManagementAlgorithm,
        /// Which member stands against it.
        reason: Unfit,
    },
    /// The cryptography provider rejected the key.
    #[error("the cryptography provider rejected the key")]
    Crypto(#[source] CryptoError),
}

/// Which property of a key stands against an algorithm (rules of RFC 7517 section 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// `kty` is another.
    #[error("its `kty` is for other algorithms")]
    KeyType,
    /// `crv` is another.
    #[error("its `crv` is for another algorithm")]
    Curve,
    /// `alg` is set and names another algorithm.
    #[error("its `alg` names another algorithm")]
    Algorithm,
    /// `use` is set and is not `sig`.
    #[error("its `use` is not `sig`")]
    Use,
    /// `key_ops` is set and lacks the operation (an empty one lacks all).
    #[error("its `key_ops` lack the operation")]
    Operations,
    /// `use` is set and is not `enc`.
    #[error("its `use` is not `enc`")]
    EncryptionUse,
    /// The shared secret has another length than the algorithm's keys (RFC 7518 sections 4.4, 4.5 and 4.7).
    #[error("the length of the secret differs from that of the algorithm's keys")]
    SecretSize,
    /// The shared secret is shorter than the hash (RFC 7518 section 3.2).
    #[error("the secret is shorter than the hash")]
    ShortSecret,
}

impl KeyError {
    pub(crate) fn member(member: &'static str, expected: &'static str, found: impl Into<String>) -> Self {
        Self::Member { member, expected, found: found.into() }
    }

    pub(crate) const fn der(expected: &'static str) -> Self {
        Self::Encoding { format: "DER", expected }
    }

    pub(crate) const fn pem(expected: &'static str) -> Self {
        Self::Encoding { format: "PEM", expected }
    }
}

classify! { KeyError {
    Self::Json(_) => "key_json" Key;
    Self::Missing { .. } => "key_member_missing" Key;
    Self::Member { .. } => "key_member_invalid" Key;
    Self::SmallOrder => "key_small_order" Key;
    Self::WeakPrimes => "key_weak_primes" Key;
    Self::Symmetric => "key_symmetric" Key;
    Self::Unsupported { .. } => "key_unsupported" Key;
    Self::Encoding { .. } => "key_encoding" Key;
    Self::Unfit { .. } | Self::UnfitForEncryption { .. } => "key_unfit" Key;
    Self::Crypto(_) => "key_refused" Key;
} }

impl From<CryptoError> for KeyError {
    fn from(error: CryptoError) -> Self {
        Self::Crypto(error)
    }
}
