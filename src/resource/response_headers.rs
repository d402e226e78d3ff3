//! What the response to an accepted request has to carry (RFC 6750 section 2.3, RFC 9449 section 8.2).

use http::HeaderMap;

use crate::protocol::dpop::AcceptedRequest;

/// Headers that the response to an accepted request has to carry.
pub(super) fn response_headers(accepted: &AcceptedRequest, is_private: bool) -> HeaderMap {
    let mut headers = accepted.headers().clone();
    if is_private {
        headers.insert(http::header::CACHE_CONTROL, http::HeaderValue::from_static("private"));
    }
    headers
}
