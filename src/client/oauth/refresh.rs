//! New tokens for a session at an OAuth 2.0 server (RFC 6749 section 6).

use std::sync::Arc;

use super::inner::OAuthInner;
use super::session::OAuthSession;
use crate::client::context::FlowContext;
use crate::client::dpop::{check_session, proved_grant};
use crate::client::error::ClientError;
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::RequestOnce;
use crate::protocol::token::{RefreshTokenRequest, TokenResponse};

/// New tokens. **The old refresh token may be of no use any more**: keep the new session in its place, at once.
#[derive(Debug, Clone)]
pub struct OAuthRefreshed {
    tokens: TokenResponse,
    session: OAuthSession,
}

impl OAuthRefreshed {
    /// The response of the token endpoint.
    pub fn tokens(&self) -> &TokenResponse {
        &self.tokens
    }

    /// The session with the new tokens, to be kept in place of the old one.
    pub fn session(&self) -> &OAuthSession {
        &self.session
    }

    /// The same by value.
    pub fn into_session(self) -> OAuthSession {
        self.session
    }
}

pub(crate) fn refresh(client: &Arc<OAuthInner>, session: OAuthSession) -> Exchange<OAuthRefreshed, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client.client, &port).await?;
        session.belongs_to(context.issuer()?, context.client_id())?;
        check_session(context.settings().dpop.as_ref(), Some(session.access_token()), false)?;
        let token = session.refresh_token().cloned().ok_or(ClientError::Lacking { what: "refresh token" })?;
        let request = RefreshTokenRequest::builder()
            .environment(context.environment().clone())
            .address(context.endpoint(metadata::TOKEN_ENDPOINT)?)
            .client_id(context.client_id())
            .authentication(context.authentication.clone())
            .refresh_token(token);
        let request = proved_grant!(request, context.settings().dpop.as_ref()).build();
        let tokens = port.perform(request.into_exchange()).await?;
        let session = session.renewed(&tokens);
        Ok(OAuthRefreshed { tokens, session })
    })
}
