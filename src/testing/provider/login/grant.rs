//! What the user's yes is worth: a code, tokens, or both (OpenID Connect Core sections 3.1.2.5, 3.2.2.5 and 3.3.2.5).

use std::time::Duration;

use serde_json::Map;

use super::asked::Asked;
use super::sign_in::SignedIn;
use crate::testing::provider::TestClient;
use crate::testing::provider::mint::id_tokens::Beside;
use crate::testing::provider::state::flows::Code;
use crate::testing::provider::state::grant::{Grant, Login};
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::response::ErrorResponse;

/// How long a code is good (RFC 6749 section 4.1.2 wants ten minutes at most).
pub(in crate::testing::provider) const CODE_LIFETIME: Duration = Duration::from_secs(60);

/// The parameters of the response, without `state` and `iss`.
pub(in crate::testing::provider) fn answer(
    call: &Call<'_>,
    client: &TestClient,
    asked: &Asked,
    signed_in: &SignedIn,
) -> Result<Vec<(String, String)>, ErrorResponse> {
    let shared = call.shared;
    let grant = grant(call, client, asked, signed_in)?;
    let mut parameters = Vec::new();
    let mut push = |name: &str, value: String| parameters.push((name.to_owned(), value));
    let code = asked.response.code.then(|| issue_code(call, asked, grant.clone())).transpose()?;
    let access_token = asked.response.token.then(|| shared.issue_access_token(grant.clone(), Some(call))).transpose()?;
    if let Some(code) = &code {
        push("code", code.clone());
    }
    if let Some(access_token) = &access_token {
        push("access_token", access_token.clone());
        push("token_type", "Bearer".to_owned());
        push("expires_in", shared.config.access_token_lifetime.as_secs().to_string());
        push("scope", grant.scopes.join(" "));
    }
    if asked.response.id_token {
        let mut beside = Beside {
            access_token: access_token.as_deref(),
            code: code.as_deref(),
            state: asked.state.as_deref().filter(|_| code.is_some()),
            claims: Map::new(),
        };
        // Without an access token there is no userinfo: the scopes speak for the ID token (section 5.4).
        if code.is_none() && access_token.is_none() {
            beside.claims =
                shared.config.user(&signed_in.session.subject).map(|user| user.released_claims(&asked.scopes)).unwrap_or_default();
        }
        push("id_token", shared.issue_id_token(&grant, &beside, call)?);
    }
    Ok(parameters)
}

fn grant(call: &Call<'_>, client: &TestClient, asked: &Asked, signed_in: &SignedIn) -> Result<Grant, ErrorResponse> {
    let mut grant = Grant::of_client(client, asked.scopes.clone(), asked.audience.clone());
    grant.subject = Some(signed_in.session.subject.clone());
    grant.nonce = asked.nonce.clone();
    grant.family = Some(call.shared.random_text(16)?);
    grant.login = Some(Login {
        session_id: signed_in.session.id.clone(),
        auth_time: asked.wants_auth_time.then_some(signed_in.session.auth_time),
        acr: acr(call, asked)?,
        id_token_claims: asked.id_token_claims.clone(),
        userinfo_claims: asked.userinfo_claims.clone(),
        authorization_details: asked.authorization_details.clone(),
    });
    Ok(grant)
}

/// The first class asked for that the provider can vouch for.
fn acr(call: &Call<'_>, asked: &Asked) -> Result<Option<String>, ErrorResponse> {
    let can_do = |value: &&String| call.shared.config.acr_values.as_ref().is_none_or(|known| known.contains(value));
    let met = asked.acr_values.iter().find(can_do).cloned();
    if met.is_none() && asked.acr_is_essential && !asked.acr_values.is_empty() {
        return Err(ErrorResponse::oauth("unmet_authentication_requirements", "none of the acr values can be met"));
    }
    Ok(met)
}

fn issue_code(call: &Call<'_>, asked: &Asked, grant: Grant) -> Result<String, ErrorResponse> {
    let shared = call.shared;
    let text = shared.random_text(32)?;
    let code = Code {
        grant,
        redirect_uri: Some(asked.redirect_uri.clone()),
        code_challenge: asked.code_challenge.clone(),
        dpop_jkt: asked.dpop_jkt.clone(),
        expires_at: shared.config.environment.clock().now() + CODE_LIFETIME,
    };
    shared.flows.codes.add(text.clone(), code);
    Ok(text)
}
