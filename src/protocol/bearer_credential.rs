//! A bearer token that a request brings along where a server demands one (RFC 6750 section 2.1): fixed, or read anew for every request.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::secret::AccessToken;

/// A bearer token for endpoints that take one in the place of client authentication: discovery and keys of a cluster, introspection.
///
/// RFC 6750 section 2.1. A token that is rotated is read for every request: from its file, or by a function. `Debug` shows no token. Files
/// compare by path, everything else by identity: a clone is equal to what it was cloned from.
///
/// # Example
/// ```
/// use identity_model::protocol::BearerCredential;
/// use identity_model::protocol::discovery::DiscoveryPolicy;
///
/// let credential = BearerCredential::file("/var/run/secrets/kubernetes.io/serviceaccount/token");
/// let policy = DiscoveryPolicy::kubernetes("https://kubernetes.default.svc.cluster.local", None)?.to_builder().credential(credential).build();
/// assert!(policy.credential().is_some());
/// # Ok::<(), identity_model::protocol::discovery::AddressError>(())
/// ```
#[derive(Clone)]
pub struct BearerCredential(pub(super) Source);

#[derive(Clone)]
pub(super) enum Source {
    Token(Arc<AccessToken>),
    File(Arc<PathBuf>),
    Function(Arc<dyn Fn() -> io::Result<AccessToken> + Send + Sync>),
}

impl BearerCredential {
    /// The token itself.
    pub fn token(token: impl Into<AccessToken>) -> Self {
        Self(Source::Token(Arc::new(token.into())))
    }

    /// The content of a small local file, without the white space around it; read, and waited for, at every request.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(Arc::new(path.into())))
    }

    /// What `read` returns, called for every request. It must not block for long: nothing else goes on meanwhile.
    pub fn reading(read: impl Fn() -> io::Result<AccessToken> + Send + Sync + 'static) -> Self {
        Self(Source::Function(Arc::new(read)))
    }

    /// What tells one from another.
    fn identity(&self) -> (Option<&PathBuf>, *const ()) {
        match &self.0 {
            Source::Token(token) => (None, Arc::as_ptr(token).cast()),
            Source::File(path) => (Some(path), std::ptr::null()),
            Source::Function(read) => (None, Arc::as_ptr(read).cast()),
        }
    }
}

impl PartialEq for BearerCredential {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for BearerCredential {}

impl Hash for BearerCredential {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl fmt::Debug for BearerCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Token(_) => f.write_str("BearerCredential([redacted])"),
            Source::File(path) => write!(f, "BearerCredential({:?})", path.display().to_string()),
            Source::Function(_) => f.write_str("BearerCredential(…)"),
        }
    }
}

impl From<AccessToken> for BearerCredential {
    fn from(token: AccessToken) -> Self {
        Self::token(token)
    }
}

impl From<&AccessToken> for BearerCredential {
    fn from(token: &AccessToken) -> Self {
        Self::token(token)
    }
}
