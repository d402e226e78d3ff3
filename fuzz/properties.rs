//! What must hold of any input whatever: the fuzzers under `fuzz_targets/` look for a counterexample, `tests/it/fuzz_corpus.rs` tries what
//! they have found so far.

use std::error::Error;
use std::sync::LazyLock;

use identity_model::encoding::base64url;
use identity_model::encoding::challenge::Challenge;
use identity_model::jose::{
    CompactJwe, CompactJws, ContentEncryptionSet, DecryptionKeys, JweDecrypter, JwsVerifier, KeyManagementSet, TokenLimits,
};
use identity_model::protocol::discovery::{DiscoveryDocumentResponse, DiscoveryPolicy, Endpoint, PolicyViolation};
use url::Url;

#[path = "properties/callback.rs"]
mod callback;
#[path = "properties/claims.rs"]
mod claims;
#[path = "properties/dpop_proof.rs"]
mod dpop_proof;
#[path = "properties/json.rs"]
mod json;
#[path = "properties/keys.rs"]
mod keys;

pub use callback::callback;
pub use claims::claims;
pub use dpop_proof::dpop_proof;
pub use keys::jwk_set;

/// A property, under the name of its target and of its folder in `corpus/`.
pub type Property = (&'static str, fn(&[u8]));

/// Every target.
pub const PROPERTIES: &[Property] = &[
    ("compact_jws", compact_jws),
    ("compact_jwe", compact_jwe),
    ("jwk_set", jwk_set),
    ("claims", claims),
    ("discovery", discovery),
    ("callback", callback),
    ("challenge", challenge),
    ("dpop_proof", dpop_proof),
];

/// The tokens that the owner of the keys in `verification.json` has signed, one a line. Nobody has the private keys any more.
const SIGNED: &str = include_str!("fixtures/signed.txt");

/// The tokens that were encrypted to the keys in `decryption.json`, one a line.
const ENCRYPTED: &str = include_str!("fixtures/encrypted.txt");

/// The addresses that documents are asked for, all of them under the strict policy.
const AUTHORITIES: [&str; 3] = ["https://idp.example.com", "https://idp.example.com:8443/tenant1", "http://localhost:5000"];

/// An input that starts with `{` is the parts of a token, a line each, not yet encoded: so that a fuzzer sees what it changes.
fn token(data: &[u8], parts: usize) -> Option<String> {
    if data.first() != Some(&b'{') {
        return String::from_utf8(data.to_vec()).ok();
    }
    let parts: Vec<String> = data.splitn(parts, |&byte| byte == b'\n').map(base64url::encode).collect();
    Some(parts.join("."))
}

/// Taken apart and put together again a token is the same; only what the owner of the keys has signed is believed, in whichever way keys
/// are chosen, and to a verifier that has seen the header before it is no other token.
pub fn compact_jws(data: &[u8]) {
    let Some(token) = token(data, 3) else { return };
    let parsed = CompactJws::parse(&token, TokenLimits::default());
    let jws = match &parsed {
        Ok(jws) => jws,
        Err(error) => return assert_well_told(error),
    };
    let input = format!("{}.{}", base64url::encode(jws.header().as_json()), base64url::encode(jws.unverified_payload()));
    assert_eq!(jws.signing_input(), input);
    let signature = token.strip_prefix(&input).and_then(|rest| rest.strip_prefix('.')).unwrap();
    assert!(!signature.is_empty() && !signature.contains('.'));
    for verifier in &*keys::VERIFIERS {
        let known = verifier.parse(&token, TokenLimits::default()).unwrap();
        assert_eq!((known.signing_input(), known.unverified_payload()), (jws.signing_input(), jws.unverified_payload()));
        assert_eq!(known.header().as_json(), jws.header().as_json());
        let verdicts = [verify(verifier, jws), verify(verifier, &known)];
        assert_eq!(verdicts[0], verdicts[1]);
        if verdicts[0] {
            assert_eq!(base64url::encode(base64url::decode(signature).unwrap()), signature);
            assert!(SIGNED.lines().filter_map(|token| token.rsplit_once('.')).any(|(signed, _)| signed == input), "forged: {token}");
        }
    }
}

fn verify(verifier: &JwsVerifier, jws: &CompactJws<'_>) -> bool {
    match verifier.verify(jws, &keys::VERIFICATION) {
        Ok(verified) => {
            assert_eq!(verified.payload(), jws.unverified_payload());
            assert_eq!(verified.algorithm().name(), jws.header().algorithm_name());
            assert!(verified.key().verifies().contains(verified.algorithm()));
            true
        }
        Err(error) => {
            assert_well_told(&error);
            false
        }
    }
}

/// Only what was encrypted to the keys is decrypted, to the letter. A refusal says nothing about the octets of the encrypted parts: with
/// zeros in their place it is the same.
pub fn compact_jwe(data: &[u8]) {
    static DECRYPTER: LazyLock<JweDecrypter> = LazyLock::new(|| {
        let keys = DecryptionKeys::from_jwk_set(include_bytes!("fixtures/decryption.json")).unwrap();
        JweDecrypter::new(keys, KeyManagementSet::ALL, ContentEncryptionSet::ALL).unwrap()
    });
    let Some(token) = token(data, 5) else { return };
    let jwe = match CompactJwe::parse(&token, TokenLimits::default()) {
        Ok(jwe) => jwe,
        Err(error) => return assert_well_told(&error),
    };
    assert!(CompactJwe::is_compact_jwe(&token));
    let (header, encrypted) = token.split_once('.').unwrap();
    assert_eq!(base64url::encode(jwe.header().as_json()), header);
    let zeros: String = encrypted.chars().map(|c| if c == '.' { '.' } else { 'A' }).collect();
    let zeros = format!("{header}.{zeros}");
    let refusal = DECRYPTER.decrypt(&CompactJwe::parse(&zeros, TokenLimits::default()).unwrap()).unwrap_err();
    match DECRYPTER.decrypt(&jwe) {
        Ok(decrypted) => {
            assert!(ENCRYPTED.lines().any(|known| known == token), "forged: {token}");
            assert_eq!(decrypted.algorithm().name(), jwe.header().algorithm_name());
            assert_eq!(refusal.code(), "decryption_failed");
        }
        Err(error) => {
            assert_well_told(&error);
            assert_eq!(error, refusal);
        }
    }
}

/// Under the strict policy no address is handed out that is not below the authority, whichever way it is asked for.
pub fn discovery(data: &[u8]) {
    for address in AUTHORITIES {
        let document = match DiscoveryDocumentResponse::parse(data.to_vec(), address, DiscoveryPolicy::strict()) {
            Ok(document) => document,
            Err(error) => {
                assert_well_told(&error);
                continue;
            }
        };
        let issuer = document.issuer().unwrap();
        assert_eq!(issuer.trim_end_matches('/'), address);
        let all: Vec<_> = document.endpoints().map(|(name, verdict)| (name.to_owned(), verdict)).collect();
        for (name, verdict) in all {
            handed_out(&verdict, address);
            handed_out(&document.endpoint(&name).map(Option::unwrap), address);
            handed_out(&document.mtls_endpoint(&name), address);
        }
        for verdict in [
            document.authorization_endpoint(),
            document.token_endpoint(),
            document.userinfo_endpoint(),
            document.jwks_uri(),
            document.revocation_endpoint(),
            document.introspection_endpoint(),
            document.device_authorization_endpoint(),
            document.end_session_endpoint(),
            document.mtls_endpoint("token_endpoint"),
        ] {
            handed_out(&verdict, address);
        }
        if let Err(violations) = document.validate() {
            violations.iter().for_each(|violation| assert_well_told(violation));
            // However many there are, sixteen of them are told.
            assert!(violations.to_string().chars().count() < 16 * LONGEST && format!("{violations:?}").chars().count() < 32 * LONGEST);
        }
        assert!(format!("{document:?}").chars().count() < LONGEST);
    }
}

fn handed_out(verdict: &Result<Endpoint, PolicyViolation>, authority: &str) {
    let endpoint = match verdict {
        Ok(endpoint) => endpoint.as_str(),
        Err(violation) => return assert_well_told(violation),
    };
    let scheme = if authority.starts_with("https:") { "https://" } else { "http://" };
    assert!(endpoint.get(..scheme.len()).unwrap().eq_ignore_ascii_case(scheme), "{endpoint}");
    assert!(!endpoint.chars().any(|c| c == '\\' || c == '#' || c.is_control() || c.is_whitespace()), "{endpoint:?}");
    let (url, authority) = (Url::parse(endpoint).unwrap(), Url::parse(authority).unwrap());
    let origin = |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port_or_known_default());
    assert_eq!(origin(&url), origin(&authority), "{endpoint}");
    assert!(url.username().is_empty() && url.password().is_none(), "{endpoint}");
    assert!(format!("{}/", url.path()).starts_with(&format!("{}/", authority.path().trim_end_matches('/'))), "{endpoint}");
}

