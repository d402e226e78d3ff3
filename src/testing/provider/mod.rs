//! An identity provider for tests: it answers in memory, or listens on a loopback port.
//!
//! OpenID Connect Core, Discovery 1.0, RP-Initiated, Back-Channel and Front-Channel Logout 1.0, Session Management 1.0, JARM, CIBA Core
//! 1.0, RFC 6749, RFC 6750, RFC 7009, RFC 7033, RFC 7517, RFC 7522, RFC 7523, RFC 7591, RFC 7592, RFC 7636, RFC 7662, RFC 8252, RFC 8414,
//! RFC 8628, RFC 8693, RFC 9068, RFC 9101, RFC 9126, RFC 9207, RFC 9701. It spells the names of the protocols out by itself instead of
//! taking them from `constants`, so that a slip there shows.
//!
//! One file an endpoint under `endpoints/`; each is one row of the table in `routes.rs`.

mod authorized;
mod browser;
mod builder;
mod builder_login;
mod client;
mod client_login;
mod code;
mod connection;
mod draft;
mod edits;
mod endpoint;
mod endpoints;
mod fault;
mod fault_names;
mod flow_handle;
mod flows;
mod forgery;
mod gate;
mod handle;
mod id_tokens;
mod in_memory;
mod keys;
mod listener;
mod log;
mod login;
mod login_handle;
mod logout_handle;
mod logout_tokens;
mod notifications;
mod outgoing;
mod refusal;
mod registered;
mod request;
mod routes;
mod serve;
mod sessions;
mod shared;
mod store;
mod tls;
mod tokens;
mod user;

pub use authorized::Authorized;
pub use browser::TestBrowser;
pub use builder::TestProviderBuilder;
pub use client::TestClient;
pub use code::CodeDraft;
pub use draft::{ForgedKind, TokenDraft};
pub use endpoint::ProviderEndpoint;
pub use fault::Fault;
pub use forgery::Forgery;
pub use gate::Gate;
pub use handle::TestProvider;
pub use listener::ProviderListener;
pub use tokens::{AccessTokenFormat, RefreshTokens};
pub use user::TestUser;
