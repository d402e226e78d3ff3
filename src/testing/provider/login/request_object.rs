//! Request objects: RFC 9101, OpenID Connect Core section 6.

use serde_json::{Map, Value};

use crate::encoding::base64url;
use crate::jose::{
    AlgorithmSet, CompactJwe, CompactJws, ContentEncryptionSet, DecryptionKeys, JweDecrypter, JwsVerifier, KeyType, SignatureAlgorithm,
    TokenLimits,
};
use crate::testing::provider::TestClient;
use crate::testing::provider::endpoints::client_assertion::{public_keys, secret_keys};
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;

/// What describes the object itself and is no parameter.
const NOT_PARAMETERS: &[&str] = &["iss", "aud", "exp", "nbf", "iat", "jti", "sub"];

/// What an object may be typed as (RFC 9101 section 10.8).
const TYPES: &[&str] = &["oauth-authz-req+jwt", "jwt"];

/// The parameters of the object, which count alone (section 6.3), with `client_id`.
pub(in crate::testing::provider) fn read(call: &Call<'_>, client: &TestClient, sent: &Form, text: &str) -> Result<Form, ErrorResponse> {
    let text = decrypted(call, text)?;
    let claims = opened(call, client, &text)?;
    check(call, client, sent, &claims)?;
    let mut parameters = vec![("client_id".to_owned(), client.id.clone())];
    for (name, value) in claims.into_iter().filter(|(name, _)| !NOT_PARAMETERS.contains(&name.as_str()) && name != "client_id") {
        match value {
            Value::Null => {}
            Value::String(text) => parameters.push((name, text)),
            Value::Array(values) if name == "resource" => {
                parameters.extend(values.iter().filter_map(Value::as_str).map(|value| (name.clone(), value.to_owned())));
            }
            other => parameters.push((name, other.to_string())),
        }
    }
    Form::from_pairs(parameters)
}

/// The same for a signed authentication request (CIBA Core 1.0 section 7.1.1): never without a signature, and complete.
pub(in crate::testing::provider) fn read_signed(
    call: &Call<'_>,
    client: &TestClient,
    sent: &Form,
    text: &str,
) -> Result<Form, ErrorResponse> {
    verify(client, text)?;
    let claims = opened(call, client, text)?;
    if let Some(name) = ["iss", "aud", "exp", "iat", "nbf", "jti"].into_iter().find(|name| !claims.contains_key(*name)) {
        return Err(refused(&format!("lacks {name}")));
    }
    read(call, client, sent, text)
}

fn decrypted(call: &Call<'_>, text: &str) -> Result<String, ErrorResponse> {
    if !CompactJwe::is_compact_jwe(text) {
        return Ok(text.to_owned());
    }
    let (algorithm, key) = call.shared.config.decryption_key.clone().ok_or_else(|| refused("cannot be decrypted here"))?;
    let decrypter = JweDecrypter::new(DecryptionKeys::from(key), algorithm, ContentEncryptionSet::ALL);
    let jwe = CompactJwe::parse(text, TokenLimits::default()).map_err(|_| refused("is no JWE"))?;
    let opened = decrypter.and_then(|decrypter| decrypter.decrypt(&jwe)).map_err(|_| refused("cannot be decrypted"))?;
    String::from_utf8(opened.into_plaintext()).map_err(|_| refused("holds no JWT"))
}

/// The claims, where the signature is the client's, or there is none and none is needed.
fn opened(call: &Call<'_>, client: &TestClient, text: &str) -> Result<Map<String, Value>, ErrorResponse> {
    let unreadable = || refused("is no JWT");
    let mut parts = text.split('.');
    let mut part = || parts.next().and_then(|part| base64url::decode(part).ok()).ok_or_else(unreadable);
    let header: Map<String, Value> = serde_json::from_slice(&part()?).map_err(|_| unreadable())?;
    let claims: Map<String, Value> = serde_json::from_slice(&part()?).map_err(|_| unreadable())?;
    let is_signed = !part()?.is_empty();
    let member = |name: &str| header.get(name).and_then(Value::as_str);
    let algorithm = member("alg").ok_or_else(unreadable)?;
    if client.login.request_object_algorithm.as_deref().is_some_and(|registered| registered != algorithm) {
        return Err(refused("is not signed with the algorithm that the client registered"));
    }
    let typ = member("typ").unwrap_or("jwt").to_ascii_lowercase();
    if !TYPES.contains(&typ.trim_start_matches("application/")) {
        return Err(refused("is of another type"));
    }
    match algorithm {
        "none" if is_signed => return Err(unreadable()),
        "none" if call.shared.config.required_signed_request_objects => return Err(refused("has to be signed")),
        "none" => {}
        _ => verify(client, text)?,
    }
    Ok(claims)
}

fn verify(client: &TestClient, text: &str) -> Result<(), ErrorResponse> {
    let jws = CompactJws::parse(text, TokenLimits::default()).map_err(|_| refused("is not a signed JWT"))?;
    let is_symmetric = jws.header().algorithm().is_some_and(|algorithm| algorithm.key_type() == KeyType::Octet);
    let keys = if is_symmetric { secret_keys(client) } else { public_keys(client) };
    let verifier = JwsVerifier::new(SignatureAlgorithm::ALL.iter().copied().collect::<AlgorithmSet>());
    let is_genuine = verifier.is_ok_and(|verifier| keys.iter().any(|key| verifier.verify_with_key(&jws, key).is_ok()));
    if is_genuine { Ok(()) } else { Err(refused("is not signed with a key of the client")) }
}

/// RFC 9101 sections 4, 5 and 6.3; what names the object and its readers is looked at where it is there.
fn check(call: &Call<'_>, client: &TestClient, sent: &Form, claims: &Map<String, Value>) -> Result<(), ErrorResponse> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if ["request", "request_uri"].iter().any(|name| claims.contains_key(*name)) {
        return Err(refused("holds another one"));
    }
    if text("sub") == Some(&client.id) {
        return Err(refused("could be taken for a client assertion"));
    }
    for name in ["iss", "client_id"] {
        if claims.contains_key(name) && text(name) != Some(&client.id) {
            return Err(refused(&format!("has the {name} of another client")));
        }
    }
    if sent.value("response_type").is_some_and(|outside| text("response_type").is_some_and(|inside| inside != outside)) {
        return Err(refused("asks for another response_type than the request around it"));
    }
    let issuer = call.shared.issuer();
    let is_addressed = match claims.get("aud") {
        None => true,
        Some(Value::Array(several)) => several.iter().any(|audience| audience == issuer.as_str()),
        Some(audience) => audience == issuer.as_str(),
    };
    if !is_addressed {
        return Err(refused("is for another audience"));
    }
    let number = |name: &str| claims.get(name).and_then(Value::as_i64);
    let now = call.shared.now_seconds();
    if claims.contains_key("exp") && number("exp").is_none_or(|at| at <= now) {
        return Err(refused("has expired"));
    }
    if claims.contains_key("nbf") && number("nbf").is_none_or(|at| at > now) {
        return Err(refused("is not valid yet"));
    }
    Ok(())
}

fn refused(why: &str) -> ErrorResponse {
    ErrorResponse::oauth("invalid_request_object", format!("the request object {why}"))
}
