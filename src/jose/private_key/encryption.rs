//! Private keys that decrypt: made, weighed against an algorithm, handed to the provider. RFC 7518 section 4, RFC 8037 section 3.2.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::PrivateKey;
use super::halves::complete;
use crate::encoding::digest;
use crate::environment::{Entropy, SystemEntropy};
use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::crypto::encryption::KeyUnwrapper;
use crate::jose::crypto::{CryptoError, CryptoProvider, PrivateKeyRef, require_provider};
use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm, KeyManagementMode};
use crate::jose::encryption_fit;
use crate::jose::jwk_members::Members;
use crate::jose::key_error::{KeyError, Unfit};
use crate::jose::key_file;
use crate::jose::key_type::{Curve, KeyType};
use crate::jose::material::{OkpPublic, PrivateMaterial};
use crate::jose::operation::Operation;

impl PrivateKey {
    /// Makes a new key to decrypt with: RSA of 2048 bits, a pair on P-256, or a secret of the algorithm's length. Its JWK says `alg`
    /// and `use: enc` and has no `kid`.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`] for `dir`, whose secret is as long as `enc` wants
    /// ([`generate_for_direct_encryption`](Self::generate_for_direct_encryption)); [`KeyError::Crypto`] where the provider cannot make
    /// such keys.
    ///
    /// # Example
    /// ```
    /// use identity_model::jose::{KeyManagementAlgorithm, PrivateKey};
    ///
    /// let key = PrivateKey::generate_for_encryption(KeyManagementAlgorithm::ECDH_ES_A256KW)?.with_key_id("enc-1")?;
    /// assert_eq!(key.public_jwk().public_key_use(), Some("enc"));
    /// # Ok::<(), identity_model::jose::KeyError>(())
    /// ```
    pub fn generate_for_encryption(algorithm: KeyManagementAlgorithm) -> Result<Self, KeyError> {
        let provider = offering(algorithm)?;
        let material = match algorithm.mode() {
            KeyManagementMode::KeyEncryption => asymmetric(SignatureAlgorithm::RS256, &*provider)?,
            KeyManagementMode::DirectKeyAgreement | KeyManagementMode::KeyAgreementWithKeyWrapping => pair(Curve::P256, &*provider)?,
            KeyManagementMode::KeyWrapping => secret(algorithm.wrapping_key_size().unwrap_or_default(), &*provider)?,
            KeyManagementMode::DirectEncryption => return Err(KeyError::Unsupported { name: "dir without a content encryption".into() }),
        };
        Self::assemble_encrypting(material, algorithm.name(), provider)
    }

    /// Makes a new pair on P-256, P-384, P-521 or X25519 to agree on keys with, as
    /// [`generate_for_encryption`](Self::generate_for_encryption) does on P-256.
    ///
    /// # Errors
    /// [`KeyError::UnfitForEncryption`] where the algorithm agrees on no key or never on this curve, [`KeyError::Crypto`] where the
    /// provider cannot make such keys.
    pub fn generate_for_agreement(algorithm: KeyManagementAlgorithm, curve: Curve) -> Result<Self, KeyError> {
        let unfit = |reason| Err(KeyError::UnfitForEncryption { algorithm, reason });
        if !algorithm.is_agreement() {
            return unfit(Unfit::KeyType);
        }
        if !KeyManagementAlgorithm::AGREEMENT_CURVES.contains(&curve) {
            return unfit(Unfit::Curve);
        }
        let provider = offering(algorithm)?;
        Self::assemble_encrypting(pair(curve, &*provider)?, algorithm.name(), provider)
    }

    /// Makes a new shared secret for `dir`. Its JWK says `alg` (the content encryption, as RFC 7520 section 5.6 has it) and `use: enc`.
    ///
    /// # Errors
    /// [`KeyError::Crypto`] where the provider does not encrypt.
    pub fn generate_for_direct_encryption(encryption: ContentEncryptionAlgorithm) -> Result<Self, KeyError> {
        let provider = offering(KeyManagementAlgorithm::DIR)?;
        Self::assemble_encrypting(secret(encryption.key_size(), &*provider)?, encryption.name(), provider)
    }

