//! Tokens over time.

mod limits;
mod manager;
mod sharing;
mod support;
