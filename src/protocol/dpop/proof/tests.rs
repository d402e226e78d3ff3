//! Rules DC3 to DC6 and the worked example of EdDSA.

use std::time::{Duration, SystemTime};

use super::*;
use crate::encoding::json::{JsonObject, JsonRules};
use crate::exchange::{Event, Moment, Step};

/// RFC 8037 appendix A.1.
const ED25519: &[u8] = br#"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

const NOW: u64 = 1_800_000_000;

fn key() -> DpopKey {
    DpopKey::from_jwk(ED25519).unwrap()
}

fn sign(proof: &DpopProof, key: &DpopKey, random: u8) -> Result<String, RequestError> {
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(NOW * 1000 + 900);
    let moment = Moment { now, monotonic: Duration::ZERO, random: [random; 32] };
    match proof.exchange(key).resume(Event::Start, moment) {
        Step::Done(result) => result,
        step => panic!("{step:?}"),
    }
}

fn claims(proof: &str) -> String {
    String::from_utf8(base64url::decode(proof.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

fn proof() -> DpopProof {
    DpopProof::new("GET", "https://api.example.com/v1/items?page=2#top").unwrap()
}

#[test]
fn dc4_the_worked_example_is_written_octet_by_octet() {
    let token = AccessToken::new("AT-1.example_token~0");
    let key = key();
    let payload = proof().access_token(&token).payload("AAECAwQFBgcICQoLDA0ODw", 1_800_000_000).unwrap();
    let header = &key.choose(None).unwrap().header;
    let expected = concat!(
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVkRFNBIiwiandrIjp7Imt0eSI6Ik9LUCIsImNydiI6IkVkMjU1MTkiLCJ4IjoiMTFxWUFZS3hDcmZWU183VHlXUUhPZzdoY3ZQ",
        "YXBpTWxyd0lhYVBjSFVSbyJ9fQ.eyJqdGkiOiJBQUVDQXdRRkJnY0lDUW9MREEwT0R3IiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9hcGkuZXhhbXBsZS5jb20vdjEva",
        "XRlbXMiLCJpYXQiOjE4MDAwMDAwMDAsImF0aCI6ImhlbVhZMEk3MzdfbjB6MDkwcEFYMEF2SVJQQlRVckNPUW9WYVAzUEF6dEEifQ",
    );
    assert_eq!(format!("{header}.{}", base64url::encode(payload)), expected);
}

#[test]
fn dc4_jti_has_128_fresh_bits_and_iat_whole_seconds() {
    let read = |random| {
        let claims = claims(&sign(&proof(), &key(), random).unwrap());
        let object = JsonObject::parse(claims.as_bytes(), &JsonRules::token()).unwrap();
        assert_eq!(object.iter().map(|(name, _)| name.into_owned()).collect::<Vec<_>>(), ["jti", "htm", "htu", "iat"]);
        assert_eq!(object.get("iat").unwrap().as_raw(), "1800000000");
        assert_eq!(object.get("htu").unwrap().as_str().unwrap(), "https://api.example.com/v1/items");
        object.get("jti").unwrap().as_str().unwrap().into_owned()
    };
    assert_eq!(base64url::decode(read(1)).unwrap().len(), 16);
    assert_ne!(read(1), read(2));
}

#[test]
fn dc4_ath_nonce_and_further_claims_are_there_when_they_are_stated() {
    let full = proof().access_token(&AccessToken::new("t")).nonce("n-1").claim("tenant", "acme").claim("n", 1);
    let claims = claims(&sign(&full, &key(), 1).unwrap());
    let ath = sha256_base64url("t");
    assert!(claims.ends_with(&format!(r#""ath":"{ath}","nonce":"n-1","tenant":"acme","n":1}}"#)), "{claims}");
    for name in ["jti", "htm", "htu", "iat", "ath", "nonce"] {
        let error = sign(&proof().claim(name, "x"), &key(), 1).unwrap_err();
        assert!(error.to_string().contains("stated by the proof itself"), "{error}");
    }
    assert!(sign(&proof().claim("a", 1).claim("a", 2), &key(), 1).is_err());
    for nonce in ["", "a b", "a\"b"] {
        assert!(sign(&proof().nonce(nonce), &key(), 1).is_err(), "{nonce}");
    }
}

#[test]
fn dc5_the_method_keeps_its_case_and_what_is_no_url_is_refused() {
    let lower = DpopProof::new("get", "https://api.example.com").unwrap();
    assert!(claims(&sign(&lower, &key(), 1).unwrap()).contains(r#""htm":"get","htu":"https://api.example.com/""#));
    for url in ["", "/v1/items", "wss://api.example.com/", "https://a b/"] {
        assert!(DpopProof::new("GET", url).is_err(), "{url}");
    }
}

#[test]
fn dc2_no_algorithm_in_common_is_a_configuration_error() {
    for names in [vec!["ES256", "PS256"], vec![]] {
        let error = sign(&proof().signing_algorithms(names), &key(), 1).unwrap_err();
        assert_eq!(error.code(), "request_configuration");
        assert!(error.to_string().contains("the key signs with EdDSA"), "{error}");
    }
    assert!(sign(&proof().signing_algorithms(["ES256", "EdDSA"]), &key(), 1).is_ok());
}

#[test]
fn dc6_token68_is_what_a_token_may_be() {
    for good in ["a", "AT-1.example_token~0", "a+b/c==", "0"] {
        assert!(is_token68(good), "{good}");
    }
    for bad in ["", "=", "==", "a b", "a=b", "a,b", "a\"", "\u{e4}", "a:b", "a\n"] {
        assert!(!is_token68(bad), "{bad:?}");
    }
}
