//! The client registration request and its response (RFC 7591, OpenID Connect Registration 1.0).

use std::time::SystemTime;

use bon::Builder;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use super::attempts::Attempts;
use super::client_metadata::ClientMetadata;
use super::discovery::{Address, Endpoint};
use super::error::RequestError;
use super::members::date;
use super::parameters::Parameters;
use super::registration_management::RegisteredClient;
use super::request::{Request, RequestOptions, bearer, request_setters, with_json, with_query};
use super::response::{Accepted, Expectation, Quirks};
use super::response_head::ResponseHead;
use crate::constants::{client_metadata as names, media_types};
use crate::document::{Document, DocumentError, Secrets, forward_document};
use crate::encoding::json::JsonKind;
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::secret::{AccessToken, ClientSecret};
use crate::transport::{BodyLimit, Repeat};

const ENDPOINT: &str = "registration endpoint";

/// Registers a client.
///
/// RFC 7591 section 3.1. The answer must be a 201. An attempt is repeated only when nothing of it was processed. Default: no initial access
/// token.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol`
/// ([`INVALID_CLIENT_METADATA`](crate::constants::error_codes::INVALID_CLIENT_METADATA) and the like) or `Malformed` after; with `Policy` where
/// the address for managing the client is refused.
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
#[builder(on(String, into), state_mod(vis = "pub"))]
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
            body: Some(self.metadata.to_body(None)?),
            repeat: Repeat::IfUnsent,
            success: StatusCode::CREATED,
            media_types: &[media_types::JSON],
        };
        let read = |accepted, expectation: &Expectation| RegistrationResponse::read(accepted, message.address, None, expectation);
        message.send(&self.options, port, read).await.map_err(|error| error.hiding(self.metadata.software_statement()))
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
        let mut attempts = Attempts::begin(options, self.endpoint, self.repeat, body_limit, port)?;
        let expectation = Expectation {
            endpoint: self.endpoint,
            success: self.success,
            media_types: self.media_types,
            body_limit,
            quirks: Quirks::of(self.address.policy()),
        };
        loop {
            let mut builder = options.request(self.method.clone(), &url, media_types::JSON)?;
            if let Some((name, token)) = self.token {
                builder = builder.header(AUTHORIZATION, bearer(name, token)?);
            }
            if let Some(response) = attempts.send(with_json(builder, self.body.clone())?, port).await? {
                let outcome = expectation.accept(response, port.now()).and_then(|accepted| read(accepted, &expectation));
                return outcome.map_err(|error| error.hiding(self.token.map(|(_, token)| token.expose())));
            }
        }
    }
}

/// A registered client: what the server made of it.
///
/// RFC 7591 section 3.2.1. `client_id` is there and non-empty, a `client_secret` is non-empty, its expiry a number from 0 on. The address and
/// the token for managing the client come both or not at all; the address is held against the policy. What the server registered is what
/// counts, not what was asked for: the accessors answer with it, or with the default of the specification where it says nothing.
#[derive(Debug, Clone)]
pub struct RegistrationResponse {
    client_id: String,
    client_secret: Option<ClientSecret>,
    client_secret_expires_at: Option<SystemTime>,
    client_id_issued_at: Option<SystemTime>,
    management: Option<RegisteredClient>,
    document: Document,
    head: ResponseHead,
}

impl RegistrationResponse {
    /// The identifier that was issued.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The secret that was issued, if one was.
    pub fn client_secret(&self) -> Option<&ClientSecret> {
        self.client_secret.as_ref()
    }

    /// When the secret expires; `None` where it does not (`0`), or where the server did not say, which
    /// [`states_client_secret_expiry`](Self::states_client_secret_expiry) tells.
    pub fn client_secret_expires_at(&self) -> Option<SystemTime> {
        self.client_secret_expires_at
    }

    /// Whether the server said when the secret expires, as it must where it issues one; silence is read as never.
    pub fn states_client_secret_expiry(&self) -> bool {
        self.states(names::CLIENT_SECRET_EXPIRES_AT)
    }

    /// When the identifier was issued.
    pub fn client_id_issued_at(&self) -> Option<SystemTime> {
        self.client_id_issued_at
    }

    /// What the client is managed with (RFC 7592), where the server offers that: to be kept as safely as a secret. After a read or an update
    /// it holds the token that counts from now on.
    pub fn management(&self) -> Option<&RegisteredClient> {
        self.management.as_ref()
    }

    /// What the server has registered, without what it issued: where an update starts from.
    pub fn metadata(&self) -> ClientMetadata {
        ClientMetadata::registered(&self.document)
    }

