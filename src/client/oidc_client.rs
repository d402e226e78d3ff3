//! The client as an async program holds it: one line a flow.

use std::fmt;
use std::sync::Arc;

use super::access_token_validator::access_token_validator;
use super::backchannel_login::{self, BackchannelLogin};
use super::backchannel_logout::backchannel_logout;
use super::builder::{OidcClientBuilder, Parts};
use super::device_login::{self, DeviceLogin};
use super::discovery::discovery;
use super::inner::ClientInner;
use super::introspection::introspect;
use super::login::{self, Login, LoginOptions};
use super::logout::{self, LogoutOptions};
use super::refresh::{Refresh, Refreshed, refresh};
use super::registration::register;
use super::request::ClientRequest;
use super::revocation::revoke;
use super::token_grant;
use super::userinfo::userinfo;
use crate::error::Error;
use crate::keys::{ProviderKeys, TokenValidator};
use crate::protocol::authorize::{BegunLogin, Callback, LoginTransaction};
use crate::protocol::backchannel_authentication::BackchannelAuthenticationRequest;
use crate::protocol::client_metadata::ClientMetadata;
use crate::protocol::device_authorization::DeviceAuthorizationRequest;
use crate::protocol::discovery::DiscoveryDocumentResponse;
use crate::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use crate::protocol::logout::{BegunLogout, LogoutReturn, LogoutTransaction};
use crate::protocol::registration::RegistrationResponse;
use crate::protocol::revocation::{RevocationRequest, RevocationResponse};
use crate::protocol::token::{ClientCredentialsTokenRequest, TokenExchangeRequest, TokenResponse};
use crate::protocol::userinfo::{UserInfoRequest, UserInfoResponse};
use crate::secret::AccessToken;
use crate::sessions::BackchannelLogout;
use crate::validation::ExpectedAudience;

/// A client of one provider: the provider (discovered, cached, under a policy) and the client's registration.
///
/// OpenID Connect Core, RFC 6749. One method a flow. From the metadata it fills in endpoints, the authentication method, mTLS aliases, the
/// algorithms that are allowed; every response is judged by every rule, the signature of an ID token always. Cheap to clone and safe to share:
/// build one for the life of the application. Clones share the caches, so however many callers wait, one discovery goes out.
///
/// # Errors
/// Besides those of each message: kind `Configuration` where client and provider do not fit (nothing is sent then), `Validation` where a
/// token does not pass, `Flow` where what was kept of a login does not belong here or was used before.
///
/// # Example
/// ```
/// use identity_model::client::OidcClient;
/// # use identity_model::testing::{TestClient, TestProvider};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let http = TestProvider::builder().issuer("https://idp.example.com").client(TestClient::new("reports").secret("s3cret")).build();
/// let client = OidcClient::builder()
///     .issuer("https://idp.example.com")
///     .client_id("reports")
///     .client_secret("s3cret")
///     .http(http) // ReqwestClient::new()?
///     .build()?;
/// let token = client.client_credentials(["reports:read"]).await?;
/// assert_eq!(token.token_type(), "Bearer");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct OidcClient(Arc<ClientInner>);

impl OidcClient {
    /// Issuer, `client_id` and an HTTP client; the rest has safe defaults.
    pub fn builder() -> OidcClientBuilder {
        Parts::builder()
    }

    pub(crate) fn of(core: Arc<ClientInner>) -> Self {
        Self(core)
    }

    pub(crate) fn core(&self) -> &Arc<ClientInner> {
        &self.0
    }

    /// The client's identifier.
    pub fn client_id(&self) -> &str {
        &self.0.settings.client_id
    }

    /// The scopes of a login where it does not say others; `openid` is among them.
    pub fn scope(&self) -> &[String] {
        &self.0.settings.scope
    }

    /// What the provider registered, where the client was [registered](OidcClientBuilder::register) or built
    /// [from a registration](OidcClientBuilder::from_registration): secret and management token included, to be kept as safely as a secret.
    pub fn registration(&self) -> Option<&RegistrationResponse> {
        self.0.registration.as_ref()
    }

    /// The keys of the provider, which follow rotation.
    pub fn keys(&self) -> &ProviderKeys {
        &self.0.keys
    }

    /// The provider's metadata, from the cache or fetched now.
    ///
    /// # Errors
    /// As [`DiscoveryDocumentRequest`](crate::DiscoveryDocumentRequest).
    pub async fn discovery(&self) -> Result<DiscoveryDocumentResponse, Error> {
        self.0.run(discovery(&self.0)).await
    }

