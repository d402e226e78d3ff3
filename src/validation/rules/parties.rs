//! Who made the token, for whom, about whom, bound to what: `iss`, `aud`, `azp`, `sub`, `jti`, `client_id`, `cnf`.

use std::borrow::Cow;

use super::ClaimChecks;
use crate::encoding::json::JsonKind;
use crate::validation::binding::BindingFault;
use crate::validation::claim_name::ClaimName;
use crate::validation::{TokenKind, ValidationError, ValidationErrorKind};

/// OpenID Connect Core section 2: characters of a `sub`, all of them ASCII.
const LONGEST_SUBJECT: usize = 255;

impl ClaimChecks<'_> {
    /// `iss`, compared exactly; absent is fine where the kind does not demand it.
    pub(super) fn issuer(&self) -> Result<(), ValidationError> {
        let settings = &self.options.rules.settings;
        if self.options.skips(ClaimName::Iss) {
            return Ok(());
        }
        let Some(issuer) = self.filled_text(ClaimName::Iss)? else {
            return if self.required().contains(ClaimName::Iss) { Err(self.missing(ClaimName::Iss)) } else { Ok(()) };
        };
        let tenant = self.claims.text(ClaimName::Tid);
        if settings.issuer.accepts(&issuer, tenant.as_deref()) {
            return Ok(());
        }
        let rejected = self.reject(ValidationErrorKind::IssuerMismatch).claim_named("iss").expecting(settings.issuer.to_string());
        Err(rejected.finding(&issuer).hinting(settings.issuer.slash_hint(&issuer)))
    }

    /// `aud`, `azp`, `sub`, `jti`, `client_id`, and the ID token before this one.
    pub(super) fn parties(&self) -> Result<(), ValidationError> {
        let more_than_one = self.audience()?;
        self.authorized_party(more_than_one)?;
        self.subject()?;
        for name in [ClaimName::Jti, ClaimName::ClientId] {
            if !self.options.skips(name) && (name == ClaimName::Jti || self.kind().is_access_token()) {
                self.filled_text(name)?;
            }
        }
        self.previous()
    }

    /// Whether there is more than one audience, counted by value.
    fn audience(&self) -> Result<bool, ValidationError> {
        let expected = &self.options.rules.settings.audience;
        if self.options.skips(ClaimName::Aud) {
            return Ok(false);
        }
        let Some(value) = self.claims.value(ClaimName::Aud) else { return Ok(false) };
        let typed = match value.elements() {
            Some(mut elements) => elements.all(|element| element.kind() == JsonKind::String),
            None => value.kind() == JsonKind::String,
        };
        if !typed {
            return Err(self.malformed("aud", "a string or an array of strings").finding(value.kind().as_str()));
        }
        if !expected.is_any() && !self.claims.audiences().any(|audience| expected.accepts(&audience)) {
            let found: Vec<_> = self.claims.audiences().take(4).collect();
            let rejected = self.reject(ValidationErrorKind::AudienceMismatch).claim_named("aud");
            return Err(rejected.expecting(expected.to_string()).finding(&found.join(" and ")));
        }
        let mut audiences = self.claims.audiences();
        let first = audiences.next();
        Ok(audiences.any(|audience| Some(audience) != first))
    }

    fn authorized_party(&self, more_than_one: bool) -> Result<(), ValidationError> {
        let settings = &self.options.rules.settings;
        let stated = settings.authorized_party.as_ref();
        let expected = match self.kind() {
            TokenKind::IdToken => stated.unwrap_or(&settings.audience),
            _ => match stated {
                Some(stated) => stated,
                None => return Ok(()),
            },
        };
        if self.options.skips(ClaimName::Azp) {
            return Ok(());
        }
        let rejected = |found: &str| {
            let rejected = self.reject(ValidationErrorKind::AuthorizedPartyMismatch).claim_named("azp");
            rejected.expecting(expected.to_string()).finding(found)
        };
        match self.text(ClaimName::Azp)? {
            Some(party) if expected.accepts(&party) => Ok(()),
            Some(party) => Err(rejected(&party)),
            None if more_than_one && !expected.is_any() && self.kind() == TokenKind::IdToken => {
                Err(self.missing(ClaimName::Azp).expecting("the client, as there is more than one audience"))
            }
            None => Ok(()),
        }
    }

    fn subject(&self) -> Result<(), ValidationError> {
        if self.options.skips(ClaimName::Sub) {
            return Ok(());
        }
        let subject = self.filled_text(ClaimName::Sub)?;
        let limited = matches!(self.kind(), TokenKind::IdToken | TokenKind::LogoutToken | TokenKind::UserInfoResponse);
        if limited && subject.as_ref().is_some_and(|subject| subject.len() > LONGEST_SUBJECT || !subject.is_ascii()) {
            return Err(self.malformed("sub", "at most 255 ASCII characters"));
        }
        match &self.options.expected().subject {
            Some(expected) if subject.as_deref() != Some(expected) => {
                Err(self.reject(ValidationErrorKind::SubjectMismatch).claim_named("sub"))
            }
            _ => Ok(()),
        }
    }

    /// OpenID Connect Core section 12.2: what must not change when a token is refreshed.
    fn previous(&self) -> Result<(), ValidationError> {
        let Some(previous) = &self.options.expected().previous else { return Ok(()) };
        let differs = |name: ClaimName| self.reject(ValidationErrorKind::PreviousTokenMismatch).claim_named(name.as_str());
        let same = |name: ClaimName, expected: &str| self.claims.text(name) == Some(Cow::Borrowed(expected));
        for (name, expected) in [(ClaimName::Iss, &previous.issuer), (ClaimName::Sub, &previous.subject)] {
            if !same(name, expected) {
                return Err(differs(name));
            }
        }
        for (name, expected) in [(ClaimName::Azp, &previous.authorized_party), (ClaimName::Nonce, &previous.nonce)] {
            if self.claims.has(name) && expected.as_ref().is_some_and(|expected| !same(name, expected)) {
                return Err(differs(name));
            }
        }
        match (self.date(ClaimName::AuthTime)?, previous.auth_time) {
            (Some(found), Some(expected)) if found.seconds() != expected => Err(differs(ClaimName::AuthTime)),
            _ => Ok(()),
        }
    }

    /// `cnf` of an access token against what was proven.
    pub(super) fn binding(&self) -> Result<(), ValidationError> {
        use ValidationErrorKind as Kind;
        if self.options.skips(ClaimName::Cnf) || !(self.kind().is_access_token() || self.kind() == TokenKind::Other) {
            return Ok(());
        }
        self.options.expected().binding.check(self.claims.value(ClaimName::Cnf)).map_err(|fault| match fault {
            BindingFault::Malformed(member, expected) => self.malformed(member, expected),
            BindingFault::NotProven(member) => self.reject(Kind::BoundToken).claim_named(member),
            BindingFault::Mismatch(member) => self.reject(Kind::BindingMismatch).claim_named(member),
            BindingFault::Unknown => self.reject(Kind::BindingUnknown).claim_named("cnf").expecting("`jkt` or `x5t#S256`"),
            BindingFault::NotBound => self.reject(Kind::BindingMissing).claim_named("cnf").expecting("`jkt`"),
        })
    }
}
