//! A validated token, checked once more by other options or at another time.

use std::sync::Arc;
use std::time::SystemTime;

use super::header_check::check_headers;
use super::options_check::check_introspection;
use super::rules::ClaimChecks;
use super::validated::Proof;
use super::{TokenValidationOptions, ValidatedToken, ValidationError, ValidationStage};

impl ValidatedToken {
    /// Judges the token once more, by these options and at this moment: for an application that keeps validated tokens. The signature is not checked
    /// again, nor is the server asked again; whether the [key](Self::key) is still in force and the token still active is the caller's to
    /// know. Validators that have to be waited for do not run.
    ///
    /// # Errors
    /// [`ValidationError`].
    pub fn recheck(&self, options: &TokenValidationOptions, now: SystemTime) -> Result<(), ValidationError> {
        match self.proof() {
            Proof::Signature { header, outer, .. } => {
                check_headers(header, outer.as_ref(), options)?;
            }
            Proof::Introspection { .. } => check_introspection(options)?,
        }
        let judge = |stage| ClaimChecks::new(options, self.claims(), self.algorithm(), now, stage);
        judge(ValidationStage::Inspection).inspect()?;
        judge(ValidationStage::Claims).claims()
    }

    /// Judges the token once more by its own rules, with what is expected of it besides: for a flow that is handed a token which another
    /// party has validated.
    pub(crate) fn stands(
        &self,
        expecting: impl FnOnce(TokenValidationOptions) -> TokenValidationOptions,
        now: SystemTime,
    ) -> Result<(), ValidationError> {
        self.recheck(&expecting(TokenValidationOptions { rules: Arc::clone(self.rules()), expected: None }), now)
    }
}
