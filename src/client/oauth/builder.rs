//! How a client of an OAuth 2.0 server is put together: every address is the application's to state.

use std::sync::Arc;
use std::time::Duration;

use bon::Builder;
use serde_json::{Map, Value};

use super::inner::OAuthInner;
use crate::cache::ReplayGuard;
use crate::client::builder::Parts as ClientParts;
use crate::client::error::ClientError;
use crate::constants::metadata;
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::SigningKeySource;
use crate::profile::Profile;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy};
use crate::protocol::dpop::DpopKey;
use crate::protocol::userinfo::SubjectClaim;
use crate::secret::ClientSecret;
use crate::transport::{BlockingHttpClient, HttpClient};

#[derive(Builder)]
#[builder(
    on(String, into),
    builder_type(name = OAuthClientBuilder, vis = "pub", doc {
        /// Builds an [`OAuthClient`](super::OAuthClient): the two endpoints, `client_id` and an HTTP client must be set.
        ///
        /// All addresses are those that the server's documentation names; they are used as they are stated, by https.
    }),
    state_mod(name = oauth_client_builder, vis = "pub(crate)"),
    start_fn(vis = "pub(super)"),
    finish_fn(name = assemble, vis = "")
)]
pub(super) struct Parts {
    #[builder(field)]
    user_headers: Vec<(String, String)>,
    /// Where the browser is sent.
    authorization_endpoint: String,
    /// Where a code is redeemed and tokens are refreshed.
    token_endpoint: String,
    /// The client's identifier.
    client_id: String,
    /// Where the server says who the user is, asked with the access token. Default: nowhere, so no user is named unless
    /// [`token_subject`](Self::token_subject) says where.
    userinfo_endpoint: Option<String>,
    /// The member of that response that names the user: `"id"`, `["data", "id"]`. Default: `sub`.
    #[builder(into, default)]
    user_subject: SubjectClaim,
    /// The member of the token endpoint's answer that names the user. Where there is a user endpoint too, both must name the same. Default: none.
    #[builder(into)]
    token_subject: Option<SubjectClaim>,
    /// Where tokens are revoked (RFC 7009). Default: nowhere.
    revocation_endpoint: Option<String>,
    /// Where tokens are introspected (RFC 7662). Default: nowhere.
    introspection_endpoint: Option<String>,
    /// The issuer, where the server has one: `iss` of a callback is compared with it (RFC 9207). Default: the origin of the authorization
    /// endpoint; a callback with any other `iss` is rejected.
    issuer: Option<String>,
    /// The policy that the addresses are held against, with what of the server's responses it tolerates
    /// ([`comma_separated_scope`](crate::DiscoveryPolicyBuilder::comma_separated_scope) and the like). Default: strict.
    #[builder(default)]
    policy: DiscoveryPolicy,
    /// The client for async callers.
    #[builder(with = |client: impl HttpClient + 'static| Arc::new(client))]
    http: Option<Arc<dyn HttpClient>>,
    /// The client for blocking callers.
    #[builder(with = |client: impl BlockingHttpClient + 'static| Arc::new(client))]
    blocking_http: Option<Arc<dyn BlockingHttpClient>>,
    /// How the client proves who it is, exactly. Default: by the secret (`client_secret_basic`) or the key that is set; not at all where there
    /// is neither.
    authentication: Option<ClientAuthentication>,
    /// The secret, sent by `client_secret_basic`; for `client_secret_post` see [`authentication`](Self::authentication).
    #[builder(into)]
    client_secret: Option<ClientSecret>,
    /// The client's key, for `private_key_jwt`.
    #[builder(into)]
    client_key: Option<SigningKeySource>,
    /// The key that tokens are bound to (DPoP, RFC 9449). Default: bearer tokens.
    #[builder(into)]
    dpop: Option<DpopKey>,
    /// The security profile that the client keeps: see [`OidcClientBuilder::profile`](crate::client::OidcClientBuilder::profile). Endpoints that
    /// the application states itself break the profiles that want them from the metadata (`PF12`). Default: none.
    profile: Option<Profile>,
    /// Keeps tokens of the type `Bearer` of a server that ignores proofs. Default: false, they are an error.
    #[builder(default)]
    danger_allow_bearer_downgrade: bool,
    /// Where the server sends the user back to: one of those that are registered, byte for byte. One for each provider, so that a response of
    /// one is never taken for that of another (RFC 9700 section 4.4).
    redirect_uri: Option<String>,
    /// The scopes of a login, as the server calls them. Default: none is sent.
    #[builder(default, with = |scopes: impl IntoIterator<Item = impl Into<String>>| scopes.into_iter().map(Into::into).collect())]
    scope: Vec<String>,
    /// How long a login through the browser may take. Default: ten minutes.
    login_lifetime: Option<Duration>,
    /// Remembers which logins were finished. Default: in memory, for this process alone.
    #[builder(into)]
    login_replay_store: Option<ReplayGuard>,
    /// Clock, random bytes and timer. Default: the system's.
    #[builder(default)]
    environment: Environment,
}

