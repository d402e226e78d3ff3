//! The key of a seal: HKDF-SHA-256 (RFC 5869) derives a key for one message, AES-256-GCM (SP 800-38D) seals it.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::{SealContext, SealError};
use crate::encoding::base64url;
use crate::environment::{Entropy, SystemEntropy};
use crate::jose::crypto::{CryptoProvider, MessageKey, require_provider};

/// The format that is written and read: its number stands first.
const FORMAT: u8 = 1;
/// What the derived keys are for (RFC 5869 section 3.2).
const INFO: &[u8] = b"identity-model seal 1";
/// Octets of a key, at least.
const SECRET: usize = 32;
/// Octets of the salt that is drawn for each message.
const SALT: usize = 32;
/// Octets of the tag.
const TAG: usize = 16;

/// A key with which an application seals what it keeps outside of the server, and the older keys that still open.
///
/// AES-256-GCM under a key that HKDF-SHA-256 derives from the secret and a salt of 32 random octets, so that each message has a key of its own.
/// The form is `01 ‖ length of the identifier ‖ identifier ‖ salt ‖ ciphertext ‖ tag`, as unpadded base64url where it is text. What it
/// [is and where it is kept](SealContext) is authenticated with it.
///
/// A seal does not expire and is not used up: who holds a cookie can send an older one again, or send it from another browser.
///
/// # Rotation
/// Every server learns of the new key first ([`also_opens`](Self::also_opens)), then it takes the first place, and the old one goes when nothing
/// that it sealed is in use any more.
///
/// Cheap to clone. `Debug` shows identifiers alone.
///
/// # Example
/// ```
/// use identity_model::sealing::{SealContext, SealPurpose, SealingKey};
///
/// # let (secret, old_secret) = ([7; 32], [9; 32]); // 32 random octets each, from the application's settings
/// let key = SealingKey::new("2026-11", secret)?.also_opens("2026-08", old_secret)?;
/// let context = SealContext::new(SealPurpose::Session, "__Host-session");
/// let sealed = key.seal_text(&context, b"what is kept")?;
/// assert_eq!(sealed.len(), key.sealed_length(12));
/// assert_eq!(&**key.open_text(&context, &sealed)?, b"what is kept");
///
/// let elsewhere = SealContext::new(SealPurpose::Session, "another cookie");
/// assert_eq!(key.open_text(&elsewhere, &sealed).unwrap_err().code(), "sealed_altered");
/// # Ok::<(), identity_model::sealing::SealError>(())
/// ```
#[derive(Clone)]
pub struct SealingKey {
    first: RingKey,
    others: Vec<RingKey>,
    entropy: Arc<dyn Entropy>,
    provider: Arc<dyn CryptoProvider>,
}

#[derive(Clone)]
struct RingKey {
    id: Arc<str>,
    secret: Arc<Zeroizing<Vec<u8>>>,
}

impl RingKey {
    fn new(id: String, secret: &[u8]) -> Result<Self, SealError> {
        let fault = |member, problem| Err(SealError::Key { member, problem });
        if id.is_empty() || u8::try_from(id.len()).is_err() {
            return fault("identifier", "must have 1 to 255 octets");
        }
        if secret.len() < SECRET {
            return fault("secret", "has less than 32 octets");
        }
        Ok(Self { id: id.into(), secret: Arc::new(Zeroizing::new(secret.to_vec())) })
    }
}

impl SealingKey {
    /// A key of 32 random octets at least, under an identifier that is not secret: it stands in what is sealed.
    ///
    /// # Errors
    /// [`SealError::Key`] for a secret of less than 32 octets, an identifier that is empty or has more than 255; [`SealError::Crypto`] where the
    /// build has no cryptography provider.
    pub fn new(id: impl Into<String>, secret: impl AsRef<[u8]>) -> Result<Self, SealError> {
        let first = RingKey::new(id.into(), secret.as_ref())?;
        Ok(Self { first, others: Vec::new(), entropy: Arc::new(SystemEntropy), provider: require_provider()? })
    }

