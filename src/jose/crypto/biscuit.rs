//! The provider over biscuit's primitive layer and ring: HS*, RS*, PS*, ES256 and ES384. The only file that names biscuit; `ring` is named
//! here and in the file beside it.
//!
//! Biscuit panics where an algorithm and a `Secret` do not belong together, so each row is paired with its `Secret` here, once, by an
//! exhaustive match, and nothing else is ever handed over.

use std::fmt;
use std::sync::Arc;

use biscuit::jwa::SignatureAlgorithm as BiscuitAlgorithm;
use biscuit::jws::Secret;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPairComponents, PublicKeyComponents};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, RsaKeyPair};
use zeroize::Zeroizing;

use super::encryption::{DecryptionFailed, KeyUnwrapper, KeyWrapper, MessageKey, SealedContent};
use super::error::{CryptoError, SignatureInvalid};
use super::provider::sealed::{KeyRef, Primitives, PrivateKeyRef};
use super::provider::{CryptoProvider, SigningKey, VerifyingKey};
use crate::jose::algorithm::{SignatureAlgorithm, SignatureAlgorithmId as Id};
use crate::jose::der::rsa_public_key;
use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm};
use crate::jose::key_type::Curve;
use crate::jose::material::{PrivateMaterial, PublicMaterial, RsaPrivate};
use crate::jose::operation::Operation;

mod message;

const NAME: &str = "biscuit";

/// Cryptography by biscuit and ring: HS*, RS*, PS*, ES256 and ES384; every other algorithm is rejected by name.
#[derive(Debug, Clone, Copy, Default)]
pub struct BiscuitProvider;

/// What biscuit calls a row.
enum Primitive {
    Hmac(BiscuitAlgorithm),
    Rsa(BiscuitAlgorithm),
    Ecdsa(BiscuitAlgorithm, &'static EcdsaSigningAlgorithm),
    None,
}

fn primitive(algorithm: SignatureAlgorithm) -> Primitive {
    match algorithm.id() {
        Id::HS256 => Primitive::Hmac(BiscuitAlgorithm::HS256),
        Id::HS384 => Primitive::Hmac(BiscuitAlgorithm::HS384),
        Id::HS512 => Primitive::Hmac(BiscuitAlgorithm::HS512),
        Id::RS256 => Primitive::Rsa(BiscuitAlgorithm::RS256),
        Id::RS384 => Primitive::Rsa(BiscuitAlgorithm::RS384),
        Id::RS512 => Primitive::Rsa(BiscuitAlgorithm::RS512),
        Id::PS256 => Primitive::Rsa(BiscuitAlgorithm::PS256),
        Id::PS384 => Primitive::Rsa(BiscuitAlgorithm::PS384),
        Id::PS512 => Primitive::Rsa(BiscuitAlgorithm::PS512),
        Id::ES256 => Primitive::Ecdsa(BiscuitAlgorithm::ES256, &ECDSA_P256_SHA256_FIXED_SIGNING),
        Id::ES384 => Primitive::Ecdsa(BiscuitAlgorithm::ES384, &ECDSA_P384_SHA384_FIXED_SIGNING),
        Id::ES512 | Id::ES256K | Id::EDDSA | Id::ED25519 | Id::ML_DSA_44 | Id::ML_DSA_65 | Id::ML_DSA_87 => Primitive::None,
    }
}

impl CryptoProvider for BiscuitProvider {
    fn name(&self) -> &'static str {
        NAME
    }

    fn offers(&self, algorithm: SignatureAlgorithm, operation: Operation) -> bool {
        match (primitive(algorithm), operation) {
            (Primitive::None, _) => false,
            (Primitive::Rsa(_), Operation::Generate) | (_, Operation::Encrypt | Operation::Decrypt) => false,
            (Primitive::Hmac(_) | Primitive::Rsa(_) | Primitive::Ecdsa(..), _) => true,
        }
    }

    fn offers_key_management(&self, _algorithm: KeyManagementAlgorithm) -> bool {
        false
    }

    fn offers_content_encryption(&self, _algorithm: ContentEncryptionAlgorithm) -> bool {
        false
    }
}

impl Primitives for BiscuitProvider {
    fn verifying_key(&self, algorithm: SignatureAlgorithm, key: KeyRef<'_>) -> Result<Arc<dyn VerifyingKey>, CryptoError> {
        let (row, secret) = match (primitive(algorithm), key.0) {
            (Primitive::Hmac(row), PublicMaterial::Octet(secret)) => (row, Secret::Bytes(secret.to_vec())),
            (Primitive::Rsa(row), PublicMaterial::Rsa(rsa)) => (row, Secret::PublicKey(rsa_public_key(&rsa.modulus, &rsa.exponent))),
            (Primitive::Ecdsa(row, _), PublicMaterial::Ec(ec)) if algorithm.curve() == Some(ec.curve) => {
                (row, Secret::PublicKey(ec.point.to_vec()))
            }
            (Primitive::None, _) => return Err(not_offered(algorithm, Operation::Verify)),
            _ => return Err(CryptoError::WrongKey { algorithm }),
        };
        Ok(Arc::new(Key { algorithm, row, secret }))
    }

