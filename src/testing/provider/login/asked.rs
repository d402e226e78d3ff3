//! What an authorization request asks for, once it is read.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::encoding::base64url;
use crate::testing::provider::TestClient;
use crate::testing::provider::endpoints::token_response;
use crate::testing::provider::state::shared::Config;
use crate::testing::provider::wire::request::Form;
use crate::testing::provider::wire::response::ErrorResponse;

/// The response types that the provider knows (OAuth 2.0 Multiple Response Types sections 3 and 5).
pub(in crate::testing::provider) const RESPONSE_TYPES: &[&str] =
    &["code", "id_token", "code id_token", "code token", "id_token token", "code id_token token"];

/// What is wanted back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::testing::provider) struct Response {
    pub(in crate::testing::provider) code: bool,
    pub(in crate::testing::provider) token: bool,
    pub(in crate::testing::provider) id_token: bool,
}

impl Response {
    /// From `response_type`; the order of its words does not matter.
    pub(in crate::testing::provider) fn parse(text: &str) -> Option<Self> {
        let mut words: Vec<&str> = text.split(' ').collect();
        words.sort_unstable();
        let is_known = RESPONSE_TYPES.iter().any(|known| {
            let mut known: Vec<&str> = known.split(' ').collect();
            known.sort_unstable();
            known == words
        });
        is_known.then(|| Self { code: words.contains(&"code"), token: words.contains(&"token"), id_token: words.contains(&"id_token") })
    }

    /// Whether a token travels through the browser: never in a query.
    pub(in crate::testing::provider) fn has_token(self) -> bool {
        self.token || self.id_token
    }
}

/// What an authorization request asks for.
#[derive(Debug)]
pub(in crate::testing::provider) struct Asked {
    pub(in crate::testing::provider) response: Response,
    pub(in crate::testing::provider) scopes: Vec<String>,
    pub(in crate::testing::provider) audience: Vec<String>,
    pub(in crate::testing::provider) state: Option<String>,
    pub(in crate::testing::provider) nonce: Option<String>,
    pub(in crate::testing::provider) redirect_uri: String,
    /// The hash of the verifier, by whatever method it was sent.
    pub(in crate::testing::provider) code_challenge: Option<String>,
    pub(in crate::testing::provider) prompt: Vec<String>,
    pub(in crate::testing::provider) max_age: Option<i64>,
    pub(in crate::testing::provider) acr_values: Vec<String>,
    /// Whether one of them has to be met.
    pub(in crate::testing::provider) acr_is_essential: bool,
    pub(in crate::testing::provider) wants_auth_time: bool,
    /// The subject that is wanted and no other: by the `claims` parameter.
    pub(in crate::testing::provider) subject: Option<String>,
    pub(in crate::testing::provider) id_token_claims: Vec<String>,
    pub(in crate::testing::provider) userinfo_claims: Vec<String>,
    pub(in crate::testing::provider) login_hint: Option<String>,
    pub(in crate::testing::provider) id_token_hint: Option<String>,
    pub(in crate::testing::provider) authorization_details: Option<Value>,
    pub(in crate::testing::provider) dpop_jkt: Option<String>,
}

