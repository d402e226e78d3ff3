//! The one way from an HTTP response to a document.
//!
//! The order is fixed: status, then content type, then length, then JSON (rules H3 to H9 of the specifications' clients: RFC 6749
//! section 5, RFC 7662, RFC 8414).

use std::time::SystemTime;

use http::StatusCode;
use http::header::LOCATION;

use super::discovery::DiscoveryPolicy;
use super::error::RequestError;
use super::excerpt::escaped;
use super::http_error::{HttpError, HttpErrorKind};
use super::oauth_error::OAuthError;
use super::response_head::ResponseHead;
use crate::document::{Document, Secrets};
use crate::secret::SecretText;
use crate::transport::HttpResponse;

/// What an endpoint may respond with.
#[derive(Debug, Clone)]
pub(crate) struct Expectation {
    pub(crate) endpoint: &'static str,
    pub(crate) success: StatusCode,
    /// What servers answer in its place when the same was done.
    pub(crate) also: &'static [StatusCode],
    /// The accepted content types; with none, the body is not read.
    pub(crate) media_types: &'static [&'static str],
    pub(crate) body_limit: usize,
    /// Further success statuses and any content type: quirks that a policy names.
    pub(crate) quirks: Quirks,
}

/// Statuses that stand for one another where a message was posted: frameworks answer every POST with 201, and servers a creation with 200.
pub(crate) const POSTED: &[StatusCode] = &[StatusCode::OK, StatusCode::CREATED];
/// Statuses that say of a message whose answer is not read that it was carried out.
pub(crate) const CARRIED_OUT: &[StatusCode] = &[StatusCode::OK, StatusCode::CREATED, StatusCode::ACCEPTED, StatusCode::NO_CONTENT];

/// What a policy forgives a server that is off the specification.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quirks {
    pub(crate) any_content_type: bool,
    pub(crate) statuses: Vec<StatusCode>,
    pub(crate) missing_token_type_is_bearer: bool,
    pub(crate) bearer_token_types: Vec<String>,
    pub(crate) comma_separated_scope: bool,
    pub(crate) values_as_text: bool,
}

impl Quirks {
    pub(crate) fn of(policy: &DiscoveryPolicy) -> Self {
        Self {
            any_content_type: policy.allows_any_content_type(),
            statuses: policy.accepted_statuses().to_vec(),
            missing_token_type_is_bearer: policy.takes_missing_token_type_as_bearer(),
            bearer_token_types: policy.bearer_token_types().to_vec(),
            comma_separated_scope: policy.splits_scope_at_commas(),
            values_as_text: policy.reads_values_as_text(),
        }
    }
}

/// A response whose status, content type and length were accepted: its head, and the body unread.
#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) head: ResponseHead,
    body: bytes::Bytes,
}

impl Accepted {
    pub(crate) fn body(&self) -> &bytes::Bytes {
        &self.body
    }

    /// The body of a signed response: a JWT.
    pub(crate) fn text(&self) -> SecretText {
        SecretText::new(String::from_utf8_lossy(self.body.trim_ascii()).into_owned())
    }
}

impl Expectation {
    /// Judges status, content type and length.
    pub(crate) fn accept(&self, response: HttpResponse, now: SystemTime) -> Result<Accepted, RequestError> {
        let (parts, body) = response.into_parts();
        let (status, head) = (parts.status, ResponseHead::of(parts.status, parts.headers, now));
        if body.len() > self.body_limit {
            return Err(self.reject(&head, HttpErrorKind::BodyTooLarge { limit: self.body_limit }, &[]));
        }
        if status != self.success && !self.also.contains(&status) && !self.quirks.statuses.contains(&status) {
            return Err(self.rejected_status(&head, &body));
        }
        let is_read = !self.media_types.is_empty();
        if is_read && !self.quirks.any_content_type && !self.media_types.iter().any(|expected| head.is_of_type(expected)) {
            let found = head.content_type().map(|found| escaped(found, 100));
            return Err(self.reject(&head, HttpErrorKind::ContentType { expected: self.media_types, found }, &[]));
        }
        Ok(Accepted { head, body })
    }

    /// Opens the body of an accepted answer as JSON.
    pub(crate) fn open(&self, accepted: Accepted) -> Result<(Document, Secrets, ResponseHead), RequestError> {
        let (document, secrets) = Document::open_answer(accepted.body).map_err(|source| self.malformed(source))?;
        if document.contains("error") {
            if let Some(error) = OAuthError::of(&document, &accepted.head) {
                return Err(RequestError::OAuth { endpoint: self.endpoint.into(), error: Box::new(error) });
            }
            // A success with an error in it is none, whatever the error looks like.
            document.optional_str("error").map_err(|source| self.malformed(source))?;
        }
        Ok((document, secrets, accepted.head))
    }

    /// [`accept`](Self::accept) and [`open`](Self::open) in one.
    pub(crate) fn read(&self, response: HttpResponse, now: SystemTime) -> Result<(Document, Secrets, ResponseHead), RequestError> {
        self.open(self.accept(response, now)?)
    }

    pub(crate) fn malformed(&self, source: crate::document::DocumentError) -> RequestError {
        RequestError::Malformed { endpoint: self.endpoint.into(), source }
    }

    /// A member that is missing or of the wrong kind.
    pub(crate) fn member(&self, member: &'static str, expected: &'static str, found: impl Into<String>) -> RequestError {
        RequestError::Member { endpoint: self.endpoint.into(), member, expected, found: found.into() }
    }

    fn rejected_status(&self, head: &ResponseHead, body: &bytes::Bytes) -> RequestError {
        let status = head.status();
        if let Some(error) = oauth_error(head, body).or_else(|| OAuthError::of_challenge(head)) {
            return RequestError::OAuth { endpoint: self.endpoint.into(), error: Box::new(error) };
        }
        let redirect = status.is_redirection() && head.headers().contains_key(LOCATION);
        let body: &[u8] = if status.is_success() { &[] } else { body };
        let location = head.headers().get(LOCATION).filter(|_| redirect).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let error = HttpError::new(head, HttpErrorKind::Status { expected: self.success, redirect }, body);
        RequestError::Http { endpoint: self.endpoint.into(), error: Box::new(error.with_location(location.as_deref())) }
    }

    fn reject(&self, head: &ResponseHead, fault: HttpErrorKind, body: &[u8]) -> RequestError {
        RequestError::Http { endpoint: self.endpoint.into(), error: Box::new(HttpError::new(head, fault, body)) }
    }
}

/// The error document of a rejection. Servers label theirs as text or HTML: a client error is believed by its form, a server error, which a
/// proxy may have written, by its content type as well.
fn oauth_error(head: &ResponseHead, body: &bytes::Bytes) -> Option<OAuthError> {
    let status = head.status();
    let is_labelled = status.as_u16() >= 400 && head.is_of_type(crate::constants::media_types::JSON);
    if !(status.is_client_error() || is_labelled) {
        return None;
    }
    let (document, _) = Document::open_answer(body.clone()).ok()?;
    OAuthError::of(&document, head)
}
