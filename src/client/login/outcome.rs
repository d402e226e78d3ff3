//! A user who has logged in.

use super::session::LoginSession;
use crate::principal::ClaimsPrincipal;
use crate::protocol::token::TokenResponse;
use crate::protocol::userinfo::UserInfoResponse;
use crate::secret::{AccessToken, RefreshToken, SecretText};
use crate::validation::ValidatedToken;

/// A user who has logged in: there is one only where an ID token passed every rule.
///
/// OpenID Connect Core section 3.1.3.7. What the application keeps of it is the [`session`](Self::session).
#[derive(Debug, Clone)]
pub struct Login {
    id_token: ValidatedToken,
    tokens: Option<TokenResponse>,
    user_info: Option<UserInfoResponse>,
    session: LoginSession,
    principal: ClaimsPrincipal,
    callback: Vec<(String, String)>,
    signed_response: Option<SecretText>,
}

impl Login {
    pub(in crate::client) fn new(
        id_token: ValidatedToken,
        tokens: Option<TokenResponse>,
        user_info: Option<UserInfoResponse>,
        session: LoginSession,
    ) -> Self {
        let principal = session.principal();
        Self { id_token, tokens, user_info, session, principal, callback: Vec::new(), signed_response: None }
    }

    /// The same with the parameters of the callback that are none of the protocol's secrets.
    pub(in crate::client) fn with_callback(self, callback: Vec<(String, String)>) -> Self {
        Self { callback, ..self }
    }

    /// The same with the signed authorization response that it came from.
    pub(in crate::client) fn with_signed_response(self, response: Option<&SecretText>) -> Self {
        Self { signed_response: response.cloned(), ..self }
    }

    /// The signed authorization response as it came (JARM), for the record; `None` where it was not signed.
    pub fn signed_response(&self) -> Option<&SecretText> {
        self.signed_response.as_ref()
    }

    /// The validated ID token.
    pub fn id_token(&self) -> &ValidatedToken {
        &self.id_token
    }

    /// The user at the issuer: `sub`.
    pub fn subject(&self) -> &str {
        self.session.subject()
    }

    /// The claims of the user as a principal: those of the ID token, and of UserInfo where the client was set to
    /// [load](crate::client::OidcClientBuilder::load_user_info) it and the ID token does not state the same claim. Which source a claim comes from
    /// says [`LoginSession::claim_source`]; the claims of the ID token alone are [`id_token().principal()`](ValidatedToken::principal).
    pub fn principal(&self) -> &ClaimsPrincipal {
        &self.principal
    }

    /// A parameter of the callback that the protocol does not know: Apple's `user`, for example. **Not verified**: it came through the browser,
    /// unsigned, and says nothing that may be believed. `None` where the login had no callback.
    pub fn unverified_parameter(&self, name: &str) -> Option<&str> {
        self.callback.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// What the UserInfo endpoint says of the user, where the client was set to ask
    /// ([`load_user_info`](crate::client::OidcClientBuilder::load_user_info)); its subject is that of the ID token.
    pub fn user_info(&self) -> Option<&UserInfoResponse> {
        self.user_info.as_ref()
    }

    /// The response of the token endpoint; `None` where the ID token came through the browser alone.
    pub fn tokens(&self) -> Option<&TokenResponse> {
        self.tokens.as_ref()
    }

    /// The access token.
    pub fn access_token(&self) -> Option<&AccessToken> {
        self.session.access_token()
    }

    /// The refresh token, if the provider issued one.
    pub fn refresh_token(&self) -> Option<&RefreshToken> {
        self.session.refresh_token()
    }

    /// The scopes that were granted: fewer, perhaps, than were asked for.
    pub fn granted_scope(&self) -> &[String] {
        self.session.granted_scope()
    }

    /// What the application keeps, and gives back for everything that follows.
    pub fn session(&self) -> &LoginSession {
        &self.session
    }

    /// The same by value.
    pub fn into_session(self) -> LoginSession {
        self.session
    }
}

impl From<Login> for LoginSession {
    fn from(login: Login) -> Self {
        login.session
    }
}
