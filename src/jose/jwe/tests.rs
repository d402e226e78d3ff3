//! The rules of headers, allow-lists, key choice and nesting.

#![cfg(feature = "aws-lc-rs")]

use serde_json::{Value, json};

use super::*;
use crate::encoding::base64url;
use crate::environment::SystemEntropy;
use crate::jose::crypto::encryption::WrappedKey;
use crate::jose::{
    ContentEncryptionAlgorithm as Enc, ContentEncryptionSet, Curve, JoseError, JsonWebKey, JwsHeader, KeyError,
    KeyManagementAlgorithm as Alg, KeyManagementSet, PrivateKey, SignatureAlgorithm, TokenLimits, Unfit, sign_compact_blocking,
};

fn secret(more: Value) -> PrivateKey {
    let mut jwk = json!({"kty": "oct", "k": base64url::encode([7; 16])});
    jwk.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    PrivateKey::from_jwk(jwk.to_string().as_bytes()).unwrap()
}

fn decrypter(keys: impl IntoIterator<Item = PrivateKey>) -> JweDecrypter {
    JweDecrypter::new(DecryptionKeys::from_keys(keys), KeyManagementSet::ALL, ContentEncryptionSet::ALL).unwrap()
}

fn encrypt(header: &JweHeader, plaintext: &[u8], key: &PrivateKey, alg: Alg) -> String {
    encrypt_compact(header, plaintext, key.public_jwk(), alg, Enc::A128GCM, &SystemEntropy).unwrap()
}

fn decrypt(decrypter: &JweDecrypter, token: &str) -> Result<Vec<u8>, JoseError> {
    Ok(decrypter.decrypt(&CompactJwe::parse(token, TokenLimits::default())?)?.into_plaintext())
}

/// A token of this header whose other parts have the lengths of A128KW and A128GCM.
fn token(header: &Value) -> String {
    token_of(&header.to_string(), 24, 12, 16)
}

fn token_of(header: &str, key: usize, iv: usize, tag: usize) -> String {
    let zeros = |length| base64url::encode(vec![0; length]);
    format!("{}.{}.{}.AAAA.{}", base64url::encode(header), zeros(key), zeros(iv), zeros(tag))
}

#[test]
fn j19_members_of_the_header_are_what_they_must_be() {
    let decrypter = decrypter([secret(json!({}))]);
    let base = json!({"alg": "A128KW", "enc": "A128GCM"});
    for (name, value, code) in [
        ("alg", json!(5), "header_member"),
        ("alg", json!("none"), "key_management_not_allowed"),
        ("alg", json!("RS256"), "key_management_not_allowed"),
        ("alg", json!("a128kw"), "key_management_not_allowed"),
        ("alg", json!("RSA1_5"), "never_accepted"),
        ("alg", json!("PBES2-HS256+A128KW"), "never_accepted"),
        ("enc", json!(null), "header_member"),
        ("enc", json!(["A128GCM"]), "header_member"),
        ("enc", json!("A128CTR"), "content_encryption_not_allowed"),
        ("enc", json!("a128gcm"), "content_encryption_not_allowed"),
        ("zip", json!("DEF"), "never_accepted"),
        ("zip", json!(null), "never_accepted"),
        ("crit", json!(["exp"]), "header_critical"),
        ("crit", json!([]), "header_member"),
        ("kid", json!(1), "header_member"),
        ("kid", json!("a\u{7}"), "header_member"),
        ("typ", json!(1), "header_member"),
        ("cty", json!({}), "header_member"),
        ("x5c", json!(["AAAA"]), "decryption_failed"),
        ("jwk", json!({"kty": "oct", "k": "AAAA"}), "decryption_failed"),
    ] {
        let mut header = base.clone();
        header[name] = value;
        assert_eq!(decrypt(&decrypter, &token(&header)).unwrap_err().code(), code, "{header}");
    }
    for header in ["{\"alg\":\"A128KW\"}", "\u{feff}{}", "[]", "", "{\"alg\":\"dir\",\"alg\":\"dir\",\"enc\":\"A128GCM\"}"] {
        assert!(CompactJwe::parse(&token_of(header, 24, 12, 16), TokenLimits::default()).is_err(), "{header}");
    }
}

