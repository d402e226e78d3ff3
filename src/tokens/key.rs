//! What makes a token different from every other.

use std::fmt;

use crate::protocol::token::TokenFingerprint;

/// Everything that two requests have to share for one token to serve both: what the request says, and its tenant.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct TokenKey {
    pub(super) request: TokenFingerprint,
    pub(super) tenant: Option<String>,
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenKey").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}
