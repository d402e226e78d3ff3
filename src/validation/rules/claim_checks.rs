//! What every rule works with: the claims, the options, the moment, and errors that are quickly made.

use std::borrow::Cow;
use std::time::SystemTime;

use crate::encoding::epoch::{NumericDate, NumericDateError};
use crate::jose::SignatureAlgorithm;
use crate::validation::claim_name::{ClaimName, ClaimSet};
use crate::validation::{
    ClaimRejection, Claims, ClockSkew, TokenKind, TokenValidationOptions, ValidationError, ValidationErrorKind, ValidationStage,
};

/// Judges one token.
pub(in crate::validation) struct ClaimChecks<'a> {
    pub(super) options: &'a TokenValidationOptions,
    pub(super) claims: &'a Claims,
    /// The algorithm of the signature; none where an introspection response is judged.
    pub(super) algorithm: Option<SignatureAlgorithm>,
    /// The moment, by the issuer's clock as far as it is known.
    pub(super) now: NumericDate,
    stage: ValidationStage,
}

impl<'a> ClaimChecks<'a> {
    pub(in crate::validation) fn new(
        options: &'a TokenValidationOptions,
        claims: &'a Claims,
        algorithm: Option<SignatureAlgorithm>,
        now: SystemTime,
        stage: ValidationStage,
    ) -> Self {
        let now = NumericDate::from(now);
        let now = match options.rules.settings.clock_skew {
            ClockSkew::None => now,
            ClockSkew::Ahead(by) => now.saturating_sub(by),
            ClockSkew::Behind(by) => now.saturating_add(by),
        };
        Self { options, claims, algorithm, now, stage }
    }

    pub(super) fn kind(&self) -> TokenKind {
        self.options.token_kind()
    }

    /// The claims that have to be there.
    pub(super) fn required(&self) -> ClaimSet {
        let rules = &self.options.rules;
        if self.algorithm.is_some() { rules.required } else { rules.required_of_answer }
    }

    /// Whether the claim is there and to be looked at.
    pub(super) fn checks(&self, name: ClaimName) -> bool {
        self.claims.has(name) && !self.options.skips(name)
    }

    /// The claim as a string; none where it is absent.
    pub(super) fn text(&self, name: ClaimName) -> Result<Option<Cow<'a, str>>, ValidationError> {
        match self.claims.value(name) {
            None => Ok(None),
            Some(value) => value.as_str().map(Some).ok_or_else(|| self.malformed(name.as_str(), "a string").finding(value.kind().as_str())),
        }
    }

    /// The claim as a string that holds something; none where it is absent.
    pub(super) fn filled_text(&self, name: ClaimName) -> Result<Option<Cow<'a, str>>, ValidationError> {
        match self.text(name)? {
            Some(text) if text.is_empty() => Err(self.malformed(name.as_str(), "a non-empty string")),
            text => Ok(text),
        }
    }

    /// The claim as a date from 1970 on; none where it is absent or not to be looked at.
    pub(super) fn date(&self, name: ClaimName) -> Result<Option<NumericDate>, ValidationError> {
        self.any_date(name, NumericDate::parse)
    }

    /// The claim as a date, perhaps before 1970; none where it is absent or not to be looked at.
    pub(super) fn signed_date(&self, name: ClaimName) -> Result<Option<NumericDate>, ValidationError> {
        self.any_date(name, NumericDate::parse_signed)
    }

    fn any_date(
        &self,
        name: ClaimName,
        parse: impl FnOnce(&str) -> Result<NumericDate, NumericDateError>,
    ) -> Result<Option<NumericDate>, ValidationError> {
        if !self.checks(name) {
            return Ok(None);
        }
        let Some(value) = self.claims.value(name) else { return Ok(None) };
        let number = value.kind() == crate::encoding::json::JsonKind::Number;
        match parse(value.as_raw()) {
            Ok(date) if number => Ok(Some(date)),
            _ => {
                let found = if number { value.as_raw() } else { value.kind().as_str() };
                Err(self.malformed(name.as_str(), "a number of seconds between 1970 and 9999").finding(found))
            }
        }
    }

    pub(super) fn reject(&self, kind: ValidationErrorKind) -> ValidationError {
        ValidationError::new(kind, self.stage, self.kind())
    }

    pub(super) fn missing(&self, name: ClaimName) -> ValidationError {
        self.reject(ValidationErrorKind::ClaimMissing).claim_named(name.as_str())
    }

    pub(super) fn malformed(&self, claim: &'static str, expected: &'static str) -> ValidationError {
        self.reject(ValidationErrorKind::ClaimMalformed).claim_named(claim).expecting(expected)
    }

    pub(in crate::validation) fn rejected(&self, validator: &str, rejection: ClaimRejection) -> ValidationError {
        let rejected = self.reject(ValidationErrorKind::ClaimRejected).by_validator(validator).finding(rejection.reason());
        match rejection.into_claim() {
            Some(claim) => rejected.claim_named(claim),
            None => rejected,
        }
    }
}
