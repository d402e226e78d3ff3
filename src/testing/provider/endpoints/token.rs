//! The token endpoint: RFC 6749 section 3.2. Who may ask, and which grant it is; each grant has a file of its own.

use serde_json::{Map, Value, json};

use super::{
    assertion_bearer, authorization_code, client_authentication, client_credentials, extension, polling, refresh_token, token_exchange,
};
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::dpop;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::testing::provider::{TestClient, TestUser};
use crate::transport::HttpResponse;

type Answer = fn(&Call<'_>, &TestClient, &Form) -> Result<HttpResponse, ErrorResponse>;

/// The grants, by the value of `grant_type`.
const GRANTS: &[(&str, Answer)] = &[
    ("client_credentials", client_credentials::answer),
    ("authorization_code", authorization_code::answer),
    ("password", extension::password),
    ("refresh_token", refresh_token::answer),
    ("urn:ietf:params:oauth:grant-type:token-exchange", token_exchange::answer),
    (JWT_BEARER, assertion_bearer::jwt),
    (SAML_BEARER, assertion_bearer::saml),
    ("urn:ietf:params:oauth:grant-type:device_code", polling::device_code),
    ("urn:openid:params:grant-type:ciba", polling::ciba),
];

const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SAML_BEARER: &str = "urn:ietf:params:oauth:grant-type:saml2-bearer";

pub(in crate::testing::provider) fn metadata(config: &Config) -> Map<String, Value> {
    let has_passwords = config.users.iter().any(TestUser::has_any_password);
    let grants: Vec<&str> = GRANTS.iter().map(|(name, _)| *name).filter(|name| *name != "password" || has_passwords).collect();
    let mut members = client_authentication::metadata("token_endpoint", true);
    members.insert("grant_types_supported".to_owned(), json!(grants));
    members.extend(dpop::metadata(config.dpop));
    members
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let form = Form::read(call.request)?;
    let grant_type = form.value("grant_type");
    let client = match &call.shared.config.clients[..] {
        [first, ..] if is_assertion(grant_type) && client_authentication::is_absent(call, &form) => first.clone(),
        _ => client_authentication::authenticate(call, &form)?,
    };
    if client.dpop_bound && call.shared.config.dpop.is_some() && call.dpop_thumbprint().is_none() {
        return Err(ErrorResponse::oauth("invalid_dpop_proof", "the client gets tokens with a DPoP proof alone"));
    }
    let grant_type = form.required("grant_type")?;
    if let Some(subject) = call.shared.flows.grants.find(grant_type) {
        return extension::known(call, &client, &form, subject);
    }
    let grant = GRANTS.iter().find(|(name, _)| *name == grant_type);
    let (_, answer) = grant.ok_or_else(|| ErrorResponse::oauth("unsupported_grant_type", "the provider does not know this grant"))?;
    answer(call, &client, &form)
}

/// Where the assertion alone may do: a request without any client gets tokens for the first one (RFC 7521 section 4.1).
fn is_assertion(grant_type: Option<&str>) -> bool {
    matches!(grant_type, Some(JWT_BEARER | SAML_BEARER))
}
