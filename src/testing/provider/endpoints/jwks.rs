//! The JWK Set: RFC 7517 section 5.

use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::response::{ErrorResponse, content_response};
use crate::transport::HttpResponse;

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let keys = call.shared.keys.published().map_err(ErrorResponse::server_error)?;
    let config = &call.shared.config;
    let body = json!({ "keys": keys }).to_string();
    let mut response = content_response(StatusCode::OK, config.key_set_content_type, body.into());
    let cache_control = config.key_set_cache_control.as_deref().map(HeaderValue::from_str);
    match cache_control {
        Some(Ok(value)) => response.headers_mut().insert(CACHE_CONTROL, value),
        _ => response.headers_mut().remove(CACHE_CONTROL),
    };
    Ok(response)
}