    /// A validator for access tokens (RFC 9068) that this provider issues for `audience`: for the resource server beside the client.
    ///
    /// # Errors
    /// As [`discovery`](Self::discovery).
    ///
    /// # Example
    /// ```
    /// # use identity_model::client::OidcClient;
    /// # use identity_model::testing::{TestClient, TestProvider};
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let provider = TestProvider::builder().client(TestClient::new("reports").audiences(["reports-api"])).build();
    /// # let client = OidcClient::builder().issuer(provider.issuer()).client_id("reports").http(provider.clone()).build()?;
    /// let validator = client.access_token_validator("reports-api").await?; // keep it: it is cheap to clone
    /// # let token = provider.mint_access_token(|token| token);
    /// let validated = validator.validate(&token).await?;
    /// # Ok::<(), identity_model::error::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn access_token_validator(&self, audience: impl Into<ExpectedAudience>) -> Result<TokenValidator, Error> {
        self.0.run(access_token_validator(&self.0, audience.into())).await
    }

    /// Begins a login through the browser: where to send it, and what its session keeps until the callback.
    ///
    /// OpenID Connect Core 1.0 section 3.1.2, RFC 9700 section 2.1. State, nonce and PKCE verifier are drawn anew; the request is pushed and signed as
    /// client and provider want it (a provider that demands what cannot be done is rejected). Keep the transaction **in the session of this
    /// very browser**.
    ///
    /// # Errors
    /// As [`LoginRequest`](crate::protocol::authorize::LoginRequest).
    ///
    /// # Example
    /// ```
    /// use identity_model::client::{LoginOptions, OidcClient};
    /// use identity_model::protocol::authorize::Callback;
    /// # use identity_model::testing::{TestClient, TestProvider, TestUser};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let provider = TestProvider::builder().issuer("https://idp.example.com").client(TestClient::new("web").secret("s3cret"));
    /// # let provider = provider.user(TestUser::new("alice")).build();
    /// # let http = provider.clone();
    /// let client = OidcClient::builder()
    ///     .issuer("https://idp.example.com")
    ///     .client_id("web")
    ///     .client_secret("s3cret")
    ///     .redirect_uri("https://app.example.com/callback")
    ///     .scope(["openid", "profile"])
    ///     .http(http) // ReqwestClient::new()?
    ///     .build()?;
    ///
    /// let begun = client.begin_login(LoginOptions::new()).await?;
    /// // redirect the browser to `begun.url`, keep `begun.transaction` in its session
    ///
    /// # let answer = provider.authorize(&begun.url);
    /// # let url = answer.location();
    /// // and at the redirect URI, the transaction taken out of the session:
    /// let login = client.finish_login(begun.transaction, Callback::from_url(url)?).await?;
    /// println!("{} logged in", login.subject());
    /// # Ok::<(), identity_model::error::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn begin_login(&self, options: impl Into<LoginOptions>) -> Result<BegunLogin, Error> {
        self.0.run(login::begin(&self.0, options.into())).await
    }

    /// Finishes a login with what the browser came back with: checks the callback, redeems the code, validates the ID token.
    ///
    /// OpenID Connect Core 1.0 sections 3.1.3.7 and 3.3.2.11, RFC 9207, JARM section 2.4. The transaction is the one that
    /// [`begin_login`](Self::begin_login) made, for this provider and this client, not expired, and not used before: take it *out of* the
    /// session. `iss` and `state` are checked before anything else is believed, a signed response before that; then nonce, `at_hash`, `c_hash`,
    /// `s_hash`, `azp`, `auth_time`, `acr`, the signature always. Nothing is sent after a rejection.
    ///
    /// # Errors
    /// Kind `Flow` for a callback that is not this login's (`callback_state_mismatch`, `callback_issuer_mismatch`, `login_expired`,
    /// `login_replayed`, `foreign_login`…), `Protocol` where the provider or its token endpoint says no, `Validation` where an ID token
    /// does not pass, `Store` where the replay store does not answer.
    pub async fn finish_login(&self, transaction: LoginTransaction, callback: Callback) -> Result<Login, Error> {
        self.0.run(login::finish(&self.0, transaction, callback)).await
    }

    /// Begins a logout at the provider: by a session, or with more to say by [`LogoutOptions`]. **End the application's own session first**, then
    /// send the browser to the address; keep the transaction in a cookie of its own until the user is back.
    ///
    /// # Errors
    /// As [`EndSessionRequest`](crate::protocol::logout::EndSessionRequest); kind `Policy` (`missing_member`) where the provider has no
    /// end-session endpoint; `Flow` for the session of another provider or client.
    ///
    /// # Example
    /// ```
    /// # use identity_model::client::OidcClient;
    /// use identity_model::client::LogoutOptions;
    /// use identity_model::protocol::logout::LogoutReturn;
    /// # use identity_model::testing::{TestClient, TestProvider};
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let provider = TestProvider::new();
    /// # let builder = OidcClient::builder().issuer(provider.issuer()).client_id("client").http(provider.clone());
    /// # let client = builder.post_logout_redirect_uri("https://app.example.com/goodbye").build()?;
    /// let begun = client.begin_logout(LogoutOptions::anybody()).await?; // or with `&session`
    /// let (url, transaction) = begun.into_parts();
    ///
    /// # let url = format!("https://app.example.com/goodbye?{}", url.split('&').find(|part| part.starts_with("state=")).unwrap());
    /// // when the user is back:
    /// client.finish_logout(transaction, LogoutReturn::from_url(&url)?).await?;
    /// # Ok::<(), identity_model::error::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn begin_logout(&self, options: impl Into<LogoutOptions>) -> Result<BegunLogout, Error> {
        self.0.run(logout::begin(&self.0, options.into())).await
    }

    /// Whether the user who came back did so from this very logout.
    ///
    /// # Errors
    /// Kind `Flow`: `logout_state_missing`, `logout_state_mismatch`, `logout_transaction_expired`, `foreign_logout`.
    pub async fn finish_logout(&self, transaction: LogoutTransaction, returned: LogoutReturn) -> Result<(), Error> {
        self.0.run(logout::finish(&self.0, transaction, returned)).await
    }

    /// The receiver of this provider's back-channel logout requests, with the client's algorithms, keys and replay store: make one, keep it.
    ///
    /// # Errors
    /// As [`discovery`](Self::discovery).
    pub async fn backchannel_logout(&self) -> Result<BackchannelLogout, Error> {
        self.0.run(backchannel_logout(&self.0)).await
    }

    /// A token for the client itself (RFC 6749 section 4.4): by its scopes, or by a
    /// [`ClientCredentialsTokenRequest`] without address, client and authentication.
    ///
    /// # Errors
    /// As [`ClientCredentialsTokenRequest`]; `Validation` where the response brings an ID token that is rejected.
    pub async fn client_credentials(
        &self,
        request: impl Into<ClientRequest<ClientCredentialsTokenRequest>>,
    ) -> Result<TokenResponse, Error> {
        self.0.run(token_grant::request(&self.0, request.into())).await
    }

    /// Trades a token for another (RFC 8693): a [`TokenExchangeRequest`] without address, client and authentication.
    ///
    /// # Errors
    /// As [`TokenExchangeRequest`]; `Validation` where the response brings an ID token that is rejected.
    ///
    /// # Example
    /// ```
    /// use identity_model::constants::token_type_identifiers;
    /// use identity_model::protocol::token::TokenExchangeRequest;
    /// # use identity_model::client::OidcClient;
    /// # use identity_model::testing::{TestClient, TestProvider};
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # let provider = TestProvider::builder().client(TestClient::new("gateway").secret("s")).user(identity_model::testing::TestUser::new("alice")).build();
    /// # let client = OidcClient::builder().issuer(provider.issuer()).client_id("gateway").client_secret("s").http(provider.clone()).build()?;
    /// # let token_of_alice = provider.access_token_for_user("alice");
    /// let request = TokenExchangeRequest::builder()
    ///     .subject_token(token_of_alice.expose())
    ///     .subject_token_type(token_type_identifiers::ACCESS_TOKEN)
    ///     .audience(["reports-api"]);
    /// let token = client.exchange_token(request).await?;
    /// # Ok::<(), identity_model::error::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn exchange_token(&self, request: impl Into<ClientRequest<TokenExchangeRequest>>) -> Result<TokenResponse, Error> {
        self.0.run(token_grant::request(&self.0, request.into())).await
    }

    /// New tokens for a session, or for a refresh token by itself ([`Refresh::token`]).
    ///
    /// OpenID Connect Core section 12.2: a new ID token must be of the same issuer, subject and client; `auth_time`, `azp` and `nonce` may not change.
    /// **A provider may rotate the refresh token**: keep [`Refreshed::session`] in place of the old session before anything else. Do not refresh
    /// one session twice at the same time: a provider that rotates takes the second attempt for a theft. The keys are loaded before
    /// the token is spent.
    ///
    /// # Errors
    /// As [`RefreshTokenRequest`](crate::protocol::token::RefreshTokenRequest) (`oauth_error` with `invalid_grant`: the user has to log in again); `Validation`
    /// where the new ID token does not go on from the old one; `Flow` for the session of another provider or client, or one without a
    /// refresh token.
    pub async fn refresh(&self, session: impl Into<Refresh>) -> Result<Refreshed, Error> {
        self.0.run(refresh(&self.0, session.into())).await
    }

    /// What the provider says of the user: by a session, or a [`UserInfoRequest`] without address.
    ///
    /// OpenID Connect Core section 5.3. The subject must be that of the ID token. JSON, or where one was registered a signed (and encrypted) JWT, and then
    /// nothing else.
    ///
    /// # Errors
    /// As [`UserInfoRequest`]; `Flow` for the session of another provider or client.
    pub async fn userinfo(&self, request: impl Into<ClientRequest<UserInfoRequest>>) -> Result<UserInfoResponse, Error> {
        self.0.run(userinfo(&self.0, request.into())).await
    }

    /// Asks about a token (RFC 7662): by the token, or an [`IntrospectionRequest`] without address, client and authentication. Where a signed
    /// answer was registered (RFC 9701) it must be one.
    ///
    /// # Errors
    /// As [`IntrospectionRequest`].
    pub async fn introspect(&self, request: impl Into<ClientRequest<IntrospectionRequest>>) -> Result<IntrospectionResponse, Error> {
        self.0.run(introspect(&self.0, request.into())).await
    }

    /// Has a token revoked (RFC 7009): by the token, or a [`RevocationRequest`] without address, client and authentication.
    ///
    /// # Errors
    /// As [`RevocationRequest`].
    pub async fn revoke(&self, request: impl Into<ClientRequest<RevocationRequest>>) -> Result<RevocationResponse, Error> {
        self.0.run(revoke(&self.0, request.into())).await
    }

    /// Begins a login on another device (RFC 8628): by its scopes, or a [`DeviceAuthorizationRequest`] without address, client and
    /// authentication. Show the user what the response says, then [finish](Self::finish_device_login).
    ///
    /// # Errors
    /// As [`DeviceAuthorizationRequest`]; `Configuration` where `openid` is not among the scopes.
    pub async fn device_login(&self, request: impl Into<ClientRequest<DeviceAuthorizationRequest>>) -> Result<DeviceLogin, Error> {
        self.0.run(device_login::begin(&self.0, request.into())).await
    }

    /// Waits for the user's decision on the other device, and validates the ID token.
    ///
    /// # Errors
    /// As [`DeviceCodePolling`](crate::protocol::token::DeviceCodePolling); `Validation` where the ID token does not pass.
    pub async fn finish_device_login(&self, login: DeviceLogin) -> Result<Login, Error> {
        self.0.run(device_login::finish(&self.0, login)).await
    }

    /// Asks a user to log in on their own device (CIBA, by polling): a [`BackchannelAuthenticationRequest`] without address, client and
    /// authentication. Then [finish](Self::finish_backchannel_login).
    ///
    /// # Errors
    /// As [`BackchannelAuthenticationRequest`]; `Configuration` where `openid` is not among the scopes.
    pub async fn backchannel_login(
        &self,
        request: impl Into<ClientRequest<BackchannelAuthenticationRequest>>,
    ) -> Result<BackchannelLogin, Error> {
        self.0.run(backchannel_login::begin(&self.0, request.into())).await
    }

    /// Waits for the user's decision on their own device, and validates the ID token; an `auth_req_id` in it must be this login's (CIBA Core
    /// section 10.3.1).
    ///
    /// # Errors
    /// As [`CibaPolling`](crate::protocol::token::CibaPolling); `Validation` where the ID token does not pass.
    pub async fn finish_backchannel_login(&self, login: BackchannelLogin) -> Result<Login, Error> {
        self.0.run(backchannel_login::finish(&self.0, login)).await
    }

    /// Registers another client at this provider (RFC 7591). To build a client from nothing: [`OidcClientBuilder::register`].
    ///
    /// # Errors
    /// As [`RegistrationRequest`](crate::protocol::registration::RegistrationRequest).
    pub async fn register(
        &self,
        metadata: ClientMetadata,
        initial_access_token: Option<AccessToken>,
    ) -> Result<RegistrationResponse, Error> {
        self.0.run(register(&self.0, metadata, initial_access_token)).await
    }
}

impl fmt::Debug for OidcClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcClient")
            .field("issuer", &self.0.documents.address)
            .field("client_id", &self.0.settings.client_id)
            .finish_non_exhaustive()
    }
}
