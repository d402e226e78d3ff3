//! Requests of an application to an API, each with a managed token: RFC 6750 section 2.1, RFC 9449 section 7.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::ApiClientError;
use super::token_call::TokenCall;
use crate::drive::{run, run_blocking};
use crate::error::{Error, ErrorKind};
use crate::exchange::Exchange;
use crate::protocol::discovery::DiscoveryPolicy;
use crate::protocol::dpop::{Replay, ResourceCall};
use crate::protocol::request::RequestOptions;
use crate::tokens::TokenSource;
use crate::transport::{BlockingHttpClient, HttpClient, HttpClients, HttpRequest, HttpResponse, TransportError, TransportErrorKind};

/// Sends requests to an API with the token of a [`TokenSource`]: fetched when it is needed, renewed when it is due or the API rejects it.
///
/// The token goes to the configured base addresses alone (scheme, host and port; a path counts up to a `/`), over `https`, or plain HTTP to
/// loopback where the policy allows that. A request states neither `Authorization` nor `DPoP` itself. Without a token nothing is sent.
///
/// A response of 401 is answered once with another token, unless the challenge says that something else is wrong (`insufficient_scope`,
/// `insufficient_user_authentication`, `invalid_request`, another scheme). Where the source's request has a DPoP key, each request carries a
/// new proof, and one that lacks the resource's nonce is sent once more with it; three requests in all. Nothing else is repeated, and the last
/// response is returned as it is: [`ResourceChallenge::all`](super::ResourceChallenge::all) reads its challenges.
///
/// Redirects are not followed unless [`follow_same_origin`](ApiClientBuilder::follow_same_origin) says so. It is an [`HttpClient`] as well, and
/// a [`BlockingHttpClient`]: what takes one of these can be given an `ApiClient`. Cheap to clone.
///
/// # Errors
/// Kind `Policy` (`address_not_allowed`) or `Configuration` before anything is sent; what [`TokenSource::token`] fails with; `Transport` where no
/// response comes.
///
/// # Example
/// ```
/// use bytes::Bytes;
/// use identity_model::protocol::token::ClientCredentialsTokenRequest;
/// use identity_model::resource::ApiClient;
/// use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse, TestClient, TestProvider};
/// use identity_model::tokens::TokenManager;
/// use identity_model::{ClientAuthentication, DiscoveryDocumentRequest};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let provider = TestProvider::builder().client(TestClient::new("reports").secret("s3cret").scopes(["orders:read"])).build();
/// let disco = DiscoveryDocumentRequest::builder().address(provider.issuer()).send(&provider).await?;
/// let source = TokenManager::new(provider.clone()).source(
///     ClientCredentialsTokenRequest::builder()
///         .address(disco.token_endpoint()?)
///         .client_id("reports")
///         .authentication(ClientAuthentication::secret_basic("s3cret"))
///         .scope(["orders:read"])
///         .build(),
/// )?;
///
/// let orders = Expected::get("https://api.example.com/v1/orders").header_present("authorization");
/// let http = ScriptedHttpClient::builder().exchange(orders, ScriptedResponse::json(200, "[]")).build();
/// let api = ApiClient::builder(source).base_address("https://api.example.com/v1").http(http).build()?;
///
/// let response = api.request(http::Request::get("https://api.example.com/v1/orders").body(Bytes::new())?).await?;
/// assert_eq!(response.status(), 200);
///
/// let elsewhere = http::Request::get("https://evil.example/orders").body(Bytes::new())?;
/// assert_eq!(api.request(elsewhere).await.unwrap_err().code(), "address_not_allowed");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ApiClient(Arc<Inner>);

struct Inner {
    call: TokenCall,
    clients: HttpClients,
}

impl ApiClient {
    /// A client that sends the token of `source`.
    pub fn builder(source: TokenSource) -> ApiClientBuilder {
        ApiClientBuilder {
            source,
            bases: Vec::new(),
            policy: DiscoveryPolicy::strict(),
            clients: HttpClients::default(),
            options: RequestOptions::unrepeated(),
            redirects: 0,
        }
    }

    /// Sends a request with the token.
    ///
    /// # Errors
    /// See [`ApiClient`].
    pub async fn request(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let client = self.0.clients.http.as_ref().ok_or(ApiClientError::NoHttpClient { which: "async", setter: "http" })?;
        run(self.exchange(request), &**client, self.0.call.source.environment()).await
    }

