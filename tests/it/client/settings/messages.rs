//! The settings that decide what is sent, where to, and how often.

use std::time::{Duration, SystemTime};

use identity_model::DiscoveryPolicy;
use identity_model::cache::{BlockingReplayStore, CacheSettings, DiscoveryCache, ReplayKey, ReplayStore, StoreError};
use identity_model::client::OidcClient;
use identity_model::environment::{Environment, FixedClock, FixedTimer};
use identity_model::jose::{PrivateKey, SignatureAlgorithm};
use identity_model::protocol::authorize::{RequestObjectSettings, ResponseMode, ResponseType};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::testing::{Fault, ProviderEndpoint, TestClient, TestProviderBuilder};
use identity_model::transport::RetrySettings;
use serde_json::{Value, json};

use super::flows::{Flow, NOW, Seen};
use super::{Client, Row};
use crate::client::support::{CLIENT, House, REDIRECT, SECRET};

/// A builder whose client says nothing about the response.
macro_rules! unsaid {
    ($house:expr) => {
        begun!($house).redirect_uri(REDIRECT)
    };
}

/// Every flow in which something is sent.
const ALL: &[Flow] = &[
    Flow::Code,
    Flow::Hybrid,
    Flow::Signed,
    Flow::Device,
    Flow::Backchannel,
    Flow::Refresh,
    Flow::ClientCredentials,
    Flow::Exchange,
    Flow::UserInfo,
    Flow::Introspection,
    Flow::Revocation,
    Flow::Registration,
];
/// The flows in which the client proves who it is.
const AUTHENTICATED: &[Flow] = &[
    Flow::Code,
    Flow::Hybrid,
    Flow::Signed,
    Flow::Device,
    Flow::Backchannel,
    Flow::Refresh,
    Flow::ClientCredentials,
    Flow::Exchange,
    Flow::Introspection,
    Flow::Revocation,
];
/// The flows that end at the token endpoint.
const GRANTS: &[Flow] = &[Flow::Code, Flow::Hybrid, Flow::Signed, Flow::Refresh, Flow::ClientCredentials, Flow::Exchange];
/// Those that ask there until they are answered.
const POLLED: &[Flow] = &[Flow::Device, Flow::Backchannel];
/// The flows of one call, so that what goes wrong goes wrong at its beginning.
const CALLS: &[Flow] =
    &[Flow::Refresh, Flow::ClientCredentials, Flow::Exchange, Flow::UserInfo, Flow::Introspection, Flow::Revocation, Flow::Registration];
const BROWSER: &[Flow] = &[Flow::Code, Flow::Hybrid, Flow::Implicit, Flow::Signed];

fn authentication(seen: &Seen) -> String {
    seen.authentication()
}

/// A profile that no provider keeps.
fn under_profile(house: &House) -> Client {
    use identity_model::profile::{Profile, ProfileRule, RuleOutcome};
    let rule = ProfileRule::new("T1", "a test", "no metadata at all").on_metadata(|_, _| RuleOutcome::fail("metadata", "none"));
    begun!(house).profile(Profile::named("test").rule(rule)).build()
}

fn policy() -> DiscoveryPolicy {
    DiscoveryPolicy::builder().additional_endpoint_base_address("https://mtls.idp.test").build()
}

fn aliased(provider: TestProviderBuilder) -> TestProviderBuilder {
    let endpoints = ["token", "device_authorization", "userinfo", "introspection", "revocation", "registration"];
    let mut aliases: serde_json::Map<String, Value> = endpoints.map(alias).into_iter().collect();
    aliases.extend([alias("backchannel_authentication"), alias("pushed_authorization_request")]);
    provider.metadata("mtls_endpoint_aliases", aliases)
}

fn alias(name: &str) -> (String, Value) {
    (format!("{name}_endpoint"), json!(format!("https://mtls.idp.test/{name}")))
}

fn aliased_token(provider: TestProviderBuilder) -> TestProviderBuilder {
    provider.metadata("mtls_endpoint_aliases", json!({ "token_endpoint": "https://mtls.idp.test/token" }))
}

fn by_alias(house: &House) -> Client {
    begun!(house).policy(policy()).use_mtls_endpoint_aliases(true).build()
}

