//! The sessions of one process.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use async_trait::async_trait;

use super::{BlockingSessionRegistry, SessionRegistry};
use crate::cache::StoreError;
use crate::environment::Environment;
use crate::protocol::logout::LogoutNotice;
use crate::validation::ValidatedToken;

/// Which of an application's sessions belong to which login, in the memory of one process: for development, tests and small applications.
///
/// The application asks [`is_live`](Self::is_live) with every request; a logout at the provider makes that false. A session leaves by
/// [`forget`](Self::forget), by a logout or by its expiry. At most 100 000 unless said otherwise; where all places are taken, a login is rejected
/// and no session is given up for it. Clones share what they hold. `Debug` shows no session identifier.
///
/// # Example
/// ```
/// use std::time::{Duration, SystemTime};
/// use identity_model::sessions::MemorySessions;
///
/// let sessions = MemorySessions::default();
/// let until = SystemTime::now() + Duration::from_secs(3600);
/// sessions.begin("id of the application's session", "https://idp.example.com", "alice", Some("08a5"), until)?;
/// assert!(sessions.is_live("id of the application's session"));
/// sessions.forget("id of the application's session");
/// assert!(!sessions.is_live("id of the application's session"));
/// # Ok::<(), identity_model::cache::StoreError>(())
/// ```
#[derive(Clone)]
pub struct MemorySessions(Arc<Inner>);

struct Inner {
    sessions: Mutex<HashMap<String, Session>>,
    capacity: usize,
    environment: Environment,
}

struct Session {
    issuer: String,
    subject: String,
    session_id: Option<String>,
    expires_at: SystemTime,
}

/// How many sessions there is room for unless something else is said.
const CAPACITY: usize = 100_000;

impl MemorySessions {
    /// Room for `capacity` sessions, and for one at least.
    pub fn new(capacity: usize) -> Self {
        Self(Arc::new(Inner { sessions: Mutex::default(), capacity: capacity.max(1), environment: Environment::system() }))
    }

    /// An empty place of the same size with another clock.
    #[must_use]
    pub fn with_environment(&self, environment: Environment) -> Self {
        Self(Arc::new(Inner { sessions: Mutex::default(), capacity: self.0.capacity, environment }))
    }

    /// A session of the application begins, for the login that ended with this ID token.
    ///
    /// # Errors
    /// As [`begin`](Self::begin).
    pub fn begin_with(&self, id: impl Into<String>, id_token: &ValidatedToken, expires_at: SystemTime) -> Result<(), StoreError> {
        let (issuer, subject) = (id_token.issuer().unwrap_or_default(), id_token.subject().unwrap_or_default());
        self.begin(id, issuer, subject, id_token.session_id(), expires_at)
    }

    /// A session of the application begins; `session_id` is the `sid` of the login's ID token, where that has one. One with the same `id` ends.
    ///
    /// # Errors
    /// [`StoreError::Expired`] where it has expired already, [`StoreError::Full`] where every place is taken.
    pub fn begin(
        &self,
        id: impl Into<String>,
        issuer: &str,
        subject: &str,
        session_id: Option<&str>,
        expires_at: SystemTime,
    ) -> Result<(), StoreError> {
        let (id, now) = (id.into(), self.0.environment.clock().now());
        if expires_at <= now {
            return Err(StoreError::Expired);
        }
        let mut sessions = self.sessions();
        if sessions.len() >= self.0.capacity && !sessions.contains_key(&id) {
            sessions.retain(|_, session| session.expires_at > now);
            if sessions.len() >= self.0.capacity {
                return Err(StoreError::Full { capacity: self.0.capacity });
            }
        }
        let session =
            Session { issuer: issuer.to_owned(), subject: subject.to_owned(), session_id: session_id.map(str::to_owned), expires_at };
        sessions.insert(id, session);
        Ok(())
    }

    /// Whether the session has begun and is not over.
    pub fn is_live(&self, id: &str) -> bool {
        let now = self.0.environment.clock().now();
        self.sessions().get(id).is_some_and(|session| session.expires_at > now)
    }

    /// The session is over: its user logged out here.
    pub fn forget(&self, id: &str) {
        self.sessions().remove(id);
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BlockingSessionRegistry for MemorySessions {
    fn end_blocking(&self, notice: &LogoutNotice) -> Result<(), StoreError> {
        self.sessions().retain(|_, session| !notice.concerns(&session.issuer, &session.subject, session.session_id.as_deref()));
        Ok(())
    }
}

#[async_trait]
impl SessionRegistry for MemorySessions {
    async fn end(&self, notice: &LogoutNotice) -> Result<(), StoreError> {
        self.end_blocking(notice)
    }
}

/// With the default room and the system's clock.
impl Default for MemorySessions {
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

impl fmt::Debug for MemorySessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemorySessions").field("capacity", &self.0.capacity).field("len", &self.sessions().len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::environment::FixedClock;

    #[test]
    fn sessions_expire_and_a_full_place_gives_none_up() {
        let clock = FixedClock::at(SystemTime::UNIX_EPOCH);
        let sessions = MemorySessions::new(1).with_environment(Environment::system().with_clock(clock.clone()));
        let after = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let begin = |id: &str, until| sessions.begin(id, "https://idp.example.com", "alice", None, until);
        assert!(matches!(begin("a", after(0)), Err(StoreError::Expired)));
        begin("a", after(60)).unwrap();
        assert!(matches!(begin("b", after(60)), Err(StoreError::Full { capacity: 1 })));
        begin("a", after(90)).unwrap();
        clock.advance(Duration::from_secs(89));
        assert!(sessions.is_live("a"));
        clock.advance(Duration::from_secs(1));
        assert!(!sessions.is_live("a"));
        begin("b", after(200)).unwrap();
        assert!(sessions.is_live("b"));
        sessions.forget("a");
        assert!(sessions.is_live("b"), "that was another one");
        sessions.forget("b");
        assert!(!sessions.is_live("b"));
    }
}
