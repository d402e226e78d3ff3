//! The backchannel authentication request and its response (CIBA Core 1.0 sections 7.1 and 7.3).

use std::time::{Duration, SystemTime};

use bon::Builder;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::authenticated::AuthenticatedPost;
use super::authorization_details::{AuthorizationDetail, are_typed, to_parameter};
use super::client_auth::ClientAuthentication;
use super::discovery::Address;
use super::dpop::dpop_setters;
use super::error::RequestError;
use super::parameters::{Extra, Parameters};
use super::request::{Request, RequestOptions, request_setters};
use super::response::Expectation;
use super::response_head::ResponseHead;
use super::seconds::PendingLife;
use crate::constants::{media_types, parameters};
use crate::document::{Document, Secrets, forward_document};
use crate::encoding::form::Form;
use crate::encoding::{base64url, epoch};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port, SigningKeySource};
use crate::jose::{JwsHeader, SignerError, UnsignedJws};
use crate::secret::{AuthenticationRequestId, SecretText};
use crate::transport::Repeat;

const ENDPOINT: &str = "backchannel authentication endpoint";
/// Exactly one of them says whom to ask.
const HINTS: [&str; 3] = [parameters::LOGIN_HINT, parameters::LOGIN_HINT_TOKEN, parameters::ID_TOKEN_HINT];
/// What a signed request says of itself.
const FRAME: [&str; 6] = ["iss", "aud", "exp", "iat", "nbf", "jti"];

/// Whom to ask: exactly one hint (CIBA Core section 7.1).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AuthenticationHint {
    /// A name or address that the provider knows the user by.
    LoginHint(String),
    /// A token that identifies the user.
    LoginHintToken(SecretText),
    /// An ID token that the provider issued before.
    IdTokenHint(SecretText),
}

impl AuthenticationHint {
    fn parameter(&self) -> (&'static str, &str) {
        match self {
            Self::LoginHint(hint) => (parameters::LOGIN_HINT, hint),
            Self::LoginHintToken(hint) => (parameters::LOGIN_HINT_TOKEN, hint.expose()),
            Self::IdTokenHint(hint) => (parameters::ID_TOKEN_HINT, hint.expose()),
        }
    }
}

/// Asks a provider to have a user approve a login on their own device.
///
/// CIBA Core 1.0 section 7.1. Exactly one hint says whom to ask. With a [signing key](BackchannelAuthenticationRequestBuilder::signed_with) everything
/// goes as a signed request object (section 7.1.1), the caller's own parameters too: `iss` the client, `aud` the issuer of the discovery
/// document, `iat`, `nbf`, `exp` 60 s later and a fresh `jti`, made anew for every attempt. The key is an asymmetric one whose algorithm the
/// server takes.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/bc", ScriptedResponse::json(200, r#"{"auth_req_id":"1c266114","expires_in":120,"interval":2}"#))
///     .build();
/// let pending = BackchannelAuthenticationRequest::builder()
///     .address("https://idp.example.com/bc")
///     .client_id("till")
///     .hint(AuthenticationHint::LoginHint("alice@example.com".to_owned()))
///     .scope(["openid"])
///     .binding_message("W4SCT")
///     .send(&http)
///     .await?;
/// assert_eq!(pending.interval().as_secs(), 2);
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct BackchannelAuthenticationRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The backchannel authentication endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier.
    client_id: String,
    /// How the client proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// Whom to ask.
    hint: AuthenticationHint,
    /// The scopes asked for; `openid` is one of them.
    #[builder(with = |scopes: impl IntoIterator<Item = impl Into<String>>| scopes.into_iter().map(Into::into).collect())]
    scope: Vec<String>,
    /// What both devices show, so that the user sees that they belong together. Default: none.
    binding_message: Option<String>,
    /// A secret code that only the user knows. Default: none.
    #[builder(into)]
    user_code: Option<SecretText>,
    /// The authentication contexts asked for, best first. Default: none.
    #[builder(default, with = |values: impl IntoIterator<Item = impl Into<String>>| values.into_iter().map(Into::into).collect())]
    acr_values: Vec<String>,
    /// How long the request should live, in whole seconds. Default: the server's choice.
    requested_expiry: Option<Duration>,
    /// The bearer token that a ping or push has to bring (section 7.1). Default: none, for polling.
    #[builder(into)]
    client_notification_token: Option<SecretText>,
    /// The resources that the token is for (RFC 8707): absolute URIs.
    #[builder(default, with = |resources: impl IntoIterator<Item = impl Into<String>>| resources.into_iter().map(Into::into).collect())]
    resource: Vec<String>,
    /// What the token is to allow, in detail (RFC 9396). Default: nothing beyond the scopes.
    #[builder(default, with = |details: impl IntoIterator<Item = AuthorizationDetail>| details.into_iter().collect())]
    authorization_details: Vec<AuthorizationDetail>,
    /// Sends everything as a signed request object. Default: plain parameters.
    #[builder(into)]
    signed_with: Option<SigningKeySource>,
}

