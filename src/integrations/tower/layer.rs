//! The layer in front of an API.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::resource::{ResourceServer, RouteRequirements};

/// Lets requests with a valid access token through and answers all others; made by [`ResourceServer::layer`].
///
/// RFC 6750. The [`Authenticated`](crate::resource::Authenticated) token stands in the extensions of the request. A CORS preflight
/// passes without one, and so does a request without credentials where the route is
/// [optional](RouteRequirements::optional). The layer looks at the head of a request alone.
///
/// # Example
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use identity_model::jose::JsonWebKeySet;
/// use identity_model::keys::TokenValidator;
/// use identity_model::resource::{Authenticated, ResourceServer, RouteRequirements};
/// use tower_layer::Layer;
/// use tower_service::Service;
/// # use std::task::{Context, Poll};
/// # #[derive(Clone)]
/// # struct Orders;
/// # impl Service<Request<Bytes>> for Orders {
/// #     type Response = Response<Bytes>;
/// #     type Error = std::convert::Infallible;
/// #     type Future = std::future::Ready<Result<Self::Response, Self::Error>>;
/// #     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> { Poll::Ready(Ok(())) }
/// #     fn call(&mut self, request: Request<Bytes>) -> Self::Future {
/// #         let caller = request.extensions().get::<Authenticated>().and_then(|token| token.subject()).unwrap_or_default();
/// #         std::future::ready(Ok(Response::new(Bytes::from(caller.to_owned()))))
/// #     }
/// # }
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let validator = TokenValidator::builder().keys(JsonWebKeySet::from_keys([])).issuer("https://idp.example.com").audience("orders").build();
/// let api = ResourceServer::builder().validator(validator).build()?;
///
/// let mut service = api.layer(RouteRequirements::new().scope(["orders:read"])).layer(Orders);
/// let response = service.call(Request::get("/orders").body(Bytes::new())?).await?;
/// assert_eq!(response.status(), 401);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct RequireTokenLayer {
    server: ResourceServer,
    route: RouteRequirements,
}

impl ResourceServer {
    /// A layer that holds every request against `route` (feature `tower`).
    pub fn layer(&self, route: RouteRequirements) -> RequireTokenLayer {
        RequireTokenLayer { server: self.clone(), route }
    }
}

impl<S> Layer<S> for RequireTokenLayer {
    type Service = RequireToken<S>;

    fn layer(&self, inner: S) -> RequireToken<S> {
        RequireToken { inner, server: self.server.clone(), route: self.route.clone() }
    }
}

/// A service behind a [`RequireTokenLayer`].
#[derive(Debug, Clone)]
pub struct RequireToken<S> {
    inner: S,
    server: ResourceServer,
    route: RouteRequirements,
}

impl<S, B, R> Service<Request<B>> for RequireToken<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: From<Bytes>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        // The service that was polled ready answers; the clone waits to be polled.
        let clone = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, clone);
        let (server, route) = (self.server.clone(), self.route.clone());
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            match server.authenticate(&parts, &route).await {
                Ok(caller) => {
                    if let Some(caller) = &caller {
                        parts.extensions.insert(caller.clone());
                    }
                    let mut response = inner.call(Request::from_parts(parts, body)).await?;
                    if let Some(caller) = caller {
                        let headers = caller.response_headers();
                        response.headers_mut().extend(headers.iter().map(|(name, value)| (name.clone(), value.clone())));
                    }
                    Ok(response)
                }
                Err(rejection) => Ok(rejection.into_response().map(R::from)),
            }
        })
    }
}
