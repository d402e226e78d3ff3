//! When an attempt is repeated and how long to wait before it (RFC 9110 section 10.2.3, `Retry-After`): values and pure functions.

use std::time::{Duration, SystemTime};

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

/// How often an attempt is repeated, and the waits in between.
///
/// The wait before attempt *n* + 1 is the base delay doubled *n* − 1 times, of which chance takes away up to a half; where the server
/// says `Retry-After` it is at least that; and never more than the longest delay. Where the server asks for a longer wait than that, nothing is
/// repeated: its response is the outcome, with the time it asked for.
///
/// Defaults: 3 repetitions, base delay 1 s, longest delay 120 s.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use identity_model::transport::RetrySettings;
///
/// let settings = RetrySettings::default();
/// assert_eq!(settings.delay(1, None, u64::MAX).as_millis(), 999);
/// assert_eq!(settings.delay(3, None, 0), Duration::from_secs(2));
/// assert_eq!(settings.delay(1, Some(Duration::from_secs(7)), 0), Duration::from_secs(7));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetrySettings {
    count: u32,
    base_delay: Duration,
    longest_delay: Duration,
}

impl RetrySettings {
    /// No wait is longer unless another longest delay is set: 120 seconds.
    pub const LONGEST_DELAY: Duration = Duration::from_secs(120);

    /// Nothing is repeated.
    pub const NONE: Self = Self { count: 0, base_delay: Duration::from_secs(1), longest_delay: Self::LONGEST_DELAY };

    /// The same with another number of repetitions (attempts after the first). Default 3.
    #[must_use]
    pub const fn with_count(self, count: u32) -> Self {
        Self { count, ..self }
    }

    /// The same with another base delay. Default 1 s.
    #[must_use]
    pub const fn with_base_delay(self, base_delay: Duration) -> Self {
        Self { base_delay, ..self }
    }

    /// The same with another longest delay. Default [`LONGEST_DELAY`](Self::LONGEST_DELAY), 120 s.
    #[must_use]
    pub const fn with_longest_delay(self, longest_delay: Duration) -> Self {
        Self { longest_delay, ..self }
    }

    /// How often an attempt is repeated after the first.
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The wait before the first repetition, without chance.
    pub const fn base_delay(&self) -> Duration {
        self.base_delay
    }

    /// No wait is longer.
    pub const fn longest_delay(&self) -> Duration {
        self.longest_delay
    }

    /// Whether a wait that the server asks for is short enough to be waited for.
    pub fn allows(&self, retry_after: Option<Duration>) -> bool {
        retry_after.is_none_or(|asked| asked <= self.longest_delay)
    }

    /// The wait after attempt number `attempt` (the first is 1) has failed. `retry_after` is what the server asked for, `random` any
    /// number from a source of random bytes.
    pub fn delay(&self, attempt: u32, retry_after: Option<Duration>, random: u64) -> Duration {
        let doubled = 2_u32.checked_pow(attempt.saturating_sub(1)).and_then(|factor| self.base_delay.checked_mul(factor));
        let longest = doubled.unwrap_or(self.longest_delay).min(self.longest_delay);
        let half = longest / 2;
        // Whole nanoseconds in 64 bits, 584 years: the product fits 128 bits, and the quotient 64.
        let span = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX);
        let chance = (u128::from(span) * u128::from(random)) >> 64;
        let jittered = half.saturating_add(Duration::from_nanos(u64::try_from(chance).unwrap_or_default()));
        jittered.max(retry_after.unwrap_or_default()).min(self.longest_delay)
    }
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self::NONE.with_count(3)
    }
}

/// Whether a status says that the same request may succeed later: 429, 502, 503 and 504.
///
/// It does not say that the request was not processed; whether it may be sent again is [`Repeat`](super::Repeat)'s to tell.
pub fn is_retryable_status(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT
    )
}

/// How long the server asks to wait from `now`: the header `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3).
///
/// `None` where it is absent or neither; a date in the past is a wait of zero; not capped.
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_chance_takes_at_most_a_half() {
        let settings = RetrySettings::default();
        for (attempt, full) in [(1, 1.0), (2, 2.0), (3, 4.0), (7, 64.0), (8, 120.0), (33, 120.0), (u32::MAX, 120.0)] {
            assert_eq!(settings.delay(attempt, None, 0).as_secs_f64(), full / 2.0, "attempt {attempt}");
            let most = settings.delay(attempt, None, u64::MAX).as_secs_f64();
            assert!(most <= full && most > full * 0.999, "attempt {attempt}: {most}");
        }
        assert_eq!(settings.delay(0, None, 0), settings.delay(1, None, 0));
    }

    #[test]
    fn retry_after_lengthens_the_wait_and_120_seconds_cap_it() {
        let settings = RetrySettings::default();
        let delay = |seconds| settings.delay(3, Some(Duration::from_secs(seconds)), 0).as_secs();
        assert_eq!(delay(1), 2);
        assert_eq!(delay(30), 30);
        assert_eq!(delay(86_400), 120);
        assert_eq!(settings.delay(1, Some(Duration::MAX), u64::MAX), RetrySettings::LONGEST_DELAY);
    }

    #[test]
    fn o_retry_after_the_longest_delay_is_a_setting_and_decides_what_is_waited_for() {
        let settings = RetrySettings::default();
        let seconds = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(settings.longest_delay(), Duration::from_secs(120));
        assert!(settings.allows(None) && settings.allows(seconds(120)) && !settings.allows(seconds(121)));
        let patient = settings.with_longest_delay(Duration::from_secs(3600));
        assert!(patient.allows(seconds(3600)) && !patient.allows(seconds(3601)));
        assert_eq!(patient.delay(1, seconds(3600), 0), Duration::from_secs(3600));
        assert_eq!(patient.delay(40, None, 0), Duration::from_secs(1800));
        let hasty = settings.with_longest_delay(Duration::from_millis(10));
        assert_eq!(hasty.delay(1, None, u64::MAX).as_millis(), 9);
        assert!(settings.with_longest_delay(Duration::MAX).delay(99, None, u64::MAX) > Duration::from_secs(1));
    }

    #[test]
    fn an_odd_base_delay_neither_panics_nor_exceeds_the_cap() {
        assert_eq!(RetrySettings::default().with_base_delay(Duration::MAX).delay(1, None, u64::MAX).as_secs(), 119);
        assert_eq!(RetrySettings::default().with_base_delay(Duration::ZERO).delay(9, None, u64::MAX), Duration::ZERO);
    }

    #[test]
    fn the_retryable_statuses_are_four() {
        let retryable: Vec<u16> = (100..600).filter(|status| is_retryable_status(StatusCode::from_u16(*status).unwrap())).collect();
        assert_eq!(retryable, [429, 502, 503, 504]);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777); // Sun, 06 Nov 1994 08:49:37 GMT
        let read = |value: &str| retry_after(&HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]), now);
        assert_eq!(read("120"), Some(Duration::from_secs(120)));
        assert_eq!(read("0"), Some(Duration::ZERO));
        assert_eq!(read("99999999999999999999999"), Some(Duration::from_secs(u64::MAX)));
        assert_eq!(read("Sun, 06 Nov 1994 08:50:07 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(read("Sunday, 06-Nov-94 08:50:07 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(read("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        for junk in ["", "-1", "1.5", "soon", "+5"] {
            assert_eq!(read(junk), None, "{junk}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
