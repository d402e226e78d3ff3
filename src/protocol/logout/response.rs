//! What a logout endpoint answers: 200 or 400, never to be stored (OpenID Connect Back-Channel Logout 1.0 section 2.8).

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

use super::LogoutError;
use crate::constants::{error_codes, media_types};

/// The response to a logout that was done: 200 with nothing in it, `Cache-Control: no-store`.
///
/// # Example
/// ```
/// let answer = identity_model::protocol::logout::logout_accepted();
/// assert_eq!((answer.status().as_u16(), &answer.headers()["cache-control"]), (200, &"no-store".parse().unwrap()));
/// ```
pub fn logout_accepted() -> Response<Bytes> {
    response(StatusCode::OK, None, Bytes::new())
}

/// The response to a logout that was rejected or that failed: 400 with an error document (RFC 6749 section 5.2), `Cache-Control: no-store`. `error` is
/// one of [`error_codes`]; what `description` holds, the sender reads.
///
/// # Example
/// ```
/// use identity_model::constants::error_codes;
/// use identity_model::protocol::logout::logout_rejected;
///
/// let answer = logout_rejected(error_codes::SERVER_ERROR, "The session could not be ended.");
/// assert_eq!((answer.status().as_u16(), &answer.headers()["cache-control"]), (400, &"no-store".parse().unwrap()));
/// ```
pub fn logout_rejected(error: &str, description: &str) -> Response<Bytes> {
    let document = json!({ "error": error, "error_description": description }).to_string();
    response(StatusCode::BAD_REQUEST, Some(media_types::JSON), document.into())
}

impl LogoutError {
    /// The response to the sender of the request: 400, never to be stored.
    pub fn response(&self) -> Response<Bytes> {
        logout_rejected(error_codes::INVALID_REQUEST, &self.to_string())
    }
}

pub(super) fn response(status: StatusCode, content_type: Option<&'static str>, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(content_type) = content_type {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    response
}
