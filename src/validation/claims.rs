//! The claims of a token: RFC 7519 section 4.

use std::borrow::Cow;
use std::fmt;
use std::time::SystemTime;

use serde::Deserialize;

use super::claim_name::ClaimName;
use crate::document::{Document, DocumentError, forward_document};
use crate::encoding::epoch::NumericDate;
use crate::encoding::json::{JsonError, JsonValue};

/// The claims of a token, standard or not: what a [`ClaimValidator`](super::ClaimValidator) judges and a
/// [`ValidatedToken`](super::ValidatedToken) carries.
///
/// RFC 7519 section 4. Having claims says nothing about their truth; a validated token does. The accessors answer none where a claim
/// is absent or of another type. Cheap to clone; `Debug` shows names and kinds, never values.
#[derive(Clone)]
pub struct Claims {
    pub(super) document: Document,
    /// Where each claim that a rule speaks about stands in the document.
    places: [u32; ClaimName::COUNT],
}

/// The claim is not there.
const ABSENT: u32 = u32::MAX;

impl Claims {
    /// Reads a payload: strict JSON, at most 64 deep, no name twice, no byte order mark.
    pub(super) fn parse(payload: Vec<u8>) -> Result<Self, JsonError> {
        Ok(Self::of(Document::from_token(payload)?))
    }

    /// The claims of a token, or what an introspection response says of one. A claim that is `null` is absent, and so is an empty list of
    /// audiences.
    pub(super) fn of(document: Document) -> Self {
        let mut places = [ABSENT; ClaimName::COUNT];
        document.each_name(|position, name| {
            if let (Some(name), Ok(place)) = (ClaimName::from_bytes(name), u32::try_from(position))
                && let Some(entry) = places.get_mut(name as usize)
                && document.value_at(position).is_some_and(|value| says_something(name, value))
            {
                *entry = place;
            }
        });
        Self { document, places }
    }

    fn place(&self, name: ClaimName) -> Option<usize> {
        self.places.get(name as usize).copied().filter(|place| *place != ABSENT).and_then(|place| usize::try_from(place).ok())
    }

    pub(super) fn has(&self, name: ClaimName) -> bool {
        self.place(name).is_some()
    }

    pub(super) fn value(&self, name: ClaimName) -> Option<JsonValue<'_>> {
        self.document.value_at(self.place(name)?)
    }

    /// The claim as a string; none where it is of another type.
    pub(super) fn text(&self, name: ClaimName) -> Option<Cow<'_, str>> {
        self.value(name)?.as_str()
    }

    fn borrowed(&self, name: ClaimName) -> Option<&str> {
        self.document.str_at(self.place(name)?)
    }

    fn date(&self, name: ClaimName) -> Option<SystemTime> {
        NumericDate::from_json_signed(self.value(name)?).ok().map(SystemTime::from)
    }

    /// `iss`: who made the token.
    pub fn issuer(&self) -> Option<&str> {
        self.borrowed(ClaimName::Iss)
    }

    /// `sub`: whom it is about.
    pub fn subject(&self) -> Option<&str> {
        self.borrowed(ClaimName::Sub)
    }

    /// `aud`: whom it is for; one string counts as a list of one.
    pub fn audiences(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let value = self.value(ClaimName::Aud);
        let one = value.and_then(JsonValue::as_str);
        let several = value.and_then(JsonValue::elements).into_iter().flatten().filter_map(JsonValue::as_str);
        one.into_iter().chain(several)
    }

    /// `exp`: when it ends.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.date(ClaimName::Exp)
    }

    /// `nbf`: when it begins.
    pub fn not_before(&self) -> Option<SystemTime> {
        self.date(ClaimName::Nbf)
    }

    /// `iat`: when it was made.
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.date(ClaimName::Iat)
    }

    /// `auth_time`: when the user was authenticated (OpenID Connect Core section 2).
    pub fn authenticated_at(&self) -> Option<SystemTime> {
        self.date(ClaimName::AuthTime)
    }

    /// `jti`: its unique identifier.
    pub fn token_id(&self) -> Option<&str> {
        self.borrowed(ClaimName::Jti)
    }

    /// `client_id`: the client an access token was issued to (RFC 8693 section 4.3, RFC 9068).
    pub fn client_id(&self) -> Option<&str> {
        self.borrowed(ClaimName::ClientId)
    }

    /// `azp`: the client an ID token was issued to (OpenID Connect Core section 2).
    pub fn authorized_party(&self) -> Option<&str> {
        self.borrowed(ClaimName::Azp)
    }

    /// `sid`: the session at the provider (OpenID Connect Back-Channel Logout section 2.1).
    pub fn session_id(&self) -> Option<&str> {
        self.borrowed(ClaimName::Sid)
    }

    /// `acr`: the class of the authentication (OpenID Connect Core section 2).
    pub fn authentication_context(&self) -> Option<&str> {
        self.borrowed(ClaimName::Acr)
    }

    /// `scope` as it came: names with spaces between them (RFC 9068 section 2.2.3). None where it is an array.
    pub fn scope(&self) -> Option<&str> {
        self.borrowed(ClaimName::Scope)
    }

    /// The names in `scope`, or in `scp` where there is no `scope`: of a string with spaces, or of an array as some servers send it.
    pub fn scopes(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let name = if self.has(ClaimName::Scope) { ClaimName::Scope } else { ClaimName::Scp };
        let words = self.borrowed(name).into_iter().flat_map(|scope| scope.split(' ')).filter(|word| !word.is_empty()).map(Cow::Borrowed);
        let elements = self.value(name).and_then(JsonValue::elements);
        words.chain(elements.into_iter().flatten().filter_map(JsonValue::as_str))
    }

    /// Whether [`scopes`](Self::scopes) holds this name.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|name| name == scope)
    }

    /// The claims as JSON text, as they were signed.
    pub fn as_json(&self) -> &str {
        self.document.as_text()
    }

    /// The claims as a type of the caller's, which may borrow from them.
    ///
    /// # Errors
    /// [`DocumentError::UnexpectedType`] with the JSON path of what does not fit.
    pub fn deserialize<'a, T: Deserialize<'a>>(&'a self) -> Result<T, DocumentError> {
        self.document.deserialize()
    }
}

fn says_something(name: ClaimName, value: JsonValue<'_>) -> bool {
    let is_empty_list = || name == ClaimName::Aud && value.elements().is_some_and(|mut elements| elements.next().is_none());
    !value.is_null() && !is_empty_list()
}

forward_document!(Claims, document);

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.document, f)
    }
}
