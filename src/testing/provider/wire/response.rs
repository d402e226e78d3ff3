//! Answers as the provider writes them: JSON, and OAuth errors (RFC 6749 section 5.2, RFC 6750 section 3).

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::transport::HttpResponse;

/// Why an endpoint does not do what it was asked.
#[derive(Debug)]
pub(in crate::testing::provider) struct ErrorResponse {
    status: StatusCode,
    /// The OAuth error code; none for what is no matter of OAuth, or where RFC 6750 wants none.
    code: Option<&'static str>,
    description: String,
    /// The scheme of the challenge, where there has to be one.
    challenge: Option<&'static str>,
}

impl ErrorResponse {
    /// An OAuth error with status 400.
    pub(in crate::testing::provider) fn oauth(code: &'static str, description: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: Some(code), description: description.into(), challenge: None }
    }

    pub(in crate::testing::provider) fn invalid_request(description: impl Into<String>) -> Self {
        Self::oauth("invalid_request", description)
    }

    /// `invalid_client` with 401; with a challenge if the client used the header.
    pub(in crate::testing::provider) fn invalid_client(used_header: bool, description: impl Into<String>) -> Self {
        let refusal = Self::oauth("invalid_client", description);
        Self { status: StatusCode::UNAUTHORIZED, challenge: used_header.then_some("Basic"), ..refusal }
    }

    /// The response of a protected resource (RFC 6750 section 3.1); without a code when no token came at all.
    pub(in crate::testing::provider) fn bearer(status: StatusCode, code: Option<&'static str>, description: impl Into<String>) -> Self {
        Self { status, code, description: description.into(), challenge: Some("Bearer") }
    }

    /// The response of a protected resource to a token that is bound by DPoP (RFC 9449 section 7.1).
    pub(in crate::testing::provider) fn dpop(code: &'static str, description: impl Into<String>) -> Self {
        Self { challenge: Some("DPoP"), ..Self::bearer(StatusCode::UNAUTHORIZED, Some(code), description) }
    }

    /// What a redirect says of it (RFC 6749 section 4.1.2.1).
    pub(in crate::testing::provider) fn parameters(&self) -> Vec<(String, String)> {
        let code = self.code.unwrap_or("server_error").to_owned();
        vec![("error".to_owned(), code), ("error_description".to_owned(), printable(&self.description))]
    }

    /// The provider's own failure.
    pub(in crate::testing::provider) fn server_error(description: impl Into<String>) -> Self {
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, ..Self::oauth("server_error", description) }
    }

    pub(in crate::testing::provider) fn into_response(self) -> HttpResponse {
        let mut response = match self.code {
            Some(code) => json_response(self.status, &json!({ "error": code, "error_description": printable(&self.description) })),
            None => empty_response(self.status),
        };
        if let Some(scheme) = self.challenge {
            let error = self.code.filter(|_| scheme != "Basic").map(|code| format!(", error=\"{code}\"")).unwrap_or_default();
            if let Ok(value) = HeaderValue::try_from(format!("{scheme} realm=\"test provider\"{error}")) {
                response.headers_mut().insert(WWW_AUTHENTICATE, value);
            }
        }
        response
    }
}

/// What an `error_description` may hold (RFC 6749 section 5.2); anything else becomes a question mark.
fn printable(description: &str) -> String {
    let allowed = |letter: char| matches!(letter, ' '..='~') && !matches!(letter, '"' | '\\');
    description.chars().map(|letter| if allowed(letter) { letter } else { '?' }).collect()
}

/// A status without a body.
pub(in crate::testing::provider) fn empty_response(status: StatusCode) -> HttpResponse {
    let mut response = HttpResponse::new(Bytes::new());
    *response.status_mut() = status;
    response
}

/// A JSON document that may not be kept by caches.
pub(in crate::testing::provider) fn json_response(status: StatusCode, document: &Value) -> HttpResponse {
    content_response(status, "application/json", document.to_string().into())
}

/// Any body that may not be kept by caches.
pub(in crate::testing::provider) fn content_response(status: StatusCode, content_type: &'static str, body: Bytes) -> HttpResponse {
    let mut response = HttpResponse::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
