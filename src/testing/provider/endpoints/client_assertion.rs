//! Clients that sign for themselves: RFC 7523 sections 2.2 and 3, OpenID Connect Core section 9.

use serde_json::Value;

use crate::jose::{AlgorithmSet, CompactJws, JsonWebKey, JsonWebKeySet, JwsVerifier, KeyType, SignatureAlgorithm, TokenLimits};
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::testing::provider::{ProviderEndpoint, TestClient};

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The names of the algorithms that an assertion may be signed with.
pub(super) fn algorithms() -> Vec<&'static str> {
    SignatureAlgorithm::ALL.iter().map(|algorithm| algorithm.name()).collect()
}

/// The client that the assertion speaks of, and how it signed.
pub(super) fn authenticate(call: &Call<'_>, form: &Form, assertion: &str) -> Result<(TestClient, &'static str), ErrorResponse> {
    if form.value("client_assertion_type") != Some(JWT_BEARER) {
        return Err(ErrorResponse::invalid_client(false, "the type of the assertion is unknown"));
    }
    let jws = CompactJws::parse(assertion, TokenLimits::default()).map_err(|_| refused("is not a signed JWT"))?;
    let claims: Value = serde_json::from_slice(jws.unverified_payload()).map_err(|_| refused("has no claims"))?;
    let id = claims.get("sub").and_then(Value::as_str).ok_or_else(|| refused("has no sub"))?;
    if form.value("client_id").is_some_and(|other| other != id) {
        return Err(ErrorResponse::invalid_request("client_id in the body is not that of the assertion"));
    }
    let client = call.shared.client(id).ok_or_else(|| refused("is of an unknown client"))?;
    let is_symmetric = jws.header().algorithm().is_some_and(|algorithm| algorithm.key_type() == KeyType::Octet);
    let keys = if is_symmetric { secret_keys(&client) } else { public_keys(&client) };
    let verifier = JwsVerifier::new(SignatureAlgorithm::ALL.iter().copied().collect::<AlgorithmSet>());
    let is_signed = verifier.is_ok_and(|verifier| keys.iter().any(|key| verifier.verify_with_key(&jws, key).is_ok()));
    if !is_signed {
        return Err(refused("is not signed with a key of the client"));
    }
    check_claims(call, &claims, id)?;
    Ok((client, if is_symmetric { "client_secret_jwt" } else { "private_key_jwt" }))
}

/// RFC 7523 section 3; the `jti` is good once.
fn check_claims(call: &Call<'_>, claims: &Value, id: &str) -> Result<(), ErrorResponse> {
    let shared = call.shared;
    let number = |name: &str| claims.get(name).and_then(Value::as_f64);
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far from where that matters")]
    let now = shared.now_seconds() as f64;
    if claims.get("iss").and_then(Value::as_str) != Some(id) {
        return Err(refused("has an iss that is not its sub"));
    }
    if !audiences(claims).iter().any(|audience| is_addressed(call, audience)) {
        return Err(refused("is for another audience"));
    }
    if number("exp").is_none_or(|at| at <= now) {
        return Err(refused("has expired, or has no exp"));
    }
    if number("nbf").is_some_and(|at| at > now) {
        return Err(refused("is not valid yet"));
    }
    let token_id = claims.get("jti").and_then(Value::as_str).ok_or_else(|| refused("has no jti"))?;
    if !shared.flows.assertion_ids.add(format!("{id} {token_id}"), ()) {
        return Err(refused("was used before"));
    }
    Ok(())
}

fn audiences(claims: &Value) -> Vec<&str> {
    match claims.get("aud") {
        Some(Value::String(only)) => vec![only],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The issuer, the token endpoint, or the endpoint that was called.
fn is_addressed(call: &Call<'_>, audience: &str) -> bool {
    let addresses = call.shared.addresses();
    let token = addresses.of(ProviderEndpoint::Token).is_some_and(|url| url.as_str() == audience);
    audience == addresses.issuer || token || call.request.uri() == audience
}

pub(in crate::testing::provider) fn secret_keys(client: &TestClient) -> Vec<JsonWebKey> {
    client.secrets.iter().filter_map(|secret| JsonWebKey::from_secret(secret.expose().as_bytes()).ok()).collect()
}

pub(in crate::testing::provider) fn public_keys(client: &TestClient) -> Vec<JsonWebKey> {
    let set = serde_json::json!({ "keys": client.keys }).to_string();
    JsonWebKeySet::from_json(set.as_bytes()).map(|set| set.keys().to_vec()).unwrap_or_default()
}

fn refused(why: &str) -> ErrorResponse {
    ErrorResponse::invalid_client(false, format!("the assertion {why}"))
}
