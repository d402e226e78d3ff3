//! What can be wrong with a signed token, a key set, or the choice of a key: facts about members, never the token.

use std::fmt;

use crate::encoding::json::{JsonError, printable};
use crate::error_kind::classify;
use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::algorithm_set::AlgorithmSet;
use crate::jose::crypto::CryptoError;
use crate::jose::encryption_sets::{ContentEncryptionSet, KeyManagementSet};
use crate::jose::key_error::{KeyError, Unfit};

/// Why a signed or encrypted token was rejected at the JOSE layer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JoseError {
    /// Longer than allowed; nothing was decoded.
    #[error("the {part} is too long: at most {limit} bytes, found {found}")]
    TooLarge {
        /// `token` or `header`.
        part: &'static str,
        /// The limit in octets.
        limit: usize,
        /// The length found.
        found: usize,
    },
    /// Not three parts with dots between them.
    #[error("unexpected number of parts: expected {expected}, found {found}")]
    Parts {
        /// How many there should be.
        expected: usize,
        /// How many there are (counted up to six).
        found: usize,
    },
    /// A part is not strict base64url, or has no octets where some are due.
    #[error("the {part} is not unpadded base64url")]
    Base64Url {
        /// `header`, `payload`, `signature`, `encrypted key`, `initialization vector`, `ciphertext` or `authentication tag`.
        part: &'static str,
    },
    /// The signature's part is empty.
    #[error("the token has no signature")]
    Unsigned,
    /// The header is not one well-formed JSON object.
    #[error("the header is not a well-formed JSON object")]
    Header(#[source] JsonError),
    /// A header member is absent or not as it must be.
    #[error("the header member `{member}` must be {expected}, found {found}")]
    HeaderMember {
        /// The member's name.
        member: &'static str,
        /// What was expected.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// The header demands an extension that is not understood (`crit`, RFC 7515 section 4.1.11).
    #[error("the header requires the extension `{name}`, which is not supported")]
    Critical {
        /// The first extension named, escaped and shortened.
        name: String,
    },
    /// `alg` is not in the caller's allow-list; a name this crate does not know never is.
    #[error("the algorithm is not allowed: expected {}, found \"{found}\"", quoted(allowed))]
    AlgorithmNotAllowed {
        /// The name in the header, escaped and shortened.
        found: String,
        /// What the caller allows.
        allowed: AlgorithmSet,
    },
    /// The caller allows no algorithm at all: a configuration error.
    #[error("the list of allowed algorithms is empty")]
    NoAlgorithmAllowed,
    /// No key, or more than one, stands for the signature.
    #[error(transparent)]
    Selection(KeySelectionError),
    /// The chosen key cannot be used.
    #[error("the chosen key cannot be used")]
    Key(#[source] KeyError),
    /// The signature does not belong to this content and key.
    #[error("the {algorithm} signature does not verify")]
    Signature {
        /// The algorithm that was checked.
        algorithm: SignatureAlgorithm,
    },
    /// The token uses what is rejected whatever the caller allows: RSA1_5, PBES2, compression.
    #[error("`{name}` is never accepted: {reason}")]
    NeverAccepted {
        /// The algorithm or header member.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// `alg` of an encrypted token is not in the caller's allow-list; a name this crate does not know never is.
    #[error("the key management algorithm is not allowed: expected {}, found \"{found}\"", quoted(allowed))]
    KeyManagementNotAllowed {
        /// The name in the header, escaped and shortened.
        found: String,
        /// What the caller allows.
        allowed: KeyManagementSet,
    },
    /// Five parts, and a header without `enc`.
    #[error("not a JWE: `enc` is missing from the header")]
    NotEncrypted,
    /// `enc` is not in the caller's allow-list; a name this crate does not know never is.
    #[error("the content encryption is not allowed: expected {}, found \"{found}\"", quoted(allowed))]
    ContentEncryptionNotAllowed {
        /// The name in the header, escaped and shortened.
        found: String,
        /// What the caller allows.
        allowed: ContentEncryptionSet,
    },
    /// A part of an encrypted token has another length than its algorithm says.
    #[error("the {part} has the wrong length: expected {expected} bytes, found {found}")]
    PartSize {
        /// `encrypted key`, `initialization vector` or `authentication tag`.
        part: &'static str,
        /// What the algorithm says.
        expected: usize,
        /// Octets found.
        found: usize,
    },
    /// The sender's ephemeral key (`epk`) is none.
    #[error("the header member `epk` is not a usable public key")]
    EphemeralKey(#[source] KeyError),
    /// No own key stands for the token.
    #[error("no decryption key matches the token{}", named(.key_id.as_deref()))]
    NoDecryptionKey {
        /// The header's `kid`, escaped and shortened.
        key_id: Option<String>,
        /// What stands against the first key in question.
        unfit: Option<Unfit>,
    },
    /// More than one own key fits: a `kid` of its own for each would tell them apart.
    #[error("{found} decryption keys match the token, and exactly one must")]
    SeveralDecryptionKeys {
        /// How many fit.
        found: usize,
    },
    /// Decryption failed. Whether it was the wrapped key, the tag or the padding is not told, and not to be found out (RFC 7516
    /// section 11.5).
    #[error("the token cannot be decrypted")]
    Decryption,
    /// The content of an encrypted token is no signed token, and a signature is required.
    #[error("the content of the encrypted token is not a signed token")]
    ContentNotSigned,
    /// The build has no provider, or the provider gave up.
    #[error("no cryptography is available for the token")]
    Crypto(#[source] CryptoError),
}

impl JoseError {
    pub(crate) fn header_member(member: &'static str, expected: &'static str, found: &str) -> Self {
        Self::HeaderMember { member, expected, found: printable(found) }
    }
}

classify! { JoseError {
    Self::TooLarge { .. } => "token_too_large" Malformed;
    Self::Parts { .. } => "token_parts" Malformed;
    Self::Base64Url { .. } => "token_base64url" Malformed;
    Self::Unsigned => "token_unsigned" Malformed;
    Self::Header(_) => "header_json" Malformed;
    Self::HeaderMember { .. } => "header_member" Malformed;
    Self::Critical { .. } => "header_critical" Validation;
    Self::AlgorithmNotAllowed { .. } => "algorithm_not_allowed" Validation;
    Self::NoAlgorithmAllowed => "algorithm_none_allowed" Configuration;
    Self::Signature { .. } => "signature_invalid" Validation;
    Self::NeverAccepted { .. } => "never_accepted" Validation;
    Self::KeyManagementNotAllowed { .. } => "key_management_not_allowed" Validation;
    Self::ContentEncryptionNotAllowed { .. } => "content_encryption_not_allowed" Validation;
    Self::NotEncrypted => "token_not_jwe" Malformed;
    Self::PartSize { .. } => "token_part_size" Malformed;
    Self::EphemeralKey(_) => "ephemeral_key" Malformed;
    Self::NoDecryptionKey { .. } => "decryption_key_none" Key;
    Self::SeveralDecryptionKeys { .. } => "decryption_key_ambiguous" Key;
    Self::Decryption => "decryption_failed" Validation;
    Self::ContentNotSigned => "content_not_signed" Validation;
} inner {
    Self::Selection(error) => error.class();
    Self::Key(error) => error.class();
    Self::Crypto(error) => error.class();
} }

/// Names in quotes, as an expectation.
fn quoted(names: &impl fmt::Display) -> String {
    format!("\"{names}\"")
}

fn counted(keys: usize) -> String {
    if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") }
}

fn named(key_id: Option<&str>) -> String {
    key_id.map(|key_id| format!(" (`kid` \"{key_id}\")")).unwrap_or_default()
}

fn unclear(key_id: Option<&str>) -> String {
    key_id.map_or_else(|| "no `kid`".to_owned(), |key_id| format!("the `kid` \"{key_id}\" of all of them"))
}

/// Why a set gives no key for a signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySelectionError {
    /// No key of the set has this `kid`: perhaps the set is old.
    #[error("no key matches: `kid` \"{key_id}\" is unknown (set of {})", counted(*.keys))]
    UnknownKeyId {
        /// The header's `kid`, escaped and shortened.
        key_id: String,
        /// How many keys the set has.
        keys: usize,
    },
    /// A key of the set has this `kid`, and it is broken, weak or a secret, so that it was left out.
    #[error("no key matches: the key with `kid` \"{key_id}\" was skipped")]
    Skipped {
        /// The header's `kid`, escaped and shortened.
        key_id: String,
        /// What is wrong with the key.
        #[source]
        reason: KeyError,
    },
    /// No key of the set has this `kid`, and one without a `kid` would fit: `KeySelection::TryEach` would try it.
    #[error("no key matches: `kid` \"{key_id}\" is unknown; try keys without `kid` with `.key_selection(KeySelection::TryEach {{ … }})`")]
    Unnamed {
        /// The header's `kid`, escaped and shortened.
        key_id: String,
    },
    /// There are keys (with this `kid`, if the header has one), and none fits the algorithm.
    #[error("no key matches {algorithm}{}", listed(.keys))]
    NoneFits {
        /// The header's algorithm.
        algorithm: SignatureAlgorithm,
        /// What stands against each key in question.
        keys: Vec<UnfitKey>,
    },
    /// More than one key fits. `KeySelection::TryEach` would try them, up to a limit.
    #[error("{found} keys match {algorithm} and the token has {}; allow it with `.key_selection(KeySelection::TryEach)`", unclear(.key_id.as_deref()))]
    Several {
        /// The header's algorithm.
        algorithm: SignatureAlgorithm,
        /// How many fit.
        found: usize,
        /// The header's `kid`, escaped and shortened, where it has one.
        key_id: Option<String>,
    },
    /// More keys fit than may be tried.
    #[error(
        "{found} keys match {algorithm}, and at most {at_most} may be tried; raise the limit with `.key_selection(KeySelection::TryEach)`"
    )]
    TooMany {
        /// The header's algorithm.
        algorithm: SignatureAlgorithm,
        /// How many fit.
        found: usize,
        /// How many may be tried.
        at_most: usize,
    },
}

/// A key that was looked at and cannot check the signature.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnfitKey {
    /// Its `kid`, where it has one; escaped and shortened.
    pub key_id: Option<String>,
    /// What stands against it.
    pub reason: KeyError,
}

impl UnfitKey {
    pub(crate) fn new(key_id: Option<&str>, reason: KeyError) -> Self {
        Self { key_id: key_id.map(printable), reason }
    }
}

impl std::fmt::Display for UnfitKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.key_id {
            Some(key_id) => write!(f, "key `{key_id}`: ")?,
            None => f.write_str("key without `kid`: ")?,
        }
        match &self.reason {
            KeyError::Unfit { reason, .. } => write!(f, "{reason}"),
            reason => write!(f, "{reason}"),
        }
    }
}

