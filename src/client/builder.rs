//! How a client is put together.

use std::sync::Arc;
use std::time::Duration;

use bon::Builder;

use super::credentials::Credentials;
use super::dpop::ClientDpop;
use super::inner::ClientInner;
use super::settings::{RegisteredAlgorithms, Settings};
use crate::builder_state::{Set, Unset};
use crate::cache::{CacheSettings, DiscoveryCache, DocumentSource, MemoryReplayStore, ReplayGuard};
use crate::constants::{client_metadata, scopes};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::SigningKeySource;
use crate::jose::{ContentEncryptionAlgorithm, DecryptionKeys, KeyManagementAlgorithm, SignatureAlgorithm};
use crate::keys::ProviderKeys;
use crate::profile::Profile;
use crate::protocol::authorize::{RequestObjectSettings, ResponseMode, ResponseType};
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::client_metadata::ClientMetadata;
use crate::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy, KeySetLoading};
use crate::protocol::dpop::DpopKey;
use crate::protocol::registration::RegistrationResponse;
use crate::secret::ClientSecret;
use crate::transport::{BlockingHttpClient, HttpClient, HttpClients};
use crate::validation::{
    AsyncClaimValidator, ClaimRejection, ClaimValidator, ClaimValidators, Claims, ClockSkew, RulesAdjustment, TokenKind, TokenRules,
};

