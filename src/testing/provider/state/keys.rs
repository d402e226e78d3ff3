//! The provider's keys: made when first used, published, rotated.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError, RwLock};

use serde_json::Value;

use crate::jose::{BlockingSigner, KeyError, KeyType, PrivateKey, PrivateKeySigner, SignatureAlgorithm};

/// RSA keys are slow to make, so all providers of a process share them: the first of an algorithm is never published, the next are
/// used in turn by every provider, and from this many on they come round again.
const RSA_KEYS: usize = 9;

type Pool = Mutex<HashMap<(&'static str, usize), Arc<OnceLock<Result<Pair, KeyError>>>>>;

/// A key ready to sign, with its public half.
#[derive(Clone)]
struct Pair {
    key: PrivateKey,
    signer: PrivateKeySigner,
}

impl Pair {
    fn generate(algorithm: SignatureAlgorithm) -> Result<Self, KeyError> {
        let key = PrivateKey::generate(algorithm)?;
        Ok(Self { signer: key.signer(algorithm)?, key })
    }

    /// The key with this number: kept for RSA, made afresh for all else.
    fn numbered(algorithm: SignatureAlgorithm, number: usize) -> Result<Self, KeyError> {
        static RSA: LazyLock<Pool> = LazyLock::new(Pool::default);
        if algorithm.key_type() != KeyType::Rsa {
            return Self::generate(algorithm);
        }
        let number = if number < RSA_KEYS { number } else { 1 + (number - 1) % (RSA_KEYS - 1) };
        let slot = RSA.lock().unwrap_or_else(PoisonError::into_inner).entry((algorithm.name(), number)).or_default().clone();
        slot.get_or_init(|| Self::generate(algorithm)).clone()
    }
}

/// A key of the provider under its `kid`.
pub(in crate::testing::provider) struct ServerKey {
    pub(in crate::testing::provider) id: String,
    pub(in crate::testing::provider) algorithm: SignatureAlgorithm,
    number: usize,
    pair: OnceLock<Result<Pair, KeyError>>,
}

impl ServerKey {
    fn new(algorithm: SignatureAlgorithm, number: usize) -> Arc<Self> {
        let id = format!("{}-{number}", algorithm.name().to_ascii_lowercase());
        Arc::new(Self { id, algorithm, number, pair: OnceLock::new() })
    }

    /// A key that no provider ever publishes.
    pub(in crate::testing::provider) fn unpublished(algorithm: SignatureAlgorithm) -> Arc<Self> {
        Self::new(algorithm, 0)
    }

    fn pair(&self) -> Result<&Pair, KeyError> {
        self.pair.get_or_init(|| Pair::numbered(self.algorithm, self.number)).as_ref().map_err(Clone::clone)
    }

    pub(in crate::testing::provider) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        let pair = self.pair().map_err(|error| error.to_string())?;
        pair.signer.sign_blocking(message).map_err(|error| error.to_string())
    }

    /// The public half as it is published.
    pub(in crate::testing::provider) fn public_jwk(&self) -> Result<Value, String> {
        let pair = self.pair().map_err(|error| error.to_string())?;
        let mut jwk: Value = serde_json::from_str(pair.key.public_jwk().to_json()).map_err(|error| error.to_string())?;
        if let Value::Object(members) = &mut jwk {
            members.insert("kid".to_owned(), self.id.clone().into());
        }
        Ok(jwk)
    }
}

/// The keys as they stand; every change is one step for readers.
pub(in crate::testing::provider) struct KeyRing(RwLock<Ring>);

#[derive(Clone)]
struct Ring {
    made: HashMap<&'static str, usize>,
    keys: Vec<Arc<ServerKey>>,
    extra: Vec<Value>,
}

impl Ring {
    fn add(&mut self, algorithm: SignatureAlgorithm) -> String {
        let made = self.made.entry(algorithm.name()).or_default();
        *made += 1;
        let key = ServerKey::new(algorithm, *made);
        let id = key.id.clone();
        self.keys.push(key);
        id
    }
}

impl KeyRing {
    pub(in crate::testing::provider) fn new(algorithms: &[SignatureAlgorithm]) -> Self {
        let mut ring = Ring { made: HashMap::new(), keys: Vec::new(), extra: Vec::new() };
        for algorithm in algorithms {
            ring.add(*algorithm);
        }
        Self(RwLock::new(ring))
    }

    /// The newest key for the algorithm.
    pub(in crate::testing::provider) fn newest(&self, algorithm: SignatureAlgorithm) -> Option<Arc<ServerKey>> {
        self.read(|ring| ring.keys.iter().rev().find(|key| key.algorithm.name() == algorithm.name()).cloned())
    }

    /// Makes what has not been used yet: over a socket a client's time-out is running when keys are first asked for.
    pub(in crate::testing::provider) fn make_all(&self) {
        for key in self.read(|ring| ring.keys.clone()) {
            // The user of a key that cannot be made is told then.
            let _made = key.pair();
        }
    }

    pub(in crate::testing::provider) fn ids(&self) -> Vec<String> {
        self.read(|ring| ring.keys.iter().map(|key| key.id.clone()).collect())
    }

    /// Every published key, foreign ones last.
    pub(in crate::testing::provider) fn published(&self) -> Result<Vec<Value>, String> {
        let ring = self.read(Clone::clone);
        let own: Result<Vec<Value>, String> = ring.keys.iter().map(|key| key.public_jwk()).collect();
        Ok([own?, ring.extra].concat())
    }

    /// A new key for each algorithm there is; the old ones are gone.
    pub(in crate::testing::provider) fn rotate(&self) {
        self.write(|ring| {
            let mut algorithms: Vec<SignatureAlgorithm> = Vec::new();
            for key in std::mem::take(&mut ring.keys) {
                if algorithms.iter().all(|algorithm| algorithm.name() != key.algorithm.name()) {
                    algorithms.push(key.algorithm);
                }
            }
            for algorithm in algorithms {
                ring.add(algorithm);
            }
        });
    }

    pub(in crate::testing::provider) fn add(&self, algorithm: SignatureAlgorithm) -> String {
        self.write(|ring| ring.add(algorithm))
    }

    pub(in crate::testing::provider) fn add_extra(&self, jwk: Value) {
        self.write(|ring| ring.extra.push(jwk));
    }

    /// Whether there was such a key.
    pub(in crate::testing::provider) fn retire(&self, id: &str) -> bool {
        self.write(|ring| {
            let before = ring.keys.len() + ring.extra.len();
            ring.keys.retain(|key| key.id != id);
            ring.extra.retain(|jwk| jwk.get("kid").and_then(Value::as_str) != Some(id));
            before != ring.keys.len() + ring.extra.len()
        })
    }

    fn read<T>(&self, look: impl FnOnce(&Ring) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write<T>(&self, change: impl FnOnce(&mut Ring) -> T) -> T {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }
}
