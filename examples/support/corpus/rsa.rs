//! RSA signatures and keys: RFC 7518 sections 3.3, 3.5 and 6.3, RFC 8017 section 8.

use identity_model::encoding::{base64, base64url};
use identity_model::jose::SignatureAlgorithm;
use serde_json::{Value, json};

use super::draft::Draft;
use super::keys::{Pss, block, digest_info, number, public, rsa_raw, sha512};
use super::number::{minus, plus, power, times};
use super::{Corpus, keys};

const SIZE: usize = 256;

pub(crate) fn mint(corpus: &mut Corpus) {
    salts(corpus);
    paddings(corpus);
    shapes(corpus);
    weak_keys(corpus);
    odd_keys(corpus);
}

fn salts(corpus: &mut Corpus) {
    corpus.group("rsa-pss");
    let draft = Draft::new("ps-1", SignatureAlgorithm::PS256);
    let mut pss = |expected: bool, name: &str, scheme: Pss, why: &str| {
        let token = draft.with(&rsa_raw("ps-1", &scheme.block(SIZE, draft.input().as_bytes())));
        if expected {
            corpus.accept("J15", name, token, why)
        } else {
            corpus.reject("J15", name, token, why)
        };
    };
    pss(true, "good", Pss::GOOD, "a salt as long as the hash");
    for (name, salt) in [("salt-0", 0), ("salt-20", 20), ("salt-31", 31), ("salt-33", 33), ("salt-64", 64), ("salt-max", SIZE - 34)] {
        pss(false, name, Pss { salt, ..Pss::GOOD }, "the salt is as long as the hash, no shorter and no longer");
    }
    pss(false, "mask-hash", Pss { mask: sha512, ..Pss::GOOD }, "the mask is made with the same hash");
    pss(false, "trailer", Pss { trailer: 0xcc, ..Pss::GOOD }, "the trailer is bc");
    let mut loud = Pss::GOOD.block(SIZE, draft.input().as_bytes());
    loud[1] ^= 1;
    corpus.reject("J15", "disturbed", draft.with(&rsa_raw("ps-1", &loud)), "one bit of the masked block is another");
    let other = Draft::new("rsa-1", SignatureAlgorithm::PS384).member("alg", "\"PS256\"");
    corpus.reject("J15", "other-hash", other.token(), "a signature of PS384 under the name PS256");
    let pinned = Draft::new("rsa-2", SignatureAlgorithm::PS256);
    corpus.reject("K2", "key-says-rs256", pinned.token(), "the key's alg is RS256").policy();
    let pinned = Draft::new("ps-1", SignatureAlgorithm::RS256);
    corpus.reject("K2", "key-says-ps256", pinned.token(), "the key's alg is PS256").policy();
}

fn paddings(corpus: &mut Corpus) {
    corpus.group("rsa-pkcs1");
    corpus.set("e3", [public("rsa-e3", json!({}))]);
    let draft = Draft::rs256();
    let input = draft.input();
    let good = digest_info(input.as_bytes(), true);
    let hash = &good[good.len() - 32..];
    let mut raw = |expected: bool, name: &str, encoded: Vec<u8>, why: &str| {
        let token = draft.with(&rsa_raw("rsa-1", &encoded));
        if expected {
            corpus.accept("J15", name, token, why)
        } else {
            corpus.reject("J15", name, token, why)
        };
    };
    raw(true, "good", block(SIZE, 1, &good), "the block of RFC 8017 section 9.2");
    raw(false, "no-null", block(SIZE, 1, &digest_info(input.as_bytes(), false)), "the parameters of the hash are missing");
    raw(false, "bare-hash", block(SIZE, 1, hash), "the hash without its name");
    raw(false, "type-2", block(SIZE, 2, &good), "the padding of encryption");
    raw(false, "type-0", block(SIZE, 0, &good), "another block type");
    raw(false, "after", block(SIZE, 1, &[&good[..], &[0; 8]].concat()), "octets behind the hash");
    let short = [&[0, 1], &[0xff; 8][..], &[0], &good[..], &[0x5a; SIZE][..SIZE - 11 - good.len()]].concat();
    raw(false, "short-padding", short, "eight octets of padding, and garbage behind the hash");
    let mut dotted = block(SIZE, 1, &good);
    dotted[20] = 0xfe;
    raw(false, "padding-octet", dotted, "an octet of the padding that is not ff");

    let draft = Draft::new("rsa-e3", SignatureAlgorithm::RS256);
    corpus.accept("K6", "exponent-3", draft.token(), "an odd exponent above one").policy().keys("e3");
    let good = digest_info(draft.input().as_bytes(), true);
    let front = [&[0, 1], &[0xff; 8][..], &[0], &good[..]].concat();
    let forged = cube_root(&front);
    corpus.reject("J15", "cube-root", draft.with(&forged), "a cube root that is right in its first octets alone").keys("e3");
}

