//! The token exchange grant: RFC 8693.

use http::StatusCode;
use serde_json::{Value, json};

use super::token_response;
use crate::testing::provider::TestClient;
use crate::testing::provider::mint::id_tokens::Beside;
use crate::testing::provider::state::grant::{Grant, TokenUse};
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::{ErrorResponse, json_response};
use crate::transport::HttpResponse;

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";

/// Whom a token stands for, and who acts for them already.
struct Party {
    subject: String,
    act: Option<Value>,
}

pub(super) fn answer(call: &Call<'_>, client: &TestClient, form: &Form) -> Result<HttpResponse, ErrorResponse> {
    let subject_token = form.required("subject_token")?;
    form.required("subject_token_type")?;
    let subject = party(call, subject_token, "subject_token")?;
    let actor = match (form.value("actor_token"), form.value("actor_token_type")) {
        (Some(text), Some(_)) => Some(party(call, text, "actor_token")?),
        (None, None) => None,
        _ => return Err(ErrorResponse::invalid_request("actor_token and actor_token_type come together or not at all")),
    };
    let mut grant = Grant::of_client(client, token_response::scopes(client, form)?, token_response::audience(client, form)?);
    grant.subject = Some(subject.subject);
    if let Some(act) = actor.map(|actor| delegation(&actor.subject, subject.act.clone())).or(subject.act) {
        grant.claims.insert("act".to_owned(), act);
    }
    let issued_type = form.value("requested_token_type").unwrap_or(ACCESS_TOKEN);
    let mut document = match issued_type {
        ACCESS_TOKEN | JWT => token_response::token_document(call, grant)?,
        ID_TOKEN => json!({ "access_token": call.shared.issue_id_token(&grant, &Beside::default(), call)?, "token_type": "N_A" }),
        _ => return Err(ErrorResponse::invalid_request("the provider cannot issue a token of this type")),
    };
    if let Value::Object(members) = &mut document {
        members.insert("issued_token_type".to_owned(), issued_type.into());
    }
    Ok(json_response(StatusCode::OK, &document))
}

/// The newest actor stands outside (section 4.1).
fn delegation(actor: &str, before: Option<Value>) -> Value {
    let mut act = json!({ "sub": actor });
    if let (Value::Object(members), Some(before)) = (&mut act, before) {
        members.insert("act".to_owned(), before);
    }
    act
}

/// A live access token of the provider's own, or an assertion that the test vouched for.
fn party(call: &Call<'_>, text: &str, name: &str) -> Result<Party, ErrorResponse> {
    if let Some(subject) = call.shared.flows.assertions.find(text) {
        return Ok(Party { subject, act: None });
    }
    let token = call.shared.live_token(text).filter(|token| token.usage == TokenUse::Access);
    let token = token.ok_or_else(|| ErrorResponse::invalid_request(format!("{name} is unknown, expired or revoked")))?;
    let subject = token.grant.subject.as_ref().unwrap_or(&token.grant.client_id).clone();
    Ok(Party { subject, act: token.claims.get("act").cloned() })
}
