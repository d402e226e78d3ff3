//! Rules of the caller's own, over the claims of a token whose every standard rule has passed.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::Claims;

/// A rule of the caller's own. It runs after every standard rule, so the claims are the issuer's and current.
///
/// # Example
/// ```
/// use identity_model::validation::{ClaimRejection, ClaimValidator, Claims, TokenValidationOptions};
///
/// struct Tenant(&'static str);
///
/// impl ClaimValidator for Tenant {
///     fn name(&self) -> &str {
///         "tenant"
///     }
///     fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection> {
///         match claims.try_get_str("tenant") {
///             Some(tenant) if tenant == self.0 => Ok(()),
///             _ => Err(ClaimRejection::new("another tenant").on_claim("tenant")),
///         }
///     }
/// }
///
/// let options = TokenValidationOptions::access_token()
///     .issuer("https://issuer.example.com")
///     .audience("api")
///     .claim_validator(Tenant("acme"))
///     .claim_rule("verified mail", |claims| match claims.try_get_boolean("email_verified") {
///         Some(true) => Ok(()),
///         _ => Err(ClaimRejection::new("the mail address is not verified")),
///     })
///     .build();
/// ```
pub trait ClaimValidator: Send + Sync {
    /// The name of the rule, for its error.
    fn name(&self) -> &str;

    /// Judges the claims.
    ///
    /// # Errors
    /// [`ClaimRejection`] rejects the token.
    fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection>;
}

/// A rule of the caller's own that has to wait for its verdict: a session store, a revocation list.
///
/// It runs last, in [`Verified::check_async`](super::Verified::check_async); where nothing can be awaited, options that hold one accept no token.
///
/// # Example
/// ```
/// use identity_model::validation::{AsyncClaimValidator, ClaimRejection, Claims, TokenValidationOptions};
///
/// struct Sessions;
///
/// #[async_trait::async_trait]
/// impl AsyncClaimValidator for Sessions {
///     fn name(&self) -> &str {
///         "sessions"
///     }
///     async fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection> {
///         match claims.session_id() {
///             Some(_) => Ok(()), // asks the session store
///             None => Err(ClaimRejection::new("no session").on_claim("sid")),
///         }
///     }
/// }
///
/// let options = TokenValidationOptions::id_token()
///     .issuer("https://issuer.example.com")
///     .audience("client-abc")
///     .async_claim_validator(Sessions)
///     .build();
/// assert!(options.has_async_validators());
/// ```
#[async_trait]
pub trait AsyncClaimValidator: Send + Sync {
    /// The name of the rule, for its error.
    fn name(&self) -> &str;

    /// Judges the claims.
    ///
    /// # Errors
    /// [`ClaimRejection`] rejects the token.
    async fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection>;
}

/// A validator's rejection. Its reason goes to the log: no secrets in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimRejection {
    reason: Cow<'static, str>,
    claim: Option<Cow<'static, str>>,
}

impl ClaimRejection {
    /// Rejects for this reason.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { reason: reason.into(), claim: None }
    }

    /// The same, naming the claim at fault.
    #[must_use]
    pub fn on_claim(mut self, claim: impl Into<Cow<'static, str>>) -> Self {
        self.claim = Some(claim.into());
        self
    }

    /// The reason.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The claim at fault, where the validator named one.
    pub fn claim(&self) -> Option<&str> {
        self.claim.as_deref()
    }
}

impl ClaimRejection {
    pub(super) fn into_claim(self) -> Option<Cow<'static, str>> {
        self.claim
    }
}

impl fmt::Display for ClaimRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for ClaimRejection {}

/// Rules of the caller's own, kept for options that are made later.
#[derive(Clone, Default)]
pub(crate) struct ClaimValidators {
    pub(super) immediate: Vec<Arc<dyn ClaimValidator>>,
    pub(super) awaited: Vec<Arc<dyn AsyncClaimValidator>>,
}

impl ClaimValidators {
    pub(crate) fn add(&mut self, validator: impl ClaimValidator + 'static) {
        self.immediate.push(Arc::new(validator));
    }

    pub(crate) fn add_rule(&mut self, name: String, check: impl Fn(&Claims) -> Result<(), ClaimRejection> + Send + Sync + 'static) {
        self.add(Rule { name, check });
    }

    pub(crate) fn add_awaited(&mut self, validator: impl AsyncClaimValidator + 'static) {
        self.awaited.push(Arc::new(validator));
    }

    /// The name of one that has to be awaited, if there is one.
    pub(crate) fn awaited_name(&self) -> Option<&str> {
        self.awaited.first().map(|validator| validator.name())
    }
}

impl fmt::Debug for ClaimValidators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.immediate.iter().map(|validator| validator.name()).chain(self.awaited.iter().map(|validator| validator.name()));
        f.debug_list().entries(names).finish()
    }
}

/// A function as a rule.
pub(super) struct Rule<F> {
    pub(super) name: String,
    pub(super) check: F,
}

impl<F> ClaimValidator for Rule<F>
where
    F: Fn(&Claims) -> Result<(), ClaimRejection> + Send + Sync,
{
    fn name(&self) -> &str {
        &self.name
    }

    fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection> {
        (self.check)(claims)
    }
}
