//! The receiver: who may notify, about what, and the ping itself (CIBA Core 1.0 sections 10.2 and 10.3).

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method, Request, Response, StatusCode};

use super::error::{NotificationError, empty_response};
use super::push::PushNotice;
use crate::constants::{media_types, parameters};
use crate::document::{Document, Secrets};
use crate::protocol::response_head::{is_media_type, only_content_type};
use crate::secret::{AuthenticationRequestId, SecretText, constant_time_eq};

/// What a push has and a ping must not.
const TOKENS: [&str; 3] = ["access_token", "id_token", "refresh_token"];

/// A backchannel request whose outcome the provider will tell: what the request was answered with, and the token that was sent with it.
///
/// CIBA Core section 7.1: a `client_notification_token` of its own for each request, of at least 128 random bits. `Debug` shows neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwaitedAuthentication {
    request_id: AuthenticationRequestId,
    notification_token: SecretText,
}

impl AwaitedAuthentication {
    /// The `auth_req_id` of the response, and the `client_notification_token` of the request.
    pub fn new(request_id: impl Into<AuthenticationRequestId>, notification_token: impl Into<SecretText>) -> Self {
        Self { request_id: request_id.into(), notification_token: notification_token.into() }
    }

    /// `auth_req_id`.
    pub fn request_id(&self) -> &AuthenticationRequestId {
        &self.request_id
    }

    /// `client_notification_token`.
    pub fn notification_token(&self) -> &SecretText {
        &self.notification_token
    }
}

/// The client's notification endpoint, without a socket: takes pings or pushes about requests that are awaited.
///
/// CIBA Core 1.0 sections 10.2 and 10.3. In this order: the method; the bearer token of `Authorization`, compared in constant time with that
/// of every awaited request; the content type, the length (64 KiB by default) and the form of the body; and that `auth_req_id` belongs to
/// that token. An application that keeps awaited requests in a database finds the one by [`claimed_request_id`](Self::claimed_request_id) and makes a
/// receiver for it alone. A request that was answered is no longer awaited: taking it out of the store is the caller's.
///
/// # Example
/// ```
/// use identity_model::protocol::backchannel_notification::{AwaitedAuthentication, NotificationReceiver};
///
/// let receiver = NotificationReceiver::new([AwaitedAuthentication::new("1c266114", "8d67dc78")]);
/// let request = http::Request::post("/ciba/notification").header("authorization", "Bearer 8d67dc78").header("content-type", "application/json");
/// let notice = receiver.receive_ping(&request.body(r#"{"auth_req_id":"1c266114"}"#)?)?;
/// assert_eq!(notice.request_id().expose(), "1c266114"); // now the tokens can be fetched by a `CibaTokenRequest`
/// assert_eq!(notice.response().status(), 204);
///
/// let forged = http::Request::post("/ciba/notification").header("authorization", "Bearer guessed").header("content-type", "application/json");
/// let refusal = receiver.receive_ping(&forged.body(r#"{"auth_req_id":"1c266114"}"#)?).unwrap_err();
/// assert_eq!(refusal.response().status(), 401);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct NotificationReceiver {
    awaited: Vec<AwaitedAuthentication>,
    body_limit: usize,
}

impl NotificationReceiver {
    /// A receiver for these requests.
    pub fn new(awaited: impl IntoIterator<Item = AwaitedAuthentication>) -> Self {
        Self { awaited: awaited.into_iter().collect(), body_limit: 64 * 1024 }
    }

    /// The same with another limit for the length of a body, in bytes.
    #[must_use]
    pub fn with_body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// The `auth_req_id` that a body claims to be about; nothing about it is checked. To find what is awaited.
    pub fn claimed_request_id(body: &[u8]) -> Option<AuthenticationRequestId> {
        let (_, mut secrets) = Document::open_answer(Bytes::copy_from_slice(body)).ok()?;
        secrets.take_required(parameters::AUTH_REQ_ID).ok()
    }

    /// Takes a ping: the tokens of an awaited request can be fetched now, or its error.
    ///
    /// # Errors
    /// [`NotificationError`], which holds what to answer.
    pub fn receive_ping<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Result<PingNotice, NotificationError> {
        let (request_id, document, secrets) = self.open(request)?;
        match TOKENS.into_iter().find(|member| secrets.kind(member).is_some()) {
            Some(member) => Err(NotificationError::UnexpectedTokens { member }),
            None => Ok(PingNotice { request_id, document }),
        }
    }

    /// Takes a push: the tokens of an awaited request, not yet checked, or the error it ended with.
    ///
    /// # Errors
    /// [`NotificationError`], which holds what to answer.
    pub fn receive_push<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Result<PushNotice, NotificationError> {
        let (request_id, document, secrets) = self.open(request)?;
        PushNotice::of(request_id, document, secrets)
    }

    /// What pings and pushes have in common.
    fn open<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Result<(AuthenticationRequestId, Document, Secrets), NotificationError> {
        if request.method() != Method::POST {
            return Err(NotificationError::Method);
        }
        let known = self.authorized(request.headers());
        if known.is_empty() {
            return Err(NotificationError::Unauthorized);
        }
        if !is_media_type(only_content_type(request.headers()), media_types::JSON) {
            return Err(NotificationError::ContentType);
        }
        let body = request.body().as_ref();
        if body.len() > self.body_limit {
            return Err(NotificationError::TooLarge { limit: self.body_limit });
        }
        let malformed = |source| NotificationError::Malformed { source };
        let (document, mut secrets) = Document::open_answer(Bytes::copy_from_slice(body)).map_err(malformed)?;
        let request_id: AuthenticationRequestId = secrets.take_required(parameters::AUTH_REQ_ID).map_err(malformed)?;
        if known.iter().any(|awaited| awaited.request_id == request_id) {
            return Ok((request_id, document, secrets));
        }
        Err(NotificationError::UnknownRequest)
    }

    /// The awaited requests whose token came; each is compared, so that the time says nothing about which.
    fn authorized(&self, headers: &HeaderMap) -> Vec<&AwaitedAuthentication> {
        let Some(token) = bearer_token(headers) else { return Vec::new() };
        let same = |awaited: &&AwaitedAuthentication| {
            let expected = awaited.notification_token.expose();
            !expected.is_empty() && constant_time_eq(expected.as_bytes(), token.as_bytes())
        };
        self.awaited.iter().filter(same).collect()
    }
}

/// The one bearer token of `Authorization` (RFC 6750 section 2.1); none where the header is missing, twice there, or of another scheme.
fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}

/// The provider says that an awaited request has its outcome (CIBA Core section 10.2).
#[derive(Debug, Clone)]
pub struct PingNotice {
    request_id: AuthenticationRequestId,
    document: Document,
}

impl PingNotice {
    /// `auth_req_id`, for the token request.
    pub fn request_id(&self) -> &AuthenticationRequestId {
        &self.request_id
    }

    /// What to answer: 204 without a body.
    pub fn response(&self) -> Response<Bytes> {
        empty_response(StatusCode::NO_CONTENT)
    }
}

crate::document::forward_document!(PingNotice, document);
