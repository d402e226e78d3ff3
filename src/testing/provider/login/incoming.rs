//! The parameters of an authorization request, wherever they are: in the request itself, pushed before (RFC 9126), or in a request
//! object (RFC 9101).

use super::request_object;
use crate::testing::provider::TestClient;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;

const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

/// What counts of the request.
pub(in crate::testing::provider) fn resolve(call: &Call<'_>, client: &TestClient, sent: Form) -> Result<Form, ErrorResponse> {
    match (sent.value("request_uri"), sent.value("request")) {
        (Some(_), Some(_)) => Err(ErrorResponse::invalid_request("request and request_uri do not go together")),
        (Some(uri), None) if uri.starts_with(PUSHED) => pushed(call, client, uri),
        _ if call.shared.config.required_pushed_authorization => Err(ErrorResponse::invalid_request("the request has to be pushed")),
        (Some(uri), None) => {
            let text = call.shared.request_object(uri).map_err(|why| ErrorResponse::oauth("invalid_request_uri", why))?;
            request_object::read(call, client, &sent, text.trim())
        }
        (None, Some(text)) => request_object::read(call, client, &sent, text),
        (None, None) => plain(call, sent),
    }
}

/// What is pushed: the parameters, or a request object that holds them (RFC 9126 section 3).
pub(in crate::testing::provider) fn to_push(call: &Call<'_>, client: &TestClient, sent: Form) -> Result<Form, ErrorResponse> {
    if sent.value("request_uri").is_some() {
        return Err(ErrorResponse::invalid_request("request_uri must not be pushed"));
    }
    match sent.value("request") {
        Some(text) => request_object::read(call, client, &sent, text),
        None => plain(call, sent),
    }
}

fn plain(call: &Call<'_>, sent: Form) -> Result<Form, ErrorResponse> {
    if call.shared.config.required_signed_request_objects {
        return Err(ErrorResponse::invalid_request("the request has to be a signed request object"));
    }
    Ok(sent)
}

/// Good once, and for its own client alone (RFC 9126 section 4).
fn pushed(call: &Call<'_>, client: &TestClient, uri: &str) -> Result<Form, ErrorResponse> {
    let wrong = |why: &str| ErrorResponse::oauth("invalid_request_uri", why);
    let shared = call.shared;
    let pushed = shared.flows.pushed.take(uri).ok_or_else(|| wrong("request_uri is unknown, or was used before"))?;
    if pushed.expires_at <= shared.config.environment.clock().now() {
        return Err(wrong("request_uri has expired"));
    }
    let form = Form::from_pairs(pushed.parameters)?;
    if form.value("client_id") != Some(&client.id) {
        return Err(wrong("request_uri belongs to another client"));
    }
    Ok(form)
}
