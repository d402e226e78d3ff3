//! Where and when a client authenticates.

use crate::exchange::Port;
use crate::protocol::discovery::Endpoint;

/// Where and when a client authenticates.
pub(crate) struct AuthenticationContext<'a> {
    pub(crate) endpoint: &'a Endpoint,
    pub(crate) client_id: Option<&'a str>,
    pub(crate) port: &'a Port,
}
