//! Signs of a token's kind in its claims: OpenID Connect Back-Channel Logout section 2.4, RFC 9701 section 5, JARM section 2.1.

use super::ClaimChecks;
use crate::encoding::json::JsonKind;
use crate::validation::claim_name::ClaimName;
use crate::validation::{TokenKind, ValidationError, ValidationErrorKind};

/// The member of `events` that makes a logout token.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What only an ID token has.
const ID_TOKEN_SIGNS: [ClaimName; 3] = [ClaimName::AtHash, ClaimName::CHash, ClaimName::SHash];

/// What an authorization response can be recognised by.
const RESPONSE_MEMBERS: [&str; 5] = ["code", "error", "state", "access_token", "id_token"];

/// What of it no access token has beside its own signs; `state` alone may be part of a postal address.
const RESPONSE_SIGNS: [&str; 4] = ["code", "error", "access_token", "id_token"];

impl ClaimChecks<'_> {
    /// The claims are those of the kind that is wanted.
    pub(super) fn structure(&self) -> Result<(), ValidationError> {
        match self.kind() {
            TokenKind::LogoutToken => self.logout_structure()?,
            _ if self.has_logout_event() => return Err(self.another_kind("events", "no logout event")),
            _ => {}
        }
        let answer = self.claims.value(ClaimName::TokenIntrospection).map(|value| value.kind());
        match (self.kind(), answer) {
            (TokenKind::IntrospectionResponse, None | Some(JsonKind::Object)) => {}
            (TokenKind::IntrospectionResponse, Some(_)) => return Err(self.malformed(ClaimName::TokenIntrospection.as_str(), "an object")),
            (_, Some(_)) => return Err(self.another_kind(ClaimName::TokenIntrospection.as_str(), "no introspection answer")),
            (TokenKind::AuthorizationResponse, _) if !RESPONSE_MEMBERS.iter().any(|name| self.claims.document().contains(name)) => {
                return Err(self.another_kind("code", "a parameter of an authorization response"));
            }
            (TokenKind::PlainAccessToken, _) => self.no_response()?,
            (TokenKind::UserInfoResponse, _) => self.no_hash()?,
            _ => {}
        }
        self.marks()
    }

    /// An authorization response has neither scope nor client.
    fn no_response(&self) -> Result<(), ValidationError> {
        if self.is_marked_as_access_token() {
            return Ok(());
        }
        match RESPONSE_SIGNS.into_iter().find(|name| self.claims.document().contains(name)) {
            Some(name) => Err(self.another_kind(name, "no parameter of an authorization response")),
            None => Ok(()),
        }
    }

    fn no_hash(&self) -> Result<(), ValidationError> {
        match ID_TOKEN_SIGNS.into_iter().find(|name| self.claims.has(*name)) {
            Some(name) => Err(self.another_kind(name.as_str(), "no claim of an ID token")),
            None => Ok(()),
        }
    }

    fn logout_structure(&self) -> Result<(), ValidationError> {
        if self.claims.has(ClaimName::Nonce) {
            return Err(self.reject(ValidationErrorKind::NonceUnexpected).claim_named("nonce"));
        }
        if !self.has_logout_event() {
            let expected = "an object with the back-channel logout event, an object itself";
            return Err(self.reject(ValidationErrorKind::LogoutEventMissing).claim_named("events").expecting(expected));
        }
        self.filled_text(ClaimName::Sid)?;
        if self.claims.has(ClaimName::Sub) || self.claims.has(ClaimName::Sid) {
            return Ok(());
        }
        Err(self.missing(ClaimName::Sub).expecting("`sub`, `sid` or both"))
    }

    fn has_logout_event(&self) -> bool {
        let mut members = self.claims.value(ClaimName::Events).and_then(|events| events.members()).into_iter().flatten();
        let wanted = self.kind() == TokenKind::LogoutToken;
        // Where a logout token is wanted the event must be sound; elsewhere its name alone gives the token away.
        members.any(|(name, value)| name == LOGOUT_EVENT && (!wanted || value.kind() == JsonKind::Object))
    }

    fn another_kind(&self, claim: &'static str, expected: &'static str) -> ValidationError {
        self.reject(ValidationErrorKind::WrongTokenKind).claim_named(claim).expecting(expected)
    }
}
