//! Key sets as real providers publish them, and tokens that name their keys as they do.

use identity_model::encoding::{base64, base64url, digest};
use identity_model::environment::SystemEntropy;
use identity_model::jose::{
    CompactJwe, ContentEncryptionAlgorithm, DecryptionKeys, JoseError, JsonWebKey, JsonWebKeySet, JweDecrypter, JweHeader, JwsHeader,
    JwsVerifier, KeyManagementAlgorithm, KeySelection, PrivateKey, SignatureAlgorithm, TokenLimits, encrypt_compact, sign_compact_blocking,
};
use serde_json::{Value, json};

const ES256: SignatureAlgorithm = SignatureAlgorithm::ES256;
const EACH: KeySelection = KeySelection::TryEach { at_most: 8 };

fn key() -> PrivateKey {
    PrivateKey::generate(ES256).unwrap()
}

fn public(key: &PrivateKey) -> Value {
    serde_json::from_str(key.public_jwk().to_json()).unwrap()
}

fn with(key: &PrivateKey, members: Value) -> Value {
    let mut jwk = public(key);
    jwk.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    jwk
}

fn set(keys: &[Value]) -> JsonWebKeySet {
    JsonWebKeySet::from_json(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// A token whose header is this very JSON.
fn token(key: &PrivateKey, header: &Value) -> String {
    use identity_model::jose::BlockingSigner;
    let input = format!("{}.{}", base64url::encode(header.to_string()), base64url::encode("{}"));
    let signature = key.signer(ES256).unwrap().sign_blocking(input.as_bytes()).unwrap();
    format!("{input}.{}", base64url::encode(signature))
}

fn verified(token: &str, keys: &JsonWebKeySet, selection: KeySelection) -> Result<(), JoseError> {
    let verifier = JwsVerifier::new(ES256).unwrap().with_key_selection(selection);
    verifier.verify(&verifier.parse(token, TokenLimits::default())?, keys).map(drop)
}

fn code(outcome: Result<(), JoseError>) -> &'static str {
    outcome.map_or_else(|error| error.code(), |()| "ok")
}

#[test]
fn k_empty_kid_and_null_count_as_absent() {
    let (signer, other) = (key(), key());
    let bare = set(&[public(&signer)]);
    for header in [
        json!({ "alg": "ES256", "kid": "" }),
        json!({ "alg": "ES256", "kid": null }),
        json!({ "alg": "ES256", "kid": null, "typ": null, "cty": null }),
    ] {
        assert_eq!(code(verified(&token(&signer, &header), &bare, KeySelection::ExactlyOne)), "ok", "{header}");
    }
    let empty = set(&[with(&signer, json!({ "kid": "" }))]);
    assert_eq!(empty.keys()[0].key_id(), None);
    assert_eq!(code(verified(&token(&signer, &json!({ "alg": "ES256" })), &empty, KeySelection::ExactlyOne)), "ok");

    // A key without `kid` is a candidate for a token with one where each may be tried.
    let named = token(&signer, &json!({ "alg": "ES256", "kid": "k1" }));
    let error = verified(&named, &bare, KeySelection::ExactlyOne).unwrap_err();
    assert_eq!(error.code(), "key_unknown_kid");
    assert!(error.to_string().contains("KeySelection::TryEach") || format!("{error:?}").contains("Unnamed"), "{error}");
    assert_eq!(code(verified(&named, &bare, EACH)), "ok");
    assert_eq!(code(verified(&named, &set(&[public(&other), public(&signer)]), EACH)), "ok");
    // One with another `kid` never is, and the named one goes first.
    assert_eq!(code(verified(&named, &set(&[with(&signer, json!({ "kid": "k2" }))]), EACH)), "key_unknown_kid");
    let both = set(&[public(&signer), with(&other, json!({ "kid": "k1" }))]);
    assert_eq!(code(verified(&named, &both, EACH)), "signature_invalid", "the key of that name is the key");
    assert_eq!(code(verified(&token(&signer, &json!({ "alg": "ES256", "kid": 7 })), &bare, EACH)), "header_member");
}

#[test]
fn k_twice_one_key_is_one_key_however_often_it_stands_there() {
    let (signer, other) = (key(), key());
    let unnamed = token(&signer, &json!({ "alg": "ES256" }));
    let twice = set(&[public(&signer), public(&signer)]);
    assert_eq!(code(verified(&unnamed, &twice, KeySelection::ExactlyOne)), "ok");
    let two_names = set(&[with(&signer, json!({ "kid": "a" })), with(&signer, json!({ "kid": "b", "x": public(&signer)["x"] }))]);
    for header in [json!({ "alg": "ES256" }), json!({ "alg": "ES256", "kid": "a" }), json!({ "alg": "ES256", "kid": "b" })] {
        assert_eq!(code(verified(&token(&signer, &header), &two_names, KeySelection::ExactlyOne)), "ok", "{header}");
    }
    let one_name = set(&[with(&signer, json!({ "kid": "a" })), with(&signer, json!({ "kid": "a", "use": "sig" }))]);
    assert_eq!(code(verified(&token(&signer, &json!({ "alg": "ES256", "kid": "a" })), &one_name, KeySelection::ExactlyOne)), "ok");
    assert_eq!(code(verified(&unnamed, &twice, KeySelection::TryEach { at_most: 1 })), "ok", "one key is within a limit of one");
    let two = set(&[public(&signer), public(&other), public(&signer)]);
    assert_eq!(code(verified(&unnamed, &two, KeySelection::ExactlyOne)), "key_ambiguous");
    assert_eq!(code(verified(&unnamed, &two, KeySelection::TryEach { at_most: 1 })), "key_too_many");
}

#[test]
fn k_x5t_tells_keys_apart_where_there_is_no_kid_and_is_trusted_for_nothing() {
    let (one, two) = (key(), key());
    let keys =
        set(&[with(&one, json!({ "kid": "A", "x5t": "AAAA" })), with(&two, json!({ "kid": "B", "x5t": "BBBB", "x5t#S256": "SSSS" }))]);
    let judged = |key: &PrivateKey, more: Value| {
        let mut header = json!({ "alg": "ES256" });
        header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        code(verified(&token(key, &header), &keys, KeySelection::ExactlyOne))
    };
    assert_eq!(judged(&one, json!({})), "key_ambiguous");
    assert_eq!(judged(&one, json!({ "x5t": "AAAA" })), "ok");
    assert_eq!(judged(&two, json!({ "x5t": "BBBB" })), "ok");
    assert_eq!(judged(&two, json!({ "x5t#S256": "SSSS" })), "ok");
    assert_eq!(judged(&two, json!({ "x5t#S256": "SSSS", "x5t": "AAAA" })), "ok", "the stronger one counts");
    assert_eq!(judged(&two, json!({ "x5t": "AAAA" })), "signature_invalid");
    assert_eq!(judged(&one, json!({ "x5t": "CCCC" })), "key_ambiguous");
    // A `kid` decides alone.
    assert_eq!(judged(&one, json!({ "kid": "A", "x5t": "BBBB" })), "ok");
    assert_eq!(judged(&one, json!({ "kid": "B", "x5t": "AAAA" })), "signature_invalid");
    for empty in [json!(""), json!(null), json!(7)] {
        assert_eq!(judged(&one, json!({ "x5t": empty })), "key_ambiguous", "{empty}");
    }
}

/// The certificate of the fixtures, as `x5c` has it.
fn chain(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

const EC: &str = include_str!("../jose/fixtures/ec.p256.certificate.pem");
const RSA: &str = include_str!("../jose/fixtures/rsa.certificate.pem");

#[test]
fn k_x5t_of_a_key_that_states_only_its_certificate_is_computed() {
    let signer = PrivateKey::from_pem(include_str!("../jose/fixtures/ec.p256.pkcs8.pem")).unwrap();
    let der = base64::decode(chain(EC)).unwrap();
    let keys = set(&[public(&key()), json!({ "kty": "EC", "x5c": [chain(EC)] })]);
    let judged = |more: Value| {
        let mut header = json!({ "alg": "ES256" });
        header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        code(verified(&token(&signer, &header), &keys, KeySelection::ExactlyOne))
    };
    assert_eq!(judged(json!({})), "key_ambiguous");
    assert_eq!(judged(json!({ "x5t#S256": base64url::encode(digest::sha256(&der)) })), "ok");
    // openssl x509 -noout -fingerprint -sha1
    assert_eq!(judged(json!({ "x5t": "wsKV_UpvzMiNuD8mGMtCzhEMoc4" })), "ok");
    assert_eq!(judged(json!({ "x5t#S256": "other" })), "key_ambiguous");
}

#[test]
fn k_x5c_alone_gives_the_key_and_no_trust() {
    for (kty, pem, algorithm) in [("EC", EC, ES256), ("RSA", RSA, SignatureAlgorithm::RS256)] {
        let keys = set(&[json!({ "kty": kty, "kid": "c", "x5c": [chain(pem)] })]);
        let key = keys.select(Some("c"), algorithm).unwrap();
        assert_eq!(key.thumbprint(), JsonWebKey::from_pem(pem).unwrap().thumbprint(), "{kty}");
        assert_eq!(key.quirks(), ["x5c"]);
        let broken =
            chain(pem).chars().collect::<Vec<_>>().chunks(64).map(|line| line.iter().collect::<String>()).collect::<Vec<_>>().join("\n");
        assert_eq!(set(&[json!({ "kty": kty, "x5c": [broken] })]).keys().len(), 1, "broken into lines");
    }
    let refused = |jwk: Value| {
        let keys = set(&[jwk]);
        assert_eq!(keys.keys().len(), 0);
        keys.skipped()[0].reason.to_string()
    };
    assert!(refused(json!({ "kty": "RSA", "x5c": [chain(EC)] })).contains("`x5c`"), "the key of another type");
    assert!(refused(json!({ "kty": "EC", "x5c": [] })).contains("`x5c`"));
    assert!(refused(json!({ "kty": "EC", "x5c": ["no certificate"] })).contains("`x5c`"));
    let bare_key = base64::encode([0x30, 0x03, 0x02, 0x01, 0x01]);
    assert!(!refused(json!({ "kty": "RSA", "x5c": [bare_key] })).is_empty());
    assert!(refused(json!({ "kty": "RSA", "e": "AQAB" })).contains("`n` is missing"));
    // What states its numbers is not read from a certificate.
    let stated = with(&key(), json!({ "x5c": [chain(EC)] }));
    let stated = set(&[stated]);
    assert!(stated.keys()[0].quirks().is_empty());
    assert_ne!(stated.keys()[0].thumbprint(), JsonWebKey::from_pem(EC).unwrap().thumbprint());
}

/// A key one of whose coordinates begins with a zero octet.
fn key_with_leading_zero() -> (PrivateKey, &'static str) {
    loop {
        let key = key();
        let jwk = public(&key);
        for member in ["x", "y"] {
            if base64url::decode(jwk[member].as_str().unwrap()).unwrap()[0] == 0 {
                return (key, member);
            }
        }
    }
}

#[test]
fn k_forms_what_can_be_read_in_one_way_only_is_read_and_listed() {
    let (signer, member) = key_with_leading_zero();
    let octets = base64url::decode(public(&signer)[member].as_str().unwrap()).unwrap();
    let text = token(&signer, &json!({ "alg": "ES256" }));
    let read = |value: String| {
        let keys = set(&[with(&signer, json!({ member: value }))]);
        (keys.keys().first().map(|key| key.quirks().to_vec()), code(verified(&text, &keys, KeySelection::ExactlyOne)))
    };
    assert_eq!(read(base64url::encode(&octets)), (Some(vec![]), "ok"));
    let quirk = || Some(vec![member]);
    assert_eq!(read(base64url::encode(&octets[1..])), (quirk(), "ok"), "a leading zero octet cut");
    assert_eq!(read(base64url::encode([&[0], octets.as_slice()].concat())).0, None, "one put before: longer than the curve's coordinates");
    assert_eq!(read(format!("{}=", base64url::encode(&octets))), (quirk(), "ok"), "padded");
    assert_eq!(read(base64::encode(&octets)), (quirk(), "ok"), "plain base64");
    let bare = base64::encode(&octets).trim_end_matches('=').to_owned();
    // Without one of its two own letters it is base64url.
    let expected = if bare.contains(['+', '/']) { quirk() } else { Some(vec![]) };
    assert_eq!(read(bare), (expected, "ok"));
    for value in ["", "=", "A", "+-AA", "AA==="] {
        assert_eq!(read(value.to_owned()).0, None, "{value}");
    }
    assert_eq!(read(format!("{}==", base64url::encode(&octets))).0, None, "padding that is wrong");
    assert_eq!(read(base64url::encode([&[1], octets.as_slice()].concat())).0, None, "too long a number");

    let rsa = JsonWebKey::from_pem(RSA).unwrap();
    let n: Value = serde_json::from_str::<Value>(rsa.to_json()).unwrap()["n"].clone();
    let octets = base64url::decode(n.as_str().unwrap()).unwrap();
    for form in [base64::encode(&octets), base64::encode(&octets).replace('+', "-").replace('/', "_")] {
        let key = JsonWebKey::from_json(json!({ "kty": "RSA", "e": "AQAB", "n": form }).to_string().as_bytes()).unwrap();
        assert_eq!((key.thumbprint(), key.quirks()), (rsa.thumbprint(), ["n"].as_slice()));
    }
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let padded = json!({ "kty": "OKP", "crv": "Ed25519", "x": format!("{x}=") });
    assert_eq!(JsonWebKey::from_json(padded.to_string().as_bytes()).unwrap().quirks(), ["x"]);
    let short = json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url::encode(&base64url::decode(x).unwrap()[1..]) });
    assert!(JsonWebKey::from_json(short.to_string().as_bytes()).is_err(), "an octet string, no number");
}

