//! The layer in front of an HTTP client: attaches the managed token to outgoing requests.

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future, poll_fn};
use std::mem;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Extensions, Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::error::Error;
use crate::protocol::dpop::Replay;
use crate::resource::ApiClient;
use crate::transport::{HttpClient, HttpRequest, HttpResponse, TransportError, TransportErrorKind};

/// A body of which a second request may have a copy.
///
/// Implement it for a body type of the application; one that is streamed has no copy, and a request with it is sent once.
pub trait ReplayableBody: Sized {
    /// A copy, where there is one.
    fn try_clone(&self) -> Option<Self>;
}

macro_rules! replayable {
    ($($body:ty),*) => {
        $(impl ReplayableBody for $body {
            fn try_clone(&self) -> Option<Self> {
                Some(self.clone())
            }
        })*
    };
}

replayable!(Bytes, String, Vec<u8>, &'static str, ());

impl<B: ReplayableBody> ReplayableBody for Option<B> {
    fn try_clone(&self) -> Option<Self> {
        match self {
            Some(body) => body.try_clone().map(Some),
            None => Some(None),
        }
    }
}

/// Sends the requests of a service with the token of an [`ApiClient`], by its rules; made by [`ApiClient::layer`].
///
/// The service is the HTTP client: any `tower` service that takes an `http::Request` with an absolute address. Its body is not read. A request
/// is sent again (another token, the nonce of the resource) only where its body is [replayable](ReplayableBody). The clients and limits of the
/// [`ApiClient`] itself are not used.
///
/// # Errors
/// [`AttachTokenError::Token`] where no token can be had or the address is not allowed; the service's own error otherwise.
///
/// # Example
/// ```
/// # use std::task::{Context, Poll};
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use identity_model::protocol::token::ClientCredentialsTokenRequest;
/// use identity_model::resource::ApiClient;
/// use identity_model::testing::{TestClient, TestProvider};
/// use identity_model::tokens::TokenManager;
/// use identity_model::{ClientAuthentication, DiscoveryDocumentRequest};
/// use tower_layer::Layer;
/// use tower_service::Service;
/// # #[derive(Clone)]
/// # struct Wire;
/// # impl Service<Request<Bytes>> for Wire {
/// #     type Response = Response<Bytes>;
/// #     type Error = std::convert::Infallible;
/// #     type Future = std::future::Ready<Result<Self::Response, Self::Error>>;
/// #     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> { Poll::Ready(Ok(())) }
/// #     fn call(&mut self, request: Request<Bytes>) -> Self::Future {
/// #         let status = if request.headers().contains_key("authorization") { 200 } else { 401 };
/// #         std::future::ready(Ok(Response::builder().status(status).body(Bytes::new()).unwrap()))
/// #     }
/// # }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let provider = TestProvider::builder().client(TestClient::new("reports").secret("s3cret")).build();
/// # let disco = DiscoveryDocumentRequest::builder().address(provider.issuer()).send(&provider).await?;
/// # let request = ClientCredentialsTokenRequest::builder()
/// #     .address(disco.token_endpoint()?)
/// #     .client_id("reports")
/// #     .authentication(ClientAuthentication::secret_basic("s3cret"))
/// #     .build();
/// let source = TokenManager::new(provider.clone()).source(request)?;
/// let api = ApiClient::builder(source).base_address("https://api.example.com").build()?;
///
/// let mut service = api.layer().layer(Wire);
/// let response = service.call(Request::get("https://api.example.com/orders").body(Bytes::new())?).await?;
/// assert_eq!(response.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct AttachTokenLayer(ApiClient);

impl ApiClient {
    /// A layer that sends the requests of a `tower` service with the token (feature `tower`).
    pub fn layer(&self) -> AttachTokenLayer {
        AttachTokenLayer(self.clone())
    }
}

impl<S> Layer<S> for AttachTokenLayer {
    type Service = AttachToken<S>;

    fn layer(&self, inner: S) -> AttachToken<S> {
        AttachToken { inner, api: self.0.clone() }
    }
}

/// A service behind an [`AttachTokenLayer`].
#[derive(Debug, Clone)]
pub struct AttachToken<S> {
    inner: S,
    api: ApiClient,
}

/// Why a request with a token got no response.
#[derive(Debug)]
#[non_exhaustive]
pub enum AttachTokenError<E> {
    /// No token, an address that is not allowed, or a header that is reserved.
    Token(Error),
    /// The error of the service behind the layer.
    Service(E),
}

impl<E: fmt::Display> fmt::Display for AttachTokenError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::Service(error) => error.fmt(f),
        }
    }
}

