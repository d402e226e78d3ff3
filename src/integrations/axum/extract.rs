//! The caller as a handler's argument.

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use crate::resource::Authenticated;

/// A handler asked for the caller of a request that has none: the route lacks the layer, or is optional and the caller anonymous.
///
/// As a response it is 401 without a challenge; a route that can be reached so takes `Option<Authenticated>` or gets the layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAuthenticated;

impl IntoResponse for NotAuthenticated {
    fn into_response(self) -> Response {
        tracing::warn!(target: "identity_model", "a handler takes `Authenticated`, and no layer of a `ResourceServer` has put it there");
        StatusCode::UNAUTHORIZED.into_response()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Authenticated {
    type Rejection = NotAuthenticated;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, NotAuthenticated> {
        parts.extensions.get::<Self>().cloned().ok_or(NotAuthenticated)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Authenticated {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, std::convert::Infallible> {
        Ok(parts.extensions.get::<Self>().cloned())
    }
}
