//! The client credentials grant: RFC 6749 section 4.4.

use super::token_response;
use crate::testing::provider::TestClient;
use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::HttpResponse;

pub(super) fn answer(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, ErrorResponse> {
    let grant = Grant::of_client(client, token_response::scopes(client, form)?, token_response::audience(client, form)?);
    token_response::token_response(call, grant)
}
