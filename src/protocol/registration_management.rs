//! Managing a registered client (RFC 7592): read, update, delete.

use bon::Builder;
use http::{Method, StatusCode};

use super::client_metadata::ClientMetadata;
use super::error::RequestError;
use super::excerpt::escaped;
pub use super::registered_client::RegisteredClient;
use super::registration::RegistrationMessage;
use super::registration_response::RegistrationResponse;
use super::request::{Request, RequestOptions, request_setters};
use super::response::Expectation;
use super::response_head::ResponseHead;
use crate::constants::{client_metadata as names, media_types};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::transport::Repeat;

const ENDPOINT: &str = "client configuration endpoint";

impl RegisteredClient {
    /// Reads or updates the client; what comes back is about the same one.
    async fn ask(
        &self,
        options: &RequestOptions,
        method: Method,
        body: Option<String>,
        asked_method: Option<&str>,
        port: &Port,
    ) -> Result<RegistrationResponse, RequestError> {
        let address = options.accept(ENDPOINT, self.registration_client_uri())?;
        let message = RegistrationMessage {
            endpoint: ENDPOINT,
            address: &address,
            repeat: if method == Method::GET { Repeat::Safe } else { Repeat::IfUnsent },
            method,
            token: Some(("registration_access_token", self.registration_access_token())),
            body,
            success: StatusCode::OK,
            media_types: &[media_types::JSON],
        };
        let read =
            |accepted, expectation: &Expectation| RegistrationResponse::read(accepted, &address, asked_method, Some(self), expectation);
        let response = message.send(options, port, read).await?;
        if response.client_id() == self.client_id() {
            return Ok(response);
        }
        Err(RequestError::Mismatch {
            endpoint: ENDPOINT.into(),
            member: names::CLIENT_ID,
            expected: escaped(self.client_id(), 255),
            found: escaped(response.client_id(), 255),
        })
    }
}

/// Asks for the current registration of a client.
///
/// RFC 7592 section 2.1. Reading only, so it is repeated after passing failures. The response may bring a new secret and a new token, which
/// replace the old ones.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http` (a 401 where the client is gone),
/// `Protocol` or `Malformed` after; with `Validation` where the response is about another client.
///
/// # Example
/// ```
/// use identity_model::protocol::registration_management::{ClientReadRequest, RegisteredClient};
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let answer = r#"{"client_id":"s6BhdRkqt3","registration_client_uri":"https://idp.example.com/register/s6BhdRkqt3",
///     "registration_access_token":"a-new-token"}"#;
/// let http = ScriptedHttpClient::builder().get("https://idp.example.com/register/s6BhdRkqt3", ScriptedResponse::json(200, answer)).build();
/// let client = RegisteredClient::new("s6BhdRkqt3", "https://idp.example.com/register/s6BhdRkqt3", "the-token-so-far");
/// let registration = ClientReadRequest::builder().client(client).send(&http).await?;
/// let client = registration.management().expect("there was one"); // to be kept in the place of the old one
/// assert_eq!(client.registration_access_token().expose(), "a-new-token");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(state_mod(vis = "pub(crate)"))]
pub struct ClientReadRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The client.
    client: RegisteredClient,
}

request_setters!(ClientReadRequestBuilder, client_read_request_builder);

impl Request for ClientReadRequest {
    type Response = RegistrationResponse;

    fn exchange(&self) -> Exchange<RegistrationResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.client.ask(&this.options, Method::GET, None, None, &port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

/// Replaces the registration of a client.
///
/// RFC 7592 section 2.2: what the metadata does not hold, the server forgets or sets anew, so it starts from
/// [`RegistrationResponse::metadata`]. `client_id` is sent along; what the server alone says never is. An attempt is repeated only when
/// nothing of it was processed.
///
/// # Errors
/// As for [`ClientReadRequest`].
///
/// # Example
/// ```
/// use identity_model::protocol::registration_management::{ClientReadRequest, ClientUpdateRequest, RegisteredClient};
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let address = "https://idp.example.com/register/s6BhdRkqt3";
/// # let http = ScriptedHttpClient::builder()
/// #     .get(address, ScriptedResponse::json(200, r#"{"client_id":"s6BhdRkqt3","client_name":"Reports"}"#))
/// #     .exchange(identity_model::testing::Expected::new("PUT", address), ScriptedResponse::json(200, r#"{"client_id":"s6BhdRkqt3","client_name":"News"}"#))
/// #     .build();
/// let client = RegisteredClient::new("s6BhdRkqt3", address, "the-token-so-far");
/// let now = ClientReadRequest::builder().client(client.clone()).send(&http).await?;
/// let client = now.management().unwrap_or(&client).clone();
/// let metadata = now.metadata().with_member("client_name", "News");
/// let after = ClientUpdateRequest::builder().client(client).metadata(metadata).send(&http).await?;
/// assert_eq!(after.try_get_str("client_name"), Some("News"));
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(state_mod(vis = "pub(crate)"))]
pub struct ClientUpdateRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The client.
    client: RegisteredClient,
    /// All of its metadata.
    metadata: ClientMetadata,
}

request_setters!(ClientUpdateRequestBuilder, client_update_request_builder);

impl Request for ClientUpdateRequest {
    type Response = RegistrationResponse;

    fn exchange(&self) -> Exchange<RegistrationResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move {
            let body = this.metadata.to_body(Some(this.client.client_id()))?;
            let method = this.metadata.auth_method();
            let answer = this.client.ask(&this.options, Method::PUT, Some(body), method, &port).await;
            answer.map_err(|error| error.hiding(this.metadata.software_statement()))
        })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

/// Deletes a client, with its secret and its token for management.
///
/// RFC 7592 section 2.3. The response must be a 204, or another status that says that it was done (200, 202). An attempt is repeated only when nothing of it was processed.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http` or `Protocol` after.
///
/// # Example
/// ```
/// use identity_model::protocol::registration_management::{ClientDeleteRequest, RegisteredClient};
/// use identity_model::testing::{ScriptedResponse, Expected, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let address = "https://idp.example.com/register/s6BhdRkqt3";
/// let http = ScriptedHttpClient::builder().exchange(Expected::new("DELETE", address), ScriptedResponse::status(204)).build();
/// ClientDeleteRequest::builder().client(RegisteredClient::new("s6BhdRkqt3", address, "its-token")).send(&http).await?;
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(state_mod(vis = "pub(crate)"))]
pub struct ClientDeleteRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The client.
    client: RegisteredClient,
}

request_setters!(ClientDeleteRequestBuilder, client_delete_request_builder);

impl Request for ClientDeleteRequest {
    type Response = ClientDeleteResponse;

    fn exchange(&self) -> Exchange<ClientDeleteResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl ClientDeleteRequest {
    async fn run(&self, port: &Port) -> Result<ClientDeleteResponse, RequestError> {
        let message = RegistrationMessage {
            endpoint: ENDPOINT,
            address: &self.options.accept(ENDPOINT, self.client.registration_client_uri())?,
            method: Method::DELETE,
            token: Some(("registration_access_token", self.client.registration_access_token())),
            body: None,
            repeat: Repeat::IfUnsent,
            success: StatusCode::NO_CONTENT,
            media_types: &[],
        };
        message.send(&self.options, port, |accepted, _| Ok(ClientDeleteResponse { head: accepted.head })).await
    }
}

/// The client is no more (RFC 7592 section 2.3).
#[derive(Debug, Clone)]
pub struct ClientDeleteResponse {
    head: ResponseHead,
}

impl ClientDeleteResponse {
    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }
}