/// The first three, and how many more there are.
fn listed(keys: &[UnfitKey]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<_> = keys.iter().take(SHOWN).map(UnfitKey::to_string).collect();
    match keys.len() {
        0 => ": the set is empty".to_owned(),
        found if found > SHOWN => format!(": {}; and {} more", shown.join("; "), found - SHOWN),
        _ => format!(": {}", shown.join("; ")),
    }
}

classify! { KeySelectionError {
    Self::UnknownKeyId { .. } | Self::Unnamed { .. } => "key_unknown_kid" Key;
    Self::Skipped { .. } => "key_skipped" Key;
    Self::NoneFits { .. } => "key_none_fits" Key;
    Self::Several { .. } => "key_ambiguous" Key;
    Self::TooMany { .. } => "key_too_many" Key;
} }

/// Why a key set was rejected as a whole; a broken key alone never is a reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// Not one well-formed JSON object, or a member of it comes twice.
    #[error("the key set is not a well-formed JSON object")]
    Json(#[source] JsonError),
    /// There is no member `keys` (RFC 7517 section 5).
    #[error("the key set has no member `keys`")]
    NoKeys,
    /// `keys` is not an array.
    #[error("the member `keys` must be an array, found {found}")]
    KeysNotAnArray {
        /// The kind of value found.
        found: &'static str,
    },
    /// More keys than the limit.
    #[error(
        "the key set has more than {limit} keys; allow more with `key_limit` of the request or the source, or `CacheSettings::with_key_limit`"
    )]
    TooManyKeys {
        /// The limit.
        limit: usize,
    },
}

classify! { KeySetError {
    Self::Json(_) => "key_set_json" Key;
    Self::NoKeys => "key_set_without_keys" Key;
    Self::KeysNotAnArray { .. } => "key_set_keys_type" Key;
    Self::TooManyKeys { .. } => "key_set_too_large" Key;
} }
