//! A file of the format, as it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::options::KNOWN_OPTIONS;

/// A file of the format.
#[derive(Serialize, Deserialize)]
pub(crate) struct Suite {
    pub(crate) format: u32,
    #[serde(default)]
    pub(crate) defaults: Map<String, Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) jwks: Option<Box<RawValue>>,
    #[serde(default)]
    pub(crate) jwks_sets: BTreeMap<String, Box<RawValue>>,
    #[serde(default)]
    pub(crate) decryption_keys: BTreeMap<String, Box<RawValue>>,
    pub(crate) cases: Vec<Case>,
}

/// What is `null` in a file is as if it were not there.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A token and its verdict.
#[derive(Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) group: String,
    pub(crate) expected: Expected,
    pub(crate) level: Level,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) why: String,
    /// The rule the verdict rests on.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) rule: Value,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) requires: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) options: Map<String, Value>,
    /// A string; anything else is no token.
    pub(crate) token: Box<RawValue>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expected {
    Accept,
    Reject,
}

/// `Must`: every correct verifier behaves so. `Policy`: the standards leave room, and this crate behaves so by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    Must,
    Policy,
}

impl Suite {
    /// Reads a file.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Box<dyn Error>> {
        let suite: Self = serde_json::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))?;
        if suite.format != 1 {
            return Err(format!("format {} is not known", suite.format).into());
        }
        Ok(suite)
    }

    /// Options that are not known here, and so are not obeyed.
    pub(crate) fn unknown_options(&self) -> BTreeSet<&str> {
        let options = self.cases.iter().flat_map(|case| case.options.keys()).chain(self.defaults.keys());
        options.map(String::as_str).filter(|name| !KNOWN_OPTIONS.contains(name)).collect()
    }
}
