//! What ties the crate to a platform.

#[cfg(feature = "native")]
mod native;
