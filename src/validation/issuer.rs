//! Who may have made a token: OpenID Connect Core section 3.1.3.7 step 2, RFC 9068 section 4.

use std::fmt;
use std::sync::Arc;

/// The issuers whose tokens are accepted, compared code point by code point with `iss`.
///
/// A text is one issuer, a list is an allow-list; templates and functions accept more, and all of them can be [joined](Self::or). There is no
/// normalising: `https://a` and `https://a/` are two issuers.
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
pub struct ExpectedIssuer(Arc<[Alternative]>);

/// One of the ways in which an issuer may be an expected one.
#[derive(Clone, PartialEq, Eq)]
enum Alternative {
    Exact(Box<str>),
    Template(Template),
    BrokenTemplate,
    Matching(Predicate),
    Any,
}

#[derive(Clone, PartialEq, Eq)]
struct Template {
    before: Box<str>,
    after: Box<str>,
    tenants: Option<Arc<[Box<str>]>>,
}

/// A function of the caller's, compared by identity.
#[derive(Clone)]
struct Predicate(Arc<dyn Fn(&str) -> bool + Send + Sync>);

impl PartialEq for Predicate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Predicate {}

/// Where a template takes the tenant.
pub(super) const PLACEHOLDER: &str = "{tenantid}";

/// How Microsoft Entra writes the issuer of one tenant, in tokens of version 2 and of version 1, which the same keys sign.
const ENTRA: [&str; 2] = ["https://login.microsoftonline.com/{tenantid}/v2.0", "https://sts.windows.net/{tenantid}/"];

impl Template {
    fn new(whole: &str) -> Option<Self> {
        let below_host = |before: &str| before.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
        let (before, after) = whole.split_once(PLACEHOLDER)?;
        (below_host(before) && !after.contains(PLACEHOLDER)).then(|| Self { before: before.into(), after: after.into(), tenants: None })
    }

    /// The tenant that `issuer` names, where the template fits it.
    fn tenant_of<'i>(&self, issuer: &'i str) -> Option<&'i str> {
        issuer.strip_prefix(&*self.before)?.strip_suffix(&*self.after).filter(|tenant| is_tenant(tenant))
    }

    fn allows(&self, tenant: &str) -> bool {
        self.tenants.as_ref().is_none_or(|allowed| allowed.iter().any(|name| name.eq_ignore_ascii_case(tenant)))
    }
}

impl Alternative {
    fn accepts(&self, issuer: &str, tenant: Option<&str>) -> bool {
        match self {
            Self::Exact(expected) => **expected == *issuer,
            Self::Template(template) => {
                let named = template.tenant_of(issuer);
                named.is_some_and(|named| tenant.is_some_and(|tenant| tenant.eq_ignore_ascii_case(named)) && template.allows(named))
            }
            Self::BrokenTemplate => false,
            Self::Matching(Predicate(matches)) => matches(issuer),
            Self::Any => true,
        }
    }

    fn accepts_none(&self) -> bool {
        match self {
            Self::Template(template) => template.tenants.as_ref().is_some_and(|tenants| tenants.is_empty()),
            Self::BrokenTemplate => true,
            Self::Exact(_) | Self::Matching(_) | Self::Any => false,
        }
    }
}

impl ExpectedIssuer {
    /// Exactly this issuer.
    pub fn exact(issuer: impl Into<String>) -> Self {
        Self::one_of([issuer])
    }

    /// One of these issuers. An empty list accepts none.
    pub fn one_of(issuers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(issuers.into_iter().map(|issuer| Alternative::Exact(issuer.into().into_boxed_str())).collect())
    }

    /// The issuers that `template` stands for: its `{tenantid}` is replaced by the token's own `tid`, as Microsoft Entra does for
    /// applications of many tenants. Tenants compare without case.
    ///
    /// The placeholder comes once and below the host, so the host stays exact; a template without it, or with it elsewhere, accepts
    /// nothing. **Every tenant of the provider is accepted** unless [`with_tenants`](Self::with_tenants) says which.
    pub fn template(template: impl AsRef<str>) -> Self {
        Self::templates([template])
    }

    /// The issuers that any of these templates stands for: tokens of version 1 and of version 2 of Microsoft Entra, say.
    pub fn templates(templates: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let of = |template: &str| Template::new(template).map_or(Alternative::BrokenTemplate, Alternative::Template);
        Self(templates.into_iter().map(|template| of(template.as_ref())).collect())
    }

    /// The issuers for which `matches` returns `true`: enterprises of GitHub Actions, whose issuer ends in their name, say. It sees the `iss` of
    /// tokens whose signature is not yet checked, so it decides by the text alone; hosts are to be compared whole. Two are equal only if one is a
    /// clone of the other.
    ///
    /// # Example
    /// ```
    /// use identity_model::validation::ExpectedIssuer;
    ///
    /// let enterprises = ExpectedIssuer::matching(|issuer| {
    ///     let slug = issuer.strip_prefix("https://token.actions.githubusercontent.com/");
    ///     slug.is_some_and(|slug| ["acme", "initech"].contains(&slug))
    /// });
    /// assert!(enterprises.accepts("https://token.actions.githubusercontent.com/acme", None));
    /// assert!(!enterprises.accepts("https://token.actions.githubusercontent.com/evil", None));
    /// ```
    pub fn matching(matches: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self([Alternative::Matching(Predicate(Arc::new(matches)))].into())
    }

