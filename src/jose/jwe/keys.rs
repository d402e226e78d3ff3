//! The client's decryption keys and how one is selected: RFC 7516 section 5.2 steps 6 to 8.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::encoding::json::{JsonObject, JsonRules, printable};
use crate::jose::crypto::CryptoError;
use crate::jose::crypto::encryption::KeyUnwrapper;
use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm};
use crate::jose::error::JoseError;
use crate::jose::jwk_set::KeySelection;
use crate::jose::key_error::{KeyError, Unfit};
use crate::jose::key_type::Curve;
use crate::jose::private_key::PrivateKey;

const ROWS: usize = KeyManagementAlgorithm::ALL.len();

/// Private keys and shared secrets to decrypt with; cheap to clone, safe to share. What a provider prepares from a key is kept with it.
///
/// A token that names a `kid` is decrypted with a key of that `kid`; where there is none, with a key that has no `kid` at all. Of those
/// exactly one must fit `alg`, `enc`, the curve of `epk`, `use` and `key_ops`, unless [`KeySelection::TryEach`] allows more.
///
/// # Example
/// ```
/// use identity_model::jose::{DecryptionKeys, KeyManagementAlgorithm, PrivateKey};
///
/// let key = PrivateKey::generate_for_encryption(KeyManagementAlgorithm::RSA_OAEP_256)?.with_key_id("enc-2026")?;
/// let keys = DecryptionKeys::from_keys([key]);
/// assert_eq!(keys.keys().next().and_then(|key| key.key_id()), Some("enc-2026"));
/// # Ok::<(), identity_model::jose::KeyError>(())
/// ```
#[derive(Clone, Default)]
pub struct DecryptionKeys(Arc<[Entry]>);

struct Entry {
    key: PrivateKey,
    /// By the row's number.
    prepared: [OnceLock<Result<Arc<dyn KeyUnwrapper>, CryptoError>>; ROWS],
}

impl DecryptionKeys {
    /// A set of these keys.
    pub fn from_keys(keys: impl IntoIterator<Item = PrivateKey>) -> Self {
        let entry = |key| Entry { key, prepared: std::array::from_fn(|_| OnceLock::new()) };
        Self(keys.into_iter().map(entry).collect())
    }

    /// Reads a JWK set of private keys and shared secrets (RFC 7517 section 5). It is the application's own configuration: a key that cannot be
    /// used fails the set.
    ///
    /// # Errors
    /// [`KeyError`] of the first key that is broken.
    pub fn from_jwk_set(json: &[u8]) -> Result<Self, KeyError> {
        let set = JsonObject::parse(json, &JsonRules::document()).map_err(KeyError::Json)?;
        let keys = set.get("keys").ok_or(KeyError::Missing { member: "keys" })?;
        let elements = keys.elements().ok_or_else(|| KeyError::member("keys", "an array", keys.kind().as_str()))?;
        let keys: Result<Vec<_>, _> = elements.map(|element| PrivateKey::from_jwk(element.as_raw().as_bytes())).collect();
        keys.map(Self::from_keys)
    }

    /// Every key.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &PrivateKey> {
        self.0.iter().map(|entry| &entry.key)
    }

    /// The keys for a token, with what their providers prepared: the one that fits, or each of them where that is allowed.
    pub(super) fn select(
        &self,
        wanted: &KeyRequirements<'_>,
        selection: KeySelection,
    ) -> Result<Vec<(&PrivateKey, &dyn KeyUnwrapper)>, JoseError> {
        let named = |entry: &&Entry| wanted.key_id.is_none() || entry.key.key_id() == wanted.key_id;
        let mut group: Vec<&Entry> = self.0.iter().filter(named).collect();
        if group.is_empty() {
            group = self.0.iter().filter(|entry| entry.key.key_id().is_none()).collect();
        }
        let mut fitting: Vec<&Entry> = Vec::new();
        for entry in group.iter().filter(|entry| wanted.fits(&entry.key).is_ok()) {
            if !fitting.iter().any(|known| known.key.public_jwk().is_same_key(entry.key.public_jwk())) {
                fitting.push(entry);
            }
        }
        let at_most = match selection {
            KeySelection::ExactlyOne => 1,
            KeySelection::TryEach { at_most } => at_most,
        };
        match fitting.len() {
            0 => {
                let unfit = group.iter().find_map(|entry| wanted.fits(&entry.key).err());
                Err(JoseError::NoDecryptionKey { key_id: wanted.key_id.map(printable), unfit })
            }
            found if found > at_most => Err(JoseError::SeveralDecryptionKeys { found }),
            _ => fitting.into_iter().map(|entry| entry.unwrapper(wanted)).collect(),
        }
    }
}

impl Entry {
    fn unwrapper(&self, wanted: &KeyRequirements<'_>) -> Result<(&PrivateKey, &dyn KeyUnwrapper), JoseError> {
        match self.prepared(wanted.algorithm) {
            Some(Ok(unwrapper)) => Ok((&self.key, &**unwrapper)),
            Some(Err(error)) => Err(JoseError::Key(KeyError::Crypto(*error))),
            None => Err(JoseError::NoDecryptionKey { key_id: wanted.key_id.map(printable), unfit: None }),
        }
    }

    fn prepared(&self, algorithm: KeyManagementAlgorithm) -> Option<&Result<Arc<dyn KeyUnwrapper>, CryptoError>> {
        let slot = self.prepared.get(algorithm.id() as usize)?;
        Some(slot.get_or_init(|| self.key.key_unwrapper(algorithm)))
    }
}

/// What a token asks of a key.
pub(super) struct KeyRequirements<'a> {
    pub(super) key_id: Option<&'a str>,
    pub(super) algorithm: KeyManagementAlgorithm,
    pub(super) encryption: ContentEncryptionAlgorithm,
    /// The curve of `epk`.
    pub(super) curve: Option<Curve>,
}

impl KeyRequirements<'_> {
    fn fits(&self, key: &PrivateKey) -> Result<(), Unfit> {
        key.fits_decryption(self.algorithm, self.encryption)?;
        if self.curve.is_some() && key.public_jwk().curve() != self.curve { Err(Unfit::Curve) } else { Ok(()) }
    }
}

impl FromIterator<PrivateKey> for DecryptionKeys {
    fn from_iter<I: IntoIterator<Item = PrivateKey>>(keys: I) -> Self {
        Self::from_keys(keys)
    }
}

impl From<PrivateKey> for DecryptionKeys {
    fn from(key: PrivateKey) -> Self {
        Self::from_keys([key])
    }
}

impl fmt::Debug for DecryptionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys()).finish()
    }
}
