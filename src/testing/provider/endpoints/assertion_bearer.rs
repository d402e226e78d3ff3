//! The bearer grants: of a JWT (RFC 7523 section 2.1) and of a SAML assertion (RFC 7522 section 2.1).

use super::token_response;
use crate::encoding::base64url;
use crate::testing::provider::TestClient;
use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::HttpResponse;

pub(super) fn jwt(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, ErrorResponse> {
    grant(call, client, form, form.required("assertion")?)
}

/// The assertion is the XML, base64url-encoded.
pub(super) fn saml(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, ErrorResponse> {
    let decoded = base64url::decode(form.required("assertion")?).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = decoded.ok_or_else(|| ErrorResponse::oauth("invalid_grant", "the assertion is not base64url"))?;
    grant(call, client, form, &text)
}

fn grant(call: &Call<'_>, client: &TestClient, form: &Form, assertion: &str) -> Result<HttpResponse, ErrorResponse> {
    let subject = call.shared.flows.assertions.find(assertion);
    let subject = subject.ok_or_else(|| ErrorResponse::oauth("invalid_grant", "nobody vouched for the assertion"))?;
    let mut grant = Grant::of_client(client, token_response::scopes(client, form)?, token_response::audience(client, form)?);
    grant.subject = Some(subject);
    token_response::token_response(call, grant)
}
