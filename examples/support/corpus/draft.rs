//! A token in the making: every member as raw JSON, so that anything can be written, and signed as it stands.

use std::collections::BTreeMap;

use identity_model::encoding::base64url;
use identity_model::jose::SignatureAlgorithm;

use super::keys;
use super::{AUDIENCE, ISSUER, NOW};

/// Header, claims and the key to sign with; good in every respect until it is changed.
#[derive(Clone)]
pub(crate) struct Draft {
    key: &'static str,
    algorithm: SignatureAlgorithm,
    header: Part,
    payload: Part,
}

#[derive(Clone)]
enum Part {
    Members(BTreeMap<String, String>),
    Raw(Vec<u8>),
}

impl Part {
    fn set(&mut self, name: &str, json: &str) {
        if let Self::Members(members) = self {
            members.insert(name.to_owned(), json.to_owned());
        }
    }

    fn remove(&mut self, name: &str) {
        if let Self::Members(members) = self {
            members.remove(name);
        }
    }

    fn octets(&self) -> Vec<u8> {
        match self {
            Self::Raw(octets) => octets.clone(),
            Self::Members(members) => {
                let members: Vec<_> = members.iter().map(|(name, value)| format!("{}:{value}", text(name))).collect();
                format!("{{{}}}", members.join(",")).into_bytes()
            }
        }
    }
}

/// A JSON string.
pub(crate) fn text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Draft {
    pub(crate) fn new(key: &'static str, algorithm: SignatureAlgorithm) -> Self {
        let members = |rows: &[(&str, String)]| Part::Members(rows.iter().map(|(name, json)| ((*name).to_owned(), json.clone())).collect());
        let header = members(&[("alg", text(algorithm.name())), ("kid", text(key))]);
        let claims = [
            ("iss", text(ISSUER)),
            ("sub", text("user-7")),
            ("aud", text(AUDIENCE)),
            ("iat", (NOW - 60).to_string()),
            ("exp", (NOW + 3600).to_string()),
        ];
        Self { key, algorithm, header, payload: members(&claims) }
    }

    /// By the key and algorithm of most tokens.
    pub(crate) fn rs256() -> Self {
        Self::new("rsa-1", SignatureAlgorithm::RS256)
    }

    /// A header member, as raw JSON.
    pub(crate) fn member(mut self, name: &str, json: &str) -> Self {
        self.header.set(name, json);
        self
    }

    pub(crate) fn without_member(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// A claim, as raw JSON.
    pub(crate) fn claim(mut self, name: &str, json: &str) -> Self {
        self.payload.set(name, json);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.payload.remove(name);
        self
    }

    pub(crate) fn raw_header(mut self, octets: impl Into<Vec<u8>>) -> Self {
        self.header = Part::Raw(octets.into());
        self
    }

    pub(crate) fn raw_payload(mut self, octets: impl Into<Vec<u8>>) -> Self {
        self.payload = Part::Raw(octets.into());
        self
    }

    pub(crate) fn header(&self) -> Vec<u8> {
        self.header.octets()
    }

    pub(crate) fn payload(&self) -> Vec<u8> {
        self.payload.octets()
    }

    /// What is signed.
    pub(crate) fn input(&self) -> String {
        format!("{}.{}", base64url::encode(self.header()), base64url::encode(self.payload()))
    }

    /// A proper signature over it.
    pub(crate) fn signature(&self) -> Vec<u8> {
        self.sign(&self.input())
    }

    /// A proper signature over another text.
    pub(crate) fn sign(&self, input: &str) -> Vec<u8> {
        keys::sign(self.key, self.algorithm, input.as_bytes())
    }

    pub(crate) fn token(&self) -> String {
        self.with(&self.signature())
    }

    /// With another signature.
    pub(crate) fn with(&self, signature: &[u8]) -> String {
        format!("{}.{}", self.input(), base64url::encode(signature))
    }

    /// With a MAC in the place of the signature.
    pub(crate) fn mac(&self, secret: &[u8], algorithm: SignatureAlgorithm) -> String {
        self.with(&keys::mac(secret, algorithm, self.input().as_bytes()))
    }

    /// From parts as they stand, signed as such.
    pub(crate) fn of_parts(&self, header: &str, payload: &str) -> String {
        let input = format!("{header}.{payload}");
        format!("{input}.{}", base64url::encode(self.sign(&input)))
    }
}
