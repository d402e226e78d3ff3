//! Digests (FIPS 180-4), for PKCE, thumbprints, token hashes and cache keys.

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::base64url;

/// SHA-256 of `bytes`.
pub fn sha256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(bytes.as_ref()).into()
}

/// SHA-1 of `bytes`, which no signature may rest on: for the thumbprint `x5t` of a certificate alone (RFC 7515 section 4.1.7).
pub(crate) fn sha1(bytes: impl AsRef<[u8]>) -> [u8; 20] {
    Sha1::digest(bytes.as_ref()).into()
}

/// SHA-384 of `bytes`.
pub fn sha384(bytes: impl AsRef<[u8]>) -> [u8; 48] {
    Sha384::digest(bytes.as_ref()).into()
}

/// SHA-512 of `bytes`.
pub fn sha512(bytes: impl AsRef<[u8]>) -> [u8; 64] {
    Sha512::digest(bytes.as_ref()).into()
}

/// SHA-256 of `bytes` as base64url: a PKCE challenge (RFC 7636 section 4.2), a thumbprint (RFC 7638), a DPoP `ath` (RFC 9449 section 4.2).
///
/// # Example
/// ```
/// use identity_model::encoding::digest::sha256_base64url;
///
/// // RFC 7636 appendix B
/// let challenge = sha256_base64url("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
/// assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
/// ```
pub fn sha256_base64url(bytes: impl AsRef<[u8]>) -> String {
    base64url::encode(sha256(bytes))
}

/// HMAC-SHA-256 (RFC 2104) of the parts, one after the other.
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    const BLOCK: usize = 64;
    let hashed = sha256(key);
    let key = if key.len() > BLOCK { &hashed } else { key };
    let mut pads = [[0x36_u8; BLOCK], [0x5c; BLOCK]];
    for pad in &mut pads {
        pad.iter_mut().zip(key).for_each(|(octet, key)| *octet ^= key);
    }
    let [inner, outer] = pads;
    let mut digest = Sha256::new().chain_update(inner);
    parts.iter().for_each(|part| digest.update(part));
    Sha256::new().chain_update(outer).chain_update(digest.finalize()).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_4231_hmac_sha_256() {
        let expected = |text: &str, key: &[u8], parts: &[&[u8]]| assert_eq!(hexadecimal(&hmac_sha256(key, parts)), text);
        expected("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", &[0x0b; 20], &[b"Hi ", b"There"]);
        expected("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843", b"Jefe", &[b"what do ya want for nothing?"]);
        let long = b"Test Using Larger Than Block-Size Key - Hash Key First";
        expected("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54", &[0xaa; 131], &[long]);
    }

    fn hexadecimal(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn fips_180_4_examples() {
        assert_eq!(hexadecimal(&sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(hexadecimal(&sha384("abc")).starts_with("cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"));
        assert!(hexadecimal(&sha512("abc")).starts_with("ddaf35a193617abacc417349ae204131"));
    }
}
