//! Which keys of a set count, and which one is chosen: RFC 7517 sections 4 and 5, RFC 8725 sections 3.2 and 3.10.

use identity_model::encoding::{base64, base64url};
use identity_model::jose::SignatureAlgorithm;
use serde_json::{Value, json};

use super::draft::{Draft, text};
use super::keys::{der, private, public};
use super::{Corpus, keys};

pub(crate) fn mint(corpus: &mut Corpus) {
    purposes(corpus);
    company(corpus);
    key_ids(corpus);
    key_in_header(corpus);
}

/// `use`, `key_ops`, `alg`.
fn purposes(corpus: &mut Corpus) {
    corpus.group("key-purpose");
    let token = Draft::rs256().token();
    for (expected, name, members, why) in [
        (true, "use-sig", json!({"use": "sig"}), "for signatures"),
        (false, "use-enc", json!({"use": "enc"}), "for encryption"),
        (false, "use-unknown", json!({"use": "other"}), "for something else"),
        (false, "use-case", json!({"use": "SIG"}), "`use` is case-sensitive"),
        (false, "use-empty", json!({"use": ""}), "for nothing that is known"),
        (false, "use-array", json!({"use": ["sig"]}), "`use` is text"),
        (true, "ops-verify", json!({"key_ops": ["verify"]}), "for verifying"),
        (true, "ops-both", json!({"key_ops": ["sign", "verify"]}), "for verifying too"),
        (true, "ops-unknown-too", json!({"key_ops": ["verify", "other"]}), "for verifying too"),
        (false, "ops-sign", json!({"key_ops": ["sign"]}), "for signing alone"),
        (false, "ops-encrypt", json!({"key_ops": ["encrypt", "wrapKey"]}), "for encryption"),
        (false, "ops-empty", json!({"key_ops": []}), "for nothing"),
        (false, "ops-text", json!({"key_ops": "verify"}), "`key_ops` is an array"),
        (false, "ops-numbers", json!({"key_ops": [1]}), "`key_ops` holds text"),
        (false, "use-sig-ops-encrypt", json!({"use": "sig", "key_ops": ["encrypt"]}), "the two disagree"),
        (false, "use-enc-ops-verify", json!({"use": "enc", "key_ops": ["verify"]}), "the two disagree"),
        (true, "alg-same", json!({"alg": "RS256"}), "for this algorithm"),
        (false, "alg-rs512", json!({"alg": "RS512"}), "for another algorithm"),
        (false, "alg-oaep", json!({"alg": "RSA-OAEP"}), "for encryption"),
        (false, "alg-es256", json!({"alg": "ES256"}), "for an algorithm of another key type"),
        (false, "alg-hs256", json!({"alg": "HS256"}), "for a MAC"),
        (false, "alg-none", json!({"alg": "none"}), "for nothing"),
        (false, "alg-unknown", json!({"alg": "RS257"}), "for an unknown algorithm"),
        (false, "alg-case", json!({"alg": "rs256"}), "names are case-sensitive"),
        (false, "alg-array", json!({"alg": ["RS256"]}), "`alg` is text"),
        (
            true,
            "unknown-members",
            json!({"x5t": "AAAA", "issuer": "https://x", "exp": 1, "nbf": 2_000_000_000_u64}),
            "unknown members say nothing",
        ),
        (true, "x5c-garbage", json!({"x5c": ["AAAA"]}), "the certificate is not what verifies"),
    ] {
        let set = format!("purpose-{name}");
        corpus.set(&set, [public("rsa-1", members)]);
        let rule = if name.starts_with("alg") { "K2" } else { "K10" };
        let case = if expected { corpus.accept(rule, name, token.clone(), why) } else { corpus.reject(rule, name, token.clone(), why) };
        case.keys(&set);
        if !matches!(name, "use-sig" | "use-enc" | "ops-verify" | "ops-both" | "alg-same") {
            case.policy();
        }
    }
    let jwk = public("rsa-1", json!({})).to_string().replacen('{', "{\"use\":\"enc\",\"use\":\"sig\",", 1);
    corpus.raw_set("use-twice", format!(r#"{{"keys":[{jwk}]}}"#));
    corpus.reject("H8", "use-twice", token.clone(), "a member twice spoils the key").policy().keys("use-twice");
    let jwk = public("rsa-1", json!({})).to_string().replacen('{', r#"{"\u0061lg":"PS256","alg":"RS256","#, 1);
    corpus.raw_set("alg-twice", format!(r#"{{"keys":[{jwk}]}}"#));
    corpus.reject("H8", "alg-twice-escaped", token, "a member twice, once escaped, spoils the key").policy().keys("alg-twice");
}

/// One good key among others.
fn company(corpus: &mut Corpus) {
    corpus.group("key-set");
    let good = || public("rsa-1", json!({}));
    let token = Draft::rs256().token();
    let octet = |kid: &str| json!({"kty": "oct", "kid": kid, "k": private("secret")["k"]});
    let many = |count: usize| (0..count).map(|place| public("ec-256", json!({ "kid": format!("k{place}") }))).chain([good()]).collect();
    let sets: [(bool, &str, Vec<Value>, &str); 15] = [
        (true, "beside-unknown-type", vec![json!({"kty": "PQC", "kid": "q", "pub": "AA"}), good()], "a key of an unknown type is left out"),
        (true, "beside-broken", vec![json!({"kty": "RSA", "kid": "b"}), good()], "a broken key is left out"),
        (true, "beside-number", vec![json!(7), json!("key"), json!(null), good()], "what is no object is left out"),
        (true, "beside-secret", vec![octet("s"), good()], "a secret in a published set is left out"),
        (true, "beside-weak", vec![public("rsa-512", json!({})), good()], "a weak key is left out"),
        (
            true,
            "decoys",
            vec![public("ec-256", json!({"kid": "rsa-1"})), public("ed-1", json!({"kid": "rsa-1"})), good()],
            "one kid over three types",
        ),
        (true, "decoy-enc", vec![public("rsa-2", json!({"kid": "rsa-1", "use": "enc"})), good()], "one kid, one of them for encryption"),
        (
            true,
            "decoy-alg",
            vec![public("rsa-2", json!({"kid": "rsa-1", "alg": "PS256"})), good()],
            "one kid, one of them for another algorithm",
        ),
        (false, "kid-twice", vec![public("rsa-2", json!({"kid": "rsa-1"})), good()], "two keys fit under one kid"),
        (true, "same-twice", vec![good(), good()], "the same key twice under one kid is one key"),
        (false, "empty", vec![], "no key at all"),
        (false, "kid-absent", vec![public("rsa-1", json!({"kid": null}))], "a kid never falls back to a key without one"),
        (true, "hundred", many(99), "a hundred keys"),
        (false, "hundred-and-one", many(100), "more keys than anybody needs"),
        (false, "secret-alone", vec![octet("rsa-1")], "nothing but a secret"),
    ];
    for (expected, name, set, why) in sets {
        let named = format!("set-{name}");
        corpus.set(&named, set);
        let rule = if name == "decoys" || name.ends_with("twice") { "K3" } else { "K1" };
        let case = if expected { corpus.accept(rule, name, token.clone(), why) } else { corpus.reject(rule, name, token.clone(), why) };
        case.keys(&named);
        if matches!(name, "kid-twice" | "same-twice" | "hundred" | "hundred-and-one" | "kid-absent" | "decoy-alg") {
            case.policy();
        }
    }
    for (name, set, why) in [
        ("array", format!("[{}]", good()), "the set is an object"),
        ("key-alone", good().to_string(), "a key is no set"),
        ("keys-object", json!({"keys": {"rsa-1": good()}}).to_string(), "`keys` is an array"),
        ("keys-null", r#"{"keys":null}"#.to_owned(), "`keys` is an array"),
        ("keys-twice", format!(r#"{{"keys":[],"keys":[{}]}}"#, good()), "`keys` twice"),
    ] {
        let named = format!("set-{name}");
        corpus.raw_set(&named, set);
        corpus.reject("K1", name, token.clone(), why).keys(&named);
    }
    corpus.set("published-secret", [octet("s"), good()]);
    let secret = base64url::decode(private("secret")["k"].as_str().unwrap()).unwrap();
    let mac = Draft::rs256().member("alg", "\"HS256\"").member("kid", "\"s\"").mac(&secret, SignatureAlgorithm::HS256);
    let case = corpus.reject("K9", "published-secret", mac, "a MAC under a secret that stands in the published set");
    case.keys("published-secret").option("algs", vec!["HS256", "RS256"]);
}

fn key_ids(corpus: &mut Corpus) {
    corpus.group("kid");
    let kid = |json: &str| Draft::rs256().member("kid", json).token();
    for (name, json, why) in [
        ("number", "1", "`kid` is text"),
        ("null", "null", "`kid` is text"),
        ("array", r#"["rsa-1"]"#, "`kid` is text"),
        ("object", r#"{"kid":"rsa-1"}"#, "`kid` is text"),
        ("bool", "true", "`kid` is text"),
        ("empty", "\"\"", "no key has it"),
        ("unknown", "\"rsa-9\"", "no key has it"),
        ("case", "\"RSA-1\"", "`kid` is case-sensitive"),
        ("blank-behind", "\"rsa-1 \"", "no trimming"),
        ("blank-before", "\" rsa-1\"", "no trimming"),
        ("prefix", "\"rsa-\"", "no prefix"),
        ("traversal", r#""../../rsa-1""#, "a path"),
        ("file", r#""/dev/null""#, "a path"),
        ("url", r#""https://evil.example/jwks.json""#, "an address"),
        ("sql", r#""x' UNION SELECT 'secret';--""#, "a query"),
        ("shell", r#""rsa-1|/bin/true""#, "a command"),
        ("newline", r#""rsa-1\n""#, "a line break"),
        ("nul", r#""rsa-1\u0000""#, "a NUL"),
        ("escape", r#""\u001b[2Jrsa-1""#, "a terminal's escape"),
        ("bidi", r#""\u202e1-asr""#, "written backwards"),
        ("zero-width", r#""rsa\u200b-1""#, "an invisible letter"),
        ("lookalike", r#""rsа-1""#, "a Cyrillic letter"),
        ("other-key", "\"rsa-2\"", "the kid of another key"),
        ("other-type", "\"ec-256\"", "the kid of a key of another type"),
        ("thumbprint", r#""NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs""#, "a thumbprint is a kid like others"),
    ] {
        corpus.reject(if why.ends_with("text") { "J19" } else { "K2" }, name, kid(json), why);
    }
    corpus.reject("K2", "long", kid(&text(&"k".repeat(8000))), "a kid of 8000 letters");
    corpus.accept("K2", "escaped", kid(r#""rsa\u002d\u0031""#), "an escaped letter is the letter");
    let without = Draft::rs256().without_member("kid").token();
    corpus.accept("K3", "absent-single", without.clone(), "no kid, one key").keys("single");
    corpus.reject("K3", "absent-several", without.clone(), "no kid, two keys that fit").policy();
    corpus.set("one-of-each", [public("rsa-1", json!({})), public("ec-256", json!({})), public("ed-1", json!({}))]);
    corpus.accept("K3", "absent-one-fits", without.clone(), "no kid, one key that fits").policy().keys("one-of-each");
    corpus.set("one-by-alg", [public("rsa-1", json!({"alg": "RS256"})), public("ps-1", json!({"alg": "PS256"}))]);
    corpus.accept("K3", "absent-one-alg", without.clone(), "no kid, one key for the algorithm").policy().keys("one-by-alg");
    corpus.set("no-kid", [public("rsa-1", json!({"kid": null}))]);
    corpus.accept("K3", "absent-on-both", without, "no kid on either side").keys("no-kid");
    for (name, kid) in
        [("colon", "a:b"), ("padding", "abc="), ("unicode", "schlüssel-🔑"), ("digits", "340282366920938463463374607431768211456")]
    {
        corpus.set(&format!("kid-{name}"), [public("rsa-1", json!({ "kid": kid }))]);
        let token = Draft::rs256().member("kid", &text(kid)).token();
        corpus.accept("K2", format!("opaque-{name}"), token, "a kid is opaque").keys(&format!("kid-{name}"));
    }
    corpus.set("kid-composed", [public("rsa-1", json!({"kid": "caf\u{e9}"}))]);
    let token = Draft::rs256().member("kid", "\"cafe\u{301}\"").token();
    corpus.reject("K2", "decomposed", token, "no normalising of letters").keys("kid-composed");
}

/// K8: what a header says about keys is the forger's word.
fn key_in_header(corpus: &mut Corpus) {
    corpus.group("key-in-header");
    let jwk = public("attacker-rsa", json!({"kid": null}));
    let certificate = base64::encode(der("attacker-rsa", "spki").unwrap());
    let members = [
        ("jwk", jwk.to_string()),
        ("jku", text("https://evil.example/jwks.json")),
        ("x5u", text("https://evil.example/cert.pem")),
        ("x5c", json!([certificate]).to_string()),
        ("x5t", text("AAAAAAAAAAAAAAAAAAAAAAAAAAA")),
    ];
    for (name, json) in &members {
        let draft = Draft::new("attacker-rsa", SignatureAlgorithm::RS256).member(name, json);
        let token = draft.clone().member("kid", "\"rsa-1\"").token();
        corpus.reject("K8", *name, token, "the forger's own key, and the issuer's kid");
        corpus.reject("K8", format!("{name}-own-kid"), draft.clone().token(), "the forger's own key and kid");
        let token = draft.without_member("kid").token();
        corpus.reject("K8", format!("{name}-no-kid"), token, "the forger's own key, no kid").keys("single");
        let token = Draft::rs256().member(name, json).token();
        corpus
            .accept("K8", format!("{name}-ignored"), token, "signed by the right key; what the header says of keys is not looked at")
            .policy();
    }
    let own = public("rsa-1", json!({}));
    let token = Draft::rs256().member("jwk", &own.to_string()).token();
    corpus.accept("K8", "jwk-own", token, "the header repeats the key of the set").policy();
    let secret = json!({"kty": "oct", "k": keys::private("secret")["k"]});
    let octets = base64url::decode(secret["k"].as_str().unwrap()).unwrap();
    let draft = Draft::rs256().member("alg", "\"HS256\"").member("jwk", &secret.to_string());
    let token = draft.mac(&octets, SignatureAlgorithm::HS256);
    corpus.reject("K8", "jwk-secret", token, "the forger brings a secret").option("algs", vec!["HS256", "RS256"]);
}
