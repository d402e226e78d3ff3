//! Bringing a content encryption key across: RFC 7518 sections 4.3 to 4.7, RFC 8037 section 3.2.

use std::fmt;

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384, OAEP_SHA512_MGF1SHA512, OaepAlgorithm, OaepPrivateDecryptingKey,
    OaepPublicEncryptingKey, PrivateDecryptingKey, PublicEncryptingKey, PublicKeyComponents,
};
use zeroize::Zeroizing;

use super::agreement::{Agreement, Ephemeral};
use super::key_wrap;
use super::library::{NAME, rejected, rsa_key_pair, unacceptable};
use crate::jose::crypto::encryption::{BroughtKey, DecryptionFailed, GcmWrapping, KeyUnwrapper, KeyWrapper, WrapRequest, WrappedKey};
use crate::jose::crypto::error::CryptoError;
use crate::jose::encryption_algorithm::{KeyManagementAlgorithm, KeyManagementId as Id};
use crate::jose::key_type::Curve;
use crate::jose::material::{PrivateMaterial, PublicMaterial, RsaPublic};
use crate::jose::operation::Operation;

/// What the library calls a row.
enum Primitive {
    Oaep(&'static OaepAlgorithm),
    Agreement,
    Wrapping,
    Gcm(&'static aead::Algorithm),
    Direct,
}

fn primitive(algorithm: KeyManagementAlgorithm) -> Primitive {
    match algorithm.id() {
        Id::RSA_OAEP => Primitive::Oaep(&OAEP_SHA1_MGF1SHA1),
        Id::RSA_OAEP_256 => Primitive::Oaep(&OAEP_SHA256_MGF1SHA256),
        Id::RSA_OAEP_384 => Primitive::Oaep(&OAEP_SHA384_MGF1SHA384),
        Id::RSA_OAEP_512 => Primitive::Oaep(&OAEP_SHA512_MGF1SHA512),
        Id::ECDH_ES | Id::ECDH_ES_A128KW | Id::ECDH_ES_A192KW | Id::ECDH_ES_A256KW => Primitive::Agreement,
        Id::A128KW | Id::A192KW | Id::A256KW => Primitive::Wrapping,
        Id::A128GCMKW => Primitive::Gcm(&aead::AES_128_GCM),
        Id::A192GCMKW => Primitive::Gcm(&aead::AES_192_GCM),
        Id::A256GCMKW => Primitive::Gcm(&aead::AES_256_GCM),
        Id::DIR => Primitive::Direct,
    }
}

/// A shared secret in the shape its row wants.
enum Secret {
    Wrapping(Zeroizing<Vec<u8>>),
    Gcm(Box<LessSafeKey>),
    Direct(Zeroizing<Vec<u8>>),
}

impl Secret {
    fn new(algorithm: KeyManagementAlgorithm, secret: &Zeroizing<Vec<u8>>) -> Result<Self, CryptoError> {
        let wrong = CryptoError::WrongEncryptionKey { algorithm };
        if algorithm.wrapping_key_size().is_some_and(|size| size != secret.len()) {
            return Err(wrong);
        }
        match primitive(algorithm) {
            Primitive::Wrapping => Ok(Self::Wrapping(secret.clone())),
            Primitive::Gcm(aes) => {
                let key = UnboundKey::new(aes, secret).map_err(|_| unacceptable("no AES key"))?;
                Ok(Self::Gcm(Box::new(LessSafeKey::new(key))))
            }
            Primitive::Direct => Ok(Self::Direct(secret.clone())),
            Primitive::Oaep(_) | Primitive::Agreement => Err(wrong),
        }
    }

    fn unwrap_key(&self, wrapped: &WrappedKey<'_>) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        match self {
            Self::Wrapping(secret) => key_wrap::unwrap(secret, wrapped.encrypted_key),
            Self::Gcm(key) => {
                let GcmWrapping { iv, tag } = wrapped.gcm.ok_or(Unspecified)?;
                let mut content_key = Zeroizing::new(vec![0; wrapped.encrypted_key.len()]);
                let nonce = Nonce::assume_unique_for_key(iv);
                key.open_separate_gather(nonce, Aad::empty(), wrapped.encrypted_key, &tag, &mut content_key)?;
                Ok(content_key)
            }
            Self::Direct(secret) => Ok(secret.clone()),
        }
    }

    fn wrap_key(&self, request: &WrapRequest<'_>) -> Result<BroughtKey, Unspecified> {
        match self {
            Self::Wrapping(secret) => {
                let key = new_key(request)?;
                Ok(brought(key_wrap::wrap(secret, &key)?, key))
            }
            Self::Gcm(cipher) => {
                let key = new_key(request)?;
                let mut iv = [0; 12];
                request.entropy.fill(&mut iv).map_err(|_| Unspecified)?;
                let mut encrypted_key = key.to_vec();
                let tag = cipher.seal_in_place_separate_tag(Nonce::assume_unique_for_key(iv), Aad::empty(), &mut encrypted_key)?;
                let tag = tag.as_ref().try_into().map_err(|_| Unspecified)?;
                Ok(BroughtKey { gcm: Some(GcmWrapping { iv, tag }), ..brought(encrypted_key, key) })
            }
            Self::Direct(secret) => Ok(brought(Vec::new(), secret.clone())),
        }
    }
}

fn new_key(request: &WrapRequest<'_>) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
    let mut key = Zeroizing::new(vec![0; request.size]);
    request.entropy.fill(&mut key).map_err(|_| Unspecified)?;
    Ok(key)
}

fn brought(encrypted_key: Vec<u8>, key: Zeroizing<Vec<u8>>) -> BroughtKey {
    BroughtKey { key, encrypted_key, ephemeral: None, gcm: None }
}

pub(super) struct Unwrapper {
    algorithm: KeyManagementAlgorithm,
    key: Unwrapping,
}

enum Unwrapping {
    Oaep(OaepPrivateDecryptingKey, &'static OaepAlgorithm),
    Agreement(Agreement),
    Secret(Secret),
}

impl Unwrapper {
    pub(super) fn new(algorithm: KeyManagementAlgorithm, key: &PrivateMaterial) -> Result<Self, CryptoError> {
        let wrong = CryptoError::WrongEncryptionKey { algorithm };
        let key = match (primitive(algorithm), key) {
            (Primitive::Oaep(row), PrivateMaterial::Rsa(rsa)) => {
                let pkcs8 = rsa_key_pair(rsa)?.as_der().map_err(|_| unacceptable("no RSA key"))?;
                let key = PrivateDecryptingKey::from_pkcs8(pkcs8.as_ref()).map_err(rejected)?;
                Unwrapping::Oaep(OaepPrivateDecryptingKey::new(key).map_err(|_| unacceptable("no RSA key"))?, row)
            }
            (Primitive::Agreement, PrivateMaterial::Ec { public, scalar }) => {
                Unwrapping::Agreement(Agreement::new(public.curve, scalar)?.ok_or(wrong)?)
            }
            (Primitive::Agreement, PrivateMaterial::Okp { public, seed }) => {
                Unwrapping::Agreement(Agreement::new(public.curve, seed)?.ok_or(wrong)?)
            }
            (_, PrivateMaterial::Octet(secret)) => Unwrapping::Secret(Secret::new(algorithm, secret)?),
            _ => return Err(wrong),
        };
        Ok(Self { algorithm, key })
    }

