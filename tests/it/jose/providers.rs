//! Key sets of real providers: each is read, and what can be used of it is what the index says.

use identity_model::jose::{JsonWebKeySet, SignatureAlgorithm};
use serde_json::Value;

use crate::vectors;

/// Sets with keys that are rightly left out: provider, how many.
const LEFT_OUT: &[(&str, usize)] = &[("yahoo", 3)];

#[test]
fn k1_every_published_key_set_is_read() {
    let Some(folder) = vectors::folder("provider key sets", "providers") else { return };
    let index = vectors::json(&folder, "providers/index.json");
    let (mut sets, mut keys) = (0, 0);
    for entry in index["providers"].as_array().unwrap() {
        let name = entry["name"].as_str().unwrap();
        let Ok(body) = std::fs::read(folder.join(format!("providers/{name}/jwks.json"))) else {
            assert!(entry["jwks_keys"].as_array().is_none_or(Vec::is_empty), "{name}");
            continue;
        };
        let set = JsonWebKeySet::from_json(&body).unwrap_or_else(|error| panic!("{name}: {error}"));
        let listed = entry["jwks_keys"].as_array().unwrap();
        let left_out = LEFT_OUT.iter().find(|(other, _)| *other == name).map_or(0, |(_, count)| *count);
        assert_eq!(set.skipped().len(), left_out, "{name}: {:?}", set.skipped());
        assert_eq!(set.keys().len() + left_out, listed.len(), "{name}");
        for key in listed {
            check_listed(name, &set, key);
        }
        sets += 1;
        keys += listed.len();
    }
    assert_eq!((sets, keys), (29, 71));
}

/// A key of the index is found under its `kid` and for its algorithm, unless it was left out.
fn check_listed(name: &str, set: &JsonWebKeySet, key: &Value) {
    let key_id = key["kid"].as_str();
    if set.skipped().iter().any(|skipped| skipped.key_id.as_deref() == key_id) {
        return;
    }
    let row = key["alg"].as_str().map_or(SignatureAlgorithm::RS256, |name| name.parse().unwrap());
    let found = set.select(key_id, row).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(Some(found.key_type_name()), key["kty"].as_str(), "{name}");
    assert_eq!(found.member("issuer").and_then(|issuer| issuer.as_str().map(|text| text.into_owned())).as_deref(), key["issuer"].as_str());
    assert!(found.thumbprint().is_some() && !found.had_private_members(), "{name}");
}

#[test]
fn k6_weak_keys_are_left_out_and_the_rest_of_the_set_is_used() {
    let Some(folder) = vectors::folder("provider key sets", "providers") else { return };
    let set = JsonWebKeySet::from_json(&std::fs::read(folder.join("providers/yahoo/jwks.json")).unwrap()).unwrap();
    let reasons: Vec<_> = set.skipped().iter().map(|key| key.reason.to_string()).collect();
    assert!(reasons.iter().all(|reason| reason == "the key member `n` must be 2048 to 8192 bits long, found 1024 bits"), "{reasons:?}");
    assert!(set.select(Some("3466d51f7dd0c780565688c183921816c45889ad"), SignatureAlgorithm::ES256).is_ok());
}
