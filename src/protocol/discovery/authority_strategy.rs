//! The strategy a policy was given: part of its value, built-in or custom.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::authority::{AuthorityValidationStrategy, AuthorityViolation};
use super::strategy::{IssuerTemplateStrategy, OneOfIssuersStrategy, StringComparisonStrategy, UrlStrategy};

/// The strategy inside a policy. Built-in ones compare by value, foreign ones by the identity of their `Arc`.
///
/// Made by `into()` from a built-in strategy, or from an `Arc` of any [`AuthorityValidationStrategy`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AuthorityStrategy(Kind);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Text(StringComparisonStrategy),
    Url(UrlStrategy),
    Template(IssuerTemplateStrategy),
    OneOf(OneOfIssuersStrategy),
    Foreign(Foreign),
}

impl AuthorityStrategy {
    /// The `iss` to expect in a token: `document_issuer` verbatim, or what an issuer template makes of the token's `tid`.
    ///
    /// None where the template needs a `tid` and there is none, or one that is no tenant identifier.
    pub fn expected_token_issuer<'i>(&self, document_issuer: &'i str, tid: Option<&str>) -> Option<Cow<'i, str>> {
        match &self.0 {
            Kind::Template(template) => template.issuer_for(tid?).map(Cow::Owned),
            _ => Some(Cow::Borrowed(document_issuer)),
        }
    }

    /// The issuers that would be accepted, as far as the strategy lets one know.
    pub(super) fn expected_issuers<'i>(&'i self, authority: &'i str) -> Vec<&'i str> {
        match &self.0 {
            Kind::OneOf(strategy) => strategy.issuers().iter().map(String::as_str).collect(),
            Kind::Template(strategy) => vec![strategy.template()],
            _ => vec![authority],
        }
    }

    /// The issuers accepted by name, where the strategy is a [`OneOfIssuersStrategy`].
    pub(super) fn named_issuers(&self) -> &[String] {
        if let Kind::OneOf(strategy) = &self.0 { strategy.issuers() } else { &[] }
    }

    /// The template, where the strategy is an [`IssuerTemplateStrategy`].
    pub(crate) fn template(&self) -> Option<&str> {
        if let Kind::Template(strategy) = &self.0 { Some(strategy.template()) } else { None }
    }

    fn inner(&self) -> &dyn AuthorityValidationStrategy {
        match &self.0 {
            Kind::Text(strategy) => strategy,
            Kind::Url(strategy) => strategy,
            Kind::Template(strategy) => strategy,
            Kind::OneOf(strategy) => strategy,
            Kind::Foreign(Foreign(strategy)) => &**strategy,
        }
    }
}

impl AuthorityValidationStrategy for AuthorityStrategy {
    fn validate_issuer(&self, issuer: &str, expected_authority: &str) -> Result<(), AuthorityViolation> {
        self.inner().validate_issuer(issuer, expected_authority)
    }

    fn validate_endpoint(&self, endpoint: &str, allowed_authorities: &[String]) -> Result<(), AuthorityViolation> {
        self.inner().validate_endpoint(endpoint, allowed_authorities)
    }
}

impl Default for AuthorityStrategy {
    fn default() -> Self {
        Self(Kind::Text(StringComparisonStrategy::ordinal()))
    }
}

impl From<StringComparisonStrategy> for AuthorityStrategy {
    fn from(strategy: StringComparisonStrategy) -> Self {
        Self(Kind::Text(strategy))
    }
}

impl From<UrlStrategy> for AuthorityStrategy {
    fn from(strategy: UrlStrategy) -> Self {
        Self(Kind::Url(strategy))
    }
}

impl From<IssuerTemplateStrategy> for AuthorityStrategy {
    fn from(strategy: IssuerTemplateStrategy) -> Self {
        Self(Kind::Template(strategy))
    }
}

impl From<OneOfIssuersStrategy> for AuthorityStrategy {
    fn from(strategy: OneOfIssuersStrategy) -> Self {
        Self(Kind::OneOf(strategy))
    }
}

impl From<Arc<dyn AuthorityValidationStrategy>> for AuthorityStrategy {
    fn from(strategy: Arc<dyn AuthorityValidationStrategy>) -> Self {
        Self(Kind::Foreign(Foreign(strategy)))
    }
}

impl<S: AuthorityValidationStrategy + 'static> From<Arc<S>> for AuthorityStrategy {
    fn from(strategy: Arc<S>) -> Self {
        Self(Kind::Foreign(Foreign(strategy)))
    }
}

/// A strategy of the caller's, compared by the place where it lives.
#[derive(Clone)]
struct Foreign(Arc<dyn AuthorityValidationStrategy>);

impl Foreign {
    fn identity(&self) -> *const () {
        Arc::as_ptr(&self.0).cast()
    }
}

impl PartialEq for Foreign {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.identity(), other.identity())
    }
}

impl Eq for Foreign {}

impl Hash for Foreign {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Foreign")
    }
}
