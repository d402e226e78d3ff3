use super::*;

const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn ed25519(more: &str) -> String {
    format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{X}"{more}}}"#)
}

fn set(keys: &[String]) -> JsonWebKeySet {
    JsonWebKeySet::from_json(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes()).unwrap()
}

fn refusal(text: &str) -> &'static str {
    JsonWebKeySet::from_json(text.as_bytes()).unwrap_err().code()
}

const EDDSA: SignatureAlgorithm = SignatureAlgorithm::EDDSA;

#[test]
fn k1_broken_keys_are_skipped_with_a_reason() {
    let keys = [
        ed25519(r#","kid":"good""#),
        r#"{"kty":"RSA","kid":"weak","e":"AQAB","n":"AQAB"}"#.into(),
        ed25519(r#","kid":"twice","kid":"again""#),
        ed25519(r#","kid":"half \ud800""#),
        r#""a string""#.into(),
        "null".into(),
        "[]".into(),
        "{}".into(),
        r#"{"kty":"oct","kid":"shared","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}"#.into(),
        format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"small\n","x":"{}"}}"#, "A".repeat(43)),
    ];
    let set = set(&keys);
    assert_eq!(set.keys().len(), 1);
    let skipped: Vec<_> = set.skipped().iter().map(|key| (key.index, key.key_id.as_deref(), key.reason.code())).collect();
    assert_eq!(skipped.len(), 9);
    assert_eq!(skipped[0], (1, Some("weak"), "key_member_invalid"));
    assert_eq!(skipped[1].2, "key_json");
    assert_eq!(skipped[2].2, "key_json");
    assert_eq!((skipped[6].0, skipped[6].2), (7, "key_member_missing"));
    assert_eq!(skipped[7], (8, Some("shared"), "key_symmetric"));
    assert!(matches!(skipped[8].2, "key_small_order" | "key_member_invalid"));
    assert!(set.select(Some("good"), EDDSA).is_ok());
    let left_out = set.select(Some("weak"), SignatureAlgorithm::RS256).unwrap_err();
    assert_eq!(left_out, KeySelectionError::Skipped { key_id: "weak".into(), reason: set.skipped()[0].reason.clone() });
    assert_eq!(left_out.code(), "key_skipped");
}

#[test]
fn k1_the_set_as_a_whole_says_precisely_what_is_wrong() {
    assert_eq!(refusal("{}"), "key_set_without_keys");
    assert_eq!(refusal(r#"{"key":[]}"#), "key_set_without_keys");
    assert_eq!(refusal(r#"{"keys":{}}"#), "key_set_keys_type");
    assert_eq!(refusal(r#"{"keys":null}"#), "key_set_keys_type");
    assert_eq!(refusal("[]"), "key_set_json");
    assert_eq!(refusal(""), "key_set_json");
    assert_eq!(refusal(r#"{"keys":[],"keys":[]}"#), "key_set_json");
    assert_eq!(refusal(r#"{"keys":[],"a":1,"\u0061":2}"#), "key_set_json");
    assert_eq!(refusal(&format!(r#"{{"keys":{}}}"#, "[".repeat(100))), "key_set_json");
    assert_eq!(refusal(r#"{"keys":[]} trailing"#), "key_set_json");
}

#[test]
fn h9_a_set_has_at_most_100_keys() {
    let many = |count: usize| format!(r#"{{"keys":[{}]}}"#, vec!["{}"; count].join(","));
    assert_eq!(JsonWebKeySet::from_json(many(100).as_bytes()).unwrap().skipped().len(), 100);
    assert_eq!(JsonWebKeySet::from_json(many(101).as_bytes()).unwrap_err(), KeySetError::TooManyKeys { limit: 100 });
    let two = KeySetRules::default().with_key_limit(2);
    assert!(JsonWebKeySet::from_json_with(many(2).as_bytes(), two).is_ok());
    assert_eq!(JsonWebKeySet::from_json_with(many(3).as_bytes(), two).unwrap_err(), KeySetError::TooManyKeys { limit: 2 });
}

#[test]
fn k3_one_candidate_is_used_and_several_are_refused() {
    let other = ed25519(r#","kid":"a""#).replace(X, "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw");
    let two = set(&[ed25519(r#","kid":"a""#), other]);
    assert_eq!(
        two.select(Some("a"), EDDSA).unwrap_err(),
        KeySelectionError::Several { algorithm: EDDSA, found: 2, key_id: Some("a".into()) }
    );
    assert_eq!(two.select(None, EDDSA).unwrap_err().code(), "key_ambiguous");
    assert_eq!(two.select_each(Some("a"), EDDSA, 2).unwrap().count(), 2);
    let limited = two.select_each(Some("a"), EDDSA, 1).err();
    assert_eq!(limited, Some(KeySelectionError::TooMany { algorithm: EDDSA, found: 2, at_most: 1 }));
    assert_eq!(two.select_each(Some("b"), EDDSA, 2).err(), Some(KeySelectionError::UnknownKeyId { key_id: "b".into(), keys: 2 }));
}

#[test]
fn k3_decoys_of_other_types_under_one_kid_do_not_confuse() {
    let number = crate::encoding::base64url::encode([1; 32]);
    let modulus = crate::encoding::base64url::encode([0xa5; 256]);
    let decoys = set(&[
        format!(r#"{{"kty":"EC","crv":"P-256","kid":"a","x":"{number}","y":"{number}"}}"#),
        ed25519(r#","kid":"a""#),
        format!(r#"{{"kty":"RSA","kid":"a","e":"AQAB","n":"{modulus}"}}"#),
        ed25519(r#","kid":"a","use":"enc""#),
        ed25519(r#","kid":"a","alg":"Ed25519""#),
    ]);
    assert_eq!(decoys.keys().len(), 5);
    for (row, kind) in [(SignatureAlgorithm::ES256, "EC"), (EDDSA, "OKP"), (SignatureAlgorithm::PS384, "RSA")] {
        assert_eq!(decoys.select(Some("a"), row).unwrap().key_type_name(), kind);
    }
}

#[test]
fn k2_a_kid_never_falls_back() {
    let keys = set(&[ed25519(""), ed25519(r#","kid":"b""#), ed25519(r#","kid":"""#)]);
    assert_eq!(keys.select(Some("a"), EDDSA).unwrap_err(), KeySelectionError::Unnamed { key_id: "a".into() });
    assert_eq!(keys.select(Some("B"), EDDSA).unwrap_err().code(), "key_unknown_kid");
    assert_eq!(keys.select(Some("b "), EDDSA).unwrap_err().code(), "key_unknown_kid");
    let reason = keys.select(Some("b"), SignatureAlgorithm::RS256).unwrap_err();
    let unfit = KeyError::Unfit { algorithm: SignatureAlgorithm::RS256, reason: crate::jose::Unfit::KeyType };
    let unfit = vec![UnfitKey::new(Some("b"), unfit)];
    assert_eq!(reason, KeySelectionError::NoneFits { algorithm: SignatureAlgorithm::RS256, keys: unfit });
    // Without a kid in the header, every fitting key is a candidate.
    assert_eq!(keys.candidates(None, EDDSA).count(), 3);
    assert_eq!(
        JsonWebKeySet::default().select(None, EDDSA).unwrap_err(),
        KeySelectionError::NoneFits { algorithm: EDDSA, keys: Vec::new() }
    );
}

#[test]
fn k9_shared_secrets_belong_to_local_sets_alone() {
    let text = br#"{"keys":[{"kty":"oct","kid":"s","k":"c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA"}]}"#;
    let remote = JsonWebKeySet::from_json(text).unwrap();
    assert!(remote.keys().is_empty());
    assert_eq!(remote.skipped()[0].reason, KeyError::Symmetric);
    let local = JsonWebKeySet::from_json_with(text, KeySetRules::local()).unwrap();
    assert!(local.select(Some("s"), SignatureAlgorithm::HS256).is_ok());
    assert_eq!(local.select(Some("s"), SignatureAlgorithm::HS512).unwrap_err().code(), "key_none_fits");
}

#[test]
fn k7_a_published_private_key_is_reported_and_its_private_half_is_not_kept() {
    let set = set(&[ed25519(r#","kid":"a","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A""#)]);
    assert!(set.keys()[0].had_private_members());
    assert!(!format!("{set:?} {}", set.keys()[0].to_json()).contains("nWGxne"));
    assert!(set.select(Some("a"), EDDSA).is_ok());
}

#[test]
fn a_byte_order_mark_before_the_set_is_tolerated() {
    let text = format!("\u{feff}{{\"keys\":[{}]}}", ed25519(""));
    assert_eq!(JsonWebKeySet::from_json(text.as_bytes()).unwrap().keys().len(), 1);
}
