//! The backchannel authentication endpoint: CIBA Core 1.0 section 7.

use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{client_authentication, token};
use crate::testing::provider::client_login::Delivery;
use crate::testing::provider::flows::{Decision, Pending};
use crate::testing::provider::refusal::{Refusal, json_response};
use crate::testing::provider::request::Form;
use crate::testing::provider::routes::Call;
use crate::testing::provider::shared::Config;
use crate::testing::provider::tokens::Grant;
use crate::transport::HttpResponse;

const HINTS: &[&str] = &["login_hint", "login_hint_token", "id_token_hint"];

pub(in crate::testing::provider) fn metadata(_config: &Config) -> Map<String, Value> {
    Map::from_iter([
        ("backchannel_token_delivery_modes_supported".to_owned(), json!(["poll", "ping", "push"])),
        ("backchannel_user_code_parameter_supported".to_owned(), json!(false)),
    ])
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, Refusal> {
    let shared = call.shared;
    let config = &shared.config;
    let form = Form::read(call.request)?;
    let client = client_authentication::authenticate_confidential(call, &form)?;
    check(call, &form)?;
    let mut grant = Grant::of_client(&client, token::scopes(&client, &form)?, token::audience(&client, &form)?);
    grant.family = Some(shared.random_text(16)?);
    let lifetime = match form.value("requested_expiry").map(str::parse) {
        Some(Ok(seconds @ 1..)) => Duration::from_secs(seconds).min(config.approval_lifetime),
        Some(_) => return Err(Refusal::invalid_request("requested_expiry is no positive number")),
        None => config.approval_lifetime,
    };
    let notification_token = form.value("client_notification_token").map(str::to_owned);
    if client.login.delivery != Delivery::Poll && notification_token.is_none() {
        return Err(Refusal::invalid_request("client_notification_token is missing"));
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

/// Exactly one hint, and a user behind it as far as the provider can tell (sections 7.1 and 13).
fn check(call: &Call<'_>, form: &Form) -> Result<(), Refusal> {
    if form.value("request").is_some() {
        return Err(Refusal::invalid_request("signed authentication requests are not supported"));
    }
    if !form.list("scope").iter().any(|scope| scope == "openid") {
        return Err(Refusal::oauth("invalid_scope", "the scope openid is missing"));
    }
    if HINTS.iter().filter(|hint| form.value(hint).is_some()).count() != 1 {
        return Err(Refusal::invalid_request("exactly one hint is needed"));
    }
    match form.value("login_hint") {
        Some(hint) if call.shared.config.user(hint).is_none() => Err(Refusal::oauth("unknown_user_id", "no user fits the hint")),
        _ => Ok(()),
    }
}
