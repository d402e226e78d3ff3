//! How long entries live, how failures are spaced and how long a fetch may take.

use std::time::Duration;

use crate::jose::KeySetRules;
use crate::protocol::ResponseHead;
use crate::transport::RetrySettings;

/// Ages and bounds of a cache, and the limits of its fetches.
///
/// Defaults: soft age 1 h, hard age 24 h, cool-down 5 s between forced refreshes (60 s where a signature is wrong under a known `kid`), a failure remembered 1 s doubling to 30 s, 64 providers.
/// `Cache-Control: max-age`, less the response's `Age`, moves the soft age within 60 s and the hard age.
///
/// A login or an API call usually waits for a fetch, so it is given less time than a request on its own: one repetition after
/// a quarter of a second, 5 s for an attempt, 10 s for everything together. What a fetch gives up, the next one after the pause takes up. `HTTP_RETRY_COUNT`
/// and `HTTP_RETRY_BASE_DELAY` do not change this.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use identity_model::cache::CacheSettings;
///
/// let settings = CacheSettings::default().with_soft_age(Duration::from_secs(600));
/// assert_eq!(settings.hard_age(), Duration::from_secs(24 * 3600));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheSettings {
    soft_age: Duration,
    hard_age: Duration,
    cool_down: Duration,
    signature_cool_down: Duration,
    first_failure: Duration,
    longest_failure: Duration,
    capacity: usize,
    retry: RetrySettings,
    attempt_timeout: Duration,
    deadline: Duration,
    key_limit: usize,
    body_limit: Option<usize>,
}

/// `Cache-Control` cannot make an entry younger than this.
const SHORTEST_SOFT_AGE: Duration = Duration::from_secs(60);

/// The most that a fetch may take beyond its deadline before its leader counts as stopped.
const LONGEST_GRACE: Duration = Duration::from_secs(1);

impl CacheSettings {
    /// The age from which on an entry is refreshed by who meets it. Default 1 h.
    #[must_use]
    pub const fn with_soft_age(self, soft_age: Duration) -> Self {
        Self { soft_age, ..self }
    }

    /// The age from which on an entry is no longer used. Default 24 h.
    #[must_use]
    pub const fn with_hard_age(self, hard_age: Duration) -> Self {
        Self { hard_age, ..self }
    }

    /// The time between two refreshes that an unknown `kid` forces. Default 5 s.
    #[must_use]
    pub const fn with_cool_down(self, cool_down: Duration) -> Self {
        Self { cool_down, ..self }
    }

    /// The time between two refreshes that a signature forces which is wrong under a known `kid`, as long as the keys stay the same. Default 60 s.
    ///
    /// Such a signature is mostly a forgery; or the provider has replaced the key and kept its `kid`, which the first one finds out.
    #[must_use]
    pub const fn with_signature_cool_down(self, signature_cool_down: Duration) -> Self {
        Self { signature_cool_down, ..self }
    }

    /// How many providers are kept; the one unused for longest makes room. Default 64, at least 1.
    #[must_use]
    pub const fn with_capacity(self, capacity: usize) -> Self {
        Self { capacity, ..self }
    }

    /// How failed attempts of a fetch are repeated. Default once, after a quarter of a second.
    #[must_use]
    pub const fn with_retry(self, retry: RetrySettings) -> Self {
        Self { retry, ..self }
    }

    /// How long one attempt of a fetch may take, whatever the client's own time-out. Default 5 s.
    #[must_use]
    pub const fn with_attempt_timeout(self, attempt_timeout: Duration) -> Self {
        Self { attempt_timeout, ..self }
    }

    /// How long all attempts and waits of a fetch may take together; for keys that includes the discovery before. Default 10 s.
    #[must_use]
    pub const fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// How many keys a set may have; a larger one is an error. Default 100.
    #[must_use]
    pub const fn with_key_limit(self, key_limit: usize) -> Self {
        Self { key_limit, ..self }
    }

    /// How many bytes a discovery document or a key set may have, decompressed. Default 1 MiB for a document, 512 KiB for a key set.
    #[must_use]
    pub const fn with_body_limit(self, body_limit: usize) -> Self {
        Self { body_limit: Some(body_limit), ..self }
    }

    /// The age from which on an entry is refreshed.
    pub const fn soft_age(&self) -> Duration {
        self.soft_age
    }

    /// The age from which on an entry is no longer used.
    pub const fn hard_age(&self) -> Duration {
        self.hard_age
    }

    /// The time between two forced refreshes.
    pub const fn cool_down(&self) -> Duration {
        self.cool_down
    }

    /// The time between two refreshes that wrong signatures force.
    pub const fn signature_cool_down(&self) -> Duration {
        self.signature_cool_down
    }

