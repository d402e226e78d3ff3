//! What every request shares: policy, extra parameters and headers, limits, environment, and how attempts are repeated.

use std::fmt;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

use super::discovery::{Address, AddressError, Endpoint};
use super::error::RequestError;
use super::excerpt::escaped;
use super::extra_parameter::Extra;
pub(crate) use super::request_options::RequestOptions;
use crate::encoding::form::Form;
use crate::environment::Environment;
use crate::exchange::Exchange;
use crate::secret::AccessToken;
use crate::transport::HttpRequest;

/// A protocol message that can be sent: it turns into an [`Exchange`], which a driver runs or a program drives by hand.
pub trait Request {
    /// What a successful exchange ends with.
    type Response;

    /// A new exchange of this request.
    fn exchange(&self) -> Exchange<Self::Response, RequestError>;

    /// Clock, random bytes and timer that a driver runs it with.
    fn environment(&self) -> &Environment;
}

/// A protocol message that may be sent once, because what it holds is spent: an authorization code, a refresh token.
pub trait RequestOnce {
    /// What a successful exchange ends with.
    type Response;

    /// The exchange of this request, which it turns into.
    fn into_exchange(self) -> Exchange<Self::Response, RequestError>;

    /// Clock, random bytes and timer that a driver runs it with.
    fn environment(&self) -> &Environment;
}

impl RequestOptions {
    /// The address as the policy in force accepts it (the explicit one, else that of the address, else the strict one), in the spelling that
    /// was judged; nothing is sent to one that it rejects.
    pub(crate) fn accept(&self, endpoint: &'static str, address: &Address) -> Result<Endpoint, RequestError> {
        address.accept(self.policy.as_ref()).map_err(|error| match error {
            AddressError::Rejected(violation) => RequestError::from(violation),
            source => RequestError::Address { endpoint, source },
        })
    }

    /// The shared headers of a request: what is accepted, and the caller's own.
    pub(crate) fn headers(&self, accept: &'static str) -> Result<HeaderMap, RequestError> {
        let mut headers = HeaderMap::with_capacity(4 + self.headers.len());
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        for (name, value) in &self.headers {
            let (name, value) = extra_header(name, value)?;
            headers.append(name, value);
        }
        Ok(headers)
    }

    /// A request with the shared headers. `Authorization` and what the library itself sets are rejected among the extra ones.
    pub(crate) fn request(&self, method: Method, url: &str, accept: &'static str) -> Result<http::request::Builder, RequestError> {
        let headers = self.headers(accept)?;
        let mut builder = http::Request::builder().method(method).uri(url);
        if let Some(place) = builder.headers_mut() {
            *place = headers;
        }
        Ok(builder)
    }
}

fn extra_header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), RequestError> {
    let header = HeaderName::try_from(name)
        .map_err(|_| RequestError::configuration(format!("header `{}`", escaped(name, 100)), "is not a header name"))?;
    if RESERVED_HEADERS.contains(&header.as_str()) {
        return Err(RequestError::configuration(format!("header `{header}`"), "is reserved and cannot be set"));
    }
    let value = HeaderValue::from_str(value)
        .map_err(|_| RequestError::configuration(format!("header `{header}`"), "has a value with characters that no header may hold"))?;
    Ok((header, value))
}

const RESERVED_HEADERS: [&str; 7] = ["authorization", "accept", "content-type", "content-length", "host", "transfer-encoding", "dpop"];

/// An address with parameters appended to its query.
pub(crate) fn with_query(url: &str, parameters: &Form) -> String {
    if parameters.is_empty() {
        return url.to_owned();
    }
    let separator = if url.ends_with(['?', '&']) {
        ""
    } else if url.contains('?') {
        "&"
    } else {
        "?"
    };
    format!("{url}{separator}{}", parameters.to_query())
}

/// Puts the body on a prepared request.
pub(crate) fn with_body(builder: http::request::Builder, body: String) -> Result<HttpRequest, RequestError> {
    builder.body(body.into()).map_err(|_| unsendable())
}

/// A request to an endpoint, whose address is not parsed again.
pub(crate) fn to_endpoint(method: Method, endpoint: &Endpoint, headers: HeaderMap, body: Bytes) -> Result<HttpRequest, RequestError> {
    let (uri, parsed) = endpoint.target().ok_or_else(unsendable)?;
    let mut request = HttpRequest::new(body);
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    request.extensions_mut().insert(parsed);
    Ok(request)
}

fn unsendable() -> RequestError {
    RequestError::configuration("address", "is not an address that an HTTP request can be sent to")
}