#[test]
fn j13_lengths_are_those_of_the_algorithms() {
    let decrypter = decrypter([secret(json!({})), PrivateKey::generate_for_encryption(Alg::ECDH_ES).unwrap()]);
    let header =
        |alg: &str, enc: &str| json!({"alg": alg, "enc": enc, "iv": base64url::encode([0; 12]), "tag": base64url::encode([0; 16])});
    for (alg, enc, key, iv, tag, part) in [
        ("A128KW", "A128GCM", 24, 11, 16, "initialization vector"),
        ("A128KW", "A128GCM", 24, 16, 16, "initialization vector"),
        ("A128KW", "A128GCM", 24, 12, 15, "authentication tag"),
        ("A128KW", "A128GCM", 24, 12, 17, "authentication tag"),
        ("A128KW", "A128GCM", 24, 12, 0, "authentication tag"),
        ("A128KW", "A192CBC-HS384", 56, 16, 16, "authentication tag"),
        ("A128KW", "A256CBC-HS512", 72, 12, 32, "initialization vector"),
        ("dir", "A128GCM", 1, 12, 16, "encrypted key"),
        ("ECDH-ES", "A128GCM", 24, 12, 16, "encrypted key"),
    ] {
        let refusal = decrypt(&decrypter, &token_of(&header(alg, enc).to_string(), key, iv, tag)).unwrap_err();
        assert!(matches!(refusal, JoseError::PartSize { part: found, .. } if found == part), "{alg} {enc}: {refusal}");
    }
    // A wrapped key of a wrong length is one more thing that an attacker must not be told apart.
    for key in [0, 8, 16, 23, 25, 32, 40, 300] {
        for alg in ["A128KW", "A128GCMKW"] {
            let refusal = decrypt(&decrypter, &token_of(&header(alg, "A128GCM").to_string(), key, 12, 16));
            assert_eq!(refusal, Err(JoseError::Decryption), "{alg} {key}");
        }
    }
    for (member, value) in [("iv", json!("AAAA")), ("iv", json!(null)), ("tag", json!(base64url::encode([0; 17]))), ("tag", json!(7))] {
        let mut header = header("A128GCMKW", "A128GCM");
        header[member] = value;
        assert_eq!(decrypt(&decrypter, &token(&header)).unwrap_err().code(), "header_member", "{header}");
    }
}

