//! The claims of a token whose signature is right, judged by the real rules and by plain ones beside them.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use identity_model::jose::{JsonWebKey, JwsHeader, PrivateKey, PrivateKeySigner, SignatureAlgorithm, sign_compact_blocking};
use identity_model::validation::{Inspected, TokenKind, TokenValidationOptions, ValidationError};
use serde_json::Value;

use super::{assert_well_told, json};

const NOW: u64 = 1_750_000_000;
const ISSUER: &str = "https://issuer.example.com";
const AUDIENCE: &str = "client-abc";

/// For these tokens alone: the fuzzer may write what it likes into them.
const SECRET: &[u8] = b"only for tokens that a fuzzer has made up";

struct Judge {
    options: TokenValidationOptions,
    header: JwsHeader,
}

static SIGNER: LazyLock<PrivateKeySigner> =
    LazyLock::new(|| PrivateKey::from_secret(SECRET).unwrap().signer(SignatureAlgorithm::HS256).unwrap());

static KEY: LazyLock<JsonWebKey> = LazyLock::new(|| JsonWebKey::from_secret(SECRET).unwrap());

/// One for each kind of token that is judged often.
static JUDGES: LazyLock<Vec<Judge>> = LazyLock::new(|| {
    let kinds = [
        (TokenValidationOptions::id_token(), None),
        (TokenValidationOptions::access_token(), Some("at+jwt")),
        (TokenValidationOptions::plain_access_token(), None),
        (TokenValidationOptions::logout_token(), Some("logout+jwt")),
    ];
    let judge = |(builder, typ): (_, Option<&str>)| {
        let builder: identity_model::validation::TokenValidationOptionsBuilder = builder;
        let options = builder.issuer(ISSUER).audience(AUDIENCE).algorithms([SignatureAlgorithm::HS256]).leeway(Duration::ZERO).build();
        Judge { options, header: typ.map_or(JwsHeader::new(), |typ| JwsHeader::new().typ(typ)) }
    };
    kinds.into_iter().map(judge).collect()
});

/// Our reader of JSON reads what serde_json reads, and claims that are accepted keep the plain rules.
pub fn claims(data: &[u8]) {
    if json::is_read_otherwise(data) {
        return;
    }
    let value = json::agrees(data);
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
    for Judge { options, header } in &*JUDGES {
        let token = sign_compact_blocking(header, data, &*SIGNER).unwrap();
        let judged = || -> Result<_, ValidationError> { Inspected::new(&token, options, now)?.verify_with_key(&KEY)?.check(now) };
        let validated = match judged() {
            Ok(validated) => validated,
            Err(error) => {
                assert_well_told(&error);
                assert!(!error.wants_newer_keys() && !error.is_configuration());
                continue;
            }
        };
        let claims = value.as_ref().unwrap();
        assert_acceptable(claims, options.token_kind());
        assert_eq!(validated.issuer(), claims["iss"].as_str());
        assert_eq!(validated.subject(), claims["sub"].as_str());
        assert_eq!(&validated.claims().deserialize::<Value>().unwrap(), claims);
        assert!(!format!("{validated:?}").is_empty() && !format!("{:?}", validated.principal()).is_empty());
    }
}

/// RFC 7519 section 4.1, OpenID Connect Core section 3.1.3.7, RFC 9068 section 4, OpenID Connect Back-Channel Logout section 2.6.
fn assert_acceptable(claims: &Value, kind: TokenKind) {
    let filled = |name: &str| claims[name].as_str().is_some_and(|text| !text.is_empty());
    let date = |name: &str| claims.get(name).map(|value| value.as_f64().unwrap());
    let now = NOW as f64;
    let audiences: Vec<&str> = match &claims["aud"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().map(|one| one.as_str().unwrap()).collect(),
        other => panic!("an audience of another type: {other}"),
    };
    assert_eq!(claims["iss"], ISSUER, "{claims}");
    assert!(audiences.contains(&AUDIENCE), "{claims}");
    // A double cannot tell moments within a microsecond apart.
    assert!(date("exp").unwrap() > now - 1e-6, "{claims}");
    assert!(date("nbf").is_none_or(|begin| begin < now + 1e-6), "{claims}");
    assert!(date("iat").is_none_or(|issued| issued < now + 1e-6), "{claims}");
    let required: &[&str] = match kind {
        TokenKind::IdToken => &["sub"],
        TokenKind::AccessToken => &["sub", "jti", "client_id"],
        TokenKind::LogoutToken => &["jti"],
        _ => &[],
    };
    assert!(required.iter().all(|name| filled(name)), "{claims}");
    match kind {
        TokenKind::IdToken => {
            assert!(claims.get("iat").is_some() && claims["sub"].as_str().is_some_and(str::is_ascii), "{claims}");
            let alone = audiences.iter().all(|audience| *audience == AUDIENCE);
            assert!(if claims.get("azp").is_some() { claims["azp"] == AUDIENCE } else { alone }, "{claims}");
        }
        TokenKind::LogoutToken => {
            assert!(claims.get("nonce").is_none() && (filled("sub") || filled("sid")), "{claims}");
            assert!(claims["events"]["http://schemas.openid.net/event/backchannel-logout"].is_object(), "{claims}");
        }
        _ => {}
    }
}