    /// The blocking twin of [`request`](Self::request).
    ///
    /// # Errors
    /// As [`request`](Self::request).
    pub fn request_blocking(&self, request: HttpRequest) -> Result<HttpResponse, Error> {
        let missing = ApiClientError::NoHttpClient { which: "blocking", setter: "blocking_http" };
        let client = self.0.clients.blocking.as_ref().ok_or(missing)?;
        run_blocking(self.exchange(request), &**client, self.0.call.source.environment())
    }

    /// The exchange of one request, to be driven by hand.
    pub fn exchange(&self, request: HttpRequest) -> Exchange<HttpResponse, Error> {
        self.0.call.exchange(request, Replay::Possible)
    }

    /// The same for a request whose body may not be there a second time; sent by `client`, whose clients stand elsewhere.
    #[cfg(feature = "tower")]
    pub(crate) async fn send_by(&self, client: &dyn HttpClient, request: HttpRequest, replay: Replay) -> Result<HttpResponse, Error> {
        run(self.0.call.exchange(request, replay), client, self.0.call.source.environment()).await
    }

    /// The source of the token.
    pub fn source(&self) -> &TokenSource {
        &self.0.call.source
    }
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiClient").field("base_addresses", &self.0.call.bases).finish_non_exhaustive()
    }
}

#[async_trait]
impl HttpClient for ApiClient {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.request(request).await.map_err(as_transport_error)
    }
}

impl BlockingHttpClient for ApiClient {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.request_blocking(request).map_err(as_transport_error)
    }
}

/// The error behind the seam, which knows transport errors alone; its source is the whole error.
fn as_transport_error(error: Error) -> TransportError {
    let kind = match (error.kind(), error.find::<TransportError>()) {
        (ErrorKind::Transport, Some(source)) => source.kind(),
        (ErrorKind::Configuration | ErrorKind::Policy, _) => TransportErrorKind::Configuration,
        _ => TransportErrorKind::Other,
    };
    TransportError::new(kind, "the request to the API could not be sent with its token").with_source(error)
}

/// Configures an [`ApiClient`].
#[derive(Debug, Clone)]
#[must_use]
pub struct ApiClientBuilder {
    source: TokenSource,
    bases: Vec<String>,
    policy: DiscoveryPolicy,
    clients: HttpClients,
    options: RequestOptions,
    redirects: u8,
}

impl ApiClientBuilder {
    /// One more address that the token may be sent to, with everything below it: an origin, or an origin and a path. At least one.
    pub fn base_address(mut self, address: impl Into<String>) -> Self {
        self.bases.push(address.into());
        self
    }

    /// The policy for addresses. Default: [`DiscoveryPolicy::strict`], `https` and plain HTTP to loopback.
    pub fn policy(mut self, policy: DiscoveryPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// The client for async callers.
    pub fn http(mut self, http: impl HttpClient + 'static) -> Self {
        self.clients.http = Some(Arc::new(http));
        self
    }

    /// The client for blocking callers.
    pub fn blocking_http(mut self, http: impl BlockingHttpClient + 'static) -> Self {
        self.clients.blocking = Some(Arc::new(http));
        self
    }

    /// The limit for the body of a response, in bytes, decompressed. Default: 1 MiB.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.options.body_limit = Some(bytes);
        self
    }

    /// The limit for the time of one attempt. Default: the client's own time-out (30 s).
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.options.attempt_timeout = Some(timeout);
        self
    }

    /// Follows up to `count` redirects of GET and HEAD requests that stay on the origin and below a base address, each with a new proof.
    /// Default: none; the redirect is returned as it is. Token and proof never go to another origin.
    pub fn follow_same_origin(mut self, count: u8) -> Self {
        self.redirects = count;
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`ApiClientError`]: no base address, or one that the policy rejects.
    pub fn build(mut self) -> Result<ApiClient, ApiClientError> {
        let Some((first, others)) = self.bases.split_first() else { return Err(ApiClientError::NoBaseAddress) };
        let mut policy = self.policy.to_builder();
        for base in others {
            policy = policy.additional_endpoint_base_address(base.as_str());
        }
        let policy = policy.build();
        for base in &self.bases {
            policy.check_endpoint("base_address", base, first).map_err(|source| ApiClientError::BaseAddress { source })?;
        }
        if let Some(key) = self.source.dpop_key() {
            self.options.dpop_mut().key = Some(key);
        }
        let call = ResourceCall { options: self.options, algorithms: None };
        let call = TokenCall { source: self.source, bases: self.bases, policy, call, redirects: self.redirects };
        Ok(ApiClient(Arc::new(Inner { call, clients: self.clients })))
    }
}
