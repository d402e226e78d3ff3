//! The authorization code grant: RFC 6749 section 4.1.3, with PKCE (RFC 7636 section 4.6).

use sha2::{Digest, Sha256};

use super::token_response;
use crate::encoding::base64url;
use crate::testing::provider::TestClient;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::HttpResponse;

pub(super) fn answer(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let text = form.required("code")?;
    let Some(code) = shared.flows.codes.find(text) else {
        shared.revoke_family(shared.flows.spent.find(text).as_deref());
        return Err(refused("the code is unknown, or was used before"));
    };
    if code.grant.client_id != client.id {
        return Err(refused("the code belongs to another client"));
    }
    // From here on the code is gone, whatever comes.
    shared.flows.codes.take(text).ok_or_else(|| refused("the code was used before"))?;
    shared.flows.spent.add(text, code.grant.family.clone().unwrap_or_default());
    if code.expires_at <= shared.config.environment.clock().now() {
        return Err(refused("the code has expired"));
    }
    if code.redirect_uri.is_some() && code.redirect_uri.as_deref() != form.value("redirect_uri") {
        return Err(refused("redirect_uri is not that of the authorization request"));
    }
    let challenge = form.value("code_verifier").map(|verifier| base64url::encode(Sha256::digest(verifier)));
    if challenge != code.code_challenge {
        return Err(refused("code_verifier does not fit the authorization request"));
    }
    if code.dpop_jkt.is_some() && code.dpop_jkt != call.dpop_thumbprint() {
        return Err(refused("the code is bound to another key"));
    }
    token_response::user_token_response(call, code.grant)
}

fn refused(why: &str) -> ErrorResponse {
    ErrorResponse::oauth("invalid_grant", why)
}