/// The largest number whose third power begins with `front` or less, as long as the modulus. The power stays below 2^2046, so nothing
/// wraps around.
fn cube_root(front: &[u8]) -> Vec<u8> {
    let mut target = front.to_vec();
    target.resize(SIZE, 0xff);
    let mut root = vec![0_u8; SIZE / 3 + 1];
    for bit in (0..SIZE * 8 / 3).rev() {
        let (octet, mask) = (root.len() - 1 - bit / 8, 1 << (bit % 8));
        root[octet] |= mask;
        let cube = times(&times(&root, &root), &root);
        if cube[cube.len() - SIZE..] > target[..] || cube[..cube.len() - SIZE].iter().any(|octet| *octet > 0) {
            root[octet] &= !mask;
        }
    }
    [vec![0; SIZE - root.len()], root].concat()
}

fn shapes(corpus: &mut Corpus) {
    corpus.group("rsa-signature");
    let draft = Draft::rs256();
    let good = draft.signature();
    let modulus = number("rsa-1", "n");
    let with = |signature: &[u8]| draft.with(signature);
    corpus.reject(
        "J15",
        "attacker",
        Draft::new("attacker-rsa", SignatureAlgorithm::RS256).member("kid", "\"rsa-1\"").token(),
        "another key signed",
    );
    corpus.reject("J15", "other-kid", draft.clone().member("kid", "\"rsa-2\"").token(), "the kid names another key than the signer's");
    corpus.reject("J15", "other-token", with(&draft.clone().claim("sub", "\"x\"").signature()), "the signature of another token");
    corpus.reject("J15", "zeros", with(&[0; SIZE]), "all zeros");
    corpus.reject("J15", "ones", with(&[0xff; SIZE]), "larger than the modulus");
    corpus.reject("J15", "one", with(&[&[0; SIZE - 1][..], &[1]].concat()), "the number one");
    corpus.reject("J15", "modulus", with(&modulus), "the modulus itself");
    corpus.reject("J15", "modulus-minus-one", with(&minus(&modulus, &[1])), "minus one");
    corpus.reject("J15", "negated", with(&minus(&modulus, &good)), "the negated signature");
    corpus.reject("J15", "plus-modulus", with(&plus(&good, &modulus)), "the signature plus the modulus");
    corpus.reject("J15", "front-zero", with(&[&[0], &good[..]].concat()), "one zero octet in front");
    corpus.reject("J15", "back-zero", with(&[&good[..], &[0]].concat()), "one zero octet behind");
    corpus.reject("J15", "cut", with(&good[..SIZE - 1]), "one octet short");
    corpus.reject("J15", "half", with(&good[..SIZE / 2]), "half of it");
    corpus.reject("J15", "twice", with(&[&good[..], &good[..]].concat()), "the signature twice");
    corpus.reject("J15", "one-octet", with(&[1]), "one octet");
    corpus.reject(
        "J15",
        "hex",
        with(good.iter().map(|octet| format!("{octet:02x}")).collect::<String>().as_bytes()),
        "as hexadecimal text",
    );
    let mut flipped = good.clone();
    flipped[SIZE - 1] ^= 1;
    corpus.reject("J15", "flipped", with(&flipped), "the last bit flipped");
    let rs384 = Draft::new("rsa-1", SignatureAlgorithm::RS384).member("alg", "\"RS256\"");
    corpus.reject("J15", "other-hash", rs384.token(), "a signature of RS384 under the name RS256");
    let ps256 = Draft::new("rsa-1", SignatureAlgorithm::PS256).member("alg", "\"RS256\"");
    corpus.reject("J15", "pss-as-pkcs1", ps256.token(), "a signature of PS256 under the name RS256");
    let ps256 = Draft::new("rsa-1", SignatureAlgorithm::RS256).member("alg", "\"PS256\"");
    corpus.reject("J15", "pkcs1-as-pss", ps256.token(), "a signature of RS256 under the name PS256");

    // One of 256 signatures begins with a zero octet.
    let found = (0..).map(|jti| draft.clone().claim("jti", &format!("\"{jti}\""))).find_map(|draft| {
        let signature = draft.signature();
        (signature[0] == 0).then_some((draft, signature))
    });
    let (draft, signature) = found.unwrap();
    corpus.accept("J15", "leading-zero", draft.with(&signature), "a signature that begins with a zero octet, kept");
    corpus.reject("J15", "leading-zero-lost", draft.with(&signature[1..]), "a signature whose leading zero octet is lost");
}

