//! The second stage: a token that is known to be its issuer's, and whose claims are not yet judged.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::SystemTime;

use super::options_check::check_introspection;
use super::rules::ClaimChecks;
use super::validated::Proof;
use super::{
    AsyncClaimValidator, ClaimRejection, Claims, TokenValidationOptions, ValidatedToken, ValidationError, ValidationErrorKind,
    ValidationStage,
};
use crate::document::Document;

const STAGE: ValidationStage = ValidationStage::Claims;

/// A token that really comes from the owner of the key, or that its server says is active; its claims are not yet judged.
pub struct Verified<'a> {
    pub(super) options: &'a TokenValidationOptions,
    pub(super) claims: Claims,
    pub(super) proof: Proof,
}

/// What a server says about an opaque token (RFC 7662 section 2.2), as the rules take it.
#[derive(Debug, Clone)]
pub(crate) struct Introspected {
    /// `None` of a token that is not active: there is nothing more to be known about it.
    pub(crate) claims: Option<Document>,
    /// The signed response around them (RFC 9701).
    pub(crate) signed: Option<ValidatedToken>,
}

impl<'a> Verified<'a> {
    /// Whether this text can be a token at all (RFC 6749 section A.12: visible ASCII characters), and not too long a one, and these options
    /// can judge what a server says about it.
    pub(crate) fn check_opaque(token: &str, options: &TokenValidationOptions) -> Result<(), ValidationError> {
        check_introspection(options)?;
        let (kind, stage) = (options.token_kind(), ValidationStage::Inspection);
        options.rules.settings.limits.check(token).map_err(|error| ValidationError::jose(error, stage, kind))?;
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(ValidationError::new(ValidationErrorKind::TokenCharacters, stage, kind).expecting("visible ASCII characters"));
        }
        Ok(())
    }

    /// Takes the server's word for the claims, and looks them over as a signed token's before its signature.
    pub(crate) fn introspected(
        answer: Introspected,
        options: &'a TokenValidationOptions,
        now: SystemTime,
    ) -> Result<Self, ValidationError> {
        check_introspection(options)?;
        let inactive = || ValidationError::new(ValidationErrorKind::Inactive, STAGE, options.token_kind());
        let claims = Claims::of(answer.claims.ok_or_else(inactive)?);
        ClaimChecks::new(options, &claims, None, now, STAGE).inspect()?;
        Ok(Self { options, claims, proof: Proof::Introspection { signed: answer.signed } })
    }
}

impl Verified<'_> {
    /// Judges the claims by every rule, the caller's own included.
    ///
    /// # Errors
    /// [`ValidationError`] of the stage [`ValidationStage::Claims`]; of the kind
    /// [`Configuration`](crate::validation::ValidationErrorKind::Configuration) where the options hold a validator that has to be waited for.
    pub fn check(self, now: SystemTime) -> Result<ValidatedToken, ValidationError> {
        self.options.reject_async_validators(STAGE)?;
        self.judge(now).claims()?;
        Ok(ValidatedToken::new(self.options, self.claims, self.proof))
    }

    /// Judges the claims by every rule, and waits for the validators that need it: one after the other, last.
    ///
    /// # Errors
    /// [`ValidationError`] of the stage [`ValidationStage::Claims`].
    pub async fn check_async(self, now: SystemTime) -> Result<ValidatedToken, ValidationError> {
        self.check_by(now, |validator, claims| async move { validator.validate(&claims).await }).await
    }

    /// The same where the caller waits: `wait` brings the verdict of each validator that has to be waited for.
    pub(crate) async fn check_by<V>(
        self,
        now: SystemTime,
        wait: impl Fn(Arc<dyn AsyncClaimValidator>, Claims) -> V,
    ) -> Result<ValidatedToken, ValidationError>
    where
        V: Future<Output = Result<(), ClaimRejection>>,
    {
        self.judge(now).claims()?;
        for validator in &self.options.rules.settings.async_validators {
            if let Err(rejection) = wait(Arc::clone(validator), self.claims.clone()).await {
                return Err(self.judge(now).rejected(validator.name(), rejection));
            }
        }
        Ok(ValidatedToken::new(self.options, self.claims, self.proof))
    }

    fn judge(&self, now: SystemTime) -> ClaimChecks<'_> {
        ClaimChecks::new(self.options, &self.claims, self.proof.algorithm(), now, STAGE)
    }
}

impl fmt::Debug for Verified<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("kind", &self.options.token_kind())
            .field("origin", &self.proof.origin())
            .field("claims", &self.claims)
            .finish_non_exhaustive()
    }
}
