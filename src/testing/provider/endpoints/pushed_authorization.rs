//! The pushed authorization request endpoint: RFC 9126.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::client_authentication;
use crate::testing::provider::TestClient;
use crate::testing::provider::login::asked::Asked;
use crate::testing::provider::login::incoming;
use crate::testing::provider::login::reply::Reply;
use crate::testing::provider::state::flows::Pushed;
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::{ErrorResponse, json_response};
use crate::transport::HttpResponse;

const LIFETIME: Duration = Duration::from_secs(60);

/// What says who the client is stays behind.
const CREDENTIALS: &[&str] = &["client_secret", "client_assertion", "client_assertion_type"];

pub(in crate::testing::provider) fn metadata(config: &Config) -> Map<String, Value> {
    let required = config.required_pushed_authorization.then_some(json!(true));
    Map::from_iter(required.map(|required| ("require_pushed_authorization_requests".to_owned(), required)))
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let form = Form::read(call.request)?;
    let client = client_authentication::authenticate(call, &form)?;
    let form = incoming::to_push(call, &client, form)?;
    check(call, &client, &form)?;
    let mut parameters: Vec<(String, String)> = form.pairs().filter(|(name, _)| !CREDENTIALS.contains(&name.as_str())).cloned().collect();
    if form.value("client_id").is_none() {
        parameters.push(("client_id".to_owned(), client.id.clone()));
    }
    // RFC 9449 section 10.1: a proof binds the code as `dpop_jkt` does.
    if let Some(key) = call.dpop_thumbprint() {
        if form.value("dpop_jkt").is_some_and(|stated| stated != key) {
            return Err(ErrorResponse::oauth("invalid_dpop_proof", "dpop_jkt is the thumbprint of another key"));
        }
        parameters.retain(|(name, _)| name != "dpop_jkt");
        parameters.push(("dpop_jkt".to_owned(), key));
    }
    let request_uri = format!("urn:ietf:params:oauth:request_uri:{}", shared.random_text(32)?);
    let expires_at = shared.config.environment.clock().now() + LIFETIME;
    shared.flows.pushed.add(request_uri.clone(), Pushed { parameters, expires_at });
    Ok(json_response(StatusCode::CREATED, &json!({ "request_uri": request_uri, "expires_in": LIFETIME.as_secs() })))
}

/// What the authorization endpoint would reject (section 2.1).
fn check(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<(), ErrorResponse> {
    Reply::read(client, form)?.flaw()?;
    Asked::read(&call.shared.config, client, form).map(drop)
}
