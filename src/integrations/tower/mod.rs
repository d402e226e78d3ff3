//! Protecting a [tower](https://docs.rs/tower) service by access tokens (feature `tower`): axum, tonic, hyper and what else speaks tower.

mod layer;

pub use layer::{RequireToken, RequireTokenLayer};
