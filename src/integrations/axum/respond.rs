//! Rejections and metadata as responses.

use axum_core::body::Body;
use axum_core::response::{IntoResponse, Response};

use crate::resource::{Rejection, ResourceMetadata};

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        Rejection::into_response(self).map(Body::from)
    }
}

impl IntoResponse for ResourceMetadata {
    fn into_response(self) -> Response {
        self.to_response().map(Body::from)
    }
}