/// What was read of `WWW-Authenticate` (a line of it a line of the input) is bounded, and written and read again it is the same.
pub fn challenge(data: &[u8]) {
    let challenges = Challenge::parse(data.split(|&byte| byte == b'\n'));
    assert!(challenges.len() <= 32);
    let mut lines = Vec::new();
    for challenge in &challenges {
        assert!(!challenge.scheme().is_empty() && challenge.parameters().len() <= 32);
        assert!(challenge.token68().is_none() || challenge.parameters().len() == 0);
        let line = challenge.to_string();
        assert!(line.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{line:?}");
        for (name, value) in challenge.parameters() {
            assert_eq!(challenge.parameter(&name.to_ascii_uppercase()), Some(value));
        }
        let again = Challenge::parse([&line]);
        assert_eq!(again.len(), 1, "{line}");
        assert_eq!(again[0].to_string(), line);
        // What a quoted string cannot hold is written as `?`.
        if challenge.parameters().all(|(_, value)| value.chars().all(|c| matches!(c, ' '..='~') && c != '"' && c != '\\')) {
            assert_eq!(&again[0], challenge);
        }
        lines.push(line);
    }
    let joined = lines.join(", ");
    if joined.len() <= 16 * 1024 {
        assert_eq!(Challenge::parse([&joined]).iter().map(Challenge::to_string).collect::<Vec<_>>(), lines);
    }
}

/// The most characters of an error's words, where every character of the input that is shown was escaped.
const LONGEST: usize = 4000;

/// The error and all behind it: words without control characters, and few of them, whatever the input.
fn assert_well_told(error: &(dyn Error + 'static)) {
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        assert!(!text.trim().is_empty() && text.chars().count() < LONGEST, "{} characters: {text}", text.chars().count());
        assert!(!text.chars().any(char::is_control), "{text:?}");
        assert!(format!("{error:?}").chars().count() < 2 * LONGEST, "{error:?}");
        next = error.source();
    }
}
