//! Private keys: from JWK, PEM, DER, or newly made; RFC 7517 section 9.3 and RFC 7518 section 6.

use std::fmt;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::encoding::base64url;
use crate::encoding::json::{JsonObject, JsonRules};
use crate::environment::{Entropy, SystemEntropy};
use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::crypto::{CryptoError, CryptoProvider, PrivateKeyRef, require_provider};
use crate::jose::jwk::JsonWebKey;
use crate::jose::jwk_members::{self, Members};
use crate::jose::key_error::KeyError;
use crate::jose::key_file;
use crate::jose::key_members::{self, MemberReader};
use crate::jose::key_type::{Curve, KeyType};
use crate::jose::material::{PrivateMaterial, PublicMaterial, RsaPrivate};
use crate::jose::operation::Operation;
use crate::jose::signer::PrivateKeySigner;
use crate::secret::SecretText;

/// A private key (or shared secret) in this process; cheap to clone, wiped when the last clone is dropped, redacted in `Debug`.
///
/// RFC 7517, RFC 7518 section 6. It is born with the compiled-in provider, which checks that its halves belong together;
/// [`with_provider`](Self::with_provider) gives it another. A key that lives elsewhere (KMS, HSM) is a
/// [`Signer`](crate::jose::Signer) of its own.
///
/// # Example
/// ```
/// use identity_model::jose::{PrivateKey, SignatureAlgorithm};
///
/// let key = PrivateKey::generate(SignatureAlgorithm::ES256)?.with_key_id("2026-01")?;
/// assert_eq!(key.public_jwk().key_id(), Some("2026-01"));
/// assert_eq!(format!("{key:?}"), r#"PrivateKey { kty: "EC", kid: Some("2026-01"), alg: Some("ES256"), .. }"#);
/// # Ok::<(), identity_model::jose::KeyError>(())
/// ```
#[derive(Clone)]
pub struct PrivateKey {
    material: Arc<PrivateMaterial>,
    /// `key_ops` of the private half; the public half has the counterpart.
    operations: Option<Vec<String>>,
    public: JsonWebKey,
    provider: Arc<dyn CryptoProvider>,
}

impl PrivateKey {
    /// Reads a private JWK. RSA keys need all of `d`, `p`, `q`, `dp`, `dq`, `qi`.
    ///
    /// # Errors
    /// [`KeyError`], naming the member that is missing or wrong, or the provider's rejection.
    pub fn from_jwk(json: &[u8]) -> Result<Self, KeyError> {
        let object = JsonObject::parse(json, &JsonRules::document()).map_err(KeyError::Json)?;
        let mut members = Members::read(&object)?;
        let public = members.material(&mut MemberReader::new(&object), true)?;
        let material = from_members(&object, public)?;
        let operations = members.operations.clone();
        if let Some(names) = &mut members.operations {
            *names = halves::public_operations(names);
        }
        Self::assemble(material, operations, members, require_provider()?)
    }

    /// Reads `PRIVATE KEY` (PKCS#8), `RSA PRIVATE KEY` (PKCS#1) or `EC PRIVATE KEY` (SEC 1), not encrypted.
    ///
    /// # Errors
    /// [`KeyError`], with what was expected.
    pub fn from_pem(text: &str) -> Result<Self, KeyError> {
        Self::from_der(&key_file::pem(text, key_file::PRIVATE_LABELS)?)
    }

