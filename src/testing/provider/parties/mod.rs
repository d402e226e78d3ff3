//! Clients and users as the provider knows them.

pub(super) mod client;
pub(super) mod client_login;
pub(super) mod client_login_settings;
pub(super) mod registered;
pub(super) mod user;
