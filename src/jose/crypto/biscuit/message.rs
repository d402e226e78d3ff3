//! Messages under keys of their own: HKDF-SHA-256 (RFC 5869), AES-256-GCM with the nonce zero (SP 800-38D section 8).

use ring::aead::{self, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::error::Unspecified;
use ring::hkdf::{HKDF_SHA256, Salt};

use crate::jose::crypto::encryption::MessageKey;

fn derived(key: &MessageKey<'_>) -> Result<LessSafeKey, Unspecified> {
    let info = [key.info];
    let pseudorandom = Salt::new(HKDF_SHA256, key.salt).extract(key.secret);
    Ok(LessSafeKey::new(UnboundKey::from(pseudorandom.expand(&info, &aead::AES_256_GCM)?)))
}

/// One message a key, so the nonce is always the same.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

/// Encrypts `content` in place and answers the tag.
pub(super) fn seal(key: &MessageKey<'_>, additional_data: &[u8], content: &mut [u8]) -> Result<[u8; 16], Unspecified> {
    let tag = derived(key)?.seal_in_place_separate_tag(nonce(), Aad::from(additional_data), content)?;
    tag.as_ref().try_into().map_err(|_| Unspecified)
}

/// Decrypts what has the right tag.
pub(super) fn open(key: &MessageKey<'_>, additional_data: &[u8], ciphertext: &[u8], tag: &[u8; 16]) -> Result<Vec<u8>, Unspecified> {
    let mut content = [ciphertext, tag].concat();
    let length = derived(key)?.open_in_place(nonce(), Aad::from(additional_data), &mut content)?.len();
    content.truncate(length);
    Ok(content)
}
