//! Project Wycheproof: JSON Web Signature, JSON Web Key, and the signatures of JSON Web Crypto.
//!
//! Every vector is executed with every provider or stands in a list below with its reason; a vector that does neither fails the test.

use std::collections::BTreeSet;
use std::sync::Arc;

use identity_model::jose::crypto::CryptoProvider;
use identity_model::jose::{AlgorithmSet, CompactJws, JsonWebKeySet, JwsVerifier, KeySetRules, Operation, SignatureAlgorithm, TokenLimits};
use serde_json::{Value, json};

use super::crypto_providers;
use crate::vectors;

/// Vectors whose verdict this crate does not share, with the reason; they are executed, and the outcome is the opposite of `result`.
const SIGNATURE_DEVIATIONS: &[(u64, &str)] = &[
    (346, "the key says PS256 and the header PS384: a key serves the algorithm it names and no other"),
    (347, "the key's `alg` is ES521, which no specification defines"),
    (350, "the key says PS256 and the header PS384: a key serves the algorithm it names and no other"),
    (351, "the key's `alg` is ES521, which no specification defines"),
    (367, "marked invalid, though the token is letter for letter the valid one of 357"),
    (370, "marked invalid, though the token is letter for letter the valid one of 357"),
    (372, "marked valid, though the header part holds a letter that is not base64url and the MAC is over another text"),
    (373, "marked valid, though the payload part holds a letter that is not base64url and the MAC is over another text"),
];

const KEY_DEVIATIONS: &[(u64, &str)] =
    &[(4, "of the two keys under one `kid`, one is no strict base64url and is left out of the set: a single key remains")];

/// A set in which shared secrets stand beside public keys is read as a remote one; anything else by the rules of one's own keys.
fn read(keys: &Value) -> Option<JsonWebKeySet> {
    let set = if keys.get("keys").is_some() { keys.clone() } else { json!({"keys": [keys]}) };
    let types: BTreeSet<_> = set["keys"].as_array()?.iter().map(|key| key["kty"].as_str() == Some("oct")).collect();
    let rules = if types.len() > 1 { KeySetRules::remote() } else { KeySetRules::local() };
    JsonWebKeySet::from_json_with(set.to_string().as_bytes(), rules).ok()
}

enum Verdict {
    Accepted,
    Refused,
    NotOffered(SignatureAlgorithm),
}

fn run(provider: &Arc<dyn CryptoProvider>, keys: &Value, token: &Value) -> Verdict {
    // A token that is no string cannot even be handed over.
    let (Some(keys), Some(token)) = (read(keys), token.as_str()) else { return Verdict::Refused };
    let Ok(jws) = CompactJws::parse(token, TokenLimits::default()) else { return Verdict::Refused };
    let all = AlgorithmSet::ASYMMETRIC.union(AlgorithmSet::SYMMETRIC);
    match jws.header().algorithm() {
        Some(row) if !provider.offers(row, Operation::Verify) => return Verdict::NotOffered(row),
        _ => {}
    }
    let verifier = JwsVerifier::with_provider(all, Arc::clone(provider)).unwrap();
    if verifier.verify(&jws, &keys).is_ok() { Verdict::Accepted } else { Verdict::Refused }
}

fn execute(test: &str, file: &str, wanted: impl Fn(&Value) -> bool, deviations: &[(u64, &str)], expected: usize) {
    let Some(folder) = vectors::folder(test, "wycheproof") else { return };
    let vectors = vectors::json(&folder, &format!("wycheproof/{file}"));
    for provider in crypto_providers() {
        let (mut executed, mut deviating, mut not_offered, mut wrong) = (0, BTreeSet::new(), BTreeSet::new(), Vec::new());
        for group in vectors["testGroups"].as_array().unwrap().iter().filter(|group| wanted(group)) {
            let keys = group.get("public").unwrap_or(&group["private"]);
            for case in group["tests"].as_array().unwrap() {
                let (id, result) = (case["tcId"].as_u64().unwrap(), case["result"].as_str().unwrap());
                assert!(matches!(result, "valid" | "invalid"), "{id}: {result}");
                let accepted = match run(&provider, keys, &case["jws"]) {
                    Verdict::NotOffered(row) => {
                        not_offered.insert(row.name());
                        executed += 1;
                        continue;
                    }
                    verdict => matches!(verdict, Verdict::Accepted),
                };
                executed += 1;
                let deviates = deviations.iter().any(|(deviating, _)| *deviating == id);
                if accepted != ((result == "valid") ^ deviates) {
                    wrong.push(format!("{id} {result} accepted={accepted} ({} {})", group["comment"], case["comment"]));
                }
                if deviates {
                    deviating.insert(id);
                }
            }
        }
        assert!(wrong.is_empty(), "{test} with {}:\n{}", provider.name(), wrong.join("\n"));
        assert_eq!(executed, expected, "{test} with {}: vectors executed", provider.name());
        let unsupported: &[&str] = if provider.name() == "biscuit" { &["ES512"] } else { &[] };
        assert!(not_offered.iter().all(|name| unsupported.contains(name)), "{test}: {} lacks {not_offered:?}", provider.name());
        let listed: BTreeSet<_> = deviations.iter().map(|(id, _)| *id).collect();
        let missing: Vec<_> = listed.difference(&deviating).collect();
        // What a provider does not offer it cannot deviate in.
        assert!(missing.iter().all(|id| [347, 351].contains(id) && provider.name() == "biscuit"), "{test}: stale deviations {missing:?}");
    }
}

#[test]
fn json_web_signature() {
    execute("json_web_signature", "json_web_signature_test.json", |_| true, SIGNATURE_DEVIATIONS, 401);
}

#[test]
fn json_web_key() {
    execute("json_web_key", "json_web_key_test.json", |_| true, KEY_DEVIATIONS, 26);
}

#[test]
fn json_web_crypto_signatures() {
    let signatures = |group: &Value| group["comment"].as_str().unwrap().starts_with("jws");
    execute("json_web_crypto", "json_web_crypto_test.json", signatures, &[], 49);
}
