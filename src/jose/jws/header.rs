//! The header of a token: RFC 7515 section 4, RFC 7797 section 6, RFC 8725 sections 3.10 and 3.11.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::encoding::base64url;
use crate::encoding::json::{JsonIndex, JsonObject, JsonRules, JsonValue, printable};
use crate::jose::algorithm::SignatureAlgorithm;
use crate::jose::error::JoseError;

/// A token's header: one JSON object, its registered members typed and checked, the others reachable; cheap to clone.
///
/// RFC 7515 section 4. `alg` is there and a string; `kid` (without control characters), `typ` and `cty` are strings if there at all, where
/// `null` and an empty `kid` count as absent; a name comes once. What stands in a header is the sender's word until the signature is checked, and afterwards the signer's.
#[derive(Clone)]
pub struct JoseHeader(Arc<Inner>);

struct Inner {
    text: Box<str>,
    index: JsonIndex,
    algorithm_name: Box<str>,
    algorithm: Option<SignatureAlgorithm>,
    key_id: Option<Box<str>>,
    typ: Option<Box<str>>,
    cty: Option<Box<str>>,
}

impl JoseHeader {
    /// Decodes the first part of a token.
    pub(crate) fn decode(part: &str) -> Result<Self, JoseError> {
        let bytes = base64url::decode(part).map_err(|_| JoseError::Base64Url { part: "header" })?;
        let object = JsonObject::parse(&bytes, &JsonRules::token()).map_err(JoseError::Header)?;
        let absent = || JoseError::HeaderMember { member: "alg", expected: "a string", found: "nothing".into() };
        let algorithm_name = text(&object, "alg")?.ok_or_else(absent)?;
        // An empty identifier names no key.
        let key_id = text(&object, "kid")?.filter(|key_id| !key_id.is_empty());
        if key_id.as_deref().is_some_and(|key_id| key_id.chars().any(char::is_control)) {
            return Err(JoseError::header_member("kid", "free of control characters", "a control character"));
        }
        Ok(Self(Arc::new(Inner {
            algorithm: SignatureAlgorithm::from_name(&algorithm_name),
            algorithm_name,
            key_id,
            typ: text(&object, "typ")?,
            cty: text(&object, "cty")?,
            text: object.as_text().into(),
            index: object.into_index(),
        })))
    }

    /// What a signed token's header must not have.
    pub(crate) fn check_signed(&self) -> Result<(), JoseError> {
        if self.member("enc").is_some() {
            return Err(JoseError::header_member("enc", "absent from a signed token", "an encryption algorithm"));
        }
        self.check_critical()?;
        match self.member("b64") {
            Some(value) if value.as_bool() != Some(true) => {
                let found = value.as_bool().map_or_else(|| value.kind().as_str(), |_| "false");
                Err(JoseError::header_member("b64", "`true` or absent", found))
            }
            _ => Ok(()),
        }
    }

    /// No extension is understood, so none may be demanded.
    pub(crate) fn check_critical(&self) -> Result<(), JoseError> {
        self.member("crit").map_or(Ok(()), |critical| Err(reject_critical(critical)))
    }

    /// `alg` as the token has it.
    pub fn algorithm_name(&self) -> &str {
        &self.0.algorithm_name
    }

    /// The signature algorithm, where this crate knows it; `none` is never one.
    pub fn algorithm(&self) -> Option<SignatureAlgorithm> {
        self.0.algorithm
    }

    /// `kid`.
    pub fn key_id(&self) -> Option<&str> {
        self.0.key_id.as_deref()
    }

    /// `typ` as the token has it.
    pub fn typ(&self) -> Option<&str> {
        self.0.typ.as_deref()
    }

    /// `cty` as the token has it.
    pub fn cty(&self) -> Option<&str> {
        self.0.cty.as_deref()
    }

    /// Whether `typ` is this media type: letters compared without case, a leading `application/` left out (RFC 7515 section 4.1.9).
    pub fn typ_is(&self, media_type: &str) -> bool {
        self.typ().is_some_and(|typ| bare(typ).eq_ignore_ascii_case(bare(media_type)))
    }

    /// Whether `cty` says that the content is a token (RFC 7519 section 5.2).
    pub(crate) fn announces_token(&self) -> bool {
        self.cty().is_some_and(|cty| bare(cty).eq_ignore_ascii_case("JWT"))
    }

    /// A member of the header that is a string if it is there at all.
    pub(crate) fn text(&self, member: &'static str) -> Result<Option<Cow<'_, str>>, JoseError> {
        let Some(value) = self.member(member).filter(|value| !value.is_null()) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| JoseError::header_member(member, "a string", value.kind().as_str()))
    }

    /// Any member of the header.
    pub fn member(&self, name: &str) -> Option<JsonValue<'_>> {
        self.0.index.get(&self.0.text, name)
    }

    /// The header as JSON text.
    pub fn as_json(&self) -> &str {
        &self.0.text
    }
}

/// A media type without its `application/`, where it has no other slash.
fn bare(media_type: &str) -> &str {
    const PREFIX: &str = "application/";
    match media_type.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => media_type,
    }
}

fn text(object: &JsonObject<'_>, member: &'static str) -> Result<Option<Box<str>>, JoseError> {
    let Some(value) = object.get(member).filter(|value| !value.is_null()) else { return Ok(None) };
    match value.as_str() {
        Some(text) => Ok(Some(text.into())),
        None => Err(JoseError::header_member(member, "a string", value.kind().as_str())),
    }
}

/// No extension is understood, so whatever stands there is rejected; an empty or mistyped `crit` is malformed anyway.
fn reject_critical(critical: JsonValue<'_>) -> JoseError {
    let first = critical.elements().and_then(|mut elements| elements.next());
    match first.and_then(JsonValue::as_str) {
        Some(name) => JoseError::Critical { name: printable(&name) },
        None => JoseError::header_member("crit", "a non-empty array of names", critical.kind().as_str()),
    }
}

impl fmt::Debug for JoseHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoseHeader")
            .field("alg", &self.0.algorithm_name)
            .field("kid", &self.0.key_id)
            .field("typ", &self.0.typ)
            .finish_non_exhaustive()
    }
}