    /// Reads PKCS#8, PKCS#1 or SEC 1, whichever it is.
    ///
    /// # Errors
    /// [`KeyError`], with what was expected.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let provider = require_provider()?;
        let material = complete(key_file::private_key(der)?, &*provider)?;
        Self::assemble_bare(material, None, provider)
    }

    /// A shared secret for HS256, HS384 and HS512.
    ///
    /// # Errors
    /// [`KeyError::Member`] for an empty secret; [`KeyError::Crypto`] without a provider.
    pub fn from_secret(secret: &[u8]) -> Result<Self, KeyError> {
        let secret = Zeroizing::new(secret.to_vec());
        jwk_members::octet(secret.clone())?;
        Self::assemble_bare(PrivateMaterial::Octet(secret), None, require_provider()?)
    }

    /// Makes a new key for `algorithm`: RSA of 2048 bits, a pair on the algorithm's curve, or a secret as long as the hash. Its JWK
    /// says `alg` and `use: sig` and has no `kid`.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] where the provider cannot make such keys.
    pub fn generate(algorithm: SignatureAlgorithm) -> Result<Self, KeyError> {
        let provider = require_provider()?;
        let material = if algorithm.is_symmetric() {
            let mut secret = Zeroizing::new(vec![0; algorithm.hash().map_or(64, |hash| hash.output_size())]);
            let failed = CryptoError::Failed { provider: provider.name(), operation: Operation::Generate };
            SystemEntropy.fill(&mut secret).map_err(|_| failed)?;
            PrivateMaterial::Octet(secret)
        } else {
            let pkcs8 = provider.generate(algorithm)?;
            complete(key_file::private_key(&pkcs8)?, &*provider)?
        };
        Self::assemble_bare(material, Some(algorithm), provider)
    }

    fn assemble_bare(
        material: PrivateMaterial,
        algorithm: Option<SignatureAlgorithm>,
        provider: Arc<dyn CryptoProvider>,
    ) -> Result<Self, KeyError> {
        let members = Members {
            key_type: material.public().key_type().map_or("", KeyType::name).into(),
            algorithm: algorithm.map(|row| row.name().into()),
            public_key_use: algorithm.map(|_| "sig".into()),
            ..Members::default()
        };
        Self::assemble(material, None, members, provider)
    }

    fn assemble(
        material: PrivateMaterial,
        operations: Option<Vec<String>>,
        members: Members,
        provider: Arc<dyn CryptoProvider>,
    ) -> Result<Self, KeyError> {
        check_halves(&material, &*provider)?;
        let public = JsonWebKey::from_material(material.public(), members)?;
        Ok(Self { material: Arc::new(material), operations, public, provider })
    }

    /// The same key under another `kid`.
    ///
    /// # Errors
    /// [`KeyError::Member`] where the text has control characters.
    pub fn with_key_id(mut self, key_id: &str) -> Result<Self, KeyError> {
        self.public = self.public.with_key_id(key_id)?;
        Ok(self)
    }

    /// The same key in the hands of another provider.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] where that provider does not take it.
    pub fn with_provider(mut self, provider: Arc<dyn CryptoProvider>) -> Result<Self, KeyError> {
        check_halves(&self.material, &*provider)?;
        self.provider = provider;
        Ok(self)
    }

    /// The public half: fit for a key set. For a shared secret it holds the secret, though [`JsonWebKey::to_json`] does not show it.
    pub fn public_jwk(&self) -> &JsonWebKey {
        &self.public
    }

    /// `kid`.
    pub fn key_id(&self) -> Option<&str> {
        self.public.key_id()
    }

    /// The algorithm of the JWK's `alg`, where it names one for signatures.
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.public.algorithm_name().and_then(SignatureAlgorithm::from_name)
    }

    /// The provider the key is with.
    pub fn provider(&self) -> &Arc<dyn CryptoProvider> {
        &self.provider
    }

    /// A signer for one algorithm: it is [`Signer`](crate::jose::Signer) and [`BlockingSigner`](crate::jose::BlockingSigner).
    ///
    /// # Errors
    /// [`KeyError::Unfit`] where `kty`, `crv`, `alg`, `use` or `key_ops` stand against it, or a shared secret is shorter than the hash;
    /// [`KeyError::Crypto`] where the provider cannot.
    pub fn signer(&self, algorithm: SignatureAlgorithm) -> Result<PrivateKeySigner, KeyError> {
        let members = Members { operations: self.operations.clone(), ..self.public.members().clone() };
        let unfit = |reason| KeyError::Unfit { algorithm, reason };
        members.fits(self.public.material(), algorithm, Operation::Sign).map_err(unfit)?;
        let key = self.provider.signing_key(algorithm, PrivateKeyRef(&self.material))?;
        Ok(PrivateKeySigner::new(key, self.key_id().map(Into::into), self.public.thumbprint().map(Into::into)))
    }

    #[cfg(test)]
    pub(crate) fn material(&self) -> &PrivateMaterial {
        &self.material
    }

    /// The whole key as a JWK, secret members included: for safe keeping, never for a log.
    pub fn expose_jwk(&self) -> SecretText {
        // Room for the largest key, so that no copy is left behind by growing.
        let mut text = String::with_capacity(16 * 1024);
        let members = Members { operations: self.operations.clone(), ..self.public.members().clone() };
        text.push_str(jwk_members::write(self.public.material(), &members).strip_suffix('}').unwrap_or_default());
        let number = |bytes: &[u8]| Zeroizing::new(base64url::encode(bytes));
        let members: Vec<(&str, Zeroizing<String>)> = match &*self.material {
            PrivateMaterial::Rsa(key) => vec![
                ("d", number(&key.d)),
                ("p", number(&key.p)),
                ("q", number(&key.q)),
                ("dp", number(&key.dp)),
                ("dq", number(&key.dq)),
                ("qi", number(&key.qi)),
            ],
            PrivateMaterial::Ec { scalar, .. } => vec![("d", number(scalar))],
            PrivateMaterial::Okp { seed, .. } => vec![("d", number(seed))],
            PrivateMaterial::Octet(secret) => vec![("k", number(secret))],
        };
        for (name, value) in members {
            for part in [",\"", name, "\":\"", &value, "\""] {
                text.push_str(part);
            }
        }
        text.push('}');
        SecretText::new(text)
    }
}

