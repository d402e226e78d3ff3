//! The end session endpoint: OpenID Connect RP-Initiated Logout 1.0 section 2.

use http::StatusCode;
use serde_json::{Map, Value};

use crate::testing::provider::TestClient;
use crate::testing::provider::flows::IssuedIdToken;
use crate::testing::provider::login::page;
use crate::testing::provider::login::reply::{redirect, set_cookie};
use crate::testing::provider::login::sign_in::{SESSION_COOKIE, STATE_COOKIE};
use crate::testing::provider::refusal::{Refusal, content_response};
use crate::testing::provider::request::{Form, cookie};
use crate::testing::provider::routes::Call;
use crate::testing::provider::shared::Config;
use crate::transport::HttpResponse;

pub(in crate::testing::provider) fn metadata(_config: &Config) -> Map<String, Value> {
    Map::new()
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, Refusal> {
    let shared = call.shared;
    let form = Form::of_front_channel(call.request)?;
    let unknown_hint = || Refusal::invalid_request("id_token_hint is no ID token of this provider");
    let hint = form.value("id_token_hint").map(|hint| shared.hinted(hint).ok_or_else(unknown_hint)).transpose()?;
    let client = client(call, &form, hint.as_ref())?;
    let back = form.value("post_logout_redirect_uri").map(|address| checked(client.as_ref(), address)).transpose()?;
    let cookie = cookie(call.request, SESSION_COOKIE).unwrap_or_default();
    shared.end_sessions(cookie, hint.as_ref().and_then(|hint| hint.session_id.as_deref()));
    let mut response = match back {
        Some(address) => {
            let mut parameters: Vec<_> = form.value("state").map(|state| ("state".to_owned(), state.to_owned())).into_iter().collect();
            call.edit_parameters(&mut parameters, false);
            call.edit_parameters(&mut parameters, true);
            redirect(address, &parameters, false)?
        }
        None => content_response(StatusCode::OK, page::CONTENT_TYPE, page::page("Signed out", "<p>You are signed out.</p>").into()),
    };
    set_cookie(&mut response, SESSION_COOKIE, None, false);
    set_cookie(&mut response, STATE_COOKIE, None, true);
    Ok(response)
}

/// The client of the hint or of `client_id`, which must not contradict each other.
fn client(call: &Call<'_>, form: &Form, hint: Option<&IssuedIdToken>) -> Result<Option<TestClient>, Refusal> {
    let id = match (form.value("client_id"), hint) {
        (Some(id), Some(hint)) if id != hint.client_id => {
            return Err(Refusal::invalid_request("id_token_hint is another client's"));
        }
        (Some(id), _) => id,
        (None, Some(hint)) => &hint.client_id,
        (None, None) => return Ok(None),
    };
    call.shared.client(id).map(Some).ok_or_else(|| Refusal::invalid_request("the client is unknown"))
}

/// The address to go back to, if it is the client's.
fn checked<'a>(client: Option<&TestClient>, address: &'a str) -> Result<&'a str, Refusal> {
    let client = client.ok_or_else(|| Refusal::invalid_request("post_logout_redirect_uri needs id_token_hint or client_id"))?;
    let own = &client.login.post_logout_redirect_uris;
    if own.is_empty() || own.iter().any(|own| own == address) {
        return Ok(address);
    }
    Err(Refusal::invalid_request("post_logout_redirect_uri is none of the client's"))
}
