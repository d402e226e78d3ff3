//! Opaque tokens: the server that issued a token is asked what it stands for (RFC 7662, RFC 9701).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bon::Builder;
use quick_cache::sync::Cache;

use super::{KeySource, TokenText};
use crate::cache::CacheSettings;
use crate::encoding::digest::sha256;
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::Port;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::{Address, DiscoveryPolicy};
use crate::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use crate::secret::SecurityAssertion;
use crate::transport::{BlockingHttpClient, HttpClient, HttpClients, RetrySettings};
use crate::validation::{Introspected, TokenValidationOptions};

/// How a [`TokenValidator`](super::TokenValidator) asks the server about tokens that it cannot judge by itself.
///
/// RFC 7662 section 2, RFC 9701. Cheap to clone; clones share the cache of responses. Defaults: answers in plain JSON, nothing kept, ten seconds for
/// one question with its repetitions. An async validation needs an [`HttpClient`], a blocking one a [`BlockingHttpClient`]; both may be set.
///
/// # Example
/// ```
/// use identity_model::keys::{TokenIntrospection, TokenValidator};
/// use identity_model::protocol::client_auth::ClientAuthentication;
/// use identity_model::testing::{AccessTokenFormat, ProviderEndpoint, TestClient, TestProvider};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let provider = TestProvider::builder()
///     .client(TestClient::new("reports-api").secret("s3cret"))
///     .access_token_format(AccessTokenFormat::Opaque)
///     .build();
/// let introspection = TokenIntrospection::builder()
///     .address(provider.address(ProviderEndpoint::Introspection)) // with discovery: `document.introspection_endpoint()?`
///     .client_id("reports-api")
///     .authentication(ClientAuthentication::secret_basic("s3cret"))
///     .http(provider.clone())
///     .build();
/// let validator = TokenValidator::introspecting(introspection).issuer("https://idp.test").audience("https://idp.test").build();
///
/// let token = provider.access_token_for_user("alice");
/// assert_eq!(validator.validate(&token).await?.subject(), Some("alice"));
/// assert_eq!(validator.validate("made-up").await.unwrap_err().code(), "token_inactive");
/// # Ok::<(), identity_model::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct TokenIntrospection(Arc<Inner>);

struct Inner {
    parts: Parts,
    answers: Option<Cache<[u8; 32], Remembered>>,
}

#[derive(Builder)]
#[builder(on(String, into), builder_type(name = TokenIntrospectionBuilder, vis = "pub", doc {
    /// Builds a [`TokenIntrospection`]: the endpoint and who asks must be set.
}), state_mod(name = token_introspection_builder, vis = "pub(crate)"), finish_fn(name = assemble, vis = ""))]
struct Parts {
    #[builder(field)]
    clients: HttpClients,
    /// The introspection endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The identifier of the resource, as the server knows it. Default: none, for a server that takes a
    /// [bearer token](ClientAuthentication::bearer), or that does not ask who it is (an administrative port).
    client_id: Option<String>,
    /// How it proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// Demands signed responses (RFC 9701) and says with which keys and by which rules they are verified; the rules start from
    /// [`introspection_response`](TokenValidationOptions::introspection_response). Keys of a provider follow its rotation: a response that
    /// none of them has signed is kept and verified with newer ones. Default: plain JSON.
    #[builder(with = |keys: impl Into<KeySource>, options: TokenValidationOptions| Signed { keys: keys.into(), options })]
    verified_by: Option<Signed>,
    /// What kind of token it is, one of [`token_type_hints`](crate::constants::token_type_hints). Default: not said.
    token_type_hint: Option<String>,
    /// The policy that the endpoint is held against. Default: that of the address, if it came from a discovery document, else the strict one.
    policy: Option<DiscoveryPolicy>,
    /// Keeps what the server said about active tokens: about at most `capacity` of them, each for `max_age` and never past its `exp`. For so
    /// long a token that was revoked is still accepted. That a token is not active is never kept. A token is found by the SHA-256 digest of
    /// its text, which is not kept. Default: nothing is kept, the server is asked about each token each time.
    #[builder(with = |capacity: usize, max_age: Duration| (capacity, max_age))]
    answer_cache: Option<(usize, Duration)>,
    /// How a failed question is repeated. Default: once after 250 ms.
    #[builder(default = CacheSettings::default().retry())]
    retry: RetrySettings,
    /// How long one attempt may take. Default: 5 s.
    #[builder(default = CacheSettings::default().attempt_timeout())]
    attempt_timeout: Duration,
    /// How long all attempts together may take. Default: 10 s.
    #[builder(default = CacheSettings::default().deadline())]
    deadline: Duration,
    /// Clock, random bytes and timer. Default: the system's.
    #[builder(default)]
    environment: Environment,
}

