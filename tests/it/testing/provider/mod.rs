//! `TestProvider`, seen from outside: through the seam in memory, and over a socket.

mod endpoints;
mod faults;
mod introspection;
mod keys;
#[cfg(feature = "reqwest")]
mod listener;
mod requests;
mod support;
