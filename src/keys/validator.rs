//! The one way from a text to a validated token: a synchronous attempt with the cached keys, else an exchange.

use std::fmt;
use std::sync::Arc;

use super::search::{Search, SearchStep, Tried, check, rejected, verify};
use super::verified_tokens::{TokenEntry, VerifiedTokens};
use super::{KeySource, TokenIntrospection, TokenText};
use crate::drive::{run_blocking_with, run_with};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::secret::SecurityAssertion;
use crate::validation::{Inspected, TokenForm, TokenValidationOptions, ValidatedToken, ValidationError, ValidationStage, Verified};

mod builder;

pub use builder::TokenValidatorBuilder;

/// Validates tokens: form, algorithm, issuer and expiry first, then the signature under a key of the source, then every claim rule.
///
/// RFC 7519, RFC 8725, RFC 9068 section 4, OpenID Connect Core section 3.1.3.7. Cheap to clone and safe to share: one validator serves any
/// number of tasks and threads. A token that is expired, foreign or forged in its header costs no signature check and no fetch. Keys that
/// are cached are read without a lock; a key that is not there is looked for once, then not again for the cool-down. A fetch of
/// keys takes ten seconds at most ([`CacheSettings`](crate::cache::CacheSettings) says how to change that), and a validation that waits for one may be
/// dropped at any time.
///
/// Tokens that are no JWT, or all of them, can be asked about at the server ([`introspecting`](Self::introspecting),
/// [`introspection`](TokenValidatorBuilder::introspection)); what comes of it is a [`ValidatedToken`] all the same, and says its
/// [origin](ValidatedToken::origin).
///
/// Defaults: an RFC 9068 access token ([`TokenKind::AccessToken`](crate::validation::TokenKind::AccessToken)), every asymmetric algorithm,
/// 30 s of leeway, no introspection. For anything else take [`with_options`](Self::with_options).
///
/// # Errors
/// `validate` fails with kind `Validation` (a check; `token_inactive` where the server says so), `Malformed` (no token), `Key` (no key fits,
/// or none to be had), `Configuration`, or what the fetch of keys or the introspection failed with.
///
/// # Example
/// ```
/// use identity_model::jose::{JsonWebKeySet, JwsHeader, PrivateKey, SignatureAlgorithm, sign_compact_blocking};
/// use identity_model::keys::TokenValidator;
/// use identity_model::validation::TokenKind;
///
/// let key = PrivateKey::generate(SignatureAlgorithm::ES256)?;
/// let claims = br#"{"iss":"https://idp.example.com","aud":"reports-api","sub":"alice","exp":4102444800}"#;
/// let token = sign_compact_blocking(&JwsHeader::new(), claims, &key.signer(SignatureAlgorithm::ES256)?)?;
///
/// let validator = TokenValidator::builder()
///     .keys(JsonWebKeySet::from_keys([key.public_jwk().clone()]))
///     .issuer("https://idp.example.com")
///     .audience("reports-api")
///     .kind(TokenKind::PlainAccessToken)
///     .build();
/// assert_eq!(validator.validate_blocking(&token)?.subject(), Some("alice"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct TokenValidator(pub(super) Arc<Inner>);

/// The outcome of a validation with the cached keys.
#[derive(Debug)]
#[non_exhaustive]
pub enum Attempt {
    /// The token is valid.
    Validated(ValidatedToken),
    /// Keys have to be fetched, the server has to be asked, or a rule has to be awaited: drive this exchange, by
    /// [`drive::run`](crate::drive::run) or by hand.
    NeedsFetch(Exchange<ValidatedToken, Error>),
}

#[derive(Clone)]
pub(super) struct Inner {
    pub(super) keys: KeySource,
    options: TokenValidationOptions,
    environment: Environment,
    pub(super) verified_tokens: Option<Arc<VerifiedTokens>>,
    introspection: Option<TokenIntrospection>,
}

impl TokenValidator {
    /// A validator with other options: another kind of token, other rules.
    pub fn with_options(keys: impl Into<KeySource>, options: TokenValidationOptions) -> Self {
        let keys = keys.into();
        let environment = keys.environment();
        Self(Arc::new(Inner { keys, options, environment, verified_tokens: None, introspection: None }))
    }

