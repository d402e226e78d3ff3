//! ECDSA signatures and keys: RFC 7518 sections 3.4 and 6.2.

use identity_model::encoding::base64url;
use identity_model::jose::SignatureAlgorithm;
use serde_json::{Value, json};

use super::Corpus;
use super::draft::Draft;
use super::keys::{number, public};
use super::number::minus;

/// Key, algorithm, order of the group.
const CURVES: [(&str, SignatureAlgorithm, &str); 3] = [
    ("ec-256", SignatureAlgorithm::ES256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    (
        "ec-384",
        SignatureAlgorithm::ES384,
        "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    ),
    (
        "ec-521",
        SignatureAlgorithm::ES512,
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    ),
];

pub(crate) fn mint(corpus: &mut Corpus) {
    CURVES.iter().for_each(|curve| signatures(corpus, *curve));
    keys(corpus);
}

fn octets(hexadecimal: &str) -> Vec<u8> {
    (0..hexadecimal.len() / 2).map(|at| u8::from_str_radix(&hexadecimal[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn signatures(corpus: &mut Corpus, (key, row, order): (&'static str, SignatureAlgorithm, &str)) {
    corpus.group("ecdsa-signature");
    let draft = Draft::new(key, row);
    let order = octets(order);
    let size = order.len();
    let good = draft.signature();
    let (r, s) = good.split_at(size);
    let (zero, mut one) = (vec![0; size], vec![0; size]);
    one[size - 1] = 1;
    let mirrored = minus(&order, s);
    let (low, high) = if s < &mirrored[..] { (s, &mirrored[..]) } else { (&mirrored[..], s) };
    let raw = |r: &[u8], s: &[u8]| draft.with(&[r, s].concat());
    corpus.accept("J15", format!("{row}-low-s"), raw(r, low), "the lower of the two values of s");
    corpus.accept("J15", format!("{row}-high-s"), raw(r, high), "the higher of the two: JWS has no rule against it");
    let numbers = [("0", &zero), ("1", &one), ("n", &order), ("r", &r.to_vec()), ("s", &s.to_vec())];
    for (first, a) in numbers {
        for (second, b) in numbers {
            if (first, second) != ("r", "s") {
                let why = "r and s are numbers from one to the order less one, and this pair is no signature";
                corpus.reject("J15", format!("{row}-{first}-{second}"), raw(a, b), why);
            }
        }
    }
    let mut reversed = good.clone();
    reversed.reverse();
    let all_ones = vec![0xff; 2 * size];
    for (name, signature, why) in [
        ("der", der(r, s), "DER instead of r and s"),
        ("all-ones", all_ones, "beyond the order"),
        ("reversed", reversed, "little-endian"),
        ("cut", good[..2 * size - 1].to_vec(), "one octet short"),
        ("cut-front", good[1..].to_vec(), "one octet short in front"),
        ("front-zero", [&[0], &good[..]].concat(), "one octet long"),
        ("padded", [&[0], r, &[0], s].concat(), "each number one octet long"),
        ("back-zero", [&good[..], &[0]].concat(), "one octet behind"),
        ("r-alone", r.to_vec(), "r alone"),
        ("point", [r, s, r].concat(), "a third number"),
        ("hex", good.iter().map(|octet| format!("{octet:02x}")).collect::<String>().into_bytes(), "hexadecimal text"),
    ] {
        corpus.reject("J15", format!("{row}-{name}"), draft.with(&signature), why);
    }
    let other = draft.with(&draft.clone().claim("sub", "\"x\"").signature());
    corpus.reject("J15", format!("{row}-other-token"), other, "the signature of another token");
}

fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| {
        let start = number.iter().position(|octet| *octet != 0).unwrap();
        let mut octets = number[start..].to_vec();
        if octets[0] & 0x80 != 0 {
            octets.insert(0, 0);
        }
        [&[2, octets.len() as u8], &octets[..]].concat()
    };
    let content = [integer(r), integer(s)].concat();
    let head = if content.len() < 128 { vec![0x30, content.len() as u8] } else { vec![0x30, 0x81, content.len() as u8] };
    [head, content].concat()
}

fn keys(corpus: &mut Corpus) {
    corpus.group("ecdsa-key");
    let draft = Draft::new("ec-256", SignatureAlgorithm::ES256);
    let token = draft.token();
    let (x, y) = (number("ec-256", "x"), number("ec-256", "y"));
    let prime = octets("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    let with = |x: &[u8], y: &[u8]| public("ec-256", json!({"x": base64url::encode(x), "y": base64url::encode(y)}));
    let mut moved = y.clone();
    moved[31] ^= 1;
    let mut key = |name: &str, jwk: Value, why: &str| {
        let set = format!("ec-form-{name}");
        corpus.set(&set, [jwk]);
        corpus.reject("K7", name, token.clone(), why).keys(&set);
    };
    key("off-curve", with(&x, &moved), "a point beside the curve");
    key("infinity", with(&[0; 32], &[0; 32]), "no point at all");
    key("swapped", with(&y, &x), "x and y the other way round");
    key("negated", with(&x, &minus(&prime, &y)), "the negated point is another key");
    key("prime", with(&prime, &y), "a coordinate that is not below the prime");
    key("short-x", with(&x[1..], &y), "31 octets");
    key("long-x", with(&[&[0], &x[..]].concat(), &y), "33 octets");
    key("no-y", public("ec-256", json!({"y": null})), "`y` is required");
    key("no-crv", public("ec-256", json!({"crv": null})), "`crv` is required");
    key("other-crv", public("ec-256", json!({"crv": "P-384"})), "the coordinates are those of another curve");
    key("secp256k1", public("ec-256", json!({"crv": "secp256k1"})), "another curve of the same size");
    key("unknown-crv", public("ec-256", json!({"crv": "P-257"})), "a curve that is not known");
    key("okp-crv", public("ec-256", json!({"crv": "Ed25519"})), "a curve of another key type");
    key("kty-rsa", public("ec-256", json!({"kty": "RSA"})), "another key type");
    key("other-key", public("ec-256-2", json!({"kid": "ec-256"})), "another key under the same kid");
    let attacker = Draft::new("attacker-ec", SignatureAlgorithm::ES256).member("kid", "\"ec-256\"");
    corpus.reject("J15", "attacker", attacker.token(), "another key signed");
}
