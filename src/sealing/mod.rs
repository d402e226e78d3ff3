//! Text and records that leave the server and come back: sealed, so that they can be neither read nor altered on the way.
//!
//! RFC 5869 (HKDF), SP 800-38D (AES-GCM). A [`SealingKey`] seals what an application keeps in a cookie or in a store that others can reach: a
//! login that was begun, a session, a private key. A [`SealContext`] says what it is and where it is kept; what was moved elsewhere does not open.

mod context;
mod error;
mod key;

pub use context::{SealContext, SealPurpose};
pub use error::SealError;
pub use key::SealingKey;
