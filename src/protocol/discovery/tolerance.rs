//! What a policy tolerates beyond the strict one, each as the builder call that says so.

use std::fmt;

use http::StatusCode;

use super::metadata::MetadataProfile;

/// One thing that a policy tolerates and the strict one does not. `Display` writes the very builder call.
///
/// [`DiscoveryPolicy::tolerances`](super::DiscoveryPolicy::tolerances) lists those of a policy, [`PolicyViolation::remedy`](super::PolicyViolation::remedy) names the one that
/// would allow what was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tolerance {
    /// Endpoints below this base address.
    EndpointBase(String),
    /// This member may stand on any host.
    EndpointMember(String),
    /// This issuer, though it is not the authority.
    Issuer(String),
    /// This issuer template.
    IssuerTemplate(String),
    /// A strategy other than the default, ordinal string comparison.
    Strategy,
    /// Any issuer, or none.
    AnyIssuer,
    /// Endpoints on any host.
    AnyEndpointHost,
    /// Plain HTTP to any host.
    Http,
    /// Plain HTTP to this host, which is none of the loopback addresses there are by default.
    LoopbackAddress(String),
    /// Private and loopback addresses in metadata.
    PrivateAddresses,
    /// A document without a key set.
    NoKeySet,
    /// The members of this profile are enough.
    Profile(MetadataProfile),
    /// A response of any content type.
    AnyContentType,
    /// A response with this status.
    Status(StatusCode),
    /// A token response without `token_type`.
    MissingTokenType,
    /// A token of this type, as a bearer token.
    BearerTokenType(String),
    /// Scopes that are separated by commas.
    CommaSeparatedScope,
    /// Booleans and times of introspection responses as text.
    ValuesAsText,
    /// This member, stated by the application: its name and its value.
    Member(String, String),
    /// A document at this address, though its issuer is another.
    MetadataAddress(String),
    /// This issuer template, though it stands on another host than the authority.
    IssuerTemplateElsewhere(String),
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndpointBase(base) => write!(f, ".additional_endpoint_base_address({base:?})"),
            Self::EndpointMember(member) => write!(f, ".endpoint_validation_exclude_list([{member:?}])"),
            Self::Issuer(issuer) => write!(f, ".authority_validation_strategy(OneOfIssuersStrategy::new([{issuer:?}]))"),
            Self::IssuerTemplate(template) => {
                write!(f, ".authority_validation_strategy(IssuerTemplateStrategy::new({template:?})?)")
            }
            Self::Strategy => f.write_str(".authority_validation_strategy(…)"),
            Self::AnyIssuer => f.write_str(".danger_any_issuer()"),
            Self::AnyEndpointHost => f.write_str(".danger_any_endpoint_host()"),
            Self::Http => f.write_str(".danger_allow_http()"),
            Self::LoopbackAddress(host) => write!(f, ".loopback_addresses([{host:?}])"),
            Self::PrivateAddresses => f.write_str(".danger_allow_private_addresses()"),
            Self::NoKeySet => f.write_str(".require_key_set(false)"),
            Self::Profile(profile) => write!(f, ".metadata_profile(MetadataProfile::{profile:?})"),
            Self::AnyContentType => f.write_str(".danger_any_content_type()"),
            Self::Status(status) => write!(f, ".danger_accept_status(StatusCode::from_u16({})?)", status.as_u16()),
            Self::MissingTokenType => f.write_str(".missing_token_type_is_bearer()"),
            Self::BearerTokenType(name) => write!(f, ".bearer_token_types([{name:?}])"),
            Self::CommaSeparatedScope => f.write_str(".comma_separated_scope()"),
            Self::ValuesAsText => f.write_str(".values_as_text()"),
            Self::Member(name, value) => write!(f, ".metadata_member({name:?}, {value:?})"),
            Self::MetadataAddress(address) => write!(f, ".authority(…the issuer…).metadata_address({address:?})"),
            Self::IssuerTemplateElsewhere(template) => {
                write!(f, ".authority_validation_strategy(IssuerTemplateStrategy::new({template:?})?.on_another_host())")
            }
        }
    }
}
