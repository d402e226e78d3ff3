//! The push: tokens that come unasked, and are believed once their ID token holds (CIBA Core 1.0 sections 10.3.1 and 12).

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Response, StatusCode};

use super::error::{NotificationError, empty_response};
use crate::constants::token_types;
use crate::document::{Document, DocumentError, Secrets, forward_document};
use crate::jose::JsonWebKeySet;
use crate::protocol::error::RequestError;
use crate::protocol::excerpt::{escaped, shown_name};
use crate::protocol::response::{Expectation, Quirks};
use crate::protocol::seconds::lifetime;
use crate::secret::{AccessToken, AuthenticationRequestId, IdentityToken, RefreshToken, SecretText};
use crate::validation::{TokenKind, TokenValidationOptions, ValidatedToken, validate};

const ENDPOINT: &str = "client notification endpoint";

/// What was pushed about an awaited request.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PushNotice {
    /// Tokens, not yet checked.
    Tokens(Box<UncheckedPush>),
    /// The request ended without tokens.
    Failed(PushedError),
}

impl PushNotice {
    pub(super) fn of(request_id: AuthenticationRequestId, document: Document, secrets: Secrets) -> Result<Self, NotificationError> {
        if document.kind("error").is_some() {
            return PushedError::of(request_id, document).map(Self::Failed);
        }
        UncheckedPush::of(request_id, document, secrets).map(Box::new).map(Self::Tokens)
    }
}

/// The error that an awaited request ended with (CIBA Core section 12): `access_denied`, `expired_token`, `transaction_failed`.
#[derive(Debug, Clone)]
pub struct PushedError {
    request_id: AuthenticationRequestId,
    document: Document,
}

impl PushedError {
    fn of(request_id: AuthenticationRequestId, document: Document) -> Result<Self, NotificationError> {
        document.required_str("error").map_err(malformed)?;
        Ok(Self { request_id, document })
    }

    /// `auth_req_id`.
    pub fn request_id(&self) -> &AuthenticationRequestId {
        &self.request_id
    }

    /// `error`.
    pub fn error(&self) -> &str {
        self.document.try_get_str("error").unwrap_or_default()
    }

    /// `error_description`, as the provider wrote it.
    pub fn error_description(&self) -> Option<&str> {
        self.document.try_get_str("error_description")
    }

    /// What to answer: 204 without a body.
    pub fn response(&self) -> Response<Bytes> {
        empty_response(StatusCode::NO_CONTENT)
    }
}

/// Bounded and escaped: the words are the provider's.
impl fmt::Display for PushedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", escaped(self.error(), 100))?;
        match self.error_description() {
            Some(description) => write!(f, ": {}", escaped(description, 500)),
            None => Ok(()),
        }
    }
}

forward_document!(PushedError, document);

/// Tokens that were pushed and must not be used yet: there is no way to them but through the validation of their ID token.
///
/// CIBA Core section 10.3.1: the ID token names the request (`urn:openid:params:jwt:claim:auth_req_id`), the access token (`at_hash`) and, where
/// one came, the refresh token (`urn:openid:params:jwt:claim:rt_hash`); each is demanded and compared, beside every other rule of an ID token,
/// and its `iat` is at most a week ago unless the options say otherwise.
#[derive(Debug, Clone)]
pub struct UncheckedPush {
    request_id: AuthenticationRequestId,
    access_token: AccessToken,
    refresh_token: Option<RefreshToken>,
    id_token: IdentityToken,
    expires_in: Option<Duration>,
    document: Document,
}

impl UncheckedPush {
    fn of(request_id: AuthenticationRequestId, document: Document, mut secrets: Secrets) -> Result<Self, NotificationError> {
        let token_type = document.required_str("token_type").map_err(malformed)?;
        if !token_type.eq_ignore_ascii_case(token_types::BEARER) {
            let found = shown_name(token_type);
            return Err(NotificationError::Member { member: "token_type", expected: "`Bearer`", found });
        }
        Ok(Self {
            request_id,
            access_token: secrets.take_required("access_token").map_err(malformed)?,
            refresh_token: secrets.take_non_empty("refresh_token").map_err(malformed)?,
            id_token: secrets.take_required("id_token").map_err(malformed)?,
            expires_in: lifetime(&document, "expires_in", &expectation()).map_err(member)?,
            document,
        })
    }

