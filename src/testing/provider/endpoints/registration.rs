//! Dynamic client registration: RFC 7591, OpenID Connect Dynamic Client Registration 1.0.

use http::StatusCode;
use serde_json::{Map, Value, json};
use url::Url;

use super::client_authentication;
use crate::jose::SignatureAlgorithm;
use crate::testing::provider::TestClient;
use crate::testing::provider::parties::client_login::{ClientLogin, Delivery};
use crate::testing::provider::parties::registered::Registered;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::credentials;
use crate::testing::provider::wire::response::{ErrorResponse, json_response};
use crate::transport::{HttpRequest, HttpResponse};

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    if let Some(token) = &shared.config.initial_access_token
        && credentials(call.request, "Bearer") != Some(token.expose())
    {
        return Err(ErrorResponse::bearer(StatusCode::UNAUTHORIZED, Some("invalid_token"), "the initial access token is wrong or missing"));
    }
    let metadata = checked(object(call.request)?)?;
    let id = shared.random_text(16)?;
    let secret = needs_secret(&metadata).then(|| shared.random_text(32)).transpose()?;
    let registered = Registered {
        client: client(&id, secret.as_deref(), &metadata),
        secret,
        metadata,
        token: shared.random_text(32)?,
        issued_at: shared.now_seconds(),
    };
    let document = registered.document(&shared.addresses());
    shared.registered.add(id, registered);
    Ok(json_response(StatusCode::CREATED, &document))
}

/// The body, which has to be a JSON object.
pub(super) fn object(request: &HttpRequest) -> Result<Map<String, Value>, ErrorResponse> {
    match serde_json::from_slice(request.body()) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(ErrorResponse::oauth("invalid_client_metadata", "the body is no JSON object")),
    }
}

/// The metadata with what is assumed where nothing is said (RFC 7591 section 2), if they hold together.
pub(super) fn checked(mut metadata: Map<String, Value>) -> Result<Map<String, Value>, ErrorResponse> {
    let wrong = |why: &str| ErrorResponse::oauth("invalid_client_metadata", why);
    metadata.retain(|_, value| !value.is_null());
    for (member, assumed) in [
        ("token_endpoint_auth_method", json!("client_secret_basic")),
        ("grant_types", json!(["authorization_code"])),
        ("response_types", json!(["code"])),
    ] {
        metadata.entry(member).or_insert(assumed);
    }
    let method = metadata.get("token_endpoint_auth_method").and_then(Value::as_str).unwrap_or_default();
    if !client_authentication::METHODS.contains(&method) {
        return Err(wrong("token_endpoint_auth_method is not supported"));
    }
    if metadata.contains_key("jwks") && metadata.contains_key("jwks_uri") {
        return Err(wrong("jwks and jwks_uri must not both be there"));
    }
    if method == "private_key_jwt" && keys(&metadata).is_empty() {
        return Err(wrong("private_key_jwt needs keys in jwks"));
    }
    let grants = texts(&metadata, "grant_types").ok_or_else(|| wrong("grant_types is no list of texts"))?;
    let addresses = match metadata.get("redirect_uris") {
        None => Vec::new(),
        Some(_) => texts(&metadata, "redirect_uris")
            .ok_or_else(|| ErrorResponse::oauth("invalid_redirect_uri", "redirect_uris is no list of texts"))?,
    };
    let is_missing = addresses.is_empty() && grants.contains(&"authorization_code");
    if is_missing || addresses.iter().any(|address| Url::parse(address).map_or(true, |url| url.fragment().is_some())) {
        return Err(ErrorResponse::oauth(
            "invalid_redirect_uri",
            "redirect_uris are missing, or not all are absolute and without a fragment",
        ));
    }
    Ok(metadata)
}

/// Whether the client gets a secret.
pub(super) fn needs_secret(metadata: &Map<String, Value>) -> bool {
    metadata.get("token_endpoint_auth_method").and_then(Value::as_str).is_some_and(|method| method.starts_with("client_secret_"))
}

/// The client that the metadata describe.
pub(super) fn client(id: &str, secret: Option<&str>, metadata: &Map<String, Value>) -> TestClient {
    let scope = metadata.get("scope").and_then(Value::as_str).unwrap_or_default();
    let mut client = TestClient::new(id)
        .authentication_methods(metadata.get("token_endpoint_auth_method").and_then(Value::as_str))
        .scopes(scope.split_ascii_whitespace())
        .redirect_uris(texts(metadata, "redirect_uris").unwrap_or_default());
    if let Some(secret) = secret {
        client = client.secret(secret);
    }
    let text = |name: &str| metadata.get(name).and_then(Value::as_str);
    let algorithm = |name: &str| text(name).and_then(SignatureAlgorithm::from_name);
    client.login = ClientLogin {
        post_logout_redirect_uris: texts(metadata, "post_logout_redirect_uris")
            .unwrap_or_default()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        frontchannel_logout_uri: text("frontchannel_logout_uri").map(str::to_owned),
        backchannel_logout_uri: text("backchannel_logout_uri").map(str::to_owned),
        id_token_algorithm: algorithm("id_token_signed_response_alg"),
        userinfo_algorithm: algorithm("userinfo_signed_response_alg"),
        authorization_response_algorithm: algorithm("authorization_signed_response_alg"),
        request_object_algorithm: text("request_object_signing_alg").map(str::to_owned),
        notification_endpoint: text("backchannel_client_notification_endpoint").map(str::to_owned),
        delivery: match text("backchannel_token_delivery_mode") {
            Some("ping") => Delivery::Ping,
            Some("push") => Delivery::Push,
            _ => Delivery::Poll,
        },
        default_max_age: metadata.get("default_max_age").and_then(Value::as_i64),
        require_auth_time: metadata.get("require_auth_time").and_then(Value::as_bool).unwrap_or_default(),
        ..ClientLogin::default()
    };
    keys(metadata).into_iter().fold(client, TestClient::public_key)
}

fn keys(metadata: &Map<String, Value>) -> Vec<Value> {
    metadata.get("jwks").and_then(|set| set.get("keys")).and_then(Value::as_array).cloned().unwrap_or_default()
}

fn texts<'a>(metadata: &'a Map<String, Value>, member: &str) -> Option<Vec<&'a str>> {
    metadata.get(member)?.as_array()?.iter().map(Value::as_str).collect()
}
