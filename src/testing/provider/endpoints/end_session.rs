//! The end session endpoint: OpenID Connect RP-Initiated Logout 1.0 section 2, with the frames of Front-Channel
//! Logout 1.0 section 3 and the tokens of Back-Channel Logout 1.0 section 2.

use http::StatusCode;
use serde_json::{Map, Value, json};
use url::Url;

use crate::testing::provider::login::reply::{self, set_cookie};
use crate::testing::provider::login::sign_in::{SESSION_COOKIE, STATE_COOKIE};
use crate::testing::provider::login::{page, redirect_uri};
use crate::testing::provider::state::flows::{IssuedIdToken, Session};
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::{Form, cookie};
use crate::testing::provider::wire::response::{ErrorResponse, content_response};
use crate::testing::provider::{ForgedKind, TestClient};
use crate::transport::HttpResponse;

pub(in crate::testing::provider) fn metadata(_config: &Config) -> Map<String, Value> {
    let supported = ["frontchannel_logout", "frontchannel_logout_session", "backchannel_logout", "backchannel_logout_session"];
    supported.into_iter().map(|name| (format!("{name}_supported"), json!(true))).collect()
}

pub(in crate::testing::provider) fn answer(call: &Call<'_>) -> Result<HttpResponse, ErrorResponse> {
    let shared = call.shared;
    let form = Form::of_front_channel(call.request)?;
    let unknown_hint = || ErrorResponse::invalid_request("id_token_hint is no ID token of this provider");
    let hint = form.value("id_token_hint").map(|hint| shared.hinted(hint).ok_or_else(unknown_hint)).transpose()?;
    let client = client(call, &form, hint.as_ref())?;
    let back = form.value("post_logout_redirect_uri").map(|address| checked(client.as_ref(), address)).transpose()?;
    let cookie = cookie(call.request, SESSION_COOKIE).unwrap_or_default();
    let ended = shared.end_sessions(cookie, hint.as_ref().and_then(|hint| hint.session_id.as_deref()));
    let frames = tell_clients(call, &ended)?;
    let back = back.map(|address| way_back(call, &form, address)).transpose()?;
    let mut response = match back {
        Some(address) if frames.is_empty() => reply::redirect(&address, &[], false)?,
        back => content_response(StatusCode::OK, page::CONTENT_TYPE, page::signed_out(&frames, back.as_deref()).into()),
    };
    set_cookie(&mut response, SESSION_COOKIE, None, false);
    set_cookie(&mut response, STATE_COOKIE, None, true);
    Ok(response)
}

/// Posts logout tokens, where the provider has something to post with, and returns the addresses for frames.
fn tell_clients(call: &Call<'_>, ended: &[Session]) -> Result<Vec<String>, ErrorResponse> {
    let shared = call.shared;
    let mut frames = Vec::new();
    for (session, id) in ended.iter().flat_map(|session| session.clients.iter().map(move |id| (session, id))) {
        let Some(client) = shared.client(id) else { continue };
        if let Some(address) = client.login.frontchannel_logout_uri.as_deref() {
            let mut url = Url::parse(address).map_err(|_| ErrorResponse::server_error("frontchannel_logout_uri is no address"))?;
            url.query_pairs_mut().append_pair("iss", &shared.issuer()).append_pair("sid", &session.id);
            frames.push(url.into());
        }
        if client.login.backchannel_logout_uri.is_some() && shared.config.outgoing.is_some() {
            let draft = shared.logout_token_draft(&client, &session.subject, Some(&session.id))?;
            let token = call.forged(ForgedKind::LogoutToken, draft).sign(&shared.keys).map_err(ErrorResponse::server_error)?;
            // Whatever the client says, the user is signed out here.
            let _answer = shared.logout_request(&client, &token).and_then(|request| shared.send_out(request));
        }
    }
    Ok(frames)
}

/// The address with `state`, as faults would have it.
fn way_back(call: &Call<'_>, form: &Form, address: &str) -> Result<String, ErrorResponse> {
    let mut parameters: Vec<_> = form.value("state").map(|state| ("state".to_owned(), state.to_owned())).into_iter().collect();
    call.edit_parameters(&mut parameters, false);
    call.edit_parameters(&mut parameters, true);
    reply::address(address, &parameters, false)
}

/// The client of the hint or of `client_id`, which must not contradict each other.
fn client(call: &Call<'_>, form: &Form, hint: Option<&IssuedIdToken>) -> Result<Option<TestClient>, ErrorResponse> {
    let id = match (form.value("client_id"), hint) {
        (Some(id), Some(hint)) if id != hint.client_id => {
            return Err(ErrorResponse::invalid_request("id_token_hint belongs to another client"));
        }
        (Some(id), _) => id,
        (None, Some(hint)) => &hint.client_id,
        (None, None) => return Ok(None),
    };
    call.shared.client(id).map(Some).ok_or_else(|| ErrorResponse::invalid_request("the client is unknown"))
}

/// The address to go back to, if it is the client's.
fn checked<'a>(client: Option<&TestClient>, address: &'a str) -> Result<&'a str, ErrorResponse> {
    let client = client.ok_or_else(|| ErrorResponse::invalid_request("post_logout_redirect_uri needs id_token_hint or client_id"))?;
    let own = &client.login.post_logout_redirect_uris;
    if own.is_empty() && !redirect_uri::is_script(address) || own.iter().any(|own| own == address) {
        return Ok(address);
    }
    Err(ErrorResponse::invalid_request("post_logout_redirect_uri is none of the client's"))
}
