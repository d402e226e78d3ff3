//! New tokens for a session (RFC 6749 section 6, OpenID Connect Core section 12).

use std::ops::Deref;
use std::sync::Arc;

use super::context::FlowContext;
use super::dpop::{check_session, proved_grant};
use super::error::ClientError;
use super::inner::ClientInner;
use super::login::LoginSession;
use super::{rules, verification};
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::RequestOnce;
use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::token::{RefreshTokenRequest, TokenResponse};
use crate::secret::RefreshToken;
use crate::validation::{PreviousIdToken, ValidatedToken};

/// What to refresh: a session, or a refresh token by itself.
///
/// A session turns into it by `into()`; narrower scopes and resources are said here.
///
/// # Example
/// ```
/// use identity_model::client::Refresh;
///
/// let narrower = Refresh::token("tGzv3JOkF0XG5Qx2TlKWIA", None).scope(["reports:read"]);
/// ```
#[derive(Debug, Clone)]
#[must_use = "it does nothing until a client is given it"]
pub struct Refresh {
    token: Option<RefreshToken>,
    previous: Option<PreviousIdToken>,
    session: Option<LoginSession>,
    scope: Vec<String>,
    resource: Vec<String>,
    authorization_details: Vec<AuthorizationDetail>,
    takes_new_key: bool,
}

impl Refresh {
    /// The refresh token of a session, whose user the response must be about.
    pub fn session(session: &LoginSession) -> Self {
        let token = session.refresh_token().cloned();
        Self { session: Some(session.clone()), previous: Some(session.previous_id_token()), ..Self::of(token) }
    }

    /// A refresh token by itself, and the ID token of the login that it stems from: an ID token in the response must go on from that one. `None`
    /// only where there was no ID token; then one in the response is judged on its own.
    pub fn token(token: impl Into<RefreshToken>, previous: impl Into<Option<PreviousIdToken>>) -> Self {
        Self { previous: previous.into(), ..Self::of(Some(token.into())) }
    }

    /// The scopes asked for, none that were not granted before. Default: those that were.
    pub fn scope(mut self, scope: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scope = scope.into_iter().map(Into::into).collect();
        self
    }

    /// The resources that the access token is for (RFC 8707): absolute URIs.
    pub fn resource(mut self, resource: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.resource = resource.into_iter().map(Into::into).collect();
        self
    }

    /// What the access token is to allow, in detail (RFC 9396).
    pub fn authorization_details(mut self, details: impl IntoIterator<Item = AuthorizationDetail>) -> Self {
        self.authorization_details = details.into_iter().collect();
        self
    }

    /// Binds the new access token to the client's DPoP key although the old one is bound to another: a confidential client's refresh token is not
    /// bound to a key (RFC 9449 section 5). Keep the old key until the new session is stored. Default: another key is an error.
    pub fn new_dpop_key(mut self) -> Self {
        self.takes_new_key = true;
        self
    }

    fn of(token: Option<RefreshToken>) -> Self {
        Self {
            token,
            previous: None,
            session: None,
            scope: Vec::new(),
            resource: Vec::new(),
            authorization_details: Vec::new(),
            takes_new_key: false,
        }
    }
}

impl From<&LoginSession> for Refresh {
    fn from(session: &LoginSession) -> Self {
        Self::session(session)
    }
}

/// What dereferences to a session: an `Arc`, a guard.
impl<T: Deref<Target = LoginSession>> From<&T> for Refresh {
    fn from(session: &T) -> Self {
        Self::session(session)
    }
}

/// New tokens. **The old refresh token may be of no use any more**: keep the new session in its place, at once.
#[derive(Debug, Clone)]
pub struct Refreshed {
    tokens: TokenResponse,
    id_token: Option<ValidatedToken>,
    session: Option<LoginSession>,
}

impl Refreshed {
    /// The response of the token endpoint.
    pub fn tokens(&self) -> &TokenResponse {
        &self.tokens
    }

    /// The new ID token, validated, where the provider sent one.
    pub fn id_token(&self) -> Option<&ValidatedToken> {
        self.id_token.as_ref()
    }

    /// The session with the new tokens, to be kept in place of the old one; `None` where no session was refreshed.
    pub fn session(&self) -> Option<&LoginSession> {
        self.session.as_ref()
    }

    /// The same by value.
    pub fn into_session(self) -> Option<LoginSession> {
        self.session
    }
}

pub(crate) fn refresh(client: &Arc<ClientInner>, refresh: Refresh) -> Exchange<Refreshed, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client, &port).await?;
        if let Some(session) = &refresh.session {
            session.belongs_to(context.issuer()?, context.client_id())?;
            check_session(context.settings().dpop.as_ref(), session.access_token(), refresh.takes_new_key)?;
        }
        let token = refresh.token.ok_or(ClientError::Lacking { what: "refresh token" })?;
        let rules = rules::id_token(&context, None)?;
        // A rotated token is spent, so the keys that verify the response come first.
        verification::load_keys(&context, &rules, &port).await?;
        let request = RefreshTokenRequest::builder()
            .environment(context.environment().clone())
            .address(context.endpoint(metadata::TOKEN_ENDPOINT)?)
            .client_id(context.client_id())
            .authentication(context.authentication.clone())
            .refresh_token(token)
            .scope(refresh.scope)
            .resource(refresh.resource)
            .authorization_details(refresh.authorization_details);
        let request = proved_grant!(request, context.settings().dpop.as_ref()).build();
        let tokens = port.perform(request.into_exchange()).await?;
        let rules = match refresh.previous {
            Some(previous) if context.settings().ignores_auth_time_of_refresh => rules.with_previous_id_token(previous.without_auth_time()),
            Some(previous) => rules.with_previous_id_token(previous),
            None => rules,
        };
        // A login without a nonce has no refreshed token with one.
        let rules = match &refresh.session {
            Some(session) if !session.has_nonce() => rules.with_nonce_absent(),
            _ => rules,
        };
        let id_token = match verification::id_token_of(&context, &tokens, rules, &port).await {
            Ok(id_token) => id_token,
            // The old refresh token may be spent: the new ones are not lost.
            Err(error) => return Err(ClientError::after_issuance(Some(tokens), error)),
        };
        let text = tokens.id_token().map(|text| verification::signed_text(&context, text));
        let session = refresh.session.map(|session| session.renewed(&tokens, text.zip(id_token.as_ref())));
        Ok(Refreshed { tokens, id_token, session })
    })
}
