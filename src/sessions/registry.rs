//! Where an application's sessions are, as far as a logout needs to know.

use async_trait::async_trait;

use crate::cache::StoreError;
use crate::protocol::logout::LogoutNotice;

/// Ends sessions that a provider says are over.
///
/// OpenID Connect Back-Channel Logout 1.0 section 2.7: where there is no such session (any more), the logout has succeeded. Refresh tokens of the
/// session that were not asked for with `offline_access` should be given up with it.
///
/// # Example
/// ```
/// use identity_model::cache::StoreError;
/// use identity_model::protocol::logout::LogoutNotice;
/// use identity_model::sessions::SessionRegistry;
///
/// # struct Database;
/// # impl Database { async fn delete(&self, _: &str, _: &[&str]) -> Result<(), std::io::Error> { Ok(()) } }
/// struct Sessions(Database);
///
/// #[async_trait::async_trait]
/// impl SessionRegistry for Sessions {
///     async fn end(&self, notice: &LogoutNotice) -> Result<(), StoreError> {
///         let (condition, value) = match (notice.session_id(), notice.subject()) {
///             (Some(sid), _) => ("iss = $1 and sid = $2", sid),
///             (None, subject) => ("iss = $1 and sub = $2", subject.unwrap_or_default()),
///         };
///         self.0.delete(condition, &[notice.issuer(), value]).await.map_err(StoreError::unavailable)
///     }
/// }
/// ```
#[async_trait]
pub trait SessionRegistry: Send + Sync {
    /// Ends every session that `notice` [concerns](LogoutNotice::concerns).
    ///
    /// # Errors
    /// [`StoreError`] where that cannot be done or told.
    async fn end(&self, notice: &LogoutNotice) -> Result<(), StoreError>;
}

/// The blocking twin of [`SessionRegistry`].
pub trait BlockingSessionRegistry: Send + Sync {
    /// Ends every session that `notice` [concerns](LogoutNotice::concerns).
    ///
    /// # Errors
    /// As [`SessionRegistry::end`].
    fn end_blocking(&self, notice: &LogoutNotice) -> Result<(), StoreError>;
}
