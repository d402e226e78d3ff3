//! Checking a compact JWS: RFC 7515 section 5.2 step 8, RFC 8725 sections 3.1 and 3.2.

use std::sync::Arc;

use super::compact::CompactJws;
use super::compact::TokenLimits;
use super::header::JoseHeader;
use super::known_headers::KnownHeaders;
use crate::encoding::base64url;
use crate::encoding::json::printable;
use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::algorithm_set::AlgorithmSet;
use crate::jose::crypto::{CryptoProvider, require_provider};
use crate::jose::error::{JoseError, KeySelectionError};
use crate::jose::jwk::JsonWebKey;
use crate::jose::jwk_set::{JsonWebKeySet, KeySelection};

/// Signatures up to those of RSA keys of 4096 bits are decoded on the stack, longer ones on the heap.
const STACK: usize = 512;

/// The longest signature of the table, ML-DSA-87, in base64url.
const LONGEST: usize = 6170;

/// Checks signatures: which algorithms are allowed, how keys are chosen, whose cryptography it is.
///
/// RFC 8725 section 3.1: the caller says what is allowed, the token never does. Cheap to clone, safe to share.
///
/// # Example
/// ```
/// use identity_model::jose::{JsonWebKeySet, JwsHeader, JwsVerifier, PrivateKey, SignatureAlgorithm, TokenLimits};
/// use identity_model::jose::sign_compact_blocking;
///
/// let key = PrivateKey::generate(SignatureAlgorithm::EDDSA)?;
/// let token = sign_compact_blocking(&JwsHeader::new(), b"hello", &key.signer(SignatureAlgorithm::EDDSA)?)?;
///
/// let keys = JsonWebKeySet::from_keys([key.public_jwk().clone()]);
/// let verifier = JwsVerifier::new(SignatureAlgorithm::EDDSA)?;
/// let jws = verifier.parse(&token, TokenLimits::default())?;
/// assert_eq!(verifier.verify(&jws, &keys)?.payload(), b"hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct JwsVerifier {
    allowed: AlgorithmSet,
    selection: KeySelection,
    provider: Arc<dyn CryptoProvider>,
    known: Arc<KnownHeaders>,
}

impl JwsVerifier {
    /// Allows these algorithms, chooses [`KeySelection::ExactlyOne`] key, takes the compiled-in provider.
    ///
    /// # Errors
    /// [`JoseError::NoAlgorithmAllowed`] for an empty list, [`JoseError::Crypto`] without a provider.
    pub fn new(allowed: impl Into<AlgorithmSet>) -> Result<Self, JoseError> {
        Self::with_provider(allowed, require_provider().map_err(JoseError::Crypto)?)
    }

    /// The same with a provider of one's choice.
    ///
    /// # Errors
    /// [`JoseError::NoAlgorithmAllowed`] for an empty list.
    pub fn with_provider(allowed: impl Into<AlgorithmSet>, provider: Arc<dyn CryptoProvider>) -> Result<Self, JoseError> {
        let allowed = allowed.into();
        if allowed.is_empty() {
            return Err(JoseError::NoAlgorithmAllowed);
        }
        Ok(Self { allowed, selection: KeySelection::default(), provider, known: Arc::default() })
    }

    /// What to do where more than one key fits. Default: [`KeySelection::ExactlyOne`].
    #[must_use]
    pub const fn with_key_selection(mut self, selection: KeySelection) -> Self {
        self.selection = selection;
        self
    }

    /// The algorithms allowed.
    pub const fn allowed(&self) -> AlgorithmSet {
        self.allowed
    }

