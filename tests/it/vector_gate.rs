//! The gate of the external vectors: every file, and every case with an id, is executed or stands here with the reason why not.
//!
//! A file counts as executed where the test named beside it names the file (or the folder it goes through); a case counts where a test
//! bears its id, or the test that is named here for it exists.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::vectors;

/// Beginnings of paths, the test's source, and the words in it that name them; no words mean the file's own name.
const EXECUTED: &[(&str, &str, &str)] = &[
    ("wycheproof/json_web_signature_test.json", "jose/wycheproof.rs", ""),
    ("wycheproof/json_web_key_test.json", "jose/wycheproof.rs", ""),
    ("wycheproof/json_web_crypto_test.json", "jose/wycheproof.rs", ""),
    ("wycheproof/json_web_encryption_test.json", "jose/encryption.rs", ""),
    ("rfc7520/jwk/", "jose/rfc7520.rs", "stem"),
    ("rfc7520/jws/", "jose/rfc7520.rs", ""),
    ("rfc7520/rfc7797/", "jose/rfc7520.rs", ""),
    ("rfc7520/curve25519/jws.json", "jose/rfc7520.rs", ""),
    ("rfc7520/curve25519/ecdh-es.json", "jose/encryption.rs", ""),
    ("rfc7520/jwe/5_10", "jose/rfc7520.rs", ""),
    ("rfc7520/jwe/5_11", "jose/rfc7520.rs", ""),
    ("rfc7520/jwe/5_12", "jose/rfc7520.rs", ""),
    ("rfc7520/jwe/5_13", "jose/rfc7520.rs", ""),
    ("rfc7520/jwe/", "jose/encryption.rs", ""),
    ("rfc7520/6.nesting", "jose/encryption.rs", ""),
    ("providers/index.json", "protocol/discovery/provider_files.rs", ""),
    ("providers/", "protocol/discovery/provider_files.rs", "index[\"providers\"]"),
    ("token-cases/", "validation/token_cases.rs", "read_dir(folder.join(\"token-cases\"))"),
    ("identity-model-spec/test-fixtures/discovery/", "protocol/discovery/specification.rs", ""),
    ("identity-model-spec/test-fixtures/jwks/", "protocol/discovery/specification.rs", ""),
    ("identity-model-spec/test-fixtures/userinfo/", "protocol/specification.rs", ""),
    ("duende/discovery", "protocol/discovery/duende.rs", ""),
    ("duende/success_token_response.json", "protocol/specification.rs", ""),
    ("duende/success_access_token_response.json", "protocol/specification.rs", ""),
    ("duende/failure_token_response.json", "protocol/specification.rs", ""),
    ("duende/success_userinfo_response.json", "protocol/specification.rs", ""),
    ("duende/success_userinfo_response.jwt", "validation/duende.rs", ""),
    ("duende/success_introspection_response.jwt", "validation/duende.rs", ""),
    ("identity-model-spec/test-fixtures/token/", "protocol/authorize/specification.rs", ""),
    ("identity-model-spec/test-fixtures/introspection/", "protocol/published.rs", ""),
    ("identity-model-spec/test-fixtures/revocation/", "protocol/published.rs", ""),
    ("identity-model-spec/test-fixtures/token-exchange/", "protocol/published.rs", "token-exchange/exchange-"),
    ("duende/failure_device_authorization_response.json", "protocol/published.rs", ""),
    ("duende/failure_registration_response.json", "protocol/published.rs", ""),
    ("duende/failure_token_revocation_response.json", "protocol/published.rs", ""),
    ("duende/legacy_success_introspection_response.json", "protocol/published.rs", ""),
    ("duende/success_ciba_response.json", "protocol/published.rs", ""),
    ("duende/success_device_authorization_response.json", "protocol/published.rs", ""),
    ("duende/success_introspection_response.json", "protocol/published.rs", ""),
    ("duende/success_introspection_response_no_issuer.json", "protocol/published.rs", ""),
    ("duende/success_par_response.json", "protocol/published.rs", ""),
    ("duende/success_registration_response.json", "protocol/published.rs", ""),
];

