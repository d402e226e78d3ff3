//! Making a compact JWE: RFC 7516 section 5.1.

use std::sync::Arc;

use serde_json::Value;

use super::header::{JweHeader, RESERVED};
use super::parameters::{LONGEST_PARTY, other_info};
use crate::encoding::base64url;
use crate::environment::Entropy;
use crate::error_kind::classify;
use crate::jose::crypto::encryption::{BroughtKey, KeyWrapper, WrapRequest};
use crate::jose::crypto::{CryptoError, CryptoProvider, KeyRef, require_provider};
use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm};
use crate::jose::jwk::JsonWebKey;
use crate::jose::jwk_members;
use crate::jose::key_error::KeyError;
use crate::jose::operation::Operation;

/// Encrypts to one recipient, whose key is parsed once. Cheap to clone, safe to share.
///
/// RFC 7516 section 5.1. Content keys, initialization vectors and ephemeral keys come from the caller's entropy, one per token; the
/// randomness inside RSA-OAEP is the provider's own.
///
/// # Example
/// ```
/// use identity_model::environment::SystemEntropy;
/// use identity_model::jose::{ContentEncryptionAlgorithm, JweEncrypter, JweHeader, KeyManagementAlgorithm, PrivateKey};
///
/// let key = PrivateKey::generate_for_encryption(KeyManagementAlgorithm::RSA_OAEP_256)?;
/// let (alg, enc) = (KeyManagementAlgorithm::RSA_OAEP_256, ContentEncryptionAlgorithm::A256GCM);
/// let encrypter = JweEncrypter::new(key.public_jwk(), alg, enc)?;
/// let token = encrypter.encrypt(&JweHeader::nested(), b"a signed token", &SystemEntropy)?;
/// assert_eq!(token.split('.').count(), 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct JweEncrypter {
    wrapper: Arc<dyn KeyWrapper>,
    key_id: Option<Box<str>>,
    algorithm: KeyManagementAlgorithm,
    encryption: ContentEncryptionAlgorithm,
    provider: Arc<dyn CryptoProvider>,
}

impl JweEncrypter {
    /// Encrypts to `recipient` with the compiled-in provider.
    ///
    /// # Errors
    /// [`KeyError::UnfitForEncryption`] where the key is not for these algorithms, [`KeyError::Crypto`] where the provider rejects.
    pub fn new(
        recipient: &JsonWebKey,
        algorithm: KeyManagementAlgorithm,
        encryption: ContentEncryptionAlgorithm,
    ) -> Result<Self, KeyError> {
        Self::with_provider(recipient, algorithm, encryption, require_provider()?)
    }

