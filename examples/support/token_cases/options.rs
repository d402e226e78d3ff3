//! The options of a case, and the validation options they stand for.

use std::sync::Arc;
use std::time::Duration;

use identity_model::jose::crypto::CryptoProvider;
use identity_model::jose::{AlgorithmSet, DecryptionKeys, KeyManagementSet, KeyType};
use identity_model::validation::{ExpectedIssuer, TokenValidationOptions};
use serde::Deserialize;

use super::judge::Stop;

/// The options of one case, the defaults filled in.
#[derive(Deserialize)]
pub(super) struct Options {
    pub(super) jwks: Option<String>,
    issuer: OneOrMore,
    audience: OneOrMore,
    pub(super) now: f64,
    leeway: f64,
    algs: Vec<String>,
    nonce: Option<String>,
    max_age: Option<f64>,
    access_token: Option<String>,
    code: Option<String>,
    pub(super) client_secret: Option<String>,
    pub(super) decryption_keys: Option<String>,
    issuer_mode: Option<String>,
}

pub(super) const KNOWN_OPTIONS: &[&str] = &[
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
pub(super) enum OneOrMore {
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

pub(super) fn rules(
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

pub(super) fn seconds(option: &str, value: f64) -> Result<Duration, Stop> {
    Duration::try_from_secs_f64(value).map_err(|_| Stop::Broken(format!("`{option}` is no span of time")))
}
