//! A compact JWE, taken apart and not yet decrypted: RFC 7516 section 5.2 steps 1 to 5.

use std::fmt;

use crate::encoding::base64url;
use crate::encoding::json::printable;
use crate::jose::encryption_algorithm::{ContentEncryptionAlgorithm, KeyManagementAlgorithm, never_allowed};
use crate::jose::error::JoseError;
use crate::jose::jws::{JoseHeader, TokenLimits};

/// A compact JWE taken apart: header read and checked, the other parts decoded, nothing decrypted.
///
/// RFC 7516 section 7.1. Five parts of strict base64url; a header that is one JSON object with `alg` and `enc`, and with `kid`, `typ` and
/// `cty` as strings if at all; no `crit`, no `zip`, neither RSA1_5 nor PBES2. Keys and addresses inside the header (`jwk`, `jku`, `x5c`,
/// `x5u`) are never used.
///
/// # Example
/// ```
/// use identity_model::jose::{CompactJwe, TokenLimits};
///
/// let header = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0"; // {"alg":"dir","enc":"A128GCM"}
/// let token = format!("{header}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA");
/// let jwe = CompactJwe::parse(&token, TokenLimits::default())?;
/// assert_eq!(jwe.header().algorithm_name(), "dir");
///
/// let compressed = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIiwiemlwIjoiREVGIn0"; // the same with "zip":"DEF"
/// let token = format!("{compressed}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA");
/// let refusal = CompactJwe::parse(&token, TokenLimits::default());
/// assert_eq!(refusal.unwrap_err().code(), "never_accepted");
/// # Ok::<(), identity_model::jose::JoseError>(())
/// ```
#[derive(Clone)]
pub struct CompactJwe<'a> {
    header: JoseHeader,
    /// The first part: the additional authenticated data.
    pub(super) encoded_header: &'a str,
    pub(super) encrypted_key: Vec<u8>,
    pub(super) iv: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl<'a> CompactJwe<'a> {
    /// Takes `token` apart.
    ///
    /// # Errors
    /// [`JoseError`], naming the part or the header member and what was expected.
    pub fn parse(token: &'a str, limits: TokenLimits) -> Result<Self, JoseError> {
        limits.check(token)?;
        let mut parts = token.split('.');
        let (Some(header), Some(key), Some(iv), Some(ciphertext), Some(tag), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(JoseError::Parts { expected: 5, found: token.split('.').take(6).count() });
        };
        limits.check_header(header)?;
        let decoded = JoseHeader::decode(header)?;
        check(&decoded)?;
        let octets = |text, part| base64url::decode(text).map_err(|_| JoseError::Base64Url { part });
        Ok(Self {
            header: decoded,
            encoded_header: header,
            encrypted_key: octets(key, "encrypted key")?,
            iv: octets(iv, "initialization vector")?,
            ciphertext: octets(ciphertext, "ciphertext")?,
            tag: octets(tag, "authentication tag")?,
        })
    }

    /// Whether `token` has the five parts of a compact JWE; a compact JWS has three.
    pub fn is_compact_jwe(token: &str) -> bool {
        token.bytes().filter(|byte| *byte == b'.').count() == 4
    }

    /// The header: in clear, and not yet authenticated.
    pub fn header(&self) -> &JoseHeader {
        &self.header
    }

    /// `alg`, where this crate knows it.
    pub fn algorithm(&self) -> Option<KeyManagementAlgorithm> {
        KeyManagementAlgorithm::from_name(self.header.algorithm_name())
    }

    /// `enc`, where this crate knows it.
    pub fn encryption(&self) -> Option<ContentEncryptionAlgorithm> {
        ContentEncryptionAlgorithm::from_name(&self.header.member("enc")?.as_str()?)
    }
}

/// What holds for the header of every encrypted token.
fn check(header: &JoseHeader) -> Result<(), JoseError> {
    header.check_critical()?;
    if header.text("enc")?.is_none() {
        return Err(JoseError::header_member("enc", "a string", "nothing"));
    }
    if header.member("zip").is_some() {
        let reason = "compressed content may grow without bound and shows its content by its length";
        return Err(JoseError::NeverAccepted { name: "zip".into(), reason });
    }
    let name = header.algorithm_name();
    match never_allowed(name) {
        Some(reason) => Err(JoseError::NeverAccepted { name: printable(name), reason }),
        None => Ok(()),
    }
}

impl fmt::Debug for CompactJwe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompactJwe").field("header", &self.header).finish_non_exhaustive()
    }
}
