//! Who may have made a token: OpenID Connect Core section 3.1.3.7 step 2, RFC 9068 section 4.

use std::fmt;
use std::sync::Arc;

/// The issuers whose tokens are accepted, compared code point by code point with `iss`.
///
/// A text is one issuer, a list is an allow-list. There is no normalising: `https://a` and `https://a/` are two issuers.
///
/// # Example
/// ```
/// use identity_model::validation::ExpectedIssuer;
///
/// let one = ExpectedIssuer::from("https://issuer.example.com");
/// assert!(one.accepts("https://issuer.example.com", None));
/// assert!(!one.accepts("https://issuer.example.com/", None));
///
/// let tenants = ExpectedIssuer::template("https://login.example.com/{tenantid}/v2.0").with_tenants(["t-1"]);
/// assert!(tenants.accepts("https://login.example.com/t-1/v2.0", Some("t-1")));
/// assert!(!tenants.accepts("https://login.example.com/t-1/v2.0", Some("t-2")));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ExpectedIssuer(Expected);

#[derive(Clone, PartialEq, Eq)]
enum Expected {
    OneOf(Arc<[Box<str>]>),
    Template { before: Arc<str>, after: Arc<str>, tenants: Option<Arc<[Box<str>]>> },
    BrokenTemplate,
    Any,
}

/// Where a template takes the tenant.
pub(super) const PLACEHOLDER: &str = "{tenantid}";

impl ExpectedIssuer {
    /// Exactly this issuer.
    pub fn exact(issuer: impl Into<String>) -> Self {
        Self::one_of([issuer])
    }

    /// One of these issuers. An empty list accepts none.
    pub fn one_of(issuers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(Expected::OneOf(boxed(issuers)))
    }

    /// The issuers that `template` stands for: its `{tenantid}` is replaced by the token's own `tid`, as Microsoft Entra does for
    /// applications of many tenants.
    ///
    /// The placeholder comes once and below the host, so the host stays exact; a template without it, or with it elsewhere, accepts
    /// nothing. **Every tenant of the provider is accepted** unless [`with_tenants`](Self::with_tenants) says which.
    pub fn template(template: impl AsRef<str>) -> Self {
        let whole = template.as_ref();
        let below_host = |before: &str| before.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
        match whole.split_once(PLACEHOLDER) {
            Some((before, after)) if below_host(before) && !after.contains(PLACEHOLDER) => {
                Self(Expected::Template { before: before.into(), after: after.into(), tenants: None })
            }
            _ => Self(Expected::BrokenTemplate),
        }
    }

    /// Any issuer at all: whoever's key verifies the signature is believed. Only where the keys themselves say who it is.
    pub fn danger_any() -> Self {
        Self(Expected::Any)
    }

    /// The issuer of an accepted document: what it stands for where it is a template (which a policy accepts by opt-in alone), else exactly it.
    pub(crate) fn of_document(issuer: &str) -> Self {
        if issuer.contains(PLACEHOLDER) { Self::template(issuer) } else { Self::exact(issuer) }
    }

    /// Whether an answer may name this issuer where there is no `tid` to say which tenant it is.
    pub(crate) fn accepts_any_tenant(&self, issuer: &str) -> bool {
        match &self.0 {
            Expected::Template { before, after, .. } => {
                let tenant = issuer.strip_prefix(&**before).and_then(|rest| rest.strip_suffix(&**after));
                self.accepts(issuer, tenant)
            }
            _ => self.accepts(issuer, None),
        }
    }

    /// The same template for these tenants alone. Nothing changes where there is no template.
    #[must_use]
    pub fn with_tenants(mut self, allowed: impl IntoIterator<Item = impl Into<String>>) -> Self {
        if let Expected::Template { tenants, .. } = &mut self.0 {
            *tenants = Some(boxed(allowed));
        }
        self
    }

    /// Whether tokens with this `iss` (and this `tid`, for a template) are accepted.
    pub fn accepts(&self, issuer: &str, tenant: Option<&str>) -> bool {
        match &self.0 {
            Expected::OneOf(issuers) => issuers.iter().any(|expected| **expected == *issuer),
            Expected::Template { before, after, tenants } => {
                let named = issuer.strip_prefix(&**before).and_then(|rest| rest.strip_suffix(&**after));
                let allowed = |tenant: &str| tenants.as_ref().is_none_or(|allowed| allowed.iter().any(|name| **name == *tenant));
                named.is_some_and(|named| tenant == Some(named) && is_tenant(named) && allowed(named))
            }
            Expected::BrokenTemplate => false,
            Expected::Any => true,
        }
    }

    /// The issuers of the allow-list; empty for a template and for any.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        let list = match &self.0 {
            Expected::OneOf(issuers) => &**issuers,
            _ => &[],
        };
        list.iter().map(|issuer| &**issuer)
    }

    /// Whether the token's tenant has a say.
    pub(super) fn is_template(&self) -> bool {
        matches!(self.0, Expected::Template { .. })
    }

    /// Whether no token at all could be accepted.
    pub(super) fn accepts_none(&self) -> bool {
        match &self.0 {
            Expected::OneOf(issuers) => issuers.is_empty(),
            Expected::Template { tenants, .. } => tenants.as_ref().is_some_and(|tenants| tenants.is_empty()),
            Expected::BrokenTemplate => true,
            Expected::Any => false,
        }
    }

    /// A hint where `found` misses an expected issuer by one slash at its end.
    pub(super) fn slash_hint(&self, found: &str) -> Option<&'static str> {
        let differs = |expected: &str| expected.strip_suffix('/') == Some(found) || found.strip_suffix('/') == Some(expected);
        self.issuers()
            .any(differs)
            .then_some("they differ in the slash at the end alone; issuers are compared exactly, state it as the token has it")
    }
}

/// What Entra and its like use for tenants: letters, digits and hyphens.
fn is_tenant(name: &str) -> bool {
    !name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn boxed(names: impl IntoIterator<Item = impl Into<String>>) -> Arc<[Box<str>]> {
    names.into_iter().map(|name| name.into().into_boxed_str()).collect()
}

impl fmt::Display for ExpectedIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Expected::OneOf(issuers) => f.write_str(&issuers.join(" or ")),
            Expected::Template { before, after, .. } => write!(f, "{before}{PLACEHOLDER}{after}"),
            Expected::BrokenTemplate => f.write_str("nothing (a template with one {tenantid} below the host was expected)"),
            Expected::Any => f.write_str("any issuer"),
        }
    }
}

impl fmt::Debug for ExpectedIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExpectedIssuer({self})")
    }
}

impl From<&str> for ExpectedIssuer {
    fn from(issuer: &str) -> Self {
        Self::exact(issuer)
    }
}

impl From<String> for ExpectedIssuer {
    fn from(issuer: String) -> Self {
        Self::exact(issuer)
    }
}

impl From<&String> for ExpectedIssuer {
    fn from(issuer: &String) -> Self {
        Self::exact(issuer)
    }
}

impl<T: Into<String>, const N: usize> From<[T; N]> for ExpectedIssuer {
    fn from(issuers: [T; N]) -> Self {
        Self::one_of(issuers)
    }
}

impl<T: Into<String>> From<Vec<T>> for ExpectedIssuer {
    fn from(issuers: Vec<T>) -> Self {
        Self::one_of(issuers)
    }
}
