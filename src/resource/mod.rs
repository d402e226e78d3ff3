//! Protected resources, from both sides: the requests that arrive at one, and those that an application sends to one (RFC 6750, RFC 9449).
//!
//! [`ResourceServer`] protects an API: it judges a request by its head, whatever framework it came through, and a [`Rejection`] is the whole
//! response to send where it may not pass. `integrations::tower` and `integrations::axum` put both in front of a service.
//! [`RequestValidator`] is the part of it that knows no routes.
//!
//! [`ApiClient`] sends requests with a managed token, [`DpopClient`] with one that the application holds itself.

mod api_client;
mod api_client_error;
mod authenticated;
mod cors;
mod dpop_client;
mod metadata;
mod profile;
mod rejection;
mod request_validator;
mod requirements;
mod resource_challenge;
mod response_headers;
mod server;
mod server_builder;
mod step_up;
mod token_call;
mod token_places;
mod token_validators;

pub use api_client::{ApiClient, ApiClientBuilder};
pub use api_client_error::ApiClientError;
pub use authenticated::Authenticated;
pub use cors::AllowedOrigins;
pub use dpop_client::DpopClient;
pub use metadata::{ResourceMetadata, resource_metadata_address};
pub use rejection::Rejection;
pub use request_validator::{RequestValidator, ValidatedRequest};
pub use requirements::RouteRequirements;
pub use resource_challenge::ResourceChallenge;
pub use server::ResourceServer;
pub use server_builder::{ResourceServerBuilder, ResourceServerError};
