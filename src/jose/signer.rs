//! Who signs: a key in this process, or one that lives elsewhere (KMS, HSM, a remote service). RFC 7515 section 5.1.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use crate::error_kind::classify;
use crate::jose::algorithm::{SignatureAlgorithm, SignatureFamily};
use crate::jose::crypto::{CryptoError, SigningKey};

/// Makes signatures, perhaps far away.
///
/// A signature is what JWS puts on the wire (RFC 7518 section 3): for ECDSA the raw `r || s`, not DER. A length that does not fit the
/// algorithm is rejected before a token is made of it.
///
/// # Example
/// ```
/// use identity_model::jose::{SignatureAlgorithm, Signer, SignerError};
///
/// struct Vault;
///
/// #[async_trait::async_trait]
/// impl Signer for Vault {
///     fn algorithm(&self) -> SignatureAlgorithm {
///         SignatureAlgorithm::ES256
///     }
///     fn key_id(&self) -> Option<&str> {
///         Some("vault-1")
///     }
///     async fn sign(&self, _message: &[u8]) -> Result<Vec<u8>, SignerError> {
///         Ok(vec![1; 64]) // asks the vault
///     }
/// }
/// ```
#[async_trait]
pub trait Signer: Send + Sync {
    /// The algorithm of every signature it makes.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The `kid` of its key, for the header.
    fn key_id(&self) -> Option<&str>;

    /// Signs `message` (which is hashed as the algorithm says, not before).
    ///
    /// # Errors
    /// [`SignerError`], whose source says what happened.
    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError>;
}

/// Makes signatures without an async runtime.
pub trait BlockingSigner: Send + Sync {
    /// The algorithm of every signature it makes.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The `kid` of its key, for the header.
    fn key_id(&self) -> Option<&str>;

    /// Signs `message`, blocking the thread if it must.
    ///
    /// # Errors
    /// [`SignerError`], whose source says what happened.
    fn sign_blocking(&self, message: &[u8]) -> Result<Vec<u8>, SignerError>;
}

/// A signer over a private key in this process, for one algorithm: both [`Signer`] and [`BlockingSigner`].
#[derive(Clone)]
pub struct PrivateKeySigner {
    key: Arc<dyn SigningKey>,
    key_id: Option<Arc<str>>,
    thumbprint: Option<Arc<str>>,
}

impl PrivateKeySigner {
    pub(crate) fn new(key: Arc<dyn SigningKey>, key_id: Option<Arc<str>>, thumbprint: Option<Arc<str>>) -> Self {
        Self { key, key_id, thumbprint }
    }

    /// The SHA-256 thumbprint of its key (RFC 7638); `None` of a shared secret.
    pub(crate) fn thumbprint(&self) -> Option<&str> {
        self.thumbprint.as_deref()
    }

    /// The algorithm of every signature it makes.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }

    /// The `kid` of its key.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }
}

#[async_trait]
impl Signer for PrivateKeySigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }

    fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.sign_blocking(message)
    }
}

impl BlockingSigner for PrivateKeySigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.key.algorithm()
    }

    fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    fn sign_blocking(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.key.sign(message).map_err(SignerError::Crypto)
    }
}

impl fmt::Debug for PrivateKeySigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKeySigner").field("alg", &self.key.algorithm()).field("kid", &self.key_id).finish_non_exhaustive()
    }
}

/// Why there is no signature.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SignerError {
    /// The provider failed.
    #[error("the private key cannot sign")]
    Crypto(#[source] CryptoError),
    /// A signer elsewhere failed; its own error is the source.
    #[error("the signer failed")]
    Remote(#[source] Arc<dyn Error + Send + Sync>),
    /// The signature has another length than the algorithm's: ECDSA in DER instead of raw `r || s`, most likely.
    #[error("the signature has the wrong length for {algorithm}: expected {expected} bytes, found {found}")]
    SignatureSize {
        /// The signer's algorithm.
        algorithm: SignatureAlgorithm,
        /// Octets of every signature of that algorithm.
        expected: usize,
        /// Octets given.
        found: usize,
    },
    /// The header names a member that the signing itself writes, or one that would change what is signed.
    #[error("the header member `{member}` is reserved and cannot be set")]
    ReservedMember {
        /// The member's name.
        member: String,
    },
}

impl SignerError {
    /// Wraps the error of a signer elsewhere.
    pub fn remote(source: impl Error + Send + Sync + 'static) -> Self {
        Self::Remote(Arc::new(source))
    }
}

classify! { SignerError {
    Self::Remote(_) => "signer_remote" Key;
    Self::SignatureSize { .. } => "signer_signature_size" Key;
    Self::ReservedMember { .. } => "signer_reserved_member" Key;
} inner {
    Self::Crypto(error) => error.class();
} }

/// Whether a signature can be one of this algorithm, by its length. RSA moduli have 2048 to 8192 bits.
pub(crate) fn check_size(algorithm: SignatureAlgorithm, signature: &[u8]) -> Result<(), SignerError> {
    let expected = match (algorithm.family(), algorithm.signature_size()) {
        (_, Some(size)) => size,
        (SignatureFamily::RsaPkcs1 | SignatureFamily::RsaPss, None) if (256..=1024).contains(&signature.len()) => signature.len(),
        _ => 256,
    };
    if signature.len() == expected { Ok(()) } else { Err(SignerError::SignatureSize { algorithm, expected, found: signature.len() }) }
}
