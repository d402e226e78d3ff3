//! What form of request a server demands: pushed (RFC 9126 section 5), signed (RFC 9101 section 10.5).

use crate::constants::metadata;
use crate::protocol::discovery::Endpoint;
use crate::protocol::error::RequestError;

/// R7: RFC 9126 section 5.
pub(super) fn reject_plain(endpoint: &Endpoint) -> Result<(), RequestError> {
    match endpoint.server() {
        Some(server) if server.demands.pushed => Err(RequestError::RequestForm {
            wanted: "pushed authorization requests",
            member: metadata::REQUIRE_PUSHED_AUTHORIZATION_REQUESTS,
        }),
        _ => Ok(()),
    }
}

/// R7: RFC 9101 section 10.5.
pub(crate) fn reject_unsigned(endpoint: &Endpoint) -> Result<(), RequestError> {
    match endpoint.server() {
        Some(server) if server.demands.signed => {
            Err(RequestError::RequestForm { wanted: "signed request objects", member: metadata::REQUIRE_SIGNED_REQUEST_OBJECT })
        }
        _ => Ok(()),
    }
}