    /// Any issuer at all: the owner of any key that verifies the signature is believed. Only where the keys themselves say who it is.
    pub fn danger_any() -> Self {
        Self([Alternative::Any].into())
    }

    /// These issuers and those: a list beside a template, say.
    ///
    /// # Example
    /// ```
    /// use identity_model::validation::ExpectedIssuer;
    ///
    /// let both = ExpectedIssuer::template("https://login.example.com/{tenantid}/v2.0").or("https://issuer.example.com");
    /// assert!(both.accepts("https://issuer.example.com", None));
    /// assert!(both.accepts("https://login.example.com/t-1/v2.0", Some("t-1")));
    /// ```
    #[must_use]
    pub fn or(self, others: impl Into<Self>) -> Self {
        Self(self.0.iter().chain(others.into().0.iter()).cloned().collect())
    }

    /// The issuer of an accepted document: what it stands for where it is a template (which a policy accepts by opt-in alone), else exactly it.
    pub(crate) fn of_document(issuer: &str) -> Self {
        if issuer.contains(PLACEHOLDER) { Self::template(issuer) } else { Self::exact(issuer) }
    }

    /// Whether a response may name this issuer where there is no `tid` to say which tenant it is.
    pub(crate) fn accepts_any_tenant(&self, issuer: &str) -> bool {
        self.0.iter().any(|alternative| match alternative {
            Alternative::Template(template) => alternative.accepts(issuer, template.tenant_of(issuer)),
            _ => alternative.accepts(issuer, None),
        })
    }

    /// The same templates for these tenants alone, compared without case. Nothing changes where there is no template.
    #[must_use]
    pub fn with_tenants(self, allowed: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let allowed: Arc<[Box<str>]> = allowed.into_iter().map(|name| name.into().into_boxed_str()).collect();
        let narrowed = self.0.iter().map(|alternative| match alternative {
            Alternative::Template(template) => Alternative::Template(Template { tenants: Some(Arc::clone(&allowed)), ..template.clone() }),
            other => other.clone(),
        });
        Self(narrowed.collect())
    }

    /// Whether tokens with this `iss` (and this `tid`, for a template) are accepted.
    pub fn accepts(&self, issuer: &str, tenant: Option<&str>) -> bool {
        self.0.iter().any(|alternative| alternative.accepts(issuer, tenant))
    }

    /// The issuers that are expected by name: none for a template, a function and any.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|alternative| match alternative {
            Alternative::Exact(issuer) => Some(&**issuer),
            _ => None,
        })
    }

    fn all_templates(&self) -> impl Iterator<Item = &Template> {
        self.0.iter().filter_map(|alternative| match alternative {
            Alternative::Template(template) => Some(template),
            _ => None,
        })
    }

    /// Whether the token's tenant has a say.
    pub(super) fn has_template(&self) -> bool {
        self.all_templates().next().is_some()
    }

    /// Whether `other` is the tenant's as well: it fits a template of these rules, or the two are the ways in which Microsoft Entra writes one tenant, as
    /// its own validators read them.
    pub(super) fn are_one_tenant(&self, issuer: &str, other: &str, tenant: &str) -> bool {
        let written = |template: &str| template.replace(PLACEHOLDER, tenant);
        let of_entra = |text: &str| ENTRA.iter().any(|template| written(template).eq_ignore_ascii_case(text));
        let fits = self.all_templates().any(|template| template.tenant_of(other).is_some_and(|named| named.eq_ignore_ascii_case(tenant)));
        fits || (of_entra(issuer) && of_entra(other))
    }

    /// Whether no token at all could be accepted.
    pub(super) fn accepts_none(&self) -> bool {
        self.0.iter().all(Alternative::accepts_none)
    }

    /// What most often is behind an issuer that is rejected.
    pub(super) fn hint(&self, found: &str, tenant: Option<&str>) -> Option<&'static str> {
        let differs = |expected: &str| expected.strip_suffix('/') == Some(found) || found.strip_suffix('/') == Some(expected);
        if self.issuers().any(differs) {
            return Some("they differ in the slash at the end alone; issuers are compared exactly, state it as the token has it");
        }
        let (template, named) = self.all_templates().find_map(|template| Some((template, template.tenant_of(found)?)))?;
        match tenant {
            None => Some("the issuer fits the template, but the token has no `tid` to say its tenant"),
            Some(tenant) if !tenant.eq_ignore_ascii_case(named) => Some("the issuer fits the template, but `tid` names another tenant"),
            Some(_) if !template.allows(named) => {
                Some("the issuer fits the template, but its tenant is none of those stated by `.with_tenants(…)`")
            }
            Some(_) => None,
        }
    }
}

/// What Entra and its like use for tenants: letters, digits and hyphens.
fn is_tenant(name: &str) -> bool {
    !name.is_empty() && name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl fmt::Display for Alternative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(issuer) => f.write_str(issuer),
            Self::Template(Template { before, after, .. }) => write!(f, "{before}{PLACEHOLDER}{after}"),
            Self::BrokenTemplate => f.write_str("nothing (a template with one {tenantid} below the host was expected)"),
            Self::Matching(_) => f.write_str("an issuer that the application's function accepts"),
            Self::Any => f.write_str("any issuer"),
        }
    }
}

impl fmt::Display for ExpectedIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, alternative) in self.0.iter().enumerate() {
            write!(f, "{}{alternative}", if position == 0 { "" } else { " or " })?;
        }
        Ok(())
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
