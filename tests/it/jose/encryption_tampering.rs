//! Every algorithm both ways, and what becomes of an encrypted token that was changed, cut or aimed at another key.

use std::sync::LazyLock;

use identity_model::encoding::base64url;
use identity_model::environment::{SeededEntropy, SystemEntropy};
use identity_model::jose::{
    CompactJwe, ContentEncryptionAlgorithm, ContentEncryptionSet, Curve, DecryptionKeys, JoseError, JweDecrypter, JweHeader,
    KeyManagementAlgorithm, KeyManagementMode, KeyManagementSet, PrivateKey, SignatureAlgorithm, TokenLimits, encrypt_compact,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const PLAINTEXT: &[u8] = br#"{"sub":"alice"}"#;

/// One RSA key for all its rows: making one takes long.
static RSA: LazyLock<PrivateKey> = LazyLock::new(|| {
    let mut jwk: Value = serde_json::from_str(PrivateKey::generate(SignatureAlgorithm::RS256).unwrap().expose_jwk().expose()).unwrap();
    for member in ["alg", "use"] {
        jwk.as_object_mut().unwrap().remove(member);
    }
    PrivateKey::from_jwk(jwk.to_string().as_bytes()).unwrap()
});

struct Encrypted {
    algorithm: KeyManagementAlgorithm,
    encryption: ContentEncryptionAlgorithm,
    token: String,
    decrypter: JweDecrypter,
}

fn keys(algorithm: KeyManagementAlgorithm, encryption: ContentEncryptionAlgorithm) -> Vec<PrivateKey> {
    match algorithm.mode() {
        KeyManagementMode::KeyEncryption => vec![RSA.clone()],
        KeyManagementMode::DirectEncryption => vec![PrivateKey::generate_for_direct_encryption(encryption).unwrap()],
        KeyManagementMode::KeyWrapping => vec![PrivateKey::generate_for_encryption(algorithm).unwrap()],
        _ => {
            let curves = KeyManagementAlgorithm::AGREEMENT_CURVES.iter();
            curves.map(|curve| PrivateKey::generate_for_agreement(algorithm, *curve).unwrap()).collect()
        }
    }
}

fn encrypted(algorithm: KeyManagementAlgorithm, encryption: ContentEncryptionAlgorithm, key: PrivateKey) -> Encrypted {
    let key = key.with_key_id("a").unwrap();
    let header = JweHeader::nested().parties("Alice", "Bob").member("iss", "https://issuer.example.com");
    let token = encrypt_compact(&header, PLAINTEXT, key.public_jwk(), algorithm, encryption, &SystemEntropy).unwrap();
    let decrypter = JweDecrypter::new(DecryptionKeys::from(key), KeyManagementSet::ALL, ContentEncryptionSet::ALL).unwrap();
    Encrypted { algorithm, encryption, token, decrypter }
}

/// A token of each row of both tables, on each curve.
static TOKENS: LazyLock<Vec<Encrypted>> = LazyLock::new(|| {
    let mut tokens = Vec::new();
    for &algorithm in KeyManagementAlgorithm::ALL {
        for &encryption in ContentEncryptionAlgorithm::ALL {
            tokens.extend(keys(algorithm, encryption).into_iter().map(|key| encrypted(algorithm, encryption, key)));
        }
    }
    tokens
});

fn decrypt(decrypter: &JweDecrypter, token: &str) -> Result<Vec<u8>, JoseError> {
    Ok(decrypter.decrypt(&CompactJwe::parse(token, TokenLimits::default())?)?.into_plaintext())
}

#[test]
fn every_row_on_every_curve_decrypts_what_it_encrypted() {
    for Encrypted { algorithm, encryption, token, decrypter } in TOKENS.iter() {
        let jwe = CompactJwe::parse(token, TokenLimits::default()).unwrap();
        assert_eq!((jwe.algorithm(), jwe.encryption(), jwe.header().key_id()), (Some(*algorithm), Some(*encryption), Some("a")));
        let decrypted = decrypter.decrypt(&jwe).unwrap();
        assert_eq!(decrypted.plaintext(), PLAINTEXT, "{algorithm} {encryption}");
        assert_eq!((decrypted.algorithm(), decrypted.encryption()), (*algorithm, *encryption));
        assert_eq!(decrypted.header().cty(), Some("JWT"));
    }
}

#[test]
fn every_length_of_content_comes_back_whole() {
    for &encryption in ContentEncryptionAlgorithm::ALL {
        let key = PrivateKey::generate_for_direct_encryption(encryption).unwrap();
        let decrypter = JweDecrypter::new(DecryptionKeys::from(key.clone()), KeyManagementAlgorithm::DIR, encryption).unwrap();
        for length in (0..50).chain([4095, 4096, 100_000]) {
            let content = vec![0x5a; length];
            let token =
                encrypt_compact(&JweHeader::new(), &content, key.public_jwk(), KeyManagementAlgorithm::DIR, encryption, &SystemEntropy);
            assert_eq!(decrypt(&decrypter, &token.unwrap()).unwrap(), content, "{encryption} {length}");
        }
    }
}

#[test]
fn what_the_entropy_gives_decides_the_token() {
    let (alg, enc) = (KeyManagementAlgorithm::ECDH_ES_A192KW, ContentEncryptionAlgorithm::A192CBC_HS384);
    for curve in KeyManagementAlgorithm::AGREEMENT_CURVES {
        let key = PrivateKey::generate_for_agreement(alg, *curve).unwrap();
        let token = |seed| encrypt_compact(&JweHeader::new(), PLAINTEXT, key.public_jwk(), alg, enc, &SeededEntropy::new(seed)).unwrap();
        assert_eq!(token(1), token(1), "{curve}");
        let [one, other] = [token(1), token(2)];
        assert!(one.split('.').zip(other.split('.')).all(|(one, other)| one != other), "{curve}");
    }
}

/// J13: whichever bit of the parts behind the header is changed, the response is one and the same.
#[test]
fn j13_every_changed_bit_gives_one_and_the_same_error() {
    for Encrypted { algorithm, encryption, token, decrypter } in TOKENS.iter() {
        let parts: Vec<&str> = token.split('.').collect();
        for part in 1..5 {
            let octets = base64url::decode(parts[part]).unwrap();
            // Key pairs are slow: of theirs every seventh bit will do, and fewer of an RSA part.
            let step = if octets.len() > 200 {
                61
            } else if algorithm.is_symmetric() {
                1
            } else {
                7
            };
            for bit in (0..octets.len() * 8).step_by(step) {
                let mut changed = octets.clone();
                changed[bit / 8] ^= 1 << (bit % 8);
                let changed = base64url::encode(changed);
                let mut all = parts.clone();
                all[part] = &changed;
                assert_eq!(decrypt(decrypter, &all.join(".")), Err(JoseError::Decryption), "{algorithm} {encryption} {part} {bit}");
            }
        }
    }
}

#[test]
fn j13_a_changed_header_is_never_accepted() {
    for Encrypted { algorithm, encryption, token, decrypter } in TOKENS.iter() {
        let (header, rest) = token.split_once('.').unwrap();
        let octets = base64url::decode(header).unwrap();
        for place in 0..octets.len() {
            for changed in [octets[place] ^ 1, octets[place] ^ 0x20, b' ', b'"'] {
                let mut header = octets.clone();
                if std::mem::replace(&mut header[place], changed) != changed {
                    let outcome = decrypt(decrypter, &format!("{}.{rest}", base64url::encode(header)));
                    assert!(outcome.is_err(), "{algorithm} {encryption} {place}");
                }
            }
        }
    }
}

#[test]
fn every_cut_is_refused() {
    for Encrypted { algorithm, encryption, token, decrypter } in TOKENS.iter() {
        for end in 0..token.len() {
            assert!(decrypt(decrypter, &token[..end]).is_err(), "{algorithm} {encryption} {end}");
        }
        for more in [".", "A", "=", ".A", "\n", "AAAA"] {
            assert!(decrypt(decrypter, &format!("{token}{more}")).is_err(), "{algorithm} {encryption} {more:?}");
        }
    }
}

#[test]
fn j13_a_foreign_key_gives_the_error_of_a_broken_token() {
    for &algorithm in KeyManagementAlgorithm::ALL.iter().filter(|row| row.mode() != KeyManagementMode::KeyEncryption) {
        let encryption = ContentEncryptionAlgorithm::A128CBC_HS256;
        for (own, foreign) in keys(algorithm, encryption).into_iter().zip(keys(algorithm, encryption)) {
            let Encrypted { token, .. } = encrypted(algorithm, encryption, foreign);
            let own = DecryptionKeys::from(own.with_key_id("a").unwrap());
            let decrypter = JweDecrypter::new(own, algorithm, encryption).unwrap();
            assert_eq!(decrypt(&decrypter, &token), Err(JoseError::Decryption), "{algorithm}");
        }
    }
    let (alg, enc) = (KeyManagementAlgorithm::RSA_OAEP, ContentEncryptionAlgorithm::A256GCM);
    let foreign = encrypted(alg, enc, PrivateKey::generate_for_encryption(alg).unwrap());
    let decrypter = JweDecrypter::new(DecryptionKeys::from(RSA.clone()), alg, enc).unwrap();
    assert_eq!(decrypt(&decrypter, &foreign.token), Err(JoseError::Decryption));
}

/// The same token under a header with other members; the tag no longer fits, but that is found out last.
fn with_members(token: &str, changes: Value) -> String {
    let (header, rest) = token.split_once('.').unwrap();
    let mut header: Value = serde_json::from_slice(&base64url::decode(header).unwrap()).unwrap();
    for (name, value) in changes.as_object().unwrap() {
        header[name] = value.clone();
    }
    format!("{}.{rest}", base64url::encode(header.to_string()))
}

#[test]
fn j13_ephemeral_keys_are_public_keys_of_the_right_curve() {
    let find = |curve| {
        let wanted = |token: &&Encrypted| {
            let key = token.decrypter.keys().keys().next().unwrap().public_jwk().curve();
            token.algorithm == KeyManagementAlgorithm::ECDH_ES_A128KW && key == Some(curve)
        };
        TOKENS.iter().find(wanted).unwrap()
    };
    let own = |curve| -> Value {
        let key = PrivateKey::generate_for_agreement(KeyManagementAlgorithm::ECDH_ES, curve).unwrap();
        serde_json::from_str(key.expose_jwk().expose()).unwrap()
    };
    let (p256, p384) = (own(Curve::P256), own(Curve::P384));
    let public = |key: &Value| json!({"kty": key["kty"], "crv": key["crv"], "x": key["x"], "y": key["y"]});
    let coordinate = |octet: u8, size| base64url::encode(vec![octet; size]);
    let token = find(Curve::P256);
    for (epk, code) in [
        (p256.clone(), "ephemeral_key"),
        (json!({"kty": "EC", "crv": "P-256", "x": p256["x"]}), "ephemeral_key"),
        (json!({"kty": "EC", "crv": "secp256k1", "x": p256["x"], "y": p256["y"]}), "ephemeral_key"),
        (json!({"kty": "oct", "k": "AAAA"}), "ephemeral_key"),
        (json!({"kty": "RSA", "n": "AAAA", "e": "AQAB"}), "ephemeral_key"),
        (json!({"kty": "EC", "crv": "P-256", "x": coordinate(1, 31), "y": coordinate(1, 32)}), "ephemeral_key"),
        (json!({"kty": "EC", "crv": "P-256", "x": coordinate(0, 32), "y": coordinate(0, 32)}), "ephemeral_key"),
        (json!("text"), "ephemeral_key"),
        (json!(null), "ephemeral_key"),
        (public(&p384), "decryption_key_none"),
        // Off the curve, on no curve, another sender: all like a wrong tag.
        (json!({"kty": "EC", "crv": "P-256", "x": coordinate(1, 32), "y": coordinate(1, 32)}), "decryption_failed"),
        (json!({"kty": "EC", "crv": "P-256", "x": coordinate(0xff, 32), "y": coordinate(0xff, 32)}), "decryption_failed"),
        (public(&p256), "decryption_failed"),
    ] {
        let outcome = decrypt(&token.decrypter, &with_members(&token.token, json!({ "epk": epk })));
        assert_eq!(outcome.unwrap_err().code(), code, "{epk}");
    }
    let token = find(Curve::X25519);
    let small_order = ["00", "01", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", "edff"].map(|start| {
        let mut octets: Vec<u8> = (0..start.len() / 2).map(|at| u8::from_str_radix(&start[2 * at..2 * at + 2], 16).unwrap()).collect();
        octets.resize(32, if start == "edff" { 0xff } else { 0 });
        if start == "edff" {
            octets[31] = 0x7f;
        }
        base64url::encode(octets)
    });
    for x in small_order {
        let epk = json!({"kty": "OKP", "crv": "X25519", "x": x});
        let outcome = decrypt(&token.decrypter, &with_members(&token.token, json!({ "epk": epk })));
        assert_eq!(outcome, Err(JoseError::Decryption), "{x}");
    }
    for (changes, code) in [
        (json!({"apu": 5}), "header_member"),
        (json!({"apu": "A="}), "header_member"),
        (json!({"apv": base64url::encode([7; 1025])}), "header_member"),
        (json!({"apv": base64url::encode([7; 1024])}), "decryption_failed"),
    ] {
        assert_eq!(decrypt(&token.decrypter, &with_members(&token.token, changes.clone())).unwrap_err().code(), code, "{changes}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_text_is_refused(text in "[A-Za-z0-9_.=-]{0,200}") {
        for which in [0, 7, 30] {
            prop_assert!(decrypt(&TOKENS[which % TOKENS.len()].decrypter, &text).is_err());
        }
    }

    #[test]
    fn arbitrary_parts_under_a_sound_header_are_refused(
        which in any::<prop::sample::Index>(),
        parts in prop::array::uniform4(prop::collection::vec(any::<u8>(), 0..600)),
    ) {
        let token = which.get(&TOKENS);
        let header = token.token.split('.').next().unwrap();
        let forged = format!("{header}.{}", parts.map(base64url::encode).join("."));
        prop_assert!(decrypt(&token.decrypter, &forged).is_err());
    }

    #[test]
    fn parts_of_the_right_length_fail_alike(which in any::<prop::sample::Index>(), octet in any::<u8>()) {
        let token = which.get(&TOKENS);
        let mut parts = token.token.split('.');
        let header = parts.next().unwrap();
        let parts: Vec<String> = parts.map(|part| base64url::encode(vec![octet; base64url::decode(part).unwrap().len()])).collect();
        let forged = format!("{header}.{}", parts.join("."));
        prop_assert_eq!(decrypt(&token.decrypter, &forged), Err(JoseError::Decryption));
    }
}
