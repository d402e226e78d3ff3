//! The pushed authorization request and its response (RFC 9126).

use std::time::{Duration, SystemTime};

use bon::Builder;
use http::StatusCode;

use super::authenticated::AuthenticatedPost;
use super::authorization_parameters::AuthorizationParameters;
use super::authorize::reject_unsigned;
use super::client_auth::ClientAuthentication;
use super::discovery::Address;
use super::dpop::{DpopKey, dpop_setters};
use super::error::RequestError;
use super::parameters::Parameters;
use super::request::{Request, RequestOptions, request_setters};
use super::response::Expectation;
use super::response_head::ResponseHead;
use super::seconds::lifetime;
use crate::constants::{media_types, parameters};
use crate::document::{Document, Secrets, forward_document};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::secret::{RequestUri, SecurityAssertion};
use crate::transport::Repeat;

pub(crate) const ENDPOINT: &str = "pushed authorization request endpoint";

/// What is pushed: the parameters themselves, or a request object that holds them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PushedAuthorization {
    /// The parameters of the authorization request, each in the form.
    Parameters(Box<AuthorizationParameters>),
    /// A signed request object with all of them (RFC 9126 section 3, RFC 9101 section 4).
    RequestObject(SecurityAssertion),
}

impl From<AuthorizationParameters> for PushedAuthorization {
    fn from(parameters: AuthorizationParameters) -> Self {
        Self::Parameters(Box::new(parameters))
    }
}

/// Hands an authorization request to the server directly, so that the browser carries nothing but a reference to it.
///
/// RFC 9126 section 2.1. The client authenticates as at the token endpoint; `client_id` is in the form whatever the mechanism. An attempt is
/// repeated only when nothing of it was processed. Default: [`ClientAuthentication::none`].
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent (among others for an extra parameter `request` or
/// `request_uri`), with `Transport`, `Http`, `Protocol` or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::authorization_parameters::AuthorizationParameters;
/// use identity_model::protocol::client_auth::ClientAuthentication;
/// use identity_model::protocol::pushed_authorization::PushedAuthorizationRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let answer = r#"{"request_uri":"urn:ietf:params:oauth:request_uri:6esc","expires_in":60}"#;
/// let http = ScriptedHttpClient::builder().post("https://idp.example.com/par", ScriptedResponse::json(201, answer)).build();
/// let parameters = AuthorizationParameters::builder()
///     .redirect_uri("https://app.example.com/callback")
///     .code_challenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM") // of this login's verifier
///     .scope(["openid"])
///     .state("af0ifjsldkj")
///     .build();
/// let pushed = PushedAuthorizationRequest::builder()
///     .address("https://idp.example.com/par")
///     .client_id("app")
///     .authentication(ClientAuthentication::secret_basic("s3cret"))
///     .authorization(parameters)
///     .send(&http)
///     .await?;
/// assert_eq!(pushed.expires_in().as_secs(), 60);
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct PushedAuthorizationRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The pushed authorization request endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier.
    client_id: String,
    /// How the client proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// What is pushed: parameters, or a request object.
    #[builder(into)]
    authorization: PushedAuthorization,
}

request_setters!(PushedAuthorizationRequestBuilder, pushed_authorization_request_builder);
dpop_setters!(PushedAuthorizationRequestBuilder, pushed_authorization_request_builder);

impl Request for PushedAuthorizationRequest {
    type Response = PushedAuthorizationResponse;

