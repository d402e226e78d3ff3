//! The other face: what awaits elsewhere blocks the calling thread here.
//!
//! Every request has `send_blocking` beside `send`; what needs a type of its own for that stands in this room. Nothing here decides
//! anything: both faces drive the same exchanges.

mod oidc_client;

pub use oidc_client::OidcClient;