impl<S: oauth_client_builder::State> OAuthClientBuilder<S> {
    /// A header that the user endpoint wants: a version, a name of the application. Never `Authorization`. May be said any number of times.
    pub fn userinfo_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.user_headers.push((name.into(), value.into()));
        self
    }

    /// What both faces build on.
    pub(crate) fn inner(self) -> Result<Arc<OAuthInner>, Error>
    where
        S: oauth_client_builder::IsComplete,
    {
        self.assemble().into_inner()
    }
}

impl Parts {
    fn into_inner(self) -> Result<Arc<OAuthInner>, Error> {
        let document = self.document()?;
        let client = ClientParts::builder()
            .issuer(document.issuer()?)
            .client_id(self.client_id)
            .policy(document.policy().clone())
            .maybe_http(self.http)
            .maybe_blocking_http(self.blocking_http)
            .maybe_authentication(self.authentication)
            .maybe_client_secret(self.client_secret)
            .maybe_client_key(self.client_key)
            .maybe_dpop(self.dpop)
            .maybe_profile(self.profile)
            .danger_allow_bearer_downgrade(self.danger_allow_bearer_downgrade)
            .maybe_redirect_uri(self.redirect_uri)
            .scope(self.scope)
            .maybe_login_lifetime(self.login_lifetime)
            .maybe_login_replay_store(self.login_replay_store)
            .environment(self.environment)
            .stated(document)?;
        let (token_subject, user_subject, user_headers) = (self.token_subject, self.user_subject, self.user_headers);
        Ok(Arc::new(OAuthInner { client, token_subject, user_subject, user_headers }))
    }

    /// The metadata that the application states, in the place of a document that the server does not publish.
    fn document(&self) -> Result<DiscoveryDocumentResponse, Error> {
        let wrong = |_| ClientError::configuration("authorization_endpoint", "is not an absolute address");
        let origin = url::Url::parse(&self.authorization_endpoint).map_err(wrong)?.origin().ascii_serialization();
        let issuer = self.issuer.clone().unwrap_or(origin);
        let members = [
            (metadata::ISSUER, Some(&issuer)),
            (metadata::AUTHORIZATION_ENDPOINT, Some(&self.authorization_endpoint)),
            (metadata::TOKEN_ENDPOINT, Some(&self.token_endpoint)),
            (metadata::USERINFO_ENDPOINT, self.userinfo_endpoint.as_ref()),
            (metadata::REVOCATION_ENDPOINT, self.revocation_endpoint.as_ref()),
            (metadata::INTROSPECTION_ENDPOINT, self.introspection_endpoint.as_ref()),
        ];
        let stated = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?.as_str()))));
        let document = Value::Object(stated.collect::<Map<String, Value>>()).to_string();
        // The application itself states every address, so none has to be of one host.
        let policy = self.policy.to_builder().danger_any_endpoint_host();
        // A profile that wants https wants it on loopback addresses too.
        let is_tightened = self.profile.as_ref().is_some_and(|profile| profile.holds("PF11"));
        let policy = if is_tightened { policy.allow_http_on_loopback(false).build() } else { policy.build() };
        Ok(DiscoveryDocumentResponse::parse(document, &issuer, policy)?)
    }
}
