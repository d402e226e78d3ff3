//! Signs of a token's kind in its claims: OpenID Connect Back-Channel Logout section 2.4, RFC 9701 section 5, JARM section 2.1, and the
//! marks that widespread servers set where the standards have none.

use super::ClaimChecks;
use crate::encoding::json::JsonKind;
use crate::validation::claim_name::ClaimName;
use crate::validation::{TokenKind, ValidationError, ValidationErrorKind};

/// The member of `events` that makes a logout token.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What only an ID token has.
const ID_TOKEN_SIGNS: [ClaimName; 3] = [ClaimName::AtHash, ClaimName::CHash, ClaimName::SHash];

/// What access tokens have and ID tokens have not.
const ACCESS_TOKEN_SIGNS: [ClaimName; 3] = [ClaimName::Scope, ClaimName::Scp, ClaimName::ClientId];

/// What a login leaves in an ID token and nowhere else, beside the hashes.
const LOGIN_SIGNS: [ClaimName; 2] = [ClaimName::Nonce, ClaimName::AuthTime];

/// What an authorization response can be recognised by.
const RESPONSE_MEMBERS: [&str; 5] = ["code", "error", "state", "access_token", "id_token"];

/// What of it no access token has beside its own signs; `state` alone may be where somebody lives.
const RESPONSE_SIGNS: [&str; 4] = ["code", "error", "access_token", "id_token"];

/// Values of the claims `typ` (Keycloak) and `token_use` (Amazon Cognito, Ory Hydra) and the kind of token they mark; none for a refresh token.
const MARKS: &[(ClaimName, &str, Option<TokenKind>)] = &[
    (ClaimName::Typ, "ID", Some(TokenKind::IdToken)),
    (ClaimName::Typ, "Bearer", Some(TokenKind::AccessToken)),
    (ClaimName::Typ, "DPoP", Some(TokenKind::AccessToken)),
    (ClaimName::Typ, "Refresh", None),
    (ClaimName::Typ, "Offline", None),
    (ClaimName::Typ, "Logout", Some(TokenKind::LogoutToken)),
    (ClaimName::TokenUse, "id", Some(TokenKind::IdToken)),
    (ClaimName::TokenUse, "access", Some(TokenKind::AccessToken)),
    (ClaimName::TokenUse, "refresh", None),
    (ClaimName::TokenUse, "access_token", Some(TokenKind::AccessToken)),
    (ClaimName::TokenUse, "refresh_token", None),
];

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
            (TokenKind::PlainAccessToken, _) => self.plain_access_token()?,
            (TokenKind::IdToken, _) => self.id_token()?,
            (TokenKind::UserInfoResponse, _) => self.no_hash()?,
            _ => {}
        }
        self.marks()
    }

    fn plain_access_token(&self) -> Result<(), ValidationError> {
        self.no_hash()?;
        if self.has_any(&ACCESS_TOKEN_SIGNS) {
            return Ok(());
        }
        // Some servers copy the nonce into access tokens, but then a scope or a client stands beside it.
        if self.claims.has(ClaimName::Nonce) {
            return Err(self.another_kind(ClaimName::Nonce.as_str(), "no claim of an ID token"));
        }
        match RESPONSE_SIGNS.into_iter().find(|name| self.claims.document().contains(name)) {
            Some(name) => Err(self.another_kind(name, "no parameter of an authorization response")),
            None => Ok(()),
        }
    }

    /// An access token of a server without `at+jwt` names scope and client, and no login.
    fn id_token(&self) -> Result<(), ValidationError> {
        let scope = [ClaimName::Scope, ClaimName::Scp].into_iter().find(|name| self.claims.has(*name));
        match scope.filter(|_| self.claims.has(ClaimName::ClientId)) {
            Some(name) if !self.has_any(&LOGIN_SIGNS) && !self.has_any(&ID_TOKEN_SIGNS) => {
                Err(self.another_kind(name.as_str(), "no claim of an access token"))
            }
            _ => Ok(()),
        }
    }

    fn no_hash(&self) -> Result<(), ValidationError> {
        match ID_TOKEN_SIGNS.into_iter().find(|name| self.claims.has(*name)) {
            Some(name) => Err(self.another_kind(name.as_str(), "no claim of an ID token")),
            None => Ok(()),
        }
    }

    fn has_any(&self, names: &[ClaimName]) -> bool {
        names.iter().any(|name| self.claims.has(*name))
    }

    /// What a server's own mark says must not be another kind. Marks that are not known say nothing.
    fn marks(&self) -> Result<(), ValidationError> {
        let wanted = match self.kind() {
            kind if kind.is_access_token() => TokenKind::AccessToken,
            kind @ (TokenKind::IdToken | TokenKind::LogoutToken) => kind,
            _ => return Ok(()),
        };
        for name in [ClaimName::Typ, ClaimName::TokenUse] {
            let Some(found) = self.claims.text(name) else { continue };
            let mark = MARKS.iter().find(|(claim, mark, _)| *claim == name && mark.eq_ignore_ascii_case(&found));
            if mark.is_some_and(|(_, _, kind)| *kind != Some(wanted)) {
                return Err(self.another_kind(name.as_str(), wanted.name()).finding(&found));
            }
        }
        Ok(())
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
