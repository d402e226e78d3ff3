//! The built-in strategies: by string, by URL, by issuer template, by list. OpenID Connect Discovery 1.0 section 4.3.

use super::address_syntax_error::AddressSyntaxError;
use super::authority::{AuthorityValidationStrategy, AuthorityViolation};
use super::text::{Form, HttpUrl, has_dot_segment, starts_with_ignoring_case, without_slash};

/// Compares text: issuers character by character but for one trailing `/` on either side, endpoints by scheme, host, port and path at a
/// `/` boundary, as written and as normalised. The strictest strategy, and the default (ordinal).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct StringComparisonStrategy {
    ignore_case: bool,
}

impl StringComparisonStrategy {
    /// Cases differ. The default.
    pub const fn ordinal() -> Self {
        Self { ignore_case: false }
    }

    /// ASCII cases do not count, neither in issuers nor in the paths of endpoints.
    pub const fn ignoring_case() -> Self {
        Self { ignore_case: true }
    }

    fn same(self, left: &str, right: &str) -> bool {
        if self.ignore_case { left.eq_ignore_ascii_case(right) } else { left == right }
    }

    fn is_below(self, path: &str, base: &str) -> bool {
        let base = without_slash(base);
        let starts = if self.ignore_case { starts_with_ignoring_case(path, base) } else { path.starts_with(base) };
        starts && path.get(base.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl AuthorityValidationStrategy for StringComparisonStrategy {
    fn validate_issuer(&self, issuer: &str, expected_authority: &str) -> Result<(), AuthorityViolation> {
        well_formed_issuer(issuer)?;
        let same = self.same(without_slash(issuer), without_slash(expected_authority));
        same.then_some(()).ok_or(AuthorityViolation::IssuerMismatch)
    }

    fn validate_endpoint(&self, endpoint: &str, allowed_authorities: &[String]) -> Result<(), AuthorityViolation> {
        endpoint_allowed(endpoint, allowed_authorities, HttpUrl::path, |endpoint, base| {
            self.is_below(endpoint.path(), base.path()) && self.is_below(&endpoint.normalised_path(), &base.normalised_path())
        })
    }
}

/// Compares parsed URLs: cases of scheme and host and default ports do not count; dot segments and percent-encoding of an endpoint are
/// normalised before its path is compared. Paths keep their case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct UrlStrategy;

impl AuthorityValidationStrategy for UrlStrategy {
    fn validate_issuer(&self, issuer: &str, expected_authority: &str) -> Result<(), AuthorityViolation> {
        let issuer = well_formed_issuer(issuer)?;
        let expected = HttpUrl::parse(expected_authority, Form::Address).map_err(AuthorityViolation::Malformed)?;
        let same = issuer.same_origin(&expected) && without_slash(issuer.path()) == without_slash(expected.path());
        same.then_some(()).ok_or(AuthorityViolation::IssuerMismatch)
    }

    fn validate_endpoint(&self, endpoint: &str, allowed_authorities: &[String]) -> Result<(), AuthorityViolation> {
        endpoint_allowed(endpoint, allowed_authorities, HttpUrl::normalised_path, |endpoint, base| {
            StringComparisonStrategy::ordinal().is_below(&endpoint.normalised_path(), &base.normalised_path())
        })
    }
}

/// Accepts documents whose issuer is a template over tenants, as Microsoft Entra publishes for `common` and `organizations`:
/// `https://login.microsoftonline.com/{tenantid}/v2.0`. The issuer expected in a token then follows from the token's `tid`.
///
/// Defaults and security: the template has to stand on the authority's own scheme, host and port; endpoints are compared as
/// [`StringComparisonStrategy`] does. Every tenant of the provider is accepted: an application that serves only some of them looks at
/// `tid` itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IssuerTemplateStrategy {
    template: String,
    elsewhere: bool,
}

impl IssuerTemplateStrategy {
    /// The part of a template that stands for the tenant.
    pub const PLACEHOLDER: &str = "{tenantid}";

    /// A template is an issuer with `{tenantid}` as one segment of its path.
    ///
    /// # Errors
    /// [`AddressSyntaxError`] where the template is no issuer or does not hold `{tenantid}` exactly once.
    pub fn new(template: impl Into<String>) -> Result<Self, AddressSyntaxError> {
        let template = template.into();
        let url = HttpUrl::parse(&template, Form::Address)?;
        let placeholders = url.path().split('/').filter(|segment| *segment == Self::PLACEHOLDER).count();
        if placeholders != 1 || template.matches(Self::PLACEHOLDER).count() != 1 {
            return Err(AddressSyntaxError::Template);
        }
        Ok(Self { template, elsewhere: false })
    }

    /// The same for documents that are found on another scheme, host or port than the template stands on: those of version 1 of Microsoft Entra,
    /// whose issuers are `https://sts.windows.net/{tenantid}/`. The template itself stays exact.
    #[must_use]
    pub fn on_another_host(self) -> Self {
        Self { elsewhere: true, ..self }
    }

    /// The template, as the document shows it.
    pub fn template(&self) -> &str {
        &self.template
    }

    /// The issuer a token of tenant `tid` must name; none where `tid` is no tenant identifier (letters, digits and `-`, at most 64).
    pub fn issuer_for(&self, tid: &str) -> Option<String> {
        let is_identifier = !tid.is_empty() && tid.len() <= 64 && tid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        is_identifier.then(|| self.template.replace(Self::PLACEHOLDER, tid))
    }
}

impl AuthorityValidationStrategy for IssuerTemplateStrategy {
    fn validate_issuer(&self, issuer: &str, expected_authority: &str) -> Result<(), AuthorityViolation> {
        let template = well_formed_issuer(issuer)?;
        let expected = HttpUrl::parse(expected_authority, Form::Address).map_err(AuthorityViolation::Malformed)?;
        match (issuer == self.template, self.elsewhere || template.same_origin(&expected)) {
            (true, true) => Ok(()),
            (true, false) => Err(AuthorityViolation::TemplateHost),
            (false, _) => Err(AuthorityViolation::IssuerMismatch),
        }
    }

    fn validate_endpoint(&self, endpoint: &str, allowed_authorities: &[String]) -> Result<(), AuthorityViolation> {
        StringComparisonStrategy::ordinal().validate_endpoint(endpoint, allowed_authorities)
    }
}

/// Accepts documents that name one of these issuers, character by character, whatever their authority; for a provider whose issuer is not
/// the address it is found at. Endpoints are compared as [`StringComparisonStrategy`] does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OneOfIssuersStrategy {
    issuers: Vec<String>,
}

impl OneOfIssuersStrategy {
    /// The issuers to accept, each exactly as its document shows it.
    pub fn new<I: Into<String>>(issuers: impl IntoIterator<Item = I>) -> Self {
        Self { issuers: issuers.into_iter().map(Into::into).collect() }
    }