#[derive(Builder)]
#[builder(
    on(String, into),
    builder_type(name = OidcClientBuilder, vis = "pub", doc {
        /// Builds an [`OidcClient`](crate::client::OidcClient): issuer, `client_id` and an HTTP client must be set.
        ///
        /// What both sides registered is said here: an algorithm that is not said follows from the provider's metadata, then from the
        /// specification's default.
    }),
    state_mod(name = oidc_client_builder, vis = "pub(crate)"),
    start_fn(vis = "pub(super)"),
    finish_fn(name = assemble, vis = "")
)]
pub(super) struct Parts {
    #[builder(field)]
    validators: ClaimValidators,
    /// The issuer, or the full address of its discovery document. Or take a preset: [`provider`](OidcClientBuilder::provider).
    issuer: String,
    /// The client's identifier.
    client_id: String,
    /// The policy for discovery and everything that the document names. Default: strict.
    #[builder(default)]
    policy: DiscoveryPolicy,
    /// The client for async callers.
    #[builder(with = |client: impl HttpClient + 'static| Arc::new(client))]
    http: Option<Arc<dyn HttpClient>>,
    /// The client for blocking callers.
    #[builder(with = |client: impl BlockingHttpClient + 'static| Arc::new(client))]
    blocking_http: Option<Arc<dyn BlockingHttpClient>>,
    /// How the client proves who it is, exactly. Default: by the secret or the key that is set, in the strongest way that the provider takes;
    /// not at all where there is neither.
    authentication: Option<ClientAuthentication>,
    /// The secret: sent by `client_secret_basic` or `client_secret_post`, whichever the provider takes, and verifying what is signed with an
    /// HMAC algorithm. (`client_secret_jwt` has to be registered, so it is taken where [`authentication`](Self::authentication) or the
    /// registration says so.)
    #[builder(into)]
    client_secret: Option<ClientSecret>,
    /// The client's key, for `private_key_jwt`.
    #[builder(into)]
    client_key: Option<SigningKeySource>,
    /// Where the provider sends the user back to: one of those that are registered, byte for byte.
    redirect_uri: Option<String>,
    /// Where the provider sends the user after a logout: one of those that are registered.
    post_logout_redirect_uri: Option<String>,
    /// The scopes of a login; `openid` is always among them. Default: `openid`.
    #[builder(default, with = |scopes: impl IntoIterator<Item = impl Into<String>>| scopes.into_iter().map(Into::into).collect())]
    scope: Vec<String>,
    /// `id_token_signed_response_alg`. Default: the asymmetric ones of the metadata, then RS256. An HMAC algorithm only if it is said here.
    /// State what is registered: where the metadata list several, an ID token or a logout token that is signed by any of them is accepted.
    id_token_signed_response_alg: Option<SignatureAlgorithm>,
    /// `id_token_encrypted_response_alg` and `…_enc`: ID tokens must be encrypted so. Default: they need not be.
    #[builder(with = |algorithm: KeyManagementAlgorithm, content: ContentEncryptionAlgorithm| (algorithm, content))]
    id_token_encrypted_response: Option<(KeyManagementAlgorithm, ContentEncryptionAlgorithm)>,
    /// `userinfo_signed_response_alg`: UserInfo must be a JWT signed so. Default: plain JSON.
    userinfo_signed_response_alg: Option<SignatureAlgorithm>,
    /// `userinfo_encrypted_response_alg` and `…_enc`: UserInfo must be a signed JWT that is encrypted so. Default: not encrypted.
    #[builder(with = |algorithm: KeyManagementAlgorithm, content: ContentEncryptionAlgorithm| (algorithm, content))]
    userinfo_encrypted_response: Option<(KeyManagementAlgorithm, ContentEncryptionAlgorithm)>,
    /// `introspection_signed_response_alg`: introspection must respond with a JWT signed so. Default: plain JSON.
    introspection_signed_response_alg: Option<SignatureAlgorithm>,
    /// `introspection_encrypted_response_alg` and `…_enc`. Default: not encrypted.
    #[builder(with = |algorithm: KeyManagementAlgorithm, content: ContentEncryptionAlgorithm| (algorithm, content))]
    introspection_encrypted_response: Option<(KeyManagementAlgorithm, ContentEncryptionAlgorithm)>,
    /// `authorization_signed_response_alg`, for authorization responses as JWT (JARM). Default: the asymmetric ones of the metadata, then RS256.
    authorization_signed_response_alg: Option<SignatureAlgorithm>,
    /// `authorization_encrypted_response_alg` and `…_enc`. Default: not encrypted.
    #[builder(with = |algorithm: KeyManagementAlgorithm, content: ContentEncryptionAlgorithm| (algorithm, content))]
    authorization_encrypted_response: Option<(KeyManagementAlgorithm, ContentEncryptionAlgorithm)>,
    /// The keys to decrypt with what the provider encrypts. Default: none, and what is encrypted is rejected.
    #[builder(with = |keys: impl Into<DecryptionKeys>| keys.into())]
    decryption_keys: Option<DecryptionKeys>,
    /// How far the provider's clock may differ. Default: 30 seconds.
    #[builder(default = Duration::from_secs(30))]
    leeway: Duration,
    /// How this machine's clock is known to stand. Default: right.
    #[builder(default)]
    clock_skew: ClockSkew,
    /// `default_max_age`: how long ago the user may have authenticated where a login does not say. Default: any time.
    default_max_age: Option<Duration>,
    /// `require_auth_time`: ID tokens must say when the user authenticated. Default: false.
    #[builder(default)]
    require_auth_time: bool,
    /// `use_mtls_endpoint_aliases`: endpoints behind mutual TLS are taken where the metadata name them (RFC 8705 section 5), whatever the
    /// authentication. Default: false; authentication by certificate takes them in any case.
    #[builder(default)]
    use_mtls_endpoint_aliases: bool,
    /// The key that tokens are bound to (DPoP, RFC 9449): proved with every grant, pushed, registration, device, backchannel and userinfo request.
    /// Default: bearer tokens.
    #[builder(into)]
    dpop: Option<DpopKey>,
    /// Binds codes to that key by `dpop_jkt`. Default: false; a request that is pushed binds its code in any case.
    #[builder(default)]
    bind_code: bool,
    /// Keeps tokens of the type `Bearer` of a server that ignores proofs. Default: false, they are an error.
    #[builder(default)]
    danger_allow_bearer_downgrade: bool,
    /// Lets that key sign client assertions too (RFC 9449 section 11.11). Default: false.
    #[builder(default)]
    danger_share_key: bool,
    /// The security profile that the client keeps: where its settings break a rule it does not build, and where the provider's metadata break
    /// one, or a login asks for something else, nothing is sent. Default: none.
    profile: Option<Profile>,
    /// What a login asks the authorization endpoint for. Default: `code`.
    #[builder(default)]
    response_type: ResponseType,
    /// How the authorization endpoint answers; [`ResponseMode::Jwt`] and its like want a signed response (JARM). Default: the provider's choice.
    response_mode: Option<ResponseMode>,
    /// How request objects are made (JAR, RFC 9101). Default: none is made, and a provider that demands one is rejected.
    request_object: Option<RequestObjectSettings>,
    /// Whether authorization requests are pushed (PAR, RFC 9126). Default: where the provider offers it.
    pushed: Option<bool>,
    /// How long a login through the browser may take, 24 hours at most. Default: ten minutes.
    login_lifetime: Option<Duration>,
    /// Remembers which logins were finished, each for as long as it lives. Default: in memory, for this process alone; several processes behind
    /// one address share a store.
    #[builder(into)]
    login_replay_store: Option<ReplayGuard>,
    /// Remembers which back-channel logout tokens were used. Default: in memory, for this process alone, and apart from the logins: anyone can
    /// begin a login and send a made-up code, and what that fills must not be where logout tokens are remembered.
    #[builder(into)]
    logout_replay_store: Option<ReplayGuard>,
    /// Whether [`finish_login`](OidcClient::finish_login) asks the UserInfo endpoint as well. Default: false.
    #[builder(default)]
    load_user_info: bool,
    /// Accepts the ID token of a refresh whose `auth_time` is another than that of the login: for a provider that states the user's latest
    /// authentication, wherever it was. OpenID Connect Core section 12.2 wants the original one. Default: false, and it is rejected.
    #[builder(default)]
    danger_allow_other_auth_time_on_refresh: bool,
    /// The rules for ID tokens beyond what the client has setters for: a choice among keys that match, claims that may be absent, ages, limits.
    /// They count for every ID token of a login or a refresh, also from the front channel. Default: those of the specification.
    #[builder(with = |adjust: impl Fn(TokenRules) -> TokenRules + Send + Sync + 'static| RulesAdjustment::new(adjust))]
    id_token_rules: Option<RulesAdjustment>,
    /// The same for logout tokens, in the receiver that [`backchannel_logout`](super::OidcClient::backchannel_logout) makes.
    #[builder(with = |adjust: impl Fn(TokenRules) -> TokenRules + Send + Sync + 'static| RulesAdjustment::new(adjust))]
    logout_token_rules: Option<RulesAdjustment>,
    /// The same for access tokens, in the validator that [`access_token_validator`](super::OidcClient::access_token_validator) makes; their
    /// kind is said by [`access_token_kind`](Self::access_token_kind).
    #[builder(with = |adjust: impl Fn(TokenRules) -> TokenRules + Send + Sync + 'static| RulesAdjustment::new(adjust))]
    access_token_rules: Option<RulesAdjustment>,
    /// The kind of the provider's access tokens. Default: [`TokenKind::AccessToken`] (`at+jwt`, RFC 9068); [`TokenKind::PlainAccessToken`] for
    /// a provider that sends `typ: JWT` or none.
    #[builder(default = TokenKind::AccessToken)]
    access_token_kind: TokenKind,
    /// The type of the claim that is the name of the principal. Default: `name`.
    #[builder(default = "name".to_owned())]
    name_claim_type: String,
    /// The type of the claims that are its roles. Default: `role`.
    #[builder(default = "role".to_owned())]
    role_claim_type: String,
    /// What the provider registered: identifier, secret and everything that it changed are taken over.
    #[builder(setters(name = registration_internal, vis = ""))]
    registration: Option<RegistrationResponse>,
    /// A cache of discovery documents to share with others. Default: one of its own.
    discovery_cache: Option<DiscoveryCache>,
    /// Ages and pauses of the caches, and how long their fetches may take. Default: those of [`CacheSettings`].
    #[builder(default)]
    cache: CacheSettings,
    /// Clock, random bytes and timer. Default: the system's.
    #[builder(default)]
    environment: Environment,
}

