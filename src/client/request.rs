//! Requests without what the client knows better: endpoint, identity, authentication.

use std::fmt;
use std::ops::Deref;

use super::context::FlowContext;
use super::dpop::{ClientDpop, proved, proved_grant, unproved};
use super::error::ClientError;
use super::login::LoginSession;
use crate::builder_state::{Set, Unset};
use crate::constants::token_type_hints;
use crate::environment::Environment;
use crate::error::Error;
use crate::protocol::backchannel_authentication::{
    BackchannelAuthenticationRequest, BackchannelAuthenticationRequestBuilder, backchannel_authentication_request_builder,
};
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::device_authorization::{
    DeviceAuthorizationRequest, DeviceAuthorizationRequestBuilder, device_authorization_request_builder,
};
use crate::protocol::discovery::Endpoint;
use crate::protocol::introspection::{IntrospectionRequest, IntrospectionRequestBuilder, introspection_request_builder};
use crate::protocol::revocation::{RevocationRequest, RevocationRequestBuilder, revocation_request_builder};
use crate::protocol::token::{
    ClientCredentialsTokenRequest, ClientCredentialsTokenRequestBuilder, TokenExchangeRequest, TokenExchangeRequestBuilder,
    client_credentials_token_request_builder, token_exchange_request_builder,
};
use crate::protocol::userinfo::{UserInfoRequest, UserInfoRequestBuilder, user_info_request_builder};
use crate::secret::{AccessToken, RefreshToken, SecurityAssertion};

/// A request that lacks what an [`OidcClient`](super::OidcClient) fills in: the endpoint, the client and its authentication.
///
/// Made by `into()` from the builder of the request without these members, or from what alone is needed for it: a token to be revoked, a
/// session. A member that the client fills in and the builder has too is a compile error.
///
/// # Example
/// ```
/// use identity_model::client::ClientRequest;
/// use identity_model::protocol::revocation::RevocationRequest;
/// use identity_model::secret::RefreshToken;
///
/// let by_builder: ClientRequest<RevocationRequest> = RevocationRequest::builder().token("8xLOxBtZp8").into();
/// let by_token: ClientRequest<RevocationRequest> = (&RefreshToken::new("8xLOxBtZp8")).into();
/// ```
pub struct ClientRequest<R>(Completion<R>);

type Completion<R> = Box<dyn FnOnce(ClientDetails) -> Result<R, Error> + Send>;

/// What the client fills in.
pub(super) struct ClientDetails {
    address: Endpoint,
    issuer: String,
    client_id: String,
    authentication: ClientAuthentication,
    environment: Environment,
    dpop: Option<ClientDpop>,
}

impl<R> ClientRequest<R> {
    fn new(complete: impl FnOnce(ClientDetails) -> Result<R, Error> + Send + 'static) -> Self {
        Self(Box::new(complete))
    }

    /// The request at this endpoint of the provider.
    pub(super) fn complete(self, context: &FlowContext, endpoint: &str) -> Result<R, Error> {
        (self.0)(ClientDetails {
            address: context.endpoint(endpoint)?,
            issuer: context.issuer()?.to_owned(),
            client_id: context.client_id().to_owned(),
            authentication: context.authentication.clone(),
            environment: context.environment().clone(),
            dpop: context.settings().dpop.clone(),
        })
    }
}

impl<R> fmt::Debug for ClientRequest<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientRequest").finish_non_exhaustive()
    }
}

/// From the builder of a request that authenticates the client: `authenticated!(Request, Builder, module, [members that must be set], how a DPoP
/// key is proved)`.
macro_rules! authenticated {
    ($($request:ident, $builder:ident, $state:ident, [$($required:ident),*], $prove:ident;)*) => {$(
        impl<S> From<$builder<S>> for ClientRequest<$request>
        where
            S: $state::State + 'static,
            $(S::$required: Set,)*
            S::Address: Unset,
            S::ClientId: Unset,
            S::Authentication: Unset,
        {
            fn from(builder: $builder<S>) -> Self {
                Self::new(move |details| {
                    let builder = $prove!(builder.environment(details.environment), details.dpop.as_ref());
                    let builder = builder.address(details.address).client_id(details.client_id);
                    Ok(builder.authentication(details.authentication).build())
                })
            }
        }
    )*};
}

authenticated! {
    ClientCredentialsTokenRequest, ClientCredentialsTokenRequestBuilder, client_credentials_token_request_builder, [], proved_grant;
    TokenExchangeRequest, TokenExchangeRequestBuilder, token_exchange_request_builder, [SubjectToken, SubjectTokenType], proved_grant;
    DeviceAuthorizationRequest, DeviceAuthorizationRequestBuilder, device_authorization_request_builder, [], proved;
    BackchannelAuthenticationRequest, BackchannelAuthenticationRequestBuilder, backchannel_authentication_request_builder, [Hint, Scope], proved;
    IntrospectionRequest, IntrospectionRequestBuilder, introspection_request_builder, [Token], unproved;
    RevocationRequest, RevocationRequestBuilder, revocation_request_builder, [Token], unproved;
}

impl<S> From<UserInfoRequestBuilder<S>> for ClientRequest<UserInfoRequest>
where
    S: user_info_request_builder::State + 'static,
    S::AccessToken: Set,
    S::ExpectedSubject: Set,
    S::Address: Unset,
{
    fn from(builder: UserInfoRequestBuilder<S>) -> Self {
        Self::new(move |details| Ok(builder.environment(details.environment).address(details.address).build()))
    }
}

impl From<&LoginSession> for ClientRequest<UserInfoRequest> {
    fn from(session: &LoginSession) -> Self {
        let session = session.clone();
        Self::new(move |details| {
            session.belongs_to(&details.issuer, &details.client_id)?;
            let token = session.access_token().ok_or(ClientError::Lacking { what: "access token" })?;
            let builder = UserInfoRequest::builder().access_token(token).expected_subject(session.subject());
            Ok(builder.environment(details.environment).address(details.address).build())
        })
    }
}

/// From the scopes alone.
impl<I: IntoIterator<Item: Into<String>>> From<I> for ClientRequest<ClientCredentialsTokenRequest> {
    fn from(scopes: I) -> Self {
        ClientCredentialsTokenRequest::builder().scope(scopes).into()
    }
}

/// From the scopes alone.
impl<I: IntoIterator<Item: Into<String>>> From<I> for ClientRequest<DeviceAuthorizationRequest> {
    fn from(scopes: I) -> Self {
        DeviceAuthorizationRequest::builder().scope(scopes).into()
    }
}

/// What dereferences to a session: an `Arc`, a guard.
impl<T: Deref<Target = LoginSession>> From<&T> for ClientRequest<UserInfoRequest> {
    fn from(session: &T) -> Self {
        let session: &LoginSession = session;
        session.into()
    }
}

macro_rules! tokens {
    ($($request:ident: $($token:ident as $hint:ident),*;)*) => {$($(
        /// From the token alone; the hint says what kind it is.
        impl From<&$token> for ClientRequest<$request> {
            fn from(token: &$token) -> Self {
                $request::builder().token(SecurityAssertion::new(token.expose())).token_type_hint(token_type_hints::$hint).into()
            }
        }
    )*)*};
}

tokens! {
    IntrospectionRequest: AccessToken as ACCESS_TOKEN, RefreshToken as REFRESH_TOKEN;
    RevocationRequest: AccessToken as ACCESS_TOKEN, RefreshToken as REFRESH_TOKEN;
}
