//! The seam between JOSE and cryptography: RFC 7518 section 3 on bytes.

use std::fmt;
use std::sync::Arc;

use super::error::{CryptoError, SignatureInvalid};
use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm};
use crate::jose::key_type::Curve;
use crate::jose::material::{PrivateMaterial, PublicMaterial};
use crate::jose::operation::Operation;

pub(crate) mod sealed {
    use zeroize::Zeroizing;

    use super::{
        Arc, ContentEncryptionAlgorithm, CryptoError, Curve, KeyManagementAlgorithm, PrivateMaterial, PublicMaterial, SignatureAlgorithm,
        SigningKey, VerifyingKey,
    };
    use crate::jose::crypto::encryption::{DecryptionFailed, KeyUnwrapper, KeyWrapper, MessageKey, SealedContent};

    /// What a provider does with key bytes: hidden, so that it may grow until the interface is settled.
    pub trait Primitives {
        fn verifying_key(&self, algorithm: SignatureAlgorithm, key: KeyRef<'_>) -> Result<Arc<dyn VerifyingKey>, CryptoError>;
        fn signing_key(&self, algorithm: SignatureAlgorithm, key: PrivateKeyRef<'_>) -> Result<Arc<dyn SigningKey>, CryptoError>;
        /// A new private key as unencrypted PKCS#8, for an asymmetric row.
        fn generate(&self, algorithm: SignatureAlgorithm) -> Result<Zeroizing<Vec<u8>>, CryptoError>;
        /// The public bytes (point or octet key) of a private scalar or seed.
        fn public_bytes(&self, curve: Curve, private: &[u8]) -> Result<Vec<u8>, CryptoError>;
        fn key_unwrapper(&self, algorithm: KeyManagementAlgorithm, key: PrivateKeyRef<'_>) -> Result<Arc<dyn KeyUnwrapper>, CryptoError>;
        fn key_wrapper(&self, algorithm: KeyManagementAlgorithm, key: KeyRef<'_>) -> Result<Arc<dyn KeyWrapper>, CryptoError>;
        /// Encrypts `content` in place and answers the tag.
        fn seal(
            &self,
            algorithm: ContentEncryptionAlgorithm,
            key: &[u8],
            iv: &[u8],
            additional_data: &[u8],
            content: &mut Vec<u8>,
        ) -> Result<Vec<u8>, CryptoError>;
        /// Decrypts what has the right tag, which is compared in constant time and first.
        fn open(&self, algorithm: ContentEncryptionAlgorithm, key: &[u8], sealed: &SealedContent<'_>) -> Result<Vec<u8>, DecryptionFailed>;
        /// Encrypts `content` in place by AES-256-GCM under a key that is derived for this one message, and answers the tag.
        fn seal_message(&self, key: &MessageKey<'_>, additional_data: &[u8], content: &mut Vec<u8>) -> Result<[u8; 16], CryptoError>;
        /// Decrypts what was sealed under the same key and has the right tag.
        fn open_message(
            &self,
            key: &MessageKey<'_>,
            additional_data: &[u8],
            ciphertext: &[u8],
            tag: &[u8; 16],
        ) -> Result<Vec<u8>, DecryptionFailed>;
    }

    /// A public key or shared secret that passed the checks of this crate.
    #[derive(Debug, Clone, Copy)]
    pub struct KeyRef<'a>(
        #[cfg_attr(
            not(any(feature = "aws-lc-rs", feature = "biscuit")),
            expect(dead_code, reason = "read by the providers, and there is none in this build")
        )]
        pub(crate) &'a PublicMaterial,
    );

    /// A private key that passed the checks of this crate.
    #[derive(Debug, Clone, Copy)]
    pub struct PrivateKeyRef<'a>(
        #[cfg_attr(
            not(any(feature = "aws-lc-rs", feature = "biscuit")),
            expect(dead_code, reason = "read by the providers, and there is none in this build")
        )]
        pub(crate) &'a PrivateMaterial,
    );
}

/// A source of cryptography: object safe, shared as `Arc<dyn CryptoProvider>`, never a process-wide global.
///
/// RFC 7518. Sealed until 1.0: the providers are `AwsLcProvider` (feature `aws-lc-rs`) and `BiscuitProvider` (feature `biscuit`).
///
/// # Example
/// ```
/// use identity_model::jose::{Operation, SignatureAlgorithm, crypto::default_provider};
///
/// let provider = default_provider().expect("built with a provider");
/// assert!(provider.offers(SignatureAlgorithm::RS256, Operation::Verify));
/// ```
pub trait CryptoProvider: sealed::Primitives + Send + Sync + fmt::Debug {
    /// The name of the crate behind it.
    fn name(&self) -> &'static str;

    /// Whether the provider can do `operation` with `algorithm`.
    fn offers(&self, algorithm: SignatureAlgorithm, operation: Operation) -> bool;

    /// Whether the provider can bring keys across with `algorithm`, both ways.
    fn offers_key_management(&self, algorithm: KeyManagementAlgorithm) -> bool;

    /// Whether the provider can encrypt and decrypt content with `algorithm`.
    fn offers_content_encryption(&self, algorithm: ContentEncryptionAlgorithm) -> bool;
}

/// A public key (or shared secret), parsed once for one algorithm, that checks signatures.
pub trait VerifyingKey: Send + Sync + fmt::Debug {
    /// The only algorithm it checks.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The provider that parsed it.
    fn provider(&self) -> &'static str;

    /// Checks `signature` over `message`.
    ///
    /// # Errors
    /// [`SignatureInvalid`], whatever is wrong with the signature.
    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureInvalid>;
}

/// A private key (or shared secret), parsed once for one algorithm, that makes signatures in the form JWS wants.
pub trait SigningKey: Send + Sync + fmt::Debug {
    /// The only algorithm it signs with.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// Signs `message`.
    ///
    /// # Errors
    /// [`CryptoError::Failed`] where the provider gives up (no randomness, no memory).
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError>;
}