    fn exchange(&self) -> Exchange<PushedAuthorizationResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl PushedAuthorizationRequest {
    /// The same with the options of the request that it is part of.
    pub(crate) fn with_options(self, options: RequestOptions) -> Self {
        Self { options, ..self }
    }

    pub(crate) async fn run(&self, port: &Port) -> Result<PushedAuthorizationResponse, RequestError> {
        self.check()?;
        self.check_form()?;
        let mut options = self.options.clone();
        if let PushedAuthorization::Parameters(parameters) = &self.authorization {
            options.parameters.extend(parameters.asked.extras.0.iter().cloned());
        }
        let post = AuthenticatedPost {
            endpoint: ENDPOINT,
            address: self.address.clone(),
            client_id: Some(self.client_id.clone()),
            authentication: self.authentication.clone(),
            options,
            repeat: Repeat::IfUnsent,
            accept: media_types::JSON,
            success: StatusCode::CREATED,
            media_types: &[media_types::JSON],
            prepared: None,
        };
        let own = |list: &mut Parameters| {
            // The other mechanisms put it there themselves.
            if matches!(self.authentication, ClientAuthentication::SecretBasic { .. }) {
                list.add(parameters::CLIENT_ID, &self.client_id);
            }
            match &self.authorization {
                PushedAuthorization::Parameters(parameters) => parameters.add_to(list),
                PushedAuthorization::RequestObject(object) => list.add(parameters::REQUEST, object.expose()),
            }
        };
        post.send(own, port, |accepted, expectation| {
            let (document, secrets, head) = expectation.open(accepted)?;
            PushedAuthorizationResponse::of(document, secrets, head, expectation)
        })
        .await
    }

    /// R7: where the server takes signed request objects alone, nothing else is pushed (RFC 9101 section 10.5).
    fn check_form(&self) -> Result<(), RequestError> {
        let is_signed = match &self.authorization {
            PushedAuthorization::Parameters(_) => false,
            // An unsigned token ends where its signature would stand.
            PushedAuthorization::RequestObject(object) => !object.expose().ends_with('.'),
        };
        if is_signed { Ok(()) } else { reject_unsigned(&self.options.accept(ENDPOINT, &self.address)?) }
    }

    /// RFC 9126 section 2.1: `request_uri` must not be pushed; a request object has a place of its own.
    fn check(&self) -> Result<(), RequestError> {
        let rejected = [parameters::REQUEST_URI, parameters::REQUEST];
        if let Some(extra) = self.options.parameters.iter().find(|extra| rejected.contains(&extra.name())) {
            let problem = "must not be pushed as a parameter; a request object is set by `.authorization(…)`";
            return Err(RequestError::configuration(format!("parameter `{}`", extra.name()), problem));
        }
        let key = self.options.dpop_key().map(DpopKey::thumbprint);
        match &self.authorization {
            PushedAuthorization::Parameters(parameters)
                if key.zip(parameters.asked.dpop_jkt.as_deref()).is_some_and(|(key, jkt)| key != jkt) =>
            {
                Err(RequestError::configuration("dpop_jkt", "is the thumbprint of another key than the one set with `.dpop(…)`"))
            }
            PushedAuthorization::Parameters(parameters) => parameters.check(),
            PushedAuthorization::RequestObject(object) if object.expose().is_empty() => {
                Err(RequestError::configuration("authorization", "is an empty request object"))
            }
            PushedAuthorization::RequestObject(_) => Ok(()),
        }
    }
}

/// The reference to a pushed authorization request: good once, so that it is no value to copy.
///
/// RFC 9126 section 2.2: `request_uri` is there and non-empty, `expires_in` is a number of seconds. It is used once, for one login, before
/// it expires.
#[derive(Debug)]
pub struct PushedAuthorizationResponse {
    request_uri: RequestUri,
    expires_in: Duration,
    document: Document,
    head: ResponseHead,
}

impl PushedAuthorizationResponse {
    /// `request_uri`, for the authorization endpoint: with `client_id` and nothing else.
    pub fn request_uri(&self) -> &RequestUri {
        &self.request_uri
    }

    /// How long it lives from [`received_at`](ResponseHead::received_at) on.
    pub fn expires_in(&self) -> Duration {
        self.expires_in
    }

    /// When it expires, by the caller's clock; `None` where no clock reaches that moment.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.head.received_at().checked_add(self.expires_in)
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    fn of(document: Document, mut secrets: Secrets, head: ResponseHead, expectation: &Expectation) -> Result<Self, RequestError> {
        let request_uri = secrets.take_required("request_uri").map_err(|source| expectation.malformed(source))?;
        let expires_in = lifetime(&document, "expires_in", expectation)?
            .ok_or_else(|| expectation.member("expires_in", "a number of seconds", "nothing"))?;
        Ok(Self { request_uri, expires_in, document, head })
    }
}

forward_document!(PushedAuthorizationResponse, document);
