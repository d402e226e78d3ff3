//! Whom a token must be for: RFC 7519 section 4.1.3, OpenID Connect Core section 3.1.3.7 step 3.

use std::fmt;
use std::sync::Arc;

/// The audiences under which this application is known; a token must be for at least one of them.
///
/// For an ID token it is the client id, for an access token the resource's identifier. Compared exactly.
///
/// # Example
/// ```
/// use identity_model::validation::ExpectedAudience;
///
/// let audience = ExpectedAudience::from(["reports-api", "https://reports.example.com"]);
/// assert!(audience.accepts("reports-api") && !audience.accepts("Reports-API"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ExpectedAudience(Option<Arc<[Box<str>]>>);

impl ExpectedAudience {
    /// One of these. An empty list accepts nothing.
    pub fn one_of(audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(Some(audiences.into_iter().map(|audience| audience.into().into_boxed_str()).collect()))
    }

    /// Any audience at all: a token made for another recipient is accepted too.
    pub fn danger_any() -> Self {
        Self(None)
    }

    /// Whether this one is among the expected.
    pub fn accepts(&self, audience: &str) -> bool {
        self.0.as_ref().is_none_or(|expected| expected.iter().any(|name| **name == *audience))
    }

    /// Whether there is no expectation.
    pub(super) fn is_any(&self) -> bool {
        self.0.is_none()
    }

    /// The audiences; empty where any is accepted.
    pub(crate) fn listed(&self) -> &[Box<str>] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether no token at all could be accepted.
    pub(super) fn accepts_none(&self) -> bool {
        self.0.as_ref().is_some_and(|expected| expected.is_empty())
    }
}

impl fmt::Display for ExpectedAudience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(expected) => f.write_str(&expected.join(" or ")),
            None => f.write_str("any audience"),
        }
    }
}

impl fmt::Debug for ExpectedAudience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExpectedAudience({self})")
    }
}

impl From<&str> for ExpectedAudience {
    fn from(audience: &str) -> Self {
        Self::one_of([audience])
    }
}

impl From<String> for ExpectedAudience {
    fn from(audience: String) -> Self {
        Self::one_of([audience])
    }
}

impl From<&String> for ExpectedAudience {
    fn from(audience: &String) -> Self {
        Self::one_of([audience])
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for ExpectedAudience {
    fn from(audiences: [T; N]) -> Self {
        Self::one_of(audiences)
    }
}

impl<T: Into<String>> From<Vec<T>> for ExpectedAudience {
    fn from(audiences: Vec<T>) -> Self {
        Self::one_of(audiences)
    }
}
