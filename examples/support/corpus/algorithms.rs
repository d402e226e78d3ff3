//! Which algorithm goes with which key: RFC 8725 sections 3.1 and 3.2.

use identity_model::encoding::base64url;
use identity_model::jose::SignatureAlgorithm;
use serde_json::{Value, json};

use super::draft::{Draft, text};
use super::{Corpus, keys};

/// A key of each type, and the algorithm it signs with where the header's does not fit it.
const KEYS: [(&str, SignatureAlgorithm); 5] = [
    ("rsa-1", SignatureAlgorithm::RS256),
    ("ec-256", SignatureAlgorithm::ES256),
    ("ec-384", SignatureAlgorithm::ES384),
    ("ec-521", SignatureAlgorithm::ES512),
    ("ed-1", SignatureAlgorithm::EDDSA),
];

pub(crate) fn mint(corpus: &mut Corpus) {
    pairings(corpus);
    public_key_as_secret(corpus);
    none(corpus);
    secrets(corpus);
    lists(corpus);
}

/// Every name with every type of key; keys without `alg`, and a list that allows everything, so that the key alone decides.
fn pairings(corpus: &mut Corpus) {
    corpus.group("alg-pairing");
    corpus.set("bare", KEYS.map(|(key, _)| keys::public(key, json!({}))));
    let all: Vec<Value> = SignatureAlgorithm::ALL.iter().map(|row| row.name().into()).collect();
    for &row in SignatureAlgorithm::ALL {
        for (key, natural) in KEYS {
            let fits = row.key_type() == natural.key_type() && (row.curve().is_none() || row.curve() == natural.curve());
            let draft = Draft::new(key, if fits { row } else { natural }).member("alg", &text(row.name()));
            let name = format!("{}-{key}", row.name());
            let case = if fits {
                corpus.accept("K2", name, draft.token(), "the key's type and curve are the algorithm's")
            } else {
                corpus.reject("K2", name, draft.token(), "a good signature of the key, under the name of an algorithm it is not for")
            };
            case.keys("bare").option("algs", all.clone());
            if fits && row == SignatureAlgorithm::ED25519 {
                case.policy().requires("ed25519-name");
            }
        }
    }
    for name in [
        "RS1",
        "HS1",
        "ES521",
        "RS",
        "RS-256",
        "rs256",
        "Rs256",
        " RS256",
        "RS256 ",
        "RS256\\u0000",
        "SHA256withRSA",
        "RSA1_5",
        "dir",
        "Ed448",
    ] {
        let token = Draft::rs256().member("alg", &format!("\"{name}\"")).token();
        let case =
            corpus.reject("J3", format!("name-{name}"), token, "a good RS256 signature under a name that is no algorithm of the list");
        case.option("algs", all.clone());
    }
    for (name, json) in
        [("null", "null"), ("number", "256"), ("array", r#"["RS256"]"#), ("object", "{}"), ("true", "true"), ("empty", "\"\"")]
    {
        corpus.reject("J19", format!("type-{name}"), Draft::rs256().member("alg", json).token(), "`alg` is a string");
    }
    corpus.reject("J19", "missing", Draft::rs256().without_member("alg").token(), "`alg` is required");
    let escaped = Draft::rs256().member("alg", r#""RS\u0032\u0035\u0036""#).token();
    corpus.accept("J2", "escaped", escaped, "an escaped letter is the letter");
}

/// The oldest trick: a MAC under what everybody knows.
fn public_key_as_secret(corpus: &mut Corpus) {
    corpus.group("alg-confusion");
    for (key, _) in KEYS {
        let public = keys::public(key, json!({}));
        let mut forms: Vec<(String, Vec<u8>)> = Vec::new();
        for form in ["spki", "pkcs1"] {
            let (Some(pem), Some(der)) = (keys::pem(key, form), keys::der(key, form)) else { continue };
            forms.push((format!("{form}-pem"), pem.as_bytes().to_vec()));
            forms.push((format!("{form}-pem-no-newline"), pem.trim_end().as_bytes().to_vec()));
            forms.push((format!("{form}-pem-crlf"), pem.replace('\n', "\r\n").into_bytes()));
            forms.push((format!("{form}-der"), der));
        }
        forms.push(("jwk".to_owned(), public.to_string().into_bytes()));
        for member in ["n", "x"] {
            let Some(value) = public[member].as_str() else { continue };
            forms.push((format!("{member}-text"), value.as_bytes().to_vec()));
            forms.push((format!("{member}-octets"), base64url::decode(value).unwrap()));
        }
        for (form, secret) in forms {
            let row = SignatureAlgorithm::HS256;
            let token = Draft::rs256().member("alg", "\"HS256\"").member("kid", &text(key)).mac(&secret, row);
            corpus.reject("K9", format!("{key}-{form}"), token.clone(), "HMAC under the public key; asymmetric algorithms are allowed");
            let case = corpus.reject("K9", format!("{key}-{form}-hs-allowed"), token, "HMAC under the public key; HS256 is allowed");
            case.option("algs", vec!["HS256", "RS256", "ES256"]);
        }
    }
    for row in [SignatureAlgorithm::HS384, SignatureAlgorithm::HS512] {
        let secret = keys::pem("rsa-1", "spki").unwrap();
        let token = Draft::rs256().member("alg", &text(row.name())).mac(secret.as_bytes(), row);
        corpus.reject("K9", format!("{row}-spki-pem"), token, "HMAC under the public key").option("algs", vec![row.name(), "RS256"]);
    }
    let empty = Draft::rs256().member("alg", "\"HS256\"").mac(b"", SignatureAlgorithm::HS256);
    corpus.reject("J4", "hs256-empty-secret", empty, "HMAC under nothing").option("algs", vec!["HS256"]);
}

fn none(corpus: &mut Corpus) {
    corpus.group("alg-none");
    for spelling in ["none", "None", "NONE", "nOnE", "noNe", "none ", " none", "n\\u006fne", "", "null", "None\\u0000"] {
        let draft = Draft::rs256().member("alg", &format!("\"{spelling}\""));
        for (form, token) in [
            ("unsigned", format!("{}.", draft.input())),
            ("two-parts", draft.input()),
            ("signed", draft.token()),
            ("one-octet", draft.with(&[0])),
        ] {
            let case = corpus.reject("J4", format!("<{spelling}>-{form}"), token, "`none` in any spelling, with any signature");
            case.option("algs", vec!["none", spelling, "RS256"]);
        }
    }
    let draft = Draft::rs256().member("alg", "\"none\"");
    let unsigned = format!("{}.", draft.input());
    corpus.reject("J4", "default-list", unsigned.clone(), "unsecured, against the usual list");
    corpus.reject("J4", "only", unsigned.clone(), "a list that holds nothing but `none` allows nothing").option("algs", vec!["none"]);
    corpus.reject("J4", "no-kid", format!("{}.", draft.without_member("kid").input()), "unsecured, no kid").keys("single");
    corpus.reject("J4", "client-secret", unsigned, "unsecured where a secret is configured").option("client_secret", "s".repeat(32));
    corpus.reject("J1", "rs256-unsigned", format!("{}.", Draft::rs256().input()), "RS256 without its signature");
}

/// HMAC where the client registered it.
fn secrets(corpus: &mut Corpus) {
    corpus.group("alg-hmac");
    let secret = "a secret of the client, 64 octets long so that it is enough: 0123";
    assert!(secret.len() >= 64);
    for row in [SignatureAlgorithm::HS256, SignatureAlgorithm::HS384, SignatureAlgorithm::HS512] {
        let draft = Draft::rs256().without_member("kid").member("alg", &text(row.name()));
        let mut case = |expected: bool, name: &str, token: String, why: &str, secret: &str, algs: Vec<&str>| {
            let name = format!("{row}-{name}");
            let case = if expected { corpus.accept("J4", name, token, why) } else { corpus.reject("J4", name, token, why) };
            case.option("client_secret", secret).option("algs", algs);
            if expected {
                case.requires("hs256");
            }
        };
        let (good, name) = (draft.mac(secret.as_bytes(), row), row.name());
        case(true, "good", good.clone(), "registered and right", secret, vec![name]);
        let named = draft.clone().member("kid", "\"some\"").mac(secret.as_bytes(), row);
        case(true, "kid", named, "a kid says nothing where there is one secret", secret, vec![name]);
        case(false, "not-allowed", good.clone(), "not in the list", secret, vec!["RS256"]);
        case(false, "other-secret", good.clone(), "another secret", &format!("{secret}."), vec![name]);
        case(false, "newline", draft.mac(format!("{secret}\n").as_bytes(), row), "the secret with a line break", secret, vec![name]);
        let short = &secret[..row.hash().unwrap().output_size() - 1];
        case(false, "short", draft.mac(short.as_bytes(), row), "a secret one octet shorter than the hash", short, vec![name]);
        let exact = &secret[..row.hash().unwrap().output_size()];
        case(true, "exact", draft.mac(exact.as_bytes(), row), "a secret as long as the hash", exact, vec![name]);
        let mut whole = keys::mac(secret.as_bytes(), row, draft.input().as_bytes());
        whole.pop();
        case(false, "cut", draft.with(&whole), "a MAC one octet short", secret, vec![name]);
        whole.truncate(16);
        case(false, "half", draft.with(&whole), "half a MAC", secret, vec![name]);
        case(false, "unsigned", format!("{}.", draft.input()), "no MAC", secret, vec![name]);
    }
    let draft = Draft::rs256().member("alg", "\"HS256\"");
    let longer = draft.mac(secret.as_bytes(), SignatureAlgorithm::HS512);
    corpus.reject("J4", "other-hash", longer, "the MAC of HS512 under HS256").option("client_secret", secret).option("algs", vec!["HS256"]);
    let rs256 = Draft::rs256().token();
    corpus.accept("J3", "rs256-beside", rs256, "an asymmetric token where a secret is configured too").option("client_secret", secret);
}

/// What the list says is what counts.
fn lists(corpus: &mut Corpus) {
    corpus.group("alg-list");
    let token = Draft::rs256().token();
    corpus.reject("J3", "other", token.clone(), "the list has other algorithms").option("algs", vec!["ES256", "PS256"]);
    corpus.reject("J3", "empty", token.clone(), "nothing is allowed").option("algs", Vec::<Value>::new());
    corpus.reject("J3", "unknown", token.clone(), "no name of the list is known").option("algs", vec!["RS257", "none"]);
    corpus.accept("J3", "only", token.clone(), "the one algorithm of the list").option("algs", vec!["RS256"]);
    corpus
        .accept("J3", "none-beside", token, "`none` in the metadata allows nothing and harms nothing")
        .option("algs", vec!["none", "RS256"]);
    let es384 = Draft::new("ec-384", SignatureAlgorithm::ES384).token();
    corpus.reject("J3", "es384", es384, "ES256 is allowed, ES384 is not").option("algs", vec!["ES256"]);
}
