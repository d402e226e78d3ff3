//! What a page needs that watches the user's session at the provider: OpenID Connect Session Management 1.0 section 3.

use serde::Serialize;
use serde::ser::SerializeStruct;

use crate::constants::parameters;
use crate::protocol::discovery::{Address, DiscoveryDocumentResponse, DiscoveryPolicy, Endpoint};
use crate::protocol::error::RequestError;
use crate::protocol::request::RequestOptions;

/// What a page needs that watches the user's session at the provider.
///
/// OpenID Connect Session Management 1.0 section 3.1. The page loads [`iframe`](Self::iframe) in a hidden frame and posts it
/// [`message`](Self::message) from time to time, with [`origin`](Self::origin) as the target. The frame answers `unchanged`, `changed` or
/// `error`; a response from another origin is not one. After `changed` the application asks anew with `prompt=none` and the user's ID token as
/// `id_token_hint`: only that tells whether the session has ended.
///
/// It serialises as `iframe`, `origin`, `client_id`, `session_state` and `message`, for a script of the page.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::CheckSession;
/// use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
///
/// let document = r#"{"issuer": "https://idp.example.com", "check_session_iframe": "https://idp.example.com/check"}"#;
/// let disco = DiscoveryDocumentResponse::parse(document, "https://idp.example.com", DiscoveryPolicy::strict())?;
/// // `session_state` came with the callback
/// let watch = CheckSession::new(&disco, "app", "5b8f.c1")?;
/// assert_eq!((watch.iframe(), watch.origin()), ("https://idp.example.com/check", "https://idp.example.com"));
/// assert_eq!(watch.message(), "app 5b8f.c1");
/// # Ok::<(), identity_model::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckSession {
    iframe: Endpoint,
    origin: String,
    client_id: String,
    session_state: String,
}

impl CheckSession {
    /// For a session that a callback named by `session_state`, at the provider of this document.
    ///
    /// # Errors
    /// [`RequestError::Policy`] where the provider has no such frame or the policy rejects it, [`RequestError::Configuration`] where
    /// `client_id` or `session_state` cannot be put into a message.
    pub fn new(
        document: &DiscoveryDocumentResponse,
        client_id: impl Into<String>,
        session_state: impl Into<String>,
    ) -> Result<Self, RequestError> {
        Self::of(document.check_session_iframe()?, client_id, session_state)
    }

    /// The same with the frame's address by hand, held against `policy`.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`RequestError::Address`] where the address is none.
    pub fn at(
        iframe: impl Into<Address>,
        policy: &DiscoveryPolicy,
        client_id: impl Into<String>,
        session_state: impl Into<String>,
    ) -> Result<Self, RequestError> {
        let mut options = RequestOptions::default();
        options.policy = Some(policy.clone());
        Self::of(options.accept("session iframe", &iframe.into())?, client_id, session_state)
    }

    fn of(iframe: Endpoint, client_id: impl Into<String>, session_state: impl Into<String>) -> Result<Self, RequestError> {
        let (client_id, session_state) = (client_id.into(), session_state.into());
        if client_id.is_empty() {
            return Err(RequestError::configuration(parameters::CLIENT_ID, "is empty"));
        }
        // Section 2: the space parts it from the client's identifier.
        if session_state.is_empty() || session_state.contains(' ') {
            return Err(RequestError::configuration(parameters::SESSION_STATE, "is empty or holds a space"));
        }
        Ok(Self { origin: iframe.url().origin().ascii_serialization(), iframe, client_id, session_state })
    }

    /// `check_session_iframe`: the address of the frame.
    pub fn iframe(&self) -> &str {
        self.iframe.url().as_str()
    }

    /// The frame's origin: where messages go to, and where answers must come from.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The client's identifier.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// What the callback named the session's state.
    pub fn session_state(&self) -> &str {
        &self.session_state
    }

    /// The text that the page posts.
    pub fn message(&self) -> String {
        format!("{} {}", self.client_id, self.session_state)
    }
}

impl Serialize for CheckSession {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = serializer.serialize_struct("CheckSession", 5)?;
        members.serialize_field("iframe", self.iframe())?;
        members.serialize_field("origin", &self.origin)?;
        members.serialize_field("client_id", &self.client_id)?;
        members.serialize_field("session_state", &self.session_state)?;
        members.serialize_field("message", &self.message())?;
        members.end()
    }
}
