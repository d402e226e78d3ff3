//! Every token of `token-cases`, judged as an ID token under a frozen clock.

use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use identity_model::jose::{AlgorithmSet, DecryptionKeys, JsonWebKey, JsonWebKeySet};
use identity_model::validation::{ExpectedIssuer, Inspected, TokenValidationOptions, ValidatedToken, ValidationError};

use crate::vectors;

/// Features whose absence excuses a token that should be accepted.
const NOT_OFFERED: [&str; 1] = ["ed448"];

fn options(case: &Value, suite: &Value) -> TokenValidationOptions {
    let text = |name: &str| case[name].as_str();
    let issuer = text("issuer").unwrap();
    let issuer = match text("issuer_mode") {
        None => ExpectedIssuer::exact(issuer),
        Some("entra-template") => ExpectedIssuer::template(issuer),
        Some(mode) => panic!("unknown issuer_mode {mode}"),
    };
    let names: Vec<_> = case["algs"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let (algorithms, unknown) = AlgorithmSet::from_names(names);
    assert!(unknown.iter().all(|name| name.starts_with("Ed")), "{unknown:?}");
    let mut options = TokenValidationOptions::id_token()
        .issuer(issuer)
        .audience(text("audience").unwrap())
        .algorithms(algorithms)
        .leeway(Duration::from_secs(case["leeway"].as_u64().unwrap()))
        .maybe_decryption_keys(text("decryption_keys").map(|name| decryption_keys(&suite["decryption_keys"][name])))
        .build();
    if let Some(nonce) = text("nonce") {
        options = options.with_nonce(nonce);
    }
    if let Some(max_age) = case["max_age"].as_u64() {
        options = options.with_max_age(Duration::from_secs(max_age));
    }
    if let Some(access_token) = text("access_token") {
        options = options.with_access_token(access_token);
    }
    if let Some(code) = text("code") {
        options = options.with_code(code);
    }
    options
}

/// A set, or a bare list of keys.
fn decryption_keys(keys: &Value) -> DecryptionKeys {
    let set = if keys.is_array() { json!({ "keys": keys }) } else { keys.clone() };
    DecryptionKeys::from_jwk_set(set.to_string().as_bytes()).unwrap()
}

fn judge(case: &Value, options: &Value, suite: &Value) -> Result<ValidatedToken, ValidationError> {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(options["now"].as_u64().unwrap());
    let rules = self::options(options, suite);
    let inspected = Inspected::new(case["token"].as_str().unwrap(), &rules, now)?;
    let verified = match options["client_secret"].as_str() {
        Some(secret) if inspected.algorithm().is_symmetric() => {
            inspected.verify_with_key(&JsonWebKey::from_secret(secret.as_bytes()).unwrap())?
        }
        _ => {
            let set = options["jwks"].as_str().unwrap_or("main");
            inspected.verify(&JsonWebKeySet::from_json(suite["jwks_sets"][set].to_string().as_bytes()).unwrap())?
        }
    };
    verified.check(now)
}

fn run(file: &Path) {
    let suite: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    assert_eq!(suite["format"], 1);
    let mut wrong = Vec::new();
    let (mut must, mut policy, mut skipped) = (0, 0, Vec::new());
    for case in suite["cases"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        let mut options = suite["defaults"].as_object().unwrap().clone();
        options.extend(case["options"].as_object().unwrap().clone());
        let outcome = judge(case, &Value::Object(options), &suite);
        let accept = case["expected"] == "accept";
        let excused = case["requires"].as_array().unwrap().iter().any(|feature| NOT_OFFERED.contains(&feature.as_str().unwrap()));
        if accept && excused {
            assert!(outcome.is_err(), "{name}: accepted without the feature it needs");
            skipped.push(name);
            continue;
        }
        match case["level"].as_str().unwrap() {
            "must" => must += 1,
            "policy" => policy += 1,
            level => panic!("unknown level {level}"),
        }
        if outcome.is_ok() != accept {
            wrong.push(format!("{} {name}: {}: {:?}", case["level"], case["why"], outcome.map(|_| "accepted")));
        }
    }
    println!("{}: {must} must, {policy} policy, skipped {skipped:?}", file.display());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(must + policy > 0);
}

#[test]
fn every_verdict_of_the_token_cases() {
    let Some(folder) = vectors::folder("token cases") else { return };
    let mut files: Vec<_> = std::fs::read_dir(folder.join("token-cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    assert!(!files.is_empty());
    files.iter().for_each(|file| run(file));
}
