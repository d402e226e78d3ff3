//! Encrypted tokens against external vectors: Project Wycheproof, the JOSE cookbook (RFC 7520 sections 5 and 6), X25519 (RFC 8037
//! appendix A.6).

use std::collections::BTreeSet;
use std::sync::Mutex;

use identity_model::encoding::base64url;
use identity_model::environment::{Entropy, EntropyError};
use identity_model::jose::{
    CompactJwe, ContentEncryptionAlgorithm, ContentEncryptionSet, DecryptionKeys, JoseError, JsonWebKey, JweDecrypter, JweHeader,
    JwsVerifier, KeyManagementAlgorithm, KeyManagementSet, PrivateKey, SignatureAlgorithm, TokenLimits, encrypt_compact,
};
use serde_json::Value;

use crate::vectors;

const RSA1_5: &str = "RSA1_5 is never accepted";
const ZIP: &str = "compressed content is never accepted";

/// Vectors marked valid that this crate rejects, with the reason; they are executed, and must be rejected for that reason.
const DEVIATIONS: &[(u64, &str)] =
    &[(100, RSA1_5), (101, RSA1_5), (102, RSA1_5), (103, RSA1_5), (104, RSA1_5), (105, RSA1_5), (112, RSA1_5), (128, RSA1_5), (135, ZIP)];

fn decrypter(key: &Value) -> JweDecrypter {
    let key = PrivateKey::from_jwk(key.to_string().as_bytes()).unwrap();
    JweDecrypter::new(DecryptionKeys::from(key), KeyManagementSet::ALL, ContentEncryptionSet::ALL).unwrap()
}

fn decrypt(key: &Value, token: &str) -> Result<Vec<u8>, JoseError> {
    let jwe = CompactJwe::parse(token, TokenLimits::default())?;
    Ok(decrypter(key).decrypt(&jwe)?.into_plaintext())
}

fn octets(hexadecimal: &str) -> Vec<u8> {
    hexadecimal.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn execute(test: &str, file: &str, deviations: &[(u64, &str)], expected: usize) {
    let Some(folder) = vectors::folder(test, "wycheproof") else { return };
    let vectors = vectors::json(&folder, &format!("wycheproof/{file}"));
    let (mut executed, mut deviating, mut wrong) = (0, BTreeSet::new(), Vec::new());
    for group in vectors["testGroups"].as_array().unwrap() {
        for case in group["tests"].as_array().unwrap().iter().filter(|case| case.get("jwe").is_some()) {
            let (id, result) = (case["tcId"].as_u64().unwrap(), case["result"].as_str().unwrap());
            assert!(matches!(result, "valid" | "invalid"), "{id}: {result}");
            executed += 1;
            // A token that is no string cannot even be handed over.
            let outcome = case["jwe"].as_str().map(|token| decrypt(&group["private"], token));
            let deviates = deviations.iter().any(|(deviating, _)| *deviating == id);
            let as_expected = match &outcome {
                Some(Err(JoseError::NeverAccepted { .. })) if deviates => deviating.insert(id),
                Some(Ok(plaintext)) => {
                    let expected = case["pt"].as_str().map(octets);
                    result == "valid" && !deviates && expected.is_none_or(|expected| expected == *plaintext)
                }
                Some(Err(_)) | None => result == "invalid",
            };
            if !as_expected {
                wrong.push(format!("{id} {result} ({}): {:?}", case["comment"], outcome.map(|outcome| outcome.err())));
            }
        }
    }
    assert!(wrong.is_empty(), "{test}:\n{}", wrong.join("\n"));
    assert_eq!(executed, expected, "{test}: vectors executed");
    assert_eq!(deviating.len(), deviations.len(), "{test}: stale deviations");
}

#[test]
fn json_web_encryption() {
    execute("json_web_encryption", "json_web_encryption_test.json", DEVIATIONS, 139);
}

#[test]
fn json_web_crypto_encryption() {
    execute("json_web_crypto", "json_web_crypto_test.json", &[], 34);
}

/// Hands out what an example used, in the order it is asked for.
#[derive(Debug)]
struct Script(Mutex<Vec<Vec<u8>>>);

impl Entropy for Script {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        let mut script = self.0.lock().unwrap();
        if script.is_empty() || script[0].len() != bytes.len() {
            return Err(EntropyError);
        }
        bytes.copy_from_slice(&script.remove(0));
        Ok(())
    }
}

