//! What a registered client is managed with (RFC 7592 section 3).

use super::discovery::Address;
use crate::secret::AccessToken;

/// What a registered client is managed with: its identifier, its address at the server and the token for it.
///
/// RFC 7592 section 3. It comes out of a registration, and anew out of every read and update, for a server may rotate the token. `Debug` does
/// not show the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredClient {
    client_id: String,
    address: Address,
    token: AccessToken,
}

impl RegisteredClient {
    /// A client whose registration was kept.
    pub fn new(client_id: impl Into<String>, address: impl Into<Address>, token: impl Into<AccessToken>) -> Self {
        Self { client_id: client_id.into(), address: address.into(), token: token.into() }
    }

    /// The client's identifier.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// `registration_client_uri`.
    pub fn registration_client_uri(&self) -> &Address {
        &self.address
    }

    /// `registration_access_token`.
    pub fn registration_access_token(&self) -> &AccessToken {
        &self.token
    }
}
