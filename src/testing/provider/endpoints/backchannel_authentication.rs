//! The backchannel authentication endpoint: CIBA Core 1.0 section 7.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{client_authentication, token_response};
use crate::jose::{KeyType, SignatureAlgorithm};
use crate::testing::provider::TestClient;
use crate::testing::provider::login::request_object;
use crate::testing::provider::parties::client_login::Delivery;
use crate::testing::provider::state::flows::{Decision, Pending};
use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::{ErrorResponse, json_response};
use crate::transport::HttpResponse;

const HINTS: &[&str] = &["login_hint", "login_hint_token", "id_token_hint"];

pub(in crate::testing::provider) fn metadata(_config: &Config) -> Map<String, Value> {
    let algorithms = SignatureAlgorithm::ALL.iter().filter(|algorithm| algorithm.key_type() != KeyType::Octet);
    let algorithms: Vec<&str> = algorithms.map(|algorithm| algorithm.name()).collect();
    Map::from_iter([
        ("backchannel_token_delivery_modes_supported".to_owned(), json!(["poll", "ping", "push"])),
        ("backchannel_user_code_parameter_supported".to_owned(), json!(false)),
        ("backchannel_authentication_request_signing_alg_values_supported".to_owned(), json!(algorithms)),
    ])
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let config = &shared.config;
    let form = Form::read(call.request)?;
    let client = client_authentication::authenticate_confidential(call, &form)?;
    let form = signed(call, &client, form)?;
    check(call, &form)?;
    let mut grant = Grant::of_client(&client, token_response::scopes(&client, &form)?, token_response::audience(&client, &form)?);
    grant.family = Some(shared.random_text(16)?);
    let lifetime = match form.value("requested_expiry").map(str::parse) {
        Some(Ok(seconds @ 1..)) => Duration::from_secs(seconds).min(config.approval_lifetime),
        Some(_) => return Err(ErrorResponse::invalid_request("requested_expiry is no positive number")),
        None => config.approval_lifetime,
    };
    let notification_token = form.value("client_notification_token").map(str::to_owned);
    if client.login.delivery != Delivery::Poll && notification_token.is_none() {
        return Err(ErrorResponse::invalid_request("client_notification_token is missing"));
    }
    let request_id = shared.random_text(32)?;
    let pending = Pending {
        grant,
        user_code: String::new(),
        decision: Decision::Waiting,
        expires_at: config.environment.clock().now() + lifetime,
        notification_token,
        interval: config.polling_interval,
        polled_at: None,
    };
    shared.flows.backchannel.add(request_id.clone(), pending);
    let mut document = json!({ "auth_req_id": request_id, "expires_in": lifetime.as_secs() });
    if let (Value::Object(members), true) = (&mut document, client.login.delivery != Delivery::Push) {
        members.insert("interval".to_owned(), config.polling_interval.as_secs().into());
    }
    Ok(json_response(StatusCode::OK, &document))
}

/// The parameters of a signed request, which count alone (section 7.1.1), or those of the form.
fn signed(call: &Call<'_>, client: &TestClient, form: Form) -> Result<Form, ErrorResponse> {
    match form.value("request") {
        None => Ok(form),
        Some(text) => {
            let wrong = |_| ErrorResponse::invalid_request("the signed request is wrong, or not signed with a key of the client");
            request_object::read_signed(call, client, &form, text).map_err(wrong)
        }
    }
}

/// Exactly one hint, and a user behind it as far as the provider can tell (sections 7.1 and 13).
fn check(call: &Call<'_>, form: &Form) -> Result<(), ErrorResponse> {
    if !form.list("scope").iter().any(|scope| scope == "openid") {
        return Err(ErrorResponse::oauth("invalid_scope", "the scope openid is missing"));
    }
    if HINTS.iter().filter(|hint| form.value(hint).is_some()).count() != 1 {
        return Err(ErrorResponse::invalid_request("exactly one hint is needed"));
    }
    match form.value("login_hint") {
        Some(hint) if call.shared.config.user(hint).is_none() => Err(ErrorResponse::oauth("unknown_user_id", "no user fits the hint")),
        _ => Ok(()),
    }
}