request_setters!(BackchannelAuthenticationRequestBuilder, backchannel_authentication_request_builder);
dpop_setters!(BackchannelAuthenticationRequestBuilder, backchannel_authentication_request_builder);

impl Request for BackchannelAuthenticationRequest {
    type Response = BackchannelAuthenticationResponse;

    fn exchange(&self) -> Exchange<BackchannelAuthenticationResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl BackchannelAuthenticationRequest {
    /// The scopes asked for, however the caller grouped them.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.iter().flat_map(|text| text.split_ascii_whitespace())
    }

    /// Whether the user can tell what the request is for: by a message on both devices, or by its details.
    pub(crate) fn says_what_for(&self) -> bool {
        self.binding_message.is_some() || !self.authorization_details.is_empty()
    }

    async fn run(&self, port: &Port) -> Result<BackchannelAuthenticationResponse, RequestError> {
        self.check()?;
        let post = AuthenticatedPost {
            endpoint: ENDPOINT,
            address: self.address.clone(),
            client_id: Some(self.client_id.clone()),
            authentication: self.authentication.clone(),
            options: self.options_of_the_form(),
            repeat: Repeat::IfUnsent,
            accept: media_types::JSON,
            success: StatusCode::OK,
            media_types: &[media_types::JSON],
            prepared: None,
        };
        let mut posting = post.begin(port)?;
        loop {
            // Made anew for every attempt: it lives a minute, and a server may remember its `jti`.
            let request_object = match &self.signed_with {
                Some(key) => Some(self.request_object(key, port).await?),
                None => None,
            };
            let own = |list: &mut Parameters| match &request_object {
                Some(object) => list.add(parameters::REQUEST, object),
                None => self.add_to(list),
            };
            if let Some(response) = posting.attempt(own, port).await? {
                return posting.read(response, port, |accepted, expectation| {
                    let (document, secrets, head) = expectation.open(accepted)?;
                    BackchannelAuthenticationResponse::of(document, secrets, head, port.monotonic(), expectation)
                });
            }
        }
    }

    fn check(&self) -> Result<(), RequestError> {
        let (hint, value) = self.hint.parameter();
        if value.is_empty() {
            return Err(RequestError::configuration("hint", "is empty"));
        }
        if self.scopes().next().is_none() {
            return Err(RequestError::configuration("scope", "is empty"));
        }
        if self.requested_expiry.is_some_and(|expiry| expiry.as_secs() == 0) {
            return Err(RequestError::configuration("requested_expiry", "is less than a second"));
        }
        if !are_typed(&self.authorization_details) {
            return Err(RequestError::configuration("authorization_details", "holds a detail with an empty type"));
        }
        let sent = self.options.parameters.iter().filter(|extra| extra.values().next().is_some());
        for name in sent.map(Extra::name) {
            if HINTS.contains(&name) && name != hint {
                return Err(RequestError::configuration(name, "cannot be combined with `.hint(…)`; exactly one hint is allowed"));
            }
            if name == parameters::REQUEST {
                return Err(RequestError::configuration("parameter `request`", "is made by `.signed_with(…)`"));
            }
        }
        Ok(())
    }

    /// The caller's parameters go where the others go: nothing of a signed request stands outside of it (CIBA Core section 7.1.1).
    fn options_of_the_form(&self) -> RequestOptions {
        let mut options = self.options.clone();
        if self.signed_with.is_some() {
            options.parameters.clear();
        }
        options
    }

    /// The members of the message.
    fn add_to(&self, list: &mut Parameters) {
        let secret = |text: &Option<SecretText>| text.as_ref().map(|text| text.expose().to_owned()).unwrap_or_default();
        let (hint, value) = self.hint.parameter();
        list.add(parameters::SCOPE, &self.scopes().collect::<Vec<_>>().join(" "));
        list.add(hint, value);
        list.add(parameters::BINDING_MESSAGE, self.binding_message.as_deref().unwrap_or_default());
        list.add(parameters::USER_CODE, &secret(&self.user_code));
        list.add(parameters::ACR_VALUES, &self.acr_values.join(" "));
        list.add(parameters::REQUESTED_EXPIRY, &self.requested_expiry.map(|expiry| expiry.as_secs().to_string()).unwrap_or_default());
        list.add(parameters::CLIENT_NOTIFICATION_TOKEN, &secret(&self.client_notification_token));
        list.add_all(parameters::RESOURCE, self.resource.iter().map(String::as_str));
        list.add(parameters::AUTHORIZATION_DETAILS, &to_parameter(&self.authorization_details));
    }

