//! The OAuth error document (RFC 6749 section 5.2 and every specification that builds on it).

use std::fmt;
use std::time::Duration;

use super::response::{Answer, escaped};
use crate::document::Document;
use crate::encoding::challenge::Challenge;

/// How much of a server's own words is shown.
const TEXT_LIMIT: usize = 500;

/// An OAuth error as the server sent it: `error`, description, URI, status, the whole document and the challenges beside it.
///
/// RFC 6749 section 5.2. The server's words are data: [`error_description`](Self::error_description) gives them as they came, `Display` shows
/// them shortened and with control characters escaped.
#[derive(Clone)]
pub struct OAuthError {
    error: String,
    document: Document,
    answer: Answer,
}

impl OAuthError {
    /// The error of a document, if it is one: `error` is a non-empty string.
    pub(crate) fn of(document: &Document, answer: &Answer) -> Option<Self> {
        let error = document.try_get_str("error").filter(|error| !error.is_empty())?.to_owned();
        Some(Self { error, document: document.clone(), answer: answer.clone() })
    }

    /// The error code, for example `invalid_client`.
    pub fn error(&self) -> &str {
        &self.error
    }

    /// `error_description`, as it came.
    pub fn error_description(&self) -> Option<&str> {
        self.document.try_get_str("error_description")
    }

    /// `error_uri`, as it came.
    pub fn error_uri(&self) -> Option<&str> {
        self.document.try_get_str("error_uri")
    }

    /// The HTTP status.
    pub fn status(&self) -> http::StatusCode {
        self.answer.status()
    }

    /// How long the server asks to wait (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.answer.retry_after()
    }

    /// The challenges of `WWW-Authenticate`.
    pub fn challenges(&self) -> &[Challenge] {
        self.answer.challenges()
    }

    /// The whole document, unknown members included.
    pub fn document(&self) -> &Document {
        &self.document
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (status {})", escaped(&self.error, TEXT_LIMIT), self.status().as_u16())?;
        match self.error_description() {
            Some(description) => write!(f, ": {}", escaped(description, TEXT_LIMIT)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthError").field("error", &escaped(&self.error, TEXT_LIMIT)).field("answer", &self.answer).finish_non_exhaustive()
    }
}
