//! The public numbers of a JSON Web Key as providers write them: strictly by RFC 7518 section 6, and what can be read in one way only.

use std::borrow::Cow;

use super::key_error::KeyError;
use super::key_file;
use super::key_type::KeyType;
use super::material::PublicMaterial;
use crate::encoding::json::{JsonKind, JsonObject, JsonValue};
use crate::encoding::{base64, base64url};

/// The most characters of any one member: an 8192-bit number and more than the longest ML-DSA key.
const LONGEST: usize = 4096;
/// The most characters of a certificate.
const LONGEST_CERTIFICATE: usize = 64 * 1024;

/// Reads the members of one key, and notes which of them are not written as they should be.
pub(crate) struct MemberReader<'o, 'a> {
    pub(crate) object: &'o JsonObject<'a>,
    pub(crate) quirks: Vec<&'static str>,
}

impl<'o, 'a> MemberReader<'o, 'a> {
    pub(crate) fn new(object: &'o JsonObject<'a>) -> Self {
        Self { object, quirks: Vec::new() }
    }

    /// The octets of a member: base64url as it should be, or with padding, or in the letters of plain base64.
    pub(crate) fn bytes(&mut self, member: &'static str) -> Result<Vec<u8>, KeyError> {
        let text = encoded(self.object, member)?;
        base64url::decode(text.as_bytes()).or_else(|_| {
            let bytes = in_one_way(&text).ok_or_else(|| not_base64url(member))?;
            self.note(member);
            Ok(bytes)
        })
    }

    /// A coordinate of `size` octets. Encoders of numbers cut leading zero octets; one that is too long is none (RFC 7518 section 6.2.1.2).
    pub(crate) fn coordinate(&mut self, member: &'static str, size: usize) -> Result<Vec<u8>, KeyError> {
        let bytes = self.bytes(member)?;
        let Some(padding) = size.checked_sub(bytes.len()).filter(|padding| *padding > 0 && !bytes.is_empty()) else { return Ok(bytes) };
        self.note(member);
        Ok([vec![0; padding].as_slice(), &bytes].concat())
    }

    /// The key of the first certificate in `x5c`, for a key that states its numbers nowhere else (RFC 7517 section 4.7). Nothing else of the
    /// certificate is looked at, and nothing follows from its issuer.
    pub(crate) fn certified(&mut self, key_type: KeyType, numbers: [&str; 2]) -> Result<Option<PublicMaterial>, KeyError> {
        const MEMBER: &str = "x5c";
        let wrong = |found: &str| KeyError::member(MEMBER, "certificates in base64, the first for a key of this `kty`", found);
        if numbers.iter().any(|name| value(self.object, name).is_some()) {
            return Ok(None);
        }
        let Some(chain) = value(self.object, MEMBER) else { return Ok(None) };
        let first = chain.elements().and_then(|mut chain| chain.next()).and_then(JsonValue::as_str).ok_or_else(|| wrong("none"))?;
        let der = certificate(&first).ok_or_else(|| wrong("other text"))?;
        let material = key_file::public_key(&der)?;
        if !key_file::is_certificate(&der) || material.key_type() != Some(key_type) {
            return Err(wrong("another key"));
        }
        self.note(MEMBER);
        Ok(Some(material))
    }

    fn note(&mut self, member: &'static str) {
        if !self.quirks.contains(&member) {
            self.quirks.push(member);
        }
    }
}

/// The bytes of a certificate as `x5c` has it: plain base64, perhaps broken into lines.
pub(crate) fn certificate(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().take(LONGEST_CERTIFICATE + 1).filter(|c| !c.is_ascii_whitespace()).collect();
    (text.len() <= LONGEST_CERTIFICATE).then(|| base64::decode(&text).ok()).flatten()
}

/// One alphabet, and padding that is right or not there: then there is one way to read it.
fn in_one_way(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    let is_padded_well = padding == 0 || (padding <= 2 && text.len().is_multiple_of(4));
    let is_mixed = bare.contains(['+', '/']) && bare.contains(['-', '_']);
    (is_padded_well && !is_mixed).then(|| base64url::decode(bare.replace('+', "-").replace('/', "_")).ok()).flatten()
}

/// A member that is there and not `null`.
pub(crate) fn value<'a>(object: &JsonObject<'a>, member: &str) -> Option<JsonValue<'a>> {
    object.get(member).filter(|value| !value.is_null())
}

/// The octets of a base64url member, by the letter.
pub(crate) fn bytes(object: &JsonObject<'_>, member: &'static str) -> Result<Vec<u8>, KeyError> {
    base64url::decode(encoded(object, member)?.as_bytes()).map_err(|_| not_base64url(member))
}

fn encoded<'a>(object: &JsonObject<'a>, member: &'static str) -> Result<Cow<'a, str>, KeyError> {
    let value = value(object, member).ok_or(KeyError::Missing { member })?;
    let text = value.as_str().ok_or_else(|| wrong_kind(member, "a string", value.kind()))?;
    if text.len() > LONGEST {
        return Err(KeyError::member(member, "at most 4096 characters long", format!("{} characters", text.len())));
    }
    Ok(text)
}

fn not_base64url(member: &'static str) -> KeyError {
    KeyError::member(member, "base64url", "other text")
}

pub(crate) fn wrong_kind(member: &'static str, expected: &'static str, found: JsonKind) -> KeyError {
    KeyError::member(member, expected, found.to_string())
}
