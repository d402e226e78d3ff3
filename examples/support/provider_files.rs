//! What the strict policy says of a provider's two documents, and which of its keys are of use.
#![allow(dead_code, reason = "each program uses a part")]

use std::error::Error;
use std::fmt::Write as _;

use identity_model::document::Document;
use identity_model::jose::crypto::default_provider;
use identity_model::jose::{JsonWebKey, JsonWebKeySet, KeyError, Operation};
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy, MetadataProfile, PolicyViolation};

/// The findings as lines of text.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) text: String,
    /// Members and keys that are rejected, missing or skipped: codes, to be counted.
    pub(crate) refusals: Vec<String>,
    /// Whether every document that was there could be read.
    pub(crate) readable: bool,
}

/// Looks at both documents; either may be missing. Without an address the document's own issuer is taken as such.
pub(crate) fn examine(document: Option<&[u8]>, key_set: Option<&[u8]>, address: Option<&str>) -> Findings {
    let mut findings = Findings { readable: true, ..Findings::default() };
    match document {
        Some(bytes) => findings.document(bytes, address),
        None => findings.line("document", "none", ""),
    }
    match key_set.map(JsonWebKeySet::from_json) {
        Some(Ok(set)) => findings.key_set(&set),
        Some(Err(error)) => findings.unreadable("key set", &error),
        None => findings.line("key set", "none", ""),
    }
    findings
}

impl Findings {
    fn line(&mut self, what: &str, verdict: &str, detail: &str) {
        let line = format!("{what:<10} {verdict:<16} {detail}");
        let _ = writeln!(self.text, "{}", line.trim_end());
    }

    fn unreadable(&mut self, what: &str, error: &dyn Error) {
        self.readable = false;
        self.line(what, "unreadable", &chain(error));
    }

    fn verdict(&mut self, what: &str, detail: &str, violation: Option<&PolicyViolation>) {
        let Some(violation) = violation else { return self.line(what, "accepted", detail) };
        self.refusals.push(format!("{} {}", violation.kind().code(), violation.member()));
        self.line(what, violation.kind().code(), &chain(violation));
    }

    fn document(&mut self, bytes: &[u8], address: Option<&str>) {
        let document = match Document::parse(bytes.to_vec()) {
            Ok(document) => document,
            Err(error) => return self.unreadable("document", &error),
        };
        let issuer = document.try_get_str("issuer").unwrap_or_default();
        self.line("issuer", "", if issuer.is_empty() { "none" } else { issuer });
        // A template is no address, but with its placeholder as a word it says where the rest belongs.
        let address = address.map_or_else(|| issuer.replace(['{', '}'], ""), str::to_owned);
        // The strict policy is asked below; to get that far the document is opened whatever its issuer and scheme.
        let lenient = DiscoveryPolicy::strict().to_builder().danger_any_issuer().danger_any_endpoint_host();
        let lenient = lenient.danger_allow_http().danger_allow_private_addresses().build();
        match DiscoveryDocumentResponse::parse(bytes.to_vec(), &address, lenient) {
            Ok(disco) => self.checks(&disco, issuer),
            Err(error) => self.line("address", "unusable", &chain(&error)),
        }
    }

    fn checks(&mut self, disco: &DiscoveryDocumentResponse, issuer: &str) {
        let strict = DiscoveryPolicy::strict();
        let authority = disco.authority();
        let served = DiscoveryDocumentResponse::parse("{}", disco.address(), strict.to_builder().danger_any_issuer().build());
        let refused = served.as_ref().err().and_then(|error| error.policy_violation());
        self.verdict("address", disco.address(), refused);
        let verdict = strict.check_issuer(disco.try_get_str("issuer"), authority);
        self.verdict("issuer", issuer, verdict.as_ref().err());
        for profile in [MetadataProfile::OpenIdProvider, MetadataProfile::AuthorizationServer, MetadataProfile::KeysOnly] {
            let policy = disco.policy().to_builder().metadata_profile(profile).build();
            let opened = DiscoveryDocumentResponse::parse(disco.document().as_bytes().to_vec(), disco.address(), policy);
            let Ok(Err(violations)) = opened.map(|disco| disco.validate_required_members()) else {
                self.line("members", "complete", &format!("for {profile:?}"));
                continue;
            };
            let lacking: Vec<_> = violations.iter().map(|one| format!("{} {}", one.kind().code(), one.member())).collect();
            self.line("members", "incomplete", &format!("for {profile:?}: {}", lacking.join(", ")));
            if profile == MetadataProfile::OpenIdProvider {
                self.refusals.extend(lacking);
            }
        }
        for (member, verdict) in disco.endpoints() {
            let verdict = verdict.and_then(|endpoint| strict.check_endpoint(member, endpoint.as_str(), authority));
            match verdict {
                Ok(endpoint) => self.verdict("endpoint", &format!("{member} {}", endpoint.as_str()), None),
                Err(violation) => self.verdict("endpoint", member, Some(&violation)),
            }
        }
    }

    fn key_set(&mut self, set: &JsonWebKeySet) {
        let (signing, others): (Vec<_>, Vec<_>) = set.keys().iter().partition(|key| !key.verifies().is_empty());
        let refused = signing.iter().filter(|key| refusal(key).is_some()).count();
        let counts =
            [(signing.len() - refused, "usable"), (others.len(), "not for signatures"), (refused + set.skipped().len(), "skipped")];
        self.line("key set", "", &counts.map(|(count, what)| format!("{count} {what}")).join(", "));
        for (index, key) in set.keys().iter().enumerate() {
            let algorithms: Vec<_> = key.verifies().iter().map(|algorithm| algorithm.name()).collect();
            let told = format!("{} {}", name(key), key.key_type_name());
            match (algorithms.as_slice(), refusal(key)) {
                ([], _) => self.line("key", "no signatures", &format!("{told}: {}", purpose(key))),
                (_, None) => self.line("key", "usable", &format!("{told} for {}", algorithms.join(", "))),
                (_, Some(reason)) => {
                    self.refusals.push(format!("{} {index}", reason.code()));
                    self.line("key", "skipped", &format!("{told}: {}", chain(&reason)));
                }
            }
            if key.had_private_members() {
                self.line("key", "private", &format!("{}: the private half was published, and is dropped here", name(key)));
            }
        }
        for skipped in set.skipped() {
            self.refusals.push(format!("{} {}", skipped.reason.code(), skipped.index));
            let detail = format!("{:?} (key {}): {}", skipped.key_id.as_deref().unwrap_or_default(), skipped.index, chain(&skipped.reason));
            self.line("key", "skipped", &detail);
        }
    }
}

fn name(key: &JsonWebKey) -> String {
    format!("{:?}", key.key_id().unwrap_or_default())
}

/// Why a key that could be read cannot be used after all, as is found out when it is first used.
fn refusal(key: &JsonWebKey) -> Option<KeyError> {
    let provider = default_provider()?;
    let algorithm = key.verifies().iter().find(|algorithm| provider.offers(*algorithm, Operation::Verify))?;
    key.verifying_key(&*provider, algorithm).err()
}

/// Why a key that could be read is not for signatures.
fn purpose(key: &JsonWebKey) -> String {
    match (key.public_key_use(), key.key_operations(), key.algorithm_name()) {
        (Some(purpose), _, _) if purpose != "sig" => format!("its `use` is {purpose:?}"),
        (_, Some(operations), _) if operations.iter().all(|name| name != "verify") => "its `key_ops` lack `verify`".to_owned(),
        (_, _, Some(algorithm)) => format!("its `alg` is {algorithm:?}"),
        _ => "its type or curve is not known here".to_owned(),
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
