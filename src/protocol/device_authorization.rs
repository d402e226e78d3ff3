//! The device authorization request and its response (RFC 8628 sections 3.1 and 3.2).

use std::time::{Duration, SystemTime};

use bon::Builder;
use http::StatusCode;

use super::authenticated::AuthenticatedPost;
use super::authorization_details::{AuthorizationDetail, are_typed, to_parameter};
use super::client_auth::ClientAuthentication;
use super::discovery::{Address, DiscoveryPolicy, NamedAddress};
use super::dpop::dpop_setters;
use super::error::RequestError;
use super::parameters::Parameters;
use super::request::{Request, RequestOptions, request_setters};
use super::response::Expectation;
use super::response_head::ResponseHead;
use super::seconds::PendingLife;
use crate::constants::{media_types, parameters};
use crate::document::{Document, DocumentError, Secrets, forward_document};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::secret::DeviceCode;
use crate::transport::Repeat;

const ENDPOINT: &str = "device authorization endpoint";

/// Begins a login on another device: asks for the codes that a user types in elsewhere.
///
/// RFC 8628 section 3.1. Defaults: no scope, no resource, [`ClientAuthentication::none`].
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` or `Malformed` after; with
/// `Policy` where the verification address is neither https nor (while the policy allows it) loopback.
///
/// # Example
/// ```
/// use identity_model::protocol::device_authorization::DeviceAuthorizationRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let answer = r#"{"device_code":"GmRh","user_code":"WDJB-MJHT","verification_uri":"https://idp.example.com/device","expires_in":1800}"#;
/// let http = ScriptedHttpClient::builder().post("https://idp.example.com/device_authorization", ScriptedResponse::json(200, answer)).build();
/// let device = DeviceAuthorizationRequest::builder()
///     .address("https://idp.example.com/device_authorization")
///     .client_id("tv")
///     .scope(["openid"])
///     .send(&http)
///     .await?;
/// println!("go to {} and type {}", device.verification_uri(), device.user_code());
/// assert_eq!(device.interval().as_secs(), 5);
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct DeviceAuthorizationRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The device authorization endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier.
    client_id: String,
    /// How the client proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// The scopes asked for. Default: none, which leaves them to the server.
    #[builder(default, with = |scopes: impl IntoIterator<Item = impl Into<String>>| scopes.into_iter().map(Into::into).collect())]
    scope: Vec<String>,
    /// The resources that the token is for (RFC 8707): absolute URIs.
    #[builder(default, with = |resources: impl IntoIterator<Item = impl Into<String>>| resources.into_iter().map(Into::into).collect())]
    resource: Vec<String>,
    /// What the token is to allow, in detail (RFC 9396). Default: nothing beyond the scopes.
    #[builder(default, with = |details: impl IntoIterator<Item = AuthorizationDetail>| details.into_iter().collect())]
    authorization_details: Vec<AuthorizationDetail>,
}

request_setters!(DeviceAuthorizationRequestBuilder, device_authorization_request_builder);
dpop_setters!(DeviceAuthorizationRequestBuilder, device_authorization_request_builder);

impl Request for DeviceAuthorizationRequest {
    type Response = DeviceAuthorizationResponse;

    fn exchange(&self) -> Exchange<DeviceAuthorizationResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl DeviceAuthorizationRequest {
    /// The scopes asked for, however the caller grouped them.
    pub(crate) fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.iter().flat_map(|text| text.split_ascii_whitespace())
    }

    async fn run(&self, port: &Port) -> Result<DeviceAuthorizationResponse, RequestError> {
        if !are_typed(&self.authorization_details) {
            return Err(RequestError::configuration("authorization_details", "holds a detail with an empty type"));
        }
        let policy = self.options.accept(ENDPOINT, &self.address)?.policy().clone();
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
            prepared: None,
        };
        let own = |list: &mut Parameters| {
            list.add(parameters::SCOPE, &self.scopes().collect::<Vec<_>>().join(" "));
            list.add_all(parameters::RESOURCE, self.resource.iter().map(String::as_str));
            list.add(parameters::AUTHORIZATION_DETAILS, &to_parameter(&self.authorization_details));
        };
        post.send(own, port, |accepted, expectation| {
            let (document, secrets, head) = expectation.open(accepted)?;
            DeviceAuthorizationResponse::of(document, secrets, head, port.monotonic(), &policy, expectation)
        })
        .await
    }
}

/// The codes of a device login.
///
/// RFC 8628 section 3.2: `device_code`, `user_code` and `verification_uri` are there and non-empty, `expires_in` is a number of seconds;
/// an `interval` that is absent or 0 means five seconds. The older name `verification_url` is read as `verification_uri`.
#[derive(Debug, Clone)]
pub struct DeviceAuthorizationResponse {
    device_code: DeviceCode,
    life: PendingLife,
    document: Document,
    head: ResponseHead,
}

impl DeviceAuthorizationResponse {
    /// The device's code, for the token request.
    pub fn device_code(&self) -> &DeviceCode {
        &self.device_code
    }

    /// What the user types in: show it as it is.
    pub fn user_code(&self) -> &str {
        self.document.try_get_str("user_code").unwrap_or_default()
    }

    /// Where the user goes.
    pub fn verification_uri(&self) -> &str {
        filled(&self.document, VERIFICATION_URI).unwrap_or_default()
    }

    /// The same with the code in it, for a QR code.
    pub fn verification_uri_complete(&self) -> Option<&str> {
        filled(&self.document, VERIFICATION_URI_COMPLETE)
    }

    /// How long the codes live from [`received_at`](ResponseHead::received_at) on.
    pub fn expires_in(&self) -> Duration {
        self.life.expires_in
    }

    /// When the codes expire, by the caller's clock; `None` where no clock reaches that moment.
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
        policy: &DiscoveryPolicy,
        expectation: &Expectation,
    ) -> Result<Self, RequestError> {
        let malformed = |source| expectation.malformed(source);
        let device_code = secrets.take_required("device_code").map_err(malformed)?;
        document.required_str("user_code").map_err(malformed)?;
        are_texts(&document, VERIFICATION_URI).and_then(|()| are_texts(&document, VERIFICATION_URI_COMPLETE)).map_err(malformed)?;
        let verification_uri = match filled(&document, VERIFICATION_URI) {
            Some(address) => address,
            None => document.required_str("verification_uri").map_err(malformed)?,
        };
        policy.check_named(NamedAddress::VERIFICATION_URI, verification_uri, verification_uri)?;
        if let Some(complete) = filled(&document, VERIFICATION_URI_COMPLETE) {
            policy.check_named(NamedAddress::VERIFICATION_URI_COMPLETE, complete, complete)?;
        }
        let life = PendingLife::read(&document, arrived, expectation)?;
        Ok(Self { device_code, life, document, head })
    }
}

/// A member under its name, or under that of the draft which some servers still follow (draft-ietf-oauth-device-flow-00 section 3.2).
type Spellings = [&'static str; 2];

const VERIFICATION_URI: Spellings = ["verification_uri", "verification_url"];
const VERIFICATION_URI_COMPLETE: Spellings = ["verification_uri_complete", "verification_url_complete"];

fn filled(document: &Document, names: Spellings) -> Option<&str> {
    names.into_iter().find_map(|name| document.try_get_str(name).filter(|text| !text.is_empty()))
}

fn are_texts(document: &Document, names: Spellings) -> Result<(), DocumentError> {
    names.into_iter().try_for_each(|name| document.optional_str(name).map(drop))
}

forward_document!(DeviceAuthorizationResponse, document);
