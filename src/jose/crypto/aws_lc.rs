//! The provider over aws-lc-rs: every row of the table.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, Ed25519KeyPair, KeyPair, ParsedPublicKey,
    PqdsaVerificationAlgorithm, RsaEncoding, RsaKeyPair, RsaParameters, RsaPublicKeyComponents,
};
use zeroize::Zeroizing;

use super::ecdsa::DerSignature;
use super::encryption::{DecryptionFailed, KeyUnwrapper, KeyWrapper, MessageKey, SealedContent};
use super::error::{CryptoError, SignatureInvalid};
use super::provider::sealed::{KeyRef, Primitives, PrivateKeyRef};
use super::provider::{CryptoProvider, SigningKey, VerifyingKey};
use crate::jose::algorithm::{SignatureAlgorithm, SignatureAlgorithmId as Id};
use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm};
use crate::jose::key_type::Curve;
use crate::jose::material::{PrivateMaterial, PublicMaterial};
use crate::jose::operation::Operation;

mod agreement;
mod content;
mod key_management;
mod key_wrap;
mod library;
mod message;

use library::{NAME, rejected, rsa_key_pair};

/// Cryptography by aws-lc-rs: every algorithm of this crate.
#[derive(Debug, Clone, Copy, Default)]
pub struct AwsLcProvider;

/// What the library calls a row.
enum Primitive {
    Hmac(hmac::Algorithm),
    Rsa(&'static RsaParameters, &'static dyn RsaEncoding),
    Ecdsa(&'static EcdsaVerificationAlgorithm, Option<&'static EcdsaSigningAlgorithm>),
    Ed25519,
    MlDsa(&'static PqdsaVerificationAlgorithm),
}

fn primitive(algorithm: SignatureAlgorithm) -> Primitive {
    use signature as s;
    match algorithm.id() {
        Id::HS256 => Primitive::Hmac(hmac::HMAC_SHA256),
        Id::HS384 => Primitive::Hmac(hmac::HMAC_SHA384),
        Id::HS512 => Primitive::Hmac(hmac::HMAC_SHA512),
        Id::RS256 => Primitive::Rsa(&s::RSA_PKCS1_2048_8192_SHA256, &s::RSA_PKCS1_SHA256),
        Id::RS384 => Primitive::Rsa(&s::RSA_PKCS1_2048_8192_SHA384, &s::RSA_PKCS1_SHA384),
        Id::RS512 => Primitive::Rsa(&s::RSA_PKCS1_2048_8192_SHA512, &s::RSA_PKCS1_SHA512),
        Id::PS256 => Primitive::Rsa(&s::RSA_PSS_2048_8192_SHA256, &s::RSA_PSS_SHA256),
        Id::PS384 => Primitive::Rsa(&s::RSA_PSS_2048_8192_SHA384, &s::RSA_PSS_SHA384),
        Id::PS512 => Primitive::Rsa(&s::RSA_PSS_2048_8192_SHA512, &s::RSA_PSS_SHA512),
        Id::ES256 => Primitive::Ecdsa(&s::ECDSA_P256_SHA256_ASN1, Some(&s::ECDSA_P256_SHA256_FIXED_SIGNING)),
        Id::ES384 => Primitive::Ecdsa(&s::ECDSA_P384_SHA384_ASN1, Some(&s::ECDSA_P384_SHA384_FIXED_SIGNING)),
        Id::ES512 => Primitive::Ecdsa(&s::ECDSA_P521_SHA512_ASN1, Some(&s::ECDSA_P521_SHA512_FIXED_SIGNING)),
        Id::ES256K => Primitive::Ecdsa(&s::ECDSA_P256K1_SHA256_ASN1, None),
        Id::EDDSA | Id::ED25519 => Primitive::Ed25519,
        Id::ML_DSA_44 => Primitive::MlDsa(&s::ML_DSA_44),
        Id::ML_DSA_65 => Primitive::MlDsa(&s::ML_DSA_65),
        Id::ML_DSA_87 => Primitive::MlDsa(&s::ML_DSA_87),
    }
}

impl CryptoProvider for AwsLcProvider {
    fn name(&self) -> &'static str {
        NAME
    }

