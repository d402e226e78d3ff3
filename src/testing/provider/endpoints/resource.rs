//! A protected resource of the provider's own: it wants an access token and says what it read of it. Its metadata: RFC 9728.

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

use crate::testing::provider::ProviderEndpoint;
use crate::testing::provider::state::grant::TokenUse;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::credentials;
use crate::testing::provider::wire::response::{ErrorResponse, empty_response, json_response};
use crate::transport::HttpResponse;

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let text = credentials(call.request, "Bearer");
    let token = text.and_then(|text| call.shared.live_token(text)).filter(|token| token.usage == TokenUse::Access);
    match token {
        Some(token) => Ok(json_response(StatusCode::OK, &Value::Object(token.claims.clone()))),
        None => Ok(unauthorized(call, text.is_some())),
    }
}

/// RFC 9728 section 5.1: where to read what this resource wants.
fn unauthorized(call: &Call<'_>, was_wrong: bool) -> HttpResponse {
    let addresses = call.shared.addresses();
    let metadata = addresses.of(ProviderEndpoint::ResourceMetadata).map(ToString::to_string).unwrap_or_default();
    let error = if was_wrong { ", error=\"invalid_token\"" } else { "" };
    let mut response = empty_response(StatusCode::UNAUTHORIZED);
    if let Ok(challenge) = HeaderValue::try_from(format!("Bearer resource_metadata=\"{metadata}\"{error}")) {
        response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    }
    response
}

/// RFC 9728 section 3.2.
pub(in crate::testing::provider) fn metadata(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let addresses = call.shared.addresses();
    let document = json!({
        "resource": addresses.of(ProviderEndpoint::Resource).map(ToString::to_string),
        "authorization_servers": [addresses.issuer],
        "bearer_methods_supported": ["header"],
    });
    Ok(json_response(StatusCode::OK, &document))
}
