//! The head of an HTTP response: its status, and the headers that matter to a client (RFC 9110, RFC 9449 section 8).

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{CACHE_CONTROL, CONTENT_TYPE, DATE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, StatusCode};

use crate::encoding::challenge::Challenge;
use crate::encoding::epoch;
use crate::transport::{HttpResponse, retry_after};

/// The head of an answer: status, the headers that matter to a client, and when it arrived.
#[derive(Clone)]
pub struct ResponseHead(Arc<HeadParts>);

#[derive(Debug)]
struct HeadParts {
    status: StatusCode,
    received_at: SystemTime,
    date: Option<SystemTime>,
    retry_after: Option<Duration>,
    dpop_nonce: Option<String>,
    challenges: Vec<Challenge>,
    cache_control: Option<String>,
    content_type: Option<String>,
}

impl ResponseHead {
    /// Stands for the answer of what was never asked for: a bare 200 with JSON that arrived at the epoch.
    pub(crate) fn unsent() -> Self {
        let mut response = HttpResponse::default();
        response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(crate::constants::media_types::JSON));
        Self::of(&response, SystemTime::UNIX_EPOCH)
    }

    pub(crate) fn of(response: &HttpResponse, now: SystemTime) -> Self {
        let headers = response.headers();
        Self(Arc::new(HeadParts {
            status: response.status(),
            received_at: now,
            date: header(headers, DATE.as_str()).and_then(epoch::parse_http_date),
            retry_after: retry_after(headers, now),
            dpop_nonce: header(headers, crate::constants::headers::DPOP_NONCE).map(str::to_owned),
            challenges: Challenge::parse(headers.get_all(WWW_AUTHENTICATE)),
            cache_control: combined(headers, CACHE_CONTROL),
            content_type: content_type(headers),
        }))
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// When the answer arrived, by the caller's clock.
    pub fn received_at(&self) -> SystemTime {
        self.0.received_at
    }

    /// The server's `Date`.
    pub fn date(&self) -> Option<SystemTime> {
        self.0.date
    }

    /// How long the server asks to wait: `Retry-After`, in seconds or as a date.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// `DPoP-Nonce` (RFC 9449 section 8).
    pub fn dpop_nonce(&self) -> Option<&str> {
        self.0.dpop_nonce.as_deref()
    }

    /// The challenges of `WWW-Authenticate` (RFC 9110 section 11.6.1).
    pub fn challenges(&self) -> &[Challenge] {
        &self.0.challenges
    }

    /// `Cache-Control`, as it came; several lines of it as one list (RFC 9110 section 5.3).
    pub fn cache_control(&self) -> Option<&str> {
        self.0.cache_control.as_deref()
    }

    /// `Content-Type`, as it came.
    pub(crate) fn content_type(&self) -> Option<&str> {
        self.0.content_type.as_deref()
    }

    /// Whether the answer came as `media_type`.
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

/// A list that may be spread over several lines.
fn combined(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let lines: Vec<_> = headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}

/// The content type; where several lines contradict each other, the types of all of them, which is none that can be read.
fn content_type(headers: &HeaderMap) -> Option<String> {
    let mut lines = headers.get_all(CONTENT_TYPE).iter().map(|line| line.to_str().unwrap_or_default());
    let first = lines.next()?;
    let others: Vec<&str> = lines.map(essence).filter(|other| !other.eq_ignore_ascii_case(essence(first))).collect();
    if others.is_empty() { Some(first.to_owned()) } else { Some(format!("{}, {}", essence(first), others.join(", "))) }
}

/// A media type without its parameters.
fn essence(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// The content type of a request from somebody else, if there is exactly one: of two nobody knows which one counts.
pub(crate) fn only_content_type(headers: &HeaderMap) -> Option<&str> {
    let mut lines = headers.get_all(CONTENT_TYPE).iter();
    lines.next().filter(|_| lines.next().is_none())?.to_str().ok()
}

pub(crate) fn is_media_type(found: Option<&str>, expected: &str) -> bool {
    found.is_some_and(|found| essence(found).eq_ignore_ascii_case(expected))
}
