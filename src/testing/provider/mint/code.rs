//! An authorization code before it is handed out (RFC 6749 section 4.1.2, RFC 7636).

/// A code that a [`TestProvider`](crate::testing::provider::TestProvider) is about to mint, as if its authorization endpoint had been asked for it.
///
/// Defaults: the first client, the first user, the scope `openid`, no `redirect_uri`, no `code_challenge`, no `nonce`. What is set here has
/// to come back at the token endpoint; a `code_verifier` without a challenge is rejected (RFC 9700 section 4.8.2).
#[derive(Debug, Clone)]
#[must_use = "a draft is no code yet"]
pub struct CodeDraft {
    pub(in crate::testing::provider) client_id: String,
    pub(in crate::testing::provider) subject: String,
    pub(in crate::testing::provider) scopes: Vec<String>,
    pub(in crate::testing::provider) redirect_uri: Option<String>,
    pub(in crate::testing::provider) code_challenge: Option<String>,
    pub(in crate::testing::provider) nonce: Option<String>,
}

impl CodeDraft {
    pub(in crate::testing::provider) fn new(client_id: &str, subject: &str) -> Self {
        Self {
            client_id: client_id.to_owned(),
            subject: subject.to_owned(),
            scopes: vec!["openid".to_owned()],
            redirect_uri: None,
            code_challenge: None,
            nonce: None,
        }
    }

    /// The client that may redeem it.
    pub fn client(mut self, id: impl Into<String>) -> Self {
        self.client_id = id.into();
        self
    }

    /// The user who signed in.
    pub fn user(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// The scopes granted; with `openid` among them an ID token is issued.
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// The `redirect_uri` of the authorization request (RFC 6749 section 4.1.3).
    pub fn redirect_uri(mut self, address: impl Into<String>) -> Self {
        self.redirect_uri = Some(address.into());
        self
    }

    /// The `code_challenge` of the authorization request, of the method `S256` (RFC 7636 section 4.3).
    pub fn code_challenge(mut self, challenge: impl Into<String>) -> Self {
        self.code_challenge = Some(challenge.into());
        self
    }

    /// The `nonce` of the authorization request, for the ID token.
    pub fn nonce(mut self, nonce: impl Into<String>) -> Self {
        self.nonce = Some(nonce.into());
        self
    }
}
