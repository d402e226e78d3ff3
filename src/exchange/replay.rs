//! What may be used once: the seam of a store that remembers it, and how an exchange reaches one. Shown to the outside by
//! [`cache`](crate::cache).

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use super::remote::Remote;
use crate::encoding::base64url;
use crate::error_kind::classify;

/// Remembers what may be used once, perhaps for many processes: finished logins, the `jti` of logout tokens and of DPoP proofs.
///
/// OpenID Connect Back-Channel Logout section 2.6, RFC 9449 section 11.1. [`remember`](Self::remember) answers in **one atomic step**, so that
/// of any number of callers with the same key one alone is the first (`SET key 1 NX PXAT …` of Redis, an `INSERT` under a unique index). It
/// keeps a key until `expires_at` at least; what it cannot promise to keep is an error, never a `true`.
///
/// Where the effect must not happen twice (a code is redeemed), the key is remembered before it. Where the effect must not be lost and may be
/// repeated (sessions are ended), [`is_remembered`](Self::is_remembered) is asked before it and the key is remembered after it.
///
/// # Example
/// ```
/// use std::time::SystemTime;
/// use identity_model::cache::{MemoryReplayStore, ReplayKey, ReplayStore, StoreError};
///
/// /// Counts what comes a second time.
/// struct Counting(MemoryReplayStore, std::sync::atomic::AtomicUsize);
///
/// #[async_trait::async_trait]
/// impl ReplayStore for Counting {
///     async fn remember(&self, key: &ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError> {
///         let is_first = self.0.remember(key, expires_at).await?;
///         self.1.fetch_add(usize::from(!is_first), std::sync::atomic::Ordering::Relaxed);
///         Ok(is_first)
///     }
///
///     async fn is_remembered(&self, key: &ReplayKey) -> Result<bool, StoreError> {
///         self.0.is_remembered(key).await
///     }
/// }
/// ```
#[async_trait]
pub trait ReplayStore: Send + Sync {
    /// Remembers `key` until `expires_at`; whether it was not known before.
    ///
    /// # Errors
    /// [`StoreError`], after which the key counts as used: it is unknown whether it was known.
    async fn remember(&self, key: &ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError>;

    /// Whether `key` is remembered and has not expired. Nothing is written (`EXISTS key` of Redis).
    ///
    /// # Errors
    /// [`StoreError`] where that cannot be told.
    async fn is_remembered(&self, key: &ReplayKey) -> Result<bool, StoreError>;
}

/// The blocking twin of [`ReplayStore`].
pub trait BlockingReplayStore: Send + Sync {
    /// Remembers `key` until `expires_at`; whether it was not known before.
    ///
    /// # Errors
    /// As [`ReplayStore::remember`].
    fn remember_blocking(&self, key: &ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError>;

    /// Whether `key` is remembered and has not expired. Nothing is written.
    ///
    /// # Errors
    /// As [`ReplayStore::is_remembered`].
    fn is_remembered_blocking(&self, key: &ReplayKey) -> Result<bool, StoreError>;
}

/// A store could not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Every place is taken by something that has not expired yet; nothing was forgotten to make room.
    #[error("the store is full: {capacity} entries, none of them expired")]
    Full {
        /// How many places it has.
        capacity: usize,
    },
    /// What was to be remembered has expired already, so that its second use could not be told from its first.
    #[error("the entry has already expired")]
    Expired,
    /// The store cannot be reached, or failed; its own error is the source.
    #[error("the store failed")]
    Unavailable(#[source] Arc<dyn std::error::Error + Send + Sync>),
}

impl StoreError {
    /// Wraps what a custom store failed with; it must show no secrets.
    pub fn unavailable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Arc::from(source.into()))
    }
}

classify! { StoreError {
    Self::Full { .. } => "store_full" Store retryable true;
    Self::Expired => "store_entry_expired" Store;
    Self::Unavailable(_) => "store_unavailable" Store retryable true;
} }

/// The key of what is remembered: a digest, so that a store never holds a secret or a name.
///
/// # Example
/// ```
/// use identity_model::cache::ReplayKey;
///
/// let key = ReplayKey::new("logout-token", ["https://idp.example.com", "jti-1"]);
/// assert_eq!(key.as_str().len(), 43);
/// assert_ne!(key, ReplayKey::new("logout-token", ["https://idp.example.co", "mjti-1"]));
/// assert_ne!(key, ReplayKey::new("dpop-proof", ["https://idp.example.com", "jti-1"]));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReplayKey(String);

impl ReplayKey {
    /// The SHA-256 of what kind of thing it is and of the texts that make it one of its kind, each with its length.
    pub fn new<T: AsRef<[u8]>>(kind: &str, parts: impl IntoIterator<Item = T>) -> Self {
        let mut digest = Sha256::new();
        let mut add = |bytes: &[u8]| {
            // A length before each part: no two lists of parts run together to the same octets.
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        };
        add(kind.as_bytes());
        parts.into_iter().for_each(|part| add(part.as_ref()));
        Self(base64url::encode(digest.finalize()))
    }

