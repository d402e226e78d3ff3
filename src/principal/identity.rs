//! Claims that belong together: one identity, from one source.

use super::Claim;

/// The claims of one source about one caller, and which of them are its name and its roles.
///
/// An identity counts as authenticated once it has an authentication type; one without is a set of claims without a source.
/// Types and values are compared exactly, letter by letter.
///
/// # Example
/// ```
/// use identity_model::principal::{Claim, ClaimsIdentity};
///
/// let identity = ClaimsIdentity::builder()
///     .claims([Claim::new("name", "Alice"), Claim::new("groups", "admins"), Claim::new("groups", "staff")])
///     .authentication_type("Bearer")
///     .role_claim_type("groups")
///     .build();
/// assert!(identity.is_authenticated());
/// assert_eq!(identity.name(), Some("Alice"));
/// assert!(identity.is_in_role("staff"));
/// assert_eq!(identity.find_all("groups").count(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, bon::Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct ClaimsIdentity {
    /// The claims, in order. Default: none.
    #[builder(default, with = |claims: impl IntoIterator<Item = Claim>| claims.into_iter().collect())]
    claims: Vec<Claim>,
    /// How the caller was authenticated, for instance `Bearer`. Default: none, so the identity is not authenticated.
    authentication_type: Option<String>,
    /// The type of the claim that is the name. Default: `name`.
    #[builder(default = "name".to_owned())]
    name_claim_type: String,
    /// The type of the claims that are roles. Default: `role`.
    #[builder(default = "role".to_owned())]
    role_claim_type: String,
}

impl ClaimsIdentity {
    /// The claims, in order.
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// How the caller was authenticated; `None` where it was not.
    pub fn authentication_type(&self) -> Option<&str> {
        self.authentication_type.as_deref()
    }

    /// The type of the claim that is the name.
    pub fn name_claim_type(&self) -> &str {
        &self.name_claim_type
    }

    /// The type of the claims that are roles.
    pub fn role_claim_type(&self) -> &str {
        &self.role_claim_type
    }

    /// Whether there is an authentication type.
    pub fn is_authenticated(&self) -> bool {
        self.authentication_type.as_ref().is_some_and(|name| !name.is_empty())
    }

    /// The value of the first claim of the name's type.
    ///
    /// There is no falling back to `preferred_username`, `email` or `sub`: a name whose meaning depends on which claims happen to be
    /// there could be chosen by the user. Name another claim type to use one of them.
    pub fn name(&self) -> Option<&str> {
        self.find_first(&self.name_claim_type).map(Claim::value)
    }

    /// Whether one of the claims of the role's type has exactly this value.
    pub fn is_in_role(&self, role: &str) -> bool {
        self.has_claim(&self.role_claim_type, role)
    }

    /// The values of all claims of the role's type.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.find_all(&self.role_claim_type).map(Claim::value)
    }

    /// The first claim of this type.
    pub fn find_first(&self, claim_type: &str) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.claim_type() == claim_type)
    }

    /// Every claim of this type, in order.
    pub fn find_all<'a>(&'a self, claim_type: &'a str) -> impl Iterator<Item = &'a Claim> {
        self.claims.iter().filter(move |claim| claim.claim_type() == claim_type)
    }

    /// Whether there is a claim of this type with exactly this value.
    pub fn has_claim(&self, claim_type: &str, value: &str) -> bool {
        self.find_all(claim_type).any(|claim| claim.value() == value)
    }
}
