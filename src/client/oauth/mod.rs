//! A client of a server that speaks OAuth 2.0 and not OpenID Connect: RFC 6749, with RFC 7636, RFC 7009 and RFC 9207.

mod builder;
mod client;
mod inner;
mod login;
mod refresh;
mod session;
mod userinfo;

pub use builder::OAuthClientBuilder;
pub(crate) use builder::oauth_client_builder;
pub use client::OAuthClient;
pub(crate) use inner::OAuthInner;
pub use login::OAuthLogin;
pub(crate) use login::{begin, finish};
pub use refresh::OAuthRefreshed;
pub(crate) use refresh::refresh;
pub use session::OAuthSession;
pub(crate) use userinfo::userinfo;
