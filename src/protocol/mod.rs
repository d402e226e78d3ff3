//! Every protocol message as a request value and a response.

pub mod backchannel_authentication;
pub mod client_auth;
pub mod device_authorization;
pub mod discovery;
pub mod jwks;
pub mod token;
pub mod userinfo;

mod attempts;
mod authenticated;
mod error;
mod oauth_error;
mod parameters;
pub(crate) mod request;
mod response;
mod seconds;

pub use error::{PollEnd, RequestError};
pub use oauth_error::OAuthError;
pub use request::{Request, RequestOnce};
pub use response::{Answer, Refusal, RefusalKind};
