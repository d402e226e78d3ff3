//! The metadata of a protected resource (RFC 9728).

mod matching;
mod request;
mod response;

pub(crate) use request::resource_metadata_request_builder;
pub use request::{ResourceMetadataRequest, ResourceMetadataRequestBuilder};
pub use response::ResourceMetadataResponse;
