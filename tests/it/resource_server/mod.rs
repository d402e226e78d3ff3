//! An API behind a resource server: what each request is answered with.

mod api;
mod issuers;
mod support;
mod tokens_elsewhere;
#[cfg(feature = "axum")]
mod tower;
