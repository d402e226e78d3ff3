//! An identity provider for tests: it answers in memory, or listens on a loopback port.
//!
//! OpenID Connect Core, Discovery 1.0, RP-Initiated, Back-Channel and Front-Channel Logout 1.0, Session Management 1.0, JARM, CIBA Core
//! 1.0, RFC 6749, RFC 6750, RFC 7009, RFC 7033, RFC 7517, RFC 7522, RFC 7523, RFC 7591, RFC 7592, RFC 7636, RFC 7662, RFC 8252, RFC 8414,
//! RFC 8628, RFC 8693, RFC 9068, RFC 9101, RFC 9126, RFC 9207, RFC 9449, RFC 9701. It spells the names of the protocols out by itself instead of
//! taking them from `constants`, so that a slip there shows.
//!
//! A request comes in through `wire`, finds its endpoint by the table of `state`, is answered by one file of `endpoints` (with `login` for what
//! goes through a browser), from what `state` remembers of the `parties`; `mint` makes the tokens, `faults` spoil the response, `handles` is what
//! a test holds.

mod endpoints;
mod faults;
mod handles;
mod login;
mod mint;
mod parties;
mod state;
mod wire;

pub use faults::fault::Fault;
pub use faults::gate::Gate;
pub use handles::authorized::Authorized;
pub use handles::browser::TestBrowser;
pub use handles::builder::TestProviderBuilder;
pub use handles::provider::TestProvider;
pub use mint::code::CodeDraft;
pub use mint::draft::{ForgedKind, TokenDraft};
pub use mint::forgery::Forgery;
pub use parties::client::TestClient;
pub use parties::user::TestUser;
pub use state::endpoint::ProviderEndpoint;
pub use state::grant::{AccessTokenFormat, RefreshTokens};
pub use state::proofs::DpopNonces;
pub use wire::listener::ProviderListener;
