//! Content encryption: RFC 7518 sections 5.2 (AES-CBC, then HMAC) and 5.3 (AES-GCM).

use aws_lc_rs::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{self, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;

use crate::jose::crypto::encryption::SealedContent;
use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, ContentEncryptionId as Id};
use crate::secret::constant_time_eq;

/// What the library calls a row.
enum Primitive {
    CbcHmac(&'static cipher::Algorithm, hmac::Algorithm),
    Gcm(&'static aead::Algorithm),
}

fn primitive(algorithm: ContentEncryptionAlgorithm) -> Primitive {
    match algorithm.id() {
        Id::A128CBC_HS256 => Primitive::CbcHmac(&cipher::AES_128, hmac::HMAC_SHA256),
        Id::A192CBC_HS384 => Primitive::CbcHmac(&cipher::AES_192, hmac::HMAC_SHA384),
        Id::A256CBC_HS512 => Primitive::CbcHmac(&cipher::AES_256, hmac::HMAC_SHA512),
        Id::A128GCM => Primitive::Gcm(&aead::AES_128_GCM),
        Id::A192GCM => Primitive::Gcm(&aead::AES_192_GCM),
        Id::A256GCM => Primitive::Gcm(&aead::AES_256_GCM),
    }
}

/// Encrypts `content` in place and answers the tag.
pub(super) fn seal(
    algorithm: ContentEncryptionAlgorithm,
    key: &[u8],
    iv: &[u8],
    additional_data: &[u8],
    content: &mut Vec<u8>,
) -> Result<Vec<u8>, Unspecified> {
    match primitive(algorithm) {
        Primitive::CbcHmac(aes, hash) => {
            let (mac_key, encryption_key) = halves(algorithm, key)?;
            let cipher = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(aes, encryption_key)?)?;
            cipher.less_safe_encrypt(content, EncryptionContext::Iv128(FixedLength::try_from(iv)?))?;
            mac(algorithm, hash, mac_key, &SealedContent { iv, additional_data, ciphertext: content, tag: &[] })
        }
        Primitive::Gcm(aes) => {
            let key = LessSafeKey::new(UnboundKey::new(aes, key)?);
            let tag = key.seal_in_place_separate_tag(Nonce::try_assume_unique_for_key(iv)?, Aad::from(additional_data), content)?;
            Ok(tag.as_ref().to_vec())
        }
    }
}

/// Decrypts. The tag is checked first, in constant time; nothing is decrypted under a wrong one.
pub(super) fn open(algorithm: ContentEncryptionAlgorithm, key: &[u8], sealed: &SealedContent<'_>) -> Result<Vec<u8>, Unspecified> {
    match primitive(algorithm) {
        Primitive::CbcHmac(aes, hash) => {
            let (mac_key, encryption_key) = halves(algorithm, key)?;
            if !constant_time_eq(&mac(algorithm, hash, mac_key, sealed)?, sealed.tag) {
                return Err(Unspecified);
            }
            let cipher = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(aes, encryption_key)?)?;
            let mut content = sealed.ciphertext.to_vec();
            let length = cipher.decrypt(&mut content, DecryptionContext::Iv128(FixedLength::try_from(sealed.iv)?))?.len();
            content.truncate(length);
            Ok(content)
        }
        Primitive::Gcm(aes) => {
            let key = LessSafeKey::new(UnboundKey::new(aes, key)?);
            let nonce = Nonce::try_assume_unique_for_key(sealed.iv)?;
            let mut content = vec![0; sealed.ciphertext.len()];
            key.open_separate_gather(nonce, Aad::from(sealed.additional_data), sealed.ciphertext, sealed.tag, &mut content)?;
            Ok(content)
        }
    }
}

/// The MAC's key comes first (RFC 7518 section 5.2.2.1).
fn halves(algorithm: ContentEncryptionAlgorithm, key: &[u8]) -> Result<(&[u8], &[u8]), Unspecified> {
    let parts = key.split_at_checked(algorithm.key_size() / 2);
    parts.filter(|_| key.len() == algorithm.key_size()).ok_or(Unspecified)
}

/// The left half of the HMAC over additional data, IV, ciphertext and the length of the first in bits (RFC 7518 section 5.2.2.1).
fn mac(
    algorithm: ContentEncryptionAlgorithm,
    hash: hmac::Algorithm,
    key: &[u8],
    sealed: &SealedContent<'_>,
) -> Result<Vec<u8>, Unspecified> {
    let bits = u64::try_from(sealed.additional_data.len()).ok().and_then(|octets| octets.checked_mul(8)).ok_or(Unspecified)?;
    let mut context = hmac::Context::with_key(&hmac::Key::new(hash, key));
    context.update(sealed.additional_data);
    context.update(sealed.iv);
    context.update(sealed.ciphertext);
    context.update(&bits.to_be_bytes());
    let mut tag = context.sign().as_ref().to_vec();
    tag.truncate(algorithm.tag_size());
    Ok(tag)
}
