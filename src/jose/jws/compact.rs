//! A compact JWS, taken apart and not yet believed: RFC 7515 section 5.2 steps 1 to 7.

use std::borrow::Cow;
use std::fmt;

use super::header::JoseHeader;
use super::known_headers::KnownHeaders;
use crate::encoding::base64url;
use crate::jose::error::JoseError;

/// How long a token and its header may be; both are checked before anything is decoded.
///
/// Default: 256 KiB for the token, 16 KiB for the header's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLimits {
    token: usize,
    header: usize,
}

impl TokenLimits {
    /// The most octets of a compact token. Default: 256 KiB.
    #[must_use]
    pub const fn with_token(mut self, octets: usize) -> Self {
        self.token = octets;
        self
    }

    /// The most octets of a header's base64url text. Default: 16 KiB.
    #[must_use]
    pub const fn with_header(mut self, octets: usize) -> Self {
        self.header = octets;
        self
    }

    pub(crate) fn check(self, token: &str) -> Result<(), JoseError> {
        if token.len() > self.token {
            return Err(JoseError::TooLarge { part: "token", limit: self.token, found: token.len() });
        }
        Ok(())
    }

    pub(crate) fn check_header(self, header: &str) -> Result<(), JoseError> {
        if header.len() > self.header {
            return Err(JoseError::TooLarge { part: "header", limit: self.header, found: header.len() });
        }
        Ok(())
    }
}

impl Default for TokenLimits {
    fn default() -> Self {
        Self { token: 256 * 1024, header: 16 * 1024 }
    }
}

/// A compact JWS taken apart: header read and checked, payload decoded, signature **not** checked.
///
/// RFC 7515 section 7.1. Three parts of strict base64url; a header that is one JSON object with `alg`, and with `kid`, `typ` and `cty`
/// as strings if at all; no `crit`, no `b64` other than `true`, no `enc`. Keys inside the header (`jwk`, `jku`, `x5c`, `x5u`) are
/// never used. Nothing in it may be believed before [`JwsVerifier::verify`](super::JwsVerifier::verify) has answered.
///
/// # Example
/// ```
/// use identity_model::jose::{CompactJws, TokenLimits};
///
/// let jws = CompactJws::parse("eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.e30.c2ln", TokenLimits::default())?;
/// assert_eq!(jws.header().key_id(), Some("a"));
/// assert_eq!(jws.unverified_payload(), b"{}");
/// # Ok::<(), identity_model::jose::JoseError>(())
/// ```
#[derive(Clone)]
pub struct CompactJws<'a> {
    header: JoseHeader,
    is_known: bool,
    payload: Vec<u8>,
    /// The first two parts and the dot between them.
    signing_input: Cow<'a, str>,
    /// The third part, still in base64url.
    signature: Cow<'a, str>,
}

impl<'a> CompactJws<'a> {
    /// Takes `token` apart.
    ///
    /// # Errors
    /// [`JoseError`], naming the part or the header member and what was expected.
    pub fn parse(token: &'a str, limits: TokenLimits) -> Result<Self, JoseError> {
        Self::parse_knowing(token, limits, None)
    }

    /// The same, with headers that were read before.
    pub(super) fn parse_knowing(token: &'a str, limits: TokenLimits, known: Option<&KnownHeaders>) -> Result<Self, JoseError> {
        limits.check(token)?;
        let parts = || JoseError::Parts { expected: 3, found: token.split('.').take(6).count() };
        let (signing_input, signature) = token.rsplit_once('.').ok_or_else(parts)?;
        let (header, payload) = signing_input.split_once('.').ok_or_else(parts)?;
        // A dot too many is no base64url either, so it is looked for only where something is wrong or new.
        let malformed = |error| if payload.contains('.') { parts() } else { error };
        limits.check_header(header).map_err(malformed)?;
        let known = known.and_then(|known| known.find(header));
        let is_known = known.is_some();
        let header = known.map_or_else(|| Self::read_header(header), Ok).map_err(malformed)?;
        if signature.is_empty() {
            return Err(malformed(JoseError::Unsigned));
        }
        let payload = base64url::decode(payload).map_err(|_| malformed(JoseError::Base64Url { part: "payload" }))?;
        let (signing_input, signature) = (Cow::Borrowed(signing_input), Cow::Borrowed(signature));
        Ok(Self { header, is_known, payload, signing_input, signature })
    }

    fn read_header(encoded: &str) -> Result<JoseHeader, JoseError> {
        let header = JoseHeader::decode(encoded)?;
        header.check_signed()?;
        Ok(header)
    }

    /// Whether the header came out of those that were read before.
    pub(super) fn has_known_header(&self) -> bool {
        self.is_known
    }

    /// The header, protected by a signature that is not yet checked.
    pub fn header(&self) -> &JoseHeader {
        &self.header
    }

    /// The payload's octets, **not yet checked**: to find out whose keys to ask, and for nothing else.
    pub fn unverified_payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload's octets, taken out of the token: the caller keeps them beside it.
    pub(crate) fn take_payload(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.payload)
    }

    /// What is signed: the first two parts and the dot between them.
    pub fn signing_input(&self) -> &str {
        &self.signing_input
    }

    /// The same with a copy of the token's text.
    pub fn into_owned(self) -> CompactJws<'static> {
        let Self { header, is_known, payload, signing_input, signature } = self;
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        CompactJws { header, is_known, payload, signing_input: owned(signing_input), signature: owned(signature) }
    }

    pub(super) fn encoded_header(&self) -> &str {
        self.signing_input.split_once('.').map_or("", |(header, _)| header)
    }

    pub(super) fn encoded_signature(&self) -> &str {
        &self.signature
    }
}

impl fmt::Debug for CompactJws<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompactJws").field("header", &self.header).finish_non_exhaustive()
    }
}
