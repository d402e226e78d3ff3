//! Key sets from somewhere else.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use identity_model::jose::{
    AlgorithmSet, CompactJws, JsonWebKey, JsonWebKeySet, JwsHeader, JwsVerifier, KeyError, KeySelection, KeySetRules, SignatureAlgorithm,
    TokenLimits, UnsignedJws,
};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::assert_well_told;

/// The public keys whose private halves have signed what is in `signed.txt`, and nothing else, ever.
pub(super) static VERIFICATION: LazyLock<JsonWebKeySet> =
    LazyLock::new(|| JsonWebKeySet::from_json(include_bytes!("../fixtures/verification.json")).unwrap());

/// Both ways to choose among keys, every algorithm allowed.
pub(super) static VERIFIERS: LazyLock<[JwsVerifier; 2]> = LazyLock::new(|| {
    let all: AlgorithmSet = SignatureAlgorithm::ALL.iter().copied().collect();
    let verifier = JwsVerifier::new(all).unwrap();
    [verifier.clone(), verifier.with_key_selection(KeySelection::TryEach { at_most: 4 })]
});

/// Every element of a set is a key or is skipped with a reason; an elliptic curve that is not known here makes it both: the key is kept to be
/// seen, and used for nothing. So elements, keys and skipped ones are as many as they must be, to the last one, and in the order of the set.
/// A key that is there holds nothing private, has a thumbprint if it is of use, is the same key when it is written and read again, and
/// believes no signature that nobody made.
pub fn jwk_set(data: &[u8]) {
    for rules in [KeySetRules::remote(), KeySetRules::local()] {
        let set = match JsonWebKeySet::from_json_with(data, rules) {
            Ok(set) => set,
            Err(error) => {
                assert_well_told(&error);
                continue;
            }
        };
        let places: Vec<usize> = set.skipped().iter().map(|skipped| skipped.index).collect();
        assert!(places.is_sorted_by(|one, next| one < next), "{places:?}");
        // What is kept although it is skipped: of a known type, and yet of no use.
        let both = set.keys().iter().filter(|key| ["EC", "OKP"].contains(&key.key_type_name()) && key.key_type().is_none()).count();
        let named = set.skipped().iter().filter(|skipped| matches!(skipped.reason, KeyError::Unsupported { .. })).count();
        assert!(both <= named, "{both} keys of no use, {named} are skipped for what they are");
        if let Some(elements) = elements(data) {
            assert_eq!(set.keys().len() + set.skipped().len(), elements + both);
            assert!(places.last().is_none_or(|last| *last < elements), "{places:?} of {elements}");
        }
        for skipped in set.skipped() {
            assert_well_told(&skipped.reason);
            assert!(skipped.key_id.as_ref().is_none_or(|text| text.chars().count() < 1000 && !text.chars().any(char::is_control)));
        }
        for key in set.keys() {
            let secret = key.key_type_name() == "oct";
            assert!(!secret || rules == KeySetRules::local());
            for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
                assert!(key.key_type().is_none() || key.member(private).is_none(), "{private}");
            }
            if !secret {
                assert_eq!(key.key_type().is_some(), key.thumbprint().is_some());
                same_again(key);
                believes_nothing(key);
            }
        }
    }
}

/// How many keys serde_json finds, which looks into none of them.
fn elements(data: &[u8]) -> Option<usize> {
    let data = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let members: BTreeMap<String, IgnoredAny> = serde_json::from_slice(data).ok()?;
    members.get("keys")?;
    #[derive(serde::Deserialize)]
    struct Set {
        keys: Vec<IgnoredAny>,
    }
    Some(serde_json::from_slice::<Set>(data).ok()?.keys.len())
}

fn same_again(key: &JsonWebKey) {
    let again = JsonWebKey::from_json(key.to_json().as_bytes()).unwrap();
    assert_eq!(again.to_json(), key.to_json());
    assert_eq!((again.thumbprint(), again.key_id(), again.verifies()), (key.thumbprint(), key.key_id(), key.verifies()));
    assert_eq!((again.key_operations(), again.public_key_use()), (key.key_operations(), key.public_key_use()));
    assert!(!again.had_private_members());
    let value: Value = serde_json::from_str(key.to_json()).unwrap();
    assert_eq!(value["kid"].as_str(), key.key_id());
    assert_eq!(value["kty"], key.key_type_name());
}

fn believes_nothing(key: &JsonWebKey) {
    for algorithm in SignatureAlgorithm::ALL.iter().copied().filter(|algorithm| key.verifies().contains(*algorithm)) {
        let unsigned = UnsignedJws::new(&JwsHeader::new(), b"{}", algorithm, None).unwrap();
        let signature = vec![1; algorithm.signature_size().unwrap_or(256)];
        let token = unsigned.attach(&signature).unwrap();
        let jws = CompactJws::parse(&token, TokenLimits::default()).unwrap();
        assert_well_told(&VERIFIERS[0].verify_with_key(&jws, key).unwrap_err());
    }
}
