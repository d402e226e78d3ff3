//! The other face: what awaits elsewhere blocks the calling thread here.
//!
//! Every request has `send_blocking` beside `send`; what needs a type of its own for that stands in this room. Nothing here decides
//! anything: both faces drive the same exchanges.

mod oauth_client;
mod oidc_client;

pub use oauth_client::OAuthClient;
pub use oidc_client::OidcClient;
