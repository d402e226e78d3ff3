//! What every response shares: the head of the answer, and the one way from bytes to a document.
//!
//! The order is fixed: status, then content type, then length, then JSON (rules H3 to H9 of the specifications' clients: RFC 6749
//! section 5, RFC 7662, RFC 8414).

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::header::{CACHE_CONTROL, CONTENT_TYPE, DATE, LOCATION, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderName, StatusCode};

use super::discovery::DiscoveryPolicy;
use super::error::RequestError;
use super::oauth_error::OAuthError;
use super::refusal::{Refusal, RefusalKind};
use crate::document::{Document, Secrets};
use crate::encoding::challenge::Challenge;
use crate::encoding::epoch;
use crate::transport::{HttpResponse, retry_after};

/// The head of an answer: status, the headers that matter to a client, and when it arrived.
#[derive(Clone)]
pub struct Answer(Arc<AnswerHead>);

#[derive(Debug)]
struct AnswerHead {
    status: StatusCode,
    received_at: SystemTime,
    date: Option<SystemTime>,
    retry_after: Option<Duration>,
    dpop_nonce: Option<String>,
    challenges: Vec<Challenge>,
    cache_control: Option<String>,
    content_type: Option<String>,
}

impl Answer {
    /// Stands for the answer of what was never asked for: a bare 200 with JSON that arrived at the epoch.
    pub(crate) fn unsent() -> Self {
        let mut response = HttpResponse::default();
        response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(crate::constants::media_types::JSON));
        Self::of(&response, SystemTime::UNIX_EPOCH)
    }

    pub(crate) fn of(response: &HttpResponse, now: SystemTime) -> Self {
        let headers = response.headers();
        Self(Arc::new(AnswerHead {
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

    /// Whether the answer came as `media_type`.
    pub(crate) fn is_of_type(&self, media_type: &str) -> bool {
        is_media_type(self.0.content_type.as_deref(), media_type)
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status", &self.0.status.as_u16()).field("received_at", &self.0.received_at).finish_non_exhaustive()
    }
}

/// What an endpoint may answer with.
#[derive(Debug, Clone)]
pub(crate) struct Expectation {
    pub(crate) endpoint: &'static str,
    pub(crate) success: StatusCode,
    /// None: whatever the body is, it is not read.
    pub(crate) media_types: &'static [&'static str],
    pub(crate) body_limit: usize,
    /// Further success statuses and any content type: quirks that a policy names.
    pub(crate) quirks: Quirks,
}

/// What a policy forgives a server that is off the specification.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quirks {
    pub(crate) any_content_type: bool,
    pub(crate) statuses: Vec<StatusCode>,
}

impl Quirks {
    pub(crate) fn of(policy: &DiscoveryPolicy) -> Self {
        Self { any_content_type: policy.allows_any_content_type(), statuses: policy.accepted_statuses().to_vec() }
    }
}

/// An answer that passed: its head, the body and which media type it came as (an index into the expected ones).
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) answer: Answer,
    body: bytes::Bytes,
}

impl Accepted {
    pub(crate) fn body(&self) -> &bytes::Bytes {
        &self.body
    }
}

impl Expectation {
    /// Judges status, content type and length.
    pub(crate) fn accept(&self, response: HttpResponse, now: SystemTime) -> Result<Accepted, RequestError> {
        let answer = Answer::of(&response, now);
        let status = response.status();
        if response.body().len() > self.body_limit {
            return Err(self.refuse(&answer, RefusalKind::BodyTooLarge { limit: self.body_limit }, &[]));
        }
        if status != self.success && !self.quirks.statuses.contains(&status) {
            return Err(self.refused_status(&answer, &response));
        }
        let is_read = !self.media_types.is_empty();
        if is_read && !self.quirks.any_content_type && !self.media_types.iter().any(|expected| answer.is_of_type(expected)) {
            let found = answer.0.content_type.as_deref().map(|found| escaped(found, 100));
            return Err(self.refuse(&answer, RefusalKind::ContentType { expected: self.media_types, found }, &[]));
        }
        Ok(Accepted { answer, body: response.into_body() })
    }

    /// Opens the body of an accepted answer as JSON.
    pub(crate) fn open(&self, accepted: Accepted) -> Result<(Document, Secrets, Answer), RequestError> {
        let (document, secrets) = Document::open_answer(accepted.body).map_err(|source| self.malformed(source))?;
        if let Some(error) = OAuthError::of(&document, &accepted.answer) {
            return Err(RequestError::OAuth { endpoint: self.endpoint, error: Box::new(error) });
        }
        // A success with an error in it is none, whatever the error looks like.
        document.optional_str("error").map_err(|source| self.malformed(source))?;
        Ok((document, secrets, accepted.answer))
    }

    /// [`accept`](Self::accept) and [`open`](Self::open) in one.
    pub(crate) fn read(&self, response: HttpResponse, now: SystemTime) -> Result<(Document, Secrets, Answer), RequestError> {
        self.open(self.accept(response, now)?)
    }

    pub(crate) fn malformed(&self, source: crate::document::DocumentError) -> RequestError {
        RequestError::Malformed { endpoint: self.endpoint, source }
    }

    /// A member that is missing or of the wrong kind.
    pub(crate) fn member(&self, member: &'static str, expected: &'static str, found: impl Into<String>) -> RequestError {
        RequestError::Member { endpoint: self.endpoint, member, expected, found: found.into() }
    }

    fn refused_status(&self, answer: &Answer, response: &HttpResponse) -> RequestError {
        let status = response.status();
        if status.as_u16() >= 400
            && answer.is_of_type(crate::constants::media_types::JSON)
            && let Ok((document, _)) = Document::open_answer(response.body().clone())
            && let Some(error) = OAuthError::of(&document, answer)
        {
            return RequestError::OAuth { endpoint: self.endpoint, error: Box::new(error) };
        }
        let redirect = status.is_redirection() && response.headers().contains_key(LOCATION);
        let body: &[u8] = if status.is_success() { &[] } else { response.body() };
        self.refuse(answer, RefusalKind::Status { expected: self.success, redirect }, body)
    }

    fn refuse(&self, answer: &Answer, fault: RefusalKind, body: &[u8]) -> RequestError {
        RequestError::Http { endpoint: self.endpoint, refusal: Box::new(Refusal::new(answer, fault, body)) }
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

/// At most `limit` characters of a foreign text, control characters escaped.
pub(crate) fn escaped(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit));
    for (count, character) in text.chars().enumerate() {
        if count == limit {
            out.push('…');
            break;
        }
        if character.is_control() || is_direction_mark(character) {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

/// A word of the server's for an error: what is longer than a name is may be a token in the wrong member, and is not shown.
pub(crate) fn shown_name(text: &str) -> String {
    const LONGEST_NAME: usize = 16;
    match text.chars().count() {
        0..=LONGEST_NAME => format!("`{}`", escaped(text, LONGEST_NAME)),
        length => format!("a text of {length} characters"),
    }
}

/// Characters that turn the reading direction of a log line.
fn is_direction_mark(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}
