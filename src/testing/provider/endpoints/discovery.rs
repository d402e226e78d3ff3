//! Metadata: OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::testing::provider::refusal::{Refusal, json_response};
use crate::testing::provider::routes::{Call, ROUTES};
use crate::testing::provider::shared::Config;
use crate::transport::HttpResponse;

/// What the document says of the provider as a whole.
pub(in crate::testing::provider) fn metadata(config: &Config) -> Map<String, Value> {
    let algorithms: Vec<&str> = config.algorithms.iter().map(|algorithm| algorithm.name()).collect();
    Map::from_iter([
        ("subject_types_supported".to_owned(), json!(["public"])),
        ("id_token_signing_alg_values_supported".to_owned(), json!(algorithms)),
        ("scopes_supported".to_owned(), json!(["openid", "profile", "email", "address", "phone"])),
    ])
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, Refusal> {
    let addresses = call.shared.addresses();
    let mut document = Map::from_iter([("issuer".to_owned(), json!(addresses.issuer))]);
    for route in ROUTES {
        if let (Some(member), Some(url)) = (route.member, addresses.of(route.endpoint)) {
            document.insert(member.to_owned(), json!(url.as_str()));
        }
        document.extend((route.metadata)(&call.shared.config));
    }
    document.extend(call.shared.config.metadata.clone());
    document.retain(|_, value| !value.is_null());
    let mut response = json_response(StatusCode::OK, &Value::Object(document));
    response.headers_mut().remove(http::header::CACHE_CONTROL);
    Ok(response)
}
