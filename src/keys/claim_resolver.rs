//! Aggregated and distributed claims, verified and fetched (OpenID Connect Core section 5.6.2).

use bon::Builder;

use super::TokenValidator;
use crate::document::{Document, DocumentError};
use crate::drive::{run, run_blocking};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::RequestError;
use crate::protocol::claim_sources::{ClaimSource, ClaimSourceKind, ClaimSources, accept, fetch};
use crate::protocol::discovery::DiscoveryPolicy;
use crate::protocol::request::RequestOptions;
use crate::transport::{BlockingHttpClient, HttpClient, RetrySettings};
use crate::validation::{TokenKind, ValidatedToken};

/// Brings the claims that a userinfo response or an ID token has from others: verifies what is aggregated, fetches and verifies what is
/// distributed.
///
/// OpenID Connect Core section 5.6.2. Each source is a JWT of an issuer of its own. Whose claims are believed is the validator's: its issuers
/// are the allow-list, and the keys of several are found by `iss` before anything is fetched for them ([`KeySource::providers`](super::KeySource::providers)). Its
/// rules start from [`TokenValidationOptions::claim_source`](crate::validation::TokenValidationOptions::claim_source).
///
/// Security: a distributed endpoint is an address that another party chose. It is held against [`policy`](ClaimResolverBuilder::policy)
/// before anything is sent (https, nothing private unless the provider is); take a client that
/// [denies private addresses](crate::protocol::discovery::DiscoveryPolicyBuilder::deny_private_addresses) for what names resolve to. It is asked
/// with the access token that stands beside it, which goes nowhere else; the user's own access token is not known here. Sources are at most
/// eight, and sources of sources are not followed. A source never says who the user is: its `sub` is an identifier of its own, and claims such as
/// `sub` or `iss` cannot come from one.
///
/// # Errors
/// `resolve` fails where the two members cannot be read or name too many sources. What goes wrong at one source is that source's
/// [outcome](ResolvedSource::outcome); none of its claims is there then.
///
/// # Example
/// ```
/// use identity_model::document::Document;
/// use identity_model::keys::{ClaimResolver, ProviderKeys, KeySource, TokenValidator};
/// use identity_model::testing::TestProvider;
/// use identity_model::validation::TokenValidationOptions;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let registry = TestProvider::builder().issuer("https://registry.example.com").build(); // makes claims about addresses
/// let jwt = registry.mint_id_token(|token| token.claim("aud", "app").claim("address", "1 Main Street"));
/// let userinfo = Document::parse(format!(
///     r#"{{"sub":"248289761001","_claim_names":{{"address":"src1"}},"_claim_sources":{{"src1":{{"JWT":"{}"}}}}}}"#,
///     jwt.expose()
/// ))?;
///
/// let options = TokenValidationOptions::claim_source().issuer(registry.issuer()).audience("app").build();
/// let keys = KeySource::providers([(registry.issuer(), ProviderKeys::new(registry.issuer(), registry.clone()))]);
/// let resolver = ClaimResolver::builder().provider("https://idp.example.com").validator(TokenValidator::with_options(keys, options)).build();
/// let claims = resolver.resolve(&userinfo, &registry).await?;
/// assert_eq!(claims.try_get_str("address"), Some("1 Main Street"));
/// assert_eq!(claims.issuer_of("address"), Some("https://registry.example.com"));
/// # Ok::<(), identity_model::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct ClaimResolver {
    /// The issuer of the response that names the sources: an endpoint may be private only where this is.
    provider: String,
    /// Judges the JWT of every source: its issuers, their keys, the audience.
    validator: TokenValidator,
    /// The policy for distributed endpoints. Default: strict. One with an authority of its own allows its bases alone.
    #[builder(default)]
    policy: DiscoveryPolicy,
    /// How many sources are followed. Default: 8; more are an error.
    #[builder(default = 8)]
    most_sources: usize,
    /// How fetches are repeated. Default: as for any request that reads.
    retry: Option<RetrySettings>,
    /// How long one fetch may take. Default: the client's own time-out (30 s).
    attempt_timeout: Option<std::time::Duration>,
    /// Clock, random bytes and timer. Default: those of the validator.
    environment: Option<Environment>,
}

impl ClaimResolver {
    /// Brings the claims that `document` has from others. `client` fetches what is distributed.
    ///
    /// # Errors
    /// See [`ClaimResolver`].
    pub async fn resolve(&self, document: &Document, client: &dyn HttpClient) -> Result<ResolvedClaims, Error> {
        run(self.exchange(document), client, self.environment()).await
    }