    fn offers(&self, algorithm: SignatureAlgorithm, operation: Operation) -> bool {
        match operation {
            Operation::Verify => true,
            Operation::Sign => algorithm.can_sign(),
            Operation::Generate => algorithm.can_sign(),
            Operation::Encrypt | Operation::Decrypt => false,
        }
    }

    fn offers_key_management(&self, _algorithm: KeyManagementAlgorithm) -> bool {
        true
    }

    fn offers_content_encryption(&self, _algorithm: ContentEncryptionAlgorithm) -> bool {
        true
    }
}

impl Primitives for AwsLcProvider {
    fn verifying_key(&self, algorithm: SignatureAlgorithm, key: KeyRef<'_>) -> Result<Arc<dyn VerifyingKey>, CryptoError> {
        let parsed = match (primitive(algorithm), key.0) {
            (Primitive::Hmac(hash), PublicMaterial::Octet(secret)) => Verifying::Hmac(Box::new(hmac::Key::new(hash, secret))),
            (Primitive::Rsa(parameters, _), PublicMaterial::Rsa(rsa)) => {
                let components = RsaPublicKeyComponents { n: &rsa.modulus, e: &rsa.exponent };
                Verifying::Plain(components.to_parsed_public_key(parameters).map_err(rejected)?)
            }
            (Primitive::Ecdsa(row, _), PublicMaterial::Ec(ec)) if algorithm.curve() == Some(ec.curve) => {
                let key = ParsedPublicKey::new(row, &ec.point).map_err(rejected)?;
                Verifying::Ecdsa { key, size: ec.curve.coordinate_size() }
            }
            (Primitive::Ed25519, PublicMaterial::Okp(okp)) if algorithm.curve() == Some(okp.curve) => {
                Verifying::Plain(ParsedPublicKey::new(&signature::ED25519, &okp.bytes).map_err(rejected)?)
            }
            (Primitive::MlDsa(row), PublicMaterial::Akp(akp)) if akp.algorithm == algorithm => {
                Verifying::Plain(ParsedPublicKey::new(row, &akp.bytes).map_err(rejected)?)
            }
            _ => return Err(CryptoError::WrongKey { algorithm }),
        };
        Ok(Arc::new(AwsLcVerifyingKey { algorithm, parsed }))
    }

    fn signing_key(&self, algorithm: SignatureAlgorithm, key: PrivateKeyRef<'_>) -> Result<Arc<dyn SigningKey>, CryptoError> {
        let parsed = match (primitive(algorithm), key.0) {
            (Primitive::Hmac(hash), PrivateMaterial::Octet(secret)) => Signing::Hmac(Box::new(hmac::Key::new(hash, secret))),
            (Primitive::Rsa(_, encoding), PrivateMaterial::Rsa(rsa)) => Signing::Rsa(rsa_key_pair(rsa)?, encoding),
            (Primitive::Ecdsa(_, Some(row)), PrivateMaterial::Ec { public, scalar }) if algorithm.curve() == Some(public.curve) => {
                Signing::Ecdsa(EcdsaKeyPair::from_private_key_and_public_key(row, scalar, &public.point).map_err(rejected)?)
            }
            (Primitive::Ecdsa(_, None) | Primitive::MlDsa(_), _) => {
                return Err(CryptoError::NotOffered { provider: NAME, algorithm, operation: Operation::Sign });
            }
            (Primitive::Ed25519, PrivateMaterial::Okp { public, seed }) if algorithm.curve() == Some(public.curve) => {
                Signing::Ed25519(Ed25519KeyPair::from_seed_and_public_key(seed, &public.bytes).map_err(rejected)?)
            }
            _ => return Err(CryptoError::WrongKey { algorithm }),
        };
        Ok(Arc::new(AwsLcSigningKey { algorithm, parsed }))
    }

