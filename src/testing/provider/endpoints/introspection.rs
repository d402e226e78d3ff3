//! The introspection endpoint: RFC 7662, and its signed response, RFC 9701.

use http::StatusCode;
use http::header::ACCEPT;
use serde_json::{Map, Value, json};

use super::client_authentication;
use crate::testing::provider::ForgedKind;
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::state::grant::TokenUse;
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::{ErrorResponse, content_response, json_response};
use crate::transport::HttpResponse;

const SIGNED: &str = "application/token-introspection+jwt";

pub(in crate::testing::provider) fn metadata(config: &Config) -> Map<String, Value> {
    let algorithms: Vec<&str> = config.algorithms.iter().map(|algorithm| algorithm.name()).collect();
    let mut members = client_authentication::metadata("introspection_endpoint", false);
    members.insert("introspection_signing_alg_values_supported".to_owned(), json!(algorithms));
    members
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let form = Form::read(call.request)?;
    let client = client_authentication::authenticate_confidential(call, &form)?;
    let document = describe(call, form.required("token")?);
    let accept = call.request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accept.split(',').any(|range| range.split(';').next().is_some_and(|name| name.trim().eq_ignore_ascii_case(SIGNED))) {
        return Ok(json_response(StatusCode::OK, &document));
    }
    let shared = call.shared;
    let now = shared.now_seconds();
    let claims = Map::from_iter([
        ("iss".to_owned(), json!(shared.issuer())),
        ("aud".to_owned(), json!(client.id)),
        ("iat".to_owned(), json!(now)),
        ("token_introspection".to_owned(), document),
    ]);
    let mut draft = TokenDraft::new(shared.config.default_algorithm(), now, Some("token-introspection+jwt"), claims);
    if let Some(encrypter) = &client.login.introspection_encrypter {
        draft = draft.encrypted_with(encrypter);
    }
    let jwt = call.forged(ForgedKind::Introspection, draft).sign(&shared.keys).map_err(ErrorResponse::server_error)?;
    Ok(content_response(StatusCode::OK, SIGNED, jwt.into()))
}

/// What there is to say about a token; of one that is unknown, expired or revoked nothing but that (RFC 7662 section 2.2).
fn describe(call: &Call<'_>, text: &str) -> Value {
    let Some(token) = call.shared.live_token(text) else { return json!({ "active": false }) };
    let mut document = token.claims.clone();
    document.insert("active".to_owned(), json!(true));
    if token.usage == TokenUse::Access {
        let token_type = if token.grant.bound_key().is_some() { "DPoP" } else { "Bearer" };
        document.insert("token_type".to_owned(), json!(token_type));
    }
    if let Some(subject) = &token.grant.subject {
        document.insert("username".to_owned(), json!(subject));
    }
    Value::Object(document)
}
