//! Tokens over time.

mod limits;
mod manager;
mod outgoing;
#[cfg(feature = "tower")]
mod outgoing_tower;
mod sharing;
mod support;
