//! A client of one provider, with a method for every flow.
//!
//! [`OidcClient`] is a provider (discovered, cached, under a policy) and a client registration. It fills in what both sides have stated:
//! endpoints, authentication, algorithms, what is required; and it makes every check that the specifications demand. All that it does can be
//! done by hand with [`protocol`](crate::protocol), [`validation`](crate::validation) and [`keys`](crate::keys). The blocking twin is
//! [`blocking::OidcClient`](crate::blocking::OidcClient).

pub(crate) mod access_token_validator;
pub(crate) mod backchannel_login;
pub(crate) mod backchannel_logout;
mod build;
mod builder;
mod checked;
mod context;
mod credentials;
pub(crate) mod device_login;
pub(crate) mod discovery;
mod dpop;
mod error;
pub(crate) mod inner;
pub(crate) mod introspection;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod oauth;
mod oidc_client;
mod polled_login;
mod profile;
pub(crate) mod refresh;
mod registered;
pub(crate) mod registration;
mod request;
pub(crate) mod revocation;
mod rules;
mod settings;
mod stored_secret;
pub(crate) mod token_grant;
pub(crate) mod userinfo;
mod verification;

pub use backchannel_login::BackchannelLogin;
pub use builder::OidcClientBuilder;
pub(crate) use builder::oidc_client_builder;
pub use device_login::DeviceLogin;
pub use error::ClientError;
pub use login::{ClaimSource, Login, LoginOptions, LoginSession};
pub use logout::LogoutOptions;
pub use oauth::{OAuthClient, OAuthClientBuilder, OAuthLogin, OAuthRefreshed, OAuthSession};
pub use oidc_client::OidcClient;
pub use refresh::{Refresh, Refreshed};
pub use request::ClientRequest;
