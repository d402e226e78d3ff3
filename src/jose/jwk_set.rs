//! JSON Web Key Sets: RFC 7517 section 5, read leniently, chosen from strictly.

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::encoding::json::{JsonKind, JsonObject, JsonRules, JsonValue, flawless_elements, printable};
use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::certificate_hint::CertificateHint;
use crate::jose::error::{KeySelectionError, KeySetError, UnfitKey};
use crate::jose::jwk::JsonWebKey;
use crate::jose::jws::JoseHeader;
use crate::jose::key_error::KeyError;
use crate::jose::operation::Operation;

/// How a key set is read.
///
/// # Example
/// ```
/// use identity_model::jose::{JsonWebKeySet, KeySetRules};
///
/// let own = br#"{"keys":[{"kty":"oct","kid":"s","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}]}"#;
/// assert_eq!(JsonWebKeySet::from_json(own)?.keys().len(), 0);
/// assert_eq!(JsonWebKeySet::from_json_with(own, KeySetRules::local())?.keys().len(), 1);
/// # Ok::<(), identity_model::jose::KeySetError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeySetRules {
    key_limit: usize,
    symmetric: bool,
}

impl KeySetRules {
    /// For a set from somewhere else: at most 100 keys, shared secrets are skipped (RFC 8725 section 3.2).
    pub const fn remote() -> Self {
        Self { key_limit: 100, symmetric: false }
    }

    /// For a set from the application's own configuration: at most 100 keys, shared secrets are kept.
    pub const fn local() -> Self {
        Self { symmetric: true, ..Self::remote() }
    }

    /// The same with another limit of keys; a set beyond it is rejected. Default: 100.
    #[must_use]
    pub const fn with_key_limit(mut self, key_limit: usize) -> Self {
        self.key_limit = key_limit;
        self
    }

    /// How many keys a set may have.
    pub const fn key_limit(&self) -> usize {
        self.key_limit
    }
}

impl Default for KeySetRules {
    fn default() -> Self {
        Self::remote()
    }
}

/// A set of keys; cheap to clone, safe to share. What is prepared from a key is kept with it and shared.
///
/// RFC 7517 section 5. Keys that are broken, weak or (in a remote set) symmetric are skipped with a [reason](Self::skipped) and do not
/// spoil the rest; keys of unknown types, for encryption or for unknown algorithms stay visible in [`keys`](Self::keys) and are never
/// chosen for a signature.
///
/// # Example
/// ```
/// use identity_model::jose::{JsonWebKeySet, KeySelection, SignatureAlgorithm};
///
/// let set = JsonWebKeySet::from_json(br#"{"keys":[
///     {"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
///     {"kty":"RSA","kid":"b","e":"AQAB"}
/// ]}"#)?;
/// assert_eq!(set.keys().len(), 1);
/// assert_eq!(set.skipped()[0].reason.to_string(), "the key member `n` is missing");
/// assert!(set.select(Some("a"), SignatureAlgorithm::EDDSA).is_ok());
/// assert!(set.select(Some("b"), SignatureAlgorithm::RS256).is_err());
/// # Ok::<(), identity_model::jose::KeySetError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct JsonWebKeySet(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    keys: Vec<JsonWebKey>,
    skipped: Vec<SkippedKey>,
}

/// A key of a set that cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedKey {
    /// Its place in `keys`, from 0.
    pub index: usize,
    /// Its `kid`, where it has one that can be read; control characters are escaped.
    pub key_id: Option<String>,
    /// What is wrong with it.
    pub reason: KeyError,
    /// Whether it stands in [`JsonWebKeySet::keys`] all the same: it can be read, and used for nothing.
    is_kept: bool,
}

/// What to do where more than one key fits a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum KeySelection {
    /// Reject and say so: the default.
    #[default]
    ExactlyOne,
    /// Try each, unless there are more than `at_most`.
    TryEach {
        /// The most keys that may be tried for one signature.
        at_most: usize,
    },
}

impl JsonWebKeySet {
    /// Reads a set from somewhere else, by [`KeySetRules::remote`].
    ///
    /// # Errors
    /// [`KeySetError`] where the set as a whole is no key set; a broken key never is the reason.
    pub fn from_json(json: &[u8]) -> Result<Self, KeySetError> {
        Self::from_json_with(json, KeySetRules::remote())
    }