const NO_TEST: &str = "says something about the vectors and is none";

/// Beginnings of paths, and why nothing is executed.
const NOT_EXECUTED: &[(&str, &str)] = &[
    ("README.md", NO_TEST),
    ("wycheproof/LICENSE", NO_TEST),
    ("wycheproof/schemas/", NO_TEST),
    ("wycheproof/notes.json", NO_TEST),
    ("rfc7520/LICENSE", NO_TEST),
    ("duende/LICENSE", NO_TEST),
    ("identity-model-spec/LICENSE", NO_TEST),
    ("identity-model-spec/conformance/", "prose: its cases are looked for by their ids below"),
];

/// Cases whose test bears another name: the id, the test's source, the test.
const CASES: &[(&str, &str, &str)] = &[
    ("DISC-004", "tests/it/keys/outages.rs", "a_shared_discovery_cache_asks_once_for_many_sources_and_never_across_policies"),
    ("DISC-005", "src/cache/slot/tests.rs", "k5_a_fresh_entry_is_read_and_a_soft_one_refreshed_by_who_meets_it"),
    ("JWKS-004", "tests/it/keys/rotation.rs", "k4_a_rotation_under_load_causes_one_more_request_and_no_refusal"),
    ("JWKS-005", "tests/it/keys/tasks.rs", "k5_a_thousand_tasks_over_a_cold_cache_make_one_discovery_and_one_key_set_request"),
    ("JWKS-006", "tests/it/keys/rotation.rs", "k4_a_signature_that_fails_under_the_named_key_is_one_refresh"),
];

