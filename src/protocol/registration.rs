//! The client registration request (RFC 7591, OpenID Connect Registration 1.0).

use bon::Builder;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use super::attempts::Attempts;
use super::client_metadata::ClientMetadata;
use super::discovery::{Address, Endpoint};
use super::dpop::{MessageProofs, ServerRole, dpop_setters};
use super::error::RequestError;
use super::parameters::Parameters;
pub use super::registration_response::{RegistrationResponse, UnusableMember};
use super::request::{Request, RequestOptions, bearer, request_setters, with_json, with_query};
use super::response::{Accepted, CARRIED_OUT, Expectation, POSTED, Quirks};
use crate::constants::media_types;
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::secret::AccessToken;
use crate::transport::{BodyLimit, Repeat};

const ENDPOINT: &str = "registration endpoint";

/// Registers a client.
///
/// RFC 7591 section 3.1. The response must be a 201, or the 200 that some servers send. What the server created comes out even if a part of its
/// answer cannot be used: [`RegistrationResponse::unusable_members`]. An attempt is repeated only when nothing of it was processed. Default: no
/// initial access token.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol`
/// ([`INVALID_CLIENT_METADATA`](crate::constants::error_codes::INVALID_CLIENT_METADATA) and the like) or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::client_metadata::ClientMetadata;
/// use identity_model::protocol::registration::RegistrationRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let answer = r#"{"client_id":"s6BhdRkqt3","client_name":"Reports","token_endpoint_auth_method":"none"}"#;
/// let http = ScriptedHttpClient::builder().post("https://idp.example.com/register", ScriptedResponse::json(201, answer)).build();
/// let registration = RegistrationRequest::builder()
///     .address("https://idp.example.com/register")
///     .metadata(ClientMetadata::builder().client_name("Reports").redirect_uris(["https://app.example.com/callback"]).build())
///     .send(&http)
///     .await?;
/// assert_eq!(registration.client_id(), "s6BhdRkqt3");
/// assert_eq!(registration.token_endpoint_auth_method(), "none"); // what the server made of it is what counts
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct RegistrationRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The registration endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// What the client says of itself.
    metadata: ClientMetadata,
    /// A token that permits the registration (RFC 7591 section 1.2). Default: none, for servers that are open to all.
    #[builder(into)]
    initial_access_token: Option<AccessToken>,
}

request_setters!(RegistrationRequestBuilder, registration_request_builder);
dpop_setters!(RegistrationRequestBuilder, registration_request_builder);

impl Request for RegistrationRequest {
    type Response = RegistrationResponse;

    fn exchange(&self) -> Exchange<RegistrationResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl RegistrationRequest {
    async fn run(&self, port: &Port) -> Result<RegistrationResponse, RequestError> {
        let message = RegistrationMessage {
            endpoint: ENDPOINT,
            address: &self.options.accept(ENDPOINT, &self.address)?,
            method: Method::POST,
            token: self.initial_access_token.as_ref().map(|token| ("initial_access_token", token)),
            body: Some(self.metadata().to_body(None)?),
            repeat: Repeat::IfUnsent,
            success: StatusCode::CREATED,
            media_types: &[media_types::JSON],
        };
        let read = |accepted, expectation: &Expectation| {
            RegistrationResponse::read(accepted, message.address, self.metadata.auth_method(), None, expectation)
        };
        message.send(&self.options, port, read).await.map_err(|error| error.hiding(self.metadata.software_statement()))
    }
}

impl RegistrationRequest {
    /// What the client says of itself: with a DPoP key, that its tokens are to be bound (RFC 9449 section 5.2).
    fn metadata(&self) -> ClientMetadata {
        match self.options.dpop_key() {
            Some(_) => self.metadata.clone().with_member(crate::constants::client_metadata::DPOP_BOUND_ACCESS_TOKENS, true),
            None => self.metadata.clone(),
        }
    }
}

/// What registration and management send alike: JSON or nothing, with a bearer token or without.
pub(super) struct RegistrationMessage<'a> {
    pub(super) endpoint: &'static str,
    pub(super) address: &'a Endpoint,
    pub(super) method: Method,
    pub(super) token: Option<(&'static str, &'a AccessToken)>,
    pub(super) body: Option<String>,
    pub(super) repeat: Repeat,
    pub(super) success: StatusCode,
    pub(super) media_types: &'static [&'static str],
}

impl RegistrationMessage<'_> {
    pub(super) async fn send<T>(
        &self,
        options: &RequestOptions,
        port: &Port,
        read: impl FnOnce(Accepted, &Expectation) -> Result<T, RequestError>,
    ) -> Result<T, RequestError> {
        let url = with_query(self.address.url().as_str(), &Parameters::new().finish(&options.parameters)?);
        let body_limit = options.body_limit(BodyLimit::DEFAULT);
        let proofs = self.proofs(options)?;
        let is_proved = proofs.is_some();
        let mut attempts = Attempts::begin(options, self.endpoint, self.repeat, body_limit, port)?.with_proofs(proofs);
        let expectation = Expectation {
            endpoint: self.endpoint,
            success: self.success,
            also: if self.media_types.is_empty() { CARRIED_OUT } else { POSTED },
            media_types: self.media_types,
            body_limit,
            quirks: Quirks::of(self.address.policy()),
        };
        loop {
            let mut builder = options.request(self.method.clone(), &url, media_types::JSON)?;
            if let Some((name, token)) = self.token.filter(|_| !is_proved) {
                builder = builder.header(AUTHORIZATION, bearer(name, token)?);
            }
            if let Some(response) = attempts.send(with_json(builder, self.body.clone())?, port).await? {
                let outcome = expectation.accept(response, port.now()).and_then(|accepted| read(accepted, &expectation));
                return outcome.map_err(|error| attempts.located(error).hiding(self.token.map(|(_, token)| token.expose())));
            }
        }
    }
}

impl RegistrationMessage<'_> {
    /// DPoP proofs accompany an initial access token, which is then bound to the key (RFC 9449 section 7); without one there is nothing to prove.
    fn proofs(&self, options: &RequestOptions) -> Result<Option<MessageProofs>, RequestError> {
        let (Some(options), Some((_, token))) = (options.dpop(), self.token) else { return Ok(None) };
        let algorithms = self.address.server().and_then(|server| server.dpop_algorithms.as_deref());
        MessageProofs::of(options, ServerRole::Authorization, self.endpoint, algorithms, Some(token))
    }
}
