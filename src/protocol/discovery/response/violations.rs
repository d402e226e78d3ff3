//! Everything that a policy rejects about one document.

use std::fmt;

use crate::protocol::discovery::PolicyViolation;

/// How many violations `Display` and `Debug` write out: a document may have as many endpoints as fit into it.
const SHOWN: usize = 16;

/// Everything that a policy rejects about one document; never empty.
///
/// `Display` writes each violation with the call that would allow it; `Display` and `Debug` stop after the first sixteen.
///
/// # Example
/// ```
/// use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
///
/// let document = r#"{"issuer": "https://idp.example.com", "token_endpoint": "https://api.example.net/token"}"#;
/// let disco = DiscoveryDocumentResponse::parse(document, "https://idp.example.com", DiscoveryPolicy::strict())?;
/// let violations = disco.validate().unwrap_err();
/// let members: Vec<_> = violations.iter().map(|violation| violation.member()).collect();
/// assert_eq!(members[..2], ["token_endpoint", "authorization_endpoint"]);
/// # Ok::<(), identity_model::error::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DiscoveryViolations {
    first: PolicyViolation,
    rest: Vec<PolicyViolation>,
}

impl DiscoveryViolations {
    /// `Err` with all of them if there are any.
    pub(super) fn unless_none(violations: impl IntoIterator<Item = PolicyViolation>) -> Result<(), Self> {
        let mut violations = violations.into_iter();
        match violations.next() {
            Some(first) => Err(Self { first, rest: violations.collect() }),
            None => Ok(()),
        }
    }

    /// The first.
    pub fn first(&self) -> &PolicyViolation {
        &self.first
    }

    /// All of them: the issuer's, the endpoints' in the order of the document, the missing members'.
    pub fn iter(&self) -> impl Iterator<Item = &PolicyViolation> {
        std::iter::once(&self.first).chain(&self.rest)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.rest.len() + 1
    }
}

impl fmt::Display for DiscoveryViolations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policy refuses the discovery document: {}", self.first)?;
        self.rest.iter().take(SHOWN - 1).try_for_each(|violation| write!(f, "; {violation}"))?;
        match self.count().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

impl fmt::Debug for DiscoveryViolations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.iter().take(SHOWN).collect::<Vec<_>>();
        f.debug_struct("DiscoveryViolations").field("count", &self.count()).field("first", &shown).finish_non_exhaustive()
    }
}

impl std::error::Error for DiscoveryViolations {}