fn weak_keys(corpus: &mut Corpus) {
    corpus.group("rsa-weak-key");
    // Good signatures all of them, so that the key alone is the reason.
    for (name, why) in [
        ("rsa-512", "512 bits"),
        ("rsa-1024", "1024 bits"),
        ("rsa-2047", "2047 bits, one too few"),
        ("rsa-e34", "an exponent of 34 bits"),
        ("rsa-e65", "an exponent of 65 bits"),
        ("rsa-roca", "a modulus with the fingerprint of weak primes (CVE-2017-15361)"),
    ] {
        corpus.set(name, [public(name, json!({}))]);
        let draft = Draft::new("rsa-1", SignatureAlgorithm::RS256).member("kid", &format!("\"{name}\""));
        let encoded = block(number(name, "n").len(), 1, &digest_info(draft.input().as_bytes(), true));
        let case = corpus.reject("K6", name, draft.with(&rsa_raw(name, &encoded)), why);
        case.keys(name);
        if !matches!(name, "rsa-512" | "rsa-1024" | "rsa-2047") {
            case.policy();
        }
    }
    let name = "rsa-e33";
    corpus.set(name, [public(name, json!({}))]);
    let draft = Draft::rs256().member("kid", "\"rsa-e33\"");
    let encoded = block(SIZE, 1, &digest_info(draft.input().as_bytes(), true));
    corpus.accept("K6", name, draft.with(&rsa_raw(name, &encoded)), "an odd exponent of 33 bits").policy().keys(name);

    corpus.set("e1", [public("rsa-1", json!({"e": "AQ"}))]);
    let draft = Draft::rs256();
    let encoded = block(SIZE, 1, &digest_info(draft.input().as_bytes(), true));
    corpus.reject("K6", "exponent-1", draft.with(&encoded), "the exponent is one: the block is its own signature").keys("e1");

    // Square roots exist for one block in four.
    corpus.set("e2", [public("rsa-e2", json!({}))]);
    let modulus = number("rsa-e2", "n");
    let rooted = (0..).find_map(|jti| {
        let draft = draft.clone().member("kid", "\"rsa-e2\"").claim("jti", &format!("\"{jti}\""));
        let encoded = block(SIZE, 1, &digest_info(draft.input().as_bytes(), true));
        let root = rsa_raw("rsa-e2", &encoded);
        (power(&root, &[2], &modulus) == encoded).then(|| draft.with(&root))
    });
    corpus.reject("K6", "exponent-2", rooted.unwrap(), "an even exponent, and a proper square root").keys("e2");
    for (name, exponent) in [("exponent-0", "AA"), ("exponent-empty", ""), ("exponent-65536", "AQAA")] {
        corpus.set(name, [public("rsa-1", json!({"e": exponent}))]);
        corpus.reject("K6", name, draft.token(), "an exponent that is even or nothing").keys(name);
    }

    // Twice an odd modulus: the root modulo both is the root, or the root plus the modulus.
    let modulus = number("rsa-1", "n");
    let even = plus(&modulus, &modulus);
    corpus.set("even", [public("rsa-1", json!({"n": base64url::encode(&even)}))]);
    let encoded = block(even.len(), 1, &digest_info(draft.input().as_bytes(), true));
    let root = rsa_raw("rsa-1", &encoded);
    let root = if root[SIZE - 1] & 1 == encoded[even.len() - 1] & 1 { [&[0], &root[..]].concat() } else { padded(plus(&root, &modulus)) };
    corpus.reject("K6", "even-modulus", draft.with(&root), "an even modulus, and a proper root").keys("even");
    corpus.set("huge", [public("rsa-1", json!({"n": base64url::encode([&[0x80; 2047][..], &[1]].concat())}))]);
    corpus.reject("K6", "huge-modulus", draft.with(&[0x11; 2048]), "a modulus of 16384 bits: work for nothing").policy().keys("huge");
    corpus.set("huge-e", [public("rsa-1", json!({"e": base64url::encode([0xff; 256])}))]);
    corpus.reject("K6", "huge-exponent", draft.token(), "an exponent of 2048 bits: work for nothing").keys("huge-e");
}

