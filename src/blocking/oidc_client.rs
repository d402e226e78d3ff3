//! The blocking twin of the client.

use std::fmt;
use std::sync::Arc;

use crate::builder_state::{Set, Unset};
use crate::client::inner::ClientInner;
use crate::client::{
    BackchannelLogin, ClientRequest, DeviceLogin, Login, LoginOptions, LogoutOptions, OidcClientBuilder, Refresh, Refreshed,
    oidc_client_builder,
};
use crate::client::{
    access_token_validator, backchannel_login, backchannel_logout, device_login, discovery, introspection, login, logout, refresh,
    registration, revocation, token_grant, userinfo,
};
use crate::error::Error;
use crate::keys::{ProviderKeys, TokenValidator};
use crate::profile::{ClientConfiguration, Profile, ProfileMessage, ProfileReport};
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

/// The blocking twin of [`client::OidcClient`](crate::client::OidcClient): the same flows on the calling thread.
///
/// It may block that thread for a fetch that another caller leads, so it is not for a task of an async runtime.
///
/// # Example
/// ```
/// use identity_model::blocking::OidcClient;
/// # use identity_model::testing::{TestClient, TestProvider};
///
/// # let http = TestProvider::builder().issuer("https://idp.example.com").client(TestClient::new("reports").secret("s3cret")).build();
/// let client = OidcClient::builder()
///     .issuer("https://idp.example.com")
///     .client_id("reports")
///     .client_secret("s3cret")
///     .blocking_http(http) // BlockingReqwestClient::new()?
///     .build_blocking()?;
/// let token = client.client_credentials(["reports:read"])?;
/// assert_eq!(token.token_type(), "Bearer");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct OidcClient(Arc<ClientInner>);

/// The client, for blocking callers.
impl<S: oidc_client_builder::State> OidcClientBuilder<S> {
    /// The blocking twin of [`build`](Self::build).
    ///
    /// # Errors
    /// As [`build`](Self::build).
    pub fn build_blocking(self) -> Result<OidcClient, Error>
    where
        S: oidc_client_builder::IsComplete,
        S::BlockingHttp: Set,
    {
        Ok(OidcClient(self.core()?))
    }

    /// The blocking twin of [`register`](Self::register).
    ///
    /// # Errors
    /// As [`register`](Self::register).
    pub fn register_blocking(self, metadata: ClientMetadata, initial_access_token: Option<AccessToken>) -> Result<OidcClient, Error>
    where
        S::Issuer: Set,
        S::ClientId: Unset,
        S::Registration: Unset,
        S::BlockingHttp: Set,
    {
        let (registrar, metadata) = self.registrar(metadata);
        let registration = registrar.run_blocking(registration::register_self(&registrar, metadata, initial_access_token))?;
        Ok(OidcClient(registrar.registered(registration)?))
    }
}

/// One line a flow: the same exchange, driven by blocking.
macro_rules! twins {
    ($($name:ident($($argument:ident: $type:ty),*) -> $output:ty = $flow:path;)*) => {
        impl OidcClient {$(
            #[doc = concat!("The blocking twin of [`", stringify!($name), "`](crate::client::OidcClient::", stringify!($name), ").")]
            ///
            /// # Errors
            /// As there.
            pub fn $name(&self, $($argument: impl Into<$type>),*) -> Result<$output, Error> {
                self.0.run_blocking($flow(&self.0, $($argument.into()),*))
            }
        )*}
    };
}

twins! {
    discovery() -> DiscoveryDocumentResponse = discovery::discovery;
    access_token_validator(audience: ExpectedAudience) -> TokenValidator = access_token_validator::access_token_validator;
    begin_login(options: LoginOptions) -> BegunLogin = login::begin;
    finish_login(transaction: LoginTransaction, callback: Callback) -> Login = login::finish;
    begin_logout(options: LogoutOptions) -> BegunLogout = logout::begin;
    finish_logout(transaction: LogoutTransaction, returned: LogoutReturn) -> () = logout::finish;
    backchannel_logout() -> BackchannelLogout = backchannel_logout::backchannel_logout;
    client_credentials(request: ClientRequest<ClientCredentialsTokenRequest>) -> TokenResponse = token_grant::request;
    exchange_token(request: ClientRequest<TokenExchangeRequest>) -> TokenResponse = token_grant::request;
    refresh(session: Refresh) -> Refreshed = refresh::refresh;
    userinfo(request: ClientRequest<UserInfoRequest>) -> UserInfoResponse = userinfo::userinfo;
    introspect(request: ClientRequest<IntrospectionRequest>) -> IntrospectionResponse = introspection::introspect;
    revoke(request: ClientRequest<RevocationRequest>) -> RevocationResponse = revocation::revoke;
    device_login(request: ClientRequest<DeviceAuthorizationRequest>) -> DeviceLogin = device_login::begin;
    finish_device_login(login: DeviceLogin) -> Login = device_login::finish;
    backchannel_login(request: ClientRequest<BackchannelAuthenticationRequest>) -> BackchannelLogin = backchannel_login::begin;
    finish_backchannel_login(login: BackchannelLogin) -> Login = backchannel_login::finish;
    register(metadata: ClientMetadata, initial_access_token: Option<AccessToken>) -> RegistrationResponse = registration::register;
}

impl OidcClient {
    /// Issuer, `client_id` and a blocking HTTP client; the rest has safe defaults.
    pub fn builder() -> OidcClientBuilder {
        crate::client::OidcClient::builder()
    }

    /// The client's identifier.
    pub fn client_id(&self) -> &str {
        &self.0.settings.client_id
    }

    /// The scopes of a login where it does not say others; `openid` is among them.
    pub fn scope(&self) -> &[String] {
        &self.0.settings.scope
    }

    /// What the provider registered, where the client was [registered](OidcClientBuilder::register_blocking) or built
    /// [from a registration](OidcClientBuilder::from_registration).
    pub fn registration(&self) -> Option<&RegistrationResponse> {
        self.0.registration.as_ref()
    }

    /// As [`client::OidcClient::configuration`](crate::client::OidcClient::configuration).
    pub fn configuration(&self) -> ClientConfiguration {
        self.0.configuration()
    }

    /// As [`client::OidcClient::profile_report`](crate::client::OidcClient::profile_report).
    ///
    /// # Errors
    /// As [`discovery`](Self::discovery).
    pub fn profile_report(&self, profile: &Profile, messages: &[ProfileMessage]) -> Result<ProfileReport, Error> {
        let document = self.discovery()?;
        Ok(self.0.profile_report(profile, Some(&document), messages, self.0.environment().clock().now()))
    }

    /// The keys of the provider, which follow rotation.
    pub fn keys(&self) -> &ProviderKeys {
        &self.0.keys
    }
}

/// The same client with the other face; each needs its own HTTP client ([`http`](OidcClientBuilder::http) and
/// [`blocking_http`](OidcClientBuilder::blocking_http)).
impl From<&crate::client::OidcClient> for OidcClient {
    fn from(client: &crate::client::OidcClient) -> Self {
        Self(Arc::clone(client.core()))
    }
}

impl fmt::Debug for OidcClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("blocking::OidcClient")
            .field("issuer", &self.0.documents.address)
            .field("client_id", &self.0.settings.client_id)
            .finish_non_exhaustive()
    }
}
