//! How the keys of a provider are put together.

use std::sync::Arc;

use bon::Builder;

use super::{Provider, ProviderKeys, next_id, unchanged};
use crate::cache::{CacheSettings, DiscoveryCache, DocumentSource, Slot, SlotRules};
use crate::environment::Environment;
use crate::keys::key_set_location::{KeySetLocation, Located};
use crate::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy, KeySetLoading};
use crate::transport::{BlockingHttpClient, HttpClient, HttpClients};

#[derive(Builder)]
#[builder(on(String, into), builder_type(name = ProviderKeysBuilder, vis = "pub", doc { /** Builds [`ProviderKeys`]. */ }), state_mod(name = provider_keys_builder, vis = "pub(crate)"), finish_fn(name = build_parts, vis = ""))]
struct Parts {
    #[builder(field)]
    clients: HttpClients,
    /// The authority or the full discovery address. Nothing is discovered where [`jwks_uri`](ProviderKeysBuilder::jwks_uri) or
    /// [`metadata`](ProviderKeysBuilder::metadata) says where the keys are; the authority then only names the provider.
    authority: String,
    /// The policy for discovery, its endpoints and the key set. Default: strict.
    #[builder(default)]
    policy: DiscoveryPolicy,
    /// The address of the key set, where there is no discovery document or it is not to be asked: judged by the policy, cached and rotating all the
    /// same. Default: what the discovery document says.
    jwks_uri: Option<String>,
    /// Metadata that the application states, opened by [`DiscoveryDocumentResponse::parse`] from a file or a constant: its `jwks_uri` is where the
    /// keys are, and nothing is discovered. Default: none.
    metadata: Option<DiscoveryDocumentResponse>,
    /// How many keys a set may have. Default: that of [`CacheSettings`] (100).
    key_limit: Option<usize>,
    /// How many bytes a key set may have, decompressed. Default: that of [`CacheSettings`] (512 KiB).
    body_limit: Option<usize>,
    /// Ages and pauses, and how long a fetch may take. Default: those of [`CacheSettings`].
    #[builder(default)]
    cache: CacheSettings,
    /// A cache of discovery documents to share with others. Default: one of its own.
    discovery_cache: Option<DiscoveryCache>,
    /// Clock, random bytes and timer. Default: the system's.
    #[builder(default)]
    environment: Environment,
}

impl<S: provider_keys_builder::State> ProviderKeysBuilder<S> {
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

    /// The clients for either kind of caller. Default: none, for callers that drive every exchange by hand.
    pub fn clients(mut self, clients: HttpClients) -> Self {
        self.clients = clients;
        self
    }

    /// Builds the key source. Nothing is sent before the first token comes.
    pub fn build(self) -> ProviderKeys
    where
        S: provider_keys_builder::IsComplete,
    {
        let Parts { clients, authority, policy, jwks_uri, metadata, key_limit, body_limit, cache, discovery_cache, environment } =
            self.build_parts();
        let cache = key_limit.map_or(cache, |limit| cache.with_key_limit(limit));
        let cache = body_limit.map_or(cache, |limit| cache.with_body_limit(limit));
        // Keys are loaded by themselves, so that one rotation costs one request.
        let policy = policy.to_builder().key_set_loading(KeySetLoading::Never).build();
        let place = match (jwks_uri, metadata) {
            (Some(address), _) => Located::AtAddress(address),
            (None, Some(document)) => Located::InMetadata(Box::new(document)),
            (None, None) => {
                let slot = match &discovery_cache {
                    Some(cache) => cache.slot(&authority, &policy),
                    None => DocumentSource::slot_of_its_own(cache, environment.clone()),
                };
                let (address, policy, clients) = (authority.clone(), policy.clone(), clients.clone());
                Located::ByDiscovery(DocumentSource { slot, address, policy, clients, environment: environment.clone() })
            }
        };
        let key_set = Slot::new(cache, environment.clone(), SlotRules { unchanged, ..SlotRules::default() });
        let location = Arc::new(KeySetLocation { place, authority, policy, clients, environment });
        ProviderKeys(Arc::new(Provider { id: next_id(), location, key_set }))
    }
}

impl ProviderKeys {
    /// The keys of the provider at `authority`, fetched with `http` under the strict policy.
    pub fn new(authority: impl Into<String>, http: impl HttpClient + 'static) -> Self {
        Self::builder().authority(authority).http(http).build()
    }

    /// The keys of the provider at `authority` for blocking callers, under the strict policy.
    pub fn new_blocking(authority: impl Into<String>, http: impl BlockingHttpClient + 'static) -> Self {
        Self::builder().authority(authority).blocking_http(http).build()
    }

    /// The keys of the provider that a policy is made for, under that policy: a [preset](DiscoveryPolicy), or any policy with an
    /// [`authority`](crate::protocol::discovery::DiscoveryPolicyBuilder::authority). Without one the first fetch fails with kind `Policy`.
    ///
    /// # Example
    /// ```
    /// use identity_model::keys::ProviderKeys;
    /// use identity_model::protocol::discovery::DiscoveryPolicy;
    /// use identity_model::testing::ScriptedHttpClient;
    ///
    /// let http = ScriptedHttpClient::builder().build();
    /// let keys = ProviderKeys::of(DiscoveryPolicy::entra("organizations")?, http);
    /// assert_eq!(keys.authority(), "https://login.microsoftonline.com/organizations/v2.0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(policy: DiscoveryPolicy, http: impl HttpClient + 'static) -> Self {
        let authority = policy.authority().unwrap_or_default().to_owned();
        Self::builder().authority(authority).policy(policy).http(http).build()
    }

    /// The same for blocking callers.
    pub fn of_blocking(policy: DiscoveryPolicy, http: impl BlockingHttpClient + 'static) -> Self {
        let authority = policy.authority().unwrap_or_default().to_owned();
        Self::builder().authority(authority).policy(policy).blocking_http(http).build()
    }

    /// The keys at a bare address, for a provider without a discovery document: cached and rotating as discovered ones are. Issuer and audience
    /// are the validator's. An address that demands a credential gets that of a [policy](ProviderKeysBuilder::policy)
    /// ([`credential`](crate::protocol::discovery::DiscoveryPolicyBuilder::credential)).
    ///
    /// # Example
    /// ```
    /// use identity_model::keys::{ProviderKeys, TokenValidator};
    /// use identity_model::testing::{ProviderEndpoint, TestProvider};
    ///
    /// let provider = TestProvider::new();
    /// let keys = ProviderKeys::at_jwks_uri_blocking(provider.address(ProviderEndpoint::Jwks), provider.clone());
    /// let validator = TokenValidator::builder().keys(keys).issuer(provider.issuer()).audience("reports-api").build();
    /// let token = provider.mint_access_token(|token| token.claim("aud", "reports-api"));
    /// validator.validate_blocking(&token)?;
    /// assert_eq!(provider.requests(ProviderEndpoint::Discovery), 0);
    /// # Ok::<(), identity_model::Error>(())
    /// ```
    pub fn at_jwks_uri(address: impl Into<String>, http: impl HttpClient + 'static) -> Self {
        let address = address.into();
        Self::builder().authority(&address).jwks_uri(address).http(http).build()
    }

    /// The same for blocking callers.
    pub fn at_jwks_uri_blocking(address: impl Into<String>, http: impl BlockingHttpClient + 'static) -> Self {
        let address = address.into();
        Self::builder().authority(&address).jwks_uri(address).blocking_http(http).build()
    }

    /// Policy, clients, ages and environment of the caller's choice.
    pub fn builder() -> ProviderKeysBuilder {
        Parts::builder()
    }
}
