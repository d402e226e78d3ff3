//! The backchannel authentication request and its response (CIBA Core 1.0 sections 7.1 and 7.3).

use std::time::{Duration, SystemTime};

use bon::Builder;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::authenticated::AuthenticatedPost;
use super::authorization_details::{AuthorizationDetail, are_typed, to_parameter};
use super::client_auth::ClientAuthentication;
use super::discovery::Address;
use super::error::RequestError;
use super::parameters::Parameters;
use super::request::{Request, RequestOptions, request_setters};
use super::response::{Answer, Expectation};
use super::seconds::PendingLife;
use crate::constants::{media_types, parameters};
use crate::document::{Document, Secrets, forward_document};
use crate::encoding::{base64url, epoch};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port, SigningKeySource};
use crate::jose::{JwsHeader, SignerError, UnsignedJws};
use crate::secret::{AuthenticationRequestId, SecretText};
use crate::transport::Repeat;

const ENDPOINT: &str = "backchannel authentication endpoint";

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
/// goes as a signed request object (section 7.1.1): `iss` the client, `aud` the issuer of the discovery document, `iat`, `nbf`, `exp` 60 s
/// later and a fresh `jti`.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
/// use identity_model::testing::{Answer, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/bc", Answer::json(200, r#"{"auth_req_id":"1c266114","expires_in":120,"interval":2}"#))
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
#[builder(on(String, into), state_mod(vis = "pub"))]
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

    async fn run(&self, port: &Port) -> Result<BackchannelAuthenticationResponse, RequestError> {
        if self.hint.parameter().1.is_empty() {
            return Err(RequestError::configuration("hint", "is empty"));
        }
        if !are_typed(&self.authorization_details) {
            return Err(RequestError::configuration("authorization_details", "holds a detail with an empty type"));
        }
        let request_object = match &self.signed_with {
            Some(key) => Some(self.request_object(key, port).await?),
            None => None,
        };
        let post = AuthenticatedPost {
            endpoint: ENDPOINT,
            address: self.address.clone(),
            client_id: Some(self.client_id.clone()),
            authentication: self.authentication.clone(),
            options: self.options.clone(),
            repeat: Repeat::IfUnsent,
            accept: media_types::JSON,
            success: StatusCode::OK,
            media_types: &[media_types::JSON],
        };
        let own = |list: &mut Parameters| match &request_object {
            Some(object) => list.add(parameters::REQUEST, object),
            None => {
                for (name, value) in self.members() {
                    list.add(name, &value);
                }
                list.add_all(parameters::RESOURCE, self.resource.iter().map(String::as_str));
                list.add(parameters::AUTHORIZATION_DETAILS, &to_parameter(&self.authorization_details));
            }
        };
        post.send(own, port, |accepted, expectation| {
            let (document, secrets, answer) = expectation.open(accepted)?;
            BackchannelAuthenticationResponse::of(document, secrets, answer, port.monotonic(), expectation)
        })
        .await
    }

    /// The members of the message, but the resources, which may repeat.
    fn members(&self) -> Vec<(&'static str, String)> {
        let expiry = self.requested_expiry.map(|expiry| expiry.as_secs().to_string());
        let secret = |text: &Option<SecretText>| text.as_ref().map(|text| text.expose().to_owned()).unwrap_or_default();
        let (hint, value) = self.hint.parameter();
        vec![
            (parameters::SCOPE, self.scope.join(" ")),
            (hint, value.to_owned()),
            (parameters::BINDING_MESSAGE, self.binding_message.clone().unwrap_or_default()),
            (parameters::USER_CODE, secret(&self.user_code)),
            (parameters::ACR_VALUES, self.acr_values.join(" ")),
            (parameters::REQUESTED_EXPIRY, expiry.unwrap_or_default()),
            (parameters::CLIENT_NOTIFICATION_TOKEN, secret(&self.client_notification_token)),
        ]
    }

    /// CIBA Core section 7.1.1.
    async fn request_object(&self, key: &SigningKeySource, port: &Port) -> Result<String, RequestError> {
        let endpoint = self.options.accept(ENDPOINT, &self.address)?;
        let issuer = endpoint
            .server()
            .map(|server| server.issuer.clone())
            .ok_or_else(|| RequestError::configuration("signed_with", "needs the issuer: take the endpoint from a discovery document"))?;
        let now = epoch::seconds(port.now());
        let mut claims: Map<String, Value> = self
            .members()
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        if !self.resource.is_empty() {
            claims.insert(parameters::RESOURCE.to_owned(), json!(self.resource));
        }
        if !self.authorization_details.is_empty() {
            claims.insert(parameters::AUTHORIZATION_DETAILS.to_owned(), json!(self.authorization_details));
        }
        let frame = json!({
            "iss": self.client_id, "aud": issuer, "iat": now, "nbf": now, "exp": now.saturating_add(60),
            "jti": base64url::encode(port.random::<32>()),
        });
        claims.extend(frame.as_object().cloned().unwrap_or_default());
        let failed = |source: SignerError| RequestError::Signing { what: "authentication request", source };
        let algorithm = key.algorithm().ok_or_else(|| RequestError::configuration("signed_with", "is a key without a signer"))?;
        let payload = Value::Object(claims).to_string();
        let unsigned = UnsignedJws::new(&JwsHeader::new(), payload.as_bytes(), algorithm, key.key_id()).map_err(failed)?;
        let signature = port.sign(key, unsigned.signing_input().as_bytes()).await.map_err(failed)?;
        unsigned.attach(&signature).map_err(failed)
    }
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
    answer: Answer,
}

impl BackchannelAuthenticationResponse {
    /// `auth_req_id`, for the token request.
    pub fn request_id(&self) -> &AuthenticationRequestId {
        &self.request_id
    }

    /// How long the request lives from [`received_at`](Answer::received_at) on.
    pub fn expires_in(&self) -> Duration {
        self.life.expires_in
    }

    /// When the request expires, by the caller's clock; `None` where no clock reaches that moment.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.answer.received_at().checked_add(self.life.expires_in)
    }

    /// How long to wait between two polls.
    pub fn interval(&self) -> Duration {
        self.life.interval
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// When polling for it ends, and how often it may be done.
    pub(crate) fn life(&self) -> PendingLife {
        self.life
    }

    fn of(
        document: Document,
        mut secrets: Secrets,
        answer: Answer,
        arrived: Duration,
        expectation: &Expectation,
    ) -> Result<Self, RequestError> {
        let request_id = secrets.take_required("auth_req_id").map_err(|source| expectation.malformed(source))?;
        let life = PendingLife::read(&document, arrived, expectation)?;
        Ok(Self { request_id, life, document, answer })
    }
}

forward_document!(BackchannelAuthenticationResponse, document);
