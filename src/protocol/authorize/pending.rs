//! A login whose code is being redeemed: what its ID token is held against. OpenID Connect Core sections 3.1.3.3, 3.1.3.7 and 3.3.3.6.

use std::fmt;
use std::time::SystemTime;

use super::LoginTransaction;
use super::callback_error::CallbackError;
use super::check::parameter;
use super::known_parameters::unknown_parameters;
use crate::constants::parameters;
use crate::encoding::form::Form;
use crate::protocol::error::RequestError;
use crate::protocol::token::{ENDPOINT, TokenResponse};
use crate::secret::{AuthorizationCode, IdentityToken, SecretText};
use crate::validation::{PreviousIdToken, TokenKind, TokenValidationOptions, ValidatedToken};

/// A login whose callback stood its checks and whose tokens are on their way.
///
/// It says whether an ID token has to come, what that token has to fit (nonce, age and context of the authentication, the access token and the
/// code beside it, the ID token of the front channel), and whether a validated one does. `Debug` shows issuer and client.
pub struct PendingLogin {
    transaction: LoginTransaction,
    code: SecretText,
    first: Option<PreviousIdToken>,
    form: Form,
    signed: Option<SecretText>,
}

impl PendingLogin {
    pub(super) fn new(transaction: LoginTransaction, code: AuthorizationCode, first: Option<PreviousIdToken>, form: Form) -> Self {
        Self { transaction, code: SecretText::from(code.expose()), first, form, signed: None }
    }

    pub(super) fn with_signed_response(self, signed: Option<SecretText>) -> Self {
        Self { signed, ..self }
    }

    /// The signed authorization response as it came (JARM), for the record; `None` where it was not signed.
    pub fn signed_response(&self) -> Option<&SecretText> {
        self.signed.as_ref()
    }

    /// The ID token of the response, still to be validated; `None` where none was asked for and none came.
    ///
    /// One was asked for by the scope `openid`, a nonce or `max_age` (OpenID Connect Core section 3.1.3.3). One that came unasked has to be
    /// validated all the same.
    ///
    /// # Errors
    /// [`RequestError::Member`] where one was asked for and none came.
    pub fn id_token<'t>(&self, tokens: &'t TokenResponse) -> Result<Option<&'t IdentityToken>, RequestError> {
        match tokens.id_token() {
            None if self.transaction.asked_for_id_token() => Err(RequestError::Member {
                endpoint: ENDPOINT.into(),
                member: parameters::ID_TOKEN,
                expected: "an ID token, as one was asked for",
                found: "nothing".to_owned(),
            }),
            token => Ok(token),
        }
    }

    /// The rules of the client, `base`, with what is expected of the ID token of this login: the nonce, or that there is none (OpenID Connect
    /// Core section 3.1.3.7 step 11); `auth_time` within `max_age` (step 13); one of the essential `acr`; `at_hash`, `c_hash` and `s_hash`
    /// where they are there; after a hybrid flow the same `iss` and `sub` as in the first token (section 3.3.3.6).
    #[must_use]
    pub fn id_token_options(&self, base: TokenValidationOptions, tokens: &TokenResponse) -> TokenValidationOptions {
        let options = self.transaction.expect(base).with_access_token(tokens.access_token()).with_code(self.code.clone());
        self.first.iter().cloned().fold(options, TokenValidationOptions::with_previous_id_token)
    }

    /// Whether a validated ID token belongs to this login and the tokens beside it: for an application that validates the token elsewhere. It is asked for
    /// issuer and client of the login and for all that [`id_token_options`](Self::id_token_options) expect; the signature is not checked again.
    ///
    /// # Errors
    /// [`CallbackError::Foreign`], [`CallbackError::IdToken`].
    pub fn accept(&self, token: &ValidatedToken, tokens: &TokenResponse, now: SystemTime) -> Result<(), CallbackError> {
        self.transaction.reject_foreign(token, TokenKind::IdToken)?;
        token.stands(|options| self.id_token_options(options, tokens), now).map_err(|source| CallbackError::IdToken { source })
    }

    /// The login that was begun.
    pub fn transaction(&self) -> &LoginTransaction {
        &self.transaction
    }

    /// A parameter of the callback that is none of its secrets: `session_state`, or one of the server's own.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.form, name)
    }

    /// The parameters that the protocol does not know.
    pub(crate) fn unknown_parameters(&self) -> Vec<(String, String)> {
        unknown_parameters(&self.form)
    }
}

impl LoginTransaction {
    /// A token that was validated by rules for another kind, issuer or client says nothing about this login.
    pub(super) fn reject_foreign(&self, token: &ValidatedToken, kind: TokenKind) -> Result<(), CallbackError> {
        let foreign = |what| Err(CallbackError::Foreign { token: kind.name(), what });
        if token.token_kind() != kind {
            return foreign("kind");
        }
        let issuer = token.issuer().unwrap_or_default();
        if !self.expected_issuer().accepts(issuer, token.try_get_str("tid")) {
            return foreign("issuer");
        }
        if !token.audiences().any(|audience| audience == self.client_id) {
            return foreign("client");
        }
        Ok(())
    }
}

impl fmt::Debug for PendingLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingLogin").field("transaction", &self.transaction).finish_non_exhaustive()
    }
}
