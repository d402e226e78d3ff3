//! The parameters of an authorization request (RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1), wherever they are sent: in an
//! address, in a pushed request, in a request object.

use bon::Builder;

use super::authorize::{Asked, CodeChallenge, ResponseType, authorization_setters, extra_setters, options_setter};
use super::error::RequestError;
use super::parameters::Parameters;
use crate::constants::parameters;
use crate::encoding::form::Form;
use crate::secret::SecretText;

/// The most characters of a nonce (FAPI 2.0 Security Profile section 5.3.3.2).
const LONGEST_NONCE: usize = 64;

/// What an authorization request asks for, but who asks.
///
/// RFC 6749 section 4.1.1, RFC 7636 section 4.3, OpenID Connect Core section 3.1.2.1. PKCE is decided or it does not build; text stands for an
/// `S256` challenge that was derived elsewhere. Defaults: `response_type=code`; an empty value is not sent. A response type that returns an ID
/// token demands a nonce, which has at most 64 characters.
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
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct AuthorizationParameters {
    #[builder(field)]
    pub(crate) asked: Asked,
    /// Where the response goes, byte for byte as it was registered.
    redirect_uri: String,
    /// What is said about the PKCE verifier: [`CodeChallenge::s256`] of it, unless the server knows nothing better.
    #[builder(into)]
    code_challenge: CodeChallenge,
    /// What the authorization endpoint shall answer. Default: `code`.
    #[builder(default)]
    pub(crate) response_type: ResponseType,
    /// What ties the response to this browser. Default: none.
    #[builder(into)]
    state: Option<SecretText>,
    /// What ties the ID token to this login: at most 64 characters. Default: none.
    #[builder(into)]
    nonce: Option<SecretText>,
}

authorization_setters!([<S: authorization_parameters_builder::State>] AuthorizationParametersBuilder<S>);
extra_setters!([<S: authorization_parameters_builder::State>] AuthorizationParametersBuilder<S>);
options_setter!([<S: authorization_parameters_builder::State>] AuthorizationParametersBuilder<S>);

impl AuthorizationParameters {
    /// Everything that is known to be wrong before it is sent.
    pub(crate) fn check(&self) -> Result<(), RequestError> {
        check_redirect_uri(&self.redirect_uri)?;
        self.code_challenge.check()?;
        self.check_nonce()?;
        self.asked.check(self.response_type)?;
        let mut list = Parameters::new();
        self.add_to(&mut list);
        self.asked.check_extras(&list)
    }

    fn check_nonce(&self) -> Result<(), RequestError> {
        let nonce = self.nonce.as_ref().map(SecretText::expose).unwrap_or_default();
        if nonce.is_empty() && self.response_type.returns_id_token() {
            let problem = format!("is needed where the response type is `{}`, which returns an ID token", self.response_type);
            return Err(RequestError::configuration(parameters::NONCE, problem));
        }
        if nonce.chars().count() > LONGEST_NONCE {
            return Err(RequestError::configuration(parameters::NONCE, "has more than 64 characters"));
        }
        Ok(())
    }

    /// In the order of the specifications, without the extras.
    pub(crate) fn add_to(&self, list: &mut Parameters) {
        let secret = |text: &Option<SecretText>| text.as_ref().map(|text| text.expose().to_owned()).unwrap_or_default();
        list.add(parameters::RESPONSE_TYPE, self.response_type.as_str());
        list.add(parameters::REDIRECT_URI, &self.redirect_uri);
        list.add(parameters::SCOPE, &self.asked.scope.join(" "));
        list.add(parameters::STATE, &secret(&self.state));
        list.add(parameters::NONCE, &secret(&self.nonce));
        // A challenge is about a code: without one it says nothing, and some servers reject it.
        if self.response_type.returns_code() {
            list.add(parameters::CODE_CHALLENGE, self.code_challenge.value().unwrap_or_default());
            list.add(parameters::CODE_CHALLENGE_METHOD, self.code_challenge.method().unwrap_or_default());
        }
        self.asked.add_to(list);
    }

    /// The whole list as `client_id` sends it.
    pub(crate) fn list(&self, client_id: &str) -> Result<Form, RequestError> {
        self.check()?;
        if client_id.is_empty() {
            return Err(RequestError::configuration(parameters::CLIENT_ID, "is empty"));
        }
        let mut list = Parameters::new();
        list.add(parameters::CLIENT_ID, client_id);
        self.add_to(&mut list);
        list.finish(&self.asked.extras.0)
    }
}

/// RFC 6749 section 3.1.2: an absolute URI without a fragment. It is never rewritten: servers compare it byte for byte.
fn check_redirect_uri(text: &str) -> Result<(), RequestError> {
    let reject = |problem| Err(RequestError::configuration(parameters::REDIRECT_URI, problem));
    match text {
        "" => reject("is empty"),
        _ if text.contains('#') => reject("has a fragment, where none may be"),
        _ if text.contains(|c: char| c.is_whitespace() || c.is_control()) || url::Url::parse(text).is_err() => {
            reject("is not an absolute URI")
        }
        _ => Ok(()),
    }
}