    /// Reads a set by these rules.
    ///
    /// # Errors
    /// [`KeySetError`] where the set as a whole is no key set; a broken key never is the reason.
    pub fn from_json_with(json: &[u8], rules: KeySetRules) -> Result<Self, KeySetError> {
        let mut set = Inner::default();
        if let Some(elements) = flawless_elements(json, "keys").filter(|elements| elements.len() <= rules.key_limit) {
            for (index, object) in elements.into_iter().enumerate() {
                let key_id = object.get("kid");
                set.add(index, key_id, JsonWebKey::from_object(object, rules.symmetric));
            }
            return Ok(Self(Arc::new(set)));
        }
        // A name that comes twice inside one key, or half a surrogate, spoils that key alone: each key is scanned again by itself.
        let outer = JsonRules::document().danger_allow_nested_duplicates().danger_allow_lone_surrogates();
        let body = JsonObject::parse(json, &outer).map_err(KeySetError::Json)?;
        let keys = body.get("keys").ok_or(KeySetError::NoKeys)?;
        let elements = keys.elements().ok_or(KeySetError::KeysNotAnArray { found: keys.kind().as_str() })?;
        for (index, element) in elements.enumerate() {
            if index >= rules.key_limit {
                return Err(KeySetError::TooManyKeys { limit: rules.key_limit });
            }
            set.add(index, key_id(element), read(element, rules));
        }
        Ok(Self(Arc::new(set)))
    }

    /// A set of these keys.
    pub fn from_keys(keys: impl IntoIterator<Item = JsonWebKey>) -> Self {
        Self(Arc::new(Inner { keys: keys.into_iter().collect(), skipped: Vec::new() }))
    }

    /// Every key that could be read, whether it is for signatures or not.
    pub fn keys(&self) -> &[JsonWebKey] {
        &self.0.keys
    }

    /// The keys that cannot be used at all, with the reasons: broken or weak ones, secrets in a remote set, curves that are not known here (these
    /// stay visible in [`keys`](Self::keys)).
    pub fn skipped(&self) -> &[SkippedKey] {
        &self.0.skipped
    }

    /// Whether `other` has the very same keys, in whatever order: then what was verified by this set is verified by the other.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let has = |set: &Self, key: &JsonWebKey| set.keys().iter().any(|known| known.to_json() == key.to_json());
        let (ours, theirs) = (self.keys(), other.keys());
        ours.len() == theirs.len()
            && ours.iter().all(|key| has(other, key))
            && theirs.iter().all(|key| has(self, key))
            && self.skipped() == other.skipped()
    }

    /// The keys that may check a signature of `algorithm` under the header's `kid`: all those whose `kty`, `crv`, `alg`, `use` and
    /// `key_ops` fit, and whose `kid` is equal where the header has one.
    pub fn candidates(&self, key_id: Option<&str>, algorithm: SignatureAlgorithm) -> impl Iterator<Item = &JsonWebKey> {
        let named = move |key: &&JsonWebKey| key_id.is_none() || key.key_id() == key_id;
        self.0.keys.iter().filter(named).filter(move |key| key.verifies().contains(algorithm))
    }

    /// The one key for a signature.
    ///
    /// # Errors
    /// [`KeySelectionError`] where there is none or more than one; a `kid` never falls back to a key with another one or none.
    pub fn select(&self, key_id: Option<&str>, algorithm: SignatureAlgorithm) -> Result<&JsonWebKey, KeySelectionError> {
        let mut candidates = self.candidates(key_id, algorithm);
        match (candidates.next(), candidates.next()) {
            (Some(key), None) => Ok(key),
            (Some(_), Some(_)) => match distinct(self.candidates(key_id, algorithm)).as_slice() {
                [key] => Ok(key),
                several => Err(KeySelectionError::Several { algorithm, found: several.len(), key_id: key_id.map(printable) }),
            },
            (None, _) => Err(self.nothing(key_id, algorithm)),
        }
    }

    /// The one key that the header's `x5t` or `x5t#S256` tells from the others, for a token without a `kid` (AD FS).
    pub(crate) fn by_certificate(&self, header: &JoseHeader, algorithm: SignatureAlgorithm) -> Option<&JsonWebKey> {
        let thumbprint = CertificateHint::of_header(header).filter(|_| header.key_id().is_none())?;
        match distinct(self.candidates(None, algorithm).filter(|key| key.has_certificate(&thumbprint))).as_slice() {
            [key] => Some(key),
            _ => None,
        }
    }

    /// The keys to try for a signature, by the caller's choice: the [`candidates`](Self::candidates), or where none has the header's `kid`
    /// those without a `kid`. A key that stands there twice counts once.
    ///
    /// # Errors
    /// [`KeySelectionError`] where there are none, or more than may be tried.
    pub fn select_each(
        &self,
        key_id: Option<&str>,
        algorithm: SignatureAlgorithm,
        at_most: usize,
    ) -> Result<impl Iterator<Item = &JsonWebKey>, KeySelectionError> {
        let mut candidates = distinct(self.candidates(key_id, algorithm));
        if candidates.is_empty() && key_id.is_some_and(|key_id| !self.has_key_id(key_id)) {
            candidates = distinct(self.unnamed(algorithm));
        }
        match candidates.len() {
            0 => Err(self.nothing(key_id, algorithm)),
            found if found > at_most => Err(KeySelectionError::TooMany { algorithm, found, at_most }),
            _ => Ok(candidates.into_iter()),
        }
    }

    /// The keys without a `kid` that fit the algorithm.
    fn unnamed(&self, algorithm: SignatureAlgorithm) -> impl Iterator<Item = &JsonWebKey> {
        self.candidates(None, algorithm).filter(|key| key.key_id().is_none())
    }

    /// The set as JSON (RFC 7517 section 5), of what was read: without private members, the bytes of shared secrets and keys that were skipped.
    /// The same as what serde writes; serde reads by [`KeySetRules::remote`].
    pub fn to_json(&self) -> String {
        let keys: Vec<&str> = self.0.keys.iter().map(JsonWebKey::to_json).collect();
        format!("{{\"keys\":[{}]}}", keys.join(","))
    }

    /// Whether a key has this `kid`, for whatever purpose.
    pub fn has_key_id(&self, key_id: &str) -> bool {
        self.0.keys.iter().any(|key| key.key_id() == Some(key_id))
    }

    fn nothing(&self, key_id: Option<&str>, algorithm: SignatureAlgorithm) -> KeySelectionError {
        match key_id {
            Some(key_id) if !self.has_key_id(key_id) => {
                let key_id = printable(key_id);
                // What a set says of its skipped keys is escaped and shortened in the same way.
                match self.0.skipped.iter().find(|skipped| skipped.key_id.as_ref() == Some(&key_id)) {
                    Some(skipped) => KeySelectionError::Skipped { key_id, reason: skipped.reason.clone() },
                    None if self.unnamed(algorithm).next().is_some() => KeySelectionError::Unnamed { key_id },
                    None => KeySelectionError::UnknownKeyId { key_id, keys: self.0.keys.len() },
                }
            }
            _ => {
                let named = self.0.keys.iter().filter(|key| key_id.is_none() || key.key_id() == key_id);
                let reason = |key: &JsonWebKey| {
                    let unfit = key.fits(algorithm, Operation::Verify).err().map(|reason| KeyError::Unfit { algorithm, reason });
                    Some(UnfitKey::new(key.key_id(), key.unknown_curve().cloned().or(unfit)?))
                };
                // A key that is listed as skipped although it is kept is told once.
                let left_out = self.0.skipped.iter().filter(|skipped| key_id.is_none() && !skipped.is_kept);
                let left_out = left_out.map(|skipped| UnfitKey { key_id: skipped.key_id.clone(), reason: skipped.reason.clone() });
                KeySelectionError::NoneFits { algorithm, keys: named.filter_map(reason).chain(left_out).collect() }
            }
        }
    }
}

