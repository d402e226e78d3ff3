//! What the builder of the options has beyond one setter a member: rules of the caller's own, switches, the finish.

use std::sync::Arc;

use super::adjust::{RulesAdjustment, TokenRules};
use super::{Rules, Settings, TokenValidationOptions, TokenValidationOptionsBuilder, token_validation_options_builder};
use crate::builder_state::Unset;
use crate::jose::{AlgorithmSet, JweDecrypter, JwsVerifier};
use crate::validation::claim_name::{ClaimName, ClaimSet};
use crate::validation::claim_presence::ClaimPresence;
use crate::validation::custom::Rule;
use crate::validation::{AsyncClaimValidator, ClaimRejection, ClaimValidator, ClaimValidators, Claims, ExpectedAudience, ExpectedIssuer};

impl<S: token_validation_options_builder::State> TokenValidationOptionsBuilder<S> {
    /// The claim `name` must be there, whatever its value. May be said any number of times.
    pub fn required_claim(mut self, name: impl Into<String>) -> Self {
        self.required_claims.push(name.into());
        self
    }

    /// The scope `name` must be among those of an access token (RFC 6749 section 3.3): in `scope`, or in `scp` where there is no `scope`. May
    /// be said any number of times; each is demanded. Default: none, and scopes are the application's to look at.
    pub fn required_scope(mut self, name: impl Into<String>) -> Self {
        self.required_scopes.push(name.into());
        self
    }

    /// Adds a rule of the caller's own. They run in the order they were added, after the standard ones.
    pub fn claim_validator(mut self, validator: impl ClaimValidator + 'static) -> Self {
        self.validators.push(Arc::new(validator));
        self
    }

    /// Adds a function as a rule of the caller's own.
    pub fn claim_rule(
        self,
        name: impl Into<String>,
        check: impl Fn(&Claims) -> Result<(), ClaimRejection> + Send + Sync + 'static,
    ) -> Self {
        self.claim_validator(Rule { name: name.into(), check })
    }

    /// Adds a rule of the caller's own that has to be waited for. They run last, one after the other.
    pub fn async_claim_validator(mut self, validator: impl AsyncClaimValidator + 'static) -> Self {
        self.async_validators.push(Arc::new(validator));
        self
    }

    /// Adds rules that were collected before.
    pub(crate) fn claim_validators(mut self, validators: &ClaimValidators) -> Self {
        self.validators.extend(validators.immediate.iter().cloned());
        self.async_validators.extend(validators.awaited.iter().cloned());
        self
    }

    /// Rejects tokens that are not encrypted: for a client that has registered for encryption (OpenID Connect Core section 3.1.3.7
    /// step 1). Default: decryption keys allow encryption and do not demand it.
    pub fn require_encryption(mut self) -> Self {
        self.encryption_required = true;
        self
    }

    /// Accepts an ID token with any audience beside this client, as long as `azp` names this client: every other audience could show the token
    /// here too. Default: only [`trusted_audiences`](Self::trusted_audiences).
    pub fn danger_any_additional_audience(mut self) -> Self {
        self.any_additional_audience = true;
        self
    }

    /// Demands that an access token be bound to a key or certificate (`cnf`). Default: a bearer is fine.
    pub fn require_cnf(mut self) -> Self {
        self.switches.require(ClaimName::Cnf);
        self
    }

    /// Does not look at `cnf`: a token that was stolen from its holder is accepted as a plain bearer. Only behind a gateway that checks.
    pub fn danger_skip_cnf(mut self) -> Self {
        self.switches.skip(ClaimName::Cnf);
        self
    }

    /// Accepts tokens of any issuer; see [`ExpectedIssuer::danger_any`].
    pub fn danger_any_issuer(self) -> TokenValidationOptionsBuilder<token_validation_options_builder::SetIssuer<S>>
    where
        S::Issuer: Unset,
    {
        self.issuer(ExpectedIssuer::danger_any())
    }

    /// Accepts tokens for any audience; see [`ExpectedAudience::danger_any`].
    pub fn danger_any_audience(self) -> TokenValidationOptionsBuilder<token_validation_options_builder::SetAudience<S>>
    where
        S::Audience: Unset,
    {
        self.audience(ExpectedAudience::danger_any())
    }

    /// The finished options. Settings that cannot accept any token (no algorithm, no issuer) are reported by the first validation.
    pub fn build(self) -> TokenValidationOptions
    where
        S: token_validation_options_builder::IsComplete,
    {
        self.build_adjusted(None)
    }

    fn switches_mut(&mut self) -> &mut ClaimPresence {
        &mut self.switches
    }

