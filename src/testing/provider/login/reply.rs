//! The response to an authorization request on its way back: in the query, in the fragment, in a form that posts itself, and as a JWT.

use http::header::{CACHE_CONTROL, LOCATION, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use super::asked::Response;
use super::{page, redirect_uri};
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::wire::call::Call;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::{ErrorResponse, content_response, empty_response};
use crate::testing::provider::{ForgedKind, TestClient};
use crate::transport::HttpResponse;

/// How parameters travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Query,
    Fragment,
    FormPost,
}

/// The values of `response_mode` that the provider knows.
pub(in crate::testing::provider) const RESPONSE_MODES: &[&str] =
    &["query", "fragment", "form_post", "jwt", "query.jwt", "fragment.jwt", "form_post.jwt"];

/// How many seconds a signed response is good (JARM section 2.1 wants ten minutes at most).
const JWT_LIFETIME: i64 = 300;

/// Where a response goes, and how.
pub(in crate::testing::provider) struct Reply<'a> {
    client: &'a TestClient,
    redirect_uri: &'a str,
    state: Option<&'a str>,
    mode: Mode,
    is_jwt: bool,
    /// What is wrong with the mode, if anything: said in the response, by the mode that would have been right.
    flaw: Option<&'static str>,
}

impl<'a> Reply<'a> {
    /// Fails where nothing may be sent to the address: the user is told instead.
    pub(in crate::testing::provider) fn read(client: &'a TestClient, form: &'a Form) -> Result<Self, ErrorResponse> {
        let redirect_uri = form.required("redirect_uri")?;
        redirect_uri::check(client, redirect_uri)?;
        let has_token = form.value("response_type").and_then(Response::parse).is_some_and(Response::has_token);
        let usual = if has_token { Mode::Fragment } else { Mode::Query };
        let wanted = form.value("response_mode");
        let (mode, is_jwt, flaw) = match wanted {
            None => (usual, false, None),
            Some("jwt") => (usual, true, None),
            Some("query") if has_token => (usual, false, Some("tokens do not travel in a query")),
            Some("query") => (Mode::Query, false, None),
            Some("query.jwt") => (Mode::Query, true, None),
            Some("fragment") => (Mode::Fragment, false, None),
            Some("fragment.jwt") => (Mode::Fragment, true, None),
            Some("form_post") => (Mode::FormPost, false, None),
            Some("form_post.jwt") => (Mode::FormPost, true, None),
            Some(_) => (usual, false, Some("the provider does not know this response_mode")),
        };
        Ok(Self { client, redirect_uri, state: form.value("state"), mode, is_jwt, flaw })
    }

    /// What a page that watches the session compares (OpenID Connect Session Management 1.0 section 3.2); none for an address without an
    /// origin.
    pub(in crate::testing::provider) fn session_state(&self, browser_state: &str, salt: &str) -> Option<String> {
        let origin = Url::parse(self.redirect_uri).ok()?.origin();
        let text = format!("{} {} {browser_state} {salt}", self.client.id, origin.is_tuple().then(|| origin.ascii_serialization())?);
        let hash: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
        Some(format!("{hash}.{salt}"))
    }

    pub(in crate::testing::provider) fn flaw(&self) -> Result<(), ErrorResponse> {
        self.flaw.map_or(Ok(()), |flaw| Err(ErrorResponse::invalid_request(flaw)))
    }

    /// Sends the parameters, with `state` and `iss` (RFC 9207), as faults would have them.
    pub(in crate::testing::provider) fn send(
        &self,
        call: &Call<'_>,
        mut parameters: Vec<(String, String)>,
    ) -> Result<HttpResponse, ErrorResponse> {
        parameters.extend(self.state.map(|state| ("state".to_owned(), state.to_owned())));
        if !self.is_jwt {
            parameters.push(("iss".to_owned(), call.shared.issuer()));
        }
        call.edit_parameters(&mut parameters, false);
        if self.is_jwt {
            parameters = vec![("response".to_owned(), self.signed(call, parameters)?)];
        }
        call.edit_parameters(&mut parameters, true);
        self.deliver(&parameters)
    }

    /// JARM section 2.1.
    fn signed(&self, call: &Call<'_>, parameters: Vec<(String, String)>) -> Result<String, ErrorResponse> {
        let shared = call.shared;
        let now = shared.now_seconds();
        let mut claims = Map::from_iter([
            ("iss".to_owned(), json!(shared.issuer())),
            ("aud".to_owned(), json!(self.client.id)),
            ("exp".to_owned(), json!(now.saturating_add(JWT_LIFETIME))),
        ]);
        claims.extend(parameters.into_iter().map(|(name, value)| (name, Value::from(value))));
        let algorithm = self.client.login.authorization_response_algorithm.unwrap_or(shared.config.default_algorithm());
        let mut draft = TokenDraft::new(algorithm, now, Some("JWT"), claims).secret(self.client.secrets.first().cloned());
        if let Some(encrypter) = &self.client.login.authorization_response_encrypter {
            draft = draft.encrypted_with(encrypter);
        }
        call.forged(ForgedKind::AuthorizationResponse, draft).sign(&shared.keys).map_err(ErrorResponse::server_error)
    }

    fn deliver(&self, parameters: &[(String, String)]) -> Result<HttpResponse, ErrorResponse> {
        if self.mode == Mode::FormPost {
            let page = page::form(self.redirect_uri, parameters);
            return Ok(content_response(StatusCode::OK, page::CONTENT_TYPE, page.into()));
        }
        redirect(self.redirect_uri, parameters, self.mode == Mode::Fragment)
    }
}

/// A redirect with parameters beside what the address holds already.
pub(in crate::testing::provider) fn redirect(
    to: &str,
    parameters: &[(String, String)],
    in_fragment: bool,
) -> Result<HttpResponse, ErrorResponse> {
    let mut response = empty_response(StatusCode::FOUND);
    let location = HeaderValue::try_from(address(to, parameters, in_fragment)?);
    let location = location.map_err(|_| ErrorResponse::invalid_request("the address cannot be sent"))?;
    response.headers_mut().insert(LOCATION, location);
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The address with parameters beside what it holds already.
pub(in crate::testing::provider) fn address(to: &str, parameters: &[(String, String)], in_fragment: bool) -> Result<String, ErrorResponse> {
    let mut url = Url::parse(to).map_err(|_| ErrorResponse::invalid_request("the address is none"))?;
    let encoded = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    if in_fragment {
        url.set_fragment(Some(&encoded));
    } else if !parameters.is_empty() {
        let query = url.query().filter(|query| !query.is_empty()).map_or(encoded.clone(), |query| format!("{query}&{encoded}"));
        url.set_query(Some(&query));
    }
    Ok(url.into())
}

/// Sets a cookie for as long as the browser runs, or takes it away. `Lax`: the provider is reached by links from the client's page.
pub(in crate::testing::provider) fn set_cookie(response: &mut HttpResponse, name: &str, value: Option<&str>, is_for_scripts: bool) {
    let script = if is_for_scripts { "" } else { "; HttpOnly" };
    let life = if value.is_none() { "; Max-Age=0" } else { "" };
    if let Ok(value) = HeaderValue::try_from(format!("{name}={}; Path=/; SameSite=Lax{script}{life}", value.unwrap_or_default())) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}
