//! One face over every place that keys come from.

use std::sync::Arc;

use super::search::{Found, Search};
use super::validator::rejected;
use super::{KeySourceError, ProviderKeys};
use crate::environment::Environment;
use crate::error::Error;
use crate::exchange::Port;
use crate::jose::{JsonWebKey, JsonWebKeySet};
use crate::validation::{AsyncClaimValidator, ClaimRejection, Claims, ExpectedIssuer, Inspected, TokenValidationOptions, ValidatedToken};

/// Where a validator takes its keys from. Cheap to clone.
///
/// A [`JsonWebKeySet`] at hand, a [`ProviderKeys`], or several providers, of which the token's `iss` picks one before anything is fetched.
///
/// # Example
/// ```
/// use identity_model::keys::{KeySource, ProviderKeys};
/// use identity_model::testing::TestProvider;
/// use identity_model::{Error, TokenValidator};
///
/// let (staff, partners) = (TestProvider::builder().issuer("https://staff.example.com").build(), TestProvider::new());
/// let keys_of = |provider: &TestProvider| (provider.issuer(), ProviderKeys::new_blocking(provider.issuer(), provider.clone()));
/// let validator = TokenValidator::builder()
///     .keys(KeySource::providers([keys_of(&staff), keys_of(&partners)]))
///     .issuer([staff.issuer(), partners.issuer()])
///     .audience("reports-api")
///     .build();
/// let token = staff.mint_access_token(|token| token.claim("aud", "reports-api"));
/// assert_eq!(validator.validate_blocking(&token)?.issuer(), Some("https://staff.example.com"));
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct KeySource(pub(super) Kind);

#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// No keys: whatever comes is introspected.
    None,
    Set(Arc<JsonWebKeySet>),
    Key(JsonWebKey),
    Provider(ProviderKeys),
    Providers(Arc<[(String, ProviderKeys)]>),
}

/// Where the keys for one token are.
#[derive(Clone, Copy)]
pub(super) enum Keys<'k> {
    Set(&'k JsonWebKeySet),
    Key(&'k JsonWebKey),
    Provider { number: usize, provider: &'k ProviderKeys },
}

impl KeySource {
    /// This very key: a client secret ([`JsonWebKey::from_secret`]) for HMAC, or a key from the application's configuration. Its `kid` and the
    /// token's must be equal only where both have one. An HMAC algorithm has to be allowed by name.
    pub fn key(key: JsonWebKey) -> Self {
        Self(Kind::Key(key))
    }

    /// Several providers, each with the issuer whose tokens its keys verify, compared code point by code point.
    pub fn providers(providers: impl IntoIterator<Item = (impl Into<String>, ProviderKeys)>) -> Self {
        Self(Kind::Providers(providers.into_iter().map(|(issuer, keys)| (issuer.into(), keys)).collect()))
    }
}

impl KeySource {
    /// Validates a token as part of another exchange, fetching keys where it has to: what [`TokenValidator`](super::TokenValidator) does.
    pub(crate) async fn validate(&self, token: &str, options: &TokenValidationOptions, port: &Port) -> Result<ValidatedToken, Error> {
        let inspected = Inspected::new(token, options, port.now()).map_err(rejected)?;
        let mut search = Search::new(self, &inspected)?;
        let verified = loop {
            match search.next(&inspected)? {
                Found::Verified(verified) => break verified,
                Found::Fetch(wanted) => search.hand_in(wanted.fetch(port).await)?,
            }
        };
        let wait = |validator: Arc<dyn AsyncClaimValidator>, claims: Claims| async move {
            let verdict = port.awaited("claim validator", async move { validator.validate(&claims).await }).await;
            verdict.unwrap_or_else(|| Err(ClaimRejection::new("nobody waited for its verdict")))
        };
        verified.check_by(port.now(), wait).await.map_err(rejected)
    }
}

impl KeySource {
    pub(super) fn none() -> Self {
        Self(Kind::None)
    }

    pub(super) fn is_none(&self) -> bool {
        matches!(self.0, Kind::None)
    }

    /// The environment that its providers run in, or the system's.
    pub(super) fn environment(&self) -> Environment {
        self.providers_environment().unwrap_or_default()
    }

    /// The environment that its providers run in.
    pub(super) fn providers_environment(&self) -> Option<Environment> {
        let provider = match &self.0 {
            Kind::None | Kind::Set(_) | Kind::Key(_) => None,
            Kind::Provider(provider) => Some(provider),
            Kind::Providers(providers) => providers.first().map(|(_, provider)| provider),
        };
        provider.map(|provider| provider.environment().clone())
    }
}

impl KeySource {
    /// Where the keys for tokens of this issuer are: of several providers the one that is for them, before anything is fetched.
    pub(super) fn keys(&self, issuer: Option<&str>) -> Result<Keys<'_>, KeySourceError> {
        match &self.0 {
            Kind::None => Err(KeySourceError::NoUsableKey { keys: 0, skipped: 0 }),
            Kind::Set(set) => Ok(Keys::Set(set)),
            Kind::Key(key) => Ok(Keys::Key(key)),
            Kind::Provider(provider) => Ok(Keys::Provider { number: 0, provider }),
            Kind::Providers(providers) => {
                let mut numbered = providers.iter().enumerate();
                let found = numbered.find(|(_, (known, _))| issuer == Some(known));
                found.map(|(number, (_, provider))| Keys::Provider { number, provider }).ok_or(KeySourceError::UnknownIssuer)
            }
        }
    }

    /// Where the keys are of whoever answers for one of these issuers.
    pub(super) fn keys_of(&self, issuers: &ExpectedIssuer) -> Result<Keys<'_>, KeySourceError> {
        let known = match &self.0 {
            Kind::Providers(providers) => providers.iter().map(|(issuer, _)| issuer.as_str()).find(|issuer| issuers.accepts(issuer, None)),
            _ => None,
        };
        self.keys(known)
    }

    /// The version of the key set that this provider has now, while it is fresh.
    pub(super) fn current_version(&self, number: usize) -> Option<u64> {
        let provider = match &self.0 {
            Kind::None | Kind::Set(_) | Kind::Key(_) => return Some(0),
            Kind::Provider(provider) => provider,
            Kind::Providers(providers) => providers.get(number).map(|(_, provider)| provider)?,
        };
        provider.fresh().map(|snapshot| snapshot.version)
    }
}

impl From<JsonWebKeySet> for KeySource {
    fn from(set: JsonWebKeySet) -> Self {
        Self(Kind::Set(Arc::new(set)))
    }
}

impl From<Arc<JsonWebKeySet>> for KeySource {
    fn from(set: Arc<JsonWebKeySet>) -> Self {
        Self(Kind::Set(set))
    }
}

impl From<ProviderKeys> for KeySource {
    fn from(provider: ProviderKeys) -> Self {
        Self(Kind::Provider(provider))
    }
}
