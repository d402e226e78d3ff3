//! Decrypting a compact JWE: RFC 7516 section 5.2 steps 6 to 16, with the defence of section 11.5.

use std::fmt;

use zeroize::Zeroizing;

use super::compact::CompactJwe;
use super::keys::{DecryptionKeys, KeyRequirements};
use super::nested::NestedJws;
use super::parameters::KeyParameters;
use crate::encoding::json::printable;
use crate::environment::{Entropy, SystemEntropy};
use crate::jose::crypto::encryption::{KeyUnwrapper, SealedContent, WrappedKey};
use crate::jose::crypto::{CryptoError, CryptoProvider};
use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm};
use crate::jose::encryption_sets::{ContentEncryptionSet, KeyManagementSet};
use crate::jose::error::JoseError;
use crate::jose::jwk_set::KeySelection;
use crate::jose::jws::{JoseHeader, TokenLimits};
use crate::jose::material::PublicMaterial;
use crate::jose::operation::Operation;
use crate::jose::private_key::PrivateKey;

/// Decrypts tokens: with which keys, and which `alg` and `enc` are allowed.
///
/// RFC 8725 section 3.1: the caller says what is allowed, the token never does. A key or tag or padding that is wrong gives one and the
/// same error after the same work: in the place of a content encryption key that could not be recovered a random one is used, and fails
/// at the tag. Cheap to clone, safe to share.
///
/// Decryption shows that the sender knew a public key, which everybody does: who sent it, only a signature inside tells
/// ([`decrypt_nested`](Self::decrypt_nested)).
///
/// # Example
/// ```
/// use identity_model::environment::SystemEntropy;
/// use identity_model::jose::{
///     CompactJwe, ContentEncryptionAlgorithm, DecryptionKeys, JweDecrypter, JweHeader, KeyManagementAlgorithm, PrivateKey, TokenLimits,
///     encrypt_compact,
/// };
///
/// let (alg, enc) = (KeyManagementAlgorithm::ECDH_ES, ContentEncryptionAlgorithm::A256GCM);
/// let key = PrivateKey::generate_for_encryption(alg)?;
/// let token = encrypt_compact(&JweHeader::new(), b"hello", key.public_jwk(), alg, enc, &SystemEntropy)?;
///
/// let decrypter = JweDecrypter::new(DecryptionKeys::from(key), alg, enc)?;
/// let jwe = CompactJwe::parse(&token, TokenLimits::default())?;
/// assert_eq!(decrypter.decrypt(&jwe)?.plaintext(), b"hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct JweDecrypter {
    keys: DecryptionKeys,
    algorithms: KeyManagementSet,
    encryptions: ContentEncryptionSet,
    selection: KeySelection,
}

impl JweDecrypter {
    /// Decrypts with these keys, by these algorithms.
    ///
    /// # Errors
    /// [`JoseError::NoAlgorithmAllowed`] where one of the lists is empty.
    pub fn new(
        keys: DecryptionKeys,
        algorithms: impl Into<KeyManagementSet>,
        encryptions: impl Into<ContentEncryptionSet>,
    ) -> Result<Self, JoseError> {
        let (algorithms, encryptions) = (algorithms.into(), encryptions.into());
        if algorithms.is_empty() || encryptions.is_empty() {
            return Err(JoseError::NoAlgorithmAllowed);
        }
        Ok(Self { keys, algorithms, encryptions, selection: KeySelection::default() })
    }

    /// What to do where more than one key fits. Default: [`KeySelection::ExactlyOne`]. With [`KeySelection::TryEach`] a token that none of them
    /// decrypts fails as one does that the only key cannot decrypt.
    #[must_use]
    pub const fn with_key_selection(mut self, selection: KeySelection) -> Self {
        self.selection = selection;
        self
    }

    /// The `alg` values allowed.
    pub const fn algorithms(&self) -> KeyManagementSet {
        self.algorithms
    }

    /// The `enc` values allowed.
    pub const fn encryptions(&self) -> ContentEncryptionSet {
        self.encryptions
    }

    /// The keys.
    pub const fn keys(&self) -> &DecryptionKeys {
        &self.keys
    }

    /// Decrypts.
    ///
    /// # Errors
    /// [`JoseError`]: an algorithm not allowed, a part of a wrong length, no key or several; [`JoseError::Decryption`] for all that may
    /// depend on a secret.
    pub fn decrypt(&self, jwe: &CompactJwe<'_>) -> Result<DecryptedJwe, JoseError> {
        let (algorithm, encryption) = self.allowed(jwe.header())?;
        check_sizes(jwe, algorithm, encryption)?;
        let parameters = KeyParameters::read(jwe.header(), algorithm, encryption)?;
        let curve = parameters.ephemeral.as_ref().and_then(|key| key.curve());
        let wanted = KeyRequirements { key_id: jwe.header().key_id(), algorithm, encryption, curve };
        let keys = self.keys.select(&wanted, self.selection)?;

        let wrapped = WrappedKey {
            encrypted_key: &jwe.encrypted_key,
            ephemeral: parameters.ephemeral.as_ref(),
            other_info: &parameters.other_info,
            gcm: parameters.gcm,
            size: encryption.key_size(),
        };
        for (key, unwrapper) in keys {
            let fits = jwe.encrypted_key.len() == encrypted_key_size(algorithm, encryption, key);
            let unwrapper = fits.then_some(unwrapper);
            if let Some(plaintext) = open(jwe, encryption, &**key.provider(), unwrapper, &wrapped)? {
                return Ok(DecryptedJwe { header: jwe.header().clone(), algorithm, encryption, plaintext });
            }
        }
        Err(JoseError::Decryption)
    }

