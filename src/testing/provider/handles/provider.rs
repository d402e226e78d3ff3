//! The provider as a test holds it: look at it, change it, mint tokens, break it.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::jose::{JsonWebKeySet, SignatureAlgorithm};
use crate::secret::{AccessToken, IdentityToken};
use crate::testing::RecordedRequest;
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::state::keys::KeyRing;
use crate::testing::provider::state::shared::Shared;
use crate::testing::provider::{Fault, ProviderEndpoint, TestClient, TestUser};
use crate::transport::{BlockingHttpClient, HttpRequest, HttpResponse, TransportError};

/// An OpenID Connect provider for tests. It **is** an [`HttpClient`](crate::transport::HttpClient) and a [`BlockingHttpClient`], so that
/// requests to its issuer are answered in memory, and it can [listen](Self::listen) on a loopback port.
///
/// It logs users in ([`authorize`](Self::authorize) is the browser in one line) and out, serves metadata (OpenID Connect Discovery 1.0,
/// RFC 8414), its keys (RFC 7517), userinfo, introspection (RFC 7662, RFC 9701),
/// revocation (RFC 7009), device authorization (RFC 8628), backchannel authentication (CIBA Core 1.0), pushed
/// authorization requests (RFC 9126), registration (RFC 7591, RFC 7592) and a token endpoint with the grants
/// of RFC 6749 sections 4.1, 4.4 and 6, RFC 7522, RFC 7523, RFC 8628, RFC 8693 and CIBA, with tokens that are really signed; it rotates keys, goes down and comes back, gets wrong what a [`Fault`] says, and
/// counts what it was asked. Clones share everything and can be used from any number of tasks and threads. Bad requests get the errors
/// of the specifications, never a panic.
///
/// In memory a request to any other origin fails with `Connect`, and the request's
/// [`BodyLimit`](crate::transport::BodyLimit) and [`AttemptTimeout`](crate::transport::AttemptTimeout) count, by the provider's timer.
///
/// For tests only: it checks what a test needs and keeps all secrets in plain sight.
///
/// # Example
/// ```
/// use identity_model::testing::{Fault, ProviderEndpoint, TestProvider};
/// use identity_model::transport::HttpClient;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let provider = TestProvider::new();
/// let discovery = || http::Request::get("https://idp.test/.well-known/openid-configuration").body(Default::default()).unwrap();
///
/// let response = provider.send(discovery()).await?;
/// let document: serde_json::Value = serde_json::from_slice(response.body())?;
/// assert_eq!(document["issuer"], provider.issuer());
///
/// provider.inject(ProviderEndpoint::Discovery, Fault::status(503).once());
/// assert_eq!(provider.send(discovery()).await?.status(), 503);
/// assert_eq!(provider.send(discovery()).await?.status(), 200);
/// assert_eq!(provider.requests(ProviderEndpoint::Discovery), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct TestProvider {
    pub(in crate::testing::provider) shared: Arc<Shared>,
}

impl TestProvider {
    /// The client of a provider made by [`new`](Self::new).
    pub const CLIENT_ID: &str = "client";
    /// That client's secret.
    pub const CLIENT_SECRET: &str = "secret";
    /// The user of a provider made by [`new`](Self::new).
    pub const SUBJECT: &str = "alice";

    /// A provider at `https://idp.test` with one client and one user, everything else as the [builder](Self::builder) has it.
    pub fn new() -> Self {
        let user = TestUser::new(Self::SUBJECT).claim("name", "Alice Adams").claim("email", "alice@idp.test").claim("email_verified", true);
        Self::builder().client(TestClient::new(Self::CLIENT_ID).secret(Self::CLIENT_SECRET)).user(user).build()
    }

    /// The issuer, as it is written in metadata and tokens.
    pub fn issuer(&self) -> String {
        self.shared.issuer()
    }

    /// Where an endpoint is.
    pub fn address(&self, endpoint: ProviderEndpoint) -> String {
        self.shared.addresses().of(endpoint).map(ToString::to_string).unwrap_or_default()
    }

    /// The same as [`BlockingHttpClient::send`], under a name that does not clash with
    /// [`HttpClient::send`](crate::transport::HttpClient::send).
    ///
    /// # Errors
    /// [`TransportError`] for another origin, and where a fault says so.
    pub fn send_blocking(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        BlockingHttpClient::send(self, request)
    }

    /// Gets something wrong at an endpoint.
    pub fn inject(&self, endpoint: ProviderEndpoint, fault: Fault) {
        self.shared.inject(endpoint, fault);
    }

    /// Gets everything right again.
    pub fn clear_faults(&self) {
        self.shared.clear_faults();
    }

    /// Rejects every connection; listeners close their port. What comes in between is not counted.
    pub fn go_down(&self) {
        self.shared.set_down(true);
    }

    /// Undoes [`go_down`](Self::go_down); listeners open the same port again.
    pub fn come_back(&self) {
        self.shared.set_down(false);
    }

    /// How many requests reached an endpoint, those with a fault included but for refused connections.
    pub fn requests(&self, endpoint: ProviderEndpoint) -> usize {
        self.shared.log.count(endpoint)
    }

    /// Every request so far, in order, those to no endpoint included; the last 10,000 are kept.
    pub fn recorded(&self) -> Vec<RecordedRequest> {
        self.shared.log.all()
    }

