//! Whether the user has authenticated well enough and recently enough (RFC 9470).

use std::time::{Duration, SystemTime};

use super::RouteRequirements;
use crate::constants::claims;
use crate::validation::ValidatedToken;

impl RouteRequirements {
    /// Whether the token's `acr` or `auth_time` falls short. `leeway` is what the validator allows between clocks.
    pub(super) fn needs_step_up(&self, token: &ValidatedToken, now: SystemTime, leeway: Duration) -> bool {
        let acr = token.try_get_str(claims::ACR);
        if !self.acr_values.is_empty() && !acr.is_some_and(|acr| self.acr_values.iter().any(|wanted| wanted == acr)) {
            return true;
        }
        let Some(max_age) = self.max_age else { return false };
        let authenticated_at = token.try_get_i64(claims::AUTH_TIME).and_then(|seconds| u64::try_from(seconds).ok());
        let Some(end) = authenticated_at
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)))
            .and_then(|at| at.checked_add(max_age)?.checked_add(leeway))
        else {
            return true;
        };
        now > end
    }
}
