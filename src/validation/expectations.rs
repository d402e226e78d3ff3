//! The builder calls that say what is expected of one token in particular.

use std::time::Duration;

use super::expected::{ExpectedNonce, PreviousIdToken};
use super::{Binding, TokenValidationOptions};
use crate::secret::{AccessToken, RefreshToken, SecretText};

/// What belongs to one token: a copy of the options that expects it too. The options themselves stay as they are.
impl TokenValidationOptions {
    /// This nonce was sent with the login: the token must carry it (OpenID Connect Core section 3.1.3.7 step 11). Default: not stated,
    /// and a nonce is neither demanded nor looked at.
    #[must_use]
    pub fn with_nonce(self, nonce: impl Into<SecretText>) -> Self {
        let nonce = ExpectedNonce::Sent(nonce.into());
        self.expect(|expected| expected.nonce = nonce)
    }

    /// No nonce was sent with the login: the token must not carry one.
    #[must_use]
    pub fn with_nonce_absent(self) -> Self {
        self.expect(|expected| expected.nonce = ExpectedNonce::Absent)
    }

    /// This access token came along: `at_hash` must fit it where it is present, and must be present in an ID token from the front
    /// channel (OpenID Connect Core sections 3.1.3.8 and 3.2.2.9). Default: none, and `at_hash` is not compared.
    #[must_use]
    pub fn with_access_token(self, token: impl Into<AccessToken>) -> Self {
        let token = token.into();
        self.expect(|expected| expected.access_token = Some(token))
    }

    /// This authorization code came along: `c_hash` must fit it where it is present, and must be present in an ID token from the front
    /// channel (OpenID Connect Core section 3.3.2.11). Default: none.
    #[must_use]
    pub fn with_code(self, code: impl Into<SecretText>) -> Self {
        let code = code.into();
        self.expect(|expected| expected.code = Some(code))
    }

    /// This `state` came along: `s_hash` must fit it where it is present (FAPI 1.0 Advanced section 5.1). Default: none.
    #[must_use]
    pub fn with_state(self, state: impl Into<SecretText>) -> Self {
        let state = state.into();
        self.expect(|expected| expected.state = Some(state))
    }

    /// This refresh token came along in a CIBA push: `rt_hash` must fit it (CIBA section 10.3.1). Default: none.
    #[must_use]
    pub fn with_refresh_token(self, token: impl Into<RefreshToken>) -> Self {
        let token = token.into();
        self.expect(|expected| expected.refresh_token = Some(token))
    }

    /// The token responses this CIBA request, pushed: it must name it, with `at_hash` for the access token that came along (CIBA section
    /// 10.3.1), and be at most a week old unless another age was set. Default: none.
    #[must_use]
    pub fn with_authentication_request_id(self, id: impl Into<SecretText>) -> Self {
        let id = id.into();
        self.expect(|expected| {
            expected.authentication_request_id = Some(id);
            expected.was_pushed = true;
        })
    }

    /// The token responses this CIBA request, polled for: where it names a request it must be this one (CIBA section 10.3.1 demands the
    /// name of a push alone). Default: none.
    #[must_use]
    pub fn with_polled_authentication_request_id(self, id: impl Into<SecretText>) -> Self {
        let id = id.into();
        self.expect(|expected| {
            expected.authentication_request_id = Some(id);
            expected.was_pushed = false;
        })
    }

    /// `max_age` was asked for: `auth_time` is required, and no longer ago than this and the leeway (OpenID Connect Core section 3.1.3.7
    /// step 13). Default: none.
    #[must_use]
    pub fn with_max_age(self, max_age: Duration) -> Self {
        self.expect(|expected| expected.max_age = Some(max_age))
    }

    /// These authentication contexts were asked for as essential: `acr` must be one of them (OpenID Connect Core section 5.5.1.1).
    /// Default: none asked for.
    #[must_use]
    pub fn with_authentication_contexts(self, contexts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let contexts = contexts.into_iter().map(Into::into).collect();
        self.expect(|expected| expected.contexts = Some(contexts))
    }

    /// The token must be about this subject, for instance that of the ID token (OpenID Connect Core section 5.3.4). Default: any.
    #[must_use]
    pub fn with_subject(self, subject: impl Into<String>) -> Self {
        let subject = subject.into();
        self.expect(|expected| expected.subject = Some(subject))
    }

    /// The token goes on from this one: a refreshed ID token, or the second one of a hybrid flow. Default: it stands alone.
    #[must_use]
    pub fn with_previous_id_token(self, previous: PreviousIdToken) -> Self {
        self.expect(|expected| expected.previous = Some(previous))
    }

    /// What the sender of an access token has proven to possess. Default: nothing, so a token with `cnf` is rejected.
    #[must_use]
    pub fn with_binding(self, binding: Binding) -> Self {
        self.expect(|expected| expected.binding = binding)
    }
}