    /// Takes a token apart as [`CompactJws::parse`] does, faster where its header is one that this verifier has verified before.
    ///
    /// # Errors
    /// As [`CompactJws::parse`].
    pub fn parse<'t>(&self, token: &'t str, limits: TokenLimits) -> Result<CompactJws<'t>, JoseError> {
        CompactJws::parse_knowing(token, limits, Some(&self.known))
    }

    /// The header's algorithm, if it is allowed: costs no signature check.
    ///
    /// # Errors
    /// [`JoseError::AlgorithmNotAllowed`].
    pub fn algorithm(&self, header: &JoseHeader) -> Result<SignatureAlgorithm, JoseError> {
        header
            .algorithm()
            .filter(|algorithm| self.allowed.contains(*algorithm))
            .ok_or_else(|| JoseError::AlgorithmNotAllowed { found: printable(header.algorithm_name()), allowed: self.allowed })
    }

    /// Checks the signature with the key of the set that the header's `kid` and `alg` lead to.
    ///
    /// # Errors
    /// [`JoseError`]: algorithm not allowed, no key or several, key unusable, signature wrong.
    pub fn verify<'j>(&self, jws: &'j CompactJws<'_>, keys: &JsonWebKeySet) -> Result<VerifiedJws<'j>, JoseError> {
        let algorithm = self.algorithm(jws.header())?;
        let key_id = jws.header().key_id();
        let key = match self.selection {
            KeySelection::ExactlyOne => {
                let by_certificate = keys.by_certificate(jws.header(), algorithm).map(Ok);
                let key = by_certificate.unwrap_or_else(|| self.the_one(keys, key_id, algorithm)).map_err(JoseError::Selection)?;
                self.check(jws, algorithm, key)?;
                key
            }
            KeySelection::TryEach { at_most } => self.try_each(jws, algorithm, keys, at_most)?,
        };
        Ok(self.verified(jws, key, algorithm))
    }

    /// Checks the signature with this very key. Where both the header and the key have a `kid`, the two are equal.
    ///
    /// # Errors
    /// [`JoseError`]: algorithm not allowed, key unfit or unusable, signature wrong.
    pub fn verify_with_key<'j>(&self, jws: &'j CompactJws<'_>, key: &JsonWebKey) -> Result<VerifiedJws<'j>, JoseError> {
        let algorithm = self.algorithm(jws.header())?;
        match (jws.header().key_id(), key.key_id()) {
            (Some(wanted), Some(found)) if wanted != found => {
                return Err(JoseError::Selection(KeySelectionError::UnknownKeyId { key_id: printable(wanted), keys: 1 }));
            }
            _ => {}
        }
        self.check(jws, algorithm, key)?;
        Ok(self.verified(jws, key, algorithm))
    }

    fn verified<'j>(&self, jws: &'j CompactJws<'_>, key: &JsonWebKey, algorithm: SignatureAlgorithm) -> VerifiedJws<'j> {
        if !jws.has_known_header() {
            self.known.keep(jws.encoded_header(), jws.header());
        }
        VerifiedJws { header: jws.header(), payload: jws.unverified_payload(), key: key.clone(), algorithm }
    }

    /// The one key that fits. What the provider takes for no key, such as a point off its curve or a modulus that can be factored, is no
    /// second one.
    fn the_one<'k>(
        &self,
        keys: &'k JsonWebKeySet,
        key_id: Option<&str>,
        algorithm: SignatureAlgorithm,
    ) -> Result<&'k JsonWebKey, KeySelectionError> {
        keys.select(key_id, algorithm).or_else(|error| {
            let is_usable = |key: &&JsonWebKey| key.verifying_key(&*self.provider, algorithm).is_ok();
            let mut usable = keys.candidates(key_id, algorithm).filter(is_usable);
            usable.next().filter(|_| usable.next().is_none()).ok_or(error)
        })
    }

    fn try_each<'k>(
        &self,
        jws: &CompactJws<'_>,
        algorithm: SignatureAlgorithm,
        keys: &'k JsonWebKeySet,
        at_most: usize,
    ) -> Result<&'k JsonWebKey, JoseError> {
        let mut candidates = keys.select_each(jws.header().key_id(), algorithm, at_most).map_err(JoseError::Selection)?;
        candidates.find(|key| self.check(jws, algorithm, key).is_ok()).ok_or(JoseError::Signature { algorithm })
    }

    fn check(&self, jws: &CompactJws<'_>, algorithm: SignatureAlgorithm, key: &JsonWebKey) -> Result<(), JoseError> {
        let encoded = jws.encoded_signature();
        let malformed = |_| JoseError::Base64Url { part: "signature" };
        let mut stack = [0; STACK];
        let heap;
        let signature = match base64url::decoded_length(encoded).map_err(malformed)? {
            0..=STACK => &*base64url::decode_to_slice(encoded, &mut stack).map_err(malformed)?,
            _ if encoded.len() > LONGEST => return Err(JoseError::Signature { algorithm }),
            _ => {
                heap = base64url::decode(encoded).map_err(malformed)?;
                &heap
            }
        };
        key.verify(&*self.provider, algorithm, jws.signing_input().as_bytes(), signature)
    }
}

/// A token whose signature was checked: the header and the octets that the key's owner signed.
#[derive(Debug, Clone)]
pub struct VerifiedJws<'a> {
    header: &'a JoseHeader,
    payload: &'a [u8],
    key: JsonWebKey,
    algorithm: SignatureAlgorithm,
}

impl<'a> VerifiedJws<'a> {
    /// The signed header.
    pub fn header(&self) -> &'a JoseHeader {
        self.header
    }

    /// The signed octets.
    pub fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// The key that verified.
    pub fn key(&self) -> &JsonWebKey {
        &self.key
    }

    /// The algorithm of the signature.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }
}
