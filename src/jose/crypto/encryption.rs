//! The part of the seam that encrypts: keys that recover or bring across a content encryption key (RFC 7518 section 4), and content
//! under such a key (section 5). Hidden like the rest of the primitives, so that it may grow.

use std::fmt;

use zeroize::Zeroizing;

use super::error::CryptoError;
use crate::environment::Entropy;
use crate::jose::material::PublicMaterial;

/// A private key or shared secret, made ready once for one algorithm, that recovers content encryption keys.
pub trait KeyUnwrapper: Send + Sync + fmt::Debug {
    /// The content encryption key. The caller checks its length.
    fn unwrap_key(&self, wrapped: &WrappedKey<'_>) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed>;
}

/// A public key or shared secret, made ready once for one algorithm, that brings content encryption keys across.
pub trait KeyWrapper: Send + Sync + fmt::Debug {
    /// A new content encryption key, and what the recipient needs to recover it.
    fn wrap_key(&self, request: &WrapRequest<'_>) -> Result<BroughtKey, CryptoError>;
}

/// What a token says about its content encryption key.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "aws-lc-rs"), expect(dead_code, reason = "read by the provider that encrypts"))]
pub struct WrappedKey<'a> {
    pub(crate) encrypted_key: &'a [u8],
    /// The sender's ephemeral public key, of the recipient's type and curve.
    pub(crate) ephemeral: Option<&'a PublicMaterial>,
    /// `OtherInfo` of the Concat KDF.
    pub(crate) other_info: &'a [u8],
    pub(crate) gcm: Option<GcmWrapping>,
    /// Octets of the content encryption key.
    pub(crate) size: usize,
}

/// The header members `iv` and `tag` of AxxxGCMKW.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GcmWrapping {
    pub(crate) iv: [u8; 12],
    pub(crate) tag: [u8; 16],
}

/// What is wanted of a new content encryption key.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "aws-lc-rs"), expect(dead_code, reason = "read by the provider that encrypts"))]
pub struct WrapRequest<'a> {
    /// `OtherInfo` of the Concat KDF.
    pub(crate) other_info: &'a [u8],
    /// Octets of the content encryption key.
    pub(crate) size: usize,
    pub(crate) entropy: &'a dyn Entropy,
}

/// A content encryption key and how it travels.
pub struct BroughtKey {
    pub(crate) key: Zeroizing<Vec<u8>>,
    pub(crate) encrypted_key: Vec<u8>,
    pub(crate) ephemeral: Option<PublicMaterial>,
    pub(crate) gcm: Option<GcmWrapping>,
}

/// Encrypted content with all that authenticates it.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "aws-lc-rs"), expect(dead_code, reason = "read by the provider that encrypts"))]
pub struct SealedContent<'a> {
    pub(crate) iv: &'a [u8],
    pub(crate) additional_data: &'a [u8],
    pub(crate) ciphertext: &'a [u8],
    pub(crate) tag: &'a [u8],
}

/// A key of AES-256-GCM for one message: HKDF-SHA-256 (RFC 5869) of a secret with a salt of the message's own, used with the nonce zero.
#[derive(Clone, Copy)]
#[cfg_attr(
    not(any(feature = "aws-lc-rs", feature = "biscuit")),
    expect(dead_code, reason = "read by the providers, and there is none in this build")
)]
pub struct MessageKey<'a> {
    pub(crate) secret: &'a [u8],
    pub(crate) salt: &'a [u8; 32],
    pub(crate) info: &'a [u8],
}

/// A key or content could not be recovered: no reason is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecryptionFailed;

impl fmt::Debug for WrapRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrapRequest").field("size", &self.size).finish_non_exhaustive()
    }
}

impl fmt::Debug for MessageKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageKey").finish_non_exhaustive()
    }
}

impl fmt::Debug for BroughtKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BroughtKey").field("ephemeral", &self.ephemeral).finish_non_exhaustive()
    }
}
