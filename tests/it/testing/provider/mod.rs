//! `TestProvider`, seen from outside: through the seam in memory, and over a socket.

mod client_assertions;
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
mod support;