    /// The key that OpenID Connect makes of a client secret (Core section 10.2): the first octets of its SHA-256, or of its SHA-384 or
    /// SHA-512 where `dir` needs more.
    ///
    /// # Errors
    /// [`KeyError::UnfitForEncryption`] for algorithms with key pairs, [`KeyError::Member`] for an empty secret, [`KeyError::Crypto`]
    /// where the provider does not encrypt.
    ///
    /// # Example
    /// ```
    /// use identity_model::jose::{ContentEncryptionAlgorithm, KeyManagementAlgorithm, PrivateKey};
    ///
    /// let (alg, enc) = (KeyManagementAlgorithm::A128KW, ContentEncryptionAlgorithm::A128CBC_HS256);
    /// let key = PrivateKey::from_secret_for_encryption(b"client-secret", alg, enc)?;
    /// assert!(key.fits_decryption(alg, enc).is_ok());
    /// # Ok::<(), identity_model::jose::KeyError>(())
    /// ```
    pub fn from_secret_for_encryption(
        secret: &[u8],
        algorithm: KeyManagementAlgorithm,
        encryption: ContentEncryptionAlgorithm,
    ) -> Result<Self, KeyError> {
        let unfit = KeyError::UnfitForEncryption { algorithm, reason: Unfit::KeyType };
        let (size, name) = match algorithm.mode() {
            KeyManagementMode::KeyWrapping => (algorithm.wrapping_key_size().unwrap_or_default(), algorithm.name()),
            KeyManagementMode::DirectEncryption => (encryption.key_size(), encryption.name()),
            _ => return Err(unfit),
        };
        if secret.is_empty() {
            return Err(KeyError::member("k", "a secret", "nothing"));
        }
        let mut key = Zeroizing::new(match size {
            0..=32 => digest::sha256(secret).to_vec(),
            33..=48 => digest::sha384(secret).to_vec(),
            _ => digest::sha512(secret).to_vec(),
        });
        key.truncate(size);
        Self::assemble_encrypting(PrivateMaterial::Octet(key), name, offering(algorithm)?)
    }

    fn assemble_encrypting(material: PrivateMaterial, algorithm: &str, provider: Arc<dyn CryptoProvider>) -> Result<Self, KeyError> {
        let members = Members {
            key_type: material.public().key_type().map_or("", KeyType::name).into(),
            algorithm: Some(algorithm.to_owned().into()),
            public_key_use: Some("enc".into()),
            ..Members::default()
        };
        Self::assemble(material, None, members, provider)
    }

    /// Whether this key may decrypt: `kty` and `crv` fit, `alg` is absent or equal (for `dir` also equal to `enc`), `use` is absent or
    /// `enc`, `key_ops` is absent or holds the operation; a shared secret has the algorithm's length.
    ///
    /// # Errors
    /// [`Unfit`], naming what stands against it.
    pub fn fits_decryption(&self, algorithm: KeyManagementAlgorithm, encryption: ContentEncryptionAlgorithm) -> Result<(), Unfit> {
        let members = Members { operations: self.operations.clone(), ..self.public.members().clone() };
        encryption_fit::check(&members, self.public.material(), algorithm, encryption, Operation::Decrypt)
    }

    /// The key in the provider's hands, for one algorithm.
    pub(crate) fn key_unwrapper(&self, algorithm: KeyManagementAlgorithm) -> Result<Arc<dyn KeyUnwrapper>, CryptoError> {
        self.provider.key_unwrapper(algorithm, PrivateKeyRef(&self.material))
    }
}

fn offering(algorithm: KeyManagementAlgorithm) -> Result<Arc<dyn CryptoProvider>, CryptoError> {
    let provider = require_provider()?;
    if provider.offers_key_management(algorithm) {
        return Ok(provider);
    }
    Err(CryptoError::EncryptionNotOffered { provider: provider.name(), algorithm: algorithm.name() })
}

/// A pair of the key type and curve that this signature algorithm has.
fn asymmetric(row: SignatureAlgorithm, provider: &dyn CryptoProvider) -> Result<PrivateMaterial, KeyError> {
    complete(key_file::private_key(&provider.generate(row)?)?, provider)
}

fn pair(curve: Curve, provider: &dyn CryptoProvider) -> Result<PrivateMaterial, KeyError> {
    match curve {
        Curve::P256 => asymmetric(SignatureAlgorithm::ES256, provider),
        Curve::P384 => asymmetric(SignatureAlgorithm::ES384, provider),
        Curve::P521 => asymmetric(SignatureAlgorithm::ES512, provider),
        _ => {
            let seed = random(curve.coordinate_size(), provider)?;
            let public = OkpPublic::new(curve, &provider.public_bytes(curve, &seed)?)?;
            Ok(PrivateMaterial::Okp { public, seed })
        }
    }
}

fn secret(size: usize, provider: &dyn CryptoProvider) -> Result<PrivateMaterial, KeyError> {
    Ok(PrivateMaterial::Octet(random(size, provider)?))
}

fn random(size: usize, provider: &dyn CryptoProvider) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
    let mut octets = Zeroizing::new(vec![0; size]);
    let failed = |_| CryptoError::Failed { provider: provider.name(), operation: Operation::Generate };
    SystemEntropy.fill(&mut octets).map_err(failed)?;
    Ok(octets)
}
