//! The device authorization endpoint: RFC 8628 section 3.1.

use http::StatusCode;
use serde_json::json;

use super::{client_authentication, token_response};
use crate::testing::provider::state::flows::{Decision, Pending};
use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::state::shared::Shared;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::{ErrorResponse, json_response};
use crate::transport::HttpResponse;

/// Letters that cannot be mistaken for each other and spell no words (section 6.1).
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let config = &shared.config;
    let form = Form::read(call.request)?;
    let client = client_authentication::authenticate(call, &form)?;
    let mut grant = Grant::of_client(&client, token_response::scopes(&client, &form)?, token_response::audience(&client, &form)?);
    grant.family = Some(shared.random_text(16)?);
    let (device_code, user_code) = (shared.random_text(32)?, user_code(shared)?);
    let pending = Pending {
        grant,
        user_code: user_code.clone(),
        decision: Decision::Waiting,
        expires_at: config.environment.clock().now() + config.approval_lifetime,
        notification_token: None,
        interval: config.polling_interval,
        polled_at: None,
    };
    shared.flows.devices.add(device_code.clone(), pending);
    let verification_uri = format!("{}/device", shared.issuer().trim_end_matches('/'));
    let document = json!({
        "device_code": device_code,
        "user_code": user_code,
        "verification_uri": verification_uri,
        "verification_uri_complete": format!("{verification_uri}?user_code={user_code}"),
        "expires_in": config.approval_lifetime.as_secs(),
        "interval": config.polling_interval.as_secs(),
    });
    Ok(json_response(StatusCode::OK, &document))
}

fn user_code(shared: &Shared) -> Result<String, ErrorResponse> {
    let text = shared.random_text(8)?;
    let mut letters = text.bytes().filter_map(|byte| LETTERS.get(usize::from(byte) % LETTERS.len())).map(|letter| char::from(*letter));
    let first: String = letters.by_ref().take(4).collect();
    Ok(format!("{first}-{}", letters.take(4).collect::<String>()))
}
