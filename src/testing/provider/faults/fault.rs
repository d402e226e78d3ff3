//! What a provider is told to get wrong.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use crate::testing::provider::faults::change::{Change, Edit};
use crate::testing::provider::{ForgedKind, Forgery, Gate};

/// Something an endpoint of a [`TestProvider`](crate::testing::provider::TestProvider) does wrong, for the next responses or for good.
///
/// [`status`](Self::status), [`error`](Self::error), [`redirect`](Self::redirect) and
/// [`refuse_connection`](Self::refuse_connection) answer **instead** of the endpoint: nothing is processed, no token is issued. All
/// others change a response that the endpoint gave. [`and`](Self::and) combines; [`once`](Self::once) and [`times`](Self::times) say for
/// how many answers, the default is for good. Faults of one endpoint strike in the order in which they were set, the next when the one
/// before is used up.
///
/// Values that no HTTP message can hold (a status outside 100–999, a header with a line break) panic: the test is written wrongly.
///
/// # Example
/// ```
/// use identity_model::testing::{Fault, Forgery, ProviderEndpoint, TestProvider, ForgedKind};
///
/// let provider = TestProvider::new();
/// provider.inject(ProviderEndpoint::Jwks, Fault::status(503).and(Fault::retry_after(2)).times(2));
/// provider.inject(ProviderEndpoint::Discovery, Fault::member("issuer", "https://elsewhere.test"));
/// provider.inject(ProviderEndpoint::Token, Fault::forge(ForgedKind::AccessToken, Forgery::WrongKey).once());
/// ```
#[derive(Clone)]
#[must_use = "a fault does nothing until it is injected"]
pub struct Fault {
    pub(in crate::testing::provider) changes: Vec<Change>,
    /// How many answers it spoils; for good if there is no number.
    pub(in crate::testing::provider) left: Option<usize>,
}

impl Fault {
    pub(in crate::testing::provider) fn of(change: Change) -> Self {
        Self { changes: vec![change], left: None }
    }

    /// Changes nothing: lets so many answers pass before the next fault strikes.
    pub fn none() -> Self {
        Self { changes: Vec::new(), left: None }
    }

    /// Responds with a status and no body.
    #[expect(clippy::panic, reason = "a test double: a status that cannot exist is a mistake of the test")]
    #[track_caller]
    pub fn status(status: u16) -> Self {
        let Ok(status) = StatusCode::from_u16(status) else { panic!("`{status}` is no HTTP status") };
        Self::of(Change::Status(status))
    }

    /// Responds with an OAuth error document (RFC 6749 section 5.2).
    #[expect(clippy::panic, reason = "a test double: a status that cannot exist is a mistake of the test")]
    #[track_caller]
    pub fn error(status: u16, code: impl Into<String>) -> Self {
        let Ok(status) = StatusCode::from_u16(status) else { panic!("`{status}` is no HTTP status") };
        Self::of(Change::Error(status, code.into()))
    }

