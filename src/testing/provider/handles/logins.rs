//! The provider as a test holds it, where a user sits before a browser.

use crate::testing::provider::handles::provider::minted;
use crate::testing::provider::mint::draft::TokenDraft;
use crate::testing::provider::{Authorized, TestBrowser, TestProvider};

impl TestProvider {
    /// The browser in one line: opens an authorization URL with an empty [`TestBrowser`] and returns what the provider sends back. The
    /// user says yes.
    ///
    /// # Panics
    /// Where nothing of the provider is at the address, or a fault keeps it from answering: the test is written wrongly.
    ///
    /// # Example
    /// ```
    /// use identity_model::testing::{ProviderEndpoint, TestProvider};
    ///
    /// let provider = TestProvider::new();
    /// let url = format!(
    ///     "{}?client_id=client&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fapp.test%2Fcb&state=af0ifjsldkj\
    ///      &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
    ///     provider.address(ProviderEndpoint::Authorization),
    /// );
    /// let answer = provider.authorize(&url);
    /// assert!(answer.location().starts_with("https://app.test/cb?code="));
    /// assert_eq!(answer.parameter("state").as_deref(), Some("af0ifjsldkj"));
    /// ```
    #[track_caller]
    pub fn authorize(&self, url: impl AsRef<str>) -> Authorized {
        self.browser().open(url)
    }

    /// A browser without cookies, for sessions that last longer than one request.
    pub fn browser(&self) -> TestBrowser {
        TestBrowser::new(self.clone())
    }

    /// Lets this user sign in from now on, where a request does not say who (by `login_hint`, `id_token_hint` or the `claims` parameter).
    /// Default: the first user.
    pub fn sign_in_as(&self, subject: impl Into<String>) {
        self.shared.choose_user(subject.into());
    }

    /// The user's claims, signed, for another provider to pass on ([`TestUser::aggregated_claims`](crate::testing::provider::TestUser::aggregated_claims)),
    /// after `change`. The endpoint [`Claims`](crate::testing::provider::ProviderEndpoint::Claims) responds with the same.
    ///
    /// # Panics
    /// Where the user is unknown, or the provider has no key for the algorithm: the test is written wrongly.
    #[track_caller]
    pub fn mint_claims(&self, subject: &str, change: impl FnOnce(TokenDraft) -> TokenDraft) -> String {
        let draft = minted(self.shared.claims_draft(subject).ok_or("the user is unknown"));
        minted(change(draft).sign(&self.shared.keys))
    }

    /// Hands over what the client would serve at this address, for `request_uri` (RFC 9101 section 5.2).
    pub fn serve_request_object(&self, address: impl Into<String>, request_object: impl Into<String>) {
        self.shared.flows.request_objects.add(address, request_object.into());
    }

    /// Ends every session, without a word to any client: the next request with `prompt=none` gets `login_required`.
    pub fn forget_sessions(&self) {
        self.shared.flows.sessions.retain(|_| false);
    }
}
