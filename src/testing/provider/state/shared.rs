//! What all clones of a provider share.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Map, Value};

use crate::encoding::base64url;
use crate::environment::Environment;
use crate::jose::{KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm};
use crate::secret::AccessToken;
use crate::testing::provider::faults::change::Change;
use crate::testing::provider::parties::registered::Registered;
use crate::testing::provider::state::addresses::Addresses;
use crate::testing::provider::state::flows::Flows;
use crate::testing::provider::state::grant::IssuedToken;
use crate::testing::provider::state::keys::KeyRing;
use crate::testing::provider::state::log::Log;
use crate::testing::provider::state::proofs::{DpopNonces, Proofs};
use crate::testing::provider::state::store::Store;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::testing::provider::wire::switch::Switch;
use crate::testing::provider::{AccessTokenFormat, Fault, ProviderEndpoint, RefreshTokens, TestClient, TestUser};
use crate::transport::BlockingHttpClient;

/// What is settled when the provider is built.
pub(in crate::testing::provider) struct Config {
    /// Whether the issuer was chosen by hand, so that a listener leaves it alone.
    pub(in crate::testing::provider) fixed_issuer: bool,
    pub(in crate::testing::provider) clients: Vec<TestClient>,
    pub(in crate::testing::provider) users: Vec<TestUser>,
    pub(in crate::testing::provider) algorithms: Vec<SignatureAlgorithm>,
    pub(in crate::testing::provider) access_token_format: AccessTokenFormat,
    pub(in crate::testing::provider) access_token_lifetime: Duration,
    pub(in crate::testing::provider) refresh_tokens: RefreshTokens,
    pub(in crate::testing::provider) approval_lifetime: Duration,
    pub(in crate::testing::provider) polling_interval: Duration,
    pub(in crate::testing::provider) initial_access_token: Option<AccessToken>,
    /// Whether it knows DPoP, and when it demands nonces.
    pub(in crate::testing::provider) dpop: Option<DpopNonces>,
    pub(in crate::testing::provider) userinfo_algorithm: Option<SignatureAlgorithm>,
    pub(in crate::testing::provider) key_set_content_type: &'static str,
    pub(in crate::testing::provider) key_set_cache_control: Option<String>,
    pub(in crate::testing::provider) required_pushed_authorization: bool,
    pub(in crate::testing::provider) required_signed_request_objects: bool,
    /// Codes without PKCE, and the method `plain`.
    pub(in crate::testing::provider) optional_pkce: bool,
    /// What it can vouch for; whatever is asked, if there is no list.
    pub(in crate::testing::provider) acr_values: Option<Vec<String>>,
    /// What request objects may be encrypted to.
    pub(in crate::testing::provider) decryption_key: Option<(KeyManagementAlgorithm, PrivateKey)>,
    /// How it reaches clients.
    pub(in crate::testing::provider) outgoing: Option<Arc<dyn BlockingHttpClient>>,
    pub(in crate::testing::provider) metadata: Map<String, Value>,
    pub(in crate::testing::provider) addresses: HashMap<ProviderEndpoint, String>,
    pub(in crate::testing::provider) environment: Environment,
}

impl Config {
    pub(in crate::testing::provider) fn default_algorithm(&self) -> SignatureAlgorithm {
        self.algorithms.first().copied().unwrap_or(SignatureAlgorithm::RS256)
    }

    pub(in crate::testing::provider) fn access_token_lifetime_seconds(&self) -> i64 {
        i64::try_from(self.access_token_lifetime.as_secs()).unwrap_or(i64::MAX)
    }

    pub(in crate::testing::provider) fn client(&self, id: &str) -> Option<&TestClient> {
        self.clients.iter().find(|client| client.id == id)
    }

    pub(in crate::testing::provider) fn user(&self, subject: &str) -> Option<&TestUser> {
        self.users.iter().find(|user| user.subject == subject)
    }
}

/// The provider itself.
pub(in crate::testing::provider) struct Shared {
    pub(in crate::testing::provider) config: Config,
    pub(in crate::testing::provider) keys: KeyRing,
    pub(in crate::testing::provider) log: Log,
    pub(in crate::testing::provider) issued: Store<Arc<IssuedToken>>,
    pub(in crate::testing::provider) flows: Flows,
    pub(in crate::testing::provider) registered: Store<Registered>,
    pub(in crate::testing::provider) proofs: Proofs,
    addresses: RwLock<Arc<Addresses>>,
    faults: Mutex<HashMap<ProviderEndpoint, VecDeque<Fault>>>,
    /// Who signs in next, where the request does not say.
    user: Mutex<Option<String>>,
    down: AtomicBool,
    switches: Mutex<Vec<Switch>>,
}