/// With what signed responses are verified.
#[derive(Debug)]
struct Signed {
    keys: KeySource,
    options: TokenValidationOptions,
}

/// What the server said about an active token.
#[derive(Clone)]
struct Remembered {
    answer: Introspected,
    /// By the monotonic clock.
    good_until: Duration,
    expires_at: Option<SystemTime>,
}

impl<S: token_introspection_builder::State> TokenIntrospectionBuilder<S> {
    /// The client for async callers.
    pub fn http(mut self, client: impl HttpClient + 'static) -> Self {
        self.clients = self.clients.with_http(client);
        self
    }

    /// The client for blocking callers.
    pub fn blocking_http(mut self, client: impl BlockingHttpClient + 'static) -> Self {
        self.clients = self.clients.with_blocking(client);
        self
    }

    /// The clients for either kind of caller.
    pub fn clients(mut self, clients: HttpClients) -> Self {
        self.clients = clients;
        self
    }

    /// The finished settings. Nothing is sent before the first token comes.
    pub fn build(self) -> TokenIntrospection
    where
        S: token_introspection_builder::IsComplete,
    {
        let parts = self.assemble();
        let answers = parts.answer_cache.map(|(capacity, _)| Cache::new(capacity));
        TokenIntrospection(Arc::new(Inner { parts, answers }))
    }
}

impl TokenIntrospection {
    /// Endpoint, client and authentication; the rest has safe defaults.
    pub fn builder() -> TokenIntrospectionBuilder {
        Parts::builder()
    }

    pub(super) fn environment(&self) -> &Environment {
        &self.0.parts.environment
    }

    pub(super) fn clients(&self) -> &HttpClients {
        &self.0.parts.clients
    }

    /// Introspects the token, or answers from the cache.
    pub(super) async fn ask(&self, token: TokenText<'_>, port: &Port) -> Result<Introspected, Error> {
        if let Some(kept) = self.remembered(token) {
            return Ok(kept);
        }
        let request = self.request(SecurityAssertion::from(token.as_str()));
        let response = match &self.0.parts.verified_by {
            None => request.run(port).await?,
            Some(signed) => signed.keys.verify_response(&signed.options, request.run_unverified(&signed.options, port), port).await?,
        };
        Ok(self.remember(token, &response))
    }

    pub(super) fn remembered(&self, token: TokenText<'_>) -> Option<Introspected> {
        let answers = self.0.answers.as_ref()?;
        let digest = sha256(token.as_str());
        let clock = self.environment().clock();
        let found = answers.get(&digest)?;
        if found.good_until > clock.monotonic() && found.expires_at.is_none_or(|expiry| expiry > clock.now()) {
            return Some(found.answer);
        }
        answers.remove(&digest);
        None
    }

    fn remember(&self, token: TokenText<'_>, response: &IntrospectionResponse) -> Introspected {
        let answer = response.introspected();
        if let (Some(answers), Some((_, max_age)), true) = (&self.0.answers, self.0.parts.answer_cache, response.is_active()) {
            let good_until = self.environment().clock().monotonic().saturating_add(max_age);
            let remembered = Remembered { answer: answer.clone(), good_until, expires_at: response.expires_at() };
            answers.insert(sha256(token.as_str()), remembered);
        }
        answer
    }

    fn request(&self, token: SecurityAssertion) -> IntrospectionRequest {
        let parts = &self.0.parts;
        let request = IntrospectionRequest::builder()
            .environment(parts.environment.clone())
            .retry(parts.retry)
            .attempt_timeout(parts.attempt_timeout)
            .deadline(parts.deadline);
        let request = match &parts.policy {
            Some(policy) => request.policy(policy.clone()),
            None => request,
        };
        request
            .address(parts.address.clone())
            .maybe_client_id(parts.client_id.clone())
            .authentication(parts.authentication.clone())
            .token(token)
            .maybe_token_type_hint(parts.token_type_hint.clone())
            .build()
    }
}

impl fmt::Debug for TokenIntrospection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = &self.0.parts;
        f.debug_struct("TokenIntrospection")
            .field("address", &parts.address)
            .field("client_id", &parts.client_id)
            .field("clients", &self.0.parts.clients)
            .field("verified_by", &parts.verified_by)
            .field("answer_cache", &parts.answer_cache)
            .finish_non_exhaustive()
    }
}
