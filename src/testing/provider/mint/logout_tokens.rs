//! Logout tokens and how they are sent: OpenID Connect Back-Channel Logout 1.0 sections 2.4 and 2.5.

use http::header::CONTENT_TYPE;
use serde_json::{Map, json};

use crate::testing::provider::TestClient;
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::state::shared::Shared;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::HttpRequest;

/// How many seconds a logout token is good.
const LIFETIME: i64 = 120;

/// The member of `events` that says what happened.
pub(in crate::testing::provider) const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

impl Shared {
    /// The logout token for a client, before it is signed.
    pub(in crate::testing::provider) fn logout_token_draft(
        &self,
        client: &TestClient,
        subject: &str,
        session_id: Option<&str>,
    ) -> Result<TokenDraft, ErrorResponse> {
        let now = self.now_seconds();
        let mut claims = Map::from_iter([
            ("iss".to_owned(), json!(self.issuer())),
            ("sub".to_owned(), json!(subject)),
            ("aud".to_owned(), json!(client.id)),
            ("iat".to_owned(), json!(now)),
            ("exp".to_owned(), json!(now.saturating_add(LIFETIME))),
            ("jti".to_owned(), json!(self.random_text(16)?)),
            ("events".to_owned(), json!({ LOGOUT_EVENT: {} })),
        ]);
        claims.extend(session_id.map(|id| ("sid".to_owned(), json!(id))));
        let algorithm = client.login.id_token_algorithm.unwrap_or(self.config.default_algorithm());
        Ok(TokenDraft::new(algorithm, now, Some("logout+jwt"), claims).secret(client.secrets.first().cloned()))
    }

    /// The request that brings a logout token to a client, if it registered an address for that.
    pub(in crate::testing::provider) fn logout_request(&self, client: &TestClient, token: &str) -> Option<HttpRequest> {
        let address = client.login.backchannel_logout_uri.as_deref()?;
        let body = form_urlencoded::Serializer::new(String::new()).append_pair("logout_token", token).finish();
        http::Request::post(address).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.into()).ok()
    }
}
