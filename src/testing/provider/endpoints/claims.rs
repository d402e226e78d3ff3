//! A claims endpoint: where another provider's userinfo sends for distributed claims (OpenID Connect Core section 5.6.2). It wants a
//! bearer token and responds with a signed JWT.

use http::StatusCode;

use crate::testing::provider::ForgedKind;
use crate::testing::provider::state::grant::TokenUse;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::credentials;
use crate::testing::provider::wire::response::{ErrorResponse, content_response};
use crate::transport::HttpResponse;

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let missing = || ErrorResponse::bearer(StatusCode::UNAUTHORIZED, None, "no bearer token");
    let text = credentials(call.request, "Bearer").ok_or_else(missing)?;
    let token = shared.live_token(text).filter(|token| token.usage == TokenUse::Access);
    let invalid = || ErrorResponse::bearer(StatusCode::UNAUTHORIZED, Some("invalid_token"), "the token is unknown, expired, or of no user");
    let draft = token.and_then(|token| shared.claims_draft(token.grant.subject.as_deref()?)).ok_or_else(invalid)?;
    let jwt = call.forged(ForgedKind::Claims, draft).sign(&shared.keys).map_err(ErrorResponse::server_error)?;
    Ok(content_response(StatusCode::OK, "application/jwt", jwt.into()))
}
