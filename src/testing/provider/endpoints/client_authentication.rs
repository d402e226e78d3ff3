//! Who the client is: RFC 6749 section 2.3, OpenID Connect Core section 9.

use http::header::AUTHORIZATION;
use serde_json::{Map, Value, json};

use super::client_assertion;
use crate::encoding::base64;
use crate::testing::provider::TestClient;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::{Form, credentials};
use crate::testing::provider::wire::response::ErrorResponse;

pub(super) const METHODS: &[&str] = &["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"];

/// What an endpoint's metadata say about the authentication of clients (RFC 8414 section 2): `prefix` is the endpoint's.
pub(super) fn metadata(prefix: &str, allows_public: bool) -> Map<String, Value> {
    let methods: Vec<&str> = METHODS.iter().copied().filter(|method| allows_public || *method != "none").collect();
    Map::from_iter([
        (format!("{prefix}_auth_methods_supported"), json!(methods)),
        (format!("{prefix}_auth_signing_alg_values_supported"), json!(client_assertion::algorithms())),
    ])
}

/// What the client showed.
struct Presented {
    method: &'static str,
    id: String,
    secret: Option<String>,
}

/// The client, if it proves who it is in a way it may use; exactly one way a request.
pub(super) fn authenticate(call: &Call<'_>, form: &Form) -> Result<TestClient, ErrorResponse> {
    let header = call.request.headers().contains_key(AUTHORIZATION);
    if let Some(assertion) = form.value("client_assertion") {
        if header || form.value("client_secret").is_some() {
            return Err(ErrorResponse::invalid_request("the client authenticates in two ways at once"));
        }
        let (client, method) = client_assertion::authenticate(call, form, assertion)?;
        return allowed(client, method, header);
    }
    let presented = if header { from_header(call, form)? } else { from_body(form)? };
    let unknown = || ErrorResponse::invalid_client(header, "the client is unknown, or its credentials are wrong");
    let client = allowed(call.shared.client(&presented.id).ok_or_else(unknown)?, presented.method, header)?;
    if presented.secret.is_some_and(|secret| !client.accepts_secret(&secret)) {
        return Err(unknown());
    }
    Ok(client)
}

fn allowed(client: TestClient, method: &str, header: bool) -> Result<TestClient, ErrorResponse> {
    if client.accepts_method(method) {
        return Ok(client);
    }
    Err(ErrorResponse::invalid_client(header, format!("the client may not use {method}")))
}

/// Whether the request names no client at all.
pub(super) fn is_absent(call: &Call<'_>, form: &Form) -> bool {
    !call.request.headers().contains_key(AUTHORIZATION) && form.value("client_id").is_none() && form.value("client_assertion").is_none()
}

/// The client, which has to prove who it is: no public one.
pub(super) fn authenticate_confidential(call: &Call<'_>, form: &Form) -> Result<TestClient, ErrorResponse> {
    let client = authenticate(call, form)?;
    if client.is_public() {
        return Err(ErrorResponse::invalid_client(false, "a public client may not ask here"));
    }
    Ok(client)
}

fn from_header(call: &Call<'_>, form: &Form) -> Result<Presented, ErrorResponse> {
    if form.value("client_secret").is_some() {
        return Err(ErrorResponse::invalid_request("the client authenticates in two ways at once"));
    }
    let unreadable = || ErrorResponse::invalid_client(true, "the Authorization header is not Basic, or cannot be read");
    let decoded = base64::decode(credentials(call.request, "Basic").ok_or_else(unreadable)?).map_err(|_| unreadable())?;
    let text = String::from_utf8(decoded).map_err(|_| unreadable())?;
    let (id, secret) = text.split_once(':').ok_or_else(unreadable)?;
    let (id, secret) = (form_decoded(id), form_decoded(secret));
    if form.value("client_id").is_some_and(|other| other != id) {
        return Err(ErrorResponse::invalid_request("client_id in the body is not that of the header"));
    }
    Ok(Presented { method: "client_secret_basic", id, secret: Some(secret) })
}

fn from_body(form: &Form) -> Result<Presented, ErrorResponse> {
    let id = form.value("client_id").ok_or_else(|| ErrorResponse::invalid_client(false, "no client authentication"))?.to_owned();
    let secret = form.value("client_secret").map(str::to_owned);
    let method = if secret.is_some() { "client_secret_post" } else { "none" };
    Ok(Presented { method, id, secret })
}

/// RFC 6749 section 2.3.1: id and secret are form-encoded before they are joined. `&` and `=` were encoded, if they were there.
fn form_decoded(text: &str) -> String {
    let escaped = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(escaped.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}
