//! Requests of the provider itself: to the addresses that clients registered.

use http::StatusCode;

use crate::testing::provider::state::shared::Shared;
use crate::transport::{HttpRequest, HttpResponse, TransportError};

impl Shared {
    /// Sends on a thread of its own, since the caller of the provider may run in a runtime; nothing without a client to send with.
    pub(in crate::testing::provider) fn send_out(&self, request: HttpRequest) -> Option<Result<HttpResponse, TransportError>> {
        let http = self.config.outgoing.as_ref()?;
        std::thread::scope(|scope| scope.spawn(|| http.send(request)).join()).ok()
    }

    /// The request object at an address: one that was handed over, or fetched (RFC 9101 section 5.2.3).
    pub(in crate::testing::provider) fn request_object(&self, address: &str) -> Result<String, String> {
        let address = address.split('#').next().unwrap_or_default();
        if let Some(text) = self.flows.request_objects.find(address) {
            return Ok(text);
        }
        let request = http::Request::get(address).body(Default::default()).map_err(|_| "request_uri is not an address".to_owned())?;
        let response = self.send_out(request).ok_or("nothing is known of this request_uri")?.map_err(|error| error.to_string())?;
        if response.status() != StatusCode::OK {
            return Err(format!("request_uri answers with {}", response.status()));
        }
        String::from_utf8(response.into_body().to_vec()).map_err(|_| "request_uri holds no text".to_owned())
    }
}