impl Asked {
    pub(in crate::testing::provider) fn read(config: &Config, client: &TestClient, form: &Form) -> Result<Self, ErrorResponse> {
        let unsupported = || ErrorResponse::oauth("unsupported_response_type", "the provider does not know this response_type");
        let response = Response::parse(form.required("response_type")?).ok_or_else(unsupported)?;
        let scopes = token_response::scopes(client, form)?;
        let text = |name: &str| form.value(name).map(str::to_owned);
        if response.id_token && !scopes.iter().any(|scope| scope == "openid") {
            return Err(ErrorResponse::oauth("invalid_scope", "an ID token needs the scope openid"));
        }
        if response.id_token && form.value("nonce").is_none() {
            return Err(ErrorResponse::invalid_request("nonce is missing"));
        }
        let prompt = form.list("prompt");
        if prompt.len() > 1 && prompt.iter().any(|value| value == "none") {
            return Err(ErrorResponse::invalid_request("prompt none stands alone"));
        }
        let claims = Claims::read(form)?;
        let max_age = match form.value("max_age").map(str::parse) {
            Some(Ok(seconds @ 0..)) => Some(seconds),
            Some(_) => return Err(ErrorResponse::invalid_request("max_age is no number of seconds")),
            None => client.login.default_max_age,
        };
        let authorization_details = form.value("authorization_details").map(serde_json::from_str).transpose();
        let authorization_details: Option<Value> = authorization_details.map_err(|_| unreadable_details())?;
        if authorization_details.as_ref().is_some_and(|details| !details.is_array()) {
            return Err(unreadable_details());
        }
        let essential = claims.values_of("acr");
        let acr_values = if essential.is_empty() { form.list("acr_values") } else { essential };
        Ok(Self {
            response,
            scopes,
            audience: token_response::audience(client, form)?,
            state: text("state"),
            nonce: text("nonce"),
            redirect_uri: form.required("redirect_uri")?.to_owned(),
            code_challenge: if response.code { code_challenge(config, form)? } else { None },
            prompt,
            max_age,
            acr_values,
            acr_is_essential: claims.is_essential("acr"),
            wants_auth_time: max_age.is_some() || client.login.require_auth_time || claims.id_token.contains_key("auth_time"),
            subject: claims.values_of("sub").into_iter().next(),
            id_token_claims: claims.id_token.keys().cloned().collect(),
            userinfo_claims: claims.userinfo.keys().cloned().collect(),
            login_hint: text("login_hint"),
            id_token_hint: text("id_token_hint"),
            authorization_details,
            dpop_jkt: text("dpop_jkt").filter(|_| config.dpop.is_some()),
        })
    }

    pub(in crate::testing::provider) fn prompts(&self, value: &str) -> bool {
        self.prompt.iter().any(|prompt| prompt == value)
    }
}

fn unreadable_details() -> ErrorResponse {
    ErrorResponse::oauth("invalid_authorization_details", "authorization_details is no JSON array")
}

/// What has to come back as the hash of the verifier (RFC 7636 section 4.6): for `plain` the challenge is the verifier itself.
fn code_challenge(config: &Config, form: &Form) -> Result<Option<String>, ErrorResponse> {
    let challenge = form.value("code_challenge");
    match form.value("code_challenge_method") {
        None if challenge.is_none() && config.optional_pkce => Ok(None),
        Some("S256") => form.required("code_challenge").map(|challenge| Some(challenge.to_owned())),
        None | Some("plain") if config.optional_pkce => {
            form.required("code_challenge").map(|challenge| Some(base64url::encode(Sha256::digest(challenge))))
        }
        _ => Err(ErrorResponse::invalid_request("code_challenge has to be there, and code_challenge_method has to be S256")),
    }
}

/// The `claims` parameter (OpenID Connect Core section 5.5).
#[derive(Default)]
struct Claims {
    id_token: Map<String, Value>,
    userinfo: Map<String, Value>,
}

impl Claims {
    fn read(form: &Form) -> Result<Self, ErrorResponse> {
        let Some(text) = form.value("claims") else { return Ok(Self::default()) };
        let wrong = || ErrorResponse::invalid_request("claims is no JSON object of objects");
        let mut document: Map<String, Value> = serde_json::from_str(text).map_err(|_| wrong())?;
        let mut part = |name: &str| match document.remove(name) {
            None | Some(Value::Null) => Ok(Map::new()),
            Some(Value::Object(members)) => Ok(members),
            Some(_) => Err(wrong()),
        };
        Ok(Self { id_token: part("id_token")?, userinfo: part("userinfo")? })
    }

    /// The values that are wanted of a claim in the ID token.
    fn values_of(&self, name: &str) -> Vec<String> {
        let Some(Value::Object(wish)) = self.id_token.get(name) else { return Vec::new() };
        let several = wish.get("values").and_then(Value::as_array).into_iter().flatten();
        wish.get("value").into_iter().chain(several).filter_map(Value::as_str).map(str::to_owned).collect()
    }

    fn is_essential(&self, name: &str) -> bool {
        self.id_token.get(name).and_then(|wish| wish.get("essential")).and_then(Value::as_bool).unwrap_or_default()
    }
}
