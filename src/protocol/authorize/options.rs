//! What an authorization request may ask for beside what it has to say, with one set of setters for every builder that takes it.

use std::time::Duration;

use super::claims::ClaimsRequest;
use super::response_mode::ResponseMode;
use super::response_type::ResponseType;
use super::setters::{authorization_setters, extra_setters};
use super::step_up::StepUp;
use super::words::{Display, Prompt};
use crate::constants::parameters as names;
use crate::protocol::authorization_details::{AuthorizationDetail, are_typed, to_parameter};
use crate::protocol::error::RequestError;
use crate::protocol::excerpt::escaped;
use crate::protocol::parameters::{Extra, Parameters};
use crate::secret::SecretText;

/// What an authorization request may ask for beside what it has to say: a value to pass around and to set at once by `.options(…)`.
///
/// OpenID Connect Core 1.0 section 3.1.2.1, RFC 8707, RFC 9396, RFC 9449 section 10. Default: nothing, which leaves all of it to the server. The
/// builders of [`AuthorizationRequest`](super::AuthorizationRequest) and
/// [`AuthorizationParameters`](crate::protocol::authorization_parameters::AuthorizationParameters) have the same setters.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// use identity_model::protocol::authorize::{AuthorizationOptions, Prompt};
///
/// let options = AuthorizationOptions::new()
///     .scope(["openid", "profile"])
///     .prompt([Prompt::Login])
///     .max_age(Duration::from_secs(300))
///     .ui_locales(["de-CH", "de"]);
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "options do nothing until a request takes them"]
pub struct AuthorizationOptions {
    pub(crate) asked: Asked,
}

impl AuthorizationOptions {
    /// Nothing asked for yet.
    pub fn new() -> Self {
        Self::default()
    }
}

/// The members behind the setters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Asked {
    pub(crate) scope: Vec<String>,
    pub(crate) response_mode: Option<ResponseMode>,
    pub(crate) display: Option<Display>,
    pub(crate) prompt: Vec<Prompt>,
    pub(crate) max_age: Option<Duration>,
    pub(crate) ui_locales: Vec<String>,
    pub(crate) claims_locales: Vec<String>,
    pub(crate) login_hint: Option<String>,
    pub(crate) id_token_hint: Option<SecretText>,
    pub(crate) acr_values: Vec<String>,
    pub(crate) claims: Option<ClaimsRequest>,
    pub(crate) authorization_details: Vec<AuthorizationDetail>,
    pub(crate) resource: Vec<String>,
    /// Resources that are named and no URIs.
    pub(crate) resource_names: Vec<String>,
    pub(crate) dpop_jkt: Option<String>,
    pub(crate) extras: Extras,
}

/// Parameters that have no setter of their own.
#[derive(Clone, Default)]
pub(crate) struct Extras(pub(crate) Vec<Extra>);

impl std::fmt::Debug for Extras {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(Extra::name)).finish()
    }
}

/// Have a setter of their own, which checks them and remembers what the response is held against.
const TYPED: [&str; 22] = [
    names::CLIENT_ID,
    names::RESPONSE_TYPE,
    names::REDIRECT_URI,
    names::SCOPE,
    names::STATE,
    names::NONCE,
    names::CODE_CHALLENGE,
    names::CODE_CHALLENGE_METHOD,
    names::RESPONSE_MODE,
    names::DISPLAY,
    names::PROMPT,
    names::MAX_AGE,
    names::UI_LOCALES,
    names::CLAIMS_LOCALES,
    names::LOGIN_HINT,
    names::ID_TOKEN_HINT,
    names::ACR_VALUES,
    names::CLAIMS,
    names::AUTHORIZATION_DETAILS,
    names::DPOP_JKT,
    names::RESOURCE,
    names::CODE_VERIFIER,
];

