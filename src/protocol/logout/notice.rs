//! What a validated logout token says: whose sessions end.

use std::time::SystemTime;

use super::LogoutError;
use crate::constants::claims;
use crate::exchange::replay::ReplayKey;
use crate::validation::{TokenKind, ValidatedToken};

/// A provider's word that sessions are over: of one session (`sid`), or of all that a subject has at this client.
///
/// OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.6. Made only from a validated logout token, so its holder need not check
/// it again; `Debug` shows it whole, for the log of who was logged out.
///
/// # Example
/// ```
/// # use identity_model::protocol::logout::LogoutNotice;
/// struct Session { issuer: String, subject: String, session_id: Option<String> }
///
/// fn end(sessions: &mut Vec<Session>, notice: &LogoutNotice) {
///     sessions.retain(|session| !notice.concerns(&session.issuer, &session.subject, session.session_id.as_deref()));
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutNotice {
    issuer: String,
    subject: Option<String>,
    session_id: Option<String>,
    token_id: String,
    acceptable_until: SystemTime,
}

impl LogoutNotice {
    /// What this logout token says.
    ///
    /// # Errors
    /// [`LogoutError::TokenKind`] where it was validated as another kind of token; [`LogoutError::TokenUnmarked`] where the options let it
    /// pass without `jti`, `iss`, or both of `exp` and a greatest age.
    pub fn of(token: &ValidatedToken) -> Result<Self, LogoutError> {
        if token.token_kind() != TokenKind::LogoutToken {
            return Err(LogoutError::TokenKind { found: token.token_kind() });
        }
        let marked = |claim: &'static str| LogoutError::TokenUnmarked { claim };
        Ok(Self {
            issuer: token.issuer().ok_or(marked(claims::ISS))?.to_owned(),
            subject: token.subject().map(str::to_owned),
            session_id: token.session_id().map(str::to_owned),
            token_id: token.token_id().ok_or(marked(claims::JTI))?.to_owned(),
            acceptable_until: token.acceptable_until().ok_or(marked(claims::EXP))?,
        })
    }

    /// `iss`: the provider that says so.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `sub`: whose sessions end; all of them where there is no [`session_id`](Self::session_id).
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// `sid`: the session that ends, as the ID token of its login named it.
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// Whether a session is over: it is this issuer's; where both name a `sid`, the same; where both name a subject, the same. A session that
    /// does not know its `sid` ends with its subject, since to log out too much is the safer mistake.
    pub fn concerns(&self, issuer: &str, subject: &str, session_id: Option<&str>) -> bool {
        let is_subjects = self.subject().is_none_or(|named| named == subject);
        let is_session = match (self.session_id(), session_id) {
            (Some(named), Some(known)) => named == known,
            (Some(_), None) => self.subject.is_some(),
            (None, _) => self.subject.is_some(),
        };
        self.issuer == issuer && is_subjects && is_session
    }

    /// What a [`ReplayStore`](crate::cache::ReplayStore) remembers of the token: its issuer and `jti`.
    pub fn replay_key(&self) -> ReplayKey {
        ReplayKey::new("logout-token", [&self.issuer, &self.token_id])
    }

    /// Until when the token would be accepted: `exp`, or `iat` and the greatest age where the options let `exp` be absent, and the leeway. For so
    /// long it must be remembered.
    pub fn acceptable_until(&self) -> SystemTime {
        self.acceptable_until
    }
}
