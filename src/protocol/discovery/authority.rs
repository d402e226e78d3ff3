//! The seam for opinions about authority: what makes an issuer the expected one, and an endpoint one of the provider's.

use std::sync::Arc;

use super::address_syntax_error::AddressSyntaxError;
use crate::error_kind::classify;

/// Decides whether an issuer is the expected one and whether an endpoint belongs to the provider.
///
/// OpenID Connect Discovery 1.0 section 4.3, RFC 8414 section 3.3. Defaults and security: a policy uses
/// [`StringComparisonStrategy`](super::StringComparisonStrategy) unless it is given another. A strategy of your own may say anything, but
/// only about issuer, host and path: the form of an endpoint, HTTPS and the class of its address were checked before it is asked, whatever
/// it answers.
///
/// # Example
/// ```
/// use std::sync::Arc;
/// use identity_model::protocol::discovery::{AuthorityValidationStrategy, AuthorityViolation, DiscoveryPolicy, UrlStrategy};
///
/// /// Every issuer below one domain.
/// struct OurDomain;
///
/// impl AuthorityValidationStrategy for OurDomain {
///     fn validate_issuer(&self, issuer: &str, _expected_authority: &str) -> Result<(), AuthorityViolation> {
///         let host = issuer.strip_prefix("https://").and_then(|rest| rest.split('/').next());
///         match host.is_some_and(|host| host.ends_with(".example.com")) {
///             true => Ok(()),
///             false => Err(AuthorityViolation::IssuerMismatch),
///         }
///     }
///
///     fn validate_endpoint(&self, endpoint: &str, allowed_authorities: &[String]) -> Result<(), AuthorityViolation> {
///         UrlStrategy.validate_endpoint(endpoint, allowed_authorities)
///     }
/// }
///
/// let policy = DiscoveryPolicy::builder().authority_validation_strategy(Arc::new(OurDomain)).build();
/// assert!(policy.check_issuer(Some("https://a.example.com"), "https://b.example.com").is_ok());
/// ```
pub trait AuthorityValidationStrategy: Send + Sync {
    /// Whether `issuer`, verbatim from the document and not blank, is the one that `expected_authority` stands for.
    ///
    /// # Errors
    /// [`AuthorityViolation`] where it is not.
    fn validate_issuer(&self, issuer: &str, expected_authority: &str) -> Result<(), AuthorityViolation>;

    /// Whether `endpoint`, an absolute http(s) URL, belongs to one of `allowed_authorities`: the expected authority first, then the
    /// additional base addresses.
    ///
    /// # Errors
    /// [`AuthorityViolation`] where it does not.
    fn validate_endpoint(&self, endpoint: &str, allowed_authorities: &[String]) -> Result<(), AuthorityViolation>;
}

impl<S: AuthorityValidationStrategy + ?Sized> AuthorityValidationStrategy for Arc<S> {
    fn validate_issuer(&self, issuer: &str, expected_authority: &str) -> Result<(), AuthorityViolation> {
        (**self).validate_issuer(issuer, expected_authority)
    }

    fn validate_endpoint(&self, endpoint: &str, allowed_authorities: &[String]) -> Result<(), AuthorityViolation> {
        (**self).validate_endpoint(endpoint, allowed_authorities)
    }
}

/// Why an [`AuthorityValidationStrategy`] said no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityViolation {
    /// There is no issuer, or it is blank.
    #[error("the issuer is missing or blank")]
    IssuerMissing,
    /// The issuer is well-formed and another one.
    #[error("the issuer differs from the expected one")]
    IssuerMismatch,
    /// The issuer template is the expected one and stands on another scheme, host or port than the authority.
    #[error("the issuer template stands on another scheme, host or port than the authority")]
    TemplateHost,
    /// The issuer or the endpoint is no well-formed absolute http(s) URL.
    #[error("not a well-formed absolute http(s) URL")]
    Malformed(#[source] AddressSyntaxError),
    /// The path has a dot segment (`..`) that servers and clients resolve differently.
    #[error("the path has a dot segment")]
    DotSegment,
    /// The issuer ends in more than one `/`.
    #[error("the issuer ends in more than one `/`")]
    TrailingSlashes,
    /// Scheme, host or port of the endpoint are none of the allowed ones.
    #[error("scheme, host or port is not allowed")]
    EndpointHost,
    /// The endpoint stands on an allowed host, outside of the allowed base path.
    #[error("the path is not below an allowed base address")]
    EndpointBase,
    /// What a custom strategy has to say. The text goes into the error as it is: put no secret into it.
    #[error("{0}")]
    Other(String),
}

classify! { AuthorityViolation {
    Self::IssuerMissing => "issuer_missing" Policy;
    Self::IssuerMismatch | Self::TemplateHost => "issuer_mismatch" Policy;
    Self::Malformed(_) => "malformed_address" Policy;
    Self::DotSegment => "dot_segment" Policy;
    Self::TrailingSlashes => "trailing_slashes" Policy;
    Self::EndpointHost => "endpoint_host" Policy;
    Self::EndpointBase => "endpoint_base" Policy;
    Self::Other(_) => "authority_refused" Policy;
} }