    /// The accepted issuers.
    pub fn issuers(&self) -> &[String] {
        &self.issuers
    }
}

impl AuthorityValidationStrategy for OneOfIssuersStrategy {
    fn validate_issuer(&self, issuer: &str, _expected_authority: &str) -> Result<(), AuthorityViolation> {
        well_formed_issuer(issuer)?;
        self.issuers.iter().any(|one| one == issuer).then_some(()).ok_or(AuthorityViolation::IssuerMismatch)
    }

    fn validate_endpoint(&self, endpoint: &str, allowed_authorities: &[String]) -> Result<(), AuthorityViolation> {
        StringComparisonStrategy::ordinal().validate_endpoint(endpoint, allowed_authorities)
    }
}

/// An issuer as the specifications want it: an http(s) URL without query and fragment, not ending in several slashes.
fn well_formed_issuer(issuer: &str) -> Result<HttpUrl<'_>, AuthorityViolation> {
    if issuer.trim().is_empty() {
        return Err(AuthorityViolation::IssuerMissing);
    }
    let url = HttpUrl::parse(issuer, Form::Address).map_err(AuthorityViolation::Malformed)?;
    if issuer.ends_with("//") {
        return Err(AuthorityViolation::TrailingSlashes);
    }
    Ok(url)
}

/// What both comparisons of endpoints share: well-formed, no dot segment in the path as `path` shows it, then origin and `is_below`.
fn endpoint_allowed<'e, P: AsRef<str>>(
    endpoint: &'e str,
    allowed_authorities: &[String],
    path: impl Fn(&HttpUrl<'e>) -> P,
    is_below: impl Fn(&HttpUrl<'_>, &HttpUrl<'_>) -> bool,
) -> Result<(), AuthorityViolation> {
    let endpoint = HttpUrl::parse(endpoint, Form::Endpoint).map_err(AuthorityViolation::Malformed)?;
    if has_dot_segment(path(&endpoint).as_ref()) {
        return Err(AuthorityViolation::DotSegment);
    }
    let mut violation = AuthorityViolation::EndpointHost;
    for base in allowed_authorities.iter().filter_map(|base| HttpUrl::parse(base, Form::Address).ok()) {
        if endpoint.same_origin(&base) {
            if is_below(&endpoint, &base) {
                return Ok(());
            }
            violation = AuthorityViolation::EndpointBase;
        }
    }
    Err(violation)
}
