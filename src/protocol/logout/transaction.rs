//! What the application keeps while the user is at the provider to log out, and the check when he comes back.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize};
use zeroize::Zeroizing;

use super::LogoutError;
use crate::constants::parameters;
use crate::encoding::form::Form;
use crate::exchange::replay::ReplayKey;
use crate::sealing::{SealContext, SealError, SealPurpose, SealingKey};
use crate::secret::SecretText;

/// A logout that was begun: kept in the user's session (or a cookie of its own, since the session ends), taken out when he comes back.
///
/// OpenID Connect RP-Initiated Logout 1.0 sections 2 and 3. Serialisable and small; it expires, after fifteen minutes unless the request said
/// otherwise. [`finish`](Self::finish) consumes it, so that a return is believed once; delete it where it is stored.
/// `Debug` does not show the state.
///
/// # Example
/// ```
/// use std::time::SystemTime;
/// use identity_model::protocol::logout::{EndSessionRequest, LogoutReturn};
///
/// let begun = EndSessionRequest::builder()
///     .address("https://idp.example.com/logout")
///     .client_id("app")
///     .post_logout_redirect_uri("https://app.example.com/goodbye")
///     .begin()?;
/// let kept = serde_json::to_string(begun.transaction())?;
///
/// // The provider sends the user back.
/// # let state = begun.url().split("state=").nth(1).unwrap();
/// let returned = LogoutReturn::from_url(&format!("https://app.example.com/goodbye?state={state}"))?;
/// let transaction: identity_model::protocol::logout::LogoutTransaction = serde_json::from_str(&kept)?;
/// transaction.finish(&returned, SystemTime::now())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Serialize)]
#[serde(into = "Stored")]
pub struct LogoutTransaction {
    pub(super) state: SecretText,
    pub(super) issuer: Option<String>,
    pub(super) post_logout_redirect_uri: Option<String>,
    pub(super) expires_at: u64,
}

/// The transaction as it is written down.
#[derive(Serialize, Deserialize)]
struct Stored {
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    issuer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    post_logout_redirect_uri: Option<String>,
    /// Seconds since 1970.
    expires_at: u64,
}

impl LogoutTransaction {
    /// Whether this is the return from this very logout: `state` must be there once and be equal, and it is not too late.
    ///
    /// # Errors
    /// [`LogoutError::Repeated`], [`LogoutError::StateMissing`], [`LogoutError::StateMismatch`], [`LogoutError::TransactionExpired`].
    pub fn finish(self, returned: &LogoutReturn, now: SystemTime) -> Result<(), LogoutError> {
        if returned.repeated {
            return Err(LogoutError::Repeated { parameter: parameters::STATE });
        }
        // An empty state matches nothing, even if a store has lost the true one.
        let state = returned.state.as_ref().filter(|state| !state.expose().is_empty()).ok_or(LogoutError::StateMissing)?;
        if *state != self.state {
            return Err(LogoutError::StateMismatch);
        }
        if now >= self.expires_at() {
            return Err(LogoutError::TransactionExpired);
        }
        Ok(())
    }

    /// The transaction sealed, for a place outside of the server: a plain cookie, of some 300 characters. `name` is the name of the cookie, or the
    /// key under which it is stored: under another it does not open.
    ///
    /// # Errors
    /// [`SealError::Entropy`], [`SealError::Crypto`].
    pub fn seal(&self, key: &SealingKey, name: &str) -> Result<String, SealError> {
        let text = Zeroizing::new(serde_json::to_vec(self).map_err(|_| SealError::Malformed)?);
        key.seal_text(&SealContext::new(SealPurpose::Logout, name), &text)
    }

    /// Opens what [`seal`](Self::seal) has sealed.
    ///
    /// # Errors
    /// [`LogoutError::Seal`].
    pub fn open(sealed: &str, key: &SealingKey, name: &str) -> Result<Self, LogoutError> {
        let text = key.open_text(&SealContext::new(SealPurpose::Logout, name), sealed)?;
        serde_json::from_slice(&text).map_err(|_| SealError::Malformed.into())
    }

    /// When it is too late to come back.
    pub fn expires_at(&self) -> SystemTime {
        // Seconds that do not fit are as good as never begun.
        UNIX_EPOCH.checked_add(Duration::from_secs(self.expires_at)).unwrap_or(UNIX_EPOCH)
    }

    /// The issuer that the user was sent to, where the end-session endpoint came from its discovery document.
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Where the user comes back to, if he was to come back.
    pub fn post_logout_redirect_uri(&self) -> Option<&str> {
        self.post_logout_redirect_uri.as_deref()
    }

    /// What a [`ReplayStore`](crate::cache::ReplayStore) remembers of it, where it is kept in a place that cannot delete it for good (a cookie).
    pub fn replay_key(&self) -> ReplayKey {
        ReplayKey::new("logout", [self.state.expose()])
    }
}

/// What cannot be read is not repeated in the error: it may be a secret.
impl<'de> Deserialize<'de> for LogoutTransaction {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let unread = |_| serde::de::Error::custom("this is not what a logout transaction was kept as");
        let Stored { state, issuer, post_logout_redirect_uri, expires_at } = Stored::deserialize(deserializer).map_err(unread)?;
        Ok(Self { state: SecretText::new(state), issuer, post_logout_redirect_uri, expires_at })
    }
}

impl From<LogoutTransaction> for Stored {
    fn from(transaction: LogoutTransaction) -> Self {
        let LogoutTransaction { state, issuer, post_logout_redirect_uri, expires_at } = transaction;
        Self { state: state.expose().to_owned(), issuer, post_logout_redirect_uri, expires_at }
    }
}

impl fmt::Debug for LogoutTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutTransaction").field("issuer", &self.issuer).field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// The user comes back from the provider's logout page. Nothing in it is believed before [`LogoutTransaction::finish`].
#[derive(Clone)]
pub struct LogoutReturn {
    state: Option<SecretText>,
    repeated: bool,
}

impl LogoutReturn {
    /// Reads the address that the user came to: a whole URL of any scheme, or path and query alone.
    ///
    /// # Errors
    /// [`LogoutError::Malformed`].
    pub fn from_url(url: &str) -> Result<Self, LogoutError> {
        let url = url.split('#').next().unwrap_or_default();
        Self::from_query(url.split_once('?').map_or("", |(_, query)| query))
    }

    /// Reads a query, without its `?`.
    ///
    /// # Errors
    /// [`LogoutError::Malformed`].
    pub fn from_query(query: &str) -> Result<Self, LogoutError> {
        let form = Form::parse(query)?;
        let mut states = form.all(parameters::STATE);
        let state = states.next().map(SecretText::from);
        let repeated = states.next().is_some();
        Ok(Self { state, repeated })
    }
}

impl fmt::Debug for LogoutReturn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutReturn").field("state", &self.state.is_some()).finish_non_exhaustive()
    }
}
