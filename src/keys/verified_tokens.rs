//! Tokens that were validated before: it saves them a second check of their signature, and nothing else.

use std::fmt;
use std::time::SystemTime;

use quick_cache::sync::Cache;

use super::KeySource;
use super::keys_at::KeysAt;
use crate::encoding::digest::sha256;
use crate::validation::{TokenValidationOptions, ValidatedToken};

/// A bounded cache of validated tokens, by the SHA-256 digest of their signature; header and claims are compared with those that were
/// validated, which is quicker than hashing them too. An encrypted token is found by the digest of all of it. The text itself, which is a
/// secret, is not kept.
///
/// An entry serves as long as the key set that verified it is the current one and `exp`, without leeway, has not come. Whatever the rules
/// ask besides is asked again each time.
pub(super) struct VerifiedTokens(Cache<[u8; 32], CachedToken>);

#[derive(Clone)]
struct CachedToken {
    token: ValidatedToken,
    keys_at: KeysAt,
}

/// The entry that one token has, or would have, in the cache.
pub(super) struct TokenEntry<'c> {
    cache: &'c VerifiedTokens,
    digest: [u8; 32],
    /// What the digest does not cover: header and claims.
    signing_input: Option<&'c str>,
}

impl VerifiedTokens {
    pub(super) fn new(capacity: usize) -> Self {
        Self(Cache::new(capacity))
    }

    /// The entry of this text; a text that has not the form of a token has none.
    pub(super) fn entry<'c>(&'c self, token: &'c str) -> Option<TokenEntry<'c>> {
        let (input, signature) = token.rsplit_once('.')?;
        let (signing_input, hashed) = match input.split('.').take(5).count() {
            2 => (Some(input), signature),
            4 => (None, token),
            _ => return None,
        };
        Some(TokenEntry { cache: self, digest: sha256(hashed), signing_input })
    }
}

impl TokenEntry<'_> {
    /// The token, if it may still be believed: its keys in force, its end ahead, every other rule asked once more.
    pub(super) fn recall(&self, source: &KeySource, options: &TokenValidationOptions, now: SystemTime) -> Option<ValidatedToken> {
        let Self { cache: VerifiedTokens(cache), digest, signing_input } = self;
        let CachedToken { token, keys_at } = cache.get(digest)?;
        if !signing_input.map_or_else(|| token.encryption_header().is_some(), |input| token.is_of(input)) {
            return None;
        }
        let current = source.current_version(keys_at, token.issuer())?;
        if keys_at.version != current {
            // Whether a newer set still has the key, the whole validation finds out; nothing older is kept.
            cache.retain(|_, cached| cached.keys_at.provider != keys_at.provider || cached.keys_at.version == current);
            return None;
        }
        if token.expires_at().is_none_or(|expiry| expiry <= now) {
            cache.remove(digest);
            return None;
        }
        token.recheck(options, now).ok().map(|()| token)
    }

    /// Keeps a token that was validated with these keys; one without an end is not kept.
    pub(super) fn keep(self, token: &ValidatedToken, keys_at: KeysAt) {
        if token.expires_at().is_some() {
            self.cache.0.insert(self.digest, CachedToken { token: token.clone(), keys_at });
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
