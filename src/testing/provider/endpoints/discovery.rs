//! Metadata: OpenID Connect Discovery 1.0 section 3, RFC 8414 section 2.

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::testing::provider::state::endpoint_table::ENDPOINTS;
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::response::{ErrorResponse, json_response};
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

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let addresses = call.shared.addresses();
    let mut document = Map::from_iter([("issuer".to_owned(), json!(addresses.issuer))]);
    for row in ENDPOINTS {
        if let (Some(member), Some(url)) = (row.member, addresses.of(row.endpoint)) {
            document.insert(member.to_owned(), json!(url.as_str()));
        }
        document.extend((call.metadata)(row.endpoint, &call.shared.config));
    }
    document.extend(call.shared.config.metadata.clone());
    document.retain(|_, value| !value.is_null());
    let mut response = json_response(StatusCode::OK, &Value::Object(document));
    response.headers_mut().remove(http::header::CACHE_CONTROL);
    Ok(response)
}
