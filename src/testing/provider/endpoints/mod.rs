//! The endpoints, one file each.

pub(super) mod client_authentication;
pub(super) mod client_credentials;
pub(super) mod discovery;
pub(super) mod introspection;
pub(super) mod jwks;
pub(super) mod revocation;
pub(super) mod token;
pub(super) mod userinfo;