    /// The same, opening also what another key has sealed: the one before, or the one that is to come.
    ///
    /// # Errors
    /// [`SealError::Key`] as for [`new`](Self::new), and where an identifier comes twice.
    pub fn also_opens(mut self, id: impl Into<String>, secret: impl AsRef<[u8]>) -> Result<Self, SealError> {
        let key = RingKey::new(id.into(), secret.as_ref())?;
        if self.named(&key.id).is_some() {
            return Err(SealError::Key { member: "identifier", problem: "is that of another key already" });
        }
        self.others.push(key);
        Ok(self)
    }

    /// The same with another source of random octets. Default: the system's.
    #[must_use]
    pub fn with_entropy(mut self, entropy: impl Entropy + 'static) -> Self {
        self.entropy = Arc::new(entropy);
        self
    }

    /// The same with another cryptography provider. Default: the one that is compiled in.
    #[must_use]
    pub fn with_provider(mut self, provider: Arc<dyn CryptoProvider>) -> Self {
        self.provider = provider;
        self
    }

    /// The identifier of the key that seals.
    pub fn id(&self) -> &str {
        &self.first.id
    }

    /// How many characters the sealed text of `octets` octets has: four for every three of them and of 50 octets plus the identifier's own.
    pub fn sealed_length(&self, octets: usize) -> usize {
        let sealed = octets.saturating_add(2 + self.first.id.len() + SALT + TAG);
        sealed.div_ceil(3).saturating_mul(4).saturating_sub((3 - sealed % 3) % 3)
    }

    /// Seals `content`.
    ///
    /// # Errors
    /// [`SealError::Entropy`], [`SealError::Crypto`].
    pub fn seal(&self, context: &SealContext<'_>, content: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut salt = [0; SALT];
        self.entropy.fill(&mut salt)?;
        let RingKey { id, secret } = &self.first;
        let mut content = content.to_vec();
        let key = MessageKey { secret, salt: &salt, info: INFO };
        let tag = self.provider.seal_message(&key, &context.additional_data(FORMAT, id), &mut content)?;
        let length = u8::try_from(id.len()).unwrap_or(u8::MAX);
        Ok([&[FORMAT, length], id.as_bytes(), &salt, &content, &tag].concat())
    }

    /// Opens what [`seal`](Self::seal) has sealed with any of the keys, in the same context.
    ///
    /// # Errors
    /// [`SealError::Malformed`], [`SealError::Format`], [`SealError::UnknownKey`], [`SealError::Altered`].
    pub fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (&format, rest) = sealed.split_first().ok_or(SealError::Malformed)?;
        if format != FORMAT {
            return Err(SealError::Format { found: format, known: FORMAT });
        }
        let (&length, rest) = rest.split_first().ok_or(SealError::Malformed)?;
        let (id, rest) = rest.split_at_checked(length.into()).ok_or(SealError::Malformed)?;
        let (salt, rest) = rest.split_first_chunk::<SALT>().ok_or(SealError::Malformed)?;
        let (ciphertext, tag) = rest.split_last_chunk::<TAG>().ok_or(SealError::Malformed)?;
        let id = std::str::from_utf8(id).map_err(|_| SealError::UnknownKey)?;
        let RingKey { secret, .. } = self.named(id).ok_or(SealError::UnknownKey)?;
        let key = MessageKey { secret, salt, info: INFO };
        let opened = self.provider.open_message(&key, &context.additional_data(FORMAT, id), ciphertext, tag);
        opened.map(Zeroizing::new).map_err(|_| SealError::Altered)
    }

    /// Seals `content` as text that fits a cookie, an address or a column: unpadded base64url.
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub fn seal_text(&self, context: &SealContext<'_>, content: &[u8]) -> Result<String, SealError> {
        self.seal(context, content).map(base64url::encode)
    }

    /// Opens what [`seal_text`](Self::seal_text) has sealed.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_text(&self, context: &SealContext<'_>, sealed: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.open(context, &base64url::decode(sealed).map_err(|_| SealError::Malformed)?)
    }

    fn named(&self, id: &str) -> Option<&RingKey> {
        std::iter::once(&self.first).chain(&self.others).find(|key| &*key.id == id)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others: Vec<&str> = self.others.iter().map(|key| &*key.id).collect();
        f.debug_struct("SealingKey").field("id", &self.first.id).field("also_opens", &others).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
