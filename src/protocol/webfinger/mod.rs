//! From what a user types in to the provider that he logs in at: OpenID Connect Discovery 1.0 section 2, WebFinger (RFC 7033).

mod request;
mod resource;
mod response;

pub(crate) use request::web_finger_request_builder;
pub use request::{WebFingerRequest, WebFingerRequestBuilder};
pub use resource::WebFingerResource;
pub use response::{WebFingerLink, WebFingerResponse};
