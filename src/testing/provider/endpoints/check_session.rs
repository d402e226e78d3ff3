//! The page for watching a session: OpenID Connect Session Management 1.0 section 3.2.

use http::StatusCode;

use crate::testing::provider::login::page;
use crate::testing::provider::login::sign_in::STATE_COOKIE;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::response::{ErrorResponse, content_response};
use crate::transport::HttpResponse;

pub(in crate::testing::provider) fn answer(_call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    Ok(content_response(StatusCode::OK, page::CONTENT_TYPE, page::check_session(STATE_COOKIE).into()))
}