    /// How many providers are kept.
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// How failed attempts of a fetch are repeated.
    pub const fn retry(&self) -> RetrySettings {
        self.retry
    }

    /// How long one attempt of a fetch may take.
    pub const fn attempt_timeout(&self) -> Duration {
        self.attempt_timeout
    }

    /// How long a fetch may take with all attempts and waits.
    pub const fn deadline(&self) -> Duration {
        self.deadline
    }

    /// How many keys a set may have.
    pub const fn key_limit(&self) -> usize {
        self.key_limit
    }

    /// How many bytes a document or a key set may have, where that was set.
    pub const fn body_limit(&self) -> Option<usize> {
        self.body_limit
    }

    /// How long callers wait for the leader of a fetch: a little longer than the fetch may take, so that its own error comes first.
    pub(super) fn wait_limit(&self) -> Duration {
        self.deadline.saturating_add(self.deadline.min(LONGEST_GRACE))
    }

    /// The soft age of an entry whose answer said `max-age`.
    pub(super) fn soft_age_for(&self, max_age: Option<Duration>) -> Duration {
        match max_age {
            Some(max_age) => max_age.max(SHORTEST_SOFT_AGE.min(self.hard_age)).min(self.hard_age),
            None => self.soft_age.min(self.hard_age),
        }
    }

    /// How long the `count`th failure in a row is remembered.
    pub(super) fn failure_pause(&self, count: u32) -> Duration {
        let factor = 2_u32.checked_pow(count.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first_failure.saturating_mul(factor).min(self.longest_failure)
    }
}

impl Default for CacheSettings {
    fn default() -> Self {
        Self {
            soft_age: Duration::from_secs(3600),
            hard_age: Duration::from_secs(24 * 3600),
            cool_down: Duration::from_secs(5),
            signature_cool_down: Duration::from_secs(60),
            first_failure: Duration::from_secs(1),
            longest_failure: Duration::from_secs(30),
            capacity: 64,
            retry: RetrySettings::NONE.with_count(1).with_base_delay(Duration::from_millis(250)),
            attempt_timeout: Duration::from_secs(5),
            deadline: Duration::from_secs(10),
            key_limit: KeySetRules::remote().key_limit(),
            body_limit: None,
        }
    }
}

/// How long a response may still be used: `max-age` of its `Cache-Control` (RFC 9111 section 5.2.2.1) less the `Age` that it has already
/// (section 5.1). `no-store` and `no-cache` are no shorter life for what has to be kept to be used at all.
pub(crate) fn max_age(head: &ResponseHead) -> Option<Duration> {
    Some(directive_max_age(head.cache_control())?.saturating_sub(head.age().unwrap_or_default()))
}

fn directive_max_age(cache_control: Option<&str>) -> Option<Duration> {
    let mut is_quoted = false;
    let ends_directive = |character: char| {
        is_quoted ^= character == '"';
        character == ',' && !is_quoted
    };
    cache_control?.split(ends_directive).find_map(|directive| {
        let (name, value) = directive.trim().split_once('=')?;
        let digits = value.trim().trim_matches('"');
        let is_age = name.trim().eq_ignore_ascii_case("max-age") && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        // A number that is too large to be read is a large one (section 1.2.2).
        is_age.then(|| Duration::from_secs(digits.parse().unwrap_or(u64::MAX)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn k5_cache_control_moves_the_soft_age_within_its_bounds() {
        let settings = CacheSettings::default();
        let age = |header| settings.soft_age_for(directive_max_age(header)).as_secs();
        assert_eq!(age(None), 3600);
        assert_eq!(age(Some("public, max-age=7200")), 7200);
        assert_eq!(age(Some("MAX-AGE=\"90\"")), 90);
        assert_eq!(age(Some("max-age=0")), 60);
        assert_eq!(age(Some("max-age=99999999")), 24 * 3600);
        assert_eq!(age(Some("max-age=18446744073709551616")), 24 * 3600);
        assert_eq!(age(Some("private=\"a, max-age=70\", max-age=120")), 120);
        for junk in ["max-age=-1", "max-age=+90", "max-age=1.5", "max-age=", "max-age=\"\"", "no-cache=\"max-age=70"] {
            assert_eq!(age(Some(junk)), 3600, "{junk}");
        }
        assert_eq!(age(Some("no-store")), 3600);
        assert_eq!(age(Some("s-maxage=5, max-age")), 3600);
    }

    #[test]
    fn a_failure_is_remembered_one_second_doubling_to_thirty() {
        let settings = CacheSettings::default();
        let pauses: Vec<u64> = [1, 2, 3, 4, 5, 6, 7, u32::MAX].into_iter().map(|count| settings.failure_pause(count).as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 30, 30, 30]);
    }
}