    /// `token_endpoint_auth_method`: how the client authenticates. Default of the specification: `client_secret_basic`.
    pub fn token_endpoint_auth_method(&self) -> &str {
        self.document.try_get_str(names::TOKEN_ENDPOINT_AUTH_METHOD).unwrap_or(crate::constants::client_auth_methods::CLIENT_SECRET_BASIC)
    }

    /// `grant_types`. Default of the specification: `authorization_code`.
    pub fn grant_types(&self) -> Vec<String> {
        self.list_or(names::GRANT_TYPES, crate::constants::grant_types::AUTHORIZATION_CODE)
    }

    /// `response_types`. Default of the specification: `code`.
    pub fn response_types(&self) -> Vec<String> {
        self.list_or(names::RESPONSE_TYPES, crate::constants::response_types::CODE)
    }

    /// `redirect_uris`.
    pub fn redirect_uris(&self) -> Vec<String> {
        self.document.try_get_string_array(names::REDIRECT_URIS)
    }

    /// `id_token_signed_response_alg`. Default of the specification: `RS256`.
    pub fn id_token_signed_response_alg(&self) -> &str {
        self.document.try_get_str(names::ID_TOKEN_SIGNED_RESPONSE_ALG).unwrap_or("RS256")
    }

    /// `scope`: what the client may ask for; `None` where the server does not say.
    pub fn scope(&self) -> Option<&str> {
        self.document.try_get_str(names::SCOPE)
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }

    /// `null` says nothing.
    fn states(&self, member: &str) -> bool {
        self.document.kind(member).is_some_and(|kind| kind != JsonKind::Null)
    }

    fn list_or(&self, member: &str, default: &str) -> Vec<String> {
        if self.states(member) { self.document.try_get_string_array(member) } else { vec![default.to_owned()] }
    }

    /// Reads the answer of `source`; `known` is the client that was asked about.
    pub(super) fn read(
        accepted: Accepted,
        source: &Endpoint,
        known: Option<&RegisteredClient>,
        expectation: &Expectation,
    ) -> Result<Self, RequestError> {
        let (document, mut secrets, head) = expectation.open(accepted)?;
        let malformed = |source| expectation.malformed(source);
        let client_id = document.required_str(names::CLIENT_ID).map_err(malformed)?.to_owned();
        let client_secret = secrets.take_non_empty(names::CLIENT_SECRET).map_err(malformed)?;
        let expires_at = date(&document, names::CLIENT_SECRET_EXPIRES_AT, expectation)?.filter(|at| *at != SystemTime::UNIX_EPOCH);
        let issued_at = date(&document, names::CLIENT_ID_ISSUED_AT, expectation)?;
        check_lists(&document).map_err(malformed)?;
        let management = management(&document, &mut secrets, source, &client_id, expectation)?;
        Ok(Self {
            client_id,
            client_secret,
            client_secret_expires_at: expires_at,
            client_id_issued_at: issued_at,
            management: management.or_else(|| known.cloned()),
            document,
            head,
        })
    }
}

forward_document!(RegistrationResponse, document);

/// What is adopted must be of its type.
fn check_lists(document: &Document) -> Result<(), DocumentError> {
    for member in [names::REDIRECT_URIS, names::GRANT_TYPES, names::RESPONSE_TYPES] {
        document.try_get::<Vec<String>>(member)?;
    }
    for member in [names::TOKEN_ENDPOINT_AUTH_METHOD, names::ID_TOKEN_SIGNED_RESPONSE_ALG, names::SCOPE] {
        document.optional_str(member)?;
    }
    Ok(())
}

/// RFC 7592 section 3: address and token, both or neither.
fn management(
    document: &Document,
    secrets: &mut Secrets,
    source: &Endpoint,
    client_id: &str,
    expectation: &Expectation,
) -> Result<Option<RegisteredClient>, RequestError> {
    let malformed = |source| expectation.malformed(source);
    let token: Option<AccessToken> = secrets.take_non_empty(names::REGISTRATION_ACCESS_TOKEN).map_err(malformed)?;
    let address = document.optional_str(names::REGISTRATION_CLIENT_URI).map_err(malformed)?;
    match (address, token) {
        (Some(address), Some(token)) => {
            let address = source.policy().check_linked_address(names::REGISTRATION_CLIENT_URI, address, source.as_str())?;
            Ok(Some(RegisteredClient::new(client_id, address, token)))
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(malformed(DocumentError::missing(names::REGISTRATION_ACCESS_TOKEN))),
        (None, Some(_)) => Err(malformed(DocumentError::missing(names::REGISTRATION_CLIENT_URI))),
    }
}
