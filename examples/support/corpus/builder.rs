//! How the corpus is put together: key sets, groups, cases.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::super::token_cases::{Case, Expected, Level, Suite};
use super::{
    algorithms, claims, edwards, elliptic, encrypted, form, header, json as json_cases, key_sets, keys, kinds, parties, rsa, times,
};

pub(crate) const ISSUER: &str = "https://idp.example.org";
pub(crate) const AUDIENCE: &str = "client-1";
pub(crate) const NOW: i64 = 1_760_000_000;

const ALGORITHMS: [&str; 11] = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];

/// Every case.
pub(crate) fn mint() -> Suite {
    let mut corpus = Corpus::new();
    algorithms::mint(&mut corpus);
    rsa::mint(&mut corpus);
    elliptic::mint(&mut corpus);
    edwards::mint(&mut corpus);
    key_sets::mint(&mut corpus);
    header::mint(&mut corpus);
    form::mint(&mut corpus);
    json_cases::mint(&mut corpus);
    times::mint(&mut corpus);
    parties::mint(&mut corpus);
    claims::mint(&mut corpus);
    kinds::mint(&mut corpus);
    encrypted::mint(&mut corpus);
    corpus.suite
}

/// The suite in the making.
pub(crate) struct Corpus {
    pub(super) suite: Suite,
    group: &'static str,
}

impl Corpus {
    fn new() -> Self {
        let defaults = json!({
            "jwks": "main", "issuer": ISSUER, "audience": AUDIENCE, "now": NOW, "leeway": 0, "algs": ALGORITHMS,
            "profile": "OIDC ID token: iss, sub, aud, exp and iat required",
        });
        let defaults = defaults.as_object().unwrap().clone();
        let suite = Suite {
            format: 1,
            defaults,
            jwks: None,
            jwks_sets: Default::default(),
            decryption_keys: Default::default(),
            cases: Vec::new(),
        };
        let mut corpus = Self { suite, group: "" };
        let main = [
            keys::public("rsa-1", json!({})),
            keys::public("rsa-2", json!({"alg": "RS256", "use": "sig"})),
            keys::public("ps-1", json!({"alg": "PS256"})),
            keys::public("ec-256", json!({"alg": "ES256"})),
            keys::public("ec-384", json!({"use": "sig"})),
            keys::public("ec-521", json!({})),
            keys::public("ed-1", json!({})),
        ];
        corpus.set("main", main);
        corpus.set("single", [keys::public("rsa-1", json!({}))]);
        corpus
    }

    /// The group of the cases that follow.
    pub(super) fn group(&mut self, group: &'static str) {
        self.group = group;
    }

    /// A key set.
    pub(super) fn set(&mut self, name: &str, keys: impl IntoIterator<Item = Value>) {
        let keys: Vec<Value> = keys.into_iter().collect();
        self.raw_set(name, json!({ "keys": keys }).to_string());
    }

    /// A key set as it stands, which need not be a good one.
    pub(super) fn raw_set(&mut self, name: &str, text: String) {
        self.suite.jwks_sets.insert(name.to_owned(), RawValue::from_string(text).unwrap());
    }

    /// A token that every correct verifier accepts.
    pub(super) fn accept(&mut self, rule: &str, name: impl AsRef<str>, token: String, why: &str) -> &mut Case {
        self.add(Expected::Accept, rule, name.as_ref(), token, why)
    }

    /// A token that every correct verifier rejects.
    pub(super) fn reject(&mut self, rule: &str, name: impl AsRef<str>, token: String, why: &str) -> &mut Case {
        self.add(Expected::Reject, rule, name.as_ref(), token, why)
    }

    fn add(&mut self, expected: Expected, rule: &str, name: &str, token: String, why: &str) -> &mut Case {
        self.suite.cases.push(Case {
            name: format!("{}-{name}", self.group),
            group: self.group.to_owned(),
            expected,
            level: Level::Must,
            why: why.to_owned(),
            rule: rule.into(),
            requires: Vec::new(),
            options: Default::default(),
            token: serde_json::value::to_raw_value(&token).unwrap(),
        });
        self.suite.cases.last_mut().unwrap()
    }
}

impl Case {
    /// The standards leave room here; the verdict is this crate's default.
    pub(super) fn policy(&mut self) -> &mut Self {
        self.level = Level::Policy;
        self
    }

    pub(super) fn option(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.options.insert(name.to_owned(), value.into());
        self
    }

    /// Against another key set than `main`.
    pub(super) fn keys(&mut self, set: &str) -> &mut Self {
        self.option("jwks", set)
    }

    pub(super) fn requires(&mut self, feature: &str) -> &mut Self {
        self.requires.push(feature.to_owned());
        self
    }
}
