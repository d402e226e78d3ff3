//! Tokens of every kind, made and judged under a clock that stands still.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use crate::encoding::base64url;
use crate::jose::{BlockingSigner, JsonWebKeySet, PrivateKey, SignatureAlgorithm};
use crate::validation::{TokenKind, TokenValidationOptions, TokenValidationOptionsBuilder, ValidatedToken, ValidationError, validate};

pub(super) const NOW: i64 = 1_750_000_000;
pub(super) const ISSUER: &str = "https://issuer.example.com";
pub(super) const CLIENT: &str = "client-abc";
pub(super) const ALGORITHM: SignatureAlgorithm = SignatureAlgorithm::ES256;

/// The issuer's key, `kid` `k`.
pub(super) static KEY: LazyLock<PrivateKey> = LazyLock::new(|| new_key("k"));

pub(super) fn new_key(key_id: &str) -> PrivateKey {
    PrivateKey::generate(ALGORITHM).unwrap().with_key_id(key_id).unwrap()
}

pub(super) fn keys() -> JsonWebKeySet {
    JsonWebKeySet::from_keys([KEY.public_jwk().clone()])
}

pub(super) fn now() -> SystemTime {
    at(0)
}

/// The moment `seconds` after [`NOW`].
pub(super) fn at(seconds: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(NOW + seconds).unwrap())
}

/// Every kind.
pub(super) const KINDS: [TokenKind; 9] = [
    TokenKind::IdToken,
    TokenKind::AccessToken,
    TokenKind::PlainAccessToken,
    TokenKind::LogoutToken,
    TokenKind::AuthorizationResponse,
    TokenKind::IntrospectionResponse,
    TokenKind::UserInfoResponse,
    TokenKind::ClaimSource,
    TokenKind::Other,
];

/// A sound token's `typ` and claims.
pub(super) fn sound(kind: TokenKind) -> (Option<&'static str>, Value) {
    let mut claims = json!({"iss": ISSUER, "aud": CLIENT, "exp": NOW + 300, "iat": NOW - 60});
    let (typ, more) = match kind {
        TokenKind::IdToken => (Some("JWT"), json!({"sub": "user-123"})),
        TokenKind::AccessToken => (Some("at+jwt"), json!({"sub": "user-123", "jti": "j-1", "client_id": "web"})),
        TokenKind::PlainAccessToken => (None, json!({"sub": "user-123", "scope": "read"})),
        TokenKind::LogoutToken => (
            Some("logout+jwt"),
            json!({"sub": "user-123", "jti": "j-1", "events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
        ),
        TokenKind::AuthorizationResponse => (None, json!({"code": "c-1", "state": "s-1"})),
        TokenKind::IntrospectionResponse => (Some("token-introspection+jwt"), json!({"token_introspection": {"active": true}})),
        TokenKind::UserInfoResponse => (None, json!({"sub": "user-123", "email": "u@example.com"})),
        _ => (None, json!({})),
    };
    members(&mut claims).extend(more.as_object().unwrap().clone());
    (typ, claims)
}

fn members(claims: &mut Value) -> &mut Map<String, Value> {
    claims.as_object_mut().unwrap()
}

/// The rules of a kind, the issuer and audience of these tests, no leeway, and the algorithm they sign with.
pub(super) fn rules(kind: TokenKind) -> TokenValidationOptions {
    complete!(TokenValidationOptions::builder(kind))
}

/// The same for a builder of one's own.
macro_rules! complete {
    ($builder:expr) => {{
        let builder = $builder.issuer($crate::validation::tests::harness::ISSUER).audience($crate::validation::tests::harness::CLIENT);
        builder.algorithms($crate::validation::tests::harness::ALGORITHM).leeway(std::time::Duration::ZERO).build()
    }};
}
pub(super) use complete;

/// The same for a builder of one's own, changed without losing its type.
pub(super) fn open_rules(
    builder: TokenValidationOptionsBuilder,
    change: impl FnOnce(TokenValidationOptionsBuilder) -> TokenValidationOptionsBuilder,
) -> TokenValidationOptions {
    complete!(change(builder))
}

/// Signs what stands there, whatever it is.
pub(super) fn sign_raw(header: &str, payload: &[u8], key: &PrivateKey) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
    let signature = key.signer(ALGORITHM).unwrap().sign_blocking(input.as_bytes()).unwrap();
    format!("{input}.{}", base64url::encode(signature))
}

pub(super) fn header(typ: Option<&str>) -> String {
    typ.map_or_else(|| r#"{"alg":"ES256","kid":"k"}"#.into(), |typ| json!({"alg": "ES256", "kid": "k", "typ": typ}).to_string())
}

pub(super) fn sign(typ: Option<&str>, claims: &Value) -> String {
    sign_raw(&header(typ), claims.to_string().as_bytes(), &KEY)
}

pub(super) type Outcome = Result<ValidatedToken, ValidationError>;

/// Signs and judges the claims as a token of the options' kind.
pub(super) fn judge(claims: &Value, options: &TokenValidationOptions) -> Outcome {
    judge_typed(sound(options.token_kind()).0, claims, options)
}

pub(super) fn judge_typed(typ: Option<&str>, claims: &Value, options: &TokenValidationOptions) -> Outcome {
    validate(&sign(typ, claims), &keys(), options, now())
}

/// Signs and judges a sound token after `changes`: a claim and its new value, none to leave it out.
pub(super) fn judge_changed<'c>(options: &TokenValidationOptions, changes: impl IntoIterator<Item = (&'c str, Option<Value>)>) -> Outcome {
    judge(&changed(options.token_kind(), changes), options)
}

pub(super) fn changed<'c>(kind: TokenKind, changes: impl IntoIterator<Item = (&'c str, Option<Value>)>) -> Value {
    let (_, mut claims) = sound(kind);
    for (name, value) in changes {
        match value {
            Some(value) => members(&mut claims).insert(name.to_owned(), value),
            None => members(&mut claims).remove(name),
        };
    }
    claims
}

/// Sets one claim of a sound token to raw JSON text, as no JSON writer would.
pub(super) fn judge_raw_member(options: &TokenValidationOptions, name: &str, raw: &str) -> Outcome {
    let claims = changed(options.token_kind(), [(name, None)]).to_string();
    let claims = format!("{},\"{name}\":{raw}}}", claims.strip_suffix('}').unwrap());
    validate(&sign_raw(&header(sound(options.token_kind()).0), claims.as_bytes(), &KEY), &keys(), options, now())
}

/// `ok`, or the code of the rejection.
pub(super) fn verdict(outcome: &Outcome) -> &'static str {
    match outcome {
        Ok(_) => "ok",
        Err(error) => error.code(),
    }
}

#[track_caller]
pub(super) fn expect(outcome: Outcome, expected: &str, what: impl std::fmt::Debug) {
    assert_eq!(verdict(&outcome), expected, "{what:?}: {outcome:?}");
}