#[test]
fn j13_a_wrapped_key_of_another_length_fails_like_a_wrong_one() {
    let key = secret(json!({}));
    // The content key of A256GCM has 32 octets; here one of 16 was wrapped.
    let parts = encrypt(&JweHeader::new(), b"x", &key, Alg::A128KW);
    let parts: Vec<&str> = parts.split('.').collect();
    let header = base64url::encode(r#"{"alg":"A128KW","enc":"A256GCM"}"#);
    let forged = [&header, parts[1], parts[2], parts[3], parts[4]].join(".");
    assert_eq!(decrypt(&decrypter([key]), &forged), Err(JoseError::Decryption));
}

#[test]
fn j13_only_what_the_caller_allows() {
    let key = secret(json!({}));
    let token = encrypt(&JweHeader::new(), b"x", &key, Alg::A128KW);
    let keys = DecryptionKeys::from(key);
    let with = |algorithms: KeyManagementSet, encryptions: ContentEncryptionSet| JweDecrypter::new(keys.clone(), algorithms, encryptions);
    assert_eq!(decrypt(&with(Alg::A128KW.into(), Enc::A128GCM.into()).unwrap(), &token).unwrap(), b"x");
    let refusal = decrypt(&with(KeyManagementSet::ALL.without(Alg::A128KW), ContentEncryptionSet::ALL).unwrap(), &token).unwrap_err();
    assert_eq!(refusal.code(), "key_management_not_allowed");
    let refusal = decrypt(&with(Alg::A128KW.into(), Enc::A256GCM.into()).unwrap(), &token).unwrap_err();
    assert_eq!(refusal.to_string(), "the content encryption is not allowed: expected \"A256GCM\", found \"A128GCM\"");
    for (algorithms, encryptions) in
        [(KeyManagementSet::EMPTY, ContentEncryptionSet::ALL), (KeyManagementSet::ALL, ContentEncryptionSet::EMPTY)]
    {
        assert_eq!(with(algorithms, encryptions).unwrap_err(), JoseError::NoAlgorithmAllowed);
    }
}

#[test]
fn j13_exactly_one_key_after_kid_alg_use_and_operations() {
    let key = secret(json!({"kid": "a"}));
    let named = encrypt(&JweHeader::new(), b"x", &key, Alg::A128KW);
    let unnamed = encrypt(&JweHeader::new().without_key_id(), b"x", &key, Alg::A128KW);
    let none = |token: &str, key: PrivateKey| match decrypt(&decrypter([key]), token) {
        Err(JoseError::NoDecryptionKey { unfit, .. }) => unfit,
        other => panic!("{other:?}"),
    };
    for (more, expected) in [
        (json!({"alg": "A128GCMKW"}), Unfit::Algorithm),
        (json!({"alg": "dir"}), Unfit::Algorithm),
        (json!({"use": "sig"}), Unfit::EncryptionUse),
        (json!({"key_ops": []}), Unfit::Operations),
        (json!({"key_ops": ["sign", "verify", "deriveKey", "wrapKey"]}), Unfit::Operations),
        (json!({"k": base64url::encode([7; 32])}), Unfit::SecretSize),
    ] {
        assert_eq!(none(&unnamed, secret(more.clone())), Some(expected), "{more}");
    }
    assert_eq!(none(&unnamed, PrivateKey::generate(SignatureAlgorithm::ES256).unwrap()), Some(Unfit::KeyType));
    assert_eq!(none(&named, secret(json!({"kid": "b"}))), None);
    for more in [json!({}), json!({"alg": "A128KW", "use": "enc", "key_ops": ["unwrapKey"]}), json!({"key_ops": ["decrypt"]})] {
        assert_eq!(decrypt(&decrypter([secret(more.clone())]), &named).unwrap(), b"x", "a key without `kid`, {more}");
    }
    let strange = |octet: u8, more: serde_json::Value| {
        let mut members = json!({"k": base64url::encode([octet; 16])});
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        secret(members)
    };
    let both = decrypter([secret(json!({"kid": "a"})), strange(1, json!({"kid": "b"})), strange(2, json!({}))]);
    assert_eq!(decrypt(&both, &named).unwrap(), b"x", "the key of that name comes before one without");
    assert_eq!(decrypt(&both, &unnamed), Err(JoseError::SeveralDecryptionKeys { found: 3 }));
    let twice = decrypter([secret(json!({"kid": "a"})), secret(json!({"kid": "b"})), secret(json!({}))]);
    assert_eq!(decrypt(&twice, &unnamed).unwrap(), b"x", "one key under several names is one");
    let swapped = encrypt(&JweHeader::new().key_id("b"), b"x", &key, Alg::A128KW);
    let other = secret(json!({"kid": "b", "k": base64url::encode([8; 16])}));
    assert_eq!(decrypt(&decrypter([key, other]), &swapped), Err(JoseError::Decryption));
}

#[test]
fn j13_the_curve_of_the_ephemeral_key_chooses_the_key() {
    let keys = Alg::AGREEMENT_CURVES.iter().map(|curve| PrivateKey::generate_for_agreement(Alg::ECDH_ES, *curve).unwrap());
    let keys: Vec<PrivateKey> = keys.collect();
    let decrypter = decrypter(keys.clone());
    for key in &keys {
        assert_eq!(decrypt(&decrypter, &encrypt(&JweHeader::new(), b"x", key, Alg::ECDH_ES)).unwrap(), b"x");
    }
}

#[test]
fn j14_the_content_must_be_a_signed_token() {
    let key = secret(json!({}));
    let decrypter = decrypter([key.clone()]);
    let nested = |header: &JweHeader, plaintext: &[u8]| {
        decrypter.decrypt_nested(&encrypt(header, plaintext, &key, Alg::A128KW), TokenLimits::default())
    };
    let signing = PrivateKey::generate(SignatureAlgorithm::EDDSA).unwrap();
    let signed = sign_compact_blocking(&JwsHeader::new(), b"{}", &signing.signer(SignatureAlgorithm::EDDSA).unwrap()).unwrap();
    for header in [JweHeader::nested(), JweHeader::new(), JweHeader::new().cty("application/jwt")] {
        assert_eq!(nested(&header, signed.as_bytes()).unwrap().unverified_token(), signed);
    }
    assert_eq!(nested(&JweHeader::new().cty("json"), signed.as_bytes()).unwrap_err().code(), "header_member");
    let twice = encrypt(&JweHeader::nested(), signed.as_bytes(), &key, Alg::A128KW);
    for content in
        [&br#"{"sub":"alice"}"#[..], br#"{"iss":"https://a.b.example"}"#, b"", b"a.b", b"a.b.c.d", twice.as_bytes(), b"\xff.\xff.\xff"]
    {
        assert_eq!(nested(&JweHeader::nested(), content).unwrap_err(), JoseError::ContentNotSigned);
    }
}

#[test]
fn j16_sizes_are_bounded_before_anything_is_decoded() {
    let limits = TokenLimits::default().with_token(200).with_header(40);
    let found = |token: &str| CompactJwe::parse(token, limits).unwrap_err().code();
    assert_eq!(found(&"é".repeat(101)), "token_too_large");
    assert_eq!(found(&format!("{}....", "!".repeat(41))), "token_too_large");
    for parts in ["", "a.b.c", "a.b.c.d", "a.b.c.d.e.f", "....."] {
        assert_eq!(found(parts), "token_parts", "{parts}");
    }
    for broken in ["!", "A", "AA=", "AB"] {
        for part in 1..5 {
            let mut parts = ["eyJhbGciOiJkaXIiLCJlbmMiOiIifQ", "", "", "", ""];
            parts[part] = broken;
            assert_eq!(found(&parts.join(".")), "token_base64url", "{parts:?}");
        }
    }
}

/// RFC 7518 appendix C.
#[test]
fn rfc_7518_appendix_c() {
    let bob = r#"{"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
        "y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck","d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"}"#;
    let alice = r#"{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        "y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}"#;
    let alice = JsonWebKey::from_json(alice.as_bytes()).unwrap();
    let other_info = parameters::other_info(Alg::ECDH_ES, Enc::A128GCM, b"Alice", b"Bob");
    let wrapped = WrappedKey { encrypted_key: &[], ephemeral: Some(alice.material()), other_info: &other_info, gcm: None, size: 16 };
    let unwrapper = PrivateKey::from_jwk(bob.as_bytes()).unwrap().key_unwrapper(Alg::ECDH_ES).unwrap();
    assert_eq!(base64url::encode(&*unwrapper.unwrap_key(&wrapped).unwrap()), "VqqN6vgjbSBcIijNcacQGg");
}

#[test]
fn the_header_is_written_in_one_order_and_not_by_hand() {
    let key = secret(json!({"kid": "a"}));
    let header = JweHeader::nested().typ("JWT").member("z", 1).member("iss", "i").parties("Alice", "Bob");
    let jwe = encrypt(&header, b"x", &key, Alg::A128KW);
    let jwe = CompactJwe::parse(&jwe, TokenLimits::default()).unwrap();
    assert_eq!(jwe.header().as_json(), r#"{"alg":"A128KW","kid":"a","enc":"A128GCM","typ":"JWT","cty":"JWT","iss":"i","z":1}"#);
    for member in header::RESERVED {
        let header = JweHeader::new().member(member, "x");
        let refusal = encrypt_compact(&header, b"", key.public_jwk(), Alg::A128KW, Enc::A128GCM, &SystemEntropy).unwrap_err();
        assert_eq!(refusal, EncryptionError::ReservedMember { member: member.into() });
    }
    let header = JweHeader::new().parties(vec![0; 1025], "");
    let refusal = encrypt_compact(&header, b"", key.public_jwk(), Alg::A128KW, Enc::A128GCM, &SystemEntropy).unwrap_err();
    assert_eq!(refusal.code(), "header_party_size");
    let refusal = encrypt_compact(&JweHeader::new(), b"", key.public_jwk(), Alg::A256KW, Enc::A128GCM, &SystemEntropy).unwrap_err();
    assert_eq!(refusal, EncryptionError::Key(KeyError::UnfitForEncryption { algorithm: Alg::A256KW, reason: Unfit::SecretSize }));
}

#[test]
fn generated_keys_say_what_they_are_for() {
    let mut keys: Vec<(String, PrivateKey)> = Vec::new();
    for &alg in Alg::ALL.iter().filter(|row| **row != Alg::DIR && **row != Alg::RSA_OAEP_384 && **row != Alg::RSA_OAEP_512) {
        keys.push((alg.name().into(), PrivateKey::generate_for_encryption(alg).unwrap()));
    }
    for &enc in Enc::ALL {
        keys.push((enc.name().into(), PrivateKey::generate_for_direct_encryption(enc).unwrap()));
    }
    for curve in Alg::AGREEMENT_CURVES {
        let key = PrivateKey::generate_for_agreement(Alg::ECDH_ES_A128KW, *curve).unwrap();
        assert_eq!(key.public_jwk().curve(), Some(*curve));
        keys.push(("ECDH-ES+A128KW".into(), key));
    }
    for (name, key) in keys {
        let public = key.public_jwk();
        assert_eq!((public.algorithm_name(), public.public_key_use(), public.key_id()), (Some(&*name), Some("enc"), None));
        assert!(public.verifies().is_empty(), "{name}");
        assert!(SignatureAlgorithm::ALL.iter().all(|row| key.signer(*row).is_err()), "{name}");
        let again = PrivateKey::from_jwk(key.expose_jwk().expose().as_bytes()).unwrap();
        assert_eq!(again.expose_jwk().expose(), key.expose_jwk().expose());
    }
    assert!(matches!(PrivateKey::generate_for_encryption(Alg::DIR), Err(KeyError::Unsupported { .. })));
    for (alg, curve) in
        [(Alg::RSA_OAEP, Curve::P256), (Alg::DIR, Curve::X25519), (Alg::ECDH_ES, Curve::Ed25519), (Alg::ECDH_ES, Curve::Secp256k1)]
    {
        assert!(matches!(PrivateKey::generate_for_agreement(alg, curve), Err(KeyError::UnfitForEncryption { .. })), "{alg} {curve}");
    }
}

#[test]
fn halves_on_x25519_must_match() {
    let key = PrivateKey::generate_for_agreement(Alg::ECDH_ES, Curve::X25519).unwrap();
    let mut jwk: Value = serde_json::from_str(key.expose_jwk().expose()).unwrap();
    jwk["d"] = json!(base64url::encode([9; 32]));
    assert_eq!(PrivateKey::from_jwk(jwk.to_string().as_bytes()).unwrap_err().code(), "key_refused");
}

#[test]
fn a_key_set_is_read_whole_or_not_at_all() {
    let set = |keys: Value| DecryptionKeys::from_jwk_set(json!({ "keys": keys }).to_string().as_bytes());
    let one = json!({"kty": "oct", "kid": "a", "k": base64url::encode([7; 16])});
    assert_eq!(set(json!([one])).unwrap().keys().len(), 1);
    assert_eq!(set(json!([one, {"kty": "oct"}])).unwrap_err(), KeyError::Missing { member: "k" });
    assert_eq!(set(json!({})).unwrap_err().code(), "key_member_invalid");
    assert_eq!(DecryptionKeys::from_jwk_set(b"{}").unwrap_err(), KeyError::Missing { member: "keys" });
}

#[test]
fn nothing_secret_shows() {
    let key = secret(json!({"kid": "a"}));
    let token = encrypt(&JweHeader::new(), b"c4n4ry", &key, Alg::A128KW);
    let decrypter = decrypter([key.clone()]);
    let jwe = CompactJwe::parse(&token, TokenLimits::default()).unwrap();
    let decrypted = decrypter.decrypt(&jwe).unwrap();
    let encrypter = JweEncrypter::new(key.public_jwk(), Alg::A128KW, Enc::A128GCM).unwrap();
    let shown = format!("{decrypter:?} {jwe:?} {decrypted:?} {encrypter:?} {:?}", key.key_unwrapper(Alg::A128KW).unwrap());
    for trace in ["c4n4ry", "99, 52, 110", &base64url::encode([7; 16]), "7, 7, 7"] {
        assert!(!shown.contains(trace), "{shown}");
    }
}

#[cfg(feature = "biscuit")]
#[test]
fn a_provider_without_encryption_says_so() {
    use crate::jose::crypto::{BiscuitProvider, CryptoError, CryptoProvider};
    let provider = std::sync::Arc::new(BiscuitProvider);
    let key = secret(json!({}));
    let token = encrypt(&JweHeader::new(), b"x", &key, Alg::A128KW);
    let refusal = decrypt(&decrypter([key.clone().with_provider(provider.clone()).unwrap()]), &token).unwrap_err();
    let expected = CryptoError::EncryptionNotOffered { provider: "biscuit", algorithm: "A128KW" };
    assert_eq!(refusal, JoseError::Key(KeyError::Crypto(expected)));
    let refusal = JweEncrypter::with_provider(key.public_jwk(), Alg::A128KW, Enc::A128GCM, provider.clone()).unwrap_err();
    assert_eq!(refusal, KeyError::Crypto(expected));
    assert!(Alg::ALL.iter().all(|row| !provider.offers_key_management(*row)));
    assert!(Enc::ALL.iter().all(|row| !provider.offers_content_encryption(*row)));
}

/// OpenID Connect Core section 10.2.
#[test]
fn a_client_secret_becomes_a_key_of_the_algorithms_length() {
    use crate::encoding::digest;
    let exposed = |alg, enc| {
        let key = PrivateKey::from_secret_for_encryption(b"s3cret", alg, enc).unwrap();
        assert_eq!(decrypt(&decrypter([key.clone()]), &encrypt_with(&key, alg, enc)).unwrap(), b"x");
        let jwk: Value = serde_json::from_str(key.expose_jwk().expose()).unwrap();
        base64url::decode(jwk["k"].as_str().unwrap()).unwrap()
    };
    let (sha256, sha384, sha512) = (digest::sha256("s3cret"), digest::sha384("s3cret"), digest::sha512("s3cret"));
    assert_eq!(exposed(Alg::A128KW, Enc::A256CBC_HS512), sha256[..16]);
    assert_eq!(exposed(Alg::A256GCMKW, Enc::A128GCM), sha256);
    assert_eq!(exposed(Alg::DIR, Enc::A192GCM), sha256[..24]);
    assert_eq!(exposed(Alg::DIR, Enc::A128CBC_HS256), sha256);
    assert_eq!(exposed(Alg::DIR, Enc::A192CBC_HS384), sha384);
    assert_eq!(exposed(Alg::DIR, Enc::A256CBC_HS512), sha512);
    let refused = |secret: &[u8], alg| PrivateKey::from_secret_for_encryption(secret, alg, Enc::A128GCM).unwrap_err().code();
    assert_eq!(refused(b"s3cret", Alg::RSA_OAEP), "key_unfit");
    assert_eq!(refused(b"", Alg::DIR), "key_member_invalid");
}

fn encrypt_with(key: &PrivateKey, alg: Alg, enc: Enc) -> String {
    encrypt_compact(&JweHeader::new(), b"x", key.public_jwk(), alg, enc, &SystemEntropy).unwrap()
}

#[test]
fn who_encrypts_and_who_decrypts_say_by_which_algorithms() {
    use std::collections::HashSet;

    use crate::jose::{ContentEncryptionAlgorithm, DecryptionKeys, JweDecrypter, JweEncrypter, KeyManagementAlgorithm, PrivateKey};
    let (alg, enc) = (KeyManagementAlgorithm::ECDH_ES, ContentEncryptionAlgorithm::A256GCM);
    let key = PrivateKey::generate_for_encryption(alg).unwrap();
    let encrypter = JweEncrypter::new(key.public_jwk(), alg, enc).unwrap();
    assert_eq!((encrypter.algorithm(), encrypter.encryption()), (alg, enc));
    let decrypter = JweDecrypter::new([key].into_iter().collect::<DecryptionKeys>(), alg, enc).unwrap();
    assert_eq!((decrypter.algorithms().to_string(), decrypter.encryptions().to_string()), (alg.to_string(), enc.to_string()));
    assert_eq!(KeyManagementAlgorithm::ALL.iter().collect::<HashSet<_>>().len(), KeyManagementAlgorithm::ALL.len());
    assert_eq!(ContentEncryptionAlgorithm::ALL.iter().collect::<HashSet<_>>().len(), ContentEncryptionAlgorithm::ALL.len());
}