impl<E: StdError + 'static> StdError for AttachTokenError<E> {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Token(error) => error.source(),
            Self::Service(error) => error.source(),
        }
    }
}

impl<S, B, R> Service<Request<B>> for AttachToken<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    B: ReplayableBody + Send + 'static,
    R: Send + 'static,
{
    type Response = Response<R>;
    type Error = AttachTokenError<S::Error>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context).map_err(AttachTokenError::Service)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that was polled ready sends the first request; the clone waits to be polled.
        let clone = self.inner.clone();
        let ready = mem::replace(&mut self.inner, clone.clone());
        let api = self.api.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let replay = if body.try_clone().is_some() { Replay::Possible } else { Replay::Impossible };
            let extensions = parts.extensions.clone();
            let wire = Wire(Mutex::new(State { ready: Some(ready), clone, body: Some(body), extensions, received: None, error: None }));
            let outcome = api.send_by(&wire, HttpRequest::from_parts(parts, Bytes::new()), replay).await;
            let state = wire.0.into_inner().unwrap_or_else(PoisonError::into_inner);
            match (outcome, state.received, state.error) {
                (_, _, Some(error)) => Err(AttachTokenError::Service(error)),
                (Ok(head), Some(body), None) => Ok(head.map(|_| body)),
                (Ok(_), None, None) => Err(AttachTokenError::Token(unanswered().into())),
                (Err(error), _, None) => Err(AttachTokenError::Token(error)),
            }
        })
    }
}

/// The service as the client of an exchange, which sees heads alone: bodies pass beside it.
struct Wire<S, B, R, E>(Mutex<State<S, B, R, E>>);

struct State<S, B, R, E> {
    ready: Option<S>,
    clone: S,
    body: Option<B>,
    extensions: Extensions,
    received: Option<R>,
    error: Option<E>,
}

impl<S, B, R> Wire<S, B, R, S::Error>
where
    S: Service<Request<B>, Response = Response<R>> + Clone,
    B: ReplayableBody,
{
    /// The next body, and a service to send it with, which may have to be polled ready.
    fn next(&self) -> Option<(B, S, bool, Extensions)> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let body = state.body.take()?;
        state.body = body.try_clone();
        let ready = state.ready.take();
        let is_ready = ready.is_some();
        let service = ready.unwrap_or_else(|| state.clone.clone());
        Some((body, service, is_ready, state.extensions.clone()))
    }

    fn fail(&self, error: S::Error) -> TransportError {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).error = Some(error);
        TransportError::new(TransportErrorKind::Other, "the service behind the layer failed")
    }
}

#[async_trait]
impl<S, B, R> HttpClient for Wire<S, B, R, S::Error>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    S::Error: Send,
    B: ReplayableBody + Send + 'static,
    R: Send + 'static,
{
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let Some((body, mut service, is_ready, extensions)) = self.next() else { return Err(unanswered()) };
        if !is_ready {
            poll_fn(|context| service.poll_ready(context)).await.map_err(|error| self.fail(error))?;
        }
        let mut request = request.map(|_| body);
        *request.extensions_mut() = extensions;
        let response = service.call(request).await.map_err(|error| self.fail(error))?;
        let (parts, body) = response.into_parts();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).received = Some(body);
        Ok(HttpResponse::from_parts(parts, Bytes::new()))
    }
}

fn unanswered() -> TransportError {
    TransportError::new(TransportErrorKind::Other, "the body of the request was sent and cannot be sent again")
}
