//! Tokens that were validated before: what spares their signature a second check, and nothing else.

use std::fmt;
use std::time::SystemTime;

use quick_cache::sync::Cache;

use super::KeySource;
use crate::encoding::digest::sha256;
use crate::validation::{TokenValidationOptions, ValidatedToken};

/// A bounded cache of validated tokens, by the SHA-256 digest of their text: the text itself, which is a secret, is not kept.
///
/// An entry serves as long as the key set that verified it is the current one and `exp`, without leeway, has not come. Whatever the rules
/// ask besides is asked again each time.
pub(super) struct VerifiedTokens(Cache<[u8; 32], Seen>);

#[derive(Clone)]
struct Seen {
    token: ValidatedToken,
    keys: KeysAt,
}

/// A key set of a source: which provider's, and which of its sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeysAt {
    pub(super) provider: usize,
    pub(super) version: u64,
}

/// Where one token stands, or would stand, in the cache.
pub(super) struct Place<'c> {
    cache: &'c VerifiedTokens,
    digest: [u8; 32],
}

impl VerifiedTokens {
    pub(super) fn new(capacity: usize) -> Self {
        Self(Cache::new(capacity))
    }

    pub(super) fn place(&self, token: &str) -> Place<'_> {
        Place { cache: self, digest: sha256(token) }
    }
}

impl Place<'_> {
    /// The token, if it may still be believed: its keys in force, its end ahead, every other rule asked once more.
    pub(super) fn recall(&self, source: &KeySource, options: &TokenValidationOptions, now: SystemTime) -> Option<ValidatedToken> {
        let Self { cache: VerifiedTokens(cache), digest } = self;
        let Seen { token, keys } = cache.get(digest)?;
        let current = source.current_version(keys.provider)?;
        if keys.version != current {
            // Whether a newer set still has the key, the whole validation finds out; nothing older is kept.
            cache.retain(|_, seen| seen.keys.provider != keys.provider || seen.keys.version == current);
            return None;
        }
        if token.expires_at().is_none_or(|expiry| expiry <= now) {
            cache.remove(digest);
            return None;
        }
        token.recheck(options, now).ok().map(|()| token)
    }

    /// Keeps a token that was validated with these keys; one without an end is not kept.
    pub(super) fn keep(self, token: &ValidatedToken, keys: KeysAt) {
        if token.expires_at().is_some() {
            self.cache.0.insert(self.digest, Seen { token: token.clone(), keys });
        }
    }
}

impl fmt::Debug for VerifiedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedTokens").field("len", &self.0.len()).field("capacity", &self.0.capacity()).finish()
    }
}

#[cfg(test)]
mod tests;
