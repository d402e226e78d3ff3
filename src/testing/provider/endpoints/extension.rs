//! Grants beyond the specifications that this provider knows: the password (RFC 6749 section 4.3), and whatever a test made known
//! (section 4.5).

use super::token_response;
use crate::testing::provider::TestClient;
use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::HttpResponse;

pub(super) fn password(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let (name, password) = (form.required("username")?, form.value("password").unwrap_or_default());
    let user = shared.config.users.iter().find(|user| user.is_meant_by(name) && user.has_password(password));
    let user = user.ok_or_else(|| ErrorResponse::oauth("invalid_grant", "there is no such user, or the password is another"))?;
    let mut grant = Grant::of_client(client, token_response::scopes(client, form)?, token_response::audience(client, form)?);
    grant.subject = Some(user.subject.clone());
    grant.family = Some(shared.random_text(16)?);
    token_response::user_token_response(call, grant)
}

/// A grant that a test made known; it stands for a user, or for the client.
pub(super) fn known(call: &Call<'_>, client: &TestClient, form: &Form, subject: Option<String>) -> Result<HttpResponse, ErrorResponse> {
    let mut grant = Grant::of_client(client, token_response::scopes(client, form)?, token_response::audience(client, form)?);
    if subject.is_none() {
        return token_response::token_response(call, grant);
    }
    grant.subject = subject;
    grant.family = Some(call.shared.random_text(16)?);
    token_response::user_token_response(call, grant)
}
