//! The second stage: a token whose signature is right, and whose claims are not yet judged.

use std::fmt;
use std::time::SystemTime;

use super::rules::Judge;
use super::{Claims, TokenValidationOptions, ValidatedToken, ValidationError, ValidationStage};
use crate::jose::{JoseHeader, JsonWebKey, SignatureAlgorithm};

const STAGE: ValidationStage = ValidationStage::Claims;

/// A token that really comes from the owner of the key, its claims not yet judged.
pub struct Verified<'a> {
    pub(super) options: &'a TokenValidationOptions,
    pub(super) header: JoseHeader,
    pub(super) outer: Option<JoseHeader>,
    pub(super) claims: Claims,
    pub(super) key: JsonWebKey,
    pub(super) algorithm: SignatureAlgorithm,
}

impl Verified<'_> {
    /// Judges the claims by every rule, the caller's own included.
    ///
    /// # Errors
    /// [`ValidationError`] of the stage [`ValidationStage::Claims`]; of the kind
    /// [`Configuration`](crate::validation::ValidationErrorKind::Configuration) where the options hold a validator that has to be waited for.
    pub fn check(self, now: SystemTime) -> Result<ValidatedToken, ValidationError> {
        self.options.refuse_async_validators(STAGE)?;
        self.judge(now).claims()?;
        Ok(ValidatedToken::new(self))
    }

    /// Judges the claims by every rule, and waits for the validators that need it: one after the other, last.
    ///
    /// # Errors
    /// [`ValidationError`] of the stage [`ValidationStage::Claims`].
    pub async fn check_async(self, now: SystemTime) -> Result<ValidatedToken, ValidationError> {
        self.judge(now).claims()?;
        for validator in &self.options.rules.settings.async_validators {
            if let Err(rejection) = validator.validate(&self.claims).await {
                return Err(self.judge(now).rejected(validator.name(), rejection));
            }
        }
        Ok(ValidatedToken::new(self))
    }

    fn judge(&self, now: SystemTime) -> Judge<'_> {
        Judge::new(self.options, &self.claims, self.algorithm, now, STAGE)
    }
}

impl fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified").field("kind", &self.options.token_kind()).field("header", &self.header).finish_non_exhaustive()
    }
}
