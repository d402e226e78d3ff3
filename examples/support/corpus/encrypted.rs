//! Signed tokens inside encrypted ones: RFC 7516, RFC 8725 sections 3.3 and 3.6, OpenID Connect Core section 16.14.

use identity_model::encoding::base64url;
use identity_model::environment::SystemEntropy;
use identity_model::jose::{
    ContentEncryptionAlgorithm, JsonWebKey, JweHeader, KeyManagementAlgorithm, SignatureAlgorithm, encrypt_compact,
};
use serde_json::json;
use serde_json::value::RawValue;

use super::draft::Draft;
use super::keys::{private, public};
use super::{Corpus, NOW};

use ContentEncryptionAlgorithm as Enc;
use KeyManagementAlgorithm as Alg;

fn encrypt(header: &JweHeader, content: &[u8], key: &str, algorithm: Alg, encryption: Enc) -> String {
    let key = JsonWebKey::from_json(public(key, json!({})).to_string().as_bytes()).unwrap();
    encrypt_compact(header, content, &key, algorithm, encryption, &SystemEntropy).unwrap()
}

pub(crate) fn mint(corpus: &mut Corpus) {
    corpus.group("jwe");
    let own = ["rsa-enc", "ec-enc"].map(|name| {
        let mut key = private(name);
        key["kid"] = name.into();
        key
    });
    corpus.suite.decryption_keys.insert("own".to_owned(), RawValue::from_string(json!({ "keys": own }).to_string()).unwrap());
    let inner = Draft::rs256().token();
    for (key, algorithm) in [
        ("rsa-enc", Alg::RSA_OAEP),
        ("rsa-enc", Alg::RSA_OAEP_256),
        ("ec-enc", Alg::ECDH_ES),
        ("ec-enc", Alg::ECDH_ES_A128KW),
        ("ec-enc", Alg::ECDH_ES_A256KW),
    ] {
        for encryption in [Enc::A128GCM, Enc::A256GCM, Enc::A128CBC_HS256, Enc::A256CBC_HS512] {
            let token = encrypt(&JweHeader::nested(), inner.as_bytes(), key, algorithm, encryption);
            let case = corpus.accept("J13", format!("{algorithm}-{encryption}"), token, "encrypted to the client, signed by the issuer");
            case.policy().requires("jwe").option("decryption_keys", "own");
        }
    }
    let good = |content: &str| encrypt(&JweHeader::nested(), content.as_bytes(), "rsa-enc", Alg::RSA_OAEP_256, Enc::A256GCM);
    let nested = good(&inner);
    corpus.reject("J1", "not-configured", nested.clone(), "no decryption is configured");
    corpus
        .accept("J1", "plain", inner.clone(), "a signed token where decryption is configured too")
        .policy()
        .option("decryption_keys", "own");
    let silent = encrypt(&JweHeader::new(), inner.as_bytes(), "rsa-enc", Alg::RSA_OAEP_256, Enc::A256GCM);
    corpus.accept("J14", "no-cty", silent, "`cty` may be absent").policy().requires("jwe").option("decryption_keys", "own");
    contents(corpus, &good);
    broken(corpus, &nested);
}

/// What stands inside must be a signed token, and a good one.
fn contents(corpus: &mut Corpus, good: &dyn Fn(&str) -> String) {
    let claims = String::from_utf8(Draft::rs256().payload()).unwrap();
    let inner = Draft::rs256().token();
    let unsigned = Draft::rs256().member("alg", "\"none\"");
    for (name, content, why) in [
        ("claims", claims, "claims that nobody signed"),
        ("unsigned", format!("{}.", unsigned.input()), "an unsecured token"),
        ("twice", good(&inner), "encrypted twice"),
        ("attacker", Draft::new("attacker-rsa", SignatureAlgorithm::RS256).member("kid", "\"rsa-1\"").token(), "another key signed"),
        ("expired", Draft::rs256().claim("exp", &(NOW - 1).to_string()).token(), "over"),
        ("foreign", Draft::rs256().claim("iss", "\"https://evil.example\"").token(), "another issuer"),
        ("other-client", Draft::rs256().claim("aud", "\"client-2\"").token(), "another client"),
        ("empty", String::new(), "nothing"),
        ("text", "hello".to_owned(), "a text"),
        ("blank-behind", format!("{inner} "), "a blank behind the token"),
        ("newline-behind", format!("{inner}\n"), "a line break behind the token"),
    ] {
        corpus.reject("J14", format!("content-{name}"), good(&content), why).option("decryption_keys", "own");
    }
}

fn broken(corpus: &mut Corpus, nested: &str) {
    let parts: Vec<&str> = nested.split('.').collect();
    let with = |place: usize, part: &str| {
        let mut parts = parts.clone();
        parts[place] = part;
        parts.join(".")
    };
    let flipped = |place: usize| {
        let mut octets = base64url::decode(parts[place]).unwrap();
        octets[0] ^= 1;
        with(place, &base64url::encode(&octets))
    };
    let header = |change: &dyn Fn(&mut serde_json::Map<String, serde_json::Value>)| {
        let mut header = serde_json::from_slice(&base64url::decode(parts[0]).unwrap()).unwrap();
        change(&mut header);
        with(0, &base64url::encode(serde_json::Value::Object(header).to_string()))
    };
    let set = |name: &str, value: serde_json::Value| header(&|header| drop(header.insert(name.to_owned(), value.clone())));
    for (name, token, why) in [
        ("key-flipped", flipped(1), "another encrypted key"),
        ("iv-flipped", flipped(2), "another initialization vector"),
        ("content-flipped", flipped(3), "another ciphertext"),
        ("tag-flipped", flipped(4), "another tag"),
        ("no-key", with(1, ""), "no encrypted key"),
        ("no-iv", with(2, ""), "no initialization vector"),
        ("no-content", with(3, ""), "no ciphertext"),
        ("no-tag", with(4, ""), "no tag"),
        ("short-tag", with(4, &parts[4][..16]), "a tag of twelve octets"),
        ("long-iv", with(2, "AAAAAAAAAAAAAAAAAAAAAA"), "an initialization vector of sixteen octets"),
        ("padded", format!("{nested}=="), "padding"),
        ("alg-none", set("alg", json!("none")), "no key management"),
        ("alg-rsa1-5", set("alg", json!("RSA1_5")), "never accepted"),
        ("alg-pbes2", set("alg", json!("PBES2-HS256+A128KW")), "never accepted"),
        ("alg-dir", set("alg", json!("dir")), "no shared key"),
        ("alg-rs256", set("alg", json!("RS256")), "an algorithm for signatures"),
        ("alg-missing", header(&|header| drop(header.remove("alg"))), "`alg` is required"),
        ("enc-missing", header(&|header| drop(header.remove("enc"))), "`enc` is required"),
        ("enc-unknown", set("enc", json!("A256CTR")), "never accepted"),
        ("enc-number", set("enc", json!(256)), "`enc` is text"),
        ("zip", set("zip", json!("DEF")), "compression is never accepted"),
        ("crit", set("crit", json!(["x"])), "an extension that is not understood"),
        ("kid-other", set("kid", json!("ec-enc")), "the kid of a key of another type"),
        ("kid-unknown", set("kid", json!("nobody")), "no key has it"),
        ("four-parts", parts[..4].join("."), "four parts"),
        ("six-parts", format!("{nested}.{}", parts[4]), "six parts"),
        ("empty", "....".to_owned(), "five empty parts"),
    ] {
        corpus.reject("J13", name, token, why).option("decryption_keys", "own");
    }
}
