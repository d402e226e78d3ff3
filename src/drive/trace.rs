//! The redacted trace of what is sent.

use crate::exchange::shown_address;
use crate::transport::{HttpRequest, HttpResponse, TransportError};

/// One call as `tracing` events: method, scheme, host, port, path and status; never a query, a header or a body.
pub(super) struct Trace {
    method: http::Method,
    uri: http::Uri,
}

impl Trace {
    pub(super) fn begin(request: &HttpRequest) -> Self {
        let trace = Self { method: request.method().clone(), uri: request.uri().clone() };
        tracing::debug!(target: "identity_model", method = %trace.method, address = %shown_address(&trace.uri), "sending");
        trace
    }

    pub(super) fn end(self, response: &Result<HttpResponse, TransportError>) {
        match response {
            Ok(response) => tracing::debug!(
                target: "identity_model",
                method = %self.method,
                address = %shown_address(&self.uri),
                status = response.status().as_u16(),
                length = response.body().len(),
                "answered"
            ),
            Err(error) => tracing::warn!(
                target: "identity_model",
                method = %self.method,
                address = %shown_address(&self.uri),
                kind = ?error.kind(),
                "no answer"
            ),
        }
    }
}
