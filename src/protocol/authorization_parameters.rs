//! The parameters of an authorization request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1), wherever they are sent.

use std::time::Duration;

use bon::Builder;

use super::authorization_details::{AuthorizationDetail, are_typed, to_parameter};
use super::authorize::{CodeChallenge, ResponseMode, ResponseType};
use super::error::RequestError;
use super::parameters::Parameters;
use crate::constants::parameters;
use crate::secret::SecretText;

/// What an authorization request asks for, but who asks.
///
/// RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1. PKCE is decided or it does
/// not build; text stands for an `S256` challenge that was derived elsewhere. Defaults: `response_type=code`; an empty value is not sent. Parameters without a setter
/// here are added to the request that sends these.
///
/// # Example
/// ```
/// use identity_model::protocol::authorization_parameters::AuthorizationParameters;
///
/// let parameters = AuthorizationParameters::builder()
///     .redirect_uri("https://app.example.com/callback")
///     .code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
///     .scope(["openid", "profile"])
///     .state("af0ifjsldkj")
///     .nonce("n-0S6_WzA2Mj")
///     .build();
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub"))]
pub struct AuthorizationParameters {
    /// Where the answer goes, byte for byte as it was registered.
    redirect_uri: String,
    /// What is said about the PKCE verifier: [`CodeChallenge::s256`] of it, unless the server knows nothing better.
    #[builder(into)]
    code_challenge: CodeChallenge,
    /// What the authorization endpoint shall answer. Default: `code`.
    #[builder(default)]
    response_type: ResponseType,
    /// How the answer is returned. Default: the server's choice.
    response_mode: Option<ResponseMode>,
    /// The scopes asked for. Default: none, which leaves them to the server.
    #[builder(default, with = |scopes: impl IntoIterator<Item = impl Into<String>>| scopes.into_iter().map(Into::into).collect())]
    scope: Vec<String>,
    /// What ties the answer to this browser. Default: none.
    #[builder(into)]
    state: Option<SecretText>,
    /// What ties the ID token to this login. Default: none.
    #[builder(into)]
    nonce: Option<SecretText>,
    /// What the user shall be asked, one of [`prompts`](crate::constants::prompts) or several with spaces. Default: the server's choice.
    prompt: Option<String>,
    /// How long ago the user may have authenticated. Default: any time.
    max_age: Option<Duration>,
    /// Who is about to log in. Default: nobody in particular.
    login_hint: Option<String>,
    /// An ID token issued before, of whoever is about to log in. Default: none.
    #[builder(into)]
    id_token_hint: Option<SecretText>,
    /// The authentication contexts asked for, best first. Default: none.
    #[builder(default, with = |values: impl IntoIterator<Item = impl Into<String>>| values.into_iter().map(Into::into).collect())]
    acr_values: Vec<String>,
    /// The claims asked for, as the JSON of OpenID Connect Core section 5.5. Default: those of the scopes.
    claims: Option<serde_json::Value>,
    /// What the token is to allow, in detail (RFC 9396). Default: nothing beyond the scopes.
    #[builder(default, with = |details: impl IntoIterator<Item = AuthorizationDetail>| details.into_iter().collect())]
    authorization_details: Vec<AuthorizationDetail>,
    /// The resources that the token is for (RFC 8707): absolute URIs.
    #[builder(default, with = |resources: impl IntoIterator<Item = impl Into<String>>| resources.into_iter().map(Into::into).collect())]
    resource: Vec<String>,
    /// The thumbprint of the DPoP key that the code is bound to (RFC 9449 section 10). Default: not bound.
    dpop_jkt: Option<String>,
}

impl AuthorizationParameters {
    pub(crate) fn check(&self) -> Result<(), RequestError> {
        if self.redirect_uri.is_empty() {
            return Err(RequestError::configuration("redirect_uri", "is empty"));
        }
        self.code_challenge.check()?;
        if !are_typed(&self.authorization_details) {
            return Err(RequestError::configuration("authorization_details", "holds a detail with an empty type"));
        }
        Ok(())
    }

    /// In the order of the specifications.
    pub(crate) fn add_to(&self, list: &mut Parameters) {
        let secret = |text: &Option<SecretText>| text.as_ref().map(|text| text.expose().to_owned()).unwrap_or_default();
        let plain = |text: &Option<String>| text.clone().unwrap_or_default();
        let max_age = self.max_age.map(|age| age.as_secs().to_string()).unwrap_or_default();
        for (name, value) in [
            (parameters::RESPONSE_TYPE, self.response_type.as_str().to_owned()),
            (parameters::REDIRECT_URI, self.redirect_uri.clone()),
            (parameters::SCOPE, self.scope.join(" ")),
            (parameters::STATE, secret(&self.state)),
            (parameters::NONCE, secret(&self.nonce)),
            (parameters::CODE_CHALLENGE, self.code_challenge.value().unwrap_or_default().to_owned()),
            (parameters::CODE_CHALLENGE_METHOD, self.code_challenge.method().unwrap_or_default().to_owned()),
            (parameters::RESPONSE_MODE, self.response_mode.map(ResponseMode::as_str).unwrap_or_default().to_owned()),
            (parameters::PROMPT, plain(&self.prompt)),
            (parameters::MAX_AGE, max_age),
            (parameters::LOGIN_HINT, plain(&self.login_hint)),
            (parameters::ID_TOKEN_HINT, secret(&self.id_token_hint)),
            (parameters::ACR_VALUES, self.acr_values.join(" ")),
            (parameters::CLAIMS, self.claims.as_ref().map(ToString::to_string).unwrap_or_default()),
            (parameters::AUTHORIZATION_DETAILS, to_parameter(&self.authorization_details)),
            (parameters::DPOP_JKT, plain(&self.dpop_jkt)),
        ] {
            list.add(name, &value);
        }
        list.add_all(parameters::RESOURCE, self.resource.iter().map(String::as_str));
    }
}
