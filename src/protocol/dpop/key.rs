//! The key that a client proves possession of: RFC 9449 sections 4.2 and 5.1.

use std::fmt;
use std::sync::Arc;

use super::nonces::NonceMemory;
use crate::encoding::base64url;
use crate::error_kind::{Class, ErrorKind, classify};
use crate::exchange::SigningKeySource;
use crate::jose::{JsonWebKey, KeyError, Operation, PrivateKey, SignatureAlgorithm};
use crate::sealing::{SealContext, SealError, SealPurpose, SealingKey};
use crate::secret::SecretText;

/// The algorithms a proof may be signed with, in the order in which a client prefers them.
const PREFERENCE: [SignatureAlgorithm; 7] = [
    SignatureAlgorithm::ES256,
    SignatureAlgorithm::ED25519,
    SignatureAlgorithm::EDDSA,
    SignatureAlgorithm::PS256,
    SignatureAlgorithm::ES384,
    SignatureAlgorithm::ES512,
    SignatureAlgorithm::RS256,
];

/// A DPoP key: tokens are bound to it, and every proof is signed with it. Cheap to clone.
///
/// RFC 9449. Keys on P-256, P-384, P-521 and Ed25519 and RSA keys from 2048 bits on; a new key is one for ES256. The algorithm of a proof is
/// the first of ES256, Ed25519, EdDSA, PS256, ES384, ES512 and RS256 that fits the key and `dpop_signing_alg_values_supported`.
///
/// Take one key for each authorization server, so that no server can replay proofs or tokens of another one (FAPI 2.0 Security Profile
/// section 6.3), and none that signs client assertions. Clones share the nonces that servers have sent (up to 100 servers, the least
/// recently used forgotten first), for authorization servers and resources apart.
///
/// A token lives and dies with its key: store the key with the tokens ([`seal`](Self::seal)), or keep it where it never leaves
/// ([`from_signer`](Self::from_signer)).
///
/// # Example
/// ```
/// use identity_model::protocol::dpop::DpopKey;
///
/// let key = DpopKey::generate()?;
/// let restored = DpopKey::from_jwk(key.expose_jwk().expect("the key is in this process").expose().as_bytes())?;
/// assert_eq!(restored.thumbprint(), key.thumbprint());
/// # Ok::<(), identity_model::protocol::dpop::DpopKeyError>(())
/// ```
#[derive(Clone)]
pub struct DpopKey(Arc<Inner>);

struct Inner {
    choices: Vec<ProofAlgorithm>,
    public: JsonWebKey,
    thumbprint: Box<str>,
    private: Option<PrivateKey>,
    nonces: NonceMemory,
}

/// An algorithm that fits the key: the header that its proofs have, and what signs them.
pub(super) struct ProofAlgorithm {
    pub(super) algorithm: SignatureAlgorithm,
    /// In base64url.
    pub(super) header: Box<str>,
    pub(super) signer: SigningKeySource,
}

/// Why a key is not a DPoP key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DpopKeyError {
    /// The key cannot be read or used.
    #[error("the DPoP key cannot be used")]
    Key(#[from] KeyError),
    /// The key is of a type, on a curve or for an algorithm that proofs are not signed with.
    #[error("a DPoP key is on P-256, P-384, P-521 or Ed25519, or an RSA key for PS256 or RS256; found {found}")]
    Unsuitable {
        /// What the key is.
        found: String,
    },
    /// There is no signer, or it signs with an algorithm that the public key does not fit.
    #[error("the signer signs with {found}, and the public key is {key}")]
    Signer {
        /// The signer's algorithm.
        found: String,
        /// What the public key is.
        key: String,
    },
}

classify! { DpopKeyError {
    Self::Unsuitable { .. } => "dpop_key_unsuitable" Configuration;
    Self::Signer { .. } => "dpop_key_signer" Configuration;
} inner {
    Self::Key(error) => Class::new(error.code(), ErrorKind::Configuration);
} }

impl DpopKey {
    /// Makes a new key for ES256.
    ///
    /// # Errors
    /// [`DpopKeyError::Key`] without a cryptography provider.
    pub fn generate() -> Result<Self, DpopKeyError> {
        Self::generate_for(SignatureAlgorithm::ES256)
    }

    /// Makes a new key for `algorithm`, which is then the only one of its proofs.
    ///
    /// # Errors
    /// [`DpopKeyError::Unsuitable`] for an algorithm that proofs are not signed with; [`DpopKeyError::Key`] where the provider cannot make
    /// such keys.
    pub fn generate_for(algorithm: SignatureAlgorithm) -> Result<Self, DpopKeyError> {
        if !PREFERENCE.contains(&algorithm) {
            return Err(DpopKeyError::Unsuitable { found: format!("a key for {algorithm}") });
        }
        Self::from_private_key(PrivateKey::generate(algorithm)?)
    }

