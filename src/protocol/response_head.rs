//! The head of an HTTP response: its status, and the headers that matter to a client (RFC 9110, RFC 9449 section 8).

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{AGE, CACHE_CONTROL, CONTENT_TYPE, DATE, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::encoding::challenge::Challenge;
use crate::encoding::epoch;
use crate::transport::{HttpResponse, retry_after};

/// In lower case, as `http` keeps names.
static DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// The head of an answer: status, the headers that matter to a client, and when it arrived.
#[derive(Clone)]
pub struct ResponseHead(Arc<HeadParts>);

struct HeadParts {
    status: StatusCode,
    received_at: SystemTime,
    date: Option<HeaderValue>,
    retry_after: Option<Duration>,
    dpop_nonce: Option<HeaderValue>,
    challenges: Vec<Challenge>,
    cache_control: Option<Text>,
    age: Option<HeaderValue>,
    content_type: Option<Text>,
}

/// One line as it came, which costs no copy, or several of them.
enum Text {
    Line(HeaderValue),
    Joined(String),
}

impl Text {
    fn as_str(&self) -> Option<&str> {
        match self {
            Self::Line(value) => value.to_str().ok(),
            Self::Joined(text) => Some(text),
        }
    }
}

impl ResponseHead {
    /// Stands for the answer of what was never asked for: a bare 200 with JSON that arrived at the epoch.
    pub(crate) fn unsent() -> Self {
        let mut response = HttpResponse::default();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(crate::constants::media_types::JSON));
        Self::of(&response, SystemTime::UNIX_EPOCH)
    }

    pub(crate) fn of(response: &HttpResponse, now: SystemTime) -> Self {
        let headers = response.headers();
        Self(Arc::new(HeadParts {
            status: response.status(),
            received_at: now,
            date: headers.get(DATE).cloned(),
            retry_after: retry_after(headers, now),
            dpop_nonce: headers.get(&DPOP_NONCE).cloned(),
            challenges: Challenge::parse(headers.get_all(WWW_AUTHENTICATE)),
            cache_control: combined(headers, CACHE_CONTROL),
            age: headers.get(AGE).cloned(),
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
        epoch::parse_http_date(self.0.date.as_ref()?.to_str().ok()?)
    }

    /// How long the server asks to wait: `Retry-After`, in seconds or as a date.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// `DPoP-Nonce` (RFC 9449 section 8).
    pub fn dpop_nonce(&self) -> Option<&str> {
        self.0.dpop_nonce.as_ref()?.to_str().ok()
    }

    /// The challenges of `WWW-Authenticate` (RFC 9110 section 11.6.1).
    pub fn challenges(&self) -> &[Challenge] {
        &self.0.challenges
    }

    /// `Cache-Control`, as it came; several lines of it as one list (RFC 9110 section 5.3).
    pub fn cache_control(&self) -> Option<&str> {
        self.0.cache_control.as_ref()?.as_str()
    }

    /// `Age`: how long the response had been in caches when it arrived (RFC 9111 section 5.1).
    pub fn age(&self) -> Option<Duration> {
        seconds(self.0.age.as_ref()?.to_str().ok()?)
    }

    /// `Content-Type`, as it came.
    pub(crate) fn content_type(&self) -> Option<&str> {
        self.0.content_type.as_ref()?.as_str()
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

/// Whole seconds; of a list, which is none to send, the first (RFC 9111 section 5.1).
fn seconds(text: &str) -> Option<Duration> {
    let digits = text.split(',').next()?.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // A number that is too large to be read is a large one (section 1.2.2).
    is_number.then(|| Duration::from_secs(digits.parse().unwrap_or(u64::MAX)))
}

/// A list that may be spread over several lines.
fn combined(headers: &HeaderMap, name: HeaderName) -> Option<Text> {
    let mut lines = headers.get_all(name).iter().filter(|line| line.to_str().is_ok());
    let first = lines.next()?;
    let Some(second) = lines.next() else { return Some(Text::Line(first.clone())) };
    let lines: Vec<&str> = [first, second].into_iter().chain(lines).filter_map(|line| line.to_str().ok()).collect();
    Some(Text::Joined(lines.join(", ")))
}

/// The content type; where several lines contradict each other, the types of all of them, which is none that can be read.
fn content_type(headers: &HeaderMap) -> Option<Text> {
    let mut lines = headers.get_all(CONTENT_TYPE).iter();
    let line = lines.next()?;
    let first = line.to_str().unwrap_or_default();
    let lines = lines.map(|line| line.to_str().unwrap_or_default());
    let others: Vec<&str> = lines.map(essence).filter(|other| !other.eq_ignore_ascii_case(essence(first))).collect();
    match others.is_empty() {
        true if line.to_str().is_ok() => Some(Text::Line(line.clone())),
        true => Some(Text::Joined(String::new())),
        false => Some(Text::Joined(format!("{}, {}", essence(first), others.join(", ")))),
    }
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
