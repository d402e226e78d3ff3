//! Ed25519 signatures and keys: RFC 8032 section 5.1.7, RFC 8037.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use identity_model::encoding::base64url;
use identity_model::jose::SignatureAlgorithm;
use serde_json::{Value, json};

use super::Corpus;
use super::draft::Draft;
use super::keys::{number, public};
use super::number::plus;

/// The order of the group, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0x10,
];

/// The points of order eight, by their y.
const ORDER_8: [&str; 2] = [
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
];

pub(crate) fn mint(corpus: &mut Corpus) {
    signatures(corpus);
    small_order(corpus);
    keys(corpus);
}

fn signatures(corpus: &mut Corpus) {
    corpus.group("eddsa-signature");
    let draft = Draft::new("ed-1", SignatureAlgorithm::EDDSA);
    let good = draft.signature();
    let (r, s) = good.split_at(32);
    let scalar = |change: &dyn Fn(&mut [u8])| {
        let mut s = s.to_vec();
        change(&mut s);
        [r, &s[..]].concat()
    };
    let reversed = |octets: &[u8]| octets.iter().rev().copied().collect::<Vec<u8>>();
    let beyond = reversed(&plus(&reversed(s), &reversed(&ORDER)));
    let mut other_sign = good.clone();
    other_sign[31] ^= 0x80;
    corpus.accept("J15", "good", draft.token(), "the signature of RFC 8032");
    let identity = [&[1], &[0; 63][..]].concat();
    for (name, signature, why) in [
        ("s-plus-order", [r, &beyond[..]].concat(), "S is below the order of the group, or there are two signatures"),
        ("s-zero", [r, &[0; 32]].concat(), "S of nothing"),
        ("s-order", [r, &ORDER].concat(), "S is the order"),
        ("s-high-bit", scalar(&|s| s[31] |= 0x80), "the highest bit of S"),
        ("s-flipped", scalar(&|s| s[0] ^= 1), "another S"),
        ("r-sign", other_sign, "the other sign of R"),
        ("r-zero", [&[0; 32], s].concat(), "R of nothing"),
        ("swapped", [s, r].concat(), "S before R"),
        ("zeros", vec![0; 64], "all zeros"),
        ("ones", vec![0xff; 64], "all ones"),
        ("identity", identity, "R is the neutral element, S is zero"),
        ("cut", good[..63].to_vec(), "one octet short"),
        ("long", [&good[..], &[0]].concat(), "one octet long"),
        ("twice", [&good[..], &good[..]].concat(), "twice"),
        ("half", r.to_vec(), "R alone"),
    ] {
        corpus.reject("J15", name, draft.with(&signature), why);
    }
    let attacker = Draft::new("attacker-ed", SignatureAlgorithm::EDDSA).member("kid", "\"ed-1\"");
    corpus.reject("J15", "attacker", attacker.token(), "another key signed");
    let other = draft.with(&draft.clone().claim("sub", "\"x\"").signature());
    corpus.reject("J15", "other-token", other, "the signature of another token");
}

/// Every encoding of a point of small order, with a signature that a bare library takes for it.
fn small_order(corpus: &mut Corpus) {
    corpus.group("eddsa-small-order");
    let hexadecimal = |text: &str| -> Vec<u8> { (0..32).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap()).collect() };
    let around = |first: u8| [&[first], &[0xff; 30][..], &[0x7f]].concat();
    let mut points = vec![[&[0], &[0; 31][..]].concat(), [&[1], &[0; 31][..]].concat(), around(0xec), around(0xed), around(0xee)];
    points.extend(ORDER_8.map(hexadecimal));
    let signed = |point: &Vec<u8>| {
        let mut other = point.clone();
        other[31] |= 0x80;
        other
    };
    let all: Vec<Vec<u8>> = points.iter().flat_map(|point| [point.clone(), signed(point)]).collect();
    let draft = Draft::new("ed-1", SignatureAlgorithm::EDDSA);
    for (place, point) in all.iter().enumerate() {
        let set = format!("small-order-{place}");
        corpus.set(&set, [public("ed-1", json!({"x": base64url::encode(point)}))]);
        let library = UnparsedPublicKey::new(&ED25519, point);
        let forged = (0..32).find_map(|jti| {
            let draft = draft.clone().claim("jti", &format!("\"{jti}\""));
            let signatures = all.iter().map(|r| [&r[..], &[0; 32]].concat());
            let mut fitting = signatures.filter(|signature| library.verify(draft.input().as_bytes(), signature).is_ok());
            fitting.next().map(|signature| draft.with(&signature))
        });
        // Some encodings the library rejects by itself.
        let token = forged.unwrap_or_else(|| draft.with(&[&[1], &[0; 63][..]].concat()));
        corpus.reject("K7", place.to_string(), token, "anybody signs under a public key of small order").policy().keys(&set);
    }
}

fn keys(corpus: &mut Corpus) {
    corpus.group("eddsa-key");
    let token = Draft::new("ed-1", SignatureAlgorithm::EDDSA).token();
    let named = Draft::new("ed-1", SignatureAlgorithm::ED25519).token();
    let x = number("ed-1", "x");
    let mut key = |expected: bool, name: &str, jwk: Value, token: &str, why: &str| {
        let set = format!("ed-form-{name}");
        corpus.set(&set, [jwk]);
        let case =
            if expected { corpus.accept("K7", name, token.to_owned(), why) } else { corpus.reject("K7", name, token.to_owned(), why) };
        case.policy().keys(&set);
    };
    key(true, "alg-eddsa", public("ed-1", json!({"alg": "EdDSA"})), &token, "the key's alg is the header's");
    key(true, "alg-ed25519", public("ed-1", json!({"alg": "Ed25519"})), &named, "the full name on both sides");
    key(false, "alg-other", public("ed-1", json!({"alg": "EdDSA"})), &named, "the key's alg is another name");
    key(false, "short", public("ed-1", json!({"x": base64url::encode(&x[1..])})), &token, "31 octets");
    key(false, "long", public("ed-1", json!({"x": base64url::encode([&x[..], &[0]].concat())})), &token, "33 octets");
    key(false, "x25519", public("ed-1", json!({"crv": "X25519"})), &token, "a curve for agreement");
    key(false, "ed448", public("ed-1", json!({"crv": "Ed448"})), &token, "another curve");
    key(false, "p-256", public("ed-1", json!({"crv": "P-256"})), &token, "a curve of another key type");
    key(false, "no-x", public("ed-1", json!({"x": null})), &token, "`x` is required");
    let mut flipped = x.clone();
    flipped[31] ^= 0x80;
    key(false, "other-sign", public("ed-1", json!({"x": base64url::encode(&flipped)})), &token, "the other sign is another key");
}