impl Asked {
    pub(crate) fn check(&self, response_type: ResponseType) -> Result<(), RequestError> {
        let reject = |member: &str, problem: &str| Err(RequestError::configuration(member, problem));
        self.check_response_mode(response_type)?;
        let alone = self.prompt.len() == 1;
        if self.prompt.iter().any(|prompt| prompt.as_str() == Prompt::None.as_str() && !alone) {
            return reject(names::PROMPT, "asks for nothing (`none`) and for something at once");
        }
        if self.prompt.iter().any(|prompt| prompt.as_str().is_empty() || prompt.as_str().contains(char::is_whitespace)) {
            return reject(names::PROMPT, "holds something else than a word");
        }
        if !are_typed(&self.authorization_details) {
            return reject(names::AUTHORIZATION_DETAILS, "holds a detail with an empty type");
        }
        // RFC 8707 section 2.
        if self.resource.iter().any(|resource| resource.contains('#') || url::Url::parse(resource).is_err()) {
            return reject(
                names::RESOURCE,
                "is not an absolute URI without a fragment; a name that is none is set by `.resource_names(…)`",
            );
        }
        self.claims.as_ref().map_or(Ok(()), ClaimsRequest::check)
    }

    /// R8, and OAuth 2.0 Multiple Response Type Encoding Practices 1.0 section 3.
    fn check_response_mode(&self, response_type: ResponseType) -> Result<(), RequestError> {
        let Some(mode) = self.response_mode else { return Ok(()) };
        if !response_type.returns_id_token() && !response_type.returns_access_token() {
            return Ok(());
        }
        if mode.is_jwt() {
            let problem = format!("`{mode}` goes with response types that return no token, such as `code`, and not with `{response_type}`");
            return Err(RequestError::configuration(names::RESPONSE_MODE, problem));
        }
        if mode == ResponseMode::Query {
            let problem = format!("`query` would put the tokens of `{response_type}` where servers and logs see them");
            return Err(RequestError::configuration(names::RESPONSE_MODE, problem));
        }
        Ok(())
    }

    /// Rejects what an extra must not say, given what the request says itself: the same again is no harm and not sent twice.
    pub(crate) fn check_extras(&self, list: &Parameters) -> Result<(), RequestError> {
        for extra in &self.extras.0 {
            let name = extra.name();
            let problem = match name {
                names::REQUEST | names::REQUEST_URI => "stands for a request object, which is made of the whole request",
                names::CLIENT_SECRET | names::CLIENT_ASSERTION | names::CLIENT_ASSERTION_TYPE => {
                    "belongs to the client authentication and must not pass through a browser"
                }
                _ if TYPED.contains(&name) && !extra.values().all(|value| list.states(name, value)) => "is set by its own setter alone",
                _ => continue,
            };
            return Err(RequestError::configuration(format!("parameter `{}`", escaped(name, 100)), problem));
        }
        Ok(())
    }

    /// In the order of the specifications, behind what the request has to say.
    pub(crate) fn add_to(&self, list: &mut Parameters) {
        let prompt: Vec<&str> = self.prompt.iter().map(Prompt::as_str).collect();
        list.add(names::RESPONSE_MODE, self.response_mode.map(ResponseMode::as_str).unwrap_or_default());
        list.add(names::DISPLAY, self.display.map(Display::as_str).unwrap_or_default());
        list.add(names::PROMPT, &prompt.join(" "));
        list.add(names::MAX_AGE, &self.max_age.map(|age| age.as_secs().to_string()).unwrap_or_default());
        list.add(names::UI_LOCALES, &self.ui_locales.join(" "));
        list.add(names::CLAIMS_LOCALES, &self.claims_locales.join(" "));
        list.add(names::LOGIN_HINT, self.login_hint.as_deref().unwrap_or_default());
        list.add(names::ID_TOKEN_HINT, self.id_token_hint.as_ref().map(SecretText::expose).unwrap_or_default());
        list.add(names::ACR_VALUES, &self.acr_values.join(" "));
        list.add(names::CLAIMS, &self.claims.as_ref().map(|claims| claims.as_json().to_string()).unwrap_or_default());
        list.add(names::AUTHORIZATION_DETAILS, &to_parameter(&self.authorization_details));
        list.add(names::DPOP_JKT, self.dpop_jkt.as_deref().unwrap_or_default());
        list.add_all(names::RESOURCE, self.resource.iter().chain(&self.resource_names).map(String::as_str));
    }

    /// RFC 9470 section 5: what the resource wants to see goes into the next request.
    pub(crate) fn step_up(&mut self, step_up: &StepUp) {
        if !step_up.acr_values().is_empty() {
            self.acr_values = step_up.acr_values().to_vec();
        }
        self.max_age = step_up.max_age().or(self.max_age);
    }
}

authorization_setters!([] AuthorizationOptions);
extra_setters!([] AuthorizationOptions);
