//! The authorization request, and the address that the browser is sent to with it (RFC 6749 section 4.1.1, OpenID Connect Core 1.0 section 3).

use std::time::SystemTime;

use bon::Builder;
use url::Url;

use super::options::Asked;
use super::pkce::CodeChallenge;
use super::request_form::{reject_plain, reject_unsigned};
use super::request_object::{RequestObject, RequestObjectSettings};
use super::response_type::ResponseType;
use super::setters::{authorization_setters, extra_setters, options_setter};
use crate::constants::parameters;
use crate::encoding::form::Form;
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::protocol::authorization_parameters::AuthorizationParameters;
use crate::protocol::discovery::{Address, DiscoveryPolicy, Endpoint};
use crate::protocol::error::RequestError;
use crate::protocol::excerpt::escaped;
use crate::protocol::pushed_authorization::{PushedAuthorization, PushedAuthorizationResponse};
use crate::protocol::request::{RequestOptions, with_query};
use crate::secret::SecretText;

const ENDPOINT: &str = "authorization endpoint";

/// What a browser is sent to the authorization endpoint with.
///
/// RFC 6749 section 4.1.1, OpenID Connect Core 1.0 section 3.1.2.1, RFC 7636, RFC 9700. Where it goes, who asks, the response type, where the
/// answer goes and what is said about PKCE are decided or it does not build.
///
/// The address is held against a policy as every other one. Parameters are appended to a query that it has, in the order of the
/// specifications, each at most once (but `resource` and what was added by the setter for several values); a space is `%20`, a `+` is `%2B`; a
/// fragment is dropped. An endpoint of a discovery document knows what its server demands: where that takes pushed requests or signed request
/// objects alone, a plain [`url`](Self::url) is rejected.
///
/// State and nonce are the caller's: [`SecretText::random`] draws them. [`LoginRequest`](super::LoginRequest) does all of this by itself.
///
/// # Example
/// ```
/// use identity_model::environment::SystemEntropy;
/// use identity_model::protocol::authorize::{AuthorizationRequest, CodeChallenge, ResponseType};
/// use identity_model::secret::{CodeVerifier, SecretText};
///
/// let verifier = CodeVerifier::random(&SystemEntropy)?;
/// let url = AuthorizationRequest::builder()
///     .address("https://idp.example.com/authorize?tenant=1")
///     .client_id("app")
///     .response_type(ResponseType::Code)
///     .redirect_uri("https://app.example.com/callback")
///     .code_challenge(CodeChallenge::s256(&verifier))
///     .state(SecretText::random(&SystemEntropy)?)
///     .scope(["openid", "profile"])
///     .url()?;
/// assert!(url.as_str().starts_with("https://idp.example.com/authorize?tenant=1&client_id=app&response_type=code&"));
/// assert!(url.as_str().contains("&scope=openid%20profile&"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct AuthorizationRequest {
    #[builder(field)]
    pub(super) asked: Asked,
    #[builder(field)]
    policy: Option<DiscoveryPolicy>,
    #[builder(field)]
    pub(super) environment: Environment,
    /// The authorization endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier.
    pub(super) client_id: String,
    /// What the authorization endpoint shall answer.
    pub(super) response_type: ResponseType,
    /// Where the response goes, byte for byte as it was registered.
    redirect_uri: String,
    /// What is said about the PKCE verifier: [`CodeChallenge::s256`] of it, unless the server knows nothing better.
    #[builder(into)]
    code_challenge: CodeChallenge,
    /// What ties the response to this browser. Default: none.
    #[builder(into)]
    state: Option<SecretText>,
    /// What ties the ID token to this login: at most 64 characters. Default: none.
    #[builder(into)]
    nonce: Option<SecretText>,
}

authorization_setters!([<S: authorization_request_builder::State>] AuthorizationRequestBuilder<S>);
extra_setters!([<S: authorization_request_builder::State>] AuthorizationRequestBuilder<S>);
options_setter!([<S: authorization_request_builder::State>] AuthorizationRequestBuilder<S>);

impl<S: authorization_request_builder::State> AuthorizationRequestBuilder<S> {
    /// The policy that the address is held against. Default: that of the address, if it came from a discovery document, else
    /// [`DiscoveryPolicy::strict`]. An explicit policy wins, whatever the order.
    pub fn policy(mut self, policy: DiscoveryPolicy) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Clock and random bytes, for a request object that is made of it. Default: the system's.
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Builds the request and writes its address: see [`AuthorizationRequest::url`].
    ///
    /// # Errors
    /// As [`AuthorizationRequest::url`].
    pub fn url(self) -> Result<Url, RequestError>
    where
        S: authorization_request_builder::IsComplete,
    {
        self.build().url()
    }
}

impl AuthorizationRequest {
    /// The address to send the browser to, the parameters in its query.
    ///
    /// # Errors
    /// [`RequestError::Configuration`] that names the member at fault; [`RequestError::Policy`] and [`RequestError::Address`] about the address;
    /// [`RequestError::RequestForm`] where the server takes no plain request.
    pub fn url(&self) -> Result<Url, RequestError> {
        let endpoint = self.endpoint()?;
        reject_plain(&endpoint)?;
        reject_unsigned(&endpoint)?;
        appended(&endpoint, &self.list()?)
    }

    /// The address with the request object in it (RFC 9101 section 5.1): beside `client_id` and `request` nothing, unless the object was made
    /// for servers of OpenID Connect Core 1.0 section 6.1.
    ///
    /// # Errors
    /// As [`url`](Self::url); an unsigned object where the server wants signed ones; an object of another client.
    pub fn url_with_object(&self, object: &RequestObject) -> Result<Url, RequestError> {
        self.with_object(object, parameters::REQUEST, object.text().expose())
    }

