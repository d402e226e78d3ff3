//! The format "token-cases": tokens with the verdict each deserves, judged as ID tokens (OpenID Connect Core section 2) through the
//! public interface, by a clock that stands still.
#![allow(dead_code, reason = "each program uses a part")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use identity_model::jose::crypto::CryptoProvider;
use identity_model::jose::{AlgorithmSet, DecryptionKeys, JsonWebKey, JsonWebKeySet, KeyError, KeyManagementSet, KeySetError, KeyType};
use identity_model::validation::{ExpectedIssuer, Inspected, TokenValidationOptions, ValidationError};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// What the crate does not have: an accept case that needs it is skipped.
const LACKING: &[&str] = &["ed448"];

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

/// A token and its verdict.
#[derive(Serialize, Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) group: String,
    pub(crate) expected: Expected,
    pub(crate) level: Level,
    #[serde(default)]
    pub(crate) why: String,
    /// The rule the verdict rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rule: Option<String>,
    #[serde(default)]
    pub(crate) requires: Vec<String>,
    #[serde(default)]
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

/// The options of one case, the defaults filled in.
#[derive(Deserialize)]
struct Options {
    jwks: Option<String>,
    issuer: OneOrMore,
    audience: OneOrMore,
    now: f64,
    leeway: f64,
    algs: Vec<String>,
    nonce: Option<String>,
    max_age: Option<f64>,
    access_token: Option<String>,
    code: Option<String>,
    client_secret: Option<String>,
    decryption_keys: Option<String>,
    issuer_mode: Option<String>,
}

const KNOWN_OPTIONS: &[&str] = &[
    "jwks",
    "issuer",
    "audience",
    "now",
    "leeway",
    "algs",
    "nonce",
    "max_age",
    "access_token",
    "code",
    "client_secret",
    "decryption_keys",
    "issuer_mode",
    "profile",
];

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn into_vec(self) -> Vec<String> {
        match self {
            Self::One(text) => vec![text],
            Self::More(texts) => texts,
        }
    }
}

/// Why a case ended without an accepted token.
enum Stop {
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

    /// A set of private keys, or a bare list of them.
    fn decryption_keys(&self, name: &str) -> Result<DecryptionKeys, Stop> {
        let text = self.decryption_keys.get(name).ok_or_else(|| Stop::Broken(format!("there are no decryption keys `{name}`")))?.get();
        let set = if text.trim_start().starts_with('[') { format!(r#"{{"keys":{text}}}"#) } else { text.to_owned() };
        DecryptionKeys::from_jwk_set(set.as_bytes())
            .map_err(|error| Stop::Broken(format!("the decryption keys `{name}`: {}", chain(&error))))
    }

    fn key_set(&self, name: &str) -> Result<JsonWebKeySet, Stop> {
        let text = self.jwks_sets.get(name).or(self.jwks.as_ref().filter(|_| name == "main"));
        let text = text.ok_or_else(|| Stop::Broken(format!("there is no key set `{name}`")))?;
        Ok(JsonWebKeySet::from_json(text.get().as_bytes())?)
    }

    /// Judges every token.
    pub(crate) fn run(&self, provider: Option<&Arc<dyn CryptoProvider>>) -> Report<'_> {
        let mut report = Report::default();
        for case in &self.cases {
            let found = self.judge(case, provider);
            let agrees = match (&found, case.expected) {
                (Outcome::Accepted, Expected::Accept) | (Outcome::Refused { .. }, Expected::Reject) => true,
                (Outcome::Refused { .. }, Expected::Accept) if case.is_excused() => {
                    report.skipped.push(case);
                    continue;
                }
                _ => false,
            };
            if agrees {
                report.passed += 1;
            } else {
                report.disagreements.push(Disagreement { case, found });
            }
        }
        report
    }
}

impl Case {
    fn is_excused(&self) -> bool {
        self.requires.iter().any(|feature| LACKING.contains(&feature.as_str()))
    }
}

fn rules(
    options: Options,
    decryption_keys: Option<DecryptionKeys>,
    provider: Option<&Arc<dyn CryptoProvider>>,
) -> Result<TokenValidationOptions, Stop> {
    let issuers = options.issuer.into_vec();
    let issuer = match (options.issuer_mode.as_deref(), issuers.as_slice()) {
        (None, _) => ExpectedIssuer::one_of(issuers),
        (Some("entra-template"), [template]) => ExpectedIssuer::template(template),
        (Some(mode), _) => return Err(Stop::Broken(format!("issuer_mode `{mode}` is not known"))),
    };
    // A shared secret among the keys is there to be used.
    let shared = decryption_keys.iter().flat_map(|keys| keys.keys()).any(|key| key.public_jwk().key_type() == Some(KeyType::Octet));
    let (algorithms, _) = AlgorithmSet::from_names(options.algs.iter().map(String::as_str));
    let mut rules = TokenValidationOptions::id_token()
        .issuer(issuer)
        .audience(options.audience.into_vec())
        .algorithms(algorithms)
        .leeway(seconds("leeway", options.leeway)?)
        .maybe_decryption_keys(decryption_keys)
        .key_management_algorithms(if shared { KeyManagementSet::ALL } else { KeyManagementSet::ASYMMETRIC })
        .maybe_provider(provider.cloned())
        .build();
    if let Some(nonce) = options.nonce {
        rules = rules.with_nonce(nonce);
    }
    if let Some(max_age) = options.max_age {
        rules = rules.with_max_age(seconds("max_age", max_age)?);
    }
    if let Some(access_token) = options.access_token {
        rules = rules.with_access_token(access_token);
    }
    if let Some(code) = options.code {
        rules = rules.with_code(code);
    }
    Ok(rules)
}

fn seconds(option: &str, value: f64) -> Result<Duration, Stop> {
    Duration::try_from_secs_f64(value).map_err(|_| Stop::Broken(format!("`{option}` is no span of time")))
}

/// An error and what is behind it.
pub(crate) fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// How the tokens of a file fared.
#[derive(Default)]
pub(crate) struct Report<'s> {
    pub(crate) passed: usize,
    pub(crate) skipped: Vec<&'s Case>,
    pub(crate) disagreements: Vec<Disagreement<'s>>,
}

/// A token whose verdict is not the expected one.
pub(crate) struct Disagreement<'s> {
    pub(crate) case: &'s Case,
    pub(crate) found: Outcome,
}

impl Report<'_> {
    pub(crate) fn fails_a_must(&self) -> bool {
        self.disagreements.iter().any(|one| one.case.level == Level::Must)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for level in [Level::Must, Level::Policy] {
            let of_level: Vec<_> = self.disagreements.iter().filter(|one| one.case.level == level).collect();
            if !of_level.is_empty() {
                writeln!(f, "{level:?}: {} disagreements", of_level.len())?;
            }
            of_level.iter().try_for_each(|one| writeln!(f, "{one}"))?;
        }
        for case in &self.skipped {
            writeln!(f, "skipped {} ({}): needs {}", case.name, case.group, case.requires.join(", "))?;
        }
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.disagreements.len(), self.skipped.len())
    }
}

impl fmt::Display for Disagreement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case { name, group, why, expected, .. } = self.case;
        writeln!(f, "  {name} ({group}): {why}")?;
        write!(f, "    expected {}, found ", format!("{expected:?}").to_lowercase())?;
        match &self.found {
            Outcome::Accepted => write!(f, "accept"),
            Outcome::Refused { code, message } => write!(f, "reject, {code}: {message}"),
            Outcome::Broken(reason) => write!(f, "no verdict: {reason}"),
        }
    }
}