    /// The requests to one endpoint, in order.
    pub fn recorded_at(&self, endpoint: ProviderEndpoint) -> Vec<RecordedRequest> {
        self.shared.log.at(endpoint)
    }

    /// Forgets the requests and sets the counters to zero.
    pub fn clear_recorded(&self) {
        self.shared.log.clear();
    }

    /// The `kid` of every key it signs with, oldest first.
    pub fn key_ids(&self) -> Vec<String> {
        self.shared.keys.ids()
    }

    /// The keys as they are published now, without a request: for a validator that is given its keys.
    ///
    /// # Panics
    /// Where a key cannot be made, or a published JWK is so broken that no set comes of it: the test is written wrongly.
    #[track_caller]
    pub fn key_set(&self) -> JsonWebKeySet {
        let keys = minted(self.shared.keys.published());
        minted(JsonWebKeySet::from_json(json!({ "keys": keys }).to_string().as_bytes()))
    }

    /// Replaces every key by a new one under a new `kid`; the old ones are not published any more.
    pub fn rotate_keys(&self) {
        self.shared.change_keys(KeyRing::rotate);
    }

    /// Adds a key, signs with it from now on where its algorithm is wanted, and returns its `kid`. Older keys stay published.
    pub fn add_key(&self, algorithm: SignatureAlgorithm) -> String {
        self.shared.change_keys(|keys| keys.add(algorithm))
    }

    /// Publishes a JWK that the provider never signs with: of an unknown type, for encryption, under a `kid` that is taken, any.
    pub fn publish_jwk(&self, jwk: impl Into<Value>) {
        self.shared.keys.add_extra(jwk.into());
    }

    /// Drops the keys with this `kid`; whether there were any.
    pub fn retire_key(&self, key_id: &str) -> bool {
        self.shared.keys.retire(key_id)
    }

    /// An access token as the first client gets it, after `change`. Userinfo does not know it.
    ///
    /// # Panics
    /// Where the provider has no key for the algorithm: the test is written wrongly.
    #[track_caller]
    pub fn mint_access_token(&self, change: impl FnOnce(TokenDraft) -> TokenDraft) -> AccessToken {
        let fallback = TestClient::new(Self::CLIENT_ID);
        let client = self.shared.config.clients.first().unwrap_or(&fallback);
        let audience = client.audiences.first().cloned().into_iter().collect();
        let grant = Grant::of_client(client, client.scopes.clone(), audience);
        let draft = minted(self.shared.access_token_draft(&grant));
        AccessToken::new(minted(change(draft).sign(&self.shared.keys)))
    }

    /// An ID token for the first user and the first client, good for five minutes, after `change`.
    ///
    /// # Panics
    /// Where the provider has no key for the algorithm: the test is written wrongly.
    #[track_caller]
    pub fn mint_id_token(&self, change: impl FnOnce(TokenDraft) -> TokenDraft) -> IdentityToken {
        let config = &self.shared.config;
        let now = self.shared.now_seconds();
        let claims = Map::from_iter([
            ("iss".to_owned(), json!(self.issuer())),
            ("sub".to_owned(), json!(config.users.first().map_or(Self::SUBJECT, |user| &user.subject))),
            ("aud".to_owned(), json!(config.clients.first().map_or(Self::CLIENT_ID, |client| &client.id))),
            ("iat".to_owned(), json!(now)),
            ("exp".to_owned(), json!(now.saturating_add(300))),
        ]);
        let draft = TokenDraft::new(config.default_algorithm(), now, Some("JWT"), claims);
        IdentityToken::new(minted(change(draft).sign(&self.shared.keys)))
    }

    /// An access token that userinfo accepts, with the scopes `openid profile email address phone`.
    ///
    /// # Panics
    /// Where the provider has no key to sign with: the test is written wrongly.
    #[track_caller]
    pub fn access_token_for_user(&self, subject: &str) -> AccessToken {
        self.access_token_for_user_with_scopes(subject, ["openid", "profile", "email", "address", "phone"])
    }

    /// An access token of a user with these scopes; userinfo wants `openid` among them.
    ///
    /// # Panics
    /// Where the provider has no key to sign with: the test is written wrongly.
    #[track_caller]
    pub fn access_token_for_user_with_scopes(&self, subject: &str, scopes: impl IntoIterator<Item = impl Into<String>>) -> AccessToken {
        let fallback = TestClient::new(Self::CLIENT_ID);
        let client = self.shared.config.clients.first().unwrap_or(&fallback);
        let mut grant = Grant::of_client(client, scopes.into_iter().map(Into::into).collect(), Vec::new());
        grant.subject = Some(subject.to_owned());
        AccessToken::new(minted(self.shared.issue_access_token(grant, None)))
    }
}

impl Default for TestProvider {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for TestProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestProvider").field("issuer", &self.issuer()).field("keys", &self.key_ids()).finish_non_exhaustive()
    }
}

#[expect(clippy::panic, reason = "a test double: a token that cannot be made is a mistake of the test")]
#[track_caller]
pub(in crate::testing::provider) fn minted<T, E: fmt::Debug>(result: Result<T, E>) -> T {
    match result {
        Ok(value) => value,
        Err(error) => panic!("the provider cannot make it: {error:?}"),
    }
}
