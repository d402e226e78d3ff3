//! The server under test: its issuers, its clients, and the side door that `server/admin.mjs` describes.

use bytes::Bytes;
use identity_model::jose::JsonWebKeySet;
use identity_model::protocol::discovery::DiscoveryDocumentResponse;
use identity_model::protocol::jwks::JwksRequest;
use identity_model::protocol::token::TokenResponse;
use identity_model::transport::{HttpClient, HttpResponse};
use identity_model::{ClientAuthentication, ClientCredentialsTokenRequest, DiscoveryDocumentRequest};
use serde_json::{Value, json};

use crate::faces::http;

/// The secret of every client in `server/clients.mjs` but the awkward one.
pub(crate) const SECRET: &str = "service-secret-of-at-least-32-characters";

/// One issuer of the server.
#[derive(Clone)]
pub(crate) struct Issuer {
    /// Its identifier.
    pub(crate) url: String,
    origin: String,
    name: String,
}

impl Issuer {
    /// The issuer that all tests share.
    pub(crate) fn shared() -> Self {
        let origin =
            std::env::var("IDENTITY_MODEL_LIVE_ISSUER").expect("IDENTITY_MODEL_LIVE_ISSUER names a provider: `tests/live/run` starts one");
        Self { url: origin.clone(), origin, name: String::new() }
    }

    /// An issuer of the test's own, at the path `/name`: its keys and clients may be changed.
    pub(crate) async fn own(name: &str) -> Self {
        let origin = Self::shared().origin;
        let issuer = Self { url: format!("{origin}/{name}"), origin, name: name.to_owned() };
        let opened = issuer.ask("issuers", &json!({})).await;
        assert_eq!(opened["issuer"], issuer.url);
        issuer
    }

    /// Its discovery document, under the strict policy.
    pub(crate) async fn discover(&self) -> DiscoveryDocumentResponse {
        DiscoveryDocumentRequest::builder().address(&self.url).send(&http()).await.unwrap()
    }

    /// A token of the client `service-basic` for one resource.
    pub(crate) async fn token_for(&self, resource: &str) -> TokenResponse {
        ClientCredentialsTokenRequest::builder()
            .address(self.discover().await.token_endpoint().unwrap())
            .client_id("service-basic")
            .authentication(ClientAuthentication::secret_basic(SECRET))
            .scope(["api:read"])
            .resource([resource])
            .send(&http())
            .await
            .unwrap()
    }

    /// The text of such a token.
    pub(crate) async fn access_token_for(&self, resource: &str) -> String {
        self.token_for(resource).await.access_token().expose().to_owned()
    }

    /// Makes new keys, which sign from now on.
    pub(crate) async fn rotate_keys(&self, keep_previous: bool) {
        self.ask("rotate-keys", &json!({ "keep_previous": keep_previous })).await;
    }

    /// An access token that stands for a user.
    pub(crate) async fn user_token(&self, account: &str, scope: &str) -> String {
        self.user_token_for("public", account, scope).await
    }

    /// The same, issued to one client.
    pub(crate) async fn user_token_for(&self, client_id: &str, account: &str, scope: &str) -> String {
        let issued = self.ask("user-token", &json!({ "client_id": client_id, "account": account, "scope": scope })).await;
        issued["access_token"].as_str().unwrap().to_owned()
    }

    /// The keys that sign for it.
    pub(crate) async fn keys(&self) -> JsonWebKeySet {
        let address = self.discover().await.jwks_uri().unwrap();
        JwksRequest::builder().address(address).send(&http()).await.unwrap().into_key_set()
    }

    /// A client of the test's own; the metadata is kept as given.
    pub(crate) async fn add_client(&self, metadata: &Value) {
        self.ask("clients", metadata).await;
    }

    /// Asks the side door for what has no method of its own here.
    pub(crate) async fn ask(&self, action: &str, body: &Value) -> Value {
        let address = format!("{}/test/{action}?issuer={}", self.origin, self.name);
        let body = Bytes::from(body.to_string());
        let request = http::Request::post(address).header("content-type", "application/json").body(body).unwrap();
        let response = http().send(request).await.unwrap();
        assert_eq!(response.status(), 200, "{action}: {}", String::from_utf8_lossy(response.body()));
        json_of(&response)
    }
}

/// The body of a response that is JSON.
pub(crate) fn json_of(response: &HttpResponse) -> Value {
    serde_json::from_slice(response.body()).unwrap()
}