    /// The twin of [`resolve`](Self::resolve) on the calling thread.
    ///
    /// # Errors
    /// As [`resolve`](Self::resolve).
    pub fn resolve_blocking(&self, document: &Document, client: &dyn BlockingHttpClient) -> Result<ResolvedClaims, Error> {
        run_blocking(self.exchange(document), client, self.environment())
    }

    /// The same, to be driven by hand.
    pub fn exchange(&self, document: &Document) -> Exchange<ResolvedClaims, Error> {
        let (this, document) = (self.clone(), document.clone());
        Exchange::new(|port: Port| async move {
            let mut resolved = Vec::new();
            for source in this.sources(&document)?.iter() {
                resolved.push(ResolvedSource::of(source, this.resolve_source(source, &port).await));
            }
            Ok(ResolvedClaims(resolved))
        })
    }

    async fn resolve_source(&self, source: &ClaimSource, port: &Port) -> Result<ValidatedToken, Error> {
        let jwt = match source.kind() {
            ClaimSourceKind::Aggregated(jwt) => jwt.clone(),
            ClaimSourceKind::Distributed { endpoint, access_token } => {
                let endpoint = accept(&self.policy, endpoint, &self.provider)?;
                let mut options = RequestOptions::default();
                options.retry = self.retry;
                options.attempt_timeout = self.attempt_timeout;
                options.environment = self.environment().clone();
                fetch(&endpoint, access_token.as_ref(), &options, port).await?
            }
        };
        self.validator.run(jwt.expose().into(), self.validator.options(), port).await
    }

    fn environment(&self) -> &Environment {
        self.environment.as_ref().unwrap_or_else(|| self.validator.environment())
    }

    fn sources(&self, document: &Document) -> Result<ClaimSources, Error> {
        let kind = self.validator.options().token_kind();
        if kind != TokenKind::ClaimSource {
            let problem = format!("has rules for the kind `{kind}` where `{}` is needed", TokenKind::ClaimSource);
            return Err(RequestError::configuration("validator", problem).into());
        }
        Ok(ClaimSources::of(document)?.at_most(self.most_sources)?)
    }
}

/// The claims that others make, each with the source that made it.
#[derive(Debug, Clone)]
pub struct ResolvedClaims(Vec<ResolvedSource>);

/// What came of one source.
#[derive(Debug, Clone)]
pub struct ResolvedSource {
    name: String,
    claims: Vec<String>,
    outcome: Result<ValidatedToken, Error>,
}

impl ResolvedSource {
    fn of(source: &ClaimSource, outcome: Result<ValidatedToken, Error>) -> Self {
        Self { name: source.name().to_owned(), claims: source.claims().to_vec(), outcome }
    }

    /// The name that the response gives it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The claims that were to come from it.
    pub fn claims(&self) -> &[String] {
        &self.claims
    }

    /// Its validated JWT, or why there is none. A `sub` in it is the source's own identifier of the user, not the provider's.
    ///
    /// # Errors
    /// What the fetch or the validation failed with.
    pub fn outcome(&self) -> Result<&ValidatedToken, &Error> {
        self.outcome.as_ref()
    }
}

impl ResolvedClaims {
    /// The sources, in the order in which claims name them.
    pub fn sources(&self) -> &[ResolvedSource] {
        &self.0
    }

    /// The first failure, for a caller that needs all sources or none.
    ///
    /// # Errors
    /// What the first source failed with.
    pub fn all(&self) -> Result<&Self, Error> {
        match self.0.iter().find_map(|source| source.outcome.as_ref().err()) {
            Some(error) => Err(error.clone()),
            None => Ok(self),
        }
    }

    /// Who made the claim.
    pub fn issuer_of(&self, claim: &str) -> Option<&str> {
        self.token_of(claim)?.issuer()
    }

    /// The claim as a string; none where it is absent, of another type, or its source failed.
    pub fn try_get_str(&self, claim: &str) -> Option<&str> {
        self.token_of(claim)?.try_get_str(claim)
    }

    /// The claim as JSON; none where it is absent or its source failed.
    pub fn try_get_value(&self, claim: &str) -> Option<serde_json::Value> {
        self.token_of(claim)?.try_get_value(claim)
    }

    /// The claim as a type of the caller's; none where it is absent or its source failed.
    ///
    /// # Errors
    /// [`DocumentError::UnexpectedType`] where it does not fit.
    pub fn try_get<T: serde::de::DeserializeOwned>(&self, claim: &str) -> Result<Option<T>, DocumentError> {
        self.token_of(claim).map_or(Ok(None), |token| token.try_get(claim))
    }

    /// The token of the source that the response names for this claim, and of no other.
    fn token_of(&self, claim: &str) -> Option<&ValidatedToken> {
        let source = self.0.iter().find(|source| source.claims.iter().any(|name| name == claim))?;
        source.outcome.as_ref().ok().filter(|token| token.document().contains(claim))
    }
}
