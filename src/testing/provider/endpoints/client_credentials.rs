//! The client credentials grant: RFC 6749 section 4.4.

use super::token;
use crate::testing::provider::TestClient;
use crate::testing::provider::refusal::Refusal;
use crate::testing::provider::request::Form;
use crate::testing::provider::routes::Call;
use crate::testing::provider::tokens::Grant;
use crate::transport::HttpResponse;

pub(super) fn answer(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, Refusal> {
    let grant = Grant::of_client(client, token::scopes(client, form)?, token::audience(client, form)?);
    token::token_response(call, grant)
}
