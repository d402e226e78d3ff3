use super::*;
use crate::jose::{BlockingSigner, Unfit};

fn ed25519(more: &str) -> Result<PrivateKey, KeyError> {
    let members = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
    PrivateKey::from_jwk(format!("{{{members}{more}}}").as_bytes())
}

const SEED: &str = r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A""#;

fn unfit(key: &PrivateKey, row: SignatureAlgorithm) -> Option<Unfit> {
    match key.signer(row) {
        Ok(_) => None,
        Err(KeyError::Unfit { reason, .. }) => Some(reason),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn rfc8037_example_signs_what_the_rfc_says() {
    let key = ed25519(SEED).unwrap();
    let signer = key.signer(SignatureAlgorithm::EDDSA).unwrap();
    let header = crate::jose::JwsHeader::new();
    let token = crate::jose::sign_compact_blocking(&header, b"Example of Ed25519 signing", &signer).unwrap();
    let expected = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    assert_eq!(token, expected);
}

#[test]
fn members_decide_what_a_key_signs() {
    use SignatureAlgorithm as A;
    for (more, row, expected) in [
        ("", A::EDDSA, None),
        ("", A::ED25519, None),
        ("", A::ES256, Some(Unfit::KeyType)),
        (r#","alg":"Ed25519""#, A::EDDSA, Some(Unfit::Algorithm)),
        (r#","use":"enc""#, A::EDDSA, Some(Unfit::Use)),
        (r#","key_ops":["verify"]"#, A::EDDSA, Some(Unfit::Operations)),
        (r#","key_ops":[]"#, A::EDDSA, Some(Unfit::Operations)),
        (r#","key_ops":["sign"]"#, A::EDDSA, None),
    ] {
        let key = ed25519(&format!("{SEED}{more}")).unwrap();
        assert_eq!(unfit(&key, row), expected, "{more} {row}");
    }
    let short = PrivateKey::from_secret(&[7; 47]).unwrap();
    assert_eq!(unfit(&short, A::HS256), None);
    assert_eq!(unfit(&short, A::HS384), Some(Unfit::ShortSecret));
}

#[test]
fn the_public_half_verifies_where_the_private_half_signs() {
    let key = ed25519(&format!(r#"{SEED},"kid":"a","key_ops":["sign"]"#)).unwrap();
    assert_eq!(key.public_jwk().key_operations(), Some(&["verify".to_owned()][..]));
    assert!(key.public_jwk().verifies().contains(SignatureAlgorithm::EDDSA));
    assert!(!key.public_jwk().to_json().contains("nWGxne"));
    assert_eq!(key.signer(SignatureAlgorithm::EDDSA).unwrap().key_id(), Some("a"));
}

#[test]
fn a_private_key_that_is_written_and_read_again_may_do_what_it_could() {
    for (operations, public) in
        [("sign", &["verify"][..]), ("sign\",\"verify", &["verify"]), ("verify\",\"other\",\"sign", &["verify", "other"])]
    {
        let key = ed25519(&format!(r#"{SEED},"kid":"a","use":"sig","key_ops":["{operations}"]"#)).unwrap();
        assert_eq!(key.public_jwk().key_operations().unwrap(), public);
        let again = PrivateKey::from_jwk(key.expose_jwk().expose().as_bytes()).unwrap();
        assert_eq!(unfit(&again, SignatureAlgorithm::EDDSA), None, "{operations}");
        assert_eq!(again.public_jwk().to_json(), key.public_jwk().to_json());
    }
}

#[test]
fn halves_must_match_and_be_complete() {
    assert_eq!(ed25519("").unwrap_err(), KeyError::Missing { member: "d" });
    for wrong in [r#","d":"AAAA""#, r#","d":5"#, r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=""#] {
        assert!(matches!(ed25519(wrong), Err(KeyError::Member { member: "d", .. })), "{wrong}");
    }
    let zeros = format!(r#","d":"{}""#, "A".repeat(43));
    assert!(matches!(ed25519(&zeros), Err(KeyError::Crypto(CryptoError::KeyRejected { .. }))));
    let rsa = PrivateKey::generate(SignatureAlgorithm::RS256).unwrap();
    let whole: serde_json::Value = serde_json::from_str(rsa.expose_jwk().expose()).unwrap();
    for member in ["d", "p", "q", "dp", "dq", "qi"] {
        let mut partial = whole.clone();
        partial.as_object_mut().unwrap().remove(member);
        let refusal = PrivateKey::from_jwk(partial.to_string().as_bytes()).unwrap_err();
        assert!(matches!(refusal, KeyError::Missing { member: missing } if missing == member), "{member}: {refusal}");
    }
    let mut more = whole;
    more["oth"] = serde_json::json!([]);
    assert!(matches!(PrivateKey::from_jwk(more.to_string().as_bytes()), Err(KeyError::Member { member: "oth", .. })));
}

#[test]
fn types_that_cannot_sign_are_refused_by_name() {
    for json in [r#"{"kty":"XYZ","d":"AA"}"#, r#"{"kty":"AKP","alg":"ML-DSA-9","pub":"AA","priv":"AA"}"#] {
        assert!(matches!(PrivateKey::from_jwk(json.as_bytes()), Err(KeyError::Unsupported { .. })), "{json}");
    }
    let error = PrivateKey::generate(SignatureAlgorithm::ML_DSA_44).unwrap_err();
    assert_eq!(error.code(), "key_refused");
    assert!(PrivateKey::generate(SignatureAlgorithm::ES256K).is_err());
}

#[test]
fn nothing_secret_shows() {
    let key = ed25519(&format!(r#"{SEED},"kid":"a""#)).unwrap();
    let signer = key.signer(SignatureAlgorithm::EDDSA).unwrap();
    let shown = format!("{key:?} {signer:?} {:?} {:?}", key.public_jwk(), key.expose_jwk());
    assert!(!shown.contains("nWGxne"), "{shown}");
    assert!(key.expose_jwk().expose().contains("nWGxne"));
    assert_eq!(signer.sign_blocking(b"m").unwrap().len(), 64);
}

#[test]
fn generated_keys_say_what_they_are_for() {
    for &row in SignatureAlgorithm::ALL.iter().filter(|row| row.can_sign()) {
        let key = PrivateKey::generate(row).unwrap();
        assert_eq!((key.algorithm(), key.key_id()), (Some(row), None));
        assert_eq!(key.public_jwk().public_key_use(), Some("sig"));
        assert_eq!(key.public_jwk().verifies().iter().collect::<Vec<_>>(), [row]);
        let again = PrivateKey::from_jwk(key.expose_jwk().expose().as_bytes()).unwrap();
        assert_eq!(again.expose_jwk().expose(), key.expose_jwk().expose());
    }
}
