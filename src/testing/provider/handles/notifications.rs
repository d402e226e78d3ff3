//! What the provider tells a client of its own accord about a backchannel request: CIBA Core 1.0 sections 10.2 and 10.3.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Map, Value, json};

use crate::testing::provider::TestProvider;
use crate::testing::provider::handles::provider::minted;
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::mint::half_hash::half_hash;
use crate::testing::provider::mint::id_tokens::Beside;
use crate::testing::provider::parties::client_login::Delivery;
use crate::testing::provider::state::flows::{Pending, Polled};
use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::state::shared::Shared;
use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, TransportError};

impl TestProvider {
    /// The request that tells a client of [`pinged_at`](crate::testing::provider::TestClient::pinged_at) that its backchannel request was decided, for a test
    /// that hands it over itself; the tokens are then to be fetched.
    ///
    /// # Panics
    /// Where there is no such request, or its client is not to be pinged: the test is written wrongly.
    #[track_caller]
    pub fn backchannel_ping(&self, request_id: &str) -> HttpRequest {
        let (pending, address) = self.pending(request_id, Delivery::Ping);
        minted(notification(&address, &pending, &json!({ "auth_req_id": request_id })))
    }

    /// The request that brings a client of [`pushed_to`](crate::testing::provider::TestClient::pushed_to) its tokens, or the error after a no, for a test
    /// that hands it over itself. `change` is for the ID token. The request is done with then, unless the user has not decided yet: that is
    /// an error too, `authorization_pending`.
    ///
    /// # Panics
    /// Where there is no such request, or its client is not to be pushed to: the test is written wrongly.
    #[track_caller]
    pub fn backchannel_push(&self, request_id: &str, change: impl FnOnce(TokenDraft) -> TokenDraft) -> HttpRequest {
        let (mut pending, address) = self.pending(request_id, Delivery::Push);
        let document = match pending.poll(self.shared.config.environment.clock().now()) {
            Polled::Granted(grant) => {
                self.shared.flows.backchannel.take(request_id);
                minted(self.shared.pushed_tokens(&grant, request_id, change))
            }
            Polled::Refused(code) => json!({ "auth_req_id": request_id, "error": code }),
        };
        minted(notification(&address, &pending, &document))
    }

    /// Sends [`backchannel_ping`](Self::backchannel_ping) and returns what the client says.
    ///
    /// # Errors
    /// [`TransportError`] where the client cannot be reached.
    ///
    /// # Panics
    /// As [`backchannel_ping`](Self::backchannel_ping).
    pub async fn ping_backchannel(&self, http: &dyn HttpClient, request_id: &str) -> Result<HttpResponse, TransportError> {
        http.send(self.backchannel_ping(request_id)).await
    }

    /// The blocking twin of [`ping_backchannel`](Self::ping_backchannel).
    ///
    /// # Errors
    /// [`TransportError`] where the client cannot be reached.
    ///
    /// # Panics
    /// As [`backchannel_ping`](Self::backchannel_ping).
    #[track_caller]
    pub fn ping_backchannel_blocking(&self, http: &dyn BlockingHttpClient, request_id: &str) -> Result<HttpResponse, TransportError> {
        http.send(self.backchannel_ping(request_id))
    }

    /// Sends [`backchannel_push`](Self::backchannel_push) and returns what the client says.
    ///
    /// # Errors
    /// [`TransportError`] where the client cannot be reached.
    ///
    /// # Panics
    /// As [`backchannel_push`](Self::backchannel_push).
    pub async fn push_backchannel(
        &self,
        http: &dyn HttpClient,
        request_id: &str,
        change: impl FnOnce(TokenDraft) -> TokenDraft,
    ) -> Result<HttpResponse, TransportError> {
        http.send(self.backchannel_push(request_id, change)).await
    }

    /// The blocking twin of [`push_backchannel`](Self::push_backchannel).
    ///
    /// # Errors
    /// [`TransportError`] where the client cannot be reached.
    ///
    /// # Panics
    /// As [`backchannel_push`](Self::backchannel_push).
    #[track_caller]
    pub fn push_backchannel_blocking(
        &self,
        http: &dyn BlockingHttpClient,
        request_id: &str,
        change: impl FnOnce(TokenDraft) -> TokenDraft,
    ) -> Result<HttpResponse, TransportError> {
        http.send(self.backchannel_push(request_id, change))
    }

    #[track_caller]
    fn pending(&self, request_id: &str, delivery: Delivery) -> (Pending, String) {
        let pending = minted(self.shared.flows.backchannel.find(request_id).ok_or("there is no such backchannel request"));
        let client = self.shared.client(&pending.grant.client_id);
        let login = client.map(|client| client.login).filter(|login| login.delivery == delivery);
        let address = login.and_then(|login| login.notification_endpoint);
        (pending, minted(address.ok_or("the client is not to be told in this way")))
    }
}

fn notification(address: &str, pending: &Pending, document: &Value) -> Result<HttpRequest, String> {
    let token = pending.notification_token.as_deref().unwrap_or_default();
    let request = http::Request::post(address).header(CONTENT_TYPE, "application/json").header(AUTHORIZATION, format!("Bearer {token}"));
    request.body(document.to_string().into()).map_err(|error| error.to_string())
}

impl Shared {
    /// CIBA Core 1.0 section 10.3.1.
    fn pushed_tokens(
        &self,
        grant: &Grant,
        request_id: &str,
        change: impl FnOnce(TokenDraft) -> TokenDraft,
    ) -> Result<Value, ErrorResponse> {
        let access_token = self.issue_access_token(grant.clone(), None)?;
        let refresh_token = self.issue_refresh_token(grant.clone())?;
        let algorithm = self.id_token_algorithm(&grant.client_id);
        let mut claims = Map::from_iter([("urn:openid:params:jwt:claim:auth_req_id".to_owned(), json!(request_id))]);
        let hash = |text: &String| json!(half_hash(algorithm.name(), text));
        claims.extend(refresh_token.as_ref().map(|text| ("urn:openid:params:jwt:claim:rt_hash".to_owned(), hash(text))));
        let beside = Beside { access_token: Some(&access_token), claims, ..Beside::default() };
        let id_token = self.sign_id_token(grant, change(self.id_token_draft(grant, &beside)))?;
        let mut document = json!({
            "auth_req_id": request_id,
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": self.config.access_token_lifetime.as_secs(),
            "id_token": id_token,
        });
        if let (Value::Object(members), Some(refresh_token)) = (&mut document, refresh_token) {
            members.insert("refresh_token".to_owned(), refresh_token.into());
        }
        Ok(document)
    }
}