/// Adds the secret members of a JWK to its public ones.
fn from_members(object: &JsonObject<'_>, public: PublicMaterial) -> Result<PrivateMaterial, KeyError> {
    let secret = |member| key_members::bytes(object, member).map(Zeroizing::new);
    match public {
        PublicMaterial::Rsa(public) => {
            if object.get("oth").is_some() {
                return Err(KeyError::member("oth", "absent: keys have two primes", "more primes"));
            }
            let (d, p, q) = (secret("d")?, secret("p")?, secret("q")?);
            let (dp, dq, qi) = (secret("dp")?, secret("dq")?, secret("qi")?);
            Ok(PrivateMaterial::Rsa(Box::new(RsaPrivate { public, d, p, q, dp, dq, qi })))
        }
        PublicMaterial::Ec(public) => {
            let scalar = exact(secret("d")?, public.curve)?;
            Ok(PrivateMaterial::Ec { public, scalar })
        }
        PublicMaterial::Okp(public) => {
            let seed = exact(secret("d")?, public.curve)?;
            Ok(PrivateMaterial::Okp { public, seed })
        }
        PublicMaterial::Octet(secret) => Ok(PrivateMaterial::Octet(secret)),
        PublicMaterial::Akp(key) => Err(KeyError::Unsupported { name: format!("a private key for {}", key.algorithm) }),
        PublicMaterial::Unknown => Err(KeyError::Unsupported { name: "this private key".into() }),
    }
}

fn exact(bytes: Zeroizing<Vec<u8>>, curve: Curve) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    if bytes.len() == curve.coordinate_size() {
        return Ok(bytes);
    }
    Err(KeyError::member("d", "as long as the curve's coordinates", format!("{} octets", bytes.len())))
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("kty", &self.public.key_type_name())
            .field("kid", &self.public.key_id())
            .field("alg", &self.public.algorithm_name())
            .finish_non_exhaustive()
    }
}

mod encryption;
mod halves;

use halves::{check_halves, complete};

#[cfg(test)]
mod tests;
