//! What a policy rejected, as facts: the member, its address, what was expected, and the builder call that would allow it.

use std::fmt;

use super::authority::AuthorityViolation;
use super::text::{bounded, shown};
use super::tolerance::Tolerance;
use crate::encoding::address_class::AddressClass;
use crate::error_kind::classify;

/// A policy rejected an address, an issuer, an endpoint or a document.
///
/// OpenID Connect Discovery 1.0 sections 3 and 4.3, RFC 8414 sections 2 and 3.3. Addresses are shown without query and user information
/// and bounded. `Display` names member, address, what was expected and [`remedy`](Self::remedy); `source()` says what was wrong in detail.
///
/// # Example
/// ```
/// use identity_model::protocol::discovery::DiscoveryPolicy;
///
/// let violation = DiscoveryPolicy::strict().check_issuer(Some("https://evil.example"), "https://idp.example.com").unwrap_err();
/// assert_eq!(violation.kind().code(), "issuer_mismatch");
/// assert_eq!(violation.member(), "issuer");
/// assert_eq!(violation.address(), Some("https://evil.example"));
/// assert_eq!(violation.expected(), ["https://idp.example.com"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyViolation(Box<Facts>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Facts {
    kind: PolicyViolationKind,
    member: String,
    address: Option<String>,
    expected: Vec<String>,
    remedy: Option<Tolerance>,
    cause: Option<AuthorityViolation>,
    class: Option<AddressClass>,
}

/// What kind of rule was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PolicyViolationKind {
    /// Not an absolute http(s) URL, or one with user information, a fragment, blanks or control characters.
    Malformed,
    /// Plain HTTP where HTTPS is required.
    HttpsRequired,
    /// A link-local address or a cloud's metadata service: never allowed.
    LinkLocalAddress,
    /// A private or loopback address, though the authority is none of that kind.
    PrivateAddress,
    /// Not an address of the public internet, and the policy denies all others.
    DeniedAddress,
    /// On another origin than the one that has to name it.
    OtherOrigin,
    /// The issuer is missing or blank.
    IssuerMissing,
    /// The issuer is another one than expected.
    IssuerMismatch,
    /// Scheme, host or port of an endpoint are none of the allowed ones.
    EndpointHost,
    /// An endpoint stands on an allowed host, outside of the allowed base paths.
    EndpointBase,
    /// A custom strategy rejected an endpoint.
    EndpointRejected,
    /// `jwks_uri` is missing or blank.
    MissingKeySet,
    /// A member that the metadata profile requires is missing.
    MissingMember,
    /// A member that the metadata profile requires has the wrong type.
    WrongType,
}

impl PolicyViolationKind {
    fn sentence(self) -> &'static str {
        match self {
            Self::Malformed => "is not a well-formed absolute http(s) URL",
            Self::HttpsRequired => "is not HTTPS",
            Self::LinkLocalAddress => "is a link-local address or a cloud metadata service, which is never allowed",
            Self::PrivateAddress => "is a private or loopback address, and the authority is not",
            Self::DeniedAddress => "is not a public address, and no other is allowed",
            Self::OtherOrigin => "is on another origin",
            Self::IssuerMissing => "is missing or blank",
            Self::IssuerMismatch => "is not the expected issuer",
            Self::EndpointHost => "is on a host that is not allowed",
            Self::EndpointBase => "is not below an allowed base address",
            Self::EndpointRejected => "was rejected by the authority validation strategy",
            Self::MissingKeySet | Self::MissingMember => "is missing",
            Self::WrongType => "has the wrong type",
        }
    }
}

classify! { PolicyViolationKind {
    Self::Malformed => "malformed_address" Policy;
    Self::HttpsRequired => "https_required" Policy;
    Self::LinkLocalAddress => "link_local_address" Policy;
    Self::PrivateAddress => "private_address" Policy;
    Self::DeniedAddress => "denied_address" Policy;
    Self::OtherOrigin => "other_origin" Policy;
    Self::IssuerMissing => "issuer_missing" Policy;
    Self::IssuerMismatch => "issuer_mismatch" Policy;
    Self::EndpointHost => "endpoint_host" Policy;
    Self::EndpointBase => "endpoint_base" Policy;
    Self::EndpointRejected => "endpoint_refused" Policy;
    Self::MissingKeySet => "missing_key_set" Policy;
    Self::MissingMember => "missing_member" Policy;
    Self::WrongType => "wrong_type" Policy;
} }