#[test]
fn k_unfit_says_of_each_key_why() {
    let rs256 = SignatureAlgorithm::RS256;
    let rsa = |more: Value| {
        let mut jwk: Value = serde_json::from_str(JsonWebKey::from_pem(RSA).unwrap().to_json()).unwrap();
        jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        jwk
    };
    let weak = json!({ "kty": "RSA", "kid": "weak", "e": "AQAB", "n": base64url::encode(vec![0xa5; 128]) });
    let of = |keys: &[Value], key_id: Option<&str>| set(keys).select(key_id, rs256).unwrap_err().to_string();
    for (key, words) in [
        (rsa(json!({ "kid": "a", "use": "enc" })), "key `a`: its `use` is not `sig`"),
        (rsa(json!({ "alg": "RSA" })), "key without `kid`: its `alg` names another algorithm"),
        (rsa(json!({ "kid": "a", "key_ops": [] })), "key `a`: its `key_ops` lack the operation"),
        (weak.clone(), "key `weak`: the key member `n` must be 2048 to 8192 bits long, found 1024 bits"),
        (public(&key()), "its `kty` is for other algorithms"),
    ] {
        let text = of(&[key], None);
        assert!(text.contains("RS256") && text.contains(words), "{text}");
    }
    let many = [rsa(json!({ "kid": "1", "use": "enc" })), rsa(json!({ "kid": "2", "use": "enc" })), public(&key()), public(&key()), weak];
    let text = of(&many, None);
    assert!(text.contains("key `1`") && text.contains("key `2`") && text.ends_with("and 2 more"), "{text}");
    let named = of(&many, Some("2"));
    assert!(named.contains("key `2`") && !named.contains("key `1`"), "{named}");
    assert!(of(&[], None).contains("empty"));
}