    /// CIBA Core section 7.1.1.
    async fn request_object(&self, key: &SigningKeySource, port: &Port) -> Result<String, RequestError> {
        let endpoint = self.options.accept(ENDPOINT, &self.address)?;
        let reject = |problem: String| Err(RequestError::configuration("signed_with", problem));
        let Some(server) = endpoint.server() else {
            return reject("needs the issuer: take the endpoint from a discovery document".to_owned());
        };
        let Some(algorithm) = key.algorithm() else { return reject("is a key without a signer".to_owned()) };
        if algorithm.is_symmetric() {
            return reject(format!("is a key for {algorithm}, and a signed request needs an asymmetric one"));
        }
        if let Some(supported) = &server.request_object_algorithms
            && !supported.iter().any(|name| name == algorithm.name())
        {
            return reject(format!("signs with {algorithm}, and the server takes {}", supported.join(", ")));
        }
        let mut list = Parameters::new();
        list.stated_elsewhere(parameters::CLIENT_ID, &self.client_id);
        self.add_to(&mut list);
        let mut claims = to_claims(&list.finish(&self.options.parameters)?)?;
        let now = epoch::seconds(port.now());
        let frame = json!({
            "iss": self.client_id, "aud": &*server.issuer, "iat": now, "nbf": now, "exp": now.saturating_add(60),
            "jti": base64url::encode(port.random::<32>()),
        });
        claims.extend(frame.as_object().cloned().unwrap_or_default());
        let failed = |source: SignerError| RequestError::Signing { what: "authentication request", source };
        let payload = Value::Object(claims).to_string();
        let unsigned = UnsignedJws::new(&JwsHeader::new(), payload.as_bytes(), algorithm, key.key_id()).map_err(failed)?;
        let signature = port.sign(key, unsigned.signing_input().as_bytes()).await.map_err(failed)?;
        unsigned.attach(&signature).map_err(failed)
    }
}

/// Parameters as claims: texts, but what is JSON stays JSON, and what may repeat is an array.
fn to_claims(list: &Form) -> Result<Map<String, Value>, RequestError> {
    let mut claims = Map::new();
    for (name, text) in list.iter() {
        if FRAME.contains(&name) {
            return Err(RequestError::configuration(format!("parameter `{name}`"), "belongs to the frame of the signed request"));
        }
        let value = match name {
            parameters::AUTHORIZATION_DETAILS => serde_json::from_str(text).map_err(|_| RequestError::configuration(name, "is no JSON"))?,
            _ => Value::from(text),
        };
        match claims.get_mut(name) {
            None if name == parameters::RESOURCE => drop(claims.insert(name.to_owned(), json!([value]))),
            None => drop(claims.insert(name.to_owned(), value)),
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = json!([first.take(), value]),
        }
    }
    Ok(claims)
}

/// A login that a user has been asked to approve.
///
/// CIBA Core 1.0 section 7.3: `auth_req_id` is there and non-empty, `expires_in` is a number of seconds; an `interval` that is absent or 0
/// means five seconds.
#[derive(Debug, Clone)]
pub struct BackchannelAuthenticationResponse {
    request_id: AuthenticationRequestId,
    life: PendingLife,
    document: Document,
    head: ResponseHead,
}

impl BackchannelAuthenticationResponse {
    /// `auth_req_id`, for the token request.
    pub fn request_id(&self) -> &AuthenticationRequestId {
        &self.request_id
    }

    /// How long the request lives from [`received_at`](ResponseHead::received_at) on.
    pub fn expires_in(&self) -> Duration {
        self.life.expires_in
    }

    /// When the request expires, by the caller's clock; `None` where no clock reaches that moment.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.head.received_at().checked_add(self.life.expires_in)
    }

    /// How long to wait between two polls.
    pub fn interval(&self) -> Duration {
        self.life.interval
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    /// When polling for it ends, and how often it may be done.
    pub(crate) fn life(&self) -> PendingLife {
        self.life
    }

    fn of(
        document: Document,
        mut secrets: Secrets,
        head: ResponseHead,
        arrived: Duration,
        expectation: &Expectation,
    ) -> Result<Self, RequestError> {
        let request_id = secrets.take_required("auth_req_id").map_err(|source| expectation.malformed(source))?;
        let life = PendingLife::read(&document, arrived, expectation)?;
        Ok(Self { request_id, life, document, head })
    }
}

forward_document!(BackchannelAuthenticationResponse, document);
