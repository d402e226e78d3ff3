//! Sessions that a provider may end: what receives its back-channel logout requests, and how the sessions that it means are found.
//!
//! OpenID Connect Back-Channel Logout 1.0. [`BackchannelLogout`] judges a request and answers it, a [`SessionRegistry`] is the application's
//! place of sessions; [`MemorySessions`] is one for a single process.

mod back_channel;
mod memory;
mod received_logout;
mod registry;

pub use back_channel::{BackchannelLogout, BackchannelLogoutBuilder};
pub use memory::MemorySessions;
pub use received_logout::ReceivedLogout;
pub use registry::{BlockingSessionRegistry, SessionRegistry};
