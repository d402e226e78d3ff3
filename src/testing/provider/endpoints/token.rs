//! The token endpoint: RFC 6749 section 3.2. Who may ask, and which grant it is; each grant has a file of its own.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{client_authentication, client_credentials};
use crate::testing::provider::TestClient;
use crate::testing::provider::refusal::{Refusal, json_response};
use crate::testing::provider::request::Form;
use crate::testing::provider::routes::Call;
use crate::testing::provider::shared::Config;
use crate::testing::provider::tokens::Grant;
use crate::transport::HttpResponse;

type Answer = fn(&Call<'_>, &TestClient, &Form) -> Result<HttpResponse, Refusal>;

/// The grants, by the value of `grant_type`.
const GRANTS: &[(&str, Answer)] = &[("client_credentials", client_credentials::answer)];

pub(in crate::testing::provider) fn metadata(_config: &Config) -> Map<String, Value> {
    let grants: Vec<&str> = GRANTS.iter().map(|(name, _)| *name).collect();
    Map::from_iter([
        ("grant_types_supported".to_owned(), json!(grants)),
        ("token_endpoint_auth_methods_supported".to_owned(), json!(client_authentication::METHODS)),
    ])
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, Refusal> {
    let form = Form::read(call.request)?;
    let client = client_authentication::authenticate(call, &form)?;
    let grant_type = form.required("grant_type")?;
    let grant = GRANTS.iter().find(|(name, _)| *name == grant_type);
    let (_, answer) = grant.ok_or_else(|| Refusal::oauth("unsupported_grant_type", "the provider does not know this grant"))?;
    answer(call, client, &form)
}

/// The scopes asked for, or all of the client's if it asks for none (RFC 6749 section 3.3).
pub(super) fn scopes(client: &TestClient, form: &Form) -> Result<Vec<String>, Refusal> {
    let asked = form.list("scope");
    if asked.is_empty() {
        return Ok(client.scopes.clone());
    }
    match asked.iter().find(|scope| !client.scopes.is_empty() && !client.scopes.contains(scope)) {
        Some(scope) => Err(Refusal::oauth("invalid_scope", format!("{scope} is not among the client's scopes"))),
        None => Ok(asked),
    }
}

/// The audiences asked for (RFC 8707 section 2.2), or the client's first.
pub(super) fn audience(client: &TestClient, form: &Form) -> Result<Vec<String>, Refusal> {
    let asked: Vec<String> = form.values("resource").chain(form.values("audience")).map(str::to_owned).collect();
    if asked.is_empty() {
        return Ok(client.audiences.first().cloned().into_iter().collect());
    }
    match asked.iter().find(|audience| !client.audiences.is_empty() && !client.audiences.contains(audience)) {
        Some(audience) => Err(Refusal::oauth("invalid_target", format!("{audience} is not among the client's audiences"))),
        None => Ok(asked),
    }
}

/// The answer with a new access token (RFC 6749 section 5.1).
pub(super) fn token_response(call: &Call<'_>, grant: Grant) -> Result<HttpResponse, Refusal> {
    let scope = grant.scopes.join(" ");
    let mut document = json!({
        "access_token": call.shared.issue_access_token(grant, Some(call))?,
        "token_type": "Bearer",
        "expires_in": call.shared.config.access_token_lifetime.as_secs(),
    });
    if let (false, Value::Object(members)) = (scope.is_empty(), &mut document) {
        members.insert("scope".to_owned(), scope.into());
    }
    Ok(json_response(StatusCode::OK, &document))
}