/// A call longer than this is no remedy: its text comes from the wire.
const LONGEST_REMEDY: usize = 400;

impl PolicyViolation {
    pub(super) fn new(kind: PolicyViolationKind, member: &str) -> Self {
        Self(Box::new(Facts { kind, member: bounded(member), address: None, expected: Vec::new(), remedy: None, cause: None, class: None }))
    }

    /// A response lacks a member that was to be held against the policy.
    pub(crate) fn missing_member(member: &str) -> Self {
        Self::new(PolicyViolationKind::MissingMember, member)
    }

    pub(super) fn at(mut self, address: &str) -> Self {
        self.0.address = Some(shown(address));
        self
    }

    pub(super) fn expecting<'e>(mut self, expected: impl IntoIterator<Item = &'e str>) -> Self {
        self.0.expected = expected.into_iter().map(bounded).collect();
        self
    }

    pub(super) fn because(mut self, cause: AuthorityViolation) -> Self {
        self.0.cause = Some(cause);
        self
    }

    pub(super) fn of_class(mut self, class: AddressClass) -> Self {
        self.0.class = Some(class);
        self
    }

    pub(super) fn allowed_by(mut self, remedy: impl Into<Option<Tolerance>>) -> Self {
        self.0.remedy = remedy.into().filter(|remedy| remedy.to_string().len() <= LONGEST_REMEDY);
        self
    }

    /// Which rule was broken.
    pub fn kind(&self) -> PolicyViolationKind {
        self.0.kind
    }

    /// The member of the metadata, or `address` and `authority` for what was configured.
    pub fn member(&self) -> &str {
        &self.0.member
    }

    /// The rejected address, without query and user information, bounded.
    pub fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// What network the rejected address belongs to, where it was rejected for that.
    pub fn address_class(&self) -> Option<AddressClass> {
        self.0.class
    }

    /// What would have been accepted: authorities and base addresses, an issuer, a type.
    pub fn expected(&self) -> &[String] {
        &self.0.expected
    }

    /// The builder call that would allow what was rejected, as narrow as there is one; none where nothing allows it. Whether to make it is
    /// a decision about trust: look at the address first.
    pub fn remedy(&self) -> Option<&Tolerance> {
        self.0.remedy.as_ref()
    }

    /// Whether the address differs from what was expected by slashes at its end alone.
    pub fn differs_by_slash(&self) -> bool {
        let Some(address) = self.address().filter(|_| self.0.kind == PolicyViolationKind::IssuerMismatch) else { return false };
        let bare = |text: &str| text.trim_end_matches('/').to_owned();
        self.0.expected.iter().any(|expected| expected != address && bare(expected) == bare(address))
    }
}

impl PolicyViolation {
    /// What was expected are bases, not the address itself.
    fn is_about_place(&self) -> bool {
        use PolicyViolationKind::{EndpointBase, EndpointHost, EndpointRejected};
        matches!(self.0.kind, EndpointBase | EndpointHost | EndpointRejected)
    }
}

impl fmt::Display for PolicyViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &*self.0;
        write!(f, "{}", facts.member)?;
        if let Some(address) = &facts.address {
            write!(f, " {address:?}")?;
        }
        write!(f, " {}", facts.kind.sentence())?;
        if let Some(class) = facts.class.filter(|_| facts.kind == PolicyViolationKind::DeniedAddress) {
            write!(f, " (class `{class}`)")?;
        }
        if let Some((first, rest)) = facts.expected.split_first() {
            let below = if self.is_about_place() { " below" } else { "" };
            write!(f, ", expected{below} {first}")?;
            rest.iter().try_for_each(|one| write!(f, " or {one}"))?;
        }
        if self.differs_by_slash() {
            f.write_str("; they differ only in trailing slashes")?;
        }
        match &facts.remedy {
            Some(remedy) => write!(f, "; allow it with `{remedy}`"),
            None if facts.kind == PolicyViolationKind::MissingMember && facts.member.ends_with("_endpoint") => {
                f.write_str("; if the server has this endpoint, set it with `.address(…)` of the request")
            }
            None => Ok(()),
        }
    }
}

impl std::error::Error for PolicyViolation {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self.0.cause.as_ref()? {
            AuthorityViolation::Malformed(error) => Some(error),
            cause @ (AuthorityViolation::DotSegment | AuthorityViolation::TrailingSlashes | AuthorityViolation::Other(_)) => Some(cause),
            // The kind has said so already.
            _ => None,
        }
    }
}
