//! The sample of forged and good tokens, as far as the signature layer decides: good ones verify, and none panics.

use identity_model::jose::{AlgorithmSet, CompactJws, JsonWebKeySet, JwsVerifier, TokenLimits};

use crate::vectors;

/// Groups whose forgeries are in the signature, the header or the key: nothing above needs to look at them.
const DECIDED_HERE: &[&str] = &[
    "alg-none",
    "alg-confusion",
    "alg-header",
    "kid",
    "header-supplied-key",
    "jwk-constraints",
    "rsa-signature",
    "ecdsa-signature",
    "eddsa-signature",
    "encoding",
    "crit-b64",
];

/// Cases of these groups that only the claims decide, or that a layer above rejects.
const DECIDED_ABOVE: &[&str] = &[];

#[test]
fn every_case_ends_as_expected_or_is_left_to_the_claims() {
    let Some(folder) = vectors::folder("token cases", "token-cases") else { return };
    let sample = vectors::json(&folder, "token-cases/sample.json");
    let mut decided = 0;
    for case in sample["cases"].as_array().unwrap() {
        let text = |name: &str| case[name].as_str().unwrap();
        let option = |name: &str| if case["options"].get(name).is_some() { &case["options"][name] } else { &sample["defaults"][name] };
        let set = option("jwks").as_str().unwrap_or("main");
        let keys = sample["jwks_sets"].get(set).unwrap_or(&sample["jwks"]).to_string();
        let keys = JsonWebKeySet::from_json(keys.as_bytes()).unwrap();
        let (allowed, _) = AlgorithmSet::from_names(option("algs").as_array().unwrap().iter().filter_map(|name| name.as_str()));
        let verifier = JwsVerifier::new(allowed).unwrap();
        let outcome = CompactJws::parse(text("token"), TokenLimits::default()).and_then(|jws| verifier.verify(&jws, &keys).map(drop));
        let name = text("name");
        if text("expected") == "accept" && text("group") != "jwe" {
            assert!(outcome.is_ok(), "{name}: {:?}", outcome.unwrap_err());
            decided += 1;
        } else if DECIDED_HERE.contains(&text("group")) && !DECIDED_ABOVE.contains(&name) {
            assert!(outcome.is_err(), "{name}");
            decided += 1;
        }
    }
    assert!(decided > 25, "{decided}");
}
