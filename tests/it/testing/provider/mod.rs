//! `TestProvider`, seen from outside: through the seam in memory, and over a socket.

mod authorization;
mod client_assertions;
mod end_session;
mod endpoints;
mod faults;
mod grants;
mod introspection;
mod keys;
#[cfg(feature = "reqwest")]
mod listener;
mod polling;
mod pushed_authorization;
mod registration;
mod requests;
mod response_modes;
mod response_types;
mod sign_in;
mod support;