    /// Responds with a redirect (301, 302, 303, 307, 308) to `location`.
    #[track_caller]
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::status(status).and(Self::header("location", location))
    }

    /// No connection: in memory an error of kind `Connect`; a listener hangs up without a byte.
    pub fn refuse_connection() -> Self {
        Self::of(Change::Refuse)
    }

    /// The connection breaks in the middle of the response: in memory an error of kind `Interrupted`.
    pub fn cut_connection() -> Self {
        Self::of(Change::Cut)
    }

    /// Never answers. In memory the request's [`AttemptTimeout`](crate::transport::AttemptTimeout) ends it by the provider's timer; a
    /// blocking call without one gets an error of kind `Timeout` at once.
    pub fn never_answer() -> Self {
        Self::of(Change::Silence)
    }

    /// Waits before it answers: in memory by the provider's timer, on a listener in real time. Several add up.
    pub fn delay(duration: Duration) -> Self {
        Self::of(Change::Delay(duration))
    }

    /// Holds the response back until the gate is opened. What the endpoint does, it has done by then.
    pub fn hold(gate: &Gate) -> Self {
        Self::of(Change::Hold(gate.clone()))
    }

    /// Sets a header.
    #[expect(clippy::panic, reason = "a test double: a header that cannot exist is a mistake of the test")]
    #[track_caller]
    pub fn header(name: &str, value: &str) -> Self {
        let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) else {
            panic!("`{name}` is no header name, or its value cannot be sent");
        };
        Self::of(Change::Header(name, value))
    }

    /// Sets `Retry-After`, in seconds (a date goes by [`header`](Self::header)).
    pub fn retry_after(seconds: u64) -> Self {
        Self::of(Change::Header(http::header::RETRY_AFTER, seconds.into()))
    }

    /// Sets the content type.
    #[track_caller]
    pub fn content_type(media_type: &str) -> Self {
        Self::header(CONTENT_TYPE.as_str(), media_type)
    }

    /// Sends this body in place of the endpoint's, under its status and headers.
    pub fn body(body: impl Into<Bytes>) -> Self {
        Self::of(Change::Body(Edit::Replace(body.into())))
    }

    /// Sends the first half of the body as if that were all.
    pub fn truncated_body() -> Self {
        Self::of(Change::Body(Edit::Truncate))
    }

    /// Fills the body up to `bytes` with blanks at its end: JSON stays valid and is merely too long.
    pub fn oversized_body(bytes: usize) -> Self {
        Self::of(Change::Body(Edit::Pad(bytes)))
    }

    /// Sets a member of the JSON object.
    pub fn member(name: impl Into<String>, value: impl Into<Value>) -> Self {
        let (name, value) = (name.into(), value.into());
        Self::edit(move |document| {
            if let Value::Object(members) = document {
                members.insert(name.clone(), value.clone());
            }
        })
    }

    /// Leaves a member of the JSON object out.
    pub fn without_member(name: impl Into<String>) -> Self {
        let name = name.into();
        Self::edit(move |document| {
            if let Value::Object(members) = document {
                members.remove(&name);
            }
        })
    }

    /// Puts the member in front of the JSON object, so that the name comes twice if the endpoint sends it as well.
    pub fn duplicate_member(name: impl Into<String>, value: impl Into<Value>) -> Self {
        Self::of(Change::Body(Edit::Duplicate(name.into(), value.into())))
    }

    /// Changes the JSON of the body in any way.
    pub fn edit(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::of(Change::Body(Edit::Json(Arc::new(change))))
    }

    /// Forges the tokens of one kind that the endpoint issues.
    pub fn forge(kind: ForgedKind, forgery: Forgery) -> Self {
        Self::of(Change::Forge(kind, forgery))
    }

    /// Both at once, this one first. The number of responses is that of `self`.
    pub fn and(mut self, other: Self) -> Self {
        self.changes.extend(other.changes);
        self
    }

    /// For the next response alone.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// For the next `count` answers.
    pub fn times(mut self, count: usize) -> Self {
        self.left = Some(count);
        self
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fault").field("changes", &self.changes).field("left", &self.left).finish()
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "Status({status})"),
            Self::Error(status, code) => write!(f, "Error({status}, {code})"),
            Self::Header(name, _) => write!(f, "Header({name})"),
            Self::Body(_) => f.write_str("Body"),
            Self::Forge(kind, forgery) => write!(f, "Forge({kind:?}, {forgery:?})"),
            Self::Parameters(_) | Self::SentParameters(_) => f.write_str("Parameters"),
            Self::RotateKeys => f.write_str("RotateKeys"),
            Self::Delay(duration) => write!(f, "Delay({duration:?})"),
            Self::Hold(gate) => write!(f, "Hold({gate:?})"),
            Self::Cut => f.write_str("Cut"),
            Self::Refuse => f.write_str("Refuse"),
            Self::Silence => f.write_str("Silence"),
        }
    }
}