#[test]
fn s_ed448_is_listed_as_skipped_with_its_reason() {
    let ed448 = json!({ "kty": "OKP", "crv": "Ed448", "kid": "e", "x": base64url::encode(vec![7; 57]) });
    let keys = set(std::slice::from_ref(&ed448));
    assert_eq!((keys.keys().len(), keys.skipped().len()), (1, 1), "it stays visible");
    let skipped = &keys.skipped()[0];
    assert_eq!((skipped.index, skipped.key_id.as_deref()), (0, Some("e")));
    assert!(skipped.reason.to_string().contains("Ed448"), "{}", skipped.reason);
    for key_id in [Some("e"), None] {
        let text = keys.select(key_id, SignatureAlgorithm::EDDSA).unwrap_err().to_string();
        assert!(text.contains("Ed448") && text.contains("key `e`") && text.matches("Ed448").count() == 1, "{text}");
    }
}

#[test]
fn k_jwe_two_keys_are_each_tried_and_fail_alike() {
    let (alg, enc) = (KeyManagementAlgorithm::RSA_OAEP_256, ContentEncryptionAlgorithm::A256GCM);
    let (one, two, stranger) = (
        PrivateKey::generate_for_encryption(alg).unwrap(),
        PrivateKey::generate_for_encryption(alg).unwrap(),
        PrivateKey::generate_for_encryption(alg).unwrap(),
    );
    let to = |key: &PrivateKey| encrypt_compact(&JweHeader::new(), b"hello", key.public_jwk(), alg, enc, &SystemEntropy).unwrap();
    let keys = || DecryptionKeys::from_keys([one.clone(), two.clone()]);
    let decrypted = |token: &str, keys: DecryptionKeys, selection: KeySelection| {
        let decrypter = JweDecrypter::new(keys, alg, enc).unwrap().with_key_selection(selection);
        decrypter.decrypt(&CompactJwe::parse(token, TokenLimits::default()).unwrap()).map(|decrypted| decrypted.into_plaintext())
    };
    for key in [&one, &two] {
        assert_eq!(decrypted(&to(key), keys(), KeySelection::ExactlyOne).unwrap_err().code(), "decryption_key_ambiguous");
        assert_eq!(decrypted(&to(key), keys(), EACH).unwrap(), b"hello");
    }
    let strange = decrypted(&to(&stranger), keys(), EACH).unwrap_err();
    let single = decrypted(&to(&stranger), DecryptionKeys::from(one.clone()), EACH).unwrap_err();
    assert_eq!((strange.clone(), strange.to_string()), (single.clone(), single.to_string()), "failures are alike");
    assert_eq!(decrypted(&to(&two), keys(), KeySelection::TryEach { at_most: 1 }).unwrap_err().code(), "decryption_key_ambiguous");
    let twice = DecryptionKeys::from_keys([one.clone(), one.clone()]);
    assert_eq!(decrypted(&to(&one), twice, KeySelection::ExactlyOne).unwrap(), b"hello", "one key twice is one");
}

