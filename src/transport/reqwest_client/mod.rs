//! The seam over reqwest and rustls, async and blocking, with one builder for both.

#[cfg(feature = "blocking")]
mod blocking;
mod builder;
mod certificates;
mod client;
mod decoding;
mod failure;
mod guard;
mod panics;
mod proxy;
mod trust;

#[cfg(not(all(unix, not(any(target_vendor = "apple", target_os = "android")))))]
mod platform_roots;
#[cfg(all(unix, not(any(target_vendor = "apple", target_os = "android"))))]
mod system_roots;

#[cfg(not(all(unix, not(any(target_vendor = "apple", target_os = "android")))))]
use platform_roots as system;
#[cfg(all(unix, not(any(target_vendor = "apple", target_os = "android"))))]
use system_roots as system;

#[cfg(feature = "blocking")]
pub use blocking::BlockingReqwestClient;
pub use builder::ReqwestClientBuilder;
pub use client::ReqwestClient;