/// Capabilities whose cases are not executed.
const NOT_EXECUTED_CASES: &[(&str, &str)] = &[];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn source(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below a folder, as paths from it.
fn files(folder: &Path, from: &Path, found: &mut Vec<String>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, from, found);
        } else {
            found.push(path.strip_prefix(from).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
}

#[test]
fn every_file_is_executed_or_has_a_reason_not_to_be() {
    let Some(folder) = vectors::whole("gate of the vectors") else { return };
    let mut found = Vec::new();
    files(&folder, &folder, &mut found);
    let (mut used, mut wrong) = (BTreeSet::new(), Vec::new());
    for file in &found {
        // The first row that fits is the file's.
        let executed = EXECUTED.iter().find(|(start, ..)| file.starts_with(start));
        let reason = NOT_EXECUTED.iter().find(|(start, _)| file.starts_with(start));
        match (executed, reason) {
            (Some((start, test, words)), None) => {
                used.insert(*start);
                let name = file.rsplit('/').next().unwrap();
                let words = match *words {
                    "" => name,
                    "stem" => name.trim_end_matches(".json"),
                    words => words,
                };
                if !source(&format!("tests/it/{test}")).contains(words) {
                    wrong.push(format!("{file}: tests/it/{test} does not name it"));
                }
            }
            (None, Some((start, _))) => drop(used.insert(*start)),
            (Some(_), Some(_)) => wrong.push(format!("{file}: executed, and a reason why not")),
            (None, None) => wrong.push(format!("{file}: neither executed nor a reason why not")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let rows = EXECUTED.iter().map(|(start, ..)| *start).chain(NOT_EXECUTED.iter().map(|(start, _)| *start));
    assert_eq!(rows.filter(|row| !used.contains(row)).collect::<Vec<_>>(), Vec::<&str>::new(), "rows for nothing");
}

#[test]
fn every_provider_folder_is_in_the_index_that_the_tests_go_through() {
    let Some(folder) = vectors::whole("gate of the vectors") else { return };
    let index = vectors::json(&folder, "providers/index.json");
    let listed: BTreeSet<_> =
        index["providers"].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect();
    let mut found = Vec::new();
    files(&folder.join("providers"), &folder.join("providers"), &mut found);
    for file in found.iter().filter(|file| *file != "index.json") {
        let (provider, name) = file.split_once('/').unwrap();
        assert!(listed.contains(provider), "{file}");
        // How a set was served is a note for whoever wonders; nothing of it is parsed.
        assert!(["openid-configuration.json", "jwks.json", "jwks-http-headers.json"].contains(&name), "{file}");
    }
}

#[test]
fn every_case_with_an_id_is_executed_or_has_a_reason_not_to_be() {
    let Some(folder) = vectors::whole("gate of the vectors") else { return };
    let mut sources = Vec::new();
    files(&root().join("tests/it"), &root().join("tests/it"), &mut sources);
    let sources: String = sources.iter().filter(|file| file.ends_with(".rs")).map(|file| source(&format!("tests/it/{file}"))).collect();
    let tests: BTreeSet<&str> = sources.lines().filter_map(test_name).collect();
    let mut conformance = Vec::new();
    files(&folder.join("identity-model-spec/conformance"), &folder, &mut conformance);
    let (mut executed, mut left_out) = (0, BTreeSet::new());
    for file in conformance {
        let capability: Value = vectors::json(&folder, &file);
        let name = capability["capability"].as_str().unwrap();
        let reason = NOT_EXECUTED_CASES.iter().find(|(capability, _)| *capability == name);
        for case in capability["tests"].as_array().unwrap() {
            let id = case["id"].as_str().unwrap();
            match (bears_id(&tests, id), CASES.iter().find(|(listed, ..)| *listed == id), reason) {
                (true, None, None) => executed += 1,
                (false, Some((_, path, test)), None) => {
                    assert!(source(path).contains(&format!("fn {test}(")), "{id}: {path} has no test `{test}`");
                    executed += 1;
                }
                (false, None, Some((capability, _))) => drop(left_out.insert(*capability)),
                (by_name, by_row, reason) => panic!("{id}: by name {by_name}, by row {by_row:?}, reason {reason:?}"),
            }
        }
    }
    assert_eq!(executed, 54, "cases of all capabilities");
    assert_eq!(left_out.len(), NOT_EXECUTED_CASES.len(), "{left_out:?}");
}

fn test_name(line: &str) -> Option<&str> {
    let line = line.trim_start().trim_start_matches("async ");
    line.strip_prefix("fn ")?.split('(').next()
}

/// Whether a test is named after `DISC-001`, alone (`disc_001_…`) or with others (`disc_001_002_…`).
/// Whether a test's name holds the id, as `intr_005_rev_001_003_…` holds INTR-005, REV-001 and REV-003.
fn bears_id(tests: &BTreeSet<&str>, id: &str) -> bool {
    let (family, number) = id.split_once('-').unwrap();
    let is_number = |part: &str| part.len() == 3 && part.bytes().all(|octet| octet.is_ascii_digit());
    tests.iter().any(|test| {
        let mut current = "";
        test.split('_').any(|part| {
            if !is_number(part) {
                current = part;
            }
            is_number(part) && part == number && current.eq_ignore_ascii_case(family)
        })
    })
}

/// The vectors of one file that are executed, by what each test pins.
#[test]
fn every_vector_of_wycheproof_is_counted() {
    let Some(folder) = vectors::folder("gate of the vectors", "wycheproof") else { return };
    for (file, counts) in [
        ("json_web_signature_test.json", &[("jose/wycheproof.rs", 401)][..]),
        ("json_web_key_test.json", &[("jose/wycheproof.rs", 26)]),
        ("json_web_crypto_test.json", &[("jose/wycheproof.rs", 49), ("jose/encryption.rs", 34)]),
        ("json_web_encryption_test.json", &[("jose/encryption.rs", 139)]),
    ] {
        let suite = vectors::json(&folder, &format!("wycheproof/{file}"));
        let groups = suite["testGroups"].as_array().unwrap();
        let mut ids: Vec<u64> =
            groups.iter().flat_map(|group| group["tests"].as_array().unwrap()).map(|case| case["tcId"].as_u64().unwrap()).collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((all, ids.len()), (counts.iter().map(|(_, count)| count).sum(), all), "{file}");
        for (test, count) in counts {
            let source = source(&format!("tests/it/{test}"));
            assert!(source.lines().any(|line| line.contains(file) && line.contains(&format!(", {count});"))), "{test}: {count} of {file}");
        }
    }
}