#[test]
fn o_cty_of_an_encrypted_token_may_be_any_media_type_of_a_jwt() {
    let (alg, enc) = (KeyManagementAlgorithm::ECDH_ES, ContentEncryptionAlgorithm::A256GCM);
    let own = PrivateKey::generate_for_encryption(alg).unwrap();
    let signed = sign_compact_blocking(&JwsHeader::new().typ("at+jwt"), b"{}", &key().signer(ES256).unwrap()).unwrap();
    let nested = |content_type: &str, content: &str| {
        let header = JweHeader::new().cty(content_type);
        let token = encrypt_compact(&header, content.as_bytes(), own.public_jwk(), alg, enc, &SystemEntropy).unwrap();
        let decrypter = JweDecrypter::new(DecryptionKeys::from(own.clone()), alg, enc).unwrap();
        decrypter.decrypt_nested(&token, TokenLimits::default()).map(|nested| nested.unverified_token().to_owned())
    };
    for content_type in ["JWT", "at+jwt", "AT+JWT", "application/at+jwt", "logout+jwt", "application/token-introspection+jwt"] {
        assert_eq!(nested(content_type, &signed).unwrap(), signed, "{content_type}");
        assert_eq!(nested(content_type, "{}").unwrap_err().code(), "content_not_signed", "{content_type}");
    }
    for content_type in ["json", "text/plain", "jwt-not", "at+json"] {
        assert_eq!(nested(content_type, &signed).unwrap_err().code(), "header_member", "{content_type}");
    }
}

