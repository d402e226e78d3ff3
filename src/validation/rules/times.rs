//! When a token begins and ends: `exp`, `nbf`, `iat` (RFC 7519 section 4.1), and what they must not say of each other.

use std::time::Duration;

use super::ClaimChecks;
use crate::encoding::epoch::NumericDate;
use crate::validation::claim_name::ClaimName;
use crate::validation::{TokenKind, ValidationError, ValidationErrorKind};

/// OpenID Connect Core section 3.3.2.11 leaves the age of an ID token from the front channel to the client.
const FRONT_CHANNEL_AGE: Duration = Duration::from_secs(60 * 60);

/// CIBA Core section 10.3.1 leaves the age of a pushed ID token to the client; the conformance suite sends one that is a week old.
const PUSHED_AGE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// JARM section 2.1: a lifetime of ten minutes at most is recommended.
const RESPONSE_LIFETIME: Duration = Duration::from_secs(10 * 60);

impl ClaimChecks<'_> {
    /// `exp` is yet to come, the leeway on top.
    pub(super) fn expiry(&self) -> Result<(), ValidationError> {
        match self.date(ClaimName::Exp)? {
            Some(expiry) if expiry <= self.earliest() => Err(self.at(ValidationErrorKind::Expired, ClaimName::Exp, "after", expiry)),
            _ => Ok(()),
        }
    }

    /// `nbf` and `iat` against the clock and each other; `exp` itself was judged before.
    pub(super) fn times(&self) -> Result<(), ValidationError> {
        use ValidationErrorKind as Kind;
        let settings = &self.options.rules.settings;
        let (expiry, begin, issued) = (self.date(ClaimName::Exp)?, self.date(ClaimName::Nbf)?, self.signed_date(ClaimName::Iat)?);
        if let Some(begin) = begin.filter(|begin| *begin > self.latest()) {
            return Err(self.at(Kind::NotYetValid, ClaimName::Nbf, "at most", begin));
        }
        if let Some(issued) = issued.filter(|issued| *issued > self.latest()) {
            return Err(self.at(Kind::IssuedInFuture, ClaimName::Iat, "at most", issued));
        }
        for (name, moment) in [(ClaimName::Iat, issued), (ClaimName::Nbf, begin)] {
            if let (Some(moment), Some(expiry)) = (moment, expiry)
                && moment > expiry
            {
                let expected = format!("at most `exp`, {}", expiry.seconds());
                let rejected = self.reject(Kind::TimesContradict).claim_named(name.as_str());
                return Err(rejected.expecting(expected).finding(&moment.seconds().to_string()));
            }
        }
        let pushed = self.options.expected().authentication_request_id.is_some();
        let usual = settings.front_channel.then_some(FRONT_CHANNEL_AGE).or(pushed.then_some(PUSHED_AGE));
        let age = settings.max_issued_age.or(usual);
        if let (Some(age), Some(issued)) = (age, issued)
            && issued < self.earliest().saturating_sub(age)
        {
            return Err(self.at(Kind::IssuedTooLongAgo, ClaimName::Iat, "no older than the limit at", issued));
        }
        let lifetime = settings.max_lifetime.or((self.kind() == TokenKind::AuthorizationResponse).then_some(RESPONSE_LIFETIME));
        match (lifetime, expiry) {
            (Some(lifetime), Some(expiry)) if expiry > self.latest().saturating_add(lifetime) => {
                Err(self.at(Kind::LifetimeTooLong, ClaimName::Exp, "within the limit from", expiry))
            }
            _ => Ok(()),
        }
    }

    /// The moment, the leeway taken off.
    pub(super) fn earliest(&self) -> NumericDate {
        self.now.saturating_sub(self.options.rules.settings.leeway)
    }

    /// The moment, the leeway put on.
    pub(super) fn latest(&self) -> NumericDate {
        self.now.saturating_add(self.options.rules.settings.leeway)
    }

    pub(super) fn at(&self, kind: ValidationErrorKind, name: ClaimName, relation: &str, found: NumericDate) -> ValidationError {
        let leeway = self.options.rules.settings.leeway.as_secs();
        let expected = format!("{relation} {} with {leeway} s of leeway", self.now.seconds());
        self.reject(kind).claim_named(name.as_str()).expecting(expected).finding(&found.seconds().to_string())
    }
}
