//! The metadata of a provider: kept as it came, checked when it is asked for (OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2).

mod document;
mod endpoint;
mod endpoints;
mod key_set;
mod members;
mod parse;
mod server_facts;
mod signed_metadata;
mod validation;
mod violations;

pub use document::DiscoveryDocumentResponse;
pub use violations::DiscoveryViolations;

#[cfg(test)]
mod tests;
