//! Cross-origin requests: preflights pass, and a page can read why it was rejected (Fetch standard, CORS protocol).

use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderName, Method};

/// Which pages may read a rejection.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum AllowedOrigins {
    /// None: no CORS header is added.
    #[default]
    None,
    /// Pages of any origin.
    Any,
    /// Pages of these origins, each as a browser writes it: `https://app.example.com`.
    Listed(Vec<String>),
}

/// What a page may read of a rejection.
const EXPOSED: HeaderValue = HeaderValue::from_static("WWW-Authenticate, DPoP-Nonce, Retry-After");

/// Whether a request asks only what a page may send: it carries no token and has to pass.
pub(super) fn is_preflight(parts: &Parts) -> bool {
    let has = |name: HeaderName| parts.headers.contains_key(name);
    parts.method == Method::OPTIONS && has(ORIGIN) && has(ACCESS_CONTROL_REQUEST_METHOD)
}

impl AllowedOrigins {
    pub(super) fn add_to(&self, headers: &mut HeaderMap, request: &Parts) {
        let Some(origin) = request.headers.get(ORIGIN) else { return };
        let allowed = match self {
            Self::None => return,
            Self::Any => HeaderValue::from_static("*"),
            Self::Listed(origins) => {
                headers.append(VARY, HeaderValue::from_static("Origin"));
                if !origins.iter().any(|listed| listed.as_bytes() == origin.as_bytes()) {
                    return;
                }
                origin.clone()
            }
        };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}
