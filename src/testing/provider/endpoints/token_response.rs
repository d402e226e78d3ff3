//! The successful response of the token endpoint (RFC 6749 section 5.1), and what a grant makes of `scope`, `resource` and `audience`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::testing::provider::TestClient;
use crate::testing::provider::mint::id_tokens::Beside;
use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::{ErrorResponse, json_response};
use crate::transport::HttpResponse;

/// The scopes asked for, or all of the client's if it asks for none (RFC 6749 section 3.3).
pub(in crate::testing::provider) fn scopes(client: &TestClient, form: &Form) -> Result<Vec<String>, ErrorResponse> {
    let asked = form.list("scope");
    if asked.is_empty() {
        return Ok(client.scopes.clone());
    }
    match asked.iter().find(|scope| !client.scopes.is_empty() && !client.scopes.contains(scope)) {
        Some(scope) => Err(ErrorResponse::oauth("invalid_scope", format!("{scope} is not among the client's scopes"))),
        None => Ok(asked),
    }
}

/// The audiences asked for (RFC 8707 section 2.2), or the client's first.
pub(in crate::testing::provider) fn audience(client: &TestClient, form: &Form) -> Result<Vec<String>, ErrorResponse> {
    let asked: Vec<String> = form.values("resource").chain(form.values("audience")).map(str::to_owned).collect();
    if asked.is_empty() {
        return Ok(client.audiences.first().cloned().into_iter().collect());
    }
    match asked.iter().find(|audience| !client.audiences.is_empty() && !client.audiences.contains(audience)) {
        Some(audience) => Err(ErrorResponse::oauth("invalid_target", format!("{audience} is not among the client's audiences"))),
        None => Ok(asked),
    }
}

/// The response with a new access token (RFC 6749 section 5.1).
pub(super) fn token_response(call: &Call<'_>, grant: Grant) -> Result<HttpResponse, ErrorResponse> {
    Ok(json_response(StatusCode::OK, &token_document(call, grant)?))
}

/// The response to a grant that a user gave: with a refresh token, and an ID token for the scope `openid`.
pub(super) fn user_token_response(call: &Call<'_>, grant: Grant) -> Result<HttpResponse, ErrorResponse> {
    renewed_token_response(call, grant.clone(), Some(grant))
}

/// The same with a refresh token for what was granted at first, or without one.
pub(super) fn renewed_token_response(call: &Call<'_>, grant: Grant, refreshed: Option<Grant>) -> Result<HttpResponse, ErrorResponse> {
    let mut document = token_document(call, grant.clone())?;
    let refreshed = refreshed.map(|grant| bound_if_public(call, grant));
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

/// The refresh token of a public client is bound to its key (RFC 9449 section 5).
fn bound_if_public(call: &Call<'_>, mut grant: Grant) -> Grant {
    let is_public = call.shared.client(&grant.client_id).is_some_and(|client| client.is_public());
    if let Some(key) = call.dpop_thumbprint().filter(|_| is_public) {
        grant.bind(&key);
    }
    grant
}

/// The members of a response with an access token.
pub(super) fn token_document(call: &Call<'_>, mut grant: Grant) -> Result<Value, ErrorResponse> {
    let key = call.dpop_thumbprint();
    if let Some(key) = &key {
        grant.bind(key);
    }
    let scope = grant.scopes.join(" ");
    let details = grant.login.as_ref().and_then(|login| login.authorization_details.clone());
    let mut document = json!({
        "access_token": call.shared.issue_access_token(grant, Some(call))?,
        "token_type": if key.is_some() { "DPoP" } else { "Bearer" },
        "expires_in": call.shared.config.access_token_lifetime.as_secs(),
    });
    if let Value::Object(members) = &mut document {
        members.extend((!scope.is_empty()).then(|| ("scope".to_owned(), scope.into())));
        members.extend(details.map(|details| ("authorization_details".to_owned(), details)));
    }
    Ok(document)
}
