//! Why a notification was not taken, and what the provider is told.

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};

use crate::document::DocumentError;
use crate::error_kind::classify;

/// A notification was not taken. [`response`](Self::response) is what to answer; it tells the sender no more than the status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotificationError {
    /// Not a POST: 405.
    #[error("unexpected method of the notification: expected \"POST\"")]
    Method,
    /// No bearer token, more than one, or one that no awaited request knows: 401.
    #[error("the notification carries no bearer token of a pending request")]
    Unauthorized,
    /// Not JSON by its content type: 415.
    #[error("unexpected content type of the notification: expected \"application/json\"")]
    ContentType,
    /// Longer than it may be: 413.
    #[error("the notification is longer than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Not a JSON object with the members it must have: 400.
    #[error("the notification cannot be read")]
    Malformed {
        /// Where and what.
        #[source]
        source: DocumentError,
    },
    /// A member is not what it must be: 400.
    #[error("unusable member `{member}` in the notification: expected {expected}, found {found}")]
    Member {
        /// The member.
        member: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is; never a secret.
        found: String,
    },
    /// Its `auth_req_id` is not that of the request whose bearer token it brings: 400.
    #[error("the notification is for a request that is not pending")]
    UnknownRequest,
    /// Tokens in a ping, which only says that they can be fetched: 400.
    #[error("the ping contains `{member}`, which only a push may contain")]
    UnexpectedTokens {
        /// The member.
        member: &'static str,
    },
}

impl NotificationError {
    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    /// What to answer: the status without a body, with a challenge beside a 401 and the method beside a 405.
    pub fn response(&self) -> Response<Bytes> {
        let mut response = empty_response(self.status());
        match self {
            Self::Method => drop(response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"))),
            Self::Unauthorized => drop(response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))),
            _ => {}
        }
        response
    }
}

classify! { NotificationError {
    Self::Method => "notification_method" Flow;
    Self::Unauthorized => "notification_unauthorized" Flow;
    Self::ContentType => "notification_content_type" Flow;
    Self::TooLarge { .. } => "notification_too_large" Flow;
    Self::Malformed { .. } => "malformed_notification" Flow;
    Self::Member { .. } => "notification_member" Flow;
    Self::UnknownRequest => "notification_unknown_request" Flow;
    Self::UnexpectedTokens { .. } => "notification_unexpected_tokens" Flow;
} }

/// An empty answer that no cache keeps.
pub(super) fn empty_response(status: StatusCode) -> Response<Bytes> {
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = status;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