    /// Takes a private key in this process. Its `alg`, where it has one, is the only algorithm of its proofs.
    ///
    /// # Errors
    /// [`DpopKeyError::Unsuitable`] for shared secrets, X25519 and secp256k1; [`DpopKeyError::Key`] where `use` or `key_ops` forbid signing.
    pub fn from_private_key(key: PrivateKey) -> Result<Self, DpopKeyError> {
        let mut signers = Vec::new();
        let mut rejected = None;
        for algorithm in PREFERENCE.into_iter().filter(|algorithm| is_for(key.public_jwk(), *algorithm)) {
            match key.signer(algorithm) {
                Ok(signer) => signers.push((algorithm, SigningKeySource::from(signer))),
                Err(error) => drop(rejected.get_or_insert(error)),
            }
        }
        match rejected {
            Some(error) if signers.is_empty() => Err(error.into()),
            _ => Self::assemble(signers, &key.public_jwk().clone(), Some(key)),
        }
    }

    /// Reads `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` (PKCS#1) or `EC PRIVATE KEY` (SEC 1), not encrypted.
    ///
    /// # Errors
    /// [`DpopKeyError`].
    pub fn from_pem(text: &str) -> Result<Self, DpopKeyError> {
        Self::from_private_key(PrivateKey::from_pem(text)?)
    }

    /// Reads a private JWK, for instance one that [`expose_jwk`](Self::expose_jwk) has written.
    ///
    /// # Errors
    /// [`DpopKeyError`].
    pub fn from_jwk(json: &[u8]) -> Result<Self, DpopKeyError> {
        Self::from_private_key(PrivateKey::from_jwk(json)?)
    }

    /// Takes a key that lives elsewhere (KMS, HSM) by its signer and its public half.
    ///
    /// A [`SigningKeySource`] has an async signer, a blocking one or both; the driver that has no way to it rejects with kind
    /// `Configuration` before anything is sent.
    ///
    /// # Errors
    /// [`DpopKeyError::Signer`] where the public key does not fit the signer's algorithm; [`DpopKeyError::Unsuitable`] where proofs are not
    /// signed with it.
    pub fn from_signer(signer: impl Into<SigningKeySource>, public_key: &JsonWebKey) -> Result<Self, DpopKeyError> {
        let signer = signer.into();
        let algorithm = signer.algorithm();
        match algorithm {
            Some(algorithm) if PREFERENCE.contains(&algorithm) && public_key.fits(algorithm, Operation::Verify).is_ok() => {
                Self::assemble(vec![(algorithm, signer)], public_key, None)
            }
            Some(algorithm) if !PREFERENCE.contains(&algorithm) => {
                Err(DpopKeyError::Unsuitable { found: format!("a signer for {algorithm}") })
            }
            _ => {
                let found = algorithm.map_or_else(|| "nothing".to_owned(), |algorithm| algorithm.to_string());
                Err(DpopKeyError::Signer { found, key: described(public_key) })
            }
        }
    }

