//! One token, judged.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::SystemTime;

use identity_model::jose::crypto::CryptoProvider;
use identity_model::jose::{DecryptionKeys, JsonWebKey, JsonWebKeySet, KeyError, KeySetError, PrivateKey};
use identity_model::validation::{Inspected, ValidationError};
use serde_json::Value;

use super::format::{Case, Suite};
use super::options::{Options, rules, seconds};

/// What happened to a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Accepted,
    Refused {
        code: String,
        message: String,
    },
    /// The case could not be run as it is meant, or something panicked.
    Broken(String),
}

/// Why a case ended without an accepted token.
pub(super) enum Stop {
    Refused(String, String),
    Broken(String),
}

macro_rules! refusals {
    ($($error:ty),*) => {$(
        impl From<$error> for Stop {
            fn from(error: $error) -> Self {
                Self::Refused(error.code().to_owned(), chain(&error))
            }
        }
    )*};
}

refusals!(ValidationError, KeyError, KeySetError);

impl Suite {
    /// Judges one token, with this provider or the compiled-in one.
    pub(crate) fn judge(&self, case: &Case, provider: Option<&Arc<dyn CryptoProvider>>) -> Outcome {
        match catch_unwind(AssertUnwindSafe(|| self.validate(case, provider))) {
            Ok(Ok(())) => Outcome::Accepted,
            Ok(Err(Stop::Refused(code, message))) => Outcome::Refused { code, message },
            Ok(Err(Stop::Broken(reason))) => Outcome::Broken(reason),
            Err(_) => Outcome::Broken("it panicked".to_owned()),
        }
    }

    fn validate(&self, case: &Case, provider: Option<&Arc<dyn CryptoProvider>>) -> Result<(), Stop> {
        let mut members = self.defaults.clone();
        members.extend(case.options.clone());
        let options: Options = serde_json::from_value(Value::Object(members)).map_err(|error| Stop::Broken(error.to_string()))?;
        let Ok(token) = serde_json::from_str::<String>(case.token.get()) else {
            return Err(Stop::Refused("not_a_string".to_owned(), "the token is no text at all".to_owned()));
        };
        let secret = options.client_secret.clone();
        let set = options.jwks.clone();
        let now = SystemTime::UNIX_EPOCH + seconds("now", options.now)?;
        let decryption_keys = options.decryption_keys.as_deref().map(|name| self.decryption_keys(name)).transpose()?;
        let rules = rules(options, decryption_keys, provider)?;

        let inspected = Inspected::new(&token, &rules, now)?;
        let verified = match secret {
            Some(secret) if inspected.algorithm().is_symmetric() => {
                let key = JsonWebKey::from_secret(secret.as_bytes());
                inspected.verify_with_key(&key?)?
            }
            _ => inspected.verify(&self.key_set(set.as_deref().unwrap_or("main"))?)?,
        };
        verified.check(now)?;
        Ok(())
    }

    /// A set of private keys, or a bare list of them. One that cannot be used here does not spoil the rest.
    fn decryption_keys(&self, name: &str) -> Result<DecryptionKeys, Stop> {
        let broken = |problem| Stop::Broken(format!("the decryption keys `{name}` {problem}"));
        let text = self.decryption_keys.get(name).ok_or_else(|| broken("are not there"))?.get();
        let set: Value = serde_json::from_str(text).map_err(|_| broken("cannot be read"))?;
        let keys = set.get("keys").unwrap_or(&set).as_array().ok_or_else(|| broken("are no list"))?;
        Ok(keys.iter().filter_map(|key| PrivateKey::from_jwk(key.to_string().as_bytes()).ok()).collect())
    }

    fn key_set(&self, name: &str) -> Result<JsonWebKeySet, Stop> {
        let text = self.jwks_sets.get(name).or(self.jwks.as_ref().filter(|_| name == "main"));
        let text = text.ok_or_else(|| Stop::Broken(format!("there is no key set `{name}`")))?;
        Ok(JsonWebKeySet::from_json(text.get().as_bytes())?)
    }
}

/// An error and what is behind it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