    fn signing_key(&self, algorithm: SignatureAlgorithm, key: PrivateKeyRef<'_>) -> Result<Arc<dyn SigningKey>, CryptoError> {
        let (row, secret) = match (primitive(algorithm), key.0) {
            (Primitive::Hmac(row), PrivateMaterial::Octet(secret)) => (row, Secret::Bytes(secret.to_vec())),
            (Primitive::Rsa(row), PrivateMaterial::Rsa(rsa)) => (row, Secret::RsaKeyPair(Arc::new(rsa_key_pair(rsa)?))),
            (Primitive::Ecdsa(row, signing), PrivateMaterial::Ec { public, scalar }) if algorithm.curve() == Some(public.curve) => {
                let random = SystemRandom::new();
                let pair = EcdsaKeyPair::from_private_key_and_public_key(signing, scalar, &public.point, &random);
                (row, Secret::EcdsaKeyPair(Arc::new(pair.map_err(rejected)?)))
            }
            (Primitive::None, _) => return Err(not_offered(algorithm, Operation::Sign)),
            _ => return Err(CryptoError::WrongKey { algorithm }),
        };
        Ok(Arc::new(Key { algorithm, row, secret }))
    }

    fn generate(&self, algorithm: SignatureAlgorithm) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let Primitive::Ecdsa(_, signing) = primitive(algorithm) else {
            return Err(not_offered(algorithm, Operation::Generate));
        };
        let document = EcdsaKeyPair::generate_pkcs8(signing, &SystemRandom::new());
        let document = document.map_err(|_| CryptoError::Failed { provider: NAME, operation: Operation::Generate })?;
        Ok(Zeroizing::new(document.as_ref().to_vec()))
    }

    fn public_bytes(&self, curve: Curve, _private: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::NoDerivation { provider: NAME, curve })
    }

    fn key_unwrapper(&self, algorithm: KeyManagementAlgorithm, _key: PrivateKeyRef<'_>) -> Result<Arc<dyn KeyUnwrapper>, CryptoError> {
        Err(no_encryption(algorithm.name()))
    }

    fn key_wrapper(&self, algorithm: KeyManagementAlgorithm, _key: KeyRef<'_>) -> Result<Arc<dyn KeyWrapper>, CryptoError> {
        Err(no_encryption(algorithm.name()))
    }

    fn seal(
        &self,
        algorithm: ContentEncryptionAlgorithm,
        _key: &[u8],
        _iv: &[u8],
        _additional_data: &[u8],
        _content: &mut Vec<u8>,
    ) -> Result<Vec<u8>, CryptoError> {
        Err(no_encryption(algorithm.name()))
    }

    fn open(&self, _algorithm: ContentEncryptionAlgorithm, _key: &[u8], _sealed: &SealedContent<'_>) -> Result<Vec<u8>, DecryptionFailed> {
        Err(DecryptionFailed)
    }

    fn seal_message(&self, key: &MessageKey<'_>, additional_data: &[u8], content: &mut Vec<u8>) -> Result<[u8; 16], CryptoError> {
        let failed = |_| CryptoError::Failed { provider: NAME, operation: Operation::Encrypt };
        message::seal(key, additional_data, content).map_err(failed)
    }

    fn open_message(
        &self,
        key: &MessageKey<'_>,
        additional_data: &[u8],
        ciphertext: &[u8],
        tag: &[u8; 16],
    ) -> Result<Vec<u8>, DecryptionFailed> {
        message::open(key, additional_data, ciphertext, tag).map_err(|_| DecryptionFailed)
    }
}

fn not_offered(algorithm: SignatureAlgorithm, operation: Operation) -> CryptoError {
    CryptoError::NotOffered { provider: NAME, algorithm, operation }
}

fn no_encryption(algorithm: &'static str) -> CryptoError {
    CryptoError::EncryptionNotOffered { provider: NAME, algorithm }
}

fn rejected(_: ring::error::KeyRejected) -> CryptoError {
    CryptoError::KeyRejected { provider: NAME, reason: "not a key pair this provider takes" }
}

fn rsa_key_pair(key: &RsaPrivate) -> Result<RsaKeyPair, CryptoError> {
    let components = KeyPairComponents::<&[u8]> {
        public_key: PublicKeyComponents { n: &key.public.modulus, e: &key.public.exponent },
        d: &key.d,
        p: &key.p,
        q: &key.q,
        dP: &key.dp,
        dQ: &key.dq,
        qInv: &key.qi,
    };
    RsaKeyPair::from_components(&components).map_err(rejected)
}

/// A row and the one kind of `Secret` that belongs to it.
struct Key {
    algorithm: SignatureAlgorithm,
    row: BiscuitAlgorithm,
    secret: Secret,
}

impl VerifyingKey for Key {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn provider(&self) -> &'static str {
        NAME
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureInvalid> {
        self.row.verify(signature, message, &self.secret).map_err(|_| SignatureInvalid)
    }
}

impl SigningKey for Key {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.row.sign(message, &self.secret).map_err(|_| CryptoError::Failed { provider: NAME, operation: Operation::Sign })
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BiscuitKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
