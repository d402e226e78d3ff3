//! This crate beside others: what ties it to a platform or a framework, each behind a feature.

#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "native")]
pub mod native;
#[cfg(feature = "tower")]
pub mod tower;
