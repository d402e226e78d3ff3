//! `TestProvider`, seen from outside: through the seam in memory, and over a socket.

mod endpoints;
mod faults;
mod grants;
mod introspection;
mod keys;
#[cfg(feature = "reqwest")]
mod listener;
mod polling;
mod requests;
mod support;
