//! A callback with an ID token in it: hybrid and implicit flows. OpenID Connect Core sections 3.2.2.11 and 3.3.2.11 to 3.3.3.6.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::callback_error::CallbackError;
use super::check::{ResponseParameters, parameter};
use super::known_parameters::unknown_parameters;
use super::{CheckedCallback, LoginTransaction};
use crate::constants::parameters;
use crate::exchange::replay::ReplayKey;
use crate::jose::JsonWebKeySet;
use crate::secret::{AccessToken, IdentityToken, SecretText};
use crate::validation::{PreviousIdToken, TokenKind, TokenValidationOptions, ValidatedToken, validate};

/// A callback that brought an ID token through the browser: **neither its code nor its access token can be had** before that token is
/// validated.
///
/// OpenID Connect Core sections 3.2.2.11 and 3.3.2.11: signature, `nonce`, `iat` of the last hour, `c_hash` for the code and `at_hash` for the
/// access token that came along, `s_hash` where it is there (FAPI 1.0 Advanced makes it required: say `.required_claim("s_hash")` in the base
/// rules). `Debug` shows issuer and client.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::{Callback, CheckedCallback, LoginTransaction, ReceivedCallback};
/// use identity_model::jose::JsonWebKeySet;
/// use identity_model::validation::TokenValidationOptions;
/// # use std::time::SystemTime;
///
/// # fn finish(transaction: LoginTransaction, callback: Callback, keys: JsonWebKeySet, now: SystemTime)
/// # -> Result<Option<CheckedCallback>, Box<dyn std::error::Error>> {
/// let rules = TokenValidationOptions::front_channel_id_token().issuer("https://idp.example.com").audience("app").build();
/// let ReceivedCallback::FrontChannel(received) = transaction.receive(&callback, now)? else { return Ok(None) };
/// let login = received.validate(&keys, &rules, now)?;
/// println!("{:?}", login.id_token().subject());
/// let checked = login.into_checked(); // the code, where the response type returns one
/// # Ok(checked)
/// # }
/// ```
pub struct FrontChannelCallback {
    transaction: LoginTransaction,
    id_token: IdentityToken,
    response: ResponseParameters,
}

impl FrontChannelCallback {
    pub(super) fn new(transaction: LoginTransaction, mut response: ResponseParameters) -> Result<Self, CallbackError> {
        let response_type = transaction.response_type.as_str();
        let id_token = response.id_token.take().ok_or(CallbackError::Missing { parameter: parameters::ID_TOKEN, response_type })?;
        Ok(Self { transaction, id_token, response })
    }

    /// The ID token, still to be validated.
    pub fn id_token(&self) -> &IdentityToken {
        &self.id_token
    }

    /// The rules of the client, `base` (of [`TokenValidationOptions::front_channel_id_token`]), with what is expected of this token: nonce,
    /// `auth_time`, `acr`, and the hashes of what came along.
    #[must_use]
    pub fn id_token_options(&self, base: TokenValidationOptions) -> TokenValidationOptions {
        let options = self.transaction.expect(base);
        let code = self.response.code.iter().map(|code| SecretText::from(code.expose()));
        let options = code.fold(options, TokenValidationOptions::with_code);
        let token = self.response.access_token.iter().map(|(token, _)| token.clone());
        token.fold(options, TokenValidationOptions::with_access_token)
    }

    /// Validates the ID token with the given keys, by the client's `base` rules and what this login expects.
    ///
    /// # Errors
    /// [`CallbackError::IdToken`], whose [`wants_newer_keys`](crate::validation::ValidationError::wants_newer_keys) says that the issuer may
    /// have others by now: a validator that follows them hands its verdict to [`accept`](Self::accept). [`CallbackError::Foreign`] where the
    /// rules are for something else than this login.
    pub fn validate(
        self,
        keys: &JsonWebKeySet,
        base: &TokenValidationOptions,
        now: SystemTime,
    ) -> Result<FrontChannelLogin, CallbackError> {
        let options = self.id_token_options(base.clone());
        let token = validate(self.id_token.expose(), keys, &options, now).map_err(|source| CallbackError::IdToken { source })?;
        self.accept(token, now)
    }

    /// Takes the validated ID token, if it is one of this login: validated by rules for the front channel, for its issuer and client, and
    /// fitting all that [`id_token_options`](Self::id_token_options) expect.
    ///
    /// # Errors
    /// [`CallbackError::Foreign`], [`CallbackError::IdToken`].
    pub fn accept(self, token: ValidatedToken, now: SystemTime) -> Result<FrontChannelLogin, CallbackError> {
        self.transaction.reject_expired(now)?;
        self.transaction.reject_foreign(&token, TokenKind::IdToken)?;
        if !token.is_of_front_channel() {
            return Err(CallbackError::Foreign { token: TokenKind::IdToken.name(), what: "channel" });
        }
        token.stands(|options| self.id_token_options(options), now).map_err(|source| CallbackError::IdToken { source })?;
        Ok(FrontChannelLogin { transaction: self.transaction, token, response: self.response })
    }

    /// The login that was begun.
    pub fn transaction(&self) -> &LoginTransaction {
        &self.transaction
    }
}

impl fmt::Debug for FrontChannelCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrontChannelCallback").field("transaction", &self.transaction).finish_non_exhaustive()
    }
}

/// What came through the browser, its ID token validated: a user, and with a hybrid flow a code that may be redeemed now.
///
/// `Debug` shows issuer and client.
pub struct FrontChannelLogin {
    transaction: LoginTransaction,
    token: ValidatedToken,
    response: ResponseParameters,
}

impl FrontChannelLogin {
    /// The validated ID token.
    pub fn id_token(&self) -> &ValidatedToken {
        &self.token
    }

    /// The access token that came along, its `at_hash` checked.
    pub fn access_token(&self) -> Option<&AccessToken> {
        self.response.access_token.as_ref().map(|(token, _)| token)
    }

    /// How long that access token lives.
    pub fn expires_in(&self) -> Option<Duration> {
        self.response.access_token.as_ref().and_then(|(_, lifetime)| *lifetime)
    }

    /// The callback with its code, which may be redeemed now; `None` where the response type returns none. The second ID token will have to
    /// be about the same user (OpenID Connect Core section 3.3.3.6).
    pub fn into_checked(self) -> Option<CheckedCallback> {
        let first = PreviousIdToken::builder()
            .issuer(self.token.issuer().unwrap_or_default())
            .subject(self.token.subject().unwrap_or_default())
            .build();
        self.response.code.as_ref()?;
        CheckedCallback::new(self.transaction, self.response, Some(first)).ok()
    }

    /// The login that was begun.
    pub fn transaction(&self) -> &LoginTransaction {
        &self.transaction
    }

    /// Under what the finished login is remembered; see [`LoginTransaction::replay_key`].
    pub fn replay_key(&self) -> ReplayKey {
        self.transaction.replay_key()
    }

    /// Until when it is remembered.
    pub fn expires_at(&self) -> SystemTime {
        self.transaction.expires_at()
    }

    /// A parameter of the response that is none of its secrets: `session_state`, or one of the server's own.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.response.form, name)
    }

    /// The parameters that the protocol does not know.
    pub(crate) fn unknown_parameters(&self) -> Vec<(String, String)> {
        unknown_parameters(&self.response.form)
    }
}

impl fmt::Debug for FrontChannelLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FrontChannelLogin").field("transaction", &self.transaction).field("id_token", &self.token).finish_non_exhaustive()
    }
}
