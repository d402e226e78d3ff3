//! Discovery: which provider is trusted, where its metadata stands, and what in it is believed.
//!
//! [`DiscoveryPolicy`] is the heart: every address this crate sends to was accepted by one. OpenID Connect Discovery 1.0 and RFC 8414.

mod address;
mod address_error;
mod address_syntax_error;
mod authority;
mod authority_strategy;
mod builder;
mod check;
mod document_address;
mod endpoint;
mod host;
mod metadata;
mod named_address;
mod path;
mod policy;
mod presets;
mod request;
mod required_members;
mod response;
mod strategy;
mod text;
mod tolerance;
mod tolerances;
mod violation;

pub use address::{Address, Endpoint};
pub(crate) use address::{Demands, Server};
pub use address_error::AddressError;
pub use address_syntax_error::AddressSyntaxError;
pub use authority::{AuthorityValidationStrategy, AuthorityViolation};
pub use authority_strategy::AuthorityStrategy;
pub use builder::DiscoveryPolicyBuilder;
pub use endpoint::DiscoveryEndpoint;
pub use metadata::{KeySetLoading, MemberShape, MetadataProfile};
pub(crate) use named_address::NamedAddress;
pub use path::DiscoveryDocumentPath;
pub use policy::DiscoveryPolicy;
pub(crate) use request::discovery_document_request_builder;
pub use request::{DiscoveryDocumentRequest, DiscoveryDocumentRequestBuilder};
pub use response::{DiscoveryDocumentResponse, DiscoveryViolations};
pub use strategy::{IssuerTemplateStrategy, OneOfIssuersStrategy, StringComparisonStrategy, UrlStrategy};
pub use tolerance::Tolerance;
pub use violation::{PolicyViolation, PolicyViolationKind};

#[cfg(test)]
mod tests;