    /// The digest in base64url: 43 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ReplayKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReplayKey").field(&self.0).finish()
    }
}

/// A replay store for either driver: an async one, a blocking one, or both. Cheap to clone.
///
/// # Example
/// ```
/// use std::time::{Duration, SystemTime};
/// use identity_model::cache::{MemoryReplayStore, ReplayGuard, ReplayKey};
///
/// let guard = ReplayGuard::from(MemoryReplayStore::default()); // serves both
/// let key = ReplayKey::new("login", ["state of the login"]);
/// let until = SystemTime::now() + Duration::from_secs(600);
/// assert!(guard.remember_blocking(&key, until)?);
/// assert!(!guard.remember_blocking(&key, until)?);
/// # Ok::<(), identity_model::cache::StoreError>(())
/// ```
#[derive(Clone)]
pub struct ReplayGuard(Remote<dyn ReplayStore, dyn BlockingReplayStore>);

impl ReplayGuard {
    /// An async store.
    pub fn new(store: impl ReplayStore + 'static) -> Self {
        Self(Remote { asynchronous: Some(Arc::new(store)), blocking: None })
    }

    /// A blocking store.
    pub fn new_blocking(store: impl BlockingReplayStore + 'static) -> Self {
        Self(Remote { asynchronous: None, blocking: Some(Arc::new(store)) })
    }

    /// The same with a blocking way to the same store beside the async one.
    #[must_use]
    pub fn with_blocking(mut self, store: impl BlockingReplayStore + 'static) -> Self {
        self.0.blocking = Some(Arc::new(store));
        self
    }

    /// Remembers `key` until `expires_at`; whether it was not known before.
    ///
    /// # Errors
    /// [`StoreError`]; [`StoreError::Unavailable`] where there is no async store.
    pub async fn remember(&self, key: &ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError> {
        match &self.0.asynchronous {
            Some(store) => store.remember(key, expires_at).await,
            None => Err(StoreError::unavailable(NoWay { needed: "async" })),
        }
    }

    /// Remembers `key` until `expires_at`, on the calling thread; the twin of [`remember`](Self::remember).
    ///
    /// # Errors
    /// As [`remember`](Self::remember), where there is no blocking store.
    pub fn remember_blocking(&self, key: &ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError> {
        match &self.0.blocking {
            Some(store) => store.remember_blocking(key, expires_at),
            None => Err(StoreError::unavailable(NoWay { needed: "blocking" })),
        }
    }

    /// Whether `key` is remembered; nothing is written.
    ///
    /// # Errors
    /// As [`remember`](Self::remember).
    pub async fn is_remembered(&self, key: &ReplayKey) -> Result<bool, StoreError> {
        match &self.0.asynchronous {
            Some(store) => store.is_remembered(key).await,
            None => Err(StoreError::unavailable(NoWay { needed: "async" })),
        }
    }

    /// Whether `key` is remembered, on the calling thread; the twin of [`is_remembered`](Self::is_remembered).
    ///
    /// # Errors
    /// As [`remember_blocking`](Self::remember_blocking).
    pub fn is_remembered_blocking(&self, key: &ReplayKey) -> Result<bool, StoreError> {
        match &self.0.blocking {
            Some(store) => store.is_remembered_blocking(key),
            None => Err(StoreError::unavailable(NoWay { needed: "blocking" })),
        }
    }

    pub(crate) fn of_both<T: ReplayStore + BlockingReplayStore + 'static>(store: Arc<T>) -> Self {
        Self(Remote { asynchronous: Some(Arc::clone(&store) as _), blocking: Some(store) })
    }
}

impl fmt::Debug for ReplayGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayGuard").finish_non_exhaustive()
    }
}

/// The driver is of the other kind than the store.
#[derive(Debug, thiserror::Error)]
#[error("the replay store cannot be used by {needed} calls")]
struct NoWay {
    needed: &'static str,
}

/// Something to be remembered by a store elsewhere.
#[derive(Debug)]
pub struct RememberOrder {
    pub(super) guard: ReplayGuard,
    pub(super) key: ReplayKey,
    /// Until when; where there is none, the store is only asked and nothing is written.
    pub(super) expires_at: Option<SystemTime>,
}

impl RememberOrder {
    /// Has it remembered, or looked up; whether it was not known before. `None` where there is no async store to write to.
    pub async fn remember(&self) -> Option<Result<bool, StoreError>> {
        match self.expires_at {
            Some(expires_at) => Some(self.guard.0.asynchronous.as_ref()?.remember(&self.key, expires_at).await),
            None => Some(self.guard.is_remembered(&self.key).await.map(|is_known| !is_known)),
        }
    }

    /// Has it remembered, or looked up, on the calling thread. `None` where there is no blocking store to write to.
    pub fn remember_blocking(&self) -> Option<Result<bool, StoreError>> {
        match self.expires_at {
            Some(expires_at) => Some(self.guard.0.blocking.as_ref()?.remember_blocking(&self.key, expires_at)),
            None => Some(self.guard.is_remembered_blocking(&self.key).map(|is_known| !is_known)),
        }
    }
}
