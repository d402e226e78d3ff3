//! The client of an OAuth 2.0 server as an async program holds it: one line a flow.

use std::fmt;
use std::sync::Arc;

use super::builder::{OAuthClientBuilder, Parts, oauth_client_builder};
use super::inner::OAuthInner;
use super::login::{OAuthLogin, begin, finish};
use super::refresh::{OAuthRefreshed, refresh};
use super::session::OAuthSession;
use super::userinfo::userinfo;
use crate::builder_state::Set;
use crate::client::introspection::introspect;
use crate::client::login::LoginOptions;
use crate::client::request::ClientRequest;
use crate::client::revocation::revoke;
use crate::client::token_grant;
use crate::error::Error;
use crate::protocol::authorize::{BegunLogin, Callback, LoginTransaction};
use crate::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use crate::protocol::revocation::{RevocationRequest, RevocationResponse};
use crate::protocol::token::{ClientCredentialsTokenRequest, TokenResponse};
use crate::protocol::userinfo::UserInfoResponse;

/// A client of a server that speaks OAuth 2.0 and not OpenID Connect: GitHub, Discord, Spotify and others.
///
/// RFC 6749 with what RFC 9700 asks for: PKCE and `state` always, the code redeemed once, at the stated endpoint. No `openid` is asked for and
/// no ID token is read; who the user is says the server's user endpoint, or the response of its token endpoint, by a member that the
/// application names. A server with a discovery document and `openid` among its scopes is one for [`OidcClient`](crate::client::OidcClient).
/// Cheap to clone and safe to share.
///
/// # Example
/// ```
/// use identity_model::client::{LoginOptions, OAuthClient};
/// use identity_model::protocol::authorize::Callback;
/// # use identity_model::testing::{ScriptedHttpClient, ScriptedResponse};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let http = ScriptedHttpClient::builder()
/// #     .post("https://github.com/login/oauth/access_token", ScriptedResponse::json(200, r#"{"access_token":"gho_16C7","token_type":"bearer"}"#))
/// #     .get("https://api.github.com/user", ScriptedResponse::json(200, r#"{"login":"octocat","id":583231}"#))
/// #     .build();
/// let client = OAuthClient::builder()
///     .authorization_endpoint("https://github.com/login/oauth/authorize")
///     .token_endpoint("https://github.com/login/oauth/access_token")
///     .userinfo_endpoint("https://api.github.com/user")
///     .user_subject("id")
///     .client_id("Iv1.8a61f9b3a7aba766")
///     .client_secret("s3cret")
///     .redirect_uri("https://app.example.com/callback/github")
///     .scope(["read:user"])
///     .http(http) // ReqwestClient::new()?
///     .build()?;
///
/// let begun = client.begin_login(LoginOptions::new()).await?;
/// // redirect the browser to `begun.url`, keep `begun.transaction` in its session
///
/// # let state = begun.url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
/// # let url = format!("https://app.example.com/callback/github?code=c&state={state}");
/// let login = client.finish_login(begun.transaction, Callback::from_url(url)?).await?;
/// assert_eq!(login.subject(), Some("583231"));
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct OAuthClient(Arc<OAuthInner>);

/// The client, for async callers.
impl<S: oauth_client_builder::State> OAuthClientBuilder<S> {
    /// The client. Nothing is sent before its first flow.
    ///
    /// # Errors
    /// Kind `Configuration` where a member cannot be used, `Policy` where the policy rejects an address.
    pub fn build(self) -> Result<OAuthClient, Error>
    where
        S: oauth_client_builder::IsComplete,
        S::Http: Set,
    {
        Ok(OAuthClient(self.inner()?))
    }
}

impl OAuthClient {
    /// The two endpoints, `client_id` and an HTTP client; the rest has safe defaults.
    pub fn builder() -> OAuthClientBuilder {
        Parts::builder()
    }

    pub(crate) fn inner(&self) -> &Arc<OAuthInner> {
        &self.0
    }

    /// Begins a login through the browser: where to send it, and what its session keeps until the callback.
    ///
    /// # Errors
    /// As [`LoginRequest`](crate::protocol::authorize::LoginRequest); `Configuration` where `openid` is among the scopes.
    pub async fn begin_login(&self, options: impl Into<LoginOptions>) -> Result<BegunLogin, Error> {
        self.0.client.run(begin(&self.0, options.into())).await
    }

    /// Finishes a login with what the browser came back with: checks the callback, redeems the code, asks who the user is.
    ///
    /// # Errors
    /// Kind `Flow` for a callback that is not this login's, `Protocol` where the server says no. Where the user endpoint fails after the
    /// code was redeemed, [`Error::issued_tokens`] has the tokens.
    pub async fn finish_login(&self, transaction: LoginTransaction, callback: Callback) -> Result<OAuthLogin, Error> {
        self.0.client.run(finish(&self.0, transaction, callback)).await
    }

    /// New tokens for a session. **A server may rotate the refresh token**: keep [`OAuthRefreshed::session`] in place of the old one.
    ///
    /// # Errors
    /// As [`RefreshTokenRequest`](crate::protocol::token::RefreshTokenRequest); `Flow` for the session of another provider or client, or one
    /// without a refresh token.
    pub async fn refresh(&self, session: &OAuthSession) -> Result<OAuthRefreshed, Error> {
        self.0.client.run(refresh(&self.0, session.clone())).await
    }

    /// What the user endpoint says of the user of a session, whose subject must be the session's.
    ///
    /// # Errors
    /// As [`UserInfoRequest`](crate::protocol::userinfo::UserInfoRequest).
    pub async fn userinfo(&self, session: &OAuthSession) -> Result<UserInfoResponse, Error> {
        self.0.client.run(userinfo(&self.0, session.clone())).await
    }

    /// Has a token revoked (RFC 7009).
    ///
    /// # Errors
    /// As [`RevocationRequest`]; `Policy` (`missing_member`) where the client has no such endpoint.
    pub async fn revoke(&self, request: impl Into<ClientRequest<RevocationRequest>>) -> Result<RevocationResponse, Error> {
        self.0.client.run(revoke(&self.0.client, request.into())).await
    }

    /// Asks about a token (RFC 7662).
    ///
    /// # Errors
    /// As [`IntrospectionRequest`]; `Policy` (`missing_member`) where the client has no such endpoint.
    pub async fn introspect(&self, request: impl Into<ClientRequest<IntrospectionRequest>>) -> Result<IntrospectionResponse, Error> {
        self.0.client.run(introspect(&self.0.client, request.into())).await
    }

    /// A token for the client itself (RFC 6749 section 4.4).
    ///
    /// # Errors
    /// As [`ClientCredentialsTokenRequest`].
    pub async fn client_credentials(
        &self,
        request: impl Into<ClientRequest<ClientCredentialsTokenRequest>>,
    ) -> Result<TokenResponse, Error> {
        self.0.client.run(token_grant::request(&self.0.client, request.into())).await
    }
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthClient").field("client_id", &self.0.client.settings.client_id).finish_non_exhaustive()
    }
}
