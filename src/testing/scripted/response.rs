//! What the script answers.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::transport::{HttpRequest, HttpResponse, TransportError, TransportErrorKind};

type Compute = dyn Fn(&HttpRequest) -> Result<HttpResponse, TransportError> + Send + Sync;

/// The response to one scripted request: status, headers and body, a failure of the transport, or silence.
///
/// Values that no HTTP message can hold (a status outside 100–999, a header with a line break) panic: the test is written wrongly.
///
/// # Example
/// ```
/// use identity_model::testing::ScriptedResponse;
/// use identity_model::transport::TransportErrorKind;
///
/// let token = ScriptedResponse::json(200, r#"{"access_token":"a","token_type":"Bearer"}"#).header("cache-control", "no-store");
/// let moved = ScriptedResponse::status(302).header("location", "https://elsewhere.example");
/// let refused = ScriptedResponse::error(TransportErrorKind::Connect);
/// # let _ = (token, moved, refused);
/// ```
#[derive(Clone)]
pub struct ScriptedResponse(pub(super) Kind);

#[derive(Clone)]
pub(super) enum Kind {
    Response { status: StatusCode, headers: HeaderMap, body: Bytes },
    Error(TransportError),
    Pending,
    Computed(Arc<Compute>),
}

impl ScriptedResponse {
    /// A status without headers and body.
    #[expect(clippy::panic, reason = "a test double: a status that cannot exist is a mistake of the test")]
    pub fn status(status: u16) -> Self {
        let Ok(status) = StatusCode::from_u16(status) else { panic!("`{status}` is no HTTP status") };
        Self(Kind::Response { status, headers: HeaderMap::new(), body: Bytes::new() })
    }

    /// A JSON body with `Content-Type: application/json`. The body is JSON text, or any value that displays as such
    /// (`serde_json::json!({…})`); it is sent as it is, whether or not it is valid.
    pub fn json(status: u16, body: impl fmt::Display) -> Self {
        Self::status(status).header("content-type", "application/json").body(body.to_string())
    }

    /// A body with its media type.
    pub fn content(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self::status(status).header("content-type", content_type).body(body)
    }

    /// No response: the transport fails with this kind.
    pub fn error(kind: TransportErrorKind) -> Self {
        Self(Kind::Error(TransportError::new(kind, format!("scripted failure: {kind:?}"))))
    }

    /// Never answers, so that a test can drop the future or let its own time-out strike. Only for the async client: a blocking call
    /// would hang, so it counts as a failure of the script there.
    pub fn pending() -> Self {
        Self(Kind::Pending)
    }

    /// Computed from the request, for what the script cannot know beforehand (a nonce, a state).
    pub fn computed(answer: impl Fn(&HttpRequest) -> Result<HttpResponse, TransportError> + Send + Sync + 'static) -> Self {
        Self(Kind::Computed(Arc::new(answer)))
    }

    /// The same with one more header (beside others of that name; `content-type` replaces the one before). Without effect on a failure,
    /// a silent or a computed answer.
    #[must_use]
    #[expect(clippy::panic, reason = "a test double: a header that cannot exist is a mistake of the test")]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) else {
            panic!("`{name}` is no header name, or its value cannot be sent");
        };
        if let Kind::Response { headers, .. } = &mut self.0 {
            if name == CONTENT_TYPE {
                headers.remove(&name);
            }
            headers.append(name, value);
        }
        self
    }

    /// The same with this body. Without effect on a failure, a silent or a computed answer.
    #[must_use]
    pub fn body(mut self, bytes: impl Into<Bytes>) -> Self {
        if let Kind::Response { body, .. } = &mut self.0 {
            *body = bytes.into();
        }
        self
    }
}

impl fmt::Debug for ScriptedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Response { status, body, .. } => write!(f, "ScriptedResponse({status}, {} bytes)", body.len()),
            Kind::Error(error) => write!(f, "ScriptedResponse(error {:?})", error.kind()),
            Kind::Pending => f.write_str("ScriptedResponse(pending)"),
            Kind::Computed(_) => f.write_str("ScriptedResponse(computed)"),
        }
    }
}
