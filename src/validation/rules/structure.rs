//! Signs of a token's kind in its claims: OpenID Connect Back-Channel Logout section 2.4, RFC 9701 section 5, JARM section 2.1, and the
//! marks that widespread servers set where the standards have none.

use super::Judge;
use crate::encoding::json::JsonKind;
use crate::validation::names::Name;
use crate::validation::{TokenKind, ValidationError, ValidationErrorKind};

/// The member of `events` that makes a logout token.
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// What only an ID token has.
const ID_TOKEN_SIGNS: [Name; 3] = [Name::AtHash, Name::CHash, Name::SHash];

/// What access tokens have and ID tokens have not.
const ACCESS_TOKEN_SIGNS: [Name; 3] = [Name::Scope, Name::Scp, Name::ClientId];

/// What a login leaves in an ID token and nowhere else, beside the hashes.
const LOGIN_SIGNS: [Name; 2] = [Name::Nonce, Name::AuthTime];

/// What an authorization response can be recognised by.
const RESPONSE_MEMBERS: [&str; 5] = ["code", "error", "state", "access_token", "id_token"];

/// What of it no access token has beside its own signs; `state` alone may be where somebody lives.
const RESPONSE_SIGNS: [&str; 4] = ["code", "error", "access_token", "id_token"];

/// Values of the claims `typ` (Keycloak) and `token_use` (Amazon Cognito, Ory Hydra) and the kind of token they mark; none for a refresh token.
const MARKS: &[(Name, &str, Option<TokenKind>)] = &[
    (Name::Typ, "ID", Some(TokenKind::IdToken)),
    (Name::Typ, "Bearer", Some(TokenKind::AccessToken)),
    (Name::Typ, "DPoP", Some(TokenKind::AccessToken)),
    (Name::Typ, "Refresh", None),
    (Name::Typ, "Offline", None),
    (Name::Typ, "Logout", Some(TokenKind::LogoutToken)),
    (Name::TokenUse, "id", Some(TokenKind::IdToken)),
    (Name::TokenUse, "access", Some(TokenKind::AccessToken)),
    (Name::TokenUse, "refresh", None),
    (Name::TokenUse, "access_token", Some(TokenKind::AccessToken)),
    (Name::TokenUse, "refresh_token", None),
];

impl Judge<'_> {
    /// The claims are those of the kind that is wanted.
    pub(super) fn structure(&self) -> Result<(), ValidationError> {
        match self.kind() {
            TokenKind::LogoutToken => self.logout_structure()?,
            _ if self.has_logout_event() => return Err(self.another_kind("events", "no logout event")),
            _ => {}
        }
        let answer = self.claims.value(Name::TokenIntrospection).map(|value| value.kind());
        match (self.kind(), answer) {
            (TokenKind::IntrospectionResponse, None | Some(JsonKind::Object)) => {}
            (TokenKind::IntrospectionResponse, Some(_)) => return Err(self.malformed(Name::TokenIntrospection.as_str(), "an object")),
            (_, Some(_)) => return Err(self.another_kind(Name::TokenIntrospection.as_str(), "no introspection answer")),
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
        if self.claims.has(Name::Nonce) {
            return Err(self.another_kind(Name::Nonce.as_str(), "no claim of an ID token"));
        }
        match RESPONSE_SIGNS.into_iter().find(|name| self.claims.document().contains(name)) {
            Some(name) => Err(self.another_kind(name, "no parameter of an authorization response")),
            None => Ok(()),
        }
    }

    /// An access token of a server without `at+jwt` names scope and client, and no login.
    fn id_token(&self) -> Result<(), ValidationError> {
        let scope = [Name::Scope, Name::Scp].into_iter().find(|name| self.claims.has(*name));
        match scope.filter(|_| self.claims.has(Name::ClientId)) {
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

    fn has_any(&self, names: &[Name]) -> bool {
        names.iter().any(|name| self.claims.has(*name))
    }

    /// What a server's own mark says must not be another kind. Marks that are not known say nothing.
    fn marks(&self) -> Result<(), ValidationError> {
        let wanted = match self.kind() {
            kind if kind.is_access_token() => TokenKind::AccessToken,
            kind @ (TokenKind::IdToken | TokenKind::LogoutToken) => kind,
            _ => return Ok(()),
        };
        for name in [Name::Typ, Name::TokenUse] {
            let Some(found) = self.claims.text(name) else { continue };
            let mark = MARKS.iter().find(|(claim, mark, _)| *claim == name && mark.eq_ignore_ascii_case(&found));
            if mark.is_some_and(|(_, _, kind)| *kind != Some(wanted)) {
                return Err(self.another_kind(name.as_str(), wanted.name()).finding(&found));
            }
        }
        Ok(())
    }

    fn logout_structure(&self) -> Result<(), ValidationError> {
        if self.claims.has(Name::Nonce) {
            return Err(self.refuse(ValidationErrorKind::NonceUnexpected).claim_named("nonce"));
        }
        if !self.has_logout_event() {
            let expected = "an object with the back-channel logout event, an object itself";
            return Err(self.refuse(ValidationErrorKind::LogoutEventMissing).claim_named("events").expecting(expected));
        }
        self.filled_text(Name::Sid)?;
        if self.claims.has(Name::Sub) || self.claims.has(Name::Sid) {
            return Ok(());
        }
        Err(self.missing(Name::Sub).expecting("`sub`, `sid` or both"))
    }

    fn has_logout_event(&self) -> bool {
        let mut members = self.claims.value(Name::Events).and_then(|events| events.members()).into_iter().flatten();
        let wanted = self.kind() == TokenKind::LogoutToken;
        // Where a logout token is wanted the event must be sound; elsewhere its name alone gives the token away.
        members.any(|(name, value)| name == LOGOUT_EVENT && (!wanted || value.kind() == JsonKind::Object))
    }

    fn another_kind(&self, claim: &'static str, expected: &'static str) -> ValidationError {
        self.refuse(ValidationErrorKind::WrongTokenKind).claim_named(claim).expecting(expected)
    }
}