    /// The same as [`introspecting`](Self::introspecting) with other options. They are those of an access token
    /// ([`access_token`](TokenValidationOptions::access_token)); what a kind demands of a JWT's claims it does not demand of a response.
    pub fn introspecting_with_options(introspection: TokenIntrospection, options: TokenValidationOptions) -> Self {
        let environment = introspection.environment().clone();
        let introspection = Some(introspection);
        Self(Arc::new(Inner { keys: KeySource::none(), options, environment, verified_tokens: None, introspection }))
    }

    /// The same, and tokens that are no JWT by their form ([`TokenForm`]) are introspected instead of rejected.
    #[must_use]
    pub fn with_introspection(&self, introspection: TokenIntrospection) -> Self {
        Self(Arc::new(Inner { introspection: Some(introspection), ..(*self.0).clone() }))
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_environment(&self, environment: Environment) -> Self {
        Self(Arc::new(Inner { environment, ..(*self.0).clone() }))
    }

    /// The same with a cache of at most `capacity` validated tokens, shared by the clones of the new validator: the signature of a token
    /// that comes again is not checked again. Off by default.
    ///
    /// Everything else is asked again each time: times, kind, issuer, audience, what is expected of this one token, the proof of
    /// possession, rules of the caller's own. A token is found by the SHA-256 digest of its signature, and its header and claims are
    /// compared; its text is not kept, its claims are, some 2 KB for a usual token. An entry is past once the provider's key set is read anew or `exp` (without the leeway) has
    /// come; the next time such a token goes the whole way. Tokens without `exp` are never kept, and the cache is not used for options
    /// with a validator that has to be awaited, nor for options that are not a copy of [`options`](Self::options).
    ///
    /// # Example
    /// ```
    /// use identity_model::keys::{ProviderKeys, TokenValidator};
    /// use identity_model::testing::TestProvider;
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let provider = TestProvider::new();
    /// let validator = TokenValidator::builder()
    ///     .keys(ProviderKeys::new(provider.issuer(), provider.clone()))
    ///     .issuer(provider.issuer())
    ///     .audience("reports-api")
    ///     .verified_token_cache(10_000)
    ///     .build();
    /// let token = provider.mint_access_token(|token| token.claim("aud", "reports-api"));
    /// validator.validate(&token).await?;
    /// validator.validate(&token).await?; // without another signature check
    /// # Ok::<(), identity_model::error::Error>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_verified_token_cache(&self, capacity: usize) -> Self {
        Self(Arc::new(Inner { verified_tokens: Some(Arc::new(VerifiedTokens::new(capacity))), ..(*self.0).clone() }))
    }

    /// The rules that tokens are judged by.
    pub fn options(&self) -> &TokenValidationOptions {
        &self.0.options
    }