    fn generate(&self, algorithm: SignatureAlgorithm) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let failed = |_| CryptoError::Failed { provider: NAME, operation: Operation::Generate };
        match primitive(algorithm) {
            Primitive::Rsa(..) => {
                let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
                Ok(Zeroizing::new(pair.as_der().map_err(failed)?.as_ref().to_vec()))
            }
            Primitive::Ecdsa(_, Some(row)) => {
                let pair = EcdsaKeyPair::generate(row).map_err(failed)?;
                Ok(Zeroizing::new(pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec()))
            }
            Primitive::Ed25519 => {
                let pair = Ed25519KeyPair::generate().map_err(failed)?;
                Ok(Zeroizing::new(pair.to_pkcs8v1().map_err(failed)?.as_ref().to_vec()))
            }
            Primitive::Hmac(_) | Primitive::Ecdsa(_, None) | Primitive::MlDsa(_) => {
                Err(CryptoError::NotOffered { provider: NAME, algorithm, operation: Operation::Generate })
            }
        }
    }

    fn public_bytes(&self, curve: Curve, private: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if curve == Curve::Ed25519 {
            let pair = Ed25519KeyPair::from_seed_unchecked(private).map_err(rejected)?;
            return Ok(pair.public_key().as_ref().to_vec());
        }
        let agreement = agreement::Agreement::new(curve, private)?;
        agreement.ok_or(CryptoError::NoDerivation { provider: NAME, curve })?.public_bytes()
    }

    fn key_unwrapper(&self, algorithm: KeyManagementAlgorithm, key: PrivateKeyRef<'_>) -> Result<Arc<dyn KeyUnwrapper>, CryptoError> {
        Ok(Arc::new(key_management::Unwrapper::new(algorithm, key.0)?))
    }

    fn key_wrapper(&self, algorithm: KeyManagementAlgorithm, key: KeyRef<'_>) -> Result<Arc<dyn KeyWrapper>, CryptoError> {
        Ok(Arc::new(key_management::Wrapper::new(algorithm, key.0)?))
    }

    fn seal(
        &self,
        algorithm: ContentEncryptionAlgorithm,
        key: &[u8],
        iv: &[u8],
        additional_data: &[u8],
        content: &mut Vec<u8>,
    ) -> Result<Vec<u8>, CryptoError> {
        let failed = |_| CryptoError::Failed { provider: NAME, operation: Operation::Encrypt };
        content::seal(algorithm, key, iv, additional_data, content).map_err(failed)
    }

    fn open(&self, algorithm: ContentEncryptionAlgorithm, key: &[u8], sealed: &SealedContent<'_>) -> Result<Vec<u8>, DecryptionFailed> {
        content::open(algorithm, key, sealed).map_err(|_| DecryptionFailed)
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

struct AwsLcVerifyingKey {
    algorithm: SignatureAlgorithm,
    parsed: Verifying,
}

enum Verifying {
    Hmac(Box<hmac::Key>),
    Ecdsa { key: ParsedPublicKey, size: usize },
    Plain(ParsedPublicKey),
}

impl VerifyingKey for AwsLcVerifyingKey {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn provider(&self) -> &'static str {
        NAME
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), SignatureInvalid> {
        match &self.parsed {
            Verifying::Hmac(key) => hmac::verify(key, message, signature),
            Verifying::Ecdsa { key, size } => {
                let der = DerSignature::from_raw(signature, *size).ok_or(SignatureInvalid)?;
                key.verify_sig(message, der.as_bytes())
            }
            Verifying::Plain(key) => key.verify_sig(message, signature),
        }
        .map_err(|_| SignatureInvalid)
    }
}

impl fmt::Debug for AwsLcVerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsLcVerifyingKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

struct AwsLcSigningKey {
    algorithm: SignatureAlgorithm,
    parsed: Signing,
}

enum Signing {
    Hmac(Box<hmac::Key>),
    Rsa(RsaKeyPair, &'static dyn RsaEncoding),
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey for AwsLcSigningKey {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let failed = |_| CryptoError::Failed { provider: NAME, operation: Operation::Sign };
        match &self.parsed {
            Signing::Hmac(key) => Ok(hmac::sign(key, message).as_ref().to_vec()),
            Signing::Rsa(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &SystemRandom::new(), message, &mut signature).map_err(failed)?;
                Ok(signature)
            }
            Signing::Ecdsa(pair) => Ok(pair.sign(&SystemRandom::new(), message).map_err(failed)?.as_ref().to_vec()),
            Signing::Ed25519(pair) => Ok(pair.try_sign(message).map_err(failed)?.as_ref().to_vec()),
        }
    }
}

impl fmt::Debug for AwsLcSigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsLcSigningKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
