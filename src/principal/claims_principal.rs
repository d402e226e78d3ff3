//! A caller: one identity, or several of them.

use super::{Claim, ClaimsIdentity};

/// A caller with its identities; questions go to all of them, the first response counts.
///
/// # Example
/// ```
/// use identity_model::principal::{Claim, ClaimsIdentity, ClaimsPrincipal};
///
/// let identity = ClaimsIdentity::builder().claims([Claim::new("role", "auditor")]).authentication_type("Bearer").build();
/// let principal = ClaimsPrincipal::new(identity);
/// assert!(principal.is_authenticated() && principal.is_in_role("auditor"));
/// assert_eq!(principal.name(), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClaimsPrincipal {
    identities: Vec<ClaimsIdentity>,
}

impl ClaimsPrincipal {
    /// A caller with one identity.
    pub fn new(identity: ClaimsIdentity) -> Self {
        Self { identities: vec![identity] }
    }

    /// A caller with no identity: not authenticated, without claims.
    pub fn anonymous() -> Self {
        Self::default()
    }

    /// The same caller with one more identity, behind the others.
    #[must_use]
    pub fn with_identity(mut self, identity: ClaimsIdentity) -> Self {
        self.identities.push(identity);
        self
    }

    /// The identities, in order.
    pub fn identities(&self) -> &[ClaimsIdentity] {
        &self.identities
    }

    /// The first identity.
    pub fn identity(&self) -> Option<&ClaimsIdentity> {
        self.identities.first()
    }

    /// Whether one of the identities is authenticated.
    pub fn is_authenticated(&self) -> bool {
        self.identities.iter().any(ClaimsIdentity::is_authenticated)
    }

    /// The name that the first identity with one has, see [`ClaimsIdentity::name`].
    pub fn name(&self) -> Option<&str> {
        self.identities.iter().find_map(ClaimsIdentity::name)
    }

    /// Whether one of the identities has this role, each by its own role claim type.
    pub fn is_in_role(&self, role: &str) -> bool {
        self.identities.iter().any(|identity| identity.is_in_role(role))
    }

    /// The claims of all identities.
    pub fn claims(&self) -> impl Iterator<Item = &Claim> {
        self.identities.iter().flat_map(ClaimsIdentity::claims)
    }

    /// The first claim of this type.
    pub fn find_first(&self, claim_type: &str) -> Option<&Claim> {
        self.identities.iter().find_map(|identity| identity.find_first(claim_type))
    }

    /// Every claim of this type.
    pub fn find_all<'a>(&'a self, claim_type: &'a str) -> impl Iterator<Item = &'a Claim> {
        self.claims().filter(move |claim| claim.claim_type() == claim_type)
    }

    /// Whether there is a claim of this type with exactly this value.
    pub fn has_claim(&self, claim_type: &str, value: &str) -> bool {
        self.identities.iter().any(|identity| identity.has_claim(claim_type, value))
    }
}

impl From<ClaimsIdentity> for ClaimsPrincipal {
    fn from(identity: ClaimsIdentity) -> Self {
        Self::new(identity)
    }
}