    /// The same with a provider of one's choice.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_provider(
        recipient: &JsonWebKey,
        algorithm: KeyManagementAlgorithm,
        encryption: ContentEncryptionAlgorithm,
        provider: Arc<dyn CryptoProvider>,
    ) -> Result<Self, KeyError> {
        let unfit = |reason| KeyError::UnfitForEncryption { algorithm, reason };
        recipient.fits_encryption(algorithm, encryption).map_err(unfit)?;
        let wrapper = provider.key_wrapper(algorithm, KeyRef(recipient.material()))?;
        Ok(Self { wrapper, key_id: recipient.key_id().map(Into::into), algorithm, encryption, provider })
    }

    /// `alg` of its tokens.
    pub const fn algorithm(&self) -> KeyManagementAlgorithm {
        self.algorithm
    }

    /// `enc` of its tokens.
    pub const fn encryption(&self) -> ContentEncryptionAlgorithm {
        self.encryption
    }

    /// Encrypts `plaintext`, which may be any octets, into a compact JWE.
    ///
    /// # Errors
    /// [`EncryptionError`]: the header sets what it must not, or the provider or the entropy failed.
    pub fn encrypt(&self, header: &JweHeader, plaintext: &[u8], entropy: &dyn Entropy) -> Result<String, EncryptionError> {
        check(header)?;
        let other_info = other_info(self.algorithm, self.encryption, &header.apu, &header.apv);
        let request = WrapRequest { other_info: &other_info, size: self.encryption.key_size(), entropy };
        let brought = self.wrapper.wrap_key(&request).map_err(EncryptionError::Crypto)?;
        let mut iv = vec![0; self.encryption.iv_size()];
        let failed = |_| EncryptionError::Crypto(CryptoError::Failed { provider: self.provider.name(), operation: Operation::Encrypt });
        entropy.fill(&mut iv).map_err(failed)?;

        let encoded_header = base64url::encode(self.write(header, &brought));
        let mut content = plaintext.to_vec();
        let sealed = self.provider.seal(self.encryption, &brought.key, &iv, encoded_header.as_bytes(), &mut content);
        let tag = sealed.map_err(EncryptionError::Crypto)?;
        let parts = [&brought.encrypted_key, &iv, &content, &tag].map(base64url::encode);
        Ok(format!("{encoded_header}.{}", parts.join(".")))
    }

    fn write(&self, header: &JweHeader, brought: &BroughtKey) -> String {
        let text = |name: &'static str, value: Option<&str>| Some((name, Value::from(value?).to_string()));
        let octets = |name: &'static str, value: &[u8]| (name, Value::from(base64url::encode(value)).to_string());
        let key_id = header.key_id.as_deref().or(self.key_id.as_deref()).filter(|_| !header.omit_key_id);
        let mut members: Vec<(&str, String)> = text("alg", Some(self.algorithm.name())).into_iter().chain(text("kid", key_id)).collect();
        if let Some(key) = &brought.ephemeral {
            members.push(("epk", jwk_members::write_bare(key)));
            let parties = [("apu", &header.apu), ("apv", &header.apv)].into_iter().filter(|(_, party)| !party.is_empty());
            members.extend(parties.map(|(name, party)| octets(name, party)));
        }
        if let Some(gcm) = &brought.gcm {
            members.extend([octets("tag", &gcm.tag), octets("iv", &gcm.iv)]);
        }
        members.extend(text("enc", Some(self.encryption.name())));
        members.extend(text("typ", header.typ.as_deref()).into_iter().chain(text("cty", header.cty.as_deref())));
        let mut others: Vec<_> = header.members.iter().map(|(name, value)| (name.as_str(), value.to_string())).collect();
        // A build may keep JSON maps in insertion order: what is authenticated must not depend on that.
        others.sort_unstable();
        let members: Vec<String> =
            members.into_iter().chain(others).map(|(name, value)| format!("{}:{value}", Value::from(name))).collect();
        format!("{{{}}}", members.join(","))
    }
}

/// Encrypts `plaintext` to `recipient` into a compact JWE: a [`JweEncrypter`] for one token.
///
/// # Errors
/// [`EncryptionError`], which wraps a [`KeyError`] where the key is not for these algorithms.
pub fn encrypt_compact(
    header: &JweHeader,
    plaintext: &[u8],
    recipient: &JsonWebKey,
    algorithm: KeyManagementAlgorithm,
    encryption: ContentEncryptionAlgorithm,
    entropy: &dyn Entropy,
) -> Result<String, EncryptionError> {
    JweEncrypter::new(recipient, algorithm, encryption).map_err(EncryptionError::Key)?.encrypt(header, plaintext, entropy)
}

fn check(header: &JweHeader) -> Result<(), EncryptionError> {
    if let Some(member) = header.members.keys().find(|name| RESERVED.contains(&name.as_str())) {
        return Err(EncryptionError::ReservedMember { member: member.clone() });
    }
    match header.apu.len().max(header.apv.len()) {
        0..=LONGEST_PARTY => Ok(()),
        found => Err(EncryptionError::PartySize { found }),
    }
}

/// Why a token was not encrypted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncryptionError {
    /// The recipient's key cannot be used.
    #[error("the recipient's key cannot be used")]
    Key(#[source] KeyError),
    /// The provider failed, or there was no entropy.
    #[error("the token cannot be encrypted")]
    Crypto(#[source] CryptoError),
    /// The header names a member that the encryption itself writes, or one that would change what it means.
    #[error("the header member `{member}` is reserved and cannot be set")]
    ReservedMember {
        /// The member's name.
        member: String,
    },
    /// `apu` or `apv` is too long.
    #[error("`apu` or `apv` is too long: at most 1024 bytes, found {found}")]
    PartySize {
        /// Octets of the longer one.
        found: usize,
    },
}

classify! { EncryptionError {
    Self::ReservedMember { .. } => "header_reserved_member" Key;
    Self::PartySize { .. } => "header_party_size" Key;
} inner {
    Self::Key(error) => error.class();
    Self::Crypto(error) => error.class();
} }