    /// `auth_req_id`.
    pub fn request_id(&self) -> &AuthenticationRequestId {
        &self.request_id
    }

    /// Checks the ID token with the given keys; `options` start from [`TokenValidationOptions::id_token`].
    /// [`validated_by`](Self::validated_by) does the same with keys that are fetched where they have to be.
    ///
    /// # Errors
    /// [`RequestError::Token`] where the ID token does not hold, [`RequestError::Configuration`] for rules of another kind.
    pub fn check(&self, keys: &JsonWebKeySet, options: &TokenValidationOptions, now: SystemTime) -> Result<PushedTokens, RequestError> {
        let options = self.options(options)?;
        let id_token = validate(self.id_token.expose(), keys, &options, now);
        let id_token = id_token.map_err(|source| RequestError::Token { endpoint: ENDPOINT.into(), source })?;
        Ok(self.checked(id_token, now))
    }

    /// What to answer once the ID token was looked at: 204 where it holds, else 400, both without a body.
    pub fn response<T, E>(&self, outcome: &Result<T, E>) -> Response<Bytes> {
        empty_response(if outcome.is_ok() { StatusCode::NO_CONTENT } else { StatusCode::BAD_REQUEST })
    }

    /// The rules for this push: those of the caller, and what the ID token has to name.
    pub(crate) fn options(&self, base: &TokenValidationOptions) -> Result<TokenValidationOptions, RequestError> {
        if base.token_kind() != TokenKind::IdToken {
            let problem = format!("are rules for the kind `{}` where `{}` is needed", base.token_kind(), TokenKind::IdToken);
            return Err(RequestError::configuration("options", problem));
        }
        let options =
            base.clone().with_authentication_request_id(SecretText::new(self.request_id.expose())).with_access_token(&self.access_token);
        Ok(match &self.refresh_token {
            Some(token) => options.with_refresh_token(token),
            None => options,
        })
    }

    pub(crate) fn id_token(&self) -> &IdentityToken {
        &self.id_token
    }

    /// The tokens, now that the ID token holds.
    pub(crate) fn checked(&self, id_token: ValidatedToken, now: SystemTime) -> PushedTokens {
        PushedTokens { push: self.clone(), id_token, received_at: now }
    }
}

/// Tokens that were pushed, their ID token validated.
#[derive(Debug, Clone)]
pub struct PushedTokens {
    push: UncheckedPush,
    id_token: ValidatedToken,
    received_at: SystemTime,
}

impl PushedTokens {
    /// `auth_req_id`.
    pub fn request_id(&self) -> &AuthenticationRequestId {
        &self.push.request_id
    }

    /// The access token, of type `Bearer`.
    pub fn access_token(&self) -> &AccessToken {
        &self.push.access_token
    }

    /// The refresh token, if one came.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.push.refresh_token.as_ref()
    }

    /// The ID token as it came, to be kept for a hint.
    pub fn id_token(&self) -> &IdentityToken {
        &self.push.id_token
    }

    /// The claims of the ID token.
    pub fn validated_id_token(&self) -> &ValidatedToken {
        &self.id_token
    }

    /// How long the access token lives; `None` where the provider did not say.
    pub fn expires_in(&self) -> Option<Duration> {
        self.push.expires_in
    }

    /// When the access token expires, by the caller's clock; `None` where the provider did not say, or named a moment that no clock reaches.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.received_at.checked_add(self.push.expires_in?)
    }
}

forward_document!(PushedTokens, push.document);

fn malformed(source: DocumentError) -> NotificationError {
    NotificationError::Malformed { source }
}

/// For the readers that are shared with responses; the caller is the endpoint here.
fn expectation() -> Expectation {
    Expectation { endpoint: ENDPOINT, success: StatusCode::OK, also: &[], media_types: &[], body_limit: 0, quirks: Quirks::default() }
}

fn member(error: RequestError) -> NotificationError {
    match error {
        RequestError::Member { member, expected, found, .. } => NotificationError::Member { member, expected, found },
        RequestError::Malformed { source, .. } => NotificationError::Malformed { source },
        _ => NotificationError::Member { member: "expires_in", expected: "a number of seconds", found: "something else".to_owned() },
    }
}
