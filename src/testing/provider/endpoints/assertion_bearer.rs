//! The bearer grants: of a JWT (RFC 7523 section 2.1) and of a SAML assertion (RFC 7522 section 2.1).

use super::token;
use crate::encoding::base64url;
use crate::testing::provider::TestClient;
use crate::testing::provider::refusal::Refusal;
use crate::testing::provider::request::Form;
use crate::testing::provider::routes::Call;
use crate::testing::provider::tokens::Grant;
use crate::transport::HttpResponse;

pub(super) fn jwt(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, Refusal> {
    grant(call, client, form, form.required("assertion")?)
}

/// The assertion is the XML, base64url-encoded.
pub(super) fn saml(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, Refusal> {
    let decoded = base64url::decode(form.required("assertion")?).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = decoded.ok_or_else(|| Refusal::oauth("invalid_grant", "the assertion is not base64url"))?;
    grant(call, client, form, &text)
}

fn grant(call: &Call<'_>, client: &TestClient, form: &Form, assertion: &str) -> Result<HttpResponse, Refusal> {
    let subject = call.shared.flows.assertions.find(assertion);
    let subject = subject.ok_or_else(|| Refusal::oauth("invalid_grant", "nobody vouched for the assertion"))?;
    let mut grant = Grant::of_client(client, token::scopes(client, form)?, token::audience(client, form)?);
    grant.subject = Some(subject);
    token::token_response(call, grant)
}
