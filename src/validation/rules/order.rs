//! Which rules run at which stage, and in which order.

use super::ClaimChecks;
use crate::validation::claim_name::ClaimName;
use crate::validation::{ValidationError, ValidationErrorKind};

impl ClaimChecks<'_> {
    /// What costs no key: the required claims, the kind by its structure, the issuer, an expiry that is over. The signature is not yet
    /// checked.
    pub(in crate::validation) fn inspect(&self) -> Result<(), ValidationError> {
        self.presence()?;
        self.structure()?;
        self.issuer()?;
        self.expiry()
    }

    /// The other standard rules (and the expiry, as time may have passed), and the caller's own that need not be waited for.
    pub(in crate::validation) fn claims(&self) -> Result<(), ValidationError> {
        self.expiry()?;
        self.parties()?;
        self.scope()?;
        self.token_type()?;
        self.times()?;
        self.login()?;
        self.hashes()?;
        self.binding()?;
        self.custom()
    }

    fn presence(&self) -> Result<(), ValidationError> {
        let settings = &self.options.rules.settings;
        let any_audience = settings.audience.is_any();
        // What was hashed goes through the browser, so `s_hash` is demanded there alone.
        let required = self.required().iter().filter(|name| *name != ClaimName::SHash || settings.front_channel);
        let mut absent = required.filter(|name| !self.claims.has(*name));
        if let Some(name) = absent.find(|name| *name != ClaimName::Aud || !any_audience) {
            return Err(self.missing(name));
        }
        match settings.required_claims.iter().find(|name| self.claims.document().value(name).is_none_or(|value| value.is_null())) {
            Some(name) => Err(self.reject(ValidationErrorKind::ClaimMissing).claim_named(name.clone())),
            None => Ok(()),
        }
    }

    fn custom(&self) -> Result<(), ValidationError> {
        for validator in &self.options.rules.settings.validators {
            validator.validate(self.claims).map_err(|rejection| self.rejected(validator.name(), rejection))?;
        }
        Ok(())
    }
}
