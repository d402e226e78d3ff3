//! The provider as a test holds it, where a user would come in: codes, assertions, approvals.

use std::time::Duration;

use crate::secret::AuthorizationCode;
use crate::testing::provider::handles::provider::minted;
use crate::testing::provider::mint::code::CodeDraft;
use crate::testing::provider::state::flows::{Code, Decision, Pending};
use crate::testing::provider::state::grant::Grant;
use crate::testing::provider::state::store::Store;
use crate::testing::provider::{TestClient, TestProvider};

/// How long a code is good (RFC 6749 section 4.1.2 wants ten minutes at most).
const CODE_LIFETIME: Duration = Duration::from_secs(60);

impl TestProvider {
    /// An authorization code that the token endpoint takes once, within a minute, after `change`.
    ///
    /// # Panics
    /// Where there are no random bytes: the test is written wrongly.
    ///
    /// # Example
    /// ```
    /// use identity_model::testing::TestProvider;
    ///
    /// let provider = TestProvider::new();
    /// let code = provider.mint_code(|code| code.redirect_uri("https://app.test/callback").nonce("n-0S6_WzA2Mj"));
    /// assert!(!code.expose().is_empty());
    /// ```
    #[track_caller]
    pub fn mint_code(&self, change: impl FnOnce(CodeDraft) -> CodeDraft) -> AuthorizationCode {
        let config = &self.shared.config;
        let client_id = config.clients.first().map_or(Self::CLIENT_ID, |client| &client.id);
        let subject = config.users.first().map_or(Self::SUBJECT, |user| &user.subject);
        let draft = change(CodeDraft::new(client_id, subject));
        let fallback = TestClient::new(draft.client_id.clone());
        let client = self.shared.client(&draft.client_id).unwrap_or(fallback);
        let audience = client.audiences.first().cloned().into_iter().collect();
        let mut grant = Grant::of_client(&client, draft.scopes, audience);
        grant.subject = Some(draft.subject);
        grant.nonce = draft.nonce;
        grant.family = Some(minted(self.shared.random_text(16)));
        let text = minted(self.shared.random_text(32));
        let expires_at = config.environment.clock().now() + CODE_LIFETIME;
        let code = Code { grant, redirect_uri: draft.redirect_uri, code_challenge: draft.code_challenge, dpop_jkt: None, expires_at };
        self.shared.flows.codes.add(text.clone(), code);
        AuthorizationCode::danger_unchecked(text)
    }

    /// Lets this assertion stand for a user: in the JWT bearer grant (RFC 7523), in the SAML bearer grant (RFC 7522; the XML, before it is
    /// encoded), and as subject or actor of a token exchange (RFC 8693). Its content is not looked at.
    pub fn accept_assertion(&self, assertion: impl Into<String>, subject: impl Into<String>) {
        self.shared.flows.assertions.add(assertion, subject.into());
    }

    /// Lets the token endpoint take this grant type (RFC 6749 section 4.5), whatever comes with it: for a user, or for the client itself.
    pub fn accept_grant<'a>(&self, grant_type: impl Into<String>, subject: impl Into<Option<&'a str>>) {
        self.shared.flows.grants.add(grant_type, subject.into().map(str::to_owned));
    }

    /// The parameters of a pushed authorization request (RFC 9126), which is then gone; none for one that is unknown or has expired.
    pub fn take_pushed_authorization(&self, request_uri: &str) -> Option<Vec<(String, String)>> {
        let now = self.shared.config.environment.clock().now();
        let pushed = self.shared.flows.pushed.take(request_uri)?;
        (pushed.expires_at > now).then_some(pushed.parameters)
    }

    /// The user types the code and says yes (RFC 8628 section 3.3); whether there was such a code.
    pub fn approve_device(&self, user_code: &str, subject: &str) -> bool {
        decide_by_user_code(&self.shared.flows.devices, user_code, Decision::Approved(subject.to_owned()))
    }

    /// The user types the code and says no; whether there was such a code.
    pub fn deny_device(&self, user_code: &str) -> bool {
        decide_by_user_code(&self.shared.flows.devices, user_code, Decision::Denied)
    }

    /// The user says yes on their own device (CIBA Core 1.0 section 8); whether there was such a request.
    pub fn approve_backchannel(&self, request_id: &str, subject: &str) -> bool {
        let decision = Decision::Approved(subject.to_owned());
        self.shared.flows.backchannel.with(request_id, |pending| pending.decision = decision).is_some()
    }

    /// The user says no on their own device; whether there was such a request.
    pub fn deny_backchannel(&self, request_id: &str) -> bool {
        self.shared.flows.backchannel.with(request_id, |pending| pending.decision = Decision::Denied).is_some()
    }
}

fn decide_by_user_code(pending: &Store<Pending>, user_code: &str, decision: Decision) -> bool {
    pending.with_first(|pending| pending.user_code.eq_ignore_ascii_case(user_code), |pending| pending.decision = decision).is_some()
}