/// Puts a JSON body on a prepared request, or none.
pub(crate) fn with_json(builder: http::request::Builder, json: Option<String>) -> Result<HttpRequest, RequestError> {
    match json {
        Some(json) => with_body(builder.header(CONTENT_TYPE, crate::constants::media_types::JSON), json),
        None => with_body(builder, String::new()),
    }
}

/// The value of `Authorization` for a bearer token (RFC 6750 section 2.1), marked as sensitive. A token that is bound to a DPoP key is none.
pub(crate) fn bearer(name: &str, token: &AccessToken) -> Result<HeaderValue, RequestError> {
    if let Some(thumbprint) = token.dpop_thumbprint() {
        let problem = format!("the access token is bound to the key with the thumbprint `{thumbprint}`; give that key by `.dpop(…)`");
        return Err(RequestError::DpopKey { problem });
    }
    danger_bearer(name, token)
}

/// The same for a token that may be bound to a DPoP key.
pub(crate) fn danger_bearer(name: &str, token: &AccessToken) -> Result<HeaderValue, RequestError> {
    let unfit = || RequestError::configuration(name, "is empty or holds characters that no bearer token may hold");
    let text = token.expose();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(unfit());
    }
    let mut value = HeaderValue::try_from(format!("Bearer {text}")).map_err(|_| unfit())?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for RequestOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters: Vec<&str> = self.parameters.iter().map(Extra::name).collect();
        let headers: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("RequestOptions")
            .field("policy", &self.policy)
            .field("parameters", &parameters)
            .field("headers", &headers)
            .finish_non_exhaustive()
    }
}

/// Adds the shared setters to a request's builder: `request_setters!(RequestBuilder, request_builder)`. The request keeps its
/// [`RequestOptions`] in a member `options` marked `#[builder(field)]`. What holds a request says where: `([] Holder: request.options)`.
macro_rules! request_setters {
    ($builder:ident, $state:ident) => {
        crate::protocol::request::request_setters!([<S: $state::State>] $builder<S>: options);
    };
    ([$($generics:tt)*] $holder:ty: $($options:ident).+) => {
        impl $($generics)* $holder {
            /// The policy that addresses are held against. Default: that of the address, if it came from a discovery document, else
            /// [`DiscoveryPolicy::strict`](crate::protocol::discovery::DiscoveryPolicy::strict). An explicit policy wins, whatever the order.
            pub fn policy(mut self, policy: crate::protocol::discovery::DiscoveryPolicy) -> Self {
                self.$($options).+.policy = Some(policy);
                self
            }

            /// An extra parameter. A name that a member of the request carries with another value is an error, an empty value is not sent.
            pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.$($options).+.parameters.push(crate::protocol::parameters::Extra::one(name.into(), value.into()));
                self
            }

            /// An extra parameter that is sent once for each of `values`.
            pub fn parameter_values<V: Into<String>>(mut self, name: impl Into<String>, values: impl IntoIterator<Item = V>) -> Self {
                let values = values.into_iter().map(Into::into).collect();
                self.$($options).+.parameters.push(crate::protocol::parameters::Extra::several(name.into(), values));
                self
            }

            /// An extra header; never `Authorization`, which the library owns.
            pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.$($options).+.add_header(name, value);
                self
            }

            /// Clock, random bytes and timer. Default: the system's.
            pub fn environment(mut self, environment: crate::environment::Environment) -> Self {
                self.$($options).+.environment = environment;
                self
            }

            /// How failed attempts are repeated. Default: three times from one second on, or what `HTTP_RETRY_COUNT` and
            /// `HTTP_RETRY_BASE_DELAY` say.
            pub fn retry(mut self, retry: crate::transport::RetrySettings) -> Self {
                self.$($options).+.retry = Some(retry);
                self
            }

            /// How long one attempt may take. Default: the client's own time-out (30 s).
            pub fn attempt_timeout(mut self, timeout: std::time::Duration) -> Self {
                self.$($options).+.attempt_timeout = Some(timeout);
                self
            }

            /// How long all attempts and waits together may take. Default: no attempt begins later than 60 s after the first, waits that the
            /// server asks for not counted, and each attempt takes at most the client's own time-out. Under a deadline without an [`attempt_timeout`](Self::attempt_timeout), one attempt takes at most
            /// what `HTTP_TIMEOUT` says (30 s). A wait that the server asks for and that does not fit ends the request at once; the error has the
            /// time (`retry_after`).
            pub fn deadline(mut self, deadline: std::time::Duration) -> Self {
                self.$($options).+.deadline = Some(deadline);
                self
            }

            /// How many bytes the body of the response may have, decompressed. Default: 1 MiB, 512 KiB for a key set.
            pub fn body_limit(mut self, bytes: usize) -> Self {
                self.$($options).+.body_limit = Some(bytes);
                self
            }
        }
    };
}

pub(crate) use request_setters;