    /// The address with a reference to the request object (RFC 9101 section 5.2), which the application serves at `request_uri` with the media
    /// type [`RequestObject::MEDIA_TYPE`]: a URL of at most 512 characters that cannot be guessed, held against the policy (https, or plain
    /// HTTP on the loopback interface), or a URN. A fragment may name the object's hash.
    ///
    /// # Errors
    /// As [`url_with_object`](Self::url_with_object), and likewise about `request_uri`.
    pub fn url_with_object_at(&self, request_uri: &str, object: &RequestObject) -> Result<Url, RequestError> {
        if request_uri.len() > 512 || !request_uri.is_ascii() {
            return Err(RequestError::configuration(parameters::REQUEST_URI, "is longer than 512 characters, or not ASCII"));
        }
        if !request_uri.starts_with("urn:") {
            let before = request_uri.split('#').next().unwrap_or_default();
            self.options().accept("request object", &Address::from(before))?;
        }
        self.with_object(object, parameters::REQUEST_URI, request_uri)
    }

    /// The address with the reference to what was pushed, and `client_id`: nothing else (RFC 9126 section 4). It spends the reference, which is
    /// good once and until it expires; `now` is the caller's clock.
    ///
    /// # Errors
    /// [`RequestError::PushedRequestExpired`] where it is too late; as [`url`](Self::url) about the address.
    pub fn url_with_pushed(&self, pushed: PushedAuthorizationResponse, now: SystemTime) -> Result<Url, RequestError> {
        if pushed.expires_at().is_some_and(|expires_at| now >= expires_at) {
            return Err(RequestError::PushedRequestExpired);
        }
        let form = [(parameters::CLIENT_ID, self.client_id.as_str()), (parameters::REQUEST_URI, pushed.request_uri().expose())];
        appended(&self.endpoint()?, &Form::from_iter(form))
    }

    fn with_object(&self, object: &RequestObject, name: &str, value: &str) -> Result<Url, RequestError> {
        let endpoint = self.endpoint()?;
        reject_plain(&endpoint)?;
        if !object.is_signed() {
            reject_unsigned(&endpoint)?;
        }
        if object.client_id() != self.client_id {
            return Err(RequestError::configuration("request object", "belongs to another client"));
        }
        let mut form = Form::from_iter([(parameters::CLIENT_ID, self.client_id.as_str())]);
        for (outside, value) in object.outside().iter() {
            form.push(outside, value);
        }
        form.push(name, value);
        appended(&endpoint, &form)
    }

    /// The endpoint as the policy in force accepts it. A fragment has no meaning there (RFC 6749 section 3.1) and is dropped.
    pub(super) fn endpoint(&self) -> Result<Endpoint, RequestError> {
        let options = self.options();
        match self.address.as_str().split_once('#') {
            Some((before, _)) => options.accept(ENDPOINT, &Address::from(before)),
            None => options.accept(ENDPOINT, &self.address),
        }
    }

    fn options(&self) -> RequestOptions {
        let mut options = RequestOptions::default();
        options.policy.clone_from(&self.policy);
        options
    }

    /// The one list of parameters, for the address, a pushed request and a request object.
    pub(super) fn list(&self) -> Result<Form, RequestError> {
        self.parameters().list(&self.client_id)
    }

    /// What is asked for, without who asks.
    pub(super) fn parameters(&self) -> AuthorizationParameters {
        let mut parameters = AuthorizationParameters::builder()
            .redirect_uri(&self.redirect_uri)
            .code_challenge(self.code_challenge.clone())
            .response_type(self.response_type)
            .maybe_state(self.state.clone())
            .maybe_nonce(self.nonce.clone())
            .build();
        parameters.asked = self.asked.clone();
        parameters
    }
}

/// What is pushed are the parameters; `client_id` is stated beside them.
impl AuthorizationRequest {
    /// The exchange that makes the request object of this request: it sends nothing, but has it signed, perhaps elsewhere.
    ///
    /// # Errors
    /// It ends with [`RequestError::Configuration`] that names the member at fault, [`RequestError::Signing`] or
    /// [`RequestError::Encrypting`].
    pub fn request_object(&self, settings: &RequestObjectSettings) -> Exchange<RequestObject, RequestError> {
        let (this, settings) = (self.clone(), settings.clone());
        Exchange::new(|port: Port| async move {
            let endpoint = this.endpoint()?;
            settings.make(&this.client_id, &this.list()?, &endpoint, None, &port).await
        })
    }

    /// What the exchanges of this request are driven with.
    pub(crate) fn environment(&self) -> &crate::environment::Environment {
        &self.environment
    }
}

impl From<&AuthorizationRequest> for PushedAuthorization {
    fn from(request: &AuthorizationRequest) -> Self {
        request.parameters().into()
    }
}

/// R9: the query that is there stays, and nothing is said a second time.
fn appended(endpoint: &Endpoint, form: &Form) -> Result<Url, RequestError> {
    if let Some((name, _)) = endpoint.url().query_pairs().find(|(name, _)| form.contains(name)) {
        let problem = format!("has a query that says `{}` already", escaped(&name, 100));
        return Err(RequestError::configuration("address", problem));
    }
    let text = with_query(endpoint.url().as_str(), form);
    Url::parse(&text).map_err(|_| RequestError::configuration("address", "is not an address that a browser can be sent to"))
}
