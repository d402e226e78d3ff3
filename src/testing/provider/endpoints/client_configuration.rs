//! The client configuration endpoint: RFC 7592.

use http::{Method, StatusCode};
use serde_json::{Map, Value};

use super::registration;
use crate::testing::provider::parties::registered::Registered;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::credentials;
use crate::testing::provider::wire::response::{ErrorResponse, empty_response, json_response};
use crate::transport::HttpResponse;

/// What the client must not send back (RFC 7592 section 2.2).
const NOT_FOR_CLIENTS: &[&str] =
    &["registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at"];

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let wrong = || ErrorResponse::bearer(StatusCode::UNAUTHORIZED, Some("invalid_token"), "the registration access token is wrong");
    let token = credentials(call.request, "Bearer").ok_or_else(wrong)?;
    let query = call.request.uri().query().unwrap_or_default();
    let id = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "client_id").map(|(_, id)| id.into_owned());
    let id = id.ok_or_else(wrong)?;
    let registered = shared.registered.find(&id).filter(|registered| registered.token == token).ok_or_else(wrong)?;
    match *call.request.method() {
        Method::PUT => update(call, &id, registered),
        Method::DELETE => {
            shared.registered.take(&id);
            shared.issued.retain(|token| token.grant.client_id != id);
            Ok(empty_response(StatusCode::NO_CONTENT))
        }
        _ => Ok(json_response(StatusCode::OK, &registered.document(&shared.addresses()))),
    }
}

/// Replaces everything, and the registration access token with it (RFC 7592 section 2.2).
fn update(call: &Call<'_>, id: &str, mut registered: Registered) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let mut sent: Map<String, Value> = registration::object(call.request)?;
    if NOT_FOR_CLIENTS.iter().any(|member| sent.contains_key(*member)) {
        return Err(ErrorResponse::invalid_request("the body holds what the provider alone may set"));
    }
    if sent.remove("client_id").as_ref().and_then(Value::as_str) != Some(id) {
        return Err(ErrorResponse::invalid_request("client_id is missing, or another"));
    }
    let secret = sent.remove("client_secret");
    if secret.is_some_and(|secret| secret.as_str() != registered.secret.as_deref()) {
        return Err(ErrorResponse::invalid_request("client_secret is not the one that was issued"));
    }
    let metadata = registration::checked(sent)?;
    if !registration::needs_secret(&metadata) {
        registered.secret = None;
    } else if registered.secret.is_none() {
        registered.secret = Some(shared.random_text(32)?);
    }
    registered.client = registration::client(id, registered.secret.as_deref(), &metadata);
    registered.metadata = metadata;
    registered.token = shared.random_text(32)?;
    let document = registered.document(&shared.addresses());
    shared.registered.add(id, registered);
    Ok(json_response(StatusCode::OK, &document))
}
