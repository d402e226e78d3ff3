//! The marks by which the claims of a token give its kind away: OpenID Connect Core sections 2 and 3.3.2.11, RFC 9068 section 2.2, RFC 8693
//! section 4, and what widespread servers set where the standards have nothing.

use super::ClaimChecks;
use crate::validation::claim_name::ClaimName;
use crate::validation::{TokenKind, ValidationError, ValidationErrorKind};

/// How much a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    /// Seen in the other kind as well, beside marks of its own.
    Weak,
    /// Seen in one kind; copied into the other by some servers, beside marks of its own.
    Usual,
    /// Never in another kind.
    Decisive,
}

/// One mark: a claim, one value of it, or a claim beside another, and the kind that it speaks for (none: a kind that is accepted nowhere).
struct Mark {
    claim: ClaimName,
    value: Option<&'static str>,
    beside: Option<ClaimName>,
    kind: Option<TokenKind>,
    /// What it says for its kind, and against any other.
    weight: Weight,
    against: Weight,
}

macro_rules! marks {
    ($($claim:ident $(= $value:literal)? $(+ $beside:ident)? => $kind:ident, $weight:ident $(, against $against:ident)?;)+) => {
        &[$(Mark {
            claim: ClaimName::$claim,
            value: marks!(@value $($value)?),
            beside: marks!(@beside $($beside)?),
            kind: marks!(@kind $kind),
            weight: Weight::$weight,
            against: marks!(@against $weight $($against)?),
        }),+]
    };
    (@value $value:literal) => { Some($value) };
    (@value) => { None };
    (@beside $claim:ident) => { Some(ClaimName::$claim) };
    (@beside) => { None };
    (@against $weight:ident $against:ident) => { Weight::$against };
    (@against $weight:ident) => { Weight::$weight };
    (@kind Nothing) => { None };
    (@kind $kind:ident) => { Some(TokenKind::$kind) };
}

/// The table. `docs/token-validation.md` says it in words.
const MARKS: &[Mark] = marks! {
    // OpenID Connect Core sections 3.1.3.6 and 3.3.2.11, FAPI 1.0 section 5.1: what a token is bound to.
    AtHash => IdToken, Decisive;
    CHash => IdToken, Decisive;
    SHash => IdToken, Decisive;
    // OpenID Connect Core section 2: what a login leaves. RFC 9068 section 2.2.1 lets `auth_time`, `acr` and `amr` stand in access tokens too.
    Nonce => IdToken, Usual;
    AuthTime => IdToken, Usual;
    Acr => IdToken, Weak;
    Amr => IdToken, Weak;
    Sid => IdToken, Weak;
    // RFC 8693 section 4.2, RFC 9068 section 2.2; Microsoft Entra, Okta, Auth0.
    // Some servers put the scope into ID tokens, some the client; none both, and none the client beside `jti` but no sign of a login.
    Scope => AccessToken, Usual, against Weak;
    ClientId => AccessToken, Usual, against Weak;
    ClientId + Scope => AccessToken, Usual;
    ClientId + Jti => AccessToken, Usual;
    Scp => AccessToken, Usual;
    Cid => AccessToken, Usual, against Weak;
    Appid => AccessToken, Usual, against Weak;
    Permissions => AccessToken, Usual;
    // Okta and Microsoft Entra, beside signs of a login.
    Cid + Scp => AccessToken, Decisive;
    Appid + Scp => AccessToken, Decisive;
    // Microsoft Entra puts `roles` into both.
    Roles => AccessToken, Weak;
    // Keycloak.
    Typ = "ID" => IdToken, Decisive;
    Typ = "Bearer" => AccessToken, Decisive;
    Typ = "DPoP" => AccessToken, Decisive;
    Typ = "Refresh" => Nothing, Decisive;
    Typ = "Offline" => Nothing, Decisive;
    Typ = "Logout" => LogoutToken, Decisive;
    // Amazon Cognito, Ory Hydra.
    TokenUse = "id" => IdToken, Decisive;
    TokenUse = "access" => AccessToken, Decisive;
    TokenUse = "refresh" => Nothing, Decisive;
    TokenUse = "access_token" => AccessToken, Decisive;
    TokenUse = "refresh_token" => Nothing, Decisive;
};

impl ClaimChecks<'_> {
    /// No mark contradicts the kind that is wanted: none that is decisive, and none that weighs more than the marks of that kind itself.
    pub(super) fn marks(&self) -> Result<(), ValidationError> {
        // An ID token always says who the user is and when it was issued, which is a little.
        let (wanted, mut own, by_value) = match self.kind() {
            kind if kind.is_access_token() => (TokenKind::AccessToken, None, false),
            TokenKind::IdToken => (TokenKind::IdToken, Some(Weight::Weak), false),
            TokenKind::LogoutToken => (TokenKind::LogoutToken, None, true),
            _ => return Ok(()),
        };
        let mut heaviest: Option<&Mark> = None;
        for mark in MARKS.iter().filter(|mark| self.bears(mark) && !(by_value && mark.value.is_none())) {
            if mark.kind == Some(wanted) {
                own = own.max(Some(mark.weight));
            } else if heaviest.is_none_or(|known| mark.against > known.against) {
                heaviest = Some(mark);
            }
        }
        match heaviest {
            Some(mark) if mark.against == Weight::Decisive || Some(mark.against) > own => Err(self.marked(mark, wanted)),
            _ => Ok(()),
        }
    }

    /// Whether the claims have a mark of an access token that weighs as much as those of a login.
    pub(super) fn is_marked_as_access_token(&self) -> bool {
        MARKS.iter().any(|mark| mark.kind == Some(TokenKind::AccessToken) && mark.weight > Weight::Weak && self.bears(mark))
    }

    fn bears(&self, mark: &Mark) -> bool {
        match mark.value {
            None => self.claims.has(mark.claim) && mark.beside.is_none_or(|beside| self.claims.has(beside)),
            Some(value) => self.claims.text(mark.claim).is_some_and(|found| found.eq_ignore_ascii_case(value)),
        }
    }

    fn marked(&self, mark: &Mark, wanted: TokenKind) -> ValidationError {
        let error = self.reject(ValidationErrorKind::WrongTokenKind).claim_named(mark.claim.as_str());
        match mark.value {
            Some(value) => error.expecting(wanted.name()).finding(value),
            None if mark.kind == Some(TokenKind::IdToken) => error.expecting("no claim of an ID token"),
            None => error.expecting("no claim of an access token"),
        }
    }
}
