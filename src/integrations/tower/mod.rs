//! Protecting a [tower](https://docs.rs/tower) service by access tokens (feature `tower`): axum, tonic, hyper and what else speaks tower.

mod attach;
mod layer;

pub use attach::{AttachToken, AttachTokenError, AttachTokenLayer, ReplayableBody};
pub use layer::{RequireToken, RequireTokenLayer};
