//! The refresh token grant: RFC 6749 section 6, with rotation as RFC 9700 section 4.14.2 has it.

use super::token_response;
use crate::testing::provider::state::grant::TokenUse;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::testing::provider::{RefreshTokens, TestClient};
use crate::transport::HttpResponse;

pub(super) fn answer(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let text = form.required("refresh_token")?;
    let refused = |why: &str| ErrorResponse::oauth("invalid_grant", why);
    let Some(token) = shared.live_token(text).filter(|token| token.usage == TokenUse::Refresh) else {
        shared.revoke_family(shared.flows.spent.find(text).as_deref());
        return Err(refused("the refresh token is unknown, expired, revoked or was used before"));
    };
    if token.grant.client_id != client.id {
        return Err(refused("the refresh token belongs to another client"));
    }
    if token.grant.bound_key().is_some_and(|key| call.dpop_thumbprint().as_deref() != Some(key)) {
        return Err(refused("the refresh token is bound to another key"));
    }
    let mut grant = token.grant.clone();
    let asked = form.list("scope");
    if let Some(scope) = asked.iter().find(|scope| !grant.scopes.contains(scope)) {
        return Err(ErrorResponse::oauth("invalid_scope", format!("{scope} was not granted")));
    }
    if form.values("resource").next().is_some() {
        grant.audience = token_response::audience(client, form)?;
    }
    let original = grant.clone();
    if !asked.is_empty() {
        grant.scopes = asked;
    }
    if shared.config.refresh_tokens != RefreshTokens::Rotated {
        return token_response::renewed_token_response(call, grant, None);
    }
    if shared.issued.take(text).is_none() {
        return Err(refused("the refresh token was used before"));
    }
    shared.flows.spent.add(text, original.family.clone().unwrap_or_default());
    token_response::renewed_token_response(call, grant, Some(original))
}
