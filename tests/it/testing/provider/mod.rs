//! `TestProvider`, seen from outside: through the seam in memory, and over a socket.

mod authorization;
mod backchannel_logout;
mod bad_requests;
mod client_assertions;
mod dpop;
mod end_session;
mod endpoints;
mod faults;
mod grants;
mod introspection;
mod keys;
#[cfg(feature = "reqwest")]
mod listener;
mod notifications;
mod other_providers;
mod polling;
mod pushed_authorization;
mod registration;
mod request_objects;
mod requests;
mod response_modes;
mod response_types;
mod sign_in;
mod support;
