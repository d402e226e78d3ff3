//! The token endpoint: RFC 6749 section 3.2. Who may ask, and which grant it is; each grant has a file of its own.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::{
    assertion_bearer, authorization_code, client_authentication, client_credentials, extension, polling, refresh_token, token_exchange,
};
use crate::testing::provider::id_tokens::Beside;
use crate::testing::provider::refusal::{Refusal, json_response};
use crate::testing::provider::request::Form;
use crate::testing::provider::routes::Call;
use crate::testing::provider::shared::Config;
use crate::testing::provider::tokens::Grant;
use crate::testing::provider::{TestClient, TestUser};
use crate::transport::HttpResponse;

type Answer = fn(&Call<'_>, &TestClient, &Form) -> Result<HttpResponse, Refusal>;

/// The grants, by the value of `grant_type`.
const GRANTS: &[(&str, Answer)] = &[
    ("client_credentials", client_credentials::answer),
    ("authorization_code", authorization_code::answer),
    ("password", extension::password),
    ("refresh_token", refresh_token::answer),
    ("urn:ietf:params:oauth:grant-type:token-exchange", token_exchange::answer),
    (JWT_BEARER, assertion_bearer::jwt),
    (SAML_BEARER, assertion_bearer::saml),
    ("urn:ietf:params:oauth:grant-type:device_code", polling::device_code),
    ("urn:openid:params:grant-type:ciba", polling::ciba),
];

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SAML_BEARER: &str = "urn:ietf:params:oauth:grant-type:saml2-bearer";

pub(in crate::testing::provider) fn metadata(config: &Config) -> Map<String, Value> {
    let has_passwords = config.users.iter().any(TestUser::has_any_password);
    let grants: Vec<&str> = GRANTS.iter().map(|(name, _)| *name).filter(|name| *name != "password" || has_passwords).collect();
    let mut members = client_authentication::metadata("token_endpoint", true);
    members.insert("grant_types_supported".to_owned(), json!(grants));
    members
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, Refusal> {
    let form = Form::read(call.request)?;
    let grant_type = form.value("grant_type");
    let client = match &call.shared.config.clients[..] {
        [first, ..] if is_assertion(grant_type) && client_authentication::is_absent(call, &form) => first.clone(),
        _ => client_authentication::authenticate(call, &form)?,
    };
    let grant_type = form.required("grant_type")?;
    if let Some(subject) = call.shared.flows.grants.find(grant_type) {
        return extension::known(call, &client, &form, subject);
    }
    let grant = GRANTS.iter().find(|(name, _)| *name == grant_type);
    let (_, answer) = grant.ok_or_else(|| Refusal::oauth("unsupported_grant_type", "the provider does not know this grant"))?;
    answer(call, &client, &form)
}

/// Where the assertion alone may do: a request without any client gets tokens for the first one (RFC 7521 section 4.1).
fn is_assertion(grant_type: Option<&str>) -> bool {
    matches!(grant_type, Some(JWT_BEARER | SAML_BEARER))
}

/// The scopes asked for, or all of the client's if it asks for none (RFC 6749 section 3.3).
pub(in crate::testing::provider) fn scopes(client: &TestClient, form: &Form) -> Result<Vec<String>, Refusal> {
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
pub(in crate::testing::provider) fn audience(client: &TestClient, form: &Form) -> Result<Vec<String>, Refusal> {
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
    Ok(json_response(StatusCode::OK, &token_document(call, grant)?))
}

/// The answer to a grant that a user gave: with a refresh token, and an ID token for the scope `openid`.
pub(super) fn user_token_response(call: &Call<'_>, grant: Grant) -> Result<HttpResponse, Refusal> {
    renewed_token_response(call, grant.clone(), Some(grant))
}

/// The same with a refresh token for what was granted at first, or without one.
pub(super) fn renewed_token_response(call: &Call<'_>, grant: Grant, refreshed: Option<Grant>) -> Result<HttpResponse, Refusal> {
    let mut document = token_document(call, grant.clone())?;
    let refresh_token = refreshed.map(|grant| call.shared.issue_refresh_token(grant)).transpose()?.flatten();
    if let Value::Object(members) = &mut document {
        if let Some(refresh_token) = refresh_token {
            members.insert("refresh_token".to_owned(), refresh_token.into());
        }
        if grant.scopes.iter().any(|scope| scope == "openid") {
            let access_token = members.get("access_token").and_then(Value::as_str);
            let id_token = call.shared.issue_id_token(&grant, &Beside::access_token(access_token), call)?;
            members.insert("id_token".to_owned(), id_token.into());
        }
    }
    Ok(json_response(StatusCode::OK, &document))
}

/// The members of an answer with an access token.
pub(super) fn token_document(call: &Call<'_>, grant: Grant) -> Result<Value, Refusal> {
    let scope = grant.scopes.join(" ");
    let details = grant.login.as_ref().and_then(|login| login.authorization_details.clone());
    let mut document = json!({
        "access_token": call.shared.issue_access_token(grant, Some(call))?,
        "token_type": "Bearer",
        "expires_in": call.shared.config.access_token_lifetime.as_secs(),
    });
    if let Value::Object(members) = &mut document {
        members.extend((!scope.is_empty()).then(|| ("scope".to_owned(), scope.into())));
        members.extend(details.map(|details| ("authorization_details".to_owned(), details)));
    }
    Ok(document)
}
