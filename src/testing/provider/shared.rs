//! What all clones of a provider share.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Map, Value};

use super::fault::Change;
use super::flows::Flows;
use super::keys::KeyRing;
use super::listener::Switch;
use super::log::Log;
use super::refusal::Refusal;
use super::registered::Registered;
use super::routes::Addresses;
use super::store::Store;
use super::tokens::IssuedToken;
use super::{AccessTokenFormat, Fault, ProviderEndpoint, RefreshTokens, TestClient, TestUser};
use crate::encoding::base64url;
use crate::environment::Environment;
use crate::jose::{KeyManagementAlgorithm, PrivateKey, SignatureAlgorithm};
use crate::secret::AccessToken;
use crate::transport::BlockingHttpClient;

/// What is settled when the provider is built.
pub(super) struct Config {
    /// Whether the issuer was chosen by hand, so that a listener leaves it alone.
    pub(super) fixed_issuer: bool,
    pub(super) clients: Vec<TestClient>,
    pub(super) users: Vec<TestUser>,
    pub(super) algorithms: Vec<SignatureAlgorithm>,
    pub(super) access_token_format: AccessTokenFormat,
    pub(super) access_token_lifetime: Duration,
    pub(super) refresh_tokens: RefreshTokens,
    pub(super) approval_lifetime: Duration,
    pub(super) polling_interval: Duration,
    pub(super) initial_access_token: Option<AccessToken>,
    pub(super) userinfo_algorithm: Option<SignatureAlgorithm>,
    pub(super) key_set_content_type: &'static str,
    pub(super) key_set_cache_control: Option<String>,
    pub(super) required_pushed_authorization: bool,
    pub(super) required_signed_request_objects: bool,
    /// Codes without PKCE, and the method `plain`.
    pub(super) optional_pkce: bool,
    /// What it can vouch for; whatever is asked, if there is no list.
    pub(super) acr_values: Option<Vec<String>>,
    /// What request objects may be encrypted to.
    pub(super) decryption_key: Option<(KeyManagementAlgorithm, PrivateKey)>,
    /// How it reaches clients.
    pub(super) outgoing: Option<Arc<dyn BlockingHttpClient>>,
    pub(super) metadata: Map<String, Value>,
    pub(super) addresses: HashMap<ProviderEndpoint, String>,
    pub(super) environment: Environment,
}

impl Config {
    pub(super) fn default_algorithm(&self) -> SignatureAlgorithm {
        self.algorithms.first().copied().unwrap_or(SignatureAlgorithm::RS256)
    }

    pub(super) fn access_token_lifetime_seconds(&self) -> i64 {
        i64::try_from(self.access_token_lifetime.as_secs()).unwrap_or(i64::MAX)
    }

    pub(super) fn client(&self, id: &str) -> Option<&TestClient> {
        self.clients.iter().find(|client| client.id == id)
    }

    pub(super) fn user(&self, subject: &str) -> Option<&TestUser> {
        self.users.iter().find(|user| user.subject == subject)
    }
}

/// The provider itself.
pub(super) struct Shared {
    pub(super) config: Config,
    pub(super) keys: KeyRing,
    pub(super) log: Log,
    pub(super) issued: Store<Arc<IssuedToken>>,
    pub(super) flows: Flows,
    pub(super) registered: Store<Registered>,
    addresses: RwLock<Arc<Addresses>>,
    faults: Mutex<HashMap<ProviderEndpoint, VecDeque<Fault>>>,
    /// Who signs in next, where the request does not say.
    user: Mutex<Option<String>>,
    down: AtomicBool,
    switches: Mutex<Vec<Switch>>,
}

impl Shared {
    pub(super) fn new(config: Config, addresses: Addresses) -> Self {
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
            addresses: RwLock::new(Arc::new(addresses)),
            faults: Mutex::default(),
            user: Mutex::default(),
            down: AtomicBool::new(false),
            switches: Mutex::default(),
        }
    }

    /// A client, however it came to be known.
    pub(super) fn client(&self, id: &str) -> Option<TestClient> {
        let registered = self.registered.with(id, |registered| registered.client.clone());
        registered.or_else(|| self.config.client(id).cloned())
    }

    pub(super) fn issuer(&self) -> String {
        self.addresses().issuer.clone()
    }

    pub(super) fn addresses(&self) -> Arc<Addresses> {
        self.addresses.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn move_to(&self, addresses: Addresses) {
        *self.addresses.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(addresses);
    }

    pub(super) fn now_seconds(&self) -> i64 {
        let now = self.config.environment.clock().now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
    }

    /// Random text of `length` bytes.
    pub(super) fn random_text(&self, length: usize) -> Result<String, Refusal> {
        let mut bytes = vec![0; length];
        self.config.environment.entropy().fill(&mut bytes).map_err(|error| Refusal::server_error(error.to_string()))?;
        Ok(base64url::encode(bytes))
    }

    pub(super) fn inject(&self, endpoint: ProviderEndpoint, fault: Fault) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).entry(endpoint).or_default().push_back(fault);
    }

    pub(super) fn clear_faults(&self) {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// What is wrong with the next answer of the endpoint.
    pub(super) fn next_changes(&self, endpoint: ProviderEndpoint) -> Vec<Change> {
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
    pub(super) fn chosen_user(&self) -> Option<String> {
        self.user.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn choose_user(&self, subject: String) {
        *self.user.lock().unwrap_or_else(PoisonError::into_inner) = Some(subject);
    }

    pub(super) fn is_down(&self) -> bool {
        self.down.load(Ordering::SeqCst)
    }

    /// Goes down or comes back, and returns when every listener has followed.
    pub(super) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::SeqCst);
        let switches = self.switches.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for switch in switches {
            switch.set_down(down);
        }
    }

    /// Changes the keys. Whoever listens on a socket has the new ones ready before they are asked for.
    pub(super) fn change_keys<T>(&self, change: impl FnOnce(&KeyRing) -> T) -> T {
        let changed = change(&self.keys);
        if self.switches.lock().unwrap_or_else(PoisonError::into_inner).iter().any(Switch::is_alive) {
            self.keys.make_all();
        }
        changed
    }

    pub(super) fn add_switch(&self, switch: Switch) {
        let mut switches = self.switches.lock().unwrap_or_else(PoisonError::into_inner);
        switches.retain(Switch::is_alive);
        switches.push(switch);
    }
}
