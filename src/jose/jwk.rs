//! One JSON Web Key, public by construction: RFC 7517 section 4, RFC 7518 section 6, RFC 8037 section 2.
//!
//! A key is read once, checked once, and keeps what a provider prepared from it. Private members are dropped while it is read.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, OnceLock};

use zeroize::Zeroizing;

use crate::encoding::json::{JsonIndex, JsonObject, JsonRules, JsonValue};
use crate::jose::algorithm::{SLOTS, SignatureAlgorithm};
use crate::jose::algorithm_set::AlgorithmSet;
use crate::jose::certificate_hint::CertificateHint;
use crate::jose::crypto::{CryptoProvider, KeyRef, VerifyingKey};
use crate::jose::error::JoseError;
use crate::jose::jwk_members::{self, Members};
use crate::jose::key_error::{KeyError, Unfit};
use crate::jose::key_file;
use crate::jose::key_members::{self, MemberReader};
use crate::jose::key_type::{Curve, KeyType};
use crate::jose::material::PublicMaterial;
use crate::jose::operation::Operation;
use crate::jose::thumbprint;
use crate::secret::constant_time_eq;

/// A public JSON Web Key, or a shared secret; cheap to clone.
///
/// RFC 7517 section 4. All key types are kept, known or not; [`fits`](Self::fits) says what a key may be used for. Private members
/// (`d`, `p`, `q`, …) are dropped while the key is read and [`had_private_members`](Self::had_private_members) reports it. The bytes
/// of an `oct` key are neither in `Debug` nor in [`to_json`](Self::to_json).
///
/// RSA keys have 2048 to 8192 bits and an odd exponent from 3 to 2^33 - 1; coordinates and octet keys have exact lengths; Ed25519 keys
/// of small order are rejected. What is written otherwise and can be read in one way only is read, and listed by [`quirks`](Self::quirks).
///
/// # Example
/// ```
/// use identity_model::jose::{JsonWebKey, Operation, SignatureAlgorithm};
///
/// let key = JsonWebKey::from_json(br#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#)?;
/// assert!(key.fits(SignatureAlgorithm::EDDSA, Operation::Verify).is_ok());
/// assert!(key.fits(SignatureAlgorithm::ES256, Operation::Verify).is_err());
/// assert_eq!(key.thumbprint().as_deref(), Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"));
/// # Ok::<(), identity_model::jose::KeyError>(())
/// ```
#[derive(Clone)]
pub struct JsonWebKey(Arc<Inner>);

struct Inner {
    /// The object without private members.
    text: Box<str>,
    index: JsonIndex,
    members: Members,
    material: PublicMaterial,
    irregular: Irregular,
    /// The rows whose signatures this key may check.
    verifies: AlgorithmSet,
    /// What the first provider that came along made of the key, by the row's slot.
    prepared: [OnceLock<Box<Prepared>>; SLOTS],
}

/// What is not as it should be with a key that was read.
#[derive(Default)]
struct Irregular {
    had_private_members: bool,
    members: Vec<&'static str>,
    unknown_curve: Option<KeyError>,
}

impl Irregular {
    fn exposed(self, had_private_members: bool) -> Self {
        Self { had_private_members, ..self }
    }
}

struct Prepared {
    provider: &'static str,
    key: Result<Arc<dyn VerifyingKey>, KeyError>,
}

impl JsonWebKey {
    /// Reads one key; shared secrets (`oct`) are accepted, so this is for keys from the application's own configuration.
    ///
    /// # Errors
    /// [`KeyError`] with the member that is missing or wrong.
    pub fn from_json(json: &[u8]) -> Result<Self, KeyError> {
        let object = JsonObject::parse(json, &JsonRules::document()).map_err(KeyError::Json)?;
        Self::from_object(object, true)
    }

    /// A shared secret for HS256, HS384 and HS512, for instance the octets of a client secret (OpenID Connect Core section 10.1).
    ///
    /// # Errors
    /// [`KeyError::Member`] for an empty secret. One that is shorter than the hash of an algorithm does not fit that algorithm.
    pub fn from_secret(secret: &[u8]) -> Result<Self, KeyError> {
        let members = Members { key_type: KeyType::Octet.name().into(), ..Members::default() };
        let material = jwk_members::octet(Zeroizing::new(secret.to_vec()))?;
        Self::from_material(material, members)
    }

