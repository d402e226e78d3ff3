//! Sets a provider up.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};

use crate::environment::Environment;
use crate::jose::SignatureAlgorithm;
use crate::secret::AccessToken;
use crate::testing::provider::state::addresses::Addresses;
use crate::testing::provider::state::shared::{Config, Shared};
use crate::testing::provider::{AccessTokenFormat, DpopNonces, ProviderEndpoint, RefreshTokens, TestClient, TestProvider, TestUser};

/// The issuer of a provider that was not given one.
const ISSUER: &str = "https://idp.test";

/// Collects what a [`TestProvider`] knows and how it behaves; each default stands at its setter.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use identity_model::jose::SignatureAlgorithm;
/// use identity_model::testing::{AccessTokenFormat, ProviderEndpoint, TestClient, TestProvider, TestUser};
///
/// let provider = TestProvider::builder()
///     .issuer("https://idp.test/tenant")
///     .client(TestClient::new("reports").secret("s3cret").scopes(["reports:read"]))
///     .user(TestUser::new("bob").claim("name", "Bob"))
///     .algorithms([SignatureAlgorithm::ES256])
///     .access_token_format(AccessTokenFormat::Opaque)
///     .access_token_lifetime(Duration::from_secs(300))
///     .endpoint_address(ProviderEndpoint::Jwks, "https://keys.test/all")
///     .build();
/// assert_eq!(provider.address(ProviderEndpoint::Token), "https://idp.test/tenant/token");
/// ```
#[must_use = "a provider does nothing until it is built"]
pub struct TestProviderBuilder {
    issuer: String,
    pub(in crate::testing::provider) config: Config,
}

impl TestProviderBuilder {
    pub(in crate::testing::provider) fn new() -> Self {
        let algorithms = vec![
            SignatureAlgorithm::RS256,
            SignatureAlgorithm::PS256,
            SignatureAlgorithm::ES256,
            SignatureAlgorithm::ES384,
            SignatureAlgorithm::EDDSA,
        ];
        let config = Config {
            fixed_issuer: false,
            clients: Vec::new(),
            users: Vec::new(),
            algorithms,
            access_token_format: AccessTokenFormat::default(),
            access_token_lifetime: Duration::from_secs(3600),
            refresh_tokens: RefreshTokens::default(),
            approval_lifetime: Duration::from_secs(600),
            polling_interval: Duration::from_secs(5),
            initial_access_token: None,
            dpop: None,
            userinfo_algorithm: None,
            key_set_content_type: "application/json",
            key_set_cache_control: None,
            required_pushed_authorization: false,
            required_signed_request_objects: false,
            optional_pkce: false,
            acr_values: None,
            decryption_key: None,
            outgoing: None,
            metadata: Map::new(),
            addresses: HashMap::new(),
            environment: Environment::system(),
        };
        Self { issuer: ISSUER.to_owned(), config }
    }

