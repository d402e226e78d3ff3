//! The blocking twin of the client of an OAuth 2.0 server.

use std::fmt;
use std::sync::Arc;

use crate::builder_state::Set;
use crate::client::oauth::{OAuthInner, begin, finish, oauth_client_builder, refresh, userinfo};
use crate::client::{
    ClientRequest, LoginOptions, OAuthClientBuilder, OAuthLogin, OAuthRefreshed, OAuthSession, discovery, introspection, revocation,
    token_grant,
};
use crate::error::Error;
use crate::profile::{ClientConfiguration, Profile, ProfileMessage, ProfileReport};
use crate::protocol::authorize::{BegunLogin, Callback, LoginTransaction};
use crate::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use crate::protocol::revocation::{RevocationRequest, RevocationResponse};
use crate::protocol::token::{ClientCredentialsTokenRequest, TokenResponse};
use crate::protocol::userinfo::UserInfoResponse;

/// The blocking twin of [`client::OAuthClient`](crate::client::OAuthClient): the same flows on the calling thread.
#[derive(Clone)]
pub struct OAuthClient(Arc<OAuthInner>);

/// The client, for blocking callers.
impl<S: oauth_client_builder::State> OAuthClientBuilder<S> {
    /// The blocking twin of [`build`](Self::build).
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_blocking(self) -> Result<OAuthClient, Error>
    where
        S: oauth_client_builder::IsComplete,
        S::BlockingHttp: Set,
    {
        Ok(OAuthClient(self.inner()?))
    }
}

impl OAuthClient {
    /// The two endpoints, `client_id` and a blocking HTTP client; the rest has safe defaults.
    pub fn builder() -> OAuthClientBuilder {
        crate::client::OAuthClient::builder()
    }

    /// The blocking twin of [`begin_login`](crate::client::OAuthClient::begin_login).
    ///
    /// # Errors
    /// As there.
    pub fn begin_login(&self, options: impl Into<LoginOptions>) -> Result<BegunLogin, Error> {
        self.0.client.run_blocking(begin(&self.0, options.into()))
    }

    /// The blocking twin of [`finish_login`](crate::client::OAuthClient::finish_login).
    ///
    /// # Errors
    /// As there.
    pub fn finish_login(&self, transaction: LoginTransaction, callback: Callback) -> Result<OAuthLogin, Error> {
        self.0.client.run_blocking(finish(&self.0, transaction, callback))
    }

    /// The blocking twin of [`refresh`](crate::client::OAuthClient::refresh).
    ///
    /// # Errors
    /// As there.
    pub fn refresh(&self, session: &OAuthSession) -> Result<OAuthRefreshed, Error> {
        self.0.client.run_blocking(refresh(&self.0, session.clone()))
    }

    /// The blocking twin of [`userinfo`](crate::client::OAuthClient::userinfo).
    ///
    /// # Errors
    /// As there.
    pub fn userinfo(&self, session: &OAuthSession) -> Result<UserInfoResponse, Error> {
        self.0.client.run_blocking(userinfo(&self.0, session.clone()))
    }

    /// As [`client::OAuthClient::configuration`](crate::client::OAuthClient::configuration).
    pub fn configuration(&self) -> ClientConfiguration {
        self.0.client.configuration()
    }

    /// The blocking twin of [`profile_report`](crate::client::OAuthClient::profile_report).
    ///
    /// # Errors
    /// As there.
    pub fn profile_report(&self, profile: &Profile, messages: &[ProfileMessage]) -> Result<ProfileReport, Error> {
        let client = &self.0.client;
        let document = client.run_blocking(discovery::discovery(client))?;
        Ok(client.profile_report(profile, Some(&document), messages, client.environment().clock().now()))
    }

    /// The blocking twin of [`revoke`](crate::client::OAuthClient::revoke).
    ///
    /// # Errors
    /// As there.
    pub fn revoke(&self, request: impl Into<ClientRequest<RevocationRequest>>) -> Result<RevocationResponse, Error> {
        self.0.client.run_blocking(revocation::revoke(&self.0.client, request.into()))
    }

    /// The blocking twin of [`introspect`](crate::client::OAuthClient::introspect).
    ///
    /// # Errors
    /// As there.
    pub fn introspect(&self, request: impl Into<ClientRequest<IntrospectionRequest>>) -> Result<IntrospectionResponse, Error> {
        self.0.client.run_blocking(introspection::introspect(&self.0.client, request.into()))
    }

    /// The blocking twin of [`client_credentials`](crate::client::OAuthClient::client_credentials).
    ///
    /// # Errors
    /// As there.
    pub fn client_credentials(&self, request: impl Into<ClientRequest<ClientCredentialsTokenRequest>>) -> Result<TokenResponse, Error> {
        self.0.client.run_blocking(token_grant::request(&self.0.client, request.into()))
    }
}

/// The same client with the other face; each needs its own HTTP client.
impl From<&crate::client::OAuthClient> for OAuthClient {
    fn from(client: &crate::client::OAuthClient) -> Self {
        Self(Arc::clone(client.inner()))
    }
}

impl fmt::Debug for OAuthClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("blocking::OAuthClient").field("client_id", &self.0.client.settings.client_id).finish_non_exhaustive()
    }
}