/// The random values of an example, as encryption draws them: ephemeral key, content key, the wrapping's IV, the content's IV.
fn script(example: &Value) -> Script {
    let agreed = example["input"]["alg"] == "ECDH-ES";
    let generated = &example["generated"];
    let values = [
        &example["encrypting_key"]["epk"]["d"],
        if agreed { &Value::Null } else { &generated["cek"] },
        &example["encrypting_key"]["iv"],
        &generated["iv"],
    ];
    Script(Mutex::new(values.iter().filter_map(|value| value.as_str()).map(|text| base64url::decode(text).unwrap()).collect()))
}

const COMPACT: &[&str] = &[
    "jwe/5_2.key_encryption_using_rsa-oaep_with_aes-gcm.json",
    "jwe/5_4.key_agreement_with_key_wrapping_using_ecdh-es_and_aes-keywrap_with_aes-gcm.json",
    "jwe/5_5.key_agreement_using_ecdh-es_with_aes-cbc-hmac-sha2.json",
    "jwe/5_6.direct_encryption_using_aes-gcm.json",
    "jwe/5_7.key_wrap_using_aes-gcm_keywrap_with_aes-cbc-hmac-sha2.json",
    "jwe/5_8.key_wrap_using_aes-keywrap_with_aes-gcm.json",
    "curve25519/ecdh-es.json",
];

#[test]
fn every_compact_example_decrypts_and_comes_out_again_where_nothing_is_left_to_chance() {
    let Some(folder) = vectors::folder("rfc7520", "rfc7520") else { return };
    for path in COMPACT {
        let example = vectors::json(&folder, &format!("rfc7520/{path}"));
        let (input, token) = (&example["input"], example["output"]["compact"].as_str().unwrap());
        let plaintext = input["plaintext"].as_str().unwrap().as_bytes();
        assert_eq!(decrypt(&input["key"], token).unwrap(), plaintext, "{path}");

        let algorithm = KeyManagementAlgorithm::from_name(input["alg"].as_str().unwrap()).unwrap();
        let encryption = ContentEncryptionAlgorithm::from_name(input["enc"].as_str().unwrap()).unwrap();
        let recipient = JsonWebKey::from_json(input["key"].to_string().as_bytes()).unwrap();
        let encrypted = encrypt_compact(&JweHeader::new(), plaintext, &recipient, algorithm, encryption, &script(&example)).unwrap();
        match input["alg"].as_str() {
            // The library draws the padding's seed itself.
            Some("RSA-OAEP") => assert_eq!(decrypt(&input["key"], &encrypted).unwrap(), plaintext, "{path}"),
            // Its `epk` in the header is not the one that `encrypting_key` has the private half of, so it cannot come out again.
            _ if *path == "curve25519/ecdh-es.json" => assert_eq!(decrypt(&input["key"], &encrypted).unwrap(), plaintext, "{path}"),
            _ => assert_eq!(encrypted, token, "{path}"),
        }
    }
}

#[test]
fn j13_rsa1_5_passwords_and_compression_are_refused_by_name() {
    let Some(folder) = vectors::folder("rfc7520", "rfc7520") else { return };
    for (path, named) in [
        ("5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2.json", "`RSA1_5`"),
        ("5_3.key_wrap_using_pbes2-aes-keywrap_with-aes-cbc-hmac-sha2.json", "`PBES2-HS512+A256KW`"),
        ("5_9.compressed_content.json", "`zip`"),
    ] {
        let example = vectors::json(&folder, &format!("rfc7520/jwe/{path}"));
        let refusal = CompactJwe::parse(example["output"]["compact"].as_str().unwrap(), TokenLimits::default()).unwrap_err();
        assert_eq!(refusal.code(), "never_accepted", "{path}");
        assert!(refusal.to_string().starts_with(named), "{refusal}");
    }
}

#[test]
fn j14_the_nested_example_is_decrypted_and_then_verified() {
    let Some(folder) = vectors::folder("rfc7520", "rfc7520") else { return };
    let example = vectors::json(&folder, "rfc7520/6.nesting_signatures_and_encryption.json");
    let decrypter = decrypter(&example["encrypt"]["input"]["key"]);
    let nested = decrypter.decrypt_nested(example["encrypt"]["output"]["compact"].as_str().unwrap(), TokenLimits::default()).unwrap();
    assert_eq!(nested.unverified_token(), example["sign"]["output"]["compact"].as_str().unwrap());
    assert_eq!(nested.outer_header().algorithm_name(), "RSA-OAEP");
    let key = JsonWebKey::from_json(example["sign"]["input"]["key"].to_string().as_bytes()).unwrap();
    let jws = nested.parse(TokenLimits::default()).unwrap();
    let verified = JwsVerifier::new(SignatureAlgorithm::PS256).unwrap().verify_with_key(&jws, &key).unwrap().payload().to_vec();
    assert_eq!(verified, example["sign"]["input"]["payload"].as_str().unwrap().as_bytes());
}
