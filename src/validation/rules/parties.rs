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
        Err(rejected.finding(&issuer).hinting(settings.issuer.hint(&issuer, tenant.as_deref())))
    }

    /// `aud`, `azp`, `sub`, `jti`, `client_id`, and the ID token before this one.
    pub(super) fn parties(&self) -> Result<(), ValidationError> {
        self.audience()?;
        self.authorized_party()?;
        self.subject()?;
        for name in [ClaimName::Jti, ClaimName::ClientId] {
            if !self.options.skips(name) && (name == ClaimName::Jti || self.kind().is_access_token()) {
                self.filled_text(name)?;
            }
        }
        self.previous()
    }

    fn audience(&self) -> Result<(), ValidationError> {
        let expected = &self.options.rules.settings.audience;
        if self.options.skips(ClaimName::Aud) {
            return Ok(());
        }
        let Some(value) = self.claims.value(ClaimName::Aud) else { return Ok(()) };
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
        Ok(())
    }

    /// Whether an ID token has more than one audience, counted by value, and which of them is not trusted.
    fn further_audiences(&self) -> (bool, Option<Cow<'_, str>>) {
        let settings = &self.options.rules.settings;
        if self.options.skips(ClaimName::Aud) || settings.audience.is_any() || self.kind() != TokenKind::IdToken {
            return (false, None);
        }
        let mut audiences = self.claims.audiences();
        let first = audiences.next();
        let is_trusted =
            |audience: &str| settings.audience.accepts(audience) || settings.trusted_audiences.iter().any(|one| one == audience);
        (audiences.any(|audience| Some(audience) != first), self.claims.audiences().find(|audience| !is_trusted(audience)))
    }

    fn party_missing(&self) -> ValidationError {
        let hint = "trust every other audience with `.trusted_audiences([…])`, or let it be absent with `.danger_allow_missing_azp()`";
        self.missing(ClaimName::Azp).expecting("the client, as there is more than one audience").hinting(Some(hint))
    }

    fn not_trusted(&self, audience: &str) -> ValidationError {
        let rejected = self.reject(ValidationErrorKind::AudienceNotTrusted).claim_named("aud").finding(audience);
        let hint = "trust it with `.trusted_audiences([…])`, or any beside this client with `.danger_any_additional_audience()`";
        rejected.expecting(self.options.rules.settings.audience.to_string()).hinting(Some(hint))
    }

    /// `azp`, and the audiences beside this client: OpenID Connect Core section 3.1.3.7 steps 3 to 5.
    fn authorized_party(&self) -> Result<(), ValidationError> {
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
        let party = self.text(ClaimName::Azp)?;
        if let Some(party) = party.as_deref().filter(|party| !expected.accepts(party)) {
            return Err(rejected(party));
        }
        let (more_than_one, not_trusted) = self.further_audiences();
        let may_be_absent = settings.switches.optional.contains(ClaimName::Azp);
        match not_trusted {
            _ if !more_than_one || may_be_absent => Ok(()),
            Some(_) if party.is_none() => Err(self.party_missing()),
            None if party.is_none() && settings.trusted_audiences.is_empty() => Err(self.party_missing()),
            Some(audience) if !settings.any_additional_audience => Err(self.not_trusted(&audience)),
            _ => Ok(()),
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
            (Some(found), Some(expected)) if found.seconds() != expected => {
                Err(differs(ClaimName::AuthTime).expecting(expected.to_string()).finding(&found.seconds().to_string()))
            }
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
