//! Rules DC1 to DC3.

use std::sync::Arc;

use super::*;
use crate::encoding::json::{JsonObject, JsonRules};
use crate::jose::{BlockingSigner, SignerError};

/// RFC 8037 appendix A.1.
const ED25519: &str =
    r#"{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

fn names(key: &DpopKey) -> Vec<&'static str> {
    key.algorithms().map(SignatureAlgorithm::name).collect()
}

fn with_member(jwk: &str, member: &str) -> Vec<u8> {
    format!("{},{member}}}", jwk.strip_suffix('}').unwrap()).into_bytes()
}

#[test]
fn dc1_a_new_key_is_one_for_es256() {
    let key = DpopKey::generate().unwrap();
    assert_eq!(names(&key), ["ES256"]);
    assert_eq!(key.thumbprint().len(), 43);
    assert_ne!(key.thumbprint(), DpopKey::generate().unwrap().thumbprint());
}

#[test]
fn dc1_dc2_every_type_of_key_has_its_algorithms_in_order() {
    for (algorithm, expected) in [
        (SignatureAlgorithm::ES256, vec!["ES256"]),
        (SignatureAlgorithm::ES384, vec!["ES384"]),
        (SignatureAlgorithm::ES512, vec!["ES512"]),
        (SignatureAlgorithm::ED25519, vec!["Ed25519", "EdDSA"]),
        (SignatureAlgorithm::PS256, vec!["PS256", "RS256"]),
    ] {
        let jwk = PrivateKey::generate(algorithm).unwrap();
        let own = DpopKey::from_private_key(jwk.clone()).unwrap();
        assert_eq!(names(&own), [algorithm.name()], "its `alg` decides");
        let value: serde_json::Value = serde_json::from_str(jwk.expose_jwk().expose()).unwrap();
        let mut members = value.as_object().unwrap().clone();
        members.remove("alg");
        let bare = serde_json::Value::Object(members).to_string();
        assert_eq!(names(&DpopKey::from_jwk(bare.as_bytes()).unwrap()), expected);
    }
}

#[test]
fn dc1_what_is_no_key_for_proofs_is_refused() {
    for member in [r#""alg":"ES256""#, r#""use":"enc""#, r#""key_ops":["verify"]"#, r#""key_ops":[]"#] {
        assert!(DpopKey::from_jwk(&with_member(ED25519, member)).is_err(), "{member}");
    }
    let secret = PrivateKey::from_secret(&[7; 32]).unwrap();
    assert!(matches!(DpopKey::from_private_key(secret), Err(DpopKeyError::Unsuitable { .. })));
    let other = PrivateKey::generate(SignatureAlgorithm::RS384).unwrap();
    let refused = DpopKey::from_private_key(other).unwrap_err();
    assert_eq!(refused.code(), "dpop_key_unsuitable");
    assert!(refused.to_string().contains("a key of type `RSA` for `RS384`"), "{refused}");
    for algorithm in [SignatureAlgorithm::HS256, SignatureAlgorithm::RS384, SignatureAlgorithm::ES256K] {
        assert!(matches!(DpopKey::generate_for(algorithm), Err(DpopKeyError::Unsuitable { .. })), "{algorithm}");
    }
    assert!(DpopKey::from_pem("no PEM").is_err() && DpopKey::from_jwk(b"{}").is_err());
}

#[test]
fn dc2_the_first_algorithm_that_both_sides_have_is_taken() {
    let key = DpopKey::from_jwk(ED25519.as_bytes()).unwrap();
    let choose = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        key.choose(Some(&names)).map(|choice| choice.algorithm.name())
    };
    assert_eq!(key.choose(None).map(|choice| choice.algorithm.name()), Some("Ed25519"));
    assert_eq!(choose(&["EdDSA", "Ed25519"]), Some("Ed25519"));
    assert_eq!(choose(&["ES256", "EdDSA"]), Some("EdDSA"));
    assert_eq!(choose(&["ES256"]), None);
    assert_eq!(choose(&["ed25519"]), None, "names are case-sensitive");
    assert_eq!(choose(&[]), None);
}

#[test]
fn dc3_the_header_holds_type_algorithm_and_public_key_alone() {
    let jwk = with_member(ED25519, r#""kid":"k","use":"sig","key_ops":["sign"],"x5c":[]"#);
    let key = DpopKey::from_jwk(&jwk).unwrap();
    let header = base64url::decode(key.choose(None).unwrap().header.as_bytes()).unwrap();
    let header = JsonObject::parse(&header, &JsonRules::token()).unwrap();
    assert_eq!(header.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["typ", "alg", "jwk"]);
    let public: Vec<_> = header.get("jwk").unwrap().members().unwrap().map(|(name, _)| name).collect();
    assert_eq!(public, ["kty", "crv", "x"]);
    assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    assert_eq!(key.public_jwk().key_id(), None);
}

#[test]
fn a_key_elsewhere_has_the_algorithm_of_its_signer() {
    struct Vault(SignatureAlgorithm);
    impl BlockingSigner for Vault {
        fn algorithm(&self) -> SignatureAlgorithm {
            self.0
        }
        fn key_id(&self) -> Option<&str> {
            Some("vault-1")
        }
        fn sign_blocking(&self, _message: &[u8]) -> Result<Vec<u8>, SignerError> {
            Ok(vec![1; 64])
        }
    }
    let private = PrivateKey::generate(SignatureAlgorithm::ES256).unwrap();
    let held = |algorithm| DpopKey::from_signer(SigningKeySource::remote_blocking(Arc::new(Vault(algorithm))), private.public_jwk());
    let key = held(SignatureAlgorithm::ES256).unwrap();
    assert_eq!(names(&key), ["ES256"]);
    assert_eq!(Some(key.thumbprint()), private.public_jwk().thumbprint().as_deref());
    assert!(key.expose_jwk().is_none());
    assert_eq!(held(SignatureAlgorithm::ES384).unwrap_err().code(), "dpop_key_signer");
    assert_eq!(held(SignatureAlgorithm::RS512).unwrap_err().code(), "dpop_key_unsuitable");
}

#[test]
fn a_kept_key_is_the_same_key_and_shows_nothing() {
    let key = DpopKey::from_jwk(ED25519.as_bytes()).unwrap();
    let restored = DpopKey::from_jwk(key.expose_jwk().unwrap().expose().as_bytes()).unwrap();
    assert_eq!(restored.thumbprint(), key.thumbprint());
    let shown = format!("{key:?}");
    assert!(shown.contains("kPrK_qmx") && !shown.contains("nWGxne"), "{shown}");
}
