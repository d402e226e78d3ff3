//! The provider as a test holds it, where a session ends: logout tokens, minted and sent.

use crate::testing::provider::handles::provider::minted;
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::{TestClient, TestProvider};
use crate::transport::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, TransportError};

impl TestProvider {
    /// A logout token for the first client (OpenID Connect Back-Channel Logout 1.0 section 2.4), after `change`: about the user and the
    /// session that the client was last logged in with, or about the first user.
    ///
    /// # Panics
    /// Where the provider has no key for the algorithm: the test is written wrongly.
    ///
    /// # Example
    /// ```
    /// use identity_model::testing::{Forgery, TestProvider};
    ///
    /// let provider = TestProvider::new();
    /// let good = provider.mint_logout_token(|token| token);
    /// let about_nobody = provider.mint_logout_token(|token| token.without_claim("sub").without_claim("sid"));
    /// let no_event = provider.mint_logout_token(|token| token.forge(&Forgery::without_claim("events")));
    /// let other_event = provider.mint_logout_token(|token| token.forge(&Forgery::WrongEvent));
    /// let with_nonce = provider.mint_logout_token(|token| token.claim("nonce", "n"));
    /// let replayed = ["first", "again"].map(|_| provider.mint_logout_token(|token| token.claim("jti", "same")));
    /// # let _ = (good, about_nobody, no_event, other_event, with_nonce, replayed);
    /// ```
    #[track_caller]
    pub fn mint_logout_token(&self, change: impl FnOnce(TokenDraft) -> TokenDraft) -> String {
        let id = self.shared.config.clients.first().map_or(Self::CLIENT_ID, |client| &client.id);
        self.logout_token_for(id, change)
    }

    /// The request that brings such a token to a client's `backchannel_logout_uri` (section 2.5), for a test that hands it over itself.
    ///
    /// # Panics
    /// Where the client registered no such address: the test is written wrongly.
    #[track_caller]
    pub fn backchannel_logout_request(&self, client_id: &str, change: impl FnOnce(TokenDraft) -> TokenDraft) -> HttpRequest {
        let token = self.logout_token_for(client_id, change);
        let request = self.shared.client(client_id).and_then(|client| self.shared.logout_request(&client, &token));
        minted(request.ok_or("the client has no backchannel_logout_uri"))
    }

    /// Posts a logout token to a client, after `change`, and returns what the client says.
    ///
    /// # Errors
    /// [`TransportError`] where the client cannot be reached.
    ///
    /// # Panics
    /// Where the client registered no `backchannel_logout_uri`: the test is written wrongly.
    pub async fn send_backchannel_logout(
        &self,
        http: &dyn HttpClient,
        client_id: &str,
        change: impl FnOnce(TokenDraft) -> TokenDraft,
    ) -> Result<HttpResponse, TransportError> {
        http.send(self.backchannel_logout_request(client_id, change)).await
    }

    /// The blocking twin of [`send_backchannel_logout`](Self::send_backchannel_logout).
    ///
    /// # Errors
    /// [`TransportError`] where the client cannot be reached.
    ///
    /// # Panics
    /// Where the client registered no `backchannel_logout_uri`: the test is written wrongly.
    #[track_caller]
    pub fn send_backchannel_logout_blocking(
        &self,
        http: &dyn BlockingHttpClient,
        client_id: &str,
        change: impl FnOnce(TokenDraft) -> TokenDraft,
    ) -> Result<HttpResponse, TransportError> {
        http.send(self.backchannel_logout_request(client_id, change))
    }

    #[track_caller]
    fn logout_token_for(&self, client_id: &str, change: impl FnOnce(TokenDraft) -> TokenDraft) -> String {
        let shared = &self.shared;
        let client = shared.client(client_id).unwrap_or_else(|| TestClient::new(client_id));
        let session = shared.flows.sessions.last(|session| session.clients.iter().any(|id| id == client_id));
        let fallback = shared.config.users.first().map_or(Self::SUBJECT, |user| &user.subject);
        let subject = session.as_ref().map_or(fallback, |session| &session.subject);
        let draft = minted(shared.logout_token_draft(&client, subject, session.as_ref().map(|session| session.id.as_str())));
        minted(change(draft).sign(&shared.keys))
    }
}