    /// Reads a public key from PEM: `PUBLIC KEY`, `RSA PUBLIC KEY`, or the key inside a `CERTIFICATE` (which is not validated).
    ///
    /// # Errors
    /// [`KeyError`], with what was expected.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_der(&key_file::pem(text, key_file::PUBLIC_LABELS)?)
    }

    /// Reads a public key from DER: `SubjectPublicKeyInfo`, `RSAPublicKey`, or the key inside a certificate (which is not validated).
    ///
    /// # Errors
    /// [`KeyError`], with what was expected.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        Self::from_public(key_file::public_key(der)?)
    }

    pub(crate) fn from_public(material: PublicMaterial) -> Result<Self, KeyError> {
        let key_type = material.key_type().map_or("", KeyType::name).into();
        let algorithm = match &material {
            PublicMaterial::Akp(key) => Some(key.algorithm.name().into()),
            _ => None,
        };
        Self::from_material(material, Members { key_type, algorithm, ..Members::default() })
    }

    pub(crate) fn from_object(object: JsonObject<'_>, symmetric: bool) -> Result<Self, KeyError> {
        let members = Members::read(&object)?;
        let mut reader = MemberReader::new(&object);
        let material = members.material(&mut reader, symmetric)?;
        let unknown_curve = members.unknown_curve(&object, &material);
        let irregular = Irregular { had_private_members: false, members: reader.quirks, unknown_curve };
        if jwk_members::has_private_members(&object) {
            let text = jwk_members::public_text(&object);
            let index = scan(&text)?;
            let exposed = !matches!(material, PublicMaterial::Octet(_));
            return Ok(Self::assemble(text.into(), index, members, material, irregular.exposed(exposed)));
        }
        Ok(Self::assemble(object.as_text().into(), object.into_index(), members, material, irregular))
    }

    /// From checked public material and further members.
    pub(crate) fn from_material(material: PublicMaterial, members: Members) -> Result<Self, KeyError> {
        let text = jwk_members::write(&material, &members);
        let index = scan(&text)?;
        Ok(Self::assemble(text.into(), index, members, material, Irregular::default()))
    }

    fn assemble(text: Box<str>, index: JsonIndex, members: Members, material: PublicMaterial, irregular: Irregular) -> Self {
        let fitting = |row: &SignatureAlgorithm| members.fits(&material, *row, Operation::Verify).is_ok();
        // A key that names its algorithm fits that one, or none.
        let verifies = match members.algorithm.as_deref() {
            Some(name) => SignatureAlgorithm::from_name(name).into_iter().filter(fitting).collect(),
            None => SignatureAlgorithm::ALL.iter().copied().filter(fitting).collect(),
        };
        let prepared = std::array::from_fn(|_| OnceLock::new());
        Self(Arc::new(Inner { text, index, members, material, irregular, verifies, prepared }))
    }

    /// `kty` as it stands in the key.
    pub fn key_type_name(&self) -> &str {
        &self.0.members.key_type
    }

    /// The key type, where the key is one this crate can use.
    pub fn key_type(&self) -> Option<KeyType> {
        self.0.material.key_type()
    }

    /// The curve, where the key lies on one this crate can use.
    pub fn curve(&self) -> Option<Curve> {
        self.0.material.curve()
    }

    /// `kid`: opaque, compared octet by octet.
    pub fn key_id(&self) -> Option<&str> {
        self.0.members.key_id.as_deref()
    }

    /// `use` as it stands in the key.
    pub fn public_key_use(&self) -> Option<&str> {
        self.0.members.public_key_use.as_deref()
    }

    /// `key_ops` as they stand in the key.
    pub fn key_operations(&self) -> Option<&[String]> {
        self.0.members.operations.as_deref()
    }

    /// `alg` as it stands in the key, known here or not.
    pub fn algorithm_name(&self) -> Option<&str> {
        self.0.members.algorithm.as_deref()
    }

    /// Any public member, standard or not: `x5c`, `x5t#S256`, `issuer`…; `None` for absent and for private ones.
    pub fn member(&self, name: &str) -> Option<JsonValue<'_>> {
        self.0.index.get(&self.0.text, name)
    }

    /// Whether private members were there, and were dropped: a private key was published.
    pub fn had_private_members(&self) -> bool {
        self.0.irregular.had_private_members
    }

    /// The members that are not written as RFC 7518 section 6 wants them and can be read in one way only: padded or in plain base64, a
    /// coordinate without its leading zero octets, numbers that only the certificate in `x5c` states. Empty for a key as it should be.
    pub fn quirks(&self) -> &[&'static str] {
        &self.0.irregular.members
    }

    /// Why the key cannot be used for anything, where its curve is not known here.
    pub(crate) fn unknown_curve(&self) -> Option<&KeyError> {
        self.0.irregular.unknown_curve.as_ref()
    }

    /// Whether the two are one key, whatever else is said of them.
    pub(crate) fn is_same_key(&self, other: &Self) -> bool {
        match (self.material(), other.material()) {
            (PublicMaterial::Rsa(one), PublicMaterial::Rsa(other)) => one == other,
            (PublicMaterial::Ec(one), PublicMaterial::Ec(other)) => one == other,
            (PublicMaterial::Okp(one), PublicMaterial::Okp(other)) => one == other,
            (PublicMaterial::Akp(one), PublicMaterial::Akp(other)) => one == other,
            (PublicMaterial::Octet(one), PublicMaterial::Octet(other)) => constant_time_eq(one, other),
            _ => false,
        }
    }

    /// Whether the certificate of the key has this thumbprint (RFC 7515 sections 4.1.7 and 4.1.8): as the key states it, or of the first
    /// certificate in `x5c`.
    pub(crate) fn has_certificate(&self, thumbprint: &CertificateHint<'_>) -> bool {
        let stated = self.member(thumbprint.member()).and_then(|value| value.as_str().map(Cow::into_owned));
        let certificate = || {
            let chain = self.member("x5c")?.elements()?.next()?.as_str().map(Cow::into_owned)?;
            Some(thumbprint.of(&key_members::certificate(&chain)?))
        };
        stated.or_else(certificate).is_some_and(|found| found == thumbprint.value())
    }

    /// Whether the key may do `operation` with `algorithm`: `kty` and `crv` fit, `alg` is absent or equal, `use` is absent or `sig`,
    /// `key_ops` is absent or holds the operation (RFC 7517 section 4); a shared secret is at least as long as the hash.
    ///
    /// # Errors
    /// [`Unfit`], naming what stands against it.
    pub fn fits(&self, algorithm: SignatureAlgorithm, operation: Operation) -> Result<(), Unfit> {
        self.0.members.fits(&self.0.material, algorithm, operation)
    }

    /// The algorithms whose signatures this key may check.
    pub fn verifies(&self) -> AlgorithmSet {
        self.0.verifies
    }

    /// The SHA-256 thumbprint in base64url (RFC 7638 section 3); `None` for key types without a defined one here.
    pub fn thumbprint(&self) -> Option<String> {
        thumbprint::sha256(&self.0.material)
    }

    /// The thumbprint as a URI (RFC 9278): `urn:ietf:params:oauth:jwk-thumbprint:sha-256:…`.
    pub fn thumbprint_uri(&self) -> Option<String> {
        self.thumbprint().map(|text| format!("urn:ietf:params:oauth:jwk-thumbprint:sha-256:{text}"))
    }

    /// The key as JSON: the members it was read from, without private ones and without the bytes of a shared secret.
    pub fn to_json(&self) -> &str {
        &self.0.text
    }

    /// The same key under another `kid`; members beside `use`, `alg` and `key_ops` are left behind.
    ///
    /// # Errors
    /// [`KeyError::Member`] where the text has control characters.
    pub fn with_key_id(&self, key_id: &str) -> Result<Self, KeyError> {
        jwk_members::check_key_id(key_id)?;
        let members = Members { key_id: Some(key_id.into()), ..self.0.members.clone() };
        Self::from_material(self.0.material.clone(), members)
    }

    /// The key type and the public numbers alone, as JSON in the order `kty`, then by name; `None` for secrets and unknown key types.
    pub(crate) fn bare_json(&self) -> Option<String> {
        match &self.0.material {
            PublicMaterial::Octet(_) | PublicMaterial::Unknown => None,
            material => Some(jwk_members::write_bare(material)),
        }
    }

    /// The same key without `kid`, `use`, `key_ops` and other members.
    pub(crate) fn bare(&self) -> Result<Self, KeyError> {
        Self::from_public(self.0.material.clone())
    }

    pub(crate) fn material(&self) -> &PublicMaterial {
        &self.0.material
    }

    pub(crate) fn members(&self) -> &Members {
        &self.0.members
    }

    /// Checks a signature, parsing the key on first use for this row and keeping what was parsed.
    pub(crate) fn verify(
        &self,
        provider: &dyn CryptoProvider,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), JoseError> {
        let slot = self.0.prepared.get(algorithm.slot()).filter(|_| self.0.verifies.contains(algorithm));
        let prepare = || Box::new(Prepared { provider: provider.name(), key: self.verifying_key(provider, algorithm) });
        let prepared = slot.map(|slot| &**slot.get_or_init(prepare));
        let outcome = match prepared {
            Some(Prepared { provider: name, key }) if *name == provider.name() => match key {
                Ok(key) => key.verify(message, signature),
                Err(error) => return Err(JoseError::Key(error.clone())),
            },
            _ => self.verifying_key(provider, algorithm).map_err(JoseError::Key)?.verify(message, signature),
        };
        outcome.map_err(|_| JoseError::Signature { algorithm })
    }

    /// Parses the key for one algorithm, without keeping it.
    ///
    /// # Errors
    /// [`KeyError::Unfit`] where the key is not for this algorithm, [`KeyError::WeakPrimes`] where its modulus can be factored,
    /// [`KeyError::Crypto`] where the provider rejects.
    pub fn verifying_key(&self, provider: &dyn CryptoProvider, algorithm: SignatureAlgorithm) -> Result<Arc<dyn VerifyingKey>, KeyError> {
        self.fits(algorithm, Operation::Verify).map_err(|reason| KeyError::Unfit { algorithm, reason })?;
        self.0.material.check_primes()?;
        Ok(provider.verifying_key(algorithm, KeyRef(&self.0.material))?)
    }
}

fn scan(text: &str) -> Result<JsonIndex, KeyError> {
    JsonIndex::scan(text, &JsonRules::document()).map_err(KeyError::Json)
}

impl fmt::Debug for JsonWebKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let members = &self.0.members;
        f.debug_struct("JsonWebKey")
            .field("kty", &members.key_type)
            .field("kid", &members.key_id)
            .field("use", &members.public_key_use)
            .field("key_ops", &members.operations)
            .field("alg", &members.algorithm)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