/// Ways to set several members at once.
impl<S: oidc_client_builder::State> OidcClientBuilder<S> {
    /// The provider that this policy is for: its `authority` is the issuer. For the presets, such as [`DiscoveryPolicy::google`] and
    /// [`DiscoveryPolicy::entra`].
    pub fn provider(self, policy: DiscoveryPolicy) -> OidcClientBuilder<oidc_client_builder::SetPolicy<oidc_client_builder::SetIssuer<S>>>
    where
        S::Issuer: Unset,
        S::Policy: Unset,
    {
        let issuer = policy.authority().unwrap_or_default().to_owned();
        self.issuer(issuer).policy(policy)
    }

    /// The client that the provider registered (RFC 7591 section 3.2.1). What the server made of it counts, not what was asked for: identifier, secret,
    /// authentication, algorithms, `default_max_age`, `require_auth_time`; the only registered address where none is set.
    pub fn from_registration(
        self,
        registration: RegistrationResponse,
    ) -> OidcClientBuilder<oidc_client_builder::SetRegistration<oidc_client_builder::SetClientId<S>>>
    where
        S::ClientId: Unset,
        S::Registration: Unset,
    {
        self.client_id(registration.client_id()).registration_internal(registration)
    }
}

/// Rules of the caller's own for ID tokens: of a login (with a code, of the token that it brings), of a refresh, of a login on
/// another device. They run after every standard rule, in the order they were added; if one rejects the claims, the login fails with kind `Validation`
/// (`claim_rejected`).
impl<S: oidc_client_builder::State> OidcClientBuilder<S> {
    /// Adds a rule for the claims of ID tokens.
    pub fn claim_validator(mut self, validator: impl ClaimValidator + 'static) -> Self {
        self.validators.add(validator);
        self
    }

