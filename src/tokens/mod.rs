//! Tokens over time: fetched once however many callers ask, kept until shortly before they expire, renewed while the old one still serves.
//!
//! [`TokenManager`] keeps the tokens of the application itself (client credentials, token exchange, JWT bearer and every other grant that can
//! be sent again), each found by everything that makes a token different. [`TokenSource`] is the handle of one of them.

mod error;
mod gate;
mod key;
mod lifetime;
mod managed;
mod manager;
mod settings;
mod shared;
mod source;
mod table;

pub use error::TokenError;
pub use managed::ManagedToken;
pub use manager::{TokenManager, TokenManagerBuilder};
pub use settings::TokenManagerSettings;
pub use source::TokenSource;