    /// Validates a token, fetching keys where it has to.
    ///
    /// # Errors
    /// See [`TokenValidator`].
    pub async fn validate<'t>(&self, token: impl Into<TokenText<'t>>) -> Result<ValidatedToken, Error> {
        self.validate_with(token, &self.0.options).await
    }

    /// Validates a token on the calling thread; the twin of [`validate`](Self::validate). It may block that thread for a fetch, so it is not
    /// for a task of an async runtime: the task it waits for might be next on the same thread.
    ///
    /// # Errors
    /// See [`TokenValidator`]; `Configuration` where the options hold a validator that has to be awaited.
    pub fn validate_blocking<'t>(&self, token: impl Into<TokenText<'t>>) -> Result<ValidatedToken, Error> {
        self.validate_blocking_with(token, &self.0.options)
    }

    /// Validates a token by options that hold for it alone: a copy of [`options`](Self::options) with its nonce, its access token, its
    /// proof of possession.
    ///
    /// # Errors
    /// See [`TokenValidator`].
    pub async fn validate_with<'t>(
        &self,
        token: impl Into<TokenText<'t>>,
        options: &TokenValidationOptions,
    ) -> Result<ValidatedToken, Error> {
        match self.attempt_with(token, options)? {
            Attempt::Validated(token) => Ok(token),
            Attempt::NeedsFetch(exchange) => self.drive(exchange).await,
        }
    }

    /// The blocking twin of [`validate_with`](Self::validate_with).
    ///
    /// # Errors
    /// See [`TokenValidator`].
    pub fn validate_blocking_with<'t>(
        &self,
        token: impl Into<TokenText<'t>>,
        options: &TokenValidationOptions,
    ) -> Result<ValidatedToken, Error> {
        match self.attempt_with(token, options)? {
            Attempt::Validated(token) => Ok(token),
            Attempt::NeedsFetch(exchange) => self.drive_blocking(exchange),
        }
    }

    /// Validates a token with what is cached: fresh keys, answers of the server that are kept. Sends nothing and awaits
    /// nothing; where that does not do, the exchange goes on from here.
    ///
    /// # Errors
    /// See [`TokenValidator`]: a verdict that no fetch could change.
    ///
    /// # Example
    /// ```
    /// use identity_model::keys::{Attempt, ProviderKeys, TokenValidator};
    /// use identity_model::testing::TestProvider;
    ///
    /// let provider = TestProvider::new();
    /// let keys = ProviderKeys::new_blocking(provider.issuer(), provider.clone());
    /// let validator = TokenValidator::builder().keys(keys).issuer(provider.issuer()).audience("reports-api").build();
    /// let token = provider.mint_access_token(|token| token.claim("aud", "reports-api"));
    ///
    /// assert!(matches!(validator.attempt(&token)?, Attempt::NeedsFetch(_))); // no keys yet
    /// validator.validate_blocking(&token)?;
    /// assert!(matches!(validator.attempt(&token)?, Attempt::Validated(_)));
    /// # Ok::<(), identity_model::Error>(())
    /// ```
    pub fn attempt<'t>(&self, token: impl Into<TokenText<'t>>) -> Result<Attempt, Error> {
        self.attempt_with(token, &self.0.options)
    }

    /// The same by options that hold for this token alone.
    ///
    /// # Errors
    /// As [`attempt`](Self::attempt).
    pub fn attempt_with<'t>(&self, token: impl Into<TokenText<'t>>, options: &TokenValidationOptions) -> Result<Attempt, Error> {
        let (token, now) = (token.into(), self.environment().clock().now());
        if options.has_async_validators() {
            return Ok(self.needs_fetch(token, options, None));
        }
        if let Some(introspection) = self.introspection(token, options)? {
            let Some(kept) = introspection.remembered(token) else { return Ok(self.needs_fetch(token, options, None)) };
            let verified = Verified::introspected(kept, options, now).map_err(rejected)?;
            return verified.check(now).map(Attempt::Validated).map_err(rejected);
        }
        let entry = self.entry(token, options);
        if let Some(validated) = entry.as_ref().and_then(|entry| entry.recall(&self.0.keys, options, now)) {
            return Ok(Attempt::Validated(validated));
        }
        let inspected = Inspected::new(token.as_str(), options, now).map_err(rejected)?;
        let source = self.0.keys.resolve(inspected.unverified_issuer())?;
        let mut search = Search::new(source.keys(inspected.unverified_issuer())?, None);
        let verified = match search.next(|keys| verify(&inspected, keys))? {
            SearchStep::Verified(verified) => verified,
            SearchStep::NeedsKeys(_) => return Ok(self.needs_fetch(token, options, search.into_tried())),
        };
        let validated = verified.check(now).map_err(rejected)?;
        if let Some(entry) = entry {
            entry.keep(&validated, search.keys_at());
        }
        Ok(Attempt::Validated(validated))
    }

    /// A validation to be driven by hand: it asks its driver for keys as [shared fetches](crate::exchange::SharedFetch), which shows how, and
    /// for introspections as requests.
    ///
    /// The claims are judged at the moment that the driver hands in; the ages of cached keys count by the clock of their
    /// [`ProviderKeys`](super::ProviderKeys).
    pub fn exchange<'t>(&self, token: impl Into<TokenText<'t>>) -> Exchange<ValidatedToken, Error> {
        self.exchange_with(token, &self.0.options)
    }

    /// The same by options that hold for this token alone.
    pub fn exchange_with<'t>(&self, token: impl Into<TokenText<'t>>, options: &TokenValidationOptions) -> Exchange<ValidatedToken, Error> {
        self.exchange_after(token.into(), options, None)
    }

    fn needs_fetch(&self, token: TokenText<'_>, options: &TokenValidationOptions, tried: Option<Tried<ValidationError>>) -> Attempt {
        Attempt::NeedsFetch(self.exchange_after(token, options, tried))
    }

    fn exchange_after(
        &self,
        token: TokenText<'_>,
        options: &TokenValidationOptions,
        tried: Option<Tried<ValidationError>>,
    ) -> Exchange<ValidatedToken, Error> {
        let (this, token, options) = (self.clone(), SecurityAssertion::from(token.as_str()), options.clone());
        Exchange::new(|port: Port| async move { this.run_after(TokenText::from(token.expose()), &options, tried, &port).await })
    }

    /// The validation as part of another exchange.
    pub(crate) async fn run(&self, token: TokenText<'_>, options: &TokenValidationOptions, port: &Port) -> Result<ValidatedToken, Error> {
        self.run_after(token, options, None, port).await
    }

    async fn run_after(
        &self,
        token: TokenText<'_>,
        options: &TokenValidationOptions,
        tried: Option<Tried<ValidationError>>,
        port: &Port,
    ) -> Result<ValidatedToken, Error> {
        if !port.can_await() {
            // Before anything is fetched for a verdict that cannot be given.
            options.reject_async_validators(ValidationStage::Inspection)?;
        }
        if let Some(introspection) = self.introspection(token, options)? {
            let introspected = introspection.ask(token, port).await?;
            return check(Verified::introspected(introspected, options, port.now()).map_err(rejected)?, port).await;
        }
        if let Some(validated) = self.entry(token, options).and_then(|entry| entry.recall(&self.0.keys, options, port.now())) {
            return Ok(validated);
        }
        let (validated, keys_at) = self.0.keys.search(token.as_str(), options, tried, port).await?;
        if let Some(entry) = self.entry(token, options) {
            entry.keep(&validated, keys_at);
        }
        Ok(validated)
    }

    /// The introspection of this token, where it is not to be judged by its signature: every token without keys, else what is no JWT. A text
    /// that cannot be a token is rejected before anything is sent.
    fn introspection(&self, token: TokenText<'_>, options: &TokenValidationOptions) -> Result<Option<&TokenIntrospection>, Error> {
        let Some(introspection) = &self.0.introspection else { return Ok(None) };
        if !self.0.keys.is_none() && TokenForm::of(token.as_str()) != TokenForm::Opaque {
            return Ok(None);
        }
        Verified::check_opaque(token.as_str(), options).map_err(rejected)?;
        Ok(Some(introspection))
    }

    /// The cache entry of the token, if it may have one: for rules that are these very ones and ask nothing that has to be awaited.
    pub(super) fn entry<'c>(&'c self, token: TokenText<'c>, options: &TokenValidationOptions) -> Option<TokenEntry<'c>> {
        let cache = self.0.verified_tokens.as_deref()?;
        (options.has_rules_of(&self.0.options) && !options.has_async_validators()).then(|| cache.entry(token.as_str()))?
    }

    /// Drives an exchange with a validation in it.
    pub(crate) async fn drive<T>(&self, exchange: Exchange<T, Error>) -> Result<T, Error> {
        let client = self.0.introspection.as_ref().and_then(|introspection| introspection.clients().http.as_deref());
        run_with(exchange, client, self.environment()).await
    }

    /// The twin of [`drive`](Self::drive) on the calling thread.
    pub(crate) fn drive_blocking<T>(&self, exchange: Exchange<T, Error>) -> Result<T, Error> {
        let client = self.0.introspection.as_ref().and_then(|introspection| introspection.clients().blocking.as_deref());
        run_blocking_with(exchange, client, self.environment())
    }

    /// Whether the server is asked about every token, so that a revoked one is rejected.
    pub(crate) fn introspects_everything(&self) -> bool {
        self.0.introspection.is_some() && self.0.keys.is_none()
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.0.environment
    }
}

impl fmt::Debug for TokenValidator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenValidator")
            .field("keys", &self.0.keys)
            .field("options", &self.0.options)
            .field("verified_tokens", &self.0.verified_tokens)
            .field("introspection", &self.0.introspection)
            .finish_non_exhaustive()
    }
}
