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

#[cfg(test)]
mod tests {
    use super::*;

    fn octets(hexadecimal: &str) -> Vec<u8> {
        hexadecimal.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
    }

    const PLAINTEXT: &[u8] =
        b"A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience";
    const ADDITIONAL_DATA: &[u8] = b"The second principle of Auguste Kerckhoffs";

    /// RFC 7518 appendices B.1 to B.3.
    #[test]
    fn rfc_7518_appendix_b() {
        let iv = octets("1af38c2dc2b96ffdd86694092341bc04");
        for (row, tag) in [
            (ContentEncryptionAlgorithm::A128CBC_HS256, "652c3fa36b0a7c5b3219fab3a30bc1c4"),
            (ContentEncryptionAlgorithm::A192CBC_HS384, "8490ac0e58949bfe51875d733f93ac2075168039ccc733d7"),
            (ContentEncryptionAlgorithm::A256CBC_HS512, "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5"),
        ] {
            let key: Vec<u8> = (0..64).take(row.key_size()).collect();
            let mut content = PLAINTEXT.to_vec();
            assert_eq!(seal(row, &key, &iv, ADDITIONAL_DATA, &mut content).unwrap(), octets(tag), "{row}");
            let sealed = SealedContent { iv: &iv, additional_data: ADDITIONAL_DATA, ciphertext: &content, tag: &octets(tag) };
            assert_eq!(open(row, &key, &sealed).unwrap(), PLAINTEXT, "{row}");
        }
    }

    #[test]
    fn padding_that_is_none_is_refused_under_a_right_tag() {
        let row = ContentEncryptionAlgorithm::A128CBC_HS256;
        let (key, iv) = ([7; 32], [9; 16]);
        let (mac_key, encryption_key) = halves(row, &key).unwrap();
        let cipher = cipher::EncryptingKey::cbc(UnboundCipherKey::new(&cipher::AES_128, encryption_key).unwrap()).unwrap();
        for last in [0, 2, 17, 255] {
            let mut ciphertext = [&[1; 31][..], &[last]].concat();
            cipher.less_safe_encrypt(&mut ciphertext, EncryptionContext::Iv128(FixedLength::from(iv))).unwrap();
            let untagged = SealedContent { iv: &iv, additional_data: b"", ciphertext: &ciphertext, tag: &[] };
            let tag = mac(row, hmac::HMAC_SHA256, mac_key, &untagged).unwrap();
            assert!(open(row, &key, &SealedContent { tag: &tag, ..untagged }).is_err(), "{last}");
        }
        // Nor is content whose length no padding gives.
        for length in [0, 1, 15, 17] {
            let untagged = SealedContent { iv: &iv, additional_data: b"", ciphertext: &vec![0; length], tag: &[] };
            let tag = mac(row, hmac::HMAC_SHA256, mac_key, &untagged).unwrap();
            assert!(open(row, &key, &SealedContent { tag: &tag, ..untagged }).is_err(), "{length}");
        }
    }

    #[test]
    fn keys_vectors_and_tags_of_other_lengths_are_refused() {
        for &row in ContentEncryptionAlgorithm::ALL {
            let (key, iv) = (vec![7; row.key_size()], vec![9; row.iv_size()]);
            let mut content = b"content".to_vec();
            let tag = seal(row, &key, &iv, b"", &mut content).unwrap();
            assert_eq!(tag.len(), row.tag_size());
            let sealed = SealedContent { iv: &iv, additional_data: b"", ciphertext: &content, tag: &tag };
            for length in 0..80 {
                let (other, whole) = (vec![7; length], length == row.key_size());
                assert_eq!(open(row, &other, &sealed).is_ok(), whole, "{row} {length}");
                let iv = vec![9; length];
                assert_eq!(open(row, &key, &SealedContent { iv: &iv, ..sealed }).is_ok(), length == row.iv_size(), "{row} {length}");
            }
            for shorter in 0..tag.len() {
                assert!(open(row, &key, &SealedContent { tag: &tag[..shorter], ..sealed }).is_err(), "{row} {shorter}");
            }
        }
    }
}