impl Shared {
    pub(in crate::testing::provider) fn new(config: Config, addresses: Addresses) -> Self {
        let keys = KeyRing::new(&config.algorithms);
        if let Some(Ok(Value::Object(mut jwk))) =
            config.decryption_key.as_ref().map(|(_, key)| serde_json::from_str(key.public_jwk().to_json()))
        {
            jwk.insert("use".to_owned(), "enc".into());
            keys.add_extra(Value::Object(jwk));
        }
        Self {
            keys,
            config,
            log: Log::default(),
            issued: Store::default(),
            flows: Flows::default(),
            registered: Store::default(),
            proofs: Proofs::default(),
            addresses: RwLock::new(Arc::new(addresses)),
            faults: Mutex::default(),
            user: Mutex::default(),
            down: AtomicBool::new(false),
            switches: Mutex::default(),
        }
    }

    /// A client, however it came to be known.
    pub(in crate::testing::provider) fn client(&self, id: &str) -> Option<TestClient> {
        let registered = self.registered.with(id, |registered| registered.client.clone());
        registered.or_else(|| self.config.client(id).cloned())
    }

    pub(in crate::testing::provider) fn issuer(&self) -> String {
        self.addresses().issuer.clone()
    }

    pub(in crate::testing::provider) fn addresses(&self) -> Arc<Addresses> {
        self.addresses.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(in crate::testing::provider) fn move_to(&self, addresses: Addresses) {
        *self.addresses.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(addresses);
    }

    pub(in crate::testing::provider) fn now_seconds(&self) -> i64 {
        let now = self.config.environment.clock().now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
    }

    /// Random text of `length` bytes.
    pub(in crate::testing::provider) fn random_text(&self, length: usize) -> Result<String, ErrorResponse> {
        let mut bytes = vec![0; length];
        self.config.environment.entropy().fill(&mut bytes).map_err(|error| ErrorResponse::server_error(error.to_string()))?;
        Ok(base64url::encode(bytes))
    }

    pub(in crate::testing::provider) fn inject(&self, endpoint: ProviderEndpoint, fault: Fault) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).entry(endpoint).or_default().push_back(fault);
    }

    pub(in crate::testing::provider) fn clear_faults(&self) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What is wrong with the next response of the endpoint.
    pub(in crate::testing::provider) fn next_changes(&self, endpoint: ProviderEndpoint) -> Vec<Change> {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = faults.get_mut(&endpoint) else { return Vec::new() };
        while queue.front().is_some_and(|fault| fault.left == Some(0)) {
            queue.pop_front();
        }
        let Some(fault) = queue.front_mut() else { return Vec::new() };
        fault.left = fault.left.map(|left| left.saturating_sub(1));
        fault.changes.clone()
    }

    /// Who is at the keyboard, if the test said so.
    pub(in crate::testing::provider) fn chosen_user(&self) -> Option<String> {
        self.user.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(in crate::testing::provider) fn choose_user(&self, subject: String) {
        *self.user.lock().unwrap_or_else(PoisonError::into_inner) = Some(subject);
    }

    pub(in crate::testing::provider) fn is_down(&self) -> bool {
        self.down.load(Ordering::SeqCst)
    }

    /// Goes down or comes back, and returns when every listener has followed.
    pub(in crate::testing::provider) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
        let switches = self.switches.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for switch in switches {
            switch.set_down(down);
        }
    }

    /// Changes the keys. A listener on a socket has the new ones ready before they are asked for.
    pub(in crate::testing::provider) fn change_keys<T>(&self, change: impl FnOnce(&KeyRing) -> T) -> T {
        let changed = change(&self.keys);
        if self.switches.lock().unwrap_or_else(PoisonError::into_inner).iter().any(Switch::is_alive) {
            self.keys.make_all();
        }
        changed
    }

    pub(in crate::testing::provider) fn add_switch(&self, switch: Switch) {
        let mut switches = self.switches.lock().unwrap_or_else(PoisonError::into_inner);
        switches.retain(Switch::is_alive);
        switches.push(switch);
    }
}