    /// Decrypts a token whose content must be a signed token (OpenID Connect Core section 16.14): claims that are encrypted and not
    /// signed are rejected, and so is a token that is encrypted twice.
    ///
    /// # Errors
    /// As [`CompactJwe::parse`] and [`decrypt`](Self::decrypt); [`JoseError::ContentNotSigned`] where the content is something else.
    pub fn decrypt_nested(&self, token: &str, limits: TokenLimits) -> Result<NestedJws, JoseError> {
        let decrypted = self.decrypt(&CompactJwe::parse(token, limits)?)?;
        NestedJws::from_decrypted(decrypted.header, decrypted.plaintext)
    }

    /// `alg` and `enc` of a header, if they are allowed: costs no decryption.
    ///
    /// # Errors
    /// [`JoseError::KeyManagementNotAllowed`], [`JoseError::ContentEncryptionNotAllowed`].
    pub fn check_header(&self, header: &JoseHeader) -> Result<(), JoseError> {
        self.allowed(header).map(drop)
    }

    fn allowed(&self, header: &JoseHeader) -> Result<(KeyManagementAlgorithm, ContentEncryptionAlgorithm), JoseError> {
        let name = header.algorithm_name();
        let algorithm = KeyManagementAlgorithm::from_name(name).filter(|algorithm| self.algorithms.contains(*algorithm));
        let algorithm = algorithm.ok_or_else(|| JoseError::KeyManagementNotAllowed { found: printable(name), allowed: self.algorithms })?;
        let name = header.text("enc")?.unwrap_or_default();
        let encryption = ContentEncryptionAlgorithm::from_name(&name).filter(|encryption| self.encryptions.contains(*encryption));
        let encryption =
            encryption.ok_or_else(|| JoseError::ContentEncryptionNotAllowed { found: printable(&name), allowed: self.encryptions })?;
        Ok((algorithm, encryption))
    }
}

/// The content by one key; none where anything about it is wrong, after the same work whatever it is.
fn open(
    jwe: &CompactJwe<'_>,
    encryption: ContentEncryptionAlgorithm,
    provider: &dyn CryptoProvider,
    unwrapper: Option<&dyn KeyUnwrapper>,
    wrapped: &WrappedKey<'_>,
) -> Result<Option<Vec<u8>>, JoseError> {
    let mut content_key = Zeroizing::new(vec![0; encryption.key_size()]);
    let failed = |_| JoseError::Crypto(CryptoError::Failed { provider: provider.name(), operation: Operation::Decrypt });
    SystemEntropy.fill(&mut content_key).map_err(failed)?;
    // RFC 7516 section 11.5: whether a key was recovered must not show, so the random one stays where none of the right length was.
    match unwrapper.map(|unwrapper| unwrapper.unwrap_key(wrapped)) {
        Some(Ok(key)) if key.len() == content_key.len() => content_key = key,
        _ => {}
    }
    let sealed = SealedContent { iv: &jwe.iv, additional_data: jwe.encoded_header.as_bytes(), ciphertext: &jwe.ciphertext, tag: &jwe.tag };
    Ok(provider.open(encryption, &content_key, &sealed).ok())
}

/// How many octets the encrypted key has (RFC 7518 sections 4.2 to 4.8): one of another length is not unwrapped, however long it is. That it is
/// another length is plain to see, and fails like everything else.
fn encrypted_key_size(algorithm: KeyManagementAlgorithm, encryption: ContentEncryptionAlgorithm, key: &PrivateKey) -> usize {
    /// What RFC 3394 adds.
    const WRAPPING: usize = 8;
    match key.public_jwk().material() {
        _ if algorithm.has_no_encrypted_key() => 0,
        PublicMaterial::Rsa(key) => key.modulus.len(),
        _ if algorithm.wraps_with_gcm() => encryption.key_size(),
        _ => encryption.key_size() + WRAPPING,
    }
}

/// RFC 7516 section 5.2 steps 10 to 12 and RFC 7518 section 5: exact lengths, all of them plain to see.
fn check_sizes(jwe: &CompactJwe<'_>, algorithm: KeyManagementAlgorithm, encryption: ContentEncryptionAlgorithm) -> Result<(), JoseError> {
    let mut sizes =
        vec![("initialization vector", encryption.iv_size(), jwe.iv.len()), ("authentication tag", encryption.tag_size(), jwe.tag.len())];
    if algorithm.has_no_encrypted_key() {
        sizes.push(("encrypted key", 0, jwe.encrypted_key.len()));
    }
    match sizes.into_iter().find(|(_, expected, found)| expected != found) {
        Some((part, expected, found)) => Err(JoseError::PartSize { part, expected, found }),
        None => Ok(()),
    }
}

/// A decrypted token: its author is unknown, unless a shared secret was used.
#[derive(Clone)]
pub struct DecryptedJwe {
    pub(super) header: JoseHeader,
    algorithm: KeyManagementAlgorithm,
    encryption: ContentEncryptionAlgorithm,
    pub(super) plaintext: Vec<u8>,
}

impl DecryptedJwe {
    /// The header, authenticated by the tag.
    pub fn header(&self) -> &JoseHeader {
        &self.header
    }

    /// `alg`.
    pub fn algorithm(&self) -> KeyManagementAlgorithm {
        self.algorithm
    }

    /// `enc`.
    pub fn encryption(&self) -> ContentEncryptionAlgorithm {
        self.encryption
    }

    /// The content.
    pub fn plaintext(&self) -> &[u8] {
        &self.plaintext
    }

    /// The content, out of the token's hands.
    pub fn into_plaintext(self) -> Vec<u8> {
        self.plaintext
    }
}

impl fmt::Debug for DecryptedJwe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptedJwe").field("header", &self.header).finish_non_exhaustive()
    }
}