    fn assemble(
        signers: Vec<(SignatureAlgorithm, SigningKeySource)>,
        public: &JsonWebKey,
        private: Option<PrivateKey>,
    ) -> Result<Self, DpopKeyError> {
        let unsuitable = || DpopKeyError::Unsuitable { found: described(public) };
        let (jwk, thumbprint) = public.bare_json().zip(public.thumbprint()).ok_or_else(unsuitable)?;
        if signers.is_empty() {
            return Err(unsuitable());
        }
        let choice = |(algorithm, signer): (SignatureAlgorithm, SigningKeySource)| {
            // RFC 9449 section 4.2: the type, the algorithm and the public key, and nothing else.
            let header = format!(r#"{{"typ":"dpop+jwt","alg":"{algorithm}","jwk":{jwk}}}"#);
            ProofAlgorithm { algorithm, header: base64url::encode(header).into(), signer }
        };
        let choices = signers.into_iter().map(choice).collect();
        let (public, thumbprint, nonces) = (public.bare()?, thumbprint.into(), NonceMemory::default());
        Ok(Self(Arc::new(Inner { choices, public, thumbprint, private, nonces })))
    }

    /// The SHA-256 thumbprint of the public key (RFC 7638, base64url): what `cnf.jkt` of its tokens and `dpop_jkt` hold.
    pub fn thumbprint(&self) -> &str {
        &self.0.thumbprint
    }

    /// The public key, without `kid` and other members: as it stands in every proof.
    pub fn public_jwk(&self) -> &JsonWebKey {
        &self.0.public
    }

    /// The algorithms that fit the key, the preferred one first.
    pub fn algorithms(&self) -> impl Iterator<Item = SignatureAlgorithm> {
        self.0.choices.iter().map(|choice| choice.algorithm)
    }

    /// The whole key as a JWK, secret members included: for safe keeping, never for a log. `None` for a key that lives elsewhere.
    pub fn expose_jwk(&self) -> Option<SecretText> {
        self.0.private.as_ref().map(PrivateKey::expose_jwk)
    }

    /// The key sealed, for the store of the application: under another `name` it does not open. Its nonces are not kept. `None` for a key that lives
    /// elsewhere.
    ///
    /// # Errors
    /// [`SealError`] where there are no random bytes, or no cryptography provider.
    ///
    /// # Example
    /// ```
    /// use identity_model::protocol::dpop::DpopKey;
    /// use identity_model::sealing::SealingKey;
    ///
    /// let sealing = SealingKey::new("2026-01", [7; 32])?;
    /// let key = DpopKey::generate()?;
    /// let sealed = key.seal(&sealing, "session-1")?.expect("the key is in this process");
    /// assert_eq!(DpopKey::open(&sealed, &sealing, "session-1")?.thumbprint(), key.thumbprint());
    /// assert!(DpopKey::open(&sealed, &sealing, "session-2").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn seal(&self, key: &SealingKey, name: &str) -> Result<Option<String>, SealError> {
        let Some(jwk) = self.expose_jwk() else { return Ok(None) };
        key.seal_text(&SealContext::new(SealPurpose::Key, name), jwk.expose().as_bytes()).map(Some)
    }

    /// Opens a key that [`seal`](Self::seal) has sealed.
    ///
    /// # Errors
    /// [`SealError`]; [`SealError::Malformed`] also for what is sealed and is no key.
    pub fn open(sealed: &str, key: &SealingKey, name: &str) -> Result<Self, SealError> {
        let jwk = key.open_text(&SealContext::new(SealPurpose::Key, name), sealed)?;
        Self::from_jwk(&jwk).map_err(|_| SealError::Malformed)
    }

    /// The same key with an empty memory of nonces, for instance in another tenant.
    #[must_use]
    pub fn without_nonces(&self) -> Self {
        let Inner { choices, public, thumbprint, private, .. } = &*self.0;
        let choice = |choice: &ProofAlgorithm| ProofAlgorithm {
            algorithm: choice.algorithm,
            header: choice.header.clone(),
            signer: choice.signer.clone(),
        };
        let choices = choices.iter().map(choice).collect();
        let (public, thumbprint, private) = (public.clone(), thumbprint.clone(), private.clone());
        Self(Arc::new(Inner { choices, public, thumbprint, private, nonces: NonceMemory::default() }))
    }

    pub(crate) fn nonces(&self) -> &NonceMemory {
        &self.0.nonces
    }

    /// The preferred algorithm among the supported ones; any where nothing is said.
    pub(super) fn choose(&self, supported: Option<&[String]>) -> Option<&ProofAlgorithm> {
        let is_supported =
            |choice: &&ProofAlgorithm| supported.is_none_or(|supported| supported.iter().any(|name| name == choice.algorithm.name()));
        self.0.choices.iter().find(is_supported)
    }

    /// The names of its algorithms, for an error.
    pub(crate) fn algorithm_names(&self) -> String {
        self.algorithms().map(SignatureAlgorithm::name).collect::<Vec<_>>().join(", ")
    }
}

/// Whether the key is one for the algorithm by its type and curve; what `alg`, `use` and `key_ops` say is another matter.
fn is_for(key: &JsonWebKey, algorithm: SignatureAlgorithm) -> bool {
    key.key_type() == Some(algorithm.key_type())
        && (algorithm.curve().is_none() || key.curve() == algorithm.curve())
        && key.algorithm_name().is_none_or(|name| name == algorithm.name())
}

fn described(key: &JsonWebKey) -> String {
    let kind = key.curve().map_or_else(|| key.key_type_name(), |curve| curve.name());
    match key.algorithm_name() {
        Some(algorithm) => format!("a key of type `{kind}` for `{}`", crate::encoding::json::printable(algorithm)),
        None => format!("a key of type `{}`", crate::encoding::json::printable(kind)),
    }
}

/// A clone: the same key, with the same memory of nonces.
impl From<&DpopKey> for DpopKey {
    fn from(key: &DpopKey) -> Self {
        key.clone()
    }
}

impl fmt::Debug for DpopKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopKey")
            .field("jkt", &self.0.thumbprint)
            .field("algorithms", &self.algorithms().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
