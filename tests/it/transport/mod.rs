//! `transport` over real sockets on loopback addresses.

mod blocking;
mod client;
mod environment;
mod mutual_tls;
mod private_addresses;
mod seam;
mod support;
mod tls;
