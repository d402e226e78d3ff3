//! A token that a manager hands out.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::HeaderValue;

use super::TokenError;
use crate::cache::Entry;
use crate::constants::token_types;
use crate::error::Error;
use crate::protocol::request::bearer;
use crate::protocol::token::TokenResponse;
use crate::secret::AccessToken;

/// An access token from a [`TokenManager`](super::TokenManager), with what the server said about it.
///
/// Cheap to clone: callers share one value. It stays readable after its end; ask the [`TokenSource`](super::TokenSource) before each use
/// instead of keeping it.
#[derive(Clone)]
pub struct ManagedToken(pub(super) Arc<Entry<Content>>);

/// What is kept of a token.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) response: TokenResponse,
    /// When it was asked for, by the monotonic clock.
    pub(super) asked_at: Duration,
    /// From when on it is not used, by the clock of the day.
    pub(super) hard_end: Option<SystemTime>,
}

impl ManagedToken {
    /// The access token.
    pub fn access_token(&self) -> &AccessToken {
        self.response().access_token()
    }

    /// The type of the token as the server wrote it: `Bearer` or `DPoP`, in any case.
    pub fn token_type(&self) -> &str {
        self.response().token_type()
    }

    /// The scopes that were granted: what the server said, or what was asked for where it said nothing (RFC 6749 section 5.1).
    pub fn granted_scope(&self) -> &[String] {
        self.response().granted_scope()
    }

    /// When the token expires, where the server said so.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.response().expires_at()
    }

    /// The whole response.
    pub fn response(&self) -> &TokenResponse {
        &self.0.value.response
    }

    /// The value of `Authorization` for a bearer token (RFC 6750 section 2.1), marked as sensitive.
    ///
    /// # Errors
    /// Kind `Configuration` for a token of another type (`token_not_bearer`): a DPoP-bound token is never sent as a bearer token. The same
    /// for a token with characters that no header may hold.
    pub fn authorization_header(&self) -> Result<HeaderValue, Error> {
        if !self.token_type().eq_ignore_ascii_case(token_types::BEARER) {
            return Err(TokenError::NotBearer { token_type: self.token_type().to_owned() }.into());
        }
        Ok(bearer("access_token", self.access_token())?)
    }
}

impl fmt::Debug for ManagedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedToken")
            .field("token_type", &self.token_type())
            .field("granted_scope", &self.granted_scope())
            .field("expires_at", &self.expires_at())
            .finish_non_exhaustive()
    }
}
