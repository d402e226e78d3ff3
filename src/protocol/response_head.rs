//! The head of an HTTP response: its status, its headers, and those that matter to a client read (RFC 9110, RFC 9449 section 8).

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, StatusCode};

use super::dpop::NonceHeader;
use crate::encoding::challenge::Challenge;
use crate::encoding::epoch;
use crate::transport::{HttpResponse, retry_after};

/// The head of a response: status, headers, and when it arrived. Cheap to clone; `Debug` shows no header.
#[derive(Clone)]
pub struct ResponseHead(Arc<HeadParts>);

struct HeadParts {
    status: StatusCode,
    received_at: SystemTime,
    headers: HeaderMap,
    challenges: Vec<Challenge>,
    /// Several lines of `Cache-Control` as one.
    cache_control: Option<String>,
    /// The types of all lines of `Content-Type`, where they contradict each other.
    content_types: Option<String>,
}

impl ResponseHead {
    /// Stands for the response of what was never asked for: a bare 200 with JSON that arrived at the epoch.
    pub(crate) fn unsent() -> Self {
        let mut response = HttpResponse::default();
        response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(crate::constants::media_types::JSON));
        Self::of(response.status(), std::mem::take(response.headers_mut()), SystemTime::UNIX_EPOCH)
    }

    pub(crate) fn of(status: StatusCode, headers: HeaderMap, now: SystemTime) -> Self {
        Self(Arc::new(HeadParts {
            status,
            received_at: now,
            challenges: Challenge::parse(headers.get_all(WWW_AUTHENTICATE)),
            cache_control: combined(&headers, CACHE_CONTROL),
            content_types: content_types(&headers),
            headers,
        }))
    }

    /// Every header, as it came. It may hold cookies: not for a log.
    ///
    /// # Example
    /// ```
    /// use identity_model::protocol::jwks::JwksRequest;
    /// use identity_model::testing::{ScriptedHttpClient, ScriptedResponse};
    ///
    /// let keys = ScriptedResponse::json(200, r#"{"keys":[]}"#).header("etag", "\"v7\"");
    /// let http = ScriptedHttpClient::builder().get("https://idp.example.com/jwks", keys).build();
    /// let response = JwksRequest::builder().address("https://idp.example.com/jwks").send_blocking(&http)?;
    /// assert_eq!(response.head().header("ETag"), Some("\"v7\""));
    /// # Ok::<(), identity_model::Error>(())
    /// ```
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The first value of the header `name`, whatever its case; `None` where it is absent or no text.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.0.headers, name)
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// When the response arrived, by the caller's clock.
    pub fn received_at(&self) -> SystemTime {
        self.0.received_at
    }

    /// The server's `Date`.
    pub fn date(&self) -> Option<SystemTime> {
        self.header(DATE.as_str()).and_then(epoch::parse_http_date)
    }

    /// How long the server asks to wait: `Retry-After`, in seconds or as a date.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.0.headers, self.0.received_at)
    }

    /// `DPoP-Nonce` (RFC 9449 section 8); `None` also for what is no nonce, and for several.
    pub fn dpop_nonce(&self) -> Option<&str> {
        match NonceHeader::of(&self.0.headers) {
            NonceHeader::Nonce(nonce) => Some(nonce),
            NonceHeader::Absent | NonceHeader::Unusable => None,
        }
    }

    /// The challenges of `WWW-Authenticate` (RFC 9110 section 11.6.1).
    pub fn challenges(&self) -> &[Challenge] {
        &self.0.challenges
    }

    /// `Cache-Control`, as it came; several lines of it as one list (RFC 9110 section 5.3).
    pub fn cache_control(&self) -> Option<&str> {
        self.0.cache_control.as_deref().or_else(|| self.header(CACHE_CONTROL.as_str()))
    }

    /// `Age`: how long the response had been in caches when it arrived (RFC 9111 section 5.1).
    pub fn age(&self) -> Option<Duration> {
        seconds(self.header(AGE.as_str())?)
    }

    /// `Content-Type`, as it came.
    pub(crate) fn content_type(&self) -> Option<&str> {
        let only = || self.0.headers.get(CONTENT_TYPE).map(|line| line.to_str().unwrap_or_default());
        self.0.content_types.as_deref().or_else(only)
    }

    /// By how many seconds the server's clock is ahead of this machine's, where the header `Date` is more than 30 s off.
    pub(crate) fn clock_offset(&self) -> Option<i64> {
        const TOLERANCE: i64 = 30;
        let offset = epoch::seconds(self.date()?).saturating_sub(epoch::seconds(self.received_at()));
        (offset.abs() > TOLERANCE).then_some(offset)
    }

    /// Whether the response came as `media_type`.
    pub(crate) fn is_of_type(&self, media_type: &str) -> bool {
        is_media_type(self.content_type(), media_type)
    }
}

impl std::fmt::Debug for ResponseHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseHead")
            .field("status", &self.0.status.as_u16())
            .field("received_at", &self.0.received_at)
            .finish_non_exhaustive()
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A list that is spread over several lines.
fn combined(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let lines: Vec<_> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    (lines.len() > 1).then(|| lines.join(", "))
}

/// The types of several lines that contradict each other, which is none that can be read.
fn content_types(headers: &HeaderMap) -> Option<String> {
    let mut lines = headers.get_all(CONTENT_TYPE).iter().map(|line| line.to_str().unwrap_or_default());
    let first = essence(lines.next()?);
    let others: Vec<&str> = lines.map(essence).filter(|other| !other.eq_ignore_ascii_case(first)).collect();
    (!others.is_empty()).then(|| format!("{first}, {}", others.join(", ")))
}

/// A media type without its parameters.
fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// The content type of a received request, if there is exactly one: of two it is unclear which one counts.
pub(crate) fn only_content_type(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(CONTENT_TYPE).iter();
    lines.next().filter(|_| lines.next().is_none())?.to_str().ok()
}

pub(crate) fn is_media_type(found: Option<&str>, expected: &str) -> bool {
    found.is_some_and(|found| essence(found).eq_ignore_ascii_case(expected))
}

/// Whole seconds; of a list, which is none to send, the first (RFC 9111 section 5.1).
fn seconds(text: &str) -> Option<Duration> {
    let digits = text.split(',').next()?.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // A number that is too large to be read is a large one (section 1.2.2).
    is_number.then(|| Duration::from_secs(digits.parse().unwrap_or(u64::MAX)))
}