    /// The issuer, as it is written in metadata and tokens. Default: `https://idp.test`, and the listener's own address once the provider
    /// listens; a listener leaves an issuer that was set here alone.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = issuer.into();
        self.config.fixed_issuer = true;
        self
    }

    /// Adds a client; one with the same identifier is replaced. Default: none.
    pub fn client(mut self, client: TestClient) -> Self {
        self.config.clients.retain(|other| other.id != client.id);
        self.config.clients.push(client);
        self
    }

    /// Adds a user; one with the same subject is replaced. Default: none.
    pub fn user(mut self, user: TestUser) -> Self {
        self.config.users.retain(|other| other.subject != user.subject);
        self.config.users.push(user);
        self
    }

    /// The algorithms it signs with, each with a key of its own; the first is used unless something else is asked. Default: RS256, PS256,
    /// ES256, ES384, EdDSA. Keys are made when they are first needed. RSA keys are shared by all
    /// providers of the process, and a `kid` says algorithm and number only (`rs256-1`), so two providers differ in their EC and EdDSA keys
    /// alone.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = SignatureAlgorithm>) -> Self {
        self.config.algorithms = algorithms.into_iter().collect();
        self
    }

    /// How access tokens are written. Default: as JWT.
    pub fn access_token_format(mut self, format: AccessTokenFormat) -> Self {
        self.config.access_token_format = format;
        self
    }

    /// How long access tokens are good. Default: an hour.
    pub fn access_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.access_token_lifetime = lifetime;
        self
    }

    /// What becomes of refresh tokens; they come with every grant that a user gave. Default: they are rotated.
    pub fn refresh_tokens(mut self, refresh_tokens: RefreshTokens) -> Self {
        self.config.refresh_tokens = refresh_tokens;
        self
    }

    /// How long a user has to approve a device or a backchannel request. Default: ten minutes.
    pub fn approval_lifetime(mut self, lifetime: Duration) -> Self {
        self.config.approval_lifetime = lifetime;
        self
    }

    /// How long a client has to wait between polls for such an approval. Default: five seconds.
    pub fn polling_interval(mut self, interval: Duration) -> Self {
        self.config.polling_interval = interval;
        self
    }

    /// Registers clients with this token alone (RFC 7591 section 3). Default: no token is required.
    pub fn initial_access_token(mut self, token: impl Into<AccessToken>) -> Self {
        self.config.initial_access_token = Some(token.into());
        self
    }

    /// Knows DPoP (RFC 9449): a proof at the token endpoint binds the tokens to its key, one with a pushed request or `dpop_jkt` binds the code, and
    /// userinfo demands one for bound tokens. Default: proofs are not looked at, as by a server that knows nothing of them.
    pub fn dpop(mut self, nonces: DpopNonces) -> Self {
        self.config.dpop = Some(nonces);
        self
    }

    /// Answers userinfo with a JWT signed by this algorithm. Default: plain JSON.
    pub fn signed_userinfo(mut self, algorithm: SignatureAlgorithm) -> Self {
        self.config.userinfo_algorithm = Some(algorithm);
        self
    }

    /// Answers the key set as `application/jwk-set+json`. Default: `application/json`.
    pub fn key_set_media_type(mut self) -> Self {
        self.config.key_set_content_type = "application/jwk-set+json";
        self
    }

    /// `Cache-Control` of the key set. Default: none.
    pub fn key_set_cache_control(mut self, value: impl Into<String>) -> Self {
        self.config.key_set_cache_control = Some(value.into());
        self
    }

    /// Sets a member of the metadata; `null` leaves it out.
    pub fn metadata(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.config.metadata.insert(member.into(), value.into());
        self
    }

    /// Moves an endpoint to another address, on another origin perhaps: the metadata name it, and in memory it is answered there.
    pub fn endpoint_address(mut self, endpoint: ProviderEndpoint, address: impl Into<String>) -> Self {
        self.config.addresses.insert(endpoint, address.into());
        self
    }

    /// Clock, random bytes and timer. Default: the system's. Signatures take their randomness from the system in any case.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.config.environment = environment;
        self
    }

    /// The provider.
    ///
    /// # Panics
    /// Where the issuer or the address of an endpoint is no absolute URL: the test is written wrongly.
    #[expect(clippy::panic, reason = "a test double: an address that is none is a mistake of the test")]
    #[track_caller]
    pub fn build(self) -> TestProvider {
        match Addresses::new(&self.issuer, &self.config.addresses) {
            Ok(addresses) => TestProvider { shared: Arc::new(Shared::new(self.config, addresses)) },
            Err(address) => panic!("`{address}` is no absolute URL"),
        }
    }
}

impl TestProvider {
    /// Starts a provider without clients and users.
    pub fn builder() -> TestProviderBuilder {
        TestProviderBuilder::new()
    }
}

impl fmt::Debug for TestProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestProviderBuilder").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
