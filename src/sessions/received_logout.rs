//! A back-channel logout between the check of its token and the response: the sessions end first, the token is remembered after.

use std::fmt;

use crate::cache::ReplayGuard;
use crate::error::Error;
use crate::protocol::logout::LogoutNotice;

/// A logout token that passed every check and was not used before. Its sessions are still to be ended.
///
/// OpenID Connect Back-Channel Logout 1.0 sections 2.6 to 2.8. The token is not remembered yet: end the sessions, then call
/// [`ended`](Self::ended). To end sessions twice does no harm, to lose a logout does: if ending them fails, or the request is abandoned half-way,
/// the same token succeeds when the provider delivers it again.
///
/// # Example
/// ```
/// # use identity_model::error::Error;
/// use identity_model::sessions::{BackchannelLogout, SessionRegistry};
///
/// async fn logout(logout: &BackchannelLogout, request: &http::Request<String>, sessions: &dyn SessionRegistry) -> Result<(), Error> {
///     let received = logout.receive(request).await?;
///     sessions.end(received.notice()).await?;
///     received.ended().await // now answer with `logout_accepted()`
/// }
/// ```
#[must_use = "its sessions are still to be ended"]
pub struct ReceivedLogout {
    notice: LogoutNotice,
    seen: ReplayGuard,
}

impl ReceivedLogout {
    pub(super) fn new(notice: LogoutNotice, seen: ReplayGuard) -> Self {
        Self { notice, seen }
    }

    /// Whose sessions end.
    pub fn notice(&self) -> &LogoutNotice {
        &self.notice
    }

    /// Remembers the token until it expires, now that the sessions have ended: from here on a replay is rejected. Of several deliveries at the
    /// same moment each succeeds, since each has ended the sessions.
    ///
    /// # Errors
    /// Kind `Store` where the token cannot be remembered. The sessions have ended all the same.
    pub async fn ended(self) -> Result<(), Error> {
        self.seen.remember(&self.notice.replay_key(), self.notice.acceptable_until()).await?;
        Ok(())
    }

    /// The blocking twin of [`ended`](Self::ended).
    ///
    /// # Errors
    /// As [`ended`](Self::ended).
    pub fn ended_blocking(self) -> Result<(), Error> {
        self.seen.remember_blocking(&self.notice.replay_key(), self.notice.acceptable_until())?;
        Ok(())
    }
}

impl fmt::Debug for ReceivedLogout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedLogout").field("notice", &self.notice).finish_non_exhaustive()
    }
}