fn padded(mut number: Vec<u8>) -> Vec<u8> {
    while number.len() < SIZE + 1 {
        number.insert(0, 0);
    }
    number
}

/// Numbers in other clothes.
fn odd_keys(corpus: &mut Corpus) {
    corpus.group("rsa-key-form");
    let modulus = number("rsa-1", "n");
    let token = Draft::rs256().token();
    let with_n = |n: Value| public("rsa-1", json!({ "n": n }));
    let mut key = |expected: bool, name: &str, jwk: Value, why: &str| {
        let set = format!("rsa-form-{name}");
        corpus.set(&set, [jwk]);
        let case = if expected { corpus.accept("K7", name, token.clone(), why) } else { corpus.reject("K7", name, token.clone(), why) };
        case.policy().keys(&set);
    };
    key(true, "leading-zero", with_n(base64url::encode([&[0], &modulus[..]].concat()).into()), "one leading zero octet in `n`");
    key(false, "leading-zeros", with_n(base64url::encode([&[0, 0], &modulus[..]].concat()).into()), "two leading zero octets in `n`");
    key(true, "e-leading-zero", public("rsa-1", json!({"e": "AAEAAQ"})), "a leading zero octet in `e`");
    key(true, "n-base64", with_n(base64::encode(&modulus).into()), "`n` in plain base64: the same number");
    key(false, "n-empty", with_n("".into()), "no number");
    key(false, "n-array", with_n(json!([1, 2, 3])), "no text");
    key(false, "n-spaces", with_n(format!("{} ", base64url::encode(&modulus)).into()), "a blank behind `n`");
    key(false, "e-number", public("rsa-1", json!({"e": 65537})), "`e` is text");
    key(false, "e-missing", public("rsa-1", json!({"e": null})), "`e` is required");
    key(false, "n-missing", public("rsa-1", json!({"n": null})), "`n` is required");
    key(false, "kty-missing", public("rsa-1", json!({"kty": null})), "`kty` is required");
    key(false, "kty-case", public("rsa-1", json!({"kty": "rsa"})), "`kty` is case-sensitive");
    key(false, "other-n", with_n(base64url::encode(number("rsa-2", "n")).into()), "another modulus under the same kid");
    let whole = keys::private("rsa-1").as_object().unwrap().clone().into_iter().chain([("kid".to_owned(), "rsa-1".into())]).collect();
    key(true, "private", Value::Object(whole), "private members are dropped and the key is used");
}
