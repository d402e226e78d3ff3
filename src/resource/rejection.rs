//! The response to a request that may not pass.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Response, StatusCode};

use crate::constants::{error_codes, media_types};
use crate::protocol::dpop::{AccessError, AccessRejection};

/// Why a request may not pass, and the response that says so without saying too much.
///
/// RFC 6750 section 3.1, RFC 9449 section 7.1, RFC 9470. Outside, every token that is not accepted looks the same; [`error`](Self::error) holds the
/// precise reason, which is also in a `tracing` event (`request rejected`, level debug).
#[derive(Clone)]
pub struct Rejection(Box<Inner>);

#[derive(Clone)]
struct Inner {
    status: StatusCode,
    headers: HeaderMap,
    oauth_error: Option<&'static str>,
    error: AccessError,
}

impl Rejection {
    /// A route that is hidden answers 404 where another would answer 403.
    pub(super) fn new(rejection: &AccessRejection, is_hidden: bool) -> Self {
        let error = rejection.error().clone();
        if is_hidden && matches!(error, AccessError::Forbidden) {
            return Self(Box::new(Inner { status: StatusCode::NOT_FOUND, headers: HeaderMap::new(), oauth_error: None, error }));
        }
        let (status, headers) = (rejection.status(), rejection.headers().clone());
        Self(Box::new(Inner { status, headers, oauth_error: rejection.oauth_error(), error }))
    }

    pub(super) fn headers_mut(&mut self) -> &mut HeaderMap {
        &mut self.0.headers
    }

    /// The status of the response: 400, 401, 403, 404 on a hidden route, or 503.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers of the response: `WWW-Authenticate`, `DPoP-Nonce`, `Retry-After`, `Cache-Control` and those of CORS, as the case asks.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The error that the caller is told: `invalid_token`, `insufficient_scope`.
    pub fn oauth_error(&self) -> Option<&'static str> {
        self.0.oauth_error
    }

    /// Why the request was rejected, for the log of the API and not for the caller.
    pub fn error(&self) -> &AccessError {
        &self.0.error
    }

    /// The status of a gRPC call that is rejected so: 16 (unauthenticated) for 401, 7 (permission denied) for 403, 5 (not found) for 404, 3
    /// (invalid argument) for 400, 14 (unavailable) for 503.
    pub fn grpc_status(&self) -> i32 {
        match self.0.status.as_u16() {
            400 => 3,
            401 => 16,
            403 => 7,
            404 => 5,
            503 => 14,
            _ => 13,
        }
    }

    /// The body: a JSON object with `error` and `error_description`, the same for every token that is not accepted; else empty.
    pub fn body(&self) -> Bytes {
        let Some(error) = self.0.oauth_error else { return Bytes::new() };
        Bytes::from(serde_json::json!({ "error": error, "error_description": description(error) }).to_string())
    }

    /// The whole response.
    pub fn into_response(self) -> Response<Bytes> {
        let mut response = Response::new(self.body());
        *response.status_mut() = self.0.status;
        *response.headers_mut() = self.0.headers;
        if !response.body().is_empty() {
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_types::JSON));
        }
        response
    }
}

fn description(error: &str) -> &'static str {
    match error {
        error_codes::INSUFFICIENT_SCOPE => "The access token does not have the scope that this request needs",
        error_codes::INSUFFICIENT_USER_AUTHENTICATION => "This request needs a different or a more recent authentication",
        error_codes::INVALID_DPOP_PROOF => "The DPoP proof is missing or not valid for this request",
        error_codes::USE_DPOP_NONCE => "The DPoP proof needs the nonce of this response",
        error_codes::INVALID_REQUEST => "The request carries no access token that can be read, or more than one",
        _ => "The access token is expired, revoked, malformed or not valid here",
    }
}

impl fmt::Debug for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rejection").field("status", &self.0.status.as_u16()).field("error", &self.0.error).finish_non_exhaustive()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request is rejected with status {}", self.0.status.as_u16())
    }
}

impl std::error::Error for Rejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0.error)
    }
}
