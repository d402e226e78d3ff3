//! Who made the token, for whom, about whom, bound to what: `iss`, `aud`, `azp`, `sub`, `jti`, `client_id`, `cnf`.

use std::borrow::Cow;

use super::Judge;
use crate::encoding::json::JsonKind;
use crate::validation::binding::BindingFault;
use crate::validation::names::Name;
use crate::validation::{TokenKind, ValidationError, ValidationErrorKind};

/// OpenID Connect Core section 2: characters of a `sub`, all of them ASCII.
const LONGEST_SUBJECT: usize = 255;

impl Judge<'_> {
    /// `iss`, compared exactly; absent is fine where the kind does not demand it.
    pub(super) fn issuer(&self) -> Result<(), ValidationError> {
        let settings = &self.options.rules.settings;
        if self.options.skips(Name::Iss) {
            return Ok(());
        }
        let Some(issuer) = self.filled_text(Name::Iss)? else {
            return if self.required().contains(Name::Iss) { Err(self.missing(Name::Iss)) } else { Ok(()) };
        };
        let tenant = self.claims.text(Name::Tid);
        if settings.issuer.accepts(&issuer, tenant.as_deref()) {
            return Ok(());
        }
        let refused = self.refuse(ValidationErrorKind::IssuerMismatch).claim_named("iss").expecting(settings.issuer.to_string());
        Err(refused.finding(&issuer).hinting(settings.issuer.slash_hint(&issuer)))
    }

    /// `aud`, `azp`, `sub`, `jti`, `client_id`, and the ID token before this one.
    pub(super) fn parties(&self) -> Result<(), ValidationError> {
        let more_than_one = self.audience()?;
        self.authorized_party(more_than_one)?;
        self.subject()?;
        for name in [Name::Jti, Name::ClientId] {
            if !self.options.skips(name) && (name == Name::Jti || self.kind().is_access_token()) {
                self.filled_text(name)?;
            }
        }
        self.previous()
    }

    /// Whether there is more than one audience, counted by value.
    fn audience(&self) -> Result<bool, ValidationError> {
        let expected = &self.options.rules.settings.audience;
        if self.options.skips(Name::Aud) {
            return Ok(false);
        }
        let Some(value) = self.claims.value(Name::Aud) else { return Ok(false) };
        let typed = match value.elements() {
            Some(mut elements) => elements.all(|element| element.kind() == JsonKind::String),
            None => value.kind() == JsonKind::String,
        };
        if !typed {
            return Err(self.malformed("aud", "a string or an array of strings").finding(value.kind().as_str()));
        }
        if !expected.is_any() && !self.claims.audiences().any(|audience| expected.accepts(&audience)) {
            let found: Vec<_> = self.claims.audiences().take(4).collect();
            let refused = self.refuse(ValidationErrorKind::AudienceMismatch).claim_named("aud");
            return Err(refused.expecting(expected.to_string()).finding(&found.join(" and ")));
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
        if self.options.skips(Name::Azp) {
            return Ok(());
        }
        let refused = |found: &str| {
            let refused = self.refuse(ValidationErrorKind::AuthorizedPartyMismatch).claim_named("azp");
            refused.expecting(expected.to_string()).finding(found)
        };
        match self.text(Name::Azp)? {
            Some(party) if expected.accepts(&party) => Ok(()),
            Some(party) => Err(refused(&party)),
            None if more_than_one && !expected.is_any() && self.kind() == TokenKind::IdToken => {
                Err(self.missing(Name::Azp).expecting("the client, as there is more than one audience"))
            }
            None => Ok(()),
        }
    }

    fn subject(&self) -> Result<(), ValidationError> {
        if self.options.skips(Name::Sub) {
            return Ok(());
        }
        let subject = self.filled_text(Name::Sub)?;
        let limited = matches!(self.kind(), TokenKind::IdToken | TokenKind::LogoutToken | TokenKind::UserInfoResponse);
        if limited && subject.as_ref().is_some_and(|subject| subject.len() > LONGEST_SUBJECT || !subject.is_ascii()) {
            return Err(self.malformed("sub", "at most 255 ASCII characters"));
        }
        match &self.options.expected().subject {
            Some(expected) if subject.as_deref() != Some(expected) => {
                Err(self.refuse(ValidationErrorKind::SubjectMismatch).claim_named("sub"))
            }
            _ => Ok(()),
        }
    }

    /// OpenID Connect Core section 12.2: what must not change when a token is refreshed.
    fn previous(&self) -> Result<(), ValidationError> {
        let Some(previous) = &self.options.expected().previous else { return Ok(()) };
        let differs = |name: Name| self.refuse(ValidationErrorKind::PreviousTokenMismatch).claim_named(name.as_str());
        let same = |name: Name, expected: &str| self.claims.text(name) == Some(Cow::Borrowed(expected));
        for (name, expected) in [(Name::Iss, &previous.issuer), (Name::Sub, &previous.subject)] {
            if !same(name, expected) {
                return Err(differs(name));
            }
        }
        for (name, expected) in [(Name::Azp, &previous.authorized_party), (Name::Nonce, &previous.nonce)] {
            if self.claims.has(name) && expected.as_ref().is_some_and(|expected| !same(name, expected)) {
                return Err(differs(name));
            }
        }
        match (self.date(Name::AuthTime)?, previous.auth_time) {
            (Some(found), Some(expected)) if found.seconds() != expected => Err(differs(Name::AuthTime)),
            _ => Ok(()),
        }
    }

    /// `cnf` of an access token against what was proven.
    pub(super) fn binding(&self) -> Result<(), ValidationError> {
        use ValidationErrorKind as Kind;
        if self.options.skips(Name::Cnf) || !(self.kind().is_access_token() || self.kind() == TokenKind::Other) {
            return Ok(());
        }
        self.options.expected().binding.check(self.claims.value(Name::Cnf)).map_err(|fault| match fault {
            BindingFault::Malformed(member, expected) => self.malformed(member, expected),
            BindingFault::NotProven(member) => self.refuse(Kind::BoundToken).claim_named(member),
            BindingFault::Mismatch(member) => self.refuse(Kind::BindingMismatch).claim_named(member),
            BindingFault::Unknown => self.refuse(Kind::BindingUnknown).claim_named("cnf").expecting("`jkt` or `x5t#S256`"),
            BindingFault::NotBound => self.refuse(Kind::BindingMissing).claim_named("cnf").expecting("`jkt`"),
        })
    }
}
