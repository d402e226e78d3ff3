//! A client that registered itself (RFC 7591 section 3.2.1).

use serde_json::{Map, Value, json};

use crate::testing::provider::state::addresses::Addresses;
use crate::testing::provider::{ProviderEndpoint, TestClient};

/// Such a client, with what it said of itself.
#[derive(Clone)]
pub(in crate::testing::provider) struct Registered {
    pub(in crate::testing::provider) client: TestClient,
    pub(in crate::testing::provider) secret: Option<String>,
    pub(in crate::testing::provider) metadata: Map<String, Value>,
    /// The registration access token (RFC 7592 section 1.2).
    pub(in crate::testing::provider) token: String,
    pub(in crate::testing::provider) issued_at: i64,
}

impl Registered {
    /// The client information response.
    pub(in crate::testing::provider) fn document(&self, addresses: &Addresses) -> Value {
        let mut members = self.metadata.clone();
        members.insert("client_id".to_owned(), json!(self.client.id));
        members.insert("client_id_issued_at".to_owned(), json!(self.issued_at));
        if let Some(secret) = &self.secret {
            members.insert("client_secret".to_owned(), json!(secret));
            members.insert("client_secret_expires_at".to_owned(), json!(0));
        }
        if let Some(address) = addresses.of(ProviderEndpoint::ClientConfiguration) {
            let mut address = address.clone();
            address.query_pairs_mut().append_pair("client_id", &self.client.id);
            members.insert("registration_client_uri".to_owned(), json!(address.as_str()));
            members.insert("registration_access_token".to_owned(), json!(self.token));
        }
        Value::Object(members)
    }
}
