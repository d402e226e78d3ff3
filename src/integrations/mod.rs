//! This crate beside others: what ties it to a platform or a framework, each behind a feature of its own.

#[cfg(feature = "native")]
pub mod native;
