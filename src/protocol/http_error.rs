//! A response that is no protocol message: its status, its content type or its length is none that can be read.

use std::time::Duration;

use http::StatusCode;

use super::excerpt::{escaped, shown_address};
use super::response_head::ResponseHead;
use crate::error_kind::{Class, classify};
use crate::transport::is_retryable_status;

/// How much of a bad body can be asked for.
const EXCERPT_LIMIT: usize = 1024;

/// A response that is no protocol message: what came, and what was expected.
#[derive(Debug, Clone)]
pub struct HttpError {
    head: ResponseHead,
    fault: HttpErrorKind,
    excerpt: Option<Excerpt>,
    location: Option<String>,
}

/// What about the response was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpErrorKind {
    /// The status is none of success. `redirect` says whether it pointed elsewhere: redirects are never followed.
    Status {
        /// What was expected.
        expected: StatusCode,
        /// Whether the response pointed elsewhere.
        redirect: bool,
    },
    /// The content type is not one that can be read.
    ContentType {
        /// What was expected.
        expected: &'static [&'static str],
        /// What came, escaped and shortened.
        found: Option<String>,
    },
    /// The body is longer than the limit.
    BodyTooLarge {
        /// The limit in bytes.
        limit: usize,
    },
}

/// The beginning of a bad body, kept out of every `Debug` and `Display`.
#[derive(Clone)]
struct Excerpt(String);

impl std::fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{} characters]", self.0.len())
    }
}

impl HttpError {
    /// The rejection of a response; the beginning of `body` is kept.
    pub(crate) fn new(head: &ResponseHead, fault: HttpErrorKind, body: &[u8]) -> Self {
        let excerpt = (!body.is_empty()).then(|| {
            let end = body.len().min(4 * EXCERPT_LIMIT);
            Excerpt(escaped(&String::from_utf8_lossy(body.get(..end).unwrap_or_default()), EXCERPT_LIMIT))
        });
        Self { head: head.clone(), fault, excerpt, location: None }
    }

    /// The same with where it points to: a query or a user name in it may be a secret, and is left out.
    pub(crate) fn with_location(mut self, location: Option<&str>) -> Self {
        self.location = location.map(shown_address).filter(|shown| !shown.is_empty());
        self
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.head.status()
    }

    /// What was wrong.
    pub fn kind(&self) -> &HttpErrorKind {
        &self.fault
    }

    /// The head of the response.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    /// Where a redirect points to, as it came but for its query, fragment and user information: scheme, host and path, or what a relative
    /// reference has of them. Redirects are never followed (RFC 9700 section 4.11).
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.head.retry_after()
    }

    /// The first 1,024 characters of the body, control characters escaped; none for a 2xx, whose body may hold secrets.
    pub fn excerpt(&self) -> Option<&str> {
        self.excerpt.as_ref().map(|excerpt| excerpt.0.as_str())
    }

    pub(crate) fn class(&self) -> Class {
        self.fault.class().retryable(is_retryable_status(self.status()))
    }

    pub(crate) fn summary(&self) -> String {
        let status = self.status().as_u16();
        match &self.fault {
            HttpErrorKind::Status { redirect: true, .. } => match self.location() {
                Some(location) => {
                    format!("HTTP {status}, a redirect to `{location}`; redirects are never followed, set the address it leads to")
                }
                None => format!("HTTP {status}, a redirect; redirects are never followed"),
            },
            HttpErrorKind::Status { expected, .. } => {
                let asked = self.retry_after().map(|asked| format!("; the server asks to wait for {} s", asked.as_secs()));
                format!("HTTP {status} (expected {}){}", expected.as_u16(), asked.unwrap_or_default())
            }
            HttpErrorKind::ContentType { expected, found } => {
                let found = found.as_deref().map_or_else(|| "none".to_owned(), |found| format!("\"{found}\""));
                format!("unexpected content type: expected \"{}\", found {found} (HTTP {status})", expected.join("\" or \""))
            }
            HttpErrorKind::BodyTooLarge { limit } => format!("the body is longer than {limit} bytes (HTTP {status})"),
        }
    }
}

classify! { HttpErrorKind {
    Self::Status { redirect: true, .. } => "redirect" Http;
    Self::Status { .. } => "unexpected_status" Http;
    Self::ContentType { .. } => "unexpected_content_type" Http;
    // What the client should have stopped reading is no response, whether the client or the exchange noticed.
    Self::BodyTooLarge { .. } => "body_too_large" Transport;
} }
