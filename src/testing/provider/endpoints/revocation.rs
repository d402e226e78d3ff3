//! The revocation endpoint: RFC 7009.

use http::StatusCode;
use serde_json::{Map, Value};

use super::client_authentication;
use crate::testing::provider::state::grant::TokenUse;
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::{ErrorResponse, empty_response};
use crate::transport::HttpResponse;

pub(in crate::testing::provider) fn metadata(_config: &Config) -> Map<String, Value> {
    client_authentication::metadata("revocation_endpoint", true)
}

/// A token that is unknown is as good as revoked (section 2.2); one of another client is rejected (section 2.1).
pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let form = Form::read(call.request)?;
    let client = client_authentication::authenticate(call, &form)?;
    let text = form.required("token")?;
    if let Some(token) = call.shared.issued.find(text) {
        if token.grant.client_id != client.id {
            return Err(ErrorResponse::oauth("invalid_grant", "the token belongs to another client"));
        }
        call.shared.issued.take(text);
        if token.usage == TokenUse::Refresh {
            call.shared.revoke_family(token.grant.family.as_deref());
        }
    }
    Ok(empty_response(StatusCode::OK))
}
