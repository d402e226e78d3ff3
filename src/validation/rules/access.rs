//! What an access token is good for, and how it is shown: `scope` (RFC 6749 section 3.3), `token_type` (RFC 7662 section 2.2).

use super::ClaimChecks;
use crate::validation::claim_name::ClaimName;
use crate::validation::{ValidationError, ValidationErrorKind};

impl ClaimChecks<'_> {
    /// Every scope that is demanded is there.
    pub(super) fn scope(&self) -> Result<(), ValidationError> {
        let demanded = &self.options.rules.settings.required_scopes;
        let Some(missing) = demanded.iter().find(|scope| !self.claims.has_scope(scope)) else { return Ok(()) };
        let found: Vec<_> = self.claims.scopes().take(8).collect();
        let rejected = self.reject(ValidationErrorKind::InsufficientScope).claim_named("scope").expecting(missing.clone());
        match found.as_slice() {
            [] => Err(rejected.hinting(Some("the token states no scope"))),
            found => Err(rejected.finding(&found.join(" "))),
        }
    }

    /// How the server says that the token is to be shown: as a bearer token, or with a DPoP proof and then bound to its key. In a JWT the
    /// claim has no meaning.
    pub(super) fn token_type(&self) -> Result<(), ValidationError> {
        if self.algorithm.is_some() {
            return Ok(());
        }
        let Some(found) = self.filled_text(ClaimName::TokenType)? else { return Ok(()) };
        let bound = self.claims.value(ClaimName::Cnf).and_then(|cnf| cnf.members()).into_iter().flatten().any(|(name, _)| name == "jkt");
        if found.eq_ignore_ascii_case("bearer") {
            if !bound || self.options.skips(ClaimName::Cnf) {
                return Ok(());
            }
            // RFC 9449 section 6.2: the response contradicts itself, and the weaker reading would let a bound token pass as a bearer token.
            let rejected = self.reject(ValidationErrorKind::WrongTokenKind).claim_named(ClaimName::TokenType.as_str());
            return Err(rejected.expecting("DPoP, as `cnf.jkt` is there").finding(&found));
        }
        if !found.eq_ignore_ascii_case("dpop") {
            let rejected = self.reject(ValidationErrorKind::WrongTokenKind).claim_named(ClaimName::TokenType.as_str());
            return Err(rejected.expecting("Bearer or DPoP").finding(&found));
        }
        if bound || self.options.skips(ClaimName::Cnf) {
            return Ok(());
        }
        let rejected = self.reject(ValidationErrorKind::BindingMissing).claim_named("cnf");
        Err(rejected.expecting("`jkt`, as the token type is DPoP"))
    }
}
