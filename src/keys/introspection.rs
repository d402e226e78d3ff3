//! Opaque tokens: the server that issued a token is asked what it stands for (RFC 7662, RFC 9701).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bon::Builder;
use quick_cache::sync::Cache;

use super::provider::Snapshot;
use super::source::Keys;
use super::{KeySource, TokenText};
use crate::cache::CacheSettings;
use crate::drive::{DriveError, run, run_blocking};
use crate::encoding::digest::sha256;
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::jose::JsonWebKeySet;
use crate::protocol::ResponseVerifier;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::{Address, DiscoveryPolicy};
use crate::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use crate::secret::SecurityAssertion;
use crate::transport::{BlockingHttpClient, HttpClient, HttpClients, RetrySettings};
use crate::validation::{Introspected, TokenValidationOptions, ValidationError};

/// How a [`TokenValidator`](super::TokenValidator) asks the server about tokens that it cannot judge by itself.
///
/// RFC 7662 section 2, RFC 9701. Cheap to clone; clones share the cache of answers. Defaults: answers in plain JSON, nothing kept, ten seconds for
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
    /// The introspection endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The identifier of the resource, as the server knows it. Default: none, for a server that takes a
    /// [bearer token](ClientAuthentication::bearer), or that does not ask who it is (an administrative port).
    client_id: Option<String>,
    /// How it proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// The client for async callers.
    #[builder(with = |client: impl HttpClient + 'static| Arc::new(client))]
    http: Option<Arc<dyn HttpClient>>,
    /// The client for blocking callers.
    #[builder(with = |client: impl BlockingHttpClient + 'static| Arc::new(client))]
    blocking_http: Option<Arc<dyn BlockingHttpClient>>,
    /// Demands signed answers (RFC 9701) and says with which keys and by which rules they are verified; the rules start from
    /// [`introspection_response`](TokenValidationOptions::introspection_response). Keys of a provider follow its rotation: an answer that
    /// none of them has signed is asked for once more with newer ones. Default: plain JSON.
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

/// With what signed answers are verified.
#[derive(Debug)]
struct Signed {
    keys: KeySource,
    options: TokenValidationOptions,
}

/// The key set to verify with, and whether no newer one is to be had.
struct At {
    key_set: JsonWebKeySet,
    version: u64,
    is_last: bool,
}

impl At {
    fn of(snapshot: &Snapshot, is_last: bool) -> Self {
        Self { key_set: snapshot.value.clone(), version: snapshot.version, is_last }
    }
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

    /// Asks the server, or one's memory.
    pub(super) async fn ask(&self, token: TokenText<'_>) -> Result<Introspected, Error> {
        if let Some(answer) = self.remembered(token) {
            return Ok(answer);
        }
        let client = self.0.parts.http.as_deref().ok_or(DriveError::NoClient { needed: "async HTTP client" })?;
        let response = run(self.exchange(token), client, self.environment()).await?;
        Ok(self.remember(token, &response))
    }

    /// The blocking twin.
    pub(super) fn ask_blocking(&self, token: TokenText<'_>) -> Result<Introspected, Error> {
        if let Some(answer) = self.remembered(token) {
            return Ok(answer);
        }
        let client = self.0.parts.blocking_http.as_deref().ok_or(DriveError::NoClient { needed: "blocking HTTP client" })?;
        let response = run_blocking(self.exchange(token), client, self.environment())?;
        Ok(self.remember(token, &response))
    }

    fn remembered(&self, token: TokenText<'_>) -> Option<Introspected> {
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

    fn exchange(&self, token: TokenText<'_>) -> Exchange<IntrospectionResponse, Error> {
        let (this, token) = (self.clone(), SecurityAssertion::from(token.as_str()));
        Exchange::new(|port: Port| async move { this.introspect(token, &port).await })
    }

    async fn introspect(&self, token: SecurityAssertion, port: &Port) -> Result<IntrospectionResponse, Error> {
        let Some(signed) = &self.0.parts.verified_by else { return Ok(self.request(token, None).run(port).await?) };
        let (mut keys, provider) = match signed.keys.keys_of(signed.options.expected_issuer())? {
            Keys::Set(set) => (At { key_set: set.clone(), version: 0, is_last: true }, None),
            Keys::Key(key) => (At { key_set: JsonWebKeySet::from_keys([key.clone()]), version: 0, is_last: true }, None),
            Keys::Provider { provider, .. } => (At::of(&provider.clone().load(port).await?, false), Some(provider)),
        };
        loop {
            let verifier = ResponseVerifier::new(keys.key_set, signed.options.clone());
            let error = match self.request(token.clone(), Some(verifier)).run(port).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let wants_newer_keys = error.validation().is_some_and(ValidationError::wants_newer_keys) && !keys.is_last;
            let newest = match provider {
                Some(provider) if wants_newer_keys => provider.clone().newer_than(keys.version, port).await,
                _ => None,
            };
            let newest = newest.ok_or(error)?;
            keys = At::of(&newest.snapshot, newest.forced);
        }
    }

    fn request(&self, token: SecurityAssertion, verified_by: Option<ResponseVerifier>) -> IntrospectionRequest {
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
            .maybe_verified_by(verified_by)
            .build()
    }
}

impl fmt::Debug for TokenIntrospection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = &self.0.parts;
        let clients = HttpClients { http: parts.http.clone(), blocking: parts.blocking_http.clone() };
        f.debug_struct("TokenIntrospection")
            .field("address", &parts.address)
            .field("client_id", &parts.client_id)
            .field("clients", &clients)
            .field("verified_by", &parts.verified_by)
            .field("answer_cache", &parts.answer_cache)
            .finish_non_exhaustive()
    }
}
