//! Hostile bytes at every entry point: each is refused with the right kind of error (or read, where it happens to be good), never with a
//! panic, never with a secret or without end in the text of the error.

use std::error::Error as StdError;

use identity_model::document::Document;
use identity_model::encoding::challenge::Challenge;
use identity_model::encoding::form::Form;
use identity_model::error::{Error, ErrorKind};
use identity_model::jose::{CompactJws, JsonWebKey, JsonWebKeySet, PrivateKey, TokenLimits};
use identity_model::protocol::device_authorization::DeviceAuthorizationRequest;
use identity_model::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryEndpoint};
use identity_model::protocol::introspection::IntrospectionRequest;
use identity_model::protocol::jwks::JwksRequest;
use identity_model::protocol::resource_metadata::ResourceMetadataRequest;
use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::protocol::userinfo::UserInfoRequest;
use identity_model::testing::{Answer, Expected, ScriptedHttpClient};
use identity_model::transport::RetrySettings;
use identity_model::validation::{TokenValidationOptions, danger_read_unverified};

use crate::protocol::support::assert_well_told;

const CANARY: &str = "c4n4ry";
const AUTHORITY: &str = "https://idp.example.com";

/// Bodies that are no good anywhere.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
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
fn assert_fit(name: &str, error: &(dyn StdError + 'static)) {
    assert_well_told(error);
    let mut next = Some(error);
    while let Some(error) = next {
        let text = format!("{error}\n{error:?}");
        assert!(!text.contains(CANARY), "{name}: {text}");
        next = error.source();
    }
}

/// Sends requests that read an answer, each at `answer`.
fn errors(answer: &Answer) -> [(&'static str, Result<(), Error>); 7] {
    let http = |expected| ScriptedHttpClient::builder().exchange(expected, answer.clone()).build();
    let retry = RetrySettings::NONE;
    let discovery = http(Expected::get(format!("{AUTHORITY}/.well-known/openid-configuration")));
    let jwks = http(Expected::get(format!("{AUTHORITY}/jwks")));
    let token = http(Expected::post(format!("{AUTHORITY}/token")));
    let user = http(Expected::get(format!("{AUTHORITY}/userinfo")));
    let introspection = http(Expected::post(format!("{AUTHORITY}/introspect")));
    let device = http(Expected::post(format!("{AUTHORITY}/device")));
    let resource = http(Expected::get(format!("{AUTHORITY}/.well-known/oauth-protected-resource")));
    [
        ("discovery", DiscoveryDocumentRequest::builder().retry(retry).address(AUTHORITY).send_blocking(&discovery).map(drop)),
        ("jwks", JwksRequest::builder().retry(retry).address(format!("{AUTHORITY}/jwks")).send_blocking(&jwks).map(drop)),
        (
            "token",
            ClientCredentialsTokenRequest::builder()
                .retry(retry)
                .address(format!("{AUTHORITY}/token"))
                .client_id("c")
                .send_blocking(&token)
                .map(drop),
        ),
        (
            "userinfo",
            UserInfoRequest::builder()
                .retry(retry)
                .address(format!("{AUTHORITY}/userinfo"))
                .access_token("t")
                .expected_subject("s")
                .send_blocking(&user)
                .map(drop),
        ),
        (
            "introspection",
            IntrospectionRequest::builder()
                .retry(retry)
                .address(format!("{AUTHORITY}/introspect"))
                .client_id("c")
                .token("t")
                .send_blocking(&introspection)
                .map(drop),
        ),
        (
            "device",
            DeviceAuthorizationRequest::builder()
                .retry(retry)
                .address(format!("{AUTHORITY}/device"))
                .client_id("c")
                .send_blocking(&device)
                .map(drop),
        ),
        ("resource", ResourceMetadataRequest::builder().retry(retry).resource(AUTHORITY).send_blocking(&resource).map(drop)),
    ]
}

#[test]
fn answers_of_success() {
    for (name, body) in hostile() {
        for (request, result) in errors(&Answer::content(200, "application/json", body.clone())) {
            let error = result.unwrap_err();
            let kind = if request == "jwks" { ErrorKind::Key } else { ErrorKind::Malformed };
            assert_eq!(error.kind(), kind, "{request}: {name}: {error:?}");
            assert_fit(name, &error);
        }
    }
}

#[test]
fn answers_of_failure() {
    for (name, body) in hostile() {
        for status in [400, 401, 500] {
            for content_type in ["application/json", "text/html"] {
                for (request, result) in errors(&Answer::content(status, content_type, body.clone())) {
                    let error = result.unwrap_err();
                    assert_eq!((error.kind(), error.code()), (ErrorKind::Http, "unexpected_status"), "{request}: {name}");
                    assert_fit(name, &error);
                    let excerpt = error.refusal().unwrap().excerpt().unwrap_or_default();
                    assert!(excerpt.chars().count() <= 12 * 1024 && !excerpt.chars().any(char::is_control), "{name}");
                }
            }
        }
    }
}

#[test]
fn error_documents_with_hostile_words() {
    let long = "d".repeat(400_000);
    for words in [long.as_str(), r"\u0000\u001b[2J\r\n\u202e\u2028\u061c", "\u{e000}\u{10ffff}", "%s%n{}{0}"] {
        for member in ["error", "error_description", "error_uri"] {
            let other = if member == "error" { "" } else { r#""error":"e","# };
            let body = format!(r#"{{{other}"{member}":"{words}"}}"#);
            for (request, result) in errors(&Answer::json(400, body)) {
                let error = result.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Protocol, "{request}: {member}");
                assert_well_told(&error);
                assert!(!error.to_string().contains(['\u{202e}', '\u{2028}', '\u{61c}', '\u{1b}']), "{error}");
            }
        }
    }
}

#[test]
fn answers_that_are_too_long() {
    let body = format!(r#"{{"sub":"s","keys":[],"x":"{}"}}"#, "x".repeat(1024 * 1024));
    for (request, result) in errors(&Answer::json(200, body)) {
        let error = result.unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Transport, "body_too_large"), "{request}");
    }
}

#[test]
fn members_of_the_wrong_type() {
    for value in ["null", "true", "0", "-1.5e3", r#""""#, "[]", "{}", "[[]]", r#"[{"a":null}]"#] {
        let issuer = format!(r#"{{"issuer":{value},"keys":{value},"access_token":{value},"token_type":{value},"sub":{value}}}"#);
        for (request, result) in errors(&Answer::json(200, issuer)) {
            let Err(error) = result else {
                assert_eq!((request, value.starts_with('[')), ("jwks", true), "{value}");
                continue;
            };
            let kind = match request {
                "discovery" => ErrorKind::Policy,
                "jwks" => ErrorKind::Key,
                _ => ErrorKind::Malformed,
            };
            assert_eq!(error.kind(), kind, "{request}: {value}: {error:?}");
            assert_fit(value, &error);
        }
    }
}

#[test]
fn headers_that_nobody_should_send() {
    for name in ["www-authenticate", "retry-after", "date", "dpop-nonce", "cache-control", "location", "content-type"] {
        for value in [
            "",
            ",",
            "=",
            "\"",
            &"x".repeat(100_000),
            &"Bearer a=\"\\\"".repeat(1000),
            "99999999999999999999999999",
            "Sun, 99 Jun 2025 99:99:99 GMT",
        ] {
            for (_, result) in errors(&Answer::json(401, "{").header(name, value)) {
                let error = result.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Http, "{name}");
                assert_well_told(&error);
                assert!(error.challenges().len() <= 32);
            }
        }
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
