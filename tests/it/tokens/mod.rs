//! Tokens over time.

mod limits;
mod manager;
mod outgoing;
mod outgoing_tower;
mod sharing;
mod support;
