//! What the provider is and remembers: its settings, addresses, keys, codes, tokens and sessions.

pub(super) mod addresses;
pub(super) mod endpoint;
pub(super) mod endpoint_table;
pub(super) mod flows;
pub(super) mod grant;
pub(super) mod keys;
pub(super) mod log;
pub(super) mod proofs;
pub(super) mod sessions;
pub(super) mod shared;
pub(super) mod store;