    /// The finished options, adjusted by a function of the application's.
    pub(crate) fn build_adjusted(self, adjustment: Option<&RulesAdjustment>) -> TokenValidationOptions
    where
        S: token_validation_options_builder::IsComplete,
    {
        let settings = self.assemble();
        let settings = match adjustment {
            Some(adjustment) => adjustment.apply(TokenRules::new(settings)).into_settings(),
            None => settings,
        };
        TokenValidationOptions::of(settings)
    }
}

impl TokenValidationOptions {
    /// The same rules by other algorithms.
    pub(crate) fn with_algorithms(&self, algorithms: AlgorithmSet) -> Self {
        let settings = Settings { algorithms: Some(algorithms), ..self.rules.settings.clone() };
        Self { expected: self.expected.clone(), ..Self::of(settings) }
    }

    fn of(settings: Settings) -> Self {
        let switches = settings.switches;
        let demanded = |by_itself: ClaimSet| by_itself.union(switches.required).without(switches.optional);
        let (required, required_of_answer) = (demanded(settings.kind.profile().required), demanded(ClaimSet::OF_ANSWER));
        let algorithms = settings.algorithms.unwrap_or_else(|| settings.kind.default_algorithms());
        let verifier = match &settings.provider {
            Some(provider) => JwsVerifier::with_provider(algorithms, Arc::clone(provider)),
            None => JwsVerifier::new(algorithms),
        };
        let verifier = verifier.map(|verifier| verifier.with_key_selection(settings.key_selection));
        let decrypter = settings.decryption_keys.clone();
        let decrypter =
            decrypter.map(|keys| JweDecrypter::new(keys, settings.key_management_algorithms, settings.content_encryption_algorithms));
        let decrypter = decrypter.map(|decrypter| Ok(decrypter?.with_key_selection(settings.key_selection)));
        Self { rules: Arc::new(Rules { settings, required, required_of_answer, verifier, decrypter }), expected: None }
    }
}

/// Writes the switches of every claim for a type that hands them out by `switches_mut`.
macro_rules! switches {
    ([$($generics:tt)*] $target:ty, $($name:ident, $text:literal, $require:ident, $allow_missing:ident, $skip:ident;)*) => {
        /// Claim by claim: demand it, let it be absent, or do not look at it. The last word counts.
        impl $($generics)* $target {$(
            #[doc = concat!("Demands `", $text, "`. Default: as the kind of token says ([`TokenKind`](crate::validation::TokenKind)).")]
            pub fn $require(mut self) -> Self {
                self.switches_mut().require($crate::validation::claim_name::ClaimName::$name);
                self
            }

            #[doc = concat!("Lets `", $text, "` be absent even where the kind of token demands it; a present one is judged.")]
            pub fn $allow_missing(mut self) -> Self {
                self.switches_mut().allow_missing($crate::validation::claim_name::ClaimName::$name);
                self
            }

            #[doc = concat!("Does not look at `", $text, "` at all, be it absent, wrong or malformed.")]
            pub fn $skip(mut self) -> Self {
                self.switches_mut().skip($crate::validation::claim_name::ClaimName::$name);
                self
            }
        )*}
    };
}

/// The rows of the switches.
macro_rules! switched_claims {
    ($then:path, $($target:tt)*) => {
        $then! {
            $($target)*,
            Iss, "iss", require_iss, danger_allow_missing_iss, danger_skip_iss;
            Sub, "sub", require_sub, danger_allow_missing_sub, danger_skip_sub;
            Aud, "aud", require_aud, danger_allow_missing_aud, danger_skip_aud;
            Exp, "exp", require_exp, danger_allow_missing_exp, danger_skip_exp;
            Nbf, "nbf", require_nbf, danger_allow_missing_nbf, danger_skip_nbf;
            Iat, "iat", require_iat, danger_allow_missing_iat, danger_skip_iat;
            Jti, "jti", require_jti, danger_allow_missing_jti, danger_skip_jti;
            AtHash, "at_hash", require_at_hash, danger_allow_missing_at_hash, danger_skip_at_hash;
            SHash, "s_hash", require_s_hash, danger_allow_missing_s_hash, danger_skip_s_hash;
            AuthTime, "auth_time", require_auth_time, danger_allow_missing_auth_time, danger_skip_auth_time;
            Azp, "azp", require_azp, danger_allow_missing_azp, danger_skip_azp;
            ClientId, "client_id", require_client_id, danger_allow_missing_client_id, danger_skip_client_id;
        }
    };
}

switched_claims!(switches, [<S: token_validation_options_builder::State>] TokenValidationOptionsBuilder<S>);

pub(super) use {switched_claims, switches};
