//! How and when the user was authenticated, and for which request: OpenID Connect Core section 3.1.3.7 steps 11 to 13, CIBA section
//! 10.3.1.

use super::Judge;
use crate::secret::constant_time_eq;
use crate::validation::expected::ExpectedNonce;
use crate::validation::names::Name;
use crate::validation::{ValidationError, ValidationErrorKind};

impl Judge<'_> {
    /// `nonce`, `auth_time`, `acr`, `auth_req_id`.
    pub(super) fn login(&self) -> Result<(), ValidationError> {
        self.nonce()?;
        self.authentication_time()?;
        self.context()?;
        self.authentication_request()
    }

    fn nonce(&self) -> Result<(), ValidationError> {
        match &self.options.expected().nonce {
            ExpectedNonce::NotStated => Ok(()),
            ExpectedNonce::Absent if self.claims.has(Name::Nonce) => {
                Err(self.refuse(ValidationErrorKind::NonceUnexpected).claim_named("nonce"))
            }
            ExpectedNonce::Absent => Ok(()),
            ExpectedNonce::Sent(sent) => {
                let found = self.text(Name::Nonce)?.ok_or_else(|| self.missing(Name::Nonce))?;
                self.same_secret(Name::Nonce, &found, sent.expose(), ValidationErrorKind::NonceMismatch)
            }
        }
    }

    fn authentication_time(&self) -> Result<(), ValidationError> {
        use ValidationErrorKind as Kind;
        let Some(authenticated) = self.date(Name::AuthTime)? else {
            let asked = self.options.expected().max_age.is_some() && !self.options.skips(Name::AuthTime);
            return if asked { Err(self.missing(Name::AuthTime)) } else { Ok(()) };
        };
        if authenticated > self.latest() {
            return Err(self.at(Kind::AuthenticatedInFuture, Name::AuthTime, "at most", authenticated));
        }
        match self.options.expected().max_age {
            Some(max_age) if authenticated < self.earliest().saturating_sub(max_age) => {
                Err(self.at(Kind::AuthenticationTooOld, Name::AuthTime, &format!("at most {} s before", max_age.as_secs()), authenticated))
            }
            _ => Ok(()),
        }
    }

    fn context(&self) -> Result<(), ValidationError> {
        let Some(wanted) = &self.options.expected().contexts else { return Ok(()) };
        let found = self.text(Name::Acr)?.ok_or_else(|| self.missing(Name::Acr))?;
        if wanted.iter().any(|context| **context == *found) {
            return Ok(());
        }
        let refused = self.refuse(ValidationErrorKind::AuthenticationContextMismatch).claim_named("acr");
        Err(refused.expecting(wanted.join(" or ")).finding(&found))
    }

    fn authentication_request(&self) -> Result<(), ValidationError> {
        let Some(expected) = &self.options.expected().authentication_request_id else { return Ok(()) };
        let Some(found) = self.text(Name::AuthReqId)? else {
            return if self.options.expected().was_pushed { Err(self.missing(Name::AuthReqId)) } else { Ok(()) };
        };
        self.same_secret(Name::AuthReqId, &found, expected.expose(), ValidationErrorKind::AuthenticationRequestMismatch)
    }

    /// Compares in constant time; neither value shows in the error.
    pub(super) fn same_secret(&self, name: Name, found: &str, expected: &str, kind: ValidationErrorKind) -> Result<(), ValidationError> {
        if constant_time_eq(found.as_bytes(), expected.as_bytes()) { Ok(()) } else { Err(self.refuse(kind).claim_named(name.as_str())) }
    }
}
