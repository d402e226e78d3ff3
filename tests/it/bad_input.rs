//! Hostile bytes at every entry point: each is rejected with the right kind of error (or read, where it happens to be good), never with a
//! panic, never with a secret or without end in the text of the error.

use std::error::Error as StdError;

use identity_model::document::Document;
use identity_model::encoding::challenge::Challenge;
use identity_model::encoding::form::Form;
use identity_model::jose::{CompactJws, JsonWebKey, JsonWebKeySet, PrivateKey, TokenLimits};
use identity_model::protocol::discovery::DiscoveryEndpoint;
use identity_model::validation::{TokenValidationOptions, danger_read_unverified};

use crate::protocol::support::assert_well_told;

const CANARY: &str = "c4n4ry";
const AUTHORITY: &str = "https://idp.example.com";

/// Bodies that are no good anywhere.
pub(crate) fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let text = |name, text: String| (name, text.into_bytes());
    vec![
        text("empty", String::new()),
        text("blank", " \t\r\n".into()),
        text("null", "null".into()),
        text("number", "1".into()),
        text("string", format!("\"{CANARY}\"")),
        text("array", format!("[\"{CANARY}\"]")),
        text("text", CANARY.into()),
        text("html", format!("<html>{CANARY}</html>")),
        text("nul", "\0".into()),
        text("control characters", format!("{{\"\u{1}{CANARY}\":\"\u{2}\"}}")),
        text("a lone surrogate", format!(r#"{{"access_token":"{CANARY}\ud800","keys":"\udfff"}}"#)),
        text("half a surrogate pair", r#"{"sub":"\ud83d\u0041"}"#.into()),
        text("a broken escape", r#"{"sub":"\x"}"#.into()),
        text("single quotes", "{'sub':'s'}".into()),
        text("a comment", "{/*c*/\"sub\":\"s\"}".into()),
        text("a trailing comma", "{\"sub\":\"s\",}".into()),
        text("a second value", "{} {}".into()),
        text("a byte order mark twice", "\u{feff}\u{feff}{}".into()),
        text("a duplicate", format!(r#"{{"access_token":"{CANARY}","access_token":"{CANARY}"}}"#)),
        text("an escaped duplicate", r#"{"sub":"a","s\u0075b":"b","keys":[],"k\u0065ys":[]}"#.into()),
        text("deep arrays", format!("{{\"a\":{}", "[".repeat(100_000))),
        text("deep objects", "{\"a\":".repeat(100_000)),
        text("balanced and deep", format!("{{\"a\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000))),
        text("a long name twice", format!("{{\"{0}\":1,\"{0}\":2}}", "n".repeat(200_000))),
        text("a long number", format!("{{\"a\":{}e999}}", "9".repeat(400_000))),
        text(
            "nested duplicate under long names",
            format!("{0}{{\"b\":1,\"b\":2}}{1}", format!("{{\"{}\":", "k".repeat(5000)).repeat(60), "}".repeat(60)),
        ),
        ("not UTF-8", b"{\"sub\":\"\xff\xfe\"}".to_vec()),
        ("an overlong encoding", b"{\"sub\":\"\xc0\xaf\"}".to_vec()),
        ("a cut character", b"{\"sub\":\"\xe2\x82".to_vec()),
        ("a surrogate in UTF-8", b"{\"sub\":\"\xed\xa0\x80\"}".to_vec()),
        ("UTF-16", b"\xff\xfe{\0}\0".to_vec()),
        ("bytes", (0..=255).collect()),
        ("gzip", b"\x1f\x8b\x08\0\0\0\0\0".to_vec()),
    ]
}

/// The error tells little, but well: bounded, printable, without the body.
#[track_caller]
pub(crate) fn assert_fit(name: &str, error: &(dyn StdError + 'static)) {
    assert_well_told(error);
    let mut next = Some(error);
    while let Some(error) = next {
        let text = format!("{error}\n{error:?}");
        assert!(!text.contains(CANARY), "{name}: {text}");
        next = error.source();
    }
}

#[test]
fn documents() {
    for (name, body) in hostile() {
        assert_fit(name, &Document::parse(body.clone()).expect_err(name));
        assert_fit(name, &Document::open_answer(body).expect_err(name));
    }
}

#[test]
fn key_sets_and_keys() {
    for (name, body) in hostile() {
        assert_fit(name, &JsonWebKeySet::from_json(&body).expect_err(name));
        assert_fit(name, &JsonWebKey::from_json(&body).expect_err(name));
        assert_fit(name, &PrivateKey::from_jwk(&body).expect_err(name));
        assert_fit(name, &PrivateKey::from_der(&body).expect_err(name));
        assert_fit(name, &JsonWebKey::from_der(&body).expect_err(name));
        let text = String::from_utf8_lossy(&body);
        assert_fit(name, &PrivateKey::from_pem(&text).expect_err(name));
        assert_fit(name, &JsonWebKey::from_pem(&text).expect_err(name));
    }
}

#[test]
fn tokens() {
    let options = TokenValidationOptions::access_token().issuer("https://idp").audience("api").build();
    let now = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_750_000_000);
    let good = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA";
    let mut tokens: Vec<(&str, String)> =
        hostile().iter().map(|(name, body)| (*name, String::from_utf8_lossy(body).into_owned())).collect();
    tokens.extend(hostile().iter().map(|(name, body)| {
        let part = identity_model::encoding::base64url::encode(body);
        (*name, format!("{part}.{part}.{part}"))
    }));
    tokens.extend(["..", "a.b", "a.b.c.d.e", "....", "e30=.e30=.", " e30.e30.AA", "e30.e30.AA\n"].map(|token| ("form", token.to_owned())));
    tokens.push(("long", format!("eyJhbGciOiJFUzI1NiJ9.{}.AAAA", "A".repeat(1024 * 1024))));
    for (name, token) in &tokens {
        if let Err(error) = CompactJws::parse(token, TokenLimits::default()) {
            assert_fit(name, &error);
        }
        assert_fit(name, &identity_model::validation::Inspected::new(token, &options, now).expect_err(name));
        assert_fit(name, &danger_read_unverified(token).expect_err(name));
    }
    for end in 0..good.len() - 4 {
        assert_fit("cut", &CompactJws::parse(&good[..end], TokenLimits::default()).map(drop).expect_err(&good[..end]));
    }
}

#[test]
fn forms_challenges_and_addresses() {
    for (name, body) in hostile() {
        if let Err(error) = Form::parse(&body) {
            assert_fit(name, &error);
        }
        assert!(Challenge::parse([&body]).len() <= 32, "{name}");
        let text = String::from_utf8_lossy(&body);
        for address in
            [text.to_string(), format!("https://{text}"), format!("https://idp.example.com/{text}"), format!("https://{CANARY}@{text}/")]
        {
            if let Err(error) = DiscoveryEndpoint::parse(&address, &Default::default()) {
                assert_fit(name, &error);
            }
        }
    }
    for broken in ["%", "%a", "%zz=1", "a=%ff", "a=%c0%af"] {
        assert_fit(broken, &Form::parse(broken).unwrap_err());
    }
}

/// Cut at each byte, a good text is never good.
#[test]
fn texts_cut_at_each_byte() {
    let jwk = PrivateKey::generate(identity_model::jose::SignatureAlgorithm::ES256).unwrap().with_key_id(CANARY).unwrap();
    let private = jwk.expose_jwk();
    let set = format!(r#"{{"keys":[{}]}}"#, jwk.public_jwk().to_json());
    let document = format!(r#"{{"issuer":"{AUTHORITY}","jwks_uri":"{AUTHORITY}/{CANARY}"}}"#);
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----";
    assert!(JsonWebKeySet::from_json(set.as_bytes()).is_ok_and(|set| set.keys().len() == 1));
    assert!(JsonWebKey::from_pem(pem).is_ok() && PrivateKey::from_jwk(private.expose().as_bytes()).is_ok());
    for end in 0..set.len() {
        assert_fit("set", &JsonWebKeySet::from_json(&set.as_bytes()[..end]).unwrap_err());
    }
    for end in 0..jwk.public_jwk().to_json().len() {
        assert_fit("key", &JsonWebKey::from_json(&jwk.public_jwk().to_json().as_bytes()[..end]).unwrap_err());
    }
    for end in 0..private.expose().len() {
        assert_fit("private key", &PrivateKey::from_jwk(&private.expose().as_bytes()[..end]).unwrap_err());
    }
    for end in 0..document.len() {
        assert_fit("document", &Document::parse(document[..end].to_owned()).unwrap_err());
    }
    for end in 0..pem.len() {
        assert_fit("PEM", &JsonWebKey::from_pem(&pem[..end]).unwrap_err());
    }
    let der = identity_model::encoding::base64::decode("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=").unwrap();
    assert!(JsonWebKey::from_der(&der).is_ok());
    for end in 0..der.len() {
        assert_fit("DER", &JsonWebKey::from_der(&der[..end]).unwrap_err());
    }
}
