//! How and when the user was authenticated, and for which request: OpenID Connect Core section 3.1.3.7 steps 11 to 13, CIBA section
//! 10.3.1.

use super::ClaimChecks;
use crate::secret::constant_time_eq;
use crate::validation::claim_name::ClaimName;
use crate::validation::expected::ExpectedNonce;
use crate::validation::{TokenKind, ValidationError, ValidationErrorKind};

impl ClaimChecks<'_> {
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
            ExpectedNonce::Absent if self.claims.has(ClaimName::Nonce) && self.claims.text(ClaimName::Nonce).as_deref() != Some("") => {
                Err(self.reject(ValidationErrorKind::NonceUnexpected).claim_named("nonce"))
            }
            ExpectedNonce::Absent => Ok(()),
            ExpectedNonce::Sent(sent) => {
                let found = self.text(ClaimName::Nonce)?.ok_or_else(|| self.missing(ClaimName::Nonce))?;
                self.same_secret(ClaimName::Nonce, &found, sent.expose(), ValidationErrorKind::NonceMismatch)
            }
        }
    }

    fn authentication_time(&self) -> Result<(), ValidationError> {
        use ValidationErrorKind as Kind;
        // OpenID Connect Core section 2 and RFC 9068 section 2.2.1 define it; other tokens write it as they like, AD FS as a text.
        let is_defined = matches!(self.kind(), TokenKind::IdToken | TokenKind::AccessToken);
        let is_asked = self.options.expected().max_age.is_some() || self.required().contains(ClaimName::AuthTime);
        if !is_defined && !is_asked {
            return Ok(());
        }
        let Some(authenticated) = self.date(ClaimName::AuthTime)? else {
            let asked = self.options.expected().max_age.is_some() && !self.options.skips(ClaimName::AuthTime);
            return if asked { Err(self.missing(ClaimName::AuthTime)) } else { Ok(()) };
        };
        if authenticated > self.latest() {
            return Err(self.at(Kind::AuthenticatedInFuture, ClaimName::AuthTime, "at most", authenticated));
        }
        match self.options.expected().max_age {
            Some(max_age) if authenticated < self.earliest().saturating_sub(max_age) => Err(self.at(
                Kind::AuthenticationTooOld,
                ClaimName::AuthTime,
                &format!("at most {} s before", max_age.as_secs()),
                authenticated,
            )),
            _ => Ok(()),
        }
    }

    fn context(&self) -> Result<(), ValidationError> {
        let Some(wanted) = &self.options.expected().contexts else { return Ok(()) };
        let found = self.text(ClaimName::Acr)?.ok_or_else(|| self.missing(ClaimName::Acr))?;
        if wanted.iter().any(|context| **context == *found) {
            return Ok(());
        }
        let rejected = self.reject(ValidationErrorKind::AuthenticationContextMismatch).claim_named("acr");
        Err(rejected.expecting(wanted.join(" or ")).finding(&found))
    }

    fn authentication_request(&self) -> Result<(), ValidationError> {
        let Some(expected) = &self.options.expected().authentication_request_id else { return Ok(()) };
        let Some(found) = self.text(ClaimName::AuthReqId)? else {
            return if self.options.expected().was_pushed { Err(self.missing(ClaimName::AuthReqId)) } else { Ok(()) };
        };
        self.same_secret(ClaimName::AuthReqId, &found, expected.expose(), ValidationErrorKind::AuthenticationRequestMismatch)
    }

    /// Compares in constant time; neither value shows in the error.
    pub(super) fn same_secret(
        &self,
        name: ClaimName,
        found: &str,
        expected: &str,
        kind: ValidationErrorKind,
    ) -> Result<(), ValidationError> {
        if constant_time_eq(found.as_bytes(), expected.as_bytes()) { Ok(()) } else { Err(self.reject(kind).claim_named(name.as_str())) }
    }
}
