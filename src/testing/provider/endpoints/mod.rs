//! The endpoints, one file each.

pub(super) mod assertion_bearer;
pub(super) mod authorization;
pub(super) mod authorization_code;
pub(super) mod backchannel_authentication;
pub(super) mod check_session;
pub(super) mod claims;
pub(super) mod client_assertion;
pub(super) mod client_authentication;
pub(super) mod client_configuration;
pub(super) mod client_credentials;
pub(super) mod device_authorization;
pub(super) mod discovery;
pub(super) mod end_session;
pub(super) mod extension;
pub(super) mod introspection;
pub(super) mod jwks;
pub(super) mod polling;
pub(super) mod pushed_authorization;
pub(super) mod refresh_token;
pub(super) mod registration;
pub(super) mod resource;
pub(super) mod revocation;
pub(super) mod token;
pub(super) mod token_exchange;
pub(super) mod userinfo;
pub(super) mod webfinger;
