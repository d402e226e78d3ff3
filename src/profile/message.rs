//! A message as it was sent or received, for the rules of a profile.

use std::fmt;

use http::header::AUTHORIZATION;
use http::{HeaderMap, Request, Response};
use serde_json::Value;

use crate::constants::{metadata, parameters};
use crate::encoding::base64url;
use crate::encoding::form::Form;
use crate::protocol::discovery::DiscoveryDocumentResponse;

/// Which message it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MessageKind {
    /// The browser on its way to the authorization endpoint.
    AuthorizationRequest,
    /// The browser on its way back: the parameters of the callback.
    AuthorizationResponse,
    /// A pushed authorization request.
    PushedAuthorizationRequest,
    /// Its response.
    PushedAuthorizationResponse,
    /// A request to the token endpoint.
    TokenRequest,
    /// Its response.
    TokenResponse,
    /// A request to the backchannel authentication endpoint.
    BackchannelAuthenticationRequest,
    /// A response of the introspection endpoint.
    IntrospectionResponse,
    /// A request with an access token: to a resource, or to the UserInfo endpoint.
    ResourceRequest,
    /// Its response.
    ResourceResponse,
}

/// One recorded message. It holds codes and tokens: `Debug` shows its kind alone.
///
/// # Example
/// ```
/// use identity_model::profile::{MessageKind, ProfileMessage};
///
/// let request = http::Request::post("https://idp.example.com/token").body("grant_type=authorization_code&code=c")?;
/// let message = ProfileMessage::request(MessageKind::TokenRequest, &request);
/// assert_eq!(message.parameter("grant_type"), Some("authorization_code"));
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone)]
pub struct ProfileMessage {
    kind: MessageKind,
    address: String,
    query: Form,
    form: Form,
    document: Value,
    headers: HeaderMap,
}

impl ProfileMessage {
    fn new(kind: MessageKind) -> Self {
        Self { kind, address: String::new(), query: Form::new(), form: Form::new(), document: Value::Null, headers: HeaderMap::new() }
    }

    /// A request over HTTP, its body read as a form.
    pub fn request<B: AsRef<[u8]>>(kind: MessageKind, request: &Request<B>) -> Self {
        let address = request.uri().to_string();
        let (address, query) = address.split_once('?').unwrap_or((&address, ""));
        let form = Form::parse(request.body()).unwrap_or_default();
        Self { address: address.to_owned(), query: read(query), form, headers: request.headers().clone(), ..Self::new(kind) }
    }

    /// A response over HTTP, its body read as JSON where it is JSON.
    pub fn response<B: AsRef<[u8]>>(kind: MessageKind, response: &Response<B>) -> Self {
        let document = serde_json::from_slice(response.body().as_ref()).unwrap_or_default();
        Self { document, headers: response.headers().clone(), ..Self::new(kind) }
    }

    /// A request over HTTP and its response, told by the addresses of the metadata. What goes elsewhere counts where it carries a token; what is no
    /// message of a profile (metadata, keys) is left out.
    pub fn exchange<B: AsRef<[u8]>, R: AsRef<[u8]>>(
        document: &DiscoveryDocumentResponse,
        request: &Request<B>,
        response: &Response<R>,
    ) -> Vec<Self> {
        let address = request.uri().to_string();
        let address = address.split('?').next().unwrap_or_default();
        let is_at = |member: &str| {
            let alias = document.mtls_endpoint(member).ok();
            document.try_get_str(member) == Some(address) || alias.is_some_and(|alias| alias.as_str() == address)
        };
        let sent = |kind| Self::request(kind, request);
        let received = |kind| Self::response(kind, response);
        if is_at(metadata::TOKEN_ENDPOINT) {
            return vec![sent(MessageKind::TokenRequest), received(MessageKind::TokenResponse)];
        }
        if is_at(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT) {
            return vec![sent(MessageKind::PushedAuthorizationRequest), received(MessageKind::PushedAuthorizationResponse)];
        }
        if is_at(metadata::BACKCHANNEL_AUTHENTICATION_ENDPOINT) {
            return vec![sent(MessageKind::BackchannelAuthenticationRequest)];
        }
        if is_at(metadata::INTROSPECTION_ENDPOINT) {
            return vec![received(MessageKind::IntrospectionResponse)];
        }
        let message = sent(MessageKind::ResourceRequest);
        let carries_token =
            message.scheme().is_some_and(|scheme| ["bearer", "dpop"].iter().any(|known| scheme.eq_ignore_ascii_case(known)));
        if carries_token || message.parameter(parameters::ACCESS_TOKEN).is_some() || is_at(metadata::USERINFO_ENDPOINT) {
            return vec![message, received(MessageKind::ResourceResponse)];
        }
        Vec::new()
    }

    /// The authorization request that the browser is sent with.
    pub fn authorization_request(url: &url::Url) -> Self {
        let address = url.as_str().split('?').next().unwrap_or_default().to_owned();
        let query = read(url.query().unwrap_or_default());
        Self { address, query, ..Self::new(MessageKind::AuthorizationRequest) }
    }

    /// The authorization response: the query, fragment or form that the browser came back with.
    pub fn authorization_response(parameters: &str) -> Self {
        Self { form: read(parameters), ..Self::new(MessageKind::AuthorizationResponse) }
    }

    /// Which message it is.
    pub fn kind(&self) -> MessageKind {
        self.kind
    }

    /// The address without its query; empty for a response.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A parameter of the body or of the callback, else of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.form.first(name).or_else(|| self.query.first(name))
    }

    /// A parameter of the query of the address.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.first(name)
    }

    /// The names of the parameters in the query of the address.
    pub fn query_names(&self) -> impl Iterator<Item = &str> {
        self.query.iter().map(|(name, _)| name)
    }

    /// How often a parameter stands in the body or the query.
    pub(super) fn parameters_named(&self, name: &str) -> usize {
        self.form.all(name).count() + self.query.all(name).count()
    }

    /// A header, where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A member of the JSON body.
    pub fn member(&self, name: &str) -> Option<&Value> {
        self.document.get(name)
    }

    /// A parameter of an authorization request wherever it stands: in the request object, in the form, in the query.
    pub fn authorization_parameter(&self, name: &str) -> Option<String> {
        let inside = self.parameter(parameters::REQUEST).and_then(peek).and_then(|(_, claims)| text_of(claims.get(name)?));
        inside.or_else(|| self.parameter(name).map(str::to_owned))
    }

    /// Header and claims of a JWT that a parameter holds, unverified.
    pub(super) fn jwt(&self, parameter: &str) -> Option<(Value, Value)> {
        self.parameter(parameter).and_then(peek)
    }

    /// Header and claims of the DPoP proof, unverified.
    pub(super) fn proof(&self) -> Option<(Value, Value)> {
        self.header("dpop").and_then(peek)
    }

    /// The scheme of the `Authorization` header.
    pub(super) fn scheme(&self) -> Option<&str> {
        self.headers.get(AUTHORIZATION)?.to_str().ok()?.split(' ').next()
    }
}

impl fmt::Debug for ProfileMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileMessage").field("kind", &self.kind).finish_non_exhaustive()
    }
}

fn read(text: &str) -> Form {
    Form::parse(text).unwrap_or_default()
}

/// Header and claims of a signed or unsigned compact JWT, unverified.
pub(super) fn peek(text: &str) -> Option<(Value, Value)> {
    let mut parts = text.split('.');
    let mut part = || serde_json::from_slice(&base64url::decode(parts.next()?).ok()?).ok();
    Some((part()?, part()?))
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
