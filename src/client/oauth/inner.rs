//! The state that both faces of an OAuth 2.0 client share: that of every client, and what says who the user is.

use std::fmt;
use std::sync::Arc;

use crate::client::inner::ClientInner;
use crate::protocol::userinfo::SubjectClaim;

/// The shared state of an OAuth 2.0 client.
pub(crate) struct OAuthInner {
    pub(crate) client: Arc<ClientInner>,
    /// Where the response of the token endpoint names the user, if it does.
    pub(super) token_subject: Option<SubjectClaim>,
    /// Where the user endpoint names them.
    pub(super) user_subject: SubjectClaim,
    /// Headers that the user endpoint wants.
    pub(super) user_headers: Vec<(String, String)>,
}

impl fmt::Debug for OAuthInner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthInner").field("client", &self.client).finish_non_exhaustive()
    }
}
