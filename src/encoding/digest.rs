//! SHA-2 digests (FIPS 180-4), for PKCE, thumbprints, token hashes and cache keys.

use sha2::{Digest, Sha256, Sha384, Sha512};

use super::base64url;

/// SHA-256 of `bytes`.
pub fn sha256(bytes: impl AsRef<[u8]>) -> [u8; 32] {
    Sha256::digest(bytes.as_ref()).into()
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

#[cfg(test)]
mod tests {
    use super::*;

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
