//! The seam over reqwest and rustls, async and blocking, with one builder for both.

#[cfg(feature = "blocking")]
mod blocking;
mod builder;
mod certificates;
mod client;
mod failure;
mod guard;

#[cfg(feature = "blocking")]
pub use blocking::BlockingReqwestClient;
pub use builder::ReqwestClientBuilder;
pub use client::ReqwestClient;