    fn recover(&self, wrapped: &WrappedKey<'_>) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        match &self.key {
            Unwrapping::Oaep(key, row) => {
                let mut content_key = Zeroizing::new(vec![0; key.min_output_size()]);
                let length = key.decrypt(row, wrapped.encrypted_key, &mut content_key, None)?.len();
                content_key.truncate(length);
                Ok(content_key)
            }
            Unwrapping::Agreement(agreement) => {
                let peer = wrapped.ephemeral.ok_or(Unspecified)?;
                let size = self.algorithm.wrapping_key_size();
                let agreed = agreement.derive(peer, wrapped.other_info, size.unwrap_or(wrapped.size))?;
                if size.is_some() { key_wrap::unwrap(&agreed, wrapped.encrypted_key) } else { Ok(agreed) }
            }
            Unwrapping::Secret(secret) => secret.unwrap_key(wrapped),
        }
    }
}

impl KeyUnwrapper for Unwrapper {
    fn unwrap_key(&self, wrapped: &WrappedKey<'_>) -> Result<Zeroizing<Vec<u8>>, DecryptionFailed> {
        self.recover(wrapped).map_err(|_| DecryptionFailed)
    }
}

pub(super) struct Wrapper {
    algorithm: KeyManagementAlgorithm,
    key: Wrapping,
}

enum Wrapping {
    Oaep(OaepPublicEncryptingKey, &'static OaepAlgorithm),
    Agreement(Curve, PublicMaterial),
    Secret(Secret),
}

impl Wrapper {
    pub(super) fn new(algorithm: KeyManagementAlgorithm, key: &PublicMaterial) -> Result<Self, CryptoError> {
        let wrong = CryptoError::WrongEncryptionKey { algorithm };
        let key = match (primitive(algorithm), key) {
            (Primitive::Oaep(row), PublicMaterial::Rsa(rsa)) => Wrapping::Oaep(oaep_public_key(rsa)?, row),
            (Primitive::Agreement, PublicMaterial::Ec(_) | PublicMaterial::Okp(_)) => match key.curve().filter(|curve| agrees_on(*curve)) {
                Some(curve) => Wrapping::Agreement(curve, key.clone()),
                None => return Err(wrong),
            },
            (_, PublicMaterial::Octet(secret)) => Wrapping::Secret(Secret::new(algorithm, secret)?),
            _ => return Err(wrong),
        };
        Ok(Self { algorithm, key })
    }

