//! When a token is renewed and when it is no longer used: pure arithmetic over its lifetime.

use std::time::Duration;

use super::TokenManagerSettings;

/// The ends of a token's use, counted from the moment its request was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ends {
    /// From here on it is renewed while it still serves.
    pub(super) soft: Duration,
    /// From here on it is not used any more.
    pub(super) hard: Duration,
}

impl TokenManagerSettings {
    /// The ends of a token with this lifetime; `random` draws the jitter. `None`: it may be used by those who wait for it and no longer.
    pub(super) fn ends(&self, expires_in: Option<Duration>, random: u32) -> Option<Ends> {
        let Some(lifetime) = expires_in else {
            let end = self.lifetime_if_unknown();
            return Some(Ends { soft: end, hard: end });
        };
        if lifetime.is_zero() {
            return None;
        }
        let margin = self.renewal_margin.min(lifetime / 5);
        let jitter = self.jitter.min(lifetime / 10).mul_f64(f64::from(random) / f64::from(u32::MAX));
        let soft = lifetime.saturating_sub(margin).saturating_sub(jitter);
        let hard = lifetime.saturating_sub(self.safety_margin.min(lifetime / 20));
        Some(Ends { soft: soft.min(self.longest_use()), hard: hard.min(self.longest_use()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(expires_in: Option<Duration>, random: u32) -> Option<(f64, f64)> {
        TokenManagerSettings::default().ends(expires_in, random).map(|ends| (ends.soft.as_secs_f64(), ends.hard.as_secs_f64()))
    }

    /// The random number for which the jitter is this part of its bound.
    fn drawn(part: f64) -> u32 {
        (part * f64::from(u32::MAX)) as u32
    }

    #[test]
    fn tm3_an_unknown_lifetime_is_five_minutes_and_zero_is_not_kept() {
        assert_eq!(ends(None, u32::MAX), Some((300.0, 300.0)));
        assert_eq!(ends(Some(Duration::ZERO), 0), None);
    }

    #[test]
    fn tm3_no_token_is_used_longer_than_a_day_and_arithmetic_saturates() {
        for lifetime in [Duration::from_secs(48 * 3600), Duration::from_secs(u64::MAX), Duration::MAX] {
            assert_eq!(ends(Some(lifetime), u32::MAX), Some((86400.0, 86400.0)));
        }
        assert_eq!(ends(Some(Duration::from_secs(86400)), 0), Some((86340.0, 86390.0)));
    }

    #[test]
    fn tm4_the_examples_of_the_ends() {
        let (soft, hard) = ends(Some(Duration::from_secs(3600)), drawn(12.0 / 30.0)).unwrap();
        assert!((soft - 3528.0).abs() < 0.001 && hard == 3590.0, "{soft} {hard}");
        let (soft, hard) = ends(Some(Duration::from_secs(30)), drawn(2.0 / 3.0)).unwrap();
        assert!((soft - 22.0).abs() < 0.001 && hard == 28.5, "{soft} {hard}");
    }

    #[test]
    fn tm4_the_soft_end_never_comes_after_the_hard_end() {
        for seconds in [1, 2, 10, 59, 60, 61, 300, 86399, 86401] {
            for random in [0, 1, u32::MAX / 2, u32::MAX] {
                let ends = TokenManagerSettings::default().ends(Some(Duration::from_secs(seconds)), random).unwrap();
                assert!(ends.soft <= ends.hard && ends.hard <= Duration::from_secs(seconds), "{seconds}: {ends:?}");
            }
        }
    }
}