fn without_alias(house: &House) -> Client {
    begun!(house).policy(policy()).build()
}

/// Has seen everything before.
struct Full;

#[async_trait::async_trait]
impl ReplayStore for Full {
    async fn remember(&self, key: &ReplayKey, expires_at: SystemTime) -> Result<bool, StoreError> {
        self.remember_blocking(key, expires_at)
    }

    async fn is_remembered(&self, key: &ReplayKey) -> Result<bool, StoreError> {
        self.is_remembered_blocking(key)
    }
}

impl BlockingReplayStore for Full {
    fn remember_blocking(&self, _: &ReplayKey, _: SystemTime) -> Result<bool, StoreError> {
        Ok(false)
    }

    fn is_remembered_blocking(&self, _: &ReplayKey) -> Result<bool, StoreError> {
        Ok(true)
    }
}

fn login_seen(house: &House) -> Client {
    begun!(house).login_replay_store(identity_model::cache::ReplayGuard::new(Full).with_blocking(Full)).build()
}

fn logout_seen(house: &House) -> Client {
    begun!(house).logout_replay_store(identity_model::cache::ReplayGuard::new(Full).with_blocking(Full)).build()
}

/// An environment whose clock is an hour ahead of the provider's.
fn ahead(house: &House) -> Client {
    let clock = FixedClock::at(SystemTime::UNIX_EPOCH + Duration::from_secs(NOW.cast_unsigned() + 3600));
    let environment = Environment::system().with_timer(FixedTimer::moving(&clock)).with_clock(clock);
    let builder = OidcClient::builder().issuer(house.provider.issuer()).client_id(CLIENT).client_secret(SECRET);
    builder.http(house.provider.clone()).environment(environment).build()
}

fn elsewhere(house: &House) -> Client {
    let builder = OidcClient::builder().issuer("https://elsewhere.test").client_id(CLIENT).client_secret(SECRET);
    builder.http(house.provider.clone()).environment(house.environment.clone()).build()
}

/// Another client, whose registration says how it authenticates.
fn registered(house: &House) -> Client {
    let metadata = ClientMetadata::builder().redirect_uris([REDIRECT]).token_endpoint_auth_method("client_secret_post").build();
    let registration = house.client().blocking.register(metadata, None)?;
    unregistered!(house).from_registration(registration).build()
}

fn key() -> PrivateKey {
    static KEY: std::sync::LazyLock<PrivateKey> = std::sync::LazyLock::new(|| PrivateKey::generate(SignatureAlgorithm::ES256).unwrap());
    KEY.clone()
}

fn with_key(provider: TestProviderBuilder) -> TestProviderBuilder {
    let public: Value = serde_json::from_str(key().public_jwk().to_json()).unwrap();
    provider.client(TestClient::new(CLIENT).secret(SECRET).public_key(public))
}

fn shared_cache(house: &House) -> Client {
    let cache = DiscoveryCache::new(house.provider.clone());
    begun!(house).discovery_cache(cache.clone()).build_blocking()?.discovery()?;
    begun!(house).discovery_cache(cache).build()
}

