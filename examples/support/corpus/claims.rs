//! What belongs to one login: nonce, age, hashes. OpenID Connect Core sections 3.1.3.6, 3.1.3.7 and 3.3.2.11.

use identity_model::encoding::{base64, base64url, digest};
use identity_model::jose::SignatureAlgorithm;

use super::draft::{Draft, text};
use super::{Corpus, NOW};

pub(crate) fn mint(corpus: &mut Corpus) {
    nonces(corpus);
    ages(corpus);
    hashes(corpus);
    others(corpus);
}

fn nonces(corpus: &mut Corpus) {
    corpus.group("nonce");
    const NONCE: &str = "n-7Qx2LmPv90";
    for (name, json, why) in [
        ("wrong", text("n-other"), "another nonce"),
        ("empty", text(""), "nothing"),
        ("prefix", text("n-7Qx2LmPv9"), "a letter less"),
        ("longer", text("n-7Qx2LmPv90x"), "a letter more"),
        ("case", text("N-7qx2lmpv90"), "case-sensitive"),
        ("blank", text("n-7Qx2LmPv90 "), "no trimming"),
        ("null", "null".to_owned(), "null"),
        ("number", "7".to_owned(), "a number"),
        ("array", format!("[\"{NONCE}\"]"), "an array"),
        ("hash", text(&digest::sha256_base64url(NONCE)), "its hash"),
    ] {
        corpus.reject("I4", name, Draft::rs256().claim("nonce", &json).token(), why).option("nonce", NONCE);
    }
    corpus.reject("I4", "missing", Draft::rs256().token(), "none came back").option("nonce", NONCE);
    corpus.accept("I4", "right", Draft::rs256().claim("nonce", &text(NONCE)).token(), "the one that was sent").option("nonce", NONCE);
    let token = Draft::rs256().claim("nonce", r#""n\u002d7Qx2LmPv90""#).token();
    corpus.accept("I4", "escaped", token, "an escaped letter is the letter").option("nonce", NONCE);
    let token = Draft::rs256().claim("nonce", &text(NONCE)).token();
    corpus.accept("I4", "not-stated", token, "a token validated on its own may carry one").policy();
}

fn ages(corpus: &mut Corpus) {
    corpus.group("max-age");
    for (expected, name, auth_time, max_age, leeway, why) in [
        (true, "fresh", Some(-10), 60, 0, "ten seconds ago"),
        (true, "boundary", Some(-60), 60, 0, "just as long ago as asked"),
        (false, "beyond", Some(-61), 60, 0, "a second too long ago"),
        (true, "leeway", Some(-90), 60, 30, "within the leeway"),
        (false, "beyond-leeway", Some(-91), 60, 30, "a second beyond the leeway"),
        (false, "missing", None, 60, 0, "`auth_time` is required where `max_age` was asked"),
        (true, "zero-now", Some(0), 0, 0, "this very second"),
        (false, "zero-before", Some(-1), 0, 0, "a second ago"),
        (false, "future", Some(10), 60, 0, "a login to come"),
        (true, "large", Some(-100_000), 1_000_000, 0, "long ago, and long enough asked"),
    ] {
        let draft = auth_time.map_or(Draft::rs256(), |offset| Draft::rs256().claim("auth_time", &(NOW + offset).to_string()));
        let case = if expected { corpus.accept("I6", name, draft.token(), why) } else { corpus.reject("I6", name, draft.token(), why) };
        case.option("max_age", max_age).option("leeway", leeway);
        if name == "future" {
            case.policy();
        }
    }
    for (name, json) in
        [("text", text(&(NOW - 10).to_string())), ("null", "null".to_owned()), ("true", "true".to_owned()), ("date", text("2025-10-09"))]
    {
        let token = Draft::rs256().claim("auth_time", &json).token();
        corpus.reject("I5", format!("type-{name}"), token, "`auth_time` is a number").option("max_age", 60);
    }
    let token = Draft::rs256().claim("auth_time", &format!("{}.75", NOW - 10)).token();
    corpus.accept("I5", "fraction", token, "with a fraction").policy().option("max_age", 60);
}

fn hashes(corpus: &mut Corpus) {
    corpus.group("hash");
    const TOKEN: &str = "access-token-2YotnFZFEjr1zCsicMWpAA";
    let whole = |row: SignatureAlgorithm| match row.name() {
        name if name.starts_with("Ed") || name.ends_with("512") => digest::sha512(TOKEN).to_vec(),
        name if name.ends_with("384") => digest::sha384(TOKEN).to_vec(),
        _ => digest::sha256(TOKEN).to_vec(),
    };
    let half = |row| {
        let whole = whole(row);
        base64url::encode(&whole[..whole.len() / 2])
    };
    use SignatureAlgorithm as S;
    for (claim, option) in [("at_hash", "access_token"), ("c_hash", "code")] {
        for (key, row) in [
            ("rsa-1", S::RS256),
            ("rsa-1", S::RS384),
            ("rsa-1", S::RS512),
            ("ps-1", S::PS256),
            ("ec-256", S::ES256),
            ("ec-384", S::ES384),
            ("ec-521", S::ES512),
            ("ed-1", S::EDDSA),
        ] {
            let token = Draft::new(key, row).claim(claim, &text(&half(row))).token();
            corpus.accept("Y4", format!("{claim}-{row}"), token, "the left half, by the hash of the algorithm").option(option, TOKEN);
        }
        let right = whole(S::RS256);
        let octets =
            [base64url::encode(digest::sha256("other"))[..22].to_owned(), half(S::RS384), half(S::RS512), base64url::encode(&right)];
        let [other, half_384, half_512, entire] = octets;
        let hex: String = right[..16].iter().map(|octet| format!("{octet:02x}")).collect();
        for (name, json, why) in [
            ("other", text(&other), "the hash of something else"),
            ("sha384", text(&half_384), "the hash of another algorithm"),
            ("sha512", text(&half_512), "the hash of another algorithm"),
            ("entire", text(&entire), "the whole hash"),
            ("right-half", text(&base64url::encode(&right[16..])), "the right half"),
            ("padded", text(&format!("{}==", half(S::RS256))), "padding"),
            ("standard", text(&base64::encode(&right[..16])), "plain base64"),
            ("cut", text(&half(S::RS256)[..20]), "two letters less"),
            ("long", text(&format!("{}A", half(S::RS256))), "a letter more"),
            ("blank", text(&format!("{} ", half(S::RS256))), "a blank behind"),
            ("hex", text(&hex), "hexadecimal"),
            ("case", text(&half(S::RS256).to_lowercase()), "case-sensitive"),
            ("empty", text(""), "nothing"),
            ("number", "7".to_owned(), "a number"),
            ("array", format!("[\"{}\"]", half(S::RS256)), "an array"),
            ("plain", text(TOKEN), "what was to be hashed"),
        ] {
            let case = corpus.reject(
                if name == "padded" { "J20" } else { "I9" },
                format!("{claim}-{name}"),
                Draft::rs256().claim(claim, &json).token(),
                why,
            );
            case.option(option, TOKEN);
            if matches!(name, "padded" | "standard") {
                case.policy();
            }
        }
        let token = Draft::rs256().claim(claim, "null").token();
        corpus.accept("I9", format!("{claim}-null"), token, "a null claim is an absent one").policy().option(option, TOKEN);
        let token = Draft::rs256().token();
        corpus.accept("I9", format!("{claim}-absent"), token, "absent is allowed from the token endpoint").policy().option(option, TOKEN);
        let token = Draft::rs256().claim(claim, &text(&other)).token();
        corpus.accept("I9", format!("{claim}-nothing-beside"), token, "nothing came along to compare with").policy();
    }
}

fn others(corpus: &mut Corpus) {
    corpus.group("claim");
    for (name, claim, json, why) in [
        ("acr", "acr", text("urn:mace:incommon:iap:silver"), "nobody asked for one"),
        ("amr", "amr", "[\"pwd\",\"otp\"]".to_owned(), "methods"),
        ("jti", "jti", text("id-1"), "an identifier"),
        ("cnf", "cnf", r#"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#.to_owned(), "an ID token is not presented as a bearer"),
        ("address", "address", r#"{"country":"SE"}"#.to_owned(), "an object"),
        ("null", "middle_name", "null".to_owned(), "null in a claim nobody judges"),
    ] {
        corpus.accept("I1", name, Draft::rs256().claim(claim, &json).token(), why).policy();
    }
    for (name, json) in [("jti-number", "1"), ("jti-empty", "\"\""), ("jti-array", "[]")] {
        corpus.reject("I1", name, Draft::rs256().claim("jti", json).token(), "`jti` is text with something in it").policy();
    }
}