    fn bring(&self, request: &WrapRequest<'_>) -> Result<BroughtKey, Unspecified> {
        match &self.key {
            Wrapping::Oaep(public, row) => {
                let key = new_key(request)?;
                let mut encrypted_key = vec![0; public.ciphertext_size()];
                let length = public.encrypt(row, &key, &mut encrypted_key, None)?.len();
                encrypted_key.truncate(length);
                Ok(brought(encrypted_key, key))
            }
            Wrapping::Agreement(curve, peer) => {
                let Ephemeral { agreement, public } = Ephemeral::new(*curve, request.entropy)?;
                let size = self.algorithm.wrapping_key_size();
                let agreed = agreement.derive(peer, request.other_info, size.unwrap_or(request.size))?;
                let brought = if size.is_some() {
                    let key = new_key(request)?;
                    brought(key_wrap::wrap(&agreed, &key)?, key)
                } else {
                    brought(Vec::new(), agreed)
                };
                Ok(BroughtKey { ephemeral: Some(public), ..brought })
            }
            Wrapping::Secret(secret) => secret.wrap_key(request),
        }
    }
}

impl KeyWrapper for Wrapper {
    fn wrap_key(&self, request: &WrapRequest<'_>) -> Result<BroughtKey, CryptoError> {
        self.bring(request).map_err(|_| CryptoError::Failed { provider: NAME, operation: Operation::Encrypt })
    }
}

fn agrees_on(curve: Curve) -> bool {
    KeyManagementAlgorithm::AGREEMENT_CURVES.contains(&curve)
}

fn oaep_public_key(key: &RsaPublic) -> Result<OaepPublicEncryptingKey, CryptoError> {
    let no_key = |_| unacceptable("no RSA key");
    let components = PublicKeyComponents { n: &key.modulus, e: &key.exponent };
    let der = components.as_der().map_err(no_key)?;
    let key = PublicEncryptingKey::from_der(der.as_ref()).map_err(rejected)?;
    OaepPublicEncryptingKey::new(key).map_err(no_key)
}

impl fmt::Debug for Unwrapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsLcUnwrapper").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

impl fmt::Debug for Wrapper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsLcWrapper").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
