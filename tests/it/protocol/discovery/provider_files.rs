//! The example that looks at a provider's two files, over every published provider.

use serde_json::Value;

use crate::vectors;

#[path = "../../../../examples/support/provider_files.rs"]
mod examined;

#[test]
fn both_files_of_every_provider_are_read_and_judged() {
    let Some(folder) = vectors::folder("provider files", "providers") else { return };
    let index = vectors::json(&folder, "providers/index.json");
    let (mut documents, mut key_sets) = (0, 0);
    for entry in index["providers"].as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        let read = |file: &str| std::fs::read(folder.join("providers").join(name).join(file)).ok();
        let (document, key_set) = (read("openid-configuration.json"), read("jwks.json"));
        for address in [None, entry["discovery_url"].as_str()] {
            let findings = examined::examine(document.as_deref(), key_set.as_deref(), address);
            assert!(findings.readable && !findings.text.contains("unusable"), "{name}: {}", findings.text);
            if document.is_some() {
                assert_members(name, entry, &findings.refusals);
            }
            let matches = entry["issuer_matches_configured"].as_bool() == Some(true);
            let refused = findings.refusals.iter().any(|one| one == "issuer_mismatch issuer");
            assert!(document.is_none() || address.is_none() || refused != matches, "{name}: {}", findings.text);
        }
        documents += usize::from(document.is_some());
        key_sets += usize::from(key_set.is_some());
    }
    assert_eq!((documents, key_sets), (42, 29));
}

/// What the index says of the members is what the example says.
fn assert_members(name: &str, entry: &Value, refusals: &[String]) {
    let missing = entry["missing_required"].as_array().unwrap().iter().map(|member| format!("missing_member {}", member.as_str().unwrap()));
    let mistyped = entry["wrong_type"].as_object().unwrap().keys().map(|member| format!("wrong_type {member}"));
    let expected: Vec<_> = missing.chain(mistyped).collect();
    let said = refusals.iter().filter(|one| one.starts_with("missing_member") || one.starts_with("wrong_type"));
    let mut said: Vec<_> = said.cloned().collect();
    let mut expected = expected;
    said.sort();
    said.dedup();
    expected.sort();
    assert_eq!(said, expected, "{name}");
}

#[test]
fn what_is_no_json_is_unreadable_and_what_is_missing_is_not() {
    for (document, key_set, readable) in [
        (Some(&b"{}"[..]), None, true),
        (None, Some(&br#"{"keys":[]}"#[..]), true),
        (Some(b"<html>"), None, false),
        (Some(b"[]"), None, false),
        (None, Some(b"{}"), false),
        (Some(br#"{"issuer":"https://a.example"}"#), Some(b"nonsense"), false),
        (Some(br#"{"issuer":7}"#), Some(br#"{"keys":[{}]}"#), true),
    ] {
        let findings = examined::examine(document, key_set, None);
        assert_eq!(findings.readable, readable, "{}", findings.text);
        assert_eq!(findings.text.contains("unreadable"), !readable);
    }
}
