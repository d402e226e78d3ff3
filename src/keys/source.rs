//! One face over every place that keys come from.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::keys_at::KeysAt;
use super::{KeySourceError, ProviderKeys};
use crate::environment::Environment;
use crate::jose::{JsonWebKey, JsonWebKeySet};
use crate::validation::ExpectedIssuer;

/// Where a validator takes its keys from. Cheap to clone.
///
/// A given [`JsonWebKeySet`], a [`ProviderKeys`], or several providers, of which the token's `iss` picks one before anything is fetched:
/// listed ([`providers`](Self::providers)) or found by a function ([`by_issuer`](Self::by_issuer)). Keys of the application's own can stand beside
/// any of them ([`with_own_keys`](Self::with_own_keys)).
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

#[derive(Clone)]
pub(super) enum Kind {
    /// No keys: whatever comes is introspected.
    None,
    Set(Arc<JsonWebKeySet>),
    Key(JsonWebKey),
    Provider(ProviderKeys),
    Providers(Arc<[(String, ProviderKeys)]>),
    ByIssuer(Arc<ByIssuer>),
    WithOwn(JsonWebKeySet, Box<KeySource>),
}

type ByIssuer = dyn Fn(&str) -> Option<KeySource> + Send + Sync;

/// Where the keys of one issuer are.
#[derive(Clone, Copy)]
pub(super) enum Keys<'k> {
    Set(&'k JsonWebKeySet),
    Key(&'k JsonWebKey),
    Provider(&'k ProviderKeys),
}

/// The same, and the keys of the application's own that come before.
#[derive(Clone, Copy)]
pub(super) struct KeysOfIssuer<'k> {
    pub(super) own: Option<&'k JsonWebKeySet>,
    pub(super) keys: Keys<'k>,
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

    /// The source that `find` names for the `iss` of a token, asked before anything is fetched; `None` rejects the token with the code
    /// `unknown_issuer`. For tenants that come and go: `find` is called for each token, so it looks a source up and does not make one
    /// ([`ProviderKeysCache`](super::ProviderKeysCache) keeps them).
    ///
    /// `iss` is what an unverified token claims: `find` must know the issuers, never derive an address from one that it does not know. The
    /// rules of the validator still have to accept the issuer.
    ///
    /// # Example
    /// ```
    /// use identity_model::keys::{KeySource, ProviderKeysCache, TokenValidator};
    /// use identity_model::protocol::discovery::DiscoveryPolicy;
    /// use identity_model::testing::TestProvider;
    ///
    /// let tenant = TestProvider::builder().issuer("https://idp.example.com/tenant-1").build();
    /// let cache = ProviderKeysCache::new_blocking(tenant.clone());
    /// let tenants = ["https://idp.example.com/tenant-1", "https://idp.example.com/tenant-2"]; // a database, most likely
    /// let keys = KeySource::by_issuer(move |issuer| {
    ///     tenants.contains(&issuer).then(|| cache.provider(issuer, &DiscoveryPolicy::strict()).into())
    /// });
    /// let validator = TokenValidator::builder().keys(keys).issuer(tenants).audience("reports-api").build();
    ///
    /// let token = tenant.mint_access_token(|token| token.claim("aud", "reports-api"));
    /// assert_eq!(validator.validate_blocking(&token)?.issuer(), Some("https://idp.example.com/tenant-1"));
    /// # Ok::<(), identity_model::Error>(())
    /// ```
    pub fn by_issuer(find: impl Fn(&str) -> Option<Self> + Send + Sync + 'static) -> Self {
        Self(Kind::ByIssuer(Arc::new(find)))
    }

    /// The same with keys of the application's own beside it, which are tried first: tokens that were signed before the issuer published its
    /// keys, or that the application signs itself. The issuer of the token has to be accepted by the rules all the same.
    ///
    /// # Example
    /// ```
    /// use identity_model::jose::{JsonWebKeySet, PrivateKey, SignatureAlgorithm};
    /// use identity_model::keys::{KeySource, ProviderKeys};
    ///
    /// let retired = PrivateKey::generate(SignatureAlgorithm::ES256)?;
    /// let own = JsonWebKeySet::from_keys([retired.public_jwk().clone()]);
    /// let provider = ProviderKeys::builder().authority("https://idp.example.com").build();
    /// let keys = KeySource::from(provider).with_own_keys(own);
    /// # Ok::<(), identity_model::jose::KeyError>(())
    /// ```
    #[must_use]
    pub fn with_own_keys(self, keys: JsonWebKeySet) -> Self {
        Self(Kind::WithOwn(keys, Box::new(self)))
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
            Kind::None | Kind::Set(_) | Kind::Key(_) | Kind::ByIssuer(_) => None,
            Kind::Provider(provider) => Some(provider),
            Kind::Providers(providers) => providers.first().map(|(_, provider)| provider),
            Kind::WithOwn(_, rest) => return rest.providers_environment(),
        };
        provider.map(|provider| provider.environment().clone())
    }
}