    /// Adds a function as a rule for the claims of ID tokens.
    pub fn claim_rule(
        mut self,
        name: impl Into<String>,
        judge: impl Fn(&Claims) -> Result<(), ClaimRejection> + Send + Sync + 'static,
    ) -> Self {
        self.validators.add_rule(name.into(), judge);
        self
    }

    /// Adds a rule for the claims of ID tokens that has to be awaited. They run last. The blocking client cannot wait for one and rejects every
    /// flow, before anything is sent.
    pub fn async_claim_validator(mut self, validator: impl AsyncClaimValidator + 'static) -> Self {
        self.validators.add_awaited(validator);
        self
    }
}

/// What both faces build on.
impl<S: oidc_client_builder::State> OidcClientBuilder<S> {
    pub(crate) fn core(self) -> Result<Arc<ClientInner>, Error>
    where
        S: oidc_client_builder::IsComplete,
    {
        let mut parts = self.assemble();
        let registration = parts.registration.take();
        let core = parts.into_core();
        match registration {
            Some(registration) => Ok(Arc::new(core).registered(registration)?),
            None => core.checked(),
        }
    }

    /// The client of a server that speaks OAuth 2.0 alone, with the metadata that the application states.
    pub(super) fn stated(self, document: DiscoveryDocumentResponse) -> Result<Arc<ClientInner>, Error>
    where
        S: oidc_client_builder::IsComplete,
    {
        let parts = self.assemble();
        let scope = parts.scope.clone();
        let mut client = parts.into_core();
        client.settings.scope = scope;
        client.settings.is_openid = false;
        client.stated = Some(document);
        client.checked()
    }

    /// The provider, for a client that has yet to be registered, and the metadata with the addresses that were set.
    pub(crate) fn registrar(self, mut metadata: ClientMetadata) -> (Arc<ClientInner>, ClientMetadata)
    where
        S::Issuer: Set,
        S::ClientId: Unset,
        S::Registration: Unset,
    {
        let core = self.client_id("").assemble().into_core();
        let settings = &core.settings;
        let addresses = [
            (client_metadata::REDIRECT_URIS, &settings.redirect_uri),
            (client_metadata::POST_LOGOUT_REDIRECT_URIS, &settings.post_logout_redirect_uri),
        ];
        for (member, address) in addresses {
            if let (Some(address), None) = (address, metadata.get(member)) {
                metadata = metadata.with_member(member, vec![address.clone()]);
            }
        }
        (Arc::new(core), metadata)
    }
}

