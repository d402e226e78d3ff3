//! What an application keeps of a login at an OAuth 2.0 server.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use crate::client::context::reject_foreign;
use crate::client::error::ClientError;
use crate::client::stored_secret::{expose, expose_option, seal, seal_option};
use crate::encoding::epoch;
use crate::protocol::token::TokenResponse;
use crate::secret::{AccessToken, RefreshToken};

/// What an application keeps of a login at an OAuth 2.0 server: the tokens, and who the user is where the server said so.
///
/// It serialises, **tokens included**, so it belongs where the browser can neither read nor change it. Bound to provider and client: another
/// [`OAuthClient`](super::OAuthClient) rejects it before anything is sent (`foreign_session`). `Debug` shows no token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuthSession {
    provider: String,
    client_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(serialize_with = "expose", deserialize_with = "seal")]
    access_token: AccessToken,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "expose_option", deserialize_with = "seal_option")]
    refresh_token: Option<RefreshToken>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    scope: Vec<String>,
}

impl OAuthSession {
    pub(super) fn new(provider: &str, client_id: &str, subject: Option<String>, asked: &[String], tokens: &TokenResponse) -> Self {
        let mut session = Self {
            provider: provider.to_owned(),
            client_id: client_id.to_owned(),
            subject,
            access_token: tokens.access_token().clone(),
            expires_at: None,
            refresh_token: None,
            scope: asked.iter().flat_map(|text| text.split_ascii_whitespace()).map(str::to_owned).collect(),
        };
        session.take(tokens);
        session
    }

    /// The same with new tokens. A server that sends no new refresh token leaves the old one in force (RFC 6749 section 6).
    pub(super) fn renewed(mut self, tokens: &TokenResponse) -> Self {
        self.take(tokens);
        self
    }

    fn take(&mut self, tokens: &TokenResponse) {
        self.access_token = tokens.access_token().clone();
        self.expires_at = tokens.expires_at().map(epoch::seconds);
        if let Some(token) = tokens.refresh_token() {
            self.refresh_token = Some(token.clone());
        }
        if let Some(scope) = tokens.stated_scope() {
            self.scope = scope.to_vec();
        }
    }

    /// Rejects the session of another provider or client, so that its tokens go nowhere else.
    pub(super) fn belongs_to(&self, provider: &str, client_id: &str) -> Result<(), ClientError> {
        reject_foreign("session", "provider", provider, &self.provider)?;
        reject_foreign("session", "client", client_id, &self.client_id)
    }

    /// The user at this provider, by the client's [subject rule](super::OAuthClientBuilder::user_subject); `None` where nothing says so.
    pub fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// The client that the user logged in to.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The access token.
    pub fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    /// When the access token expires; `None` where the server did not say.
    pub fn expires_at(&self) -> Option<SystemTime> {
        let seconds = u64::try_from(self.expires_at?).ok()?;
        SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
    }

    /// Whether the access token has expired, or does so within `margin`: time to [refresh](super::OAuthClient::refresh).
    pub fn expires_within(&self, margin: Duration, now: SystemTime) -> bool {
        self.expires_at().is_some_and(|at| now.checked_add(margin).is_none_or(|then| at <= then))
    }

    /// The refresh token, if the server issued one.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.refresh_token.as_ref()
    }

    /// The scopes that were granted.
    pub fn granted_scope(&self) -> &[String] {
        &self.scope
    }
}

impl fmt::Debug for OAuthSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthSession")
            .field("provider", &self.provider)
            .field("client_id", &self.client_id)
            .field("refresh_token", &self.refresh_token.is_some())
            .finish_non_exhaustive()
    }
}
