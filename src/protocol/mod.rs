//! Every protocol message as a request value and a response.
//!
//! A member that is missing, or set twice, is a compile error that names it:
//!
//! ```compile_fail,E0277
//! use identity_model::protocol::token::ClientCredentialsTokenRequest;
//!
//! // The member `Unset<client_id>` was not set.
//! ClientCredentialsTokenRequest::builder().address("https://idp.example.com/token").build();
//! ```

pub mod authorization_details;
pub mod authorization_parameters;
pub mod authorize;
pub mod backchannel_authentication;
pub mod backchannel_notification;
pub mod claim_sources;
pub mod client_auth;
pub mod client_metadata;
pub mod device_authorization;
pub mod discovery;
pub mod dpop;
pub mod incoming;
pub mod introspection;
pub mod jwks;
pub mod logout;
pub mod mtls;
pub mod pushed_authorization;
mod redaction;
pub mod registration;
pub mod registration_management;
pub mod resource_metadata;
pub mod revocation;
mod subject_claim;
pub mod token;
pub mod userinfo;
pub mod webfinger;

mod attempts;
mod authenticated;
mod bearer_credential;
mod credential_header;
mod error;
mod excerpt;
mod extra_parameter;
mod http_error;
mod members;
mod oauth_error;
pub(crate) mod parameters;
mod registered_client;
mod registration_response;
pub(crate) mod request;
pub(crate) mod request_options;
mod response;
mod response_head;
mod response_verifier;
mod seconds;
mod target;
mod values_as_text;

pub use bearer_credential::BearerCredential;
pub use error::{PollEnd, RequestError};
pub use http_error::{HttpError, HttpErrorKind};
pub use oauth_error::OAuthError;
pub use request::{Request, RequestOnce};
pub use response_head::ResponseHead;
pub use response_verifier::ResponseVerifier;
pub(crate) use response_verifier::UnverifiedResponse;
pub use target::RequestTarget;