impl KeySource {
    /// The source for tokens of this issuer, where a function knows it; else this one.
    pub(super) fn resolve(&self, issuer: Option<&str>) -> Result<Cow<'_, Self>, KeySourceError> {
        match &self.0 {
            Kind::ByIssuer(find) => issuer.and_then(|issuer| find(issuer)).map(Cow::Owned).ok_or(KeySourceError::UnknownIssuer),
            Kind::WithOwn(own, rest) => Ok(match rest.resolve(issuer)? {
                Cow::Borrowed(_) => Cow::Borrowed(self),
                Cow::Owned(rest) => Cow::Owned(rest.with_own_keys(own.clone())),
            }),
            _ => Ok(Cow::Borrowed(self)),
        }
    }

    /// Where the keys for tokens of this issuer are: of several providers the one that is for them, before anything is fetched.
    pub(super) fn keys(&self, issuer: Option<&str>) -> Result<KeysOfIssuer<'_>, KeySourceError> {
        let keys = match &self.0 {
            Kind::None => return Err(KeySourceError::NoUsableKey { keys: 0, skipped: 0 }),
            Kind::Set(set) => Keys::Set(set),
            Kind::Key(key) => Keys::Key(key),
            Kind::Provider(provider) => Keys::Provider(provider),
            Kind::Providers(providers) => {
                let found = providers.iter().find(|(known, _)| issuer == Some(known));
                Keys::Provider(found.map(|(_, provider)| provider).ok_or(KeySourceError::UnknownIssuer)?)
            }
            // A function whose answer is another function has not found anything.
            Kind::ByIssuer(_) => return Err(KeySourceError::UnknownIssuer),
            Kind::WithOwn(own, rest) => return Ok(KeysOfIssuer { own: Some(own), ..rest.keys(issuer)? }),
        };
        Ok(KeysOfIssuer { own: None, keys })
    }

    /// The issuer among those expected whose keys are here; a response does not name it before it is read.
    pub(super) fn named<'a>(&'a self, expected: &'a ExpectedIssuer) -> Option<&'a str> {
        match &self.0 {
            Kind::Providers(providers) => providers.iter().map(|(issuer, _)| issuer.as_str()).find(|issuer| expected.accepts(issuer, None)),
            Kind::WithOwn(_, rest) => rest.named(expected),
            Kind::ByIssuer(_) => expected.issuers().next(),
            _ => None,
        }
    }

    /// The version that the keys of this issuer have now, while they are fresh, if they are still those of `keys_at`.
    pub(super) fn current_version(&self, keys_at: KeysAt, issuer: Option<&str>) -> Option<u64> {
        if keys_at == KeysAt::OWN {
            return Some(keys_at.version);
        }
        let version = |provider: &ProviderKeys| (provider.id() == keys_at.provider).then(|| provider.fresh())?.map(|keys| keys.version);
        match self.resolve(issuer).ok()?.keys(issuer).ok()?.keys {
            Keys::Provider(provider) => version(provider),
            Keys::Set(_) | Keys::Key(_) => None,
        }
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Set(set) => f.debug_tuple("Set").field(set).finish(),
            Self::Key(key) => f.debug_tuple("Key").field(key).finish(),
            Self::Provider(provider) => f.debug_tuple("Provider").field(provider).finish(),
            Self::Providers(providers) => f.debug_tuple("Providers").field(providers).finish(),
            Self::ByIssuer(_) => f.debug_tuple("ByIssuer").finish_non_exhaustive(),
            Self::WithOwn(own, rest) => f.debug_tuple("WithOwn").field(own).field(rest).finish(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_finds_keys_by_issuer_names_the_expected_one_with_own_keys_and_without() {
        let expected = ExpectedIssuer::exact("https://idp.example.com");
        let by_issuer = KeySource::by_issuer(|_| None);
        assert_eq!(by_issuer.named(&expected), Some("https://idp.example.com"));
        let with_own = by_issuer.with_own_keys(JsonWebKeySet::from_keys([]));
        assert_eq!(with_own.named(&expected), Some("https://idp.example.com"));
        let set = KeySource::from(JsonWebKeySet::from_keys([]));
        assert_eq!(set.named(&expected), None, "a set belongs to no issuer");
        assert_eq!(set.with_own_keys(JsonWebKeySet::from_keys([])).named(&expected), None);
    }
}
