//! The metadata of a protected resource (RFC 9728).

mod matching;
mod request;
mod response;

pub use request::{ResourceMetadataRequest, ResourceMetadataRequestBuilder, resource_metadata_request_builder};
pub use response::ResourceMetadataResponse;
