//! Request objects: an exchange that signs, and sends nothing.

use crate::error::Error;
use crate::protocol::authorize::{AuthorizationRequest, RequestObject, RequestObjectSettings};

impl AuthorizationRequest {
    /// Makes the request object of this request: see [`RequestObjectSettings`]. Nothing is sent, but by the key, where that lives elsewhere.
    ///
    /// # Errors
    /// See [`Error`]: kind `Configuration` for a request that could not be sent either, `Key` where signing or encrypting fails.
    pub async fn sign(&self, settings: &RequestObjectSettings) -> Result<RequestObject, Error> {
        super::run_with(self.request_object(settings), None, self.environment()).await
    }

    /// The same on the calling thread; the twin of [`sign`](Self::sign).
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn sign_blocking(&self, settings: &RequestObjectSettings) -> Result<RequestObject, Error> {
        super::run_blocking_with(self.request_object(settings), None, self.environment())
    }
}