/// Each key once.
fn distinct<'k>(keys: impl Iterator<Item = &'k JsonWebKey>) -> Vec<&'k JsonWebKey> {
    let mut distinct: Vec<&JsonWebKey> = Vec::new();
    for key in keys {
        if !distinct.iter().any(|known| known.is_same_key(key)) {
            distinct.push(key);
        }
    }
    distinct
}

impl Serialize for JsonWebKeySet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value: serde_json::Value = serde_json::from_str(&self.to_json()).map_err(serde::ser::Error::custom)?;
        value.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for JsonWebKeySet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Self::from_json(value.to_string().as_bytes()).map_err(serde::de::Error::custom)
    }
}

impl FromIterator<JsonWebKey> for JsonWebKeySet {
    fn from_iter<I: IntoIterator<Item = JsonWebKey>>(keys: I) -> Self {
        Self::from_keys(keys)
    }
}

fn read(element: JsonValue<'_>, rules: KeySetRules) -> Result<JsonWebKey, KeyError> {
    let object = JsonObject::parse(element.as_raw().as_bytes(), &JsonRules::token()).map_err(KeyError::Json)?;
    JsonWebKey::from_object(object, rules.symmetric)
}

/// The `kid` of an element, as far as it can be found.
fn key_id(element: JsonValue<'_>) -> Option<JsonValue<'_>> {
    let mut members = element.members().filter(|_| element.kind() == JsonKind::Object)?;
    members.find(|(name, _)| name == "kid").map(|(_, value)| value)
}

impl Inner {
    fn add(&mut self, index: usize, key_id: Option<JsonValue<'_>>, outcome: Result<JsonWebKey, KeyError>) {
        match outcome {
            Ok(key) => {
                if let Some(reason) = key.unknown_curve().cloned() {
                    self.skipped.push(SkippedKey { index, key_id: key.key_id().map(printable), reason, is_kept: true });
                }
                self.keys.push(key);
            }
            Err(reason) => {
                let key_id = key_id.and_then(JsonValue::as_str).map(|text| printable(&text));
                self.skipped.push(SkippedKey { index, key_id, reason, is_kept: false });
            }
        }
    }
}

#[cfg(test)]
mod tests;