#[test]
fn a_key_set_is_written_by_serde_and_read_again() {
    let keys = set(&[with(&key(), json!({ "kid": "a", "issuer": "https://a" })), public(&key())]);
    let text = serde_json::to_string(&keys).unwrap();
    assert_eq!(text.parse::<Value>().unwrap(), keys.to_json().parse::<Value>().unwrap());
    let again: JsonWebKeySet = serde_json::from_str(&text).unwrap();
    let thumbprints = |keys: &JsonWebKeySet| keys.keys().iter().map(JsonWebKey::thumbprint).collect::<Vec<_>>();
    assert_eq!((thumbprints(&again), again.keys()[0].key_id()), (thumbprints(&keys), Some("a")));
    assert_eq!(
        again.keys()[0].member("issuer").and_then(|value| value.as_str().map(|text| text.into_owned())),
        Some("https://a".to_owned())
    );
    // A shared secret is in no key set that is written, and none is read.
    let secret = JsonWebKeySet::from_keys([JsonWebKey::from_secret(b"0123456789abcdef0123456789abcdef").unwrap()]);
    assert!(!secret.to_json().contains("MDEy"));
    assert!(serde_json::from_str::<JsonWebKeySet>(r#"{"keys":5}"#).is_err());
    assert!(serde_json::from_str::<JsonWebKeySet>(r#"{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}"#).unwrap().keys().is_empty());
}
