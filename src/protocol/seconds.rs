//! Lifetimes and intervals in responses: seconds, as a number or a string of digits.
//!
//! What a device and a backchannel login have in common is read here too: how long a request lives, and how often it may be asked about.

use std::time::Duration;

use super::error::RequestError;
use super::excerpt::{escaped, shown_name};
use super::response::Expectation;
use crate::document::{Document, DocumentError};
use crate::encoding::json::JsonKind;

/// A number of seconds from 0 on, or a string of digits that is one; parts of a second are dropped. `None` where it is absent or `null`.
pub(crate) fn lifetime(document: &Document, member: &'static str, expectation: &Expectation) -> Result<Option<Duration>, RequestError> {
    let text = match document.kind(member) {
        None | Some(JsonKind::Null) => return Ok(None),
        Some(JsonKind::Number) => document.raw(member),
        Some(JsonKind::String) => {
            document.try_get_str(member).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
        }
        Some(found) => return Err(expectation.malformed(DocumentError::unexpected_type(member, "number", found))),
    };
    // The conversion saturates: a lifetime of more seconds than fit is as good as the longest.
    let seconds = text
        .and_then(|text| text.parse().ok().or_else(|| text.parse().ok().filter(|number| *number >= 0.0).map(|number: f64| number as u64)));
    match seconds {
        Some(seconds) => Ok(Some(Duration::from_secs(seconds))),
        None => {
            let found = document.try_get_str(member).map(shown_name);
            let found = found.unwrap_or_else(|| escaped(document.raw(member).unwrap_or_default(), 40));
            Err(expectation.member(member, "a number of seconds from 0 on", found))
        }
    }
}

/// The same where nothing hangs on it: what cannot be read is not known.
pub(crate) fn lifetime_if_readable(document: &Document, member: &'static str, expectation: &Expectation) -> Option<Duration> {
    lifetime(document, member, expectation).ok().flatten()
}

/// The life of a login that is to be polled for (RFC 8628 section 3.2, CIBA Core section 7.3).
#[derive(Debug, Clone, Copy)]
pub(crate) struct PendingLife {
    pub(crate) expires_in: Duration,
    pub(crate) interval: Duration,
    /// The monotonic time of arrival.
    pub(crate) arrived: Duration,
}

impl PendingLife {
    /// `expires_in` must be there; an `interval` that is absent, 0 or unreadable means five seconds.
    pub(crate) fn read(document: &Document, arrived: Duration, expectation: &Expectation) -> Result<Self, RequestError> {
        let expires_in = lifetime(document, "expires_in", expectation)?;
        let interval = lifetime_if_readable(document, "interval", expectation).filter(|interval| !interval.is_zero());
        Ok(Self {
            expires_in: expires_in.ok_or_else(|| expectation.member("expires_in", "a number of seconds", "nothing"))?,
            interval: interval.unwrap_or(Duration::from_secs(5)),
            arrived,
        })
    }

    /// The monotonic time of its end.
    pub(crate) fn ends_at(&self) -> Duration {
        self.arrived.saturating_add(self.expires_in)
    }
}