pub(super) const ROWS: &[Row] = &[
    Row::new("policy", ALL, |house| begun!(house).policy(DiscoveryPolicy::builder().danger_allow_http().build()).build(), {
        ("https_required", "ok")
    })
    .provider(|provider| provider.issuer("http://idp.test")),
    Row::new(
        "authentication",
        AUTHENTICATED,
        |house| anonymous!(house).authentication(ClientAuthentication::secret_post(SECRET)).build(),
        ("basic", "post"),
    )
    .see(authentication),
    Row::new("client_secret", AUTHENTICATED, |house| begun!(house).build(), ("none", "basic"))
        .without(|house| anonymous!(house).build())
        .see(authentication),
    Row::new(
        "client_key",
        AUTHENTICATED,
        |house| anonymous!(house).client_key(key().signer(SignatureAlgorithm::ES256).unwrap()).build(),
        ("basic", "assertion"),
    )
    .provider(with_key)
    .see(authentication),
    Row::new("profile", ALL, under_profile, ("ok", "profile_metadata")),
    Row::new("use_mtls_endpoint_aliases", ALL, by_alias, ("ok", "connect")).provider(aliased).without(without_alias),
    Row::new("use_mtls_endpoint_aliases", GRANTS, by_alias, ("ok", "connect")).provider(aliased_token).without(without_alias),
    Row::new("use_mtls_endpoint_aliases", POLLED, by_alias, ("ok", "poll_expired")).provider(aliased_token).without(without_alias),
    Row::new("issuer", ALL, elsewhere, ("ok", "connect")),
    Row::new(
        "client_id",
        &[Flow::Code, Flow::Device, Flow::Backchannel, Flow::ClientCredentials, Flow::Introspection, Flow::Revocation],
        |house| unregistered!(house).client_id("nobody").client_secret(SECRET).build(),
        ("ok", "oauth_error"),
    ),
    Row::new(
        "registration",
        &[Flow::Code, Flow::Hybrid, Flow::Signed, Flow::Device, Flow::Backchannel, Flow::ClientCredentials],
        registered,
        ("basic", "post"),
    )
    .see(authentication),
    Row::new("environment", &[Flow::Code, Flow::Hybrid, Flow::Implicit, Flow::Signed, Flow::Device, Flow::Backchannel], ahead, {
        ("ok", "expired")
    }),
    Row::new("discovery_cache", ALL, shared_cache, ("1", "0")).see(|seen| seen.count("/openid-configuration")),
    Row::new("cache", CALLS, |house| begun!(house).cache(CacheSettings::default().with_retry(RetrySettings::NONE)).build(), ("ok", "http"))
        .faults(|house, _| house.provider.inject(ProviderEndpoint::Discovery, Fault::status(503).once())),
    Row::new("login_replay_store", BROWSER, login_seen, ("ok", "login_replayed")),
    Row::new("logout_replay_store", &[Flow::LogoutToken], logout_seen, ("ok", "logout_token_replayed")),
    Row::new("redirect_uri", &[Flow::Unsaid], |house| begun!(house).redirect_uri(REDIRECT).build(), ("client_configuration", "ok")),
    Row::new(
        "post_logout_redirect_uri",
        &[Flow::Logout],
        |house| begun!(house).post_logout_redirect_uri("https://app.example.com/goodbye").build(),
        ("false", "true"),
    )
    .see(|seen| seen.note.contains("post_logout_redirect_uri=https").to_string()),
    Row::new("scope", BROWSER, |house| begun!(house).scope(["email"]).build(), ("openid", "openid email"))
        .see(|seen| parameter(seen, "scope")),
    Row::new("response_type", &[Flow::Unsaid], |house| unsaid!(house).response_type(ResponseType::IdToken).build(), ("code", "id_token"))
        .without(|house| unsaid!(house).build())
        .see(|seen| parameter(seen, "response_type")),
    Row::new("response_mode", &[Flow::Unsaid], |house| unsaid!(house).response_mode(ResponseMode::FormPost).build(), ("none", "form_post"))
        .without(|house| unsaid!(house).build())
        .see(|seen| parameter(seen, "response_mode")),
    Row::new(
        "request_object",
        BROWSER,
        |house| {
            let settings = RequestObjectSettings::signed(key().signer(SignatureAlgorithm::ES256).unwrap());
            begun!(house).request_object(settings).build()
        },
        ("false", "true"),
    )
    .provider(with_key)
    .see(|seen| (parameter(seen, "request") != "none").to_string()),
    Row::new("pushed", BROWSER, |house| begun!(house).pushed(false).build(), ("1", "0")).see(|seen| seen.count("/par")),
    Row::new("login_lifetime", BROWSER, |house| begun!(house).login_lifetime(Duration::from_secs(60)).build(), ("600", "60"))
        .see(|seen| seen.note.clone()),
    Row::new(
        "load_user_info",
        &[Flow::Code, Flow::Hybrid, Flow::Signed, Flow::Device, Flow::Backchannel],
        |house| begun!(house).load_user_info(true).build(),
        ("0", "1"),
    )
    .see(|seen| seen.count("/userinfo")),
];

/// A parameter of the authorization request, which is pushed.
fn parameter(seen: &Seen, name: &str) -> String {
    let pushed = seen.sent.iter().find(|request| request.url().ends_with("/par"));
    pushed.and_then(|request| request.form_value(name)).unwrap_or_else(|| "none".to_owned())
}
