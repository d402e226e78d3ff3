//! A client of one provider, with a method for every flow.
//!
//! [`OidcClient`] is a provider (discovered, cached, under a policy) and a client registration. It fills in what both sides have stated:
//! endpoints, authentication, algorithms, what is required; and it makes every check that the specifications demand. All that it does can be
//! done by hand with [`protocol`](crate::protocol), [`validation`](crate::validation) and [`keys`](crate::keys). The blocking twin is
//! [`blocking::OidcClient`](crate::blocking::OidcClient).

mod browser_login;
mod builder;
pub(crate) mod core;
mod error;
mod login;
mod login_options;
mod login_session;
mod logout;
mod oidc_client;
mod pending;
mod queries;
mod refresh;
mod registration;
mod request;
mod rules;
mod settings;
mod terms;
mod tokens;

pub use builder::{OidcClientBuilder, oidc_client_builder};
pub use error::ClientError;
pub use login::Login;
pub use login_options::LoginOptions;
pub use login_session::LoginSession;
pub use logout::LogoutOptions;
pub use oidc_client::OidcClient;
pub use pending::{BackchannelLogin, DeviceLogin};
pub use refresh::{Refresh, Refreshed};
pub use request::ClientRequest;
