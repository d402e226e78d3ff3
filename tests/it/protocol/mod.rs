//! The messages of the protocols, over a scripted client, by both drivers.

mod authorization_details;
mod authorize;
mod backchannel_authentication;
mod bad_answers;
mod client_auth;
mod device_authorization;
mod discovery;
mod equality;
mod errors;
pub(crate) mod every_request;
mod grants;
mod introspection;
mod jwks;
mod logout;
mod polling;
mod published;
mod pushed_authorization;
mod registration;
mod resource_metadata;
mod retry;
mod revocation;
mod shared;
mod specification;
pub(crate) mod support;
mod token;
mod userinfo;
mod userinfo_signed;