impl Parts {
    fn into_core(self) -> ClientInner {
        // Keys are loaded by themselves, so that one rotation costs one request.
        let policy = self.policy.to_builder().key_set_loading(KeySetLoading::Never);
        // A profile that wants https wants it on loopback addresses too.
        let is_tightened = self.profile.as_ref().is_some_and(|profile| profile.holds("PF11"));
        let policy = if is_tightened { policy.allow_http_on_loopback(false).build() } else { policy.build() };
        let clients = HttpClients { http: self.http, blocking: self.blocking_http };
        let discovery = self.discovery_cache.unwrap_or_else(|| DiscoveryCache::with(clients.clone(), self.cache, self.environment.clone()));
        let documents = DocumentSource {
            slot: discovery.slot(&self.issuer, &policy),
            address: self.issuer,
            policy: policy.clone(),
            clients: clients.clone(),
            environment: self.environment.clone(),
        };
        let memory = || MemoryReplayStore::default().with_environment(self.environment.clone()).into();
        let finished_logins = self.login_replay_store.unwrap_or_else(memory);
        let used_logout_tokens = self.logout_replay_store.unwrap_or_else(memory);
        let keys = ProviderKeys::builder()
            .authority(&documents.address)
            .policy(policy)
            .clients(clients)
            .cache(self.cache)
            .discovery_cache(discovery)
            .environment(self.environment)
            .build();
        let mut scope = self.scope;
        if !scope.iter().flat_map(|text| text.split_ascii_whitespace()).any(|scope| scope == scopes::OPENID) {
            scope.insert(0, scopes::OPENID.to_owned());
        }
        let settings = Settings {
            client_id: self.client_id,
            credentials: Credentials { explicit: self.authentication, secret: self.client_secret, key: self.client_key, registered: None },
            redirect_uri: self.redirect_uri,
            post_logout_redirect_uri: self.post_logout_redirect_uri,
            scope,
            validators: self.validators,
            id_token: RegisteredAlgorithms { signed: self.id_token_signed_response_alg, encrypted: self.id_token_encrypted_response },
            user_info: RegisteredAlgorithms { signed: self.userinfo_signed_response_alg, encrypted: self.userinfo_encrypted_response },
            introspection: RegisteredAlgorithms {
                signed: self.introspection_signed_response_alg,
                encrypted: self.introspection_encrypted_response,
            },
            authorization: RegisteredAlgorithms {
                signed: self.authorization_signed_response_alg,
                encrypted: self.authorization_encrypted_response,
            },
            decryption_keys: self.decryption_keys,
            leeway: self.leeway,
            clock_skew: self.clock_skew,
            default_max_age: self.default_max_age,
            require_auth_time: self.require_auth_time,
            uses_mtls_aliases: self.use_mtls_endpoint_aliases,
            dpop: self.dpop.map(|key| ClientDpop {
                key,
                binds_code: self.bind_code,
                allows_bearer: self.danger_allow_bearer_downgrade,
                shares_key: self.danger_share_key,
            }),
            name_claim_type: self.name_claim_type,
            role_claim_type: self.role_claim_type,
            load_user_info: self.load_user_info,
            ignores_auth_time_of_refresh: self.danger_allow_other_auth_time_on_refresh,
            id_token_rules: self.id_token_rules,
            logout_token_rules: self.logout_token_rules,
            access_token_rules: self.access_token_rules,
            access_token_kind: self.access_token_kind,
            response_type: self.response_type,
            response_mode: self.response_mode,
            request_object: self.request_object,
            pushed: self.pushed,
            login_lifetime: self.login_lifetime,
            is_openid: true,
            profile: self.profile,
            finished_logins,
            used_logout_tokens,
        };
        ClientInner { documents, keys, settings, registration: None, stated: None }
    }
}
