//! From the socket or the memory to an endpoint and back.

pub(super) mod call;
pub(super) mod connection;
pub(super) mod dpop;
pub(super) mod in_memory;
pub(super) mod listener;
pub(super) mod outgoing;
pub(super) mod request;
pub(super) mod response;
pub(super) mod routes;
pub(super) mod serve;
pub(super) mod switch;
pub(super) mod tls;
