//! A callback that stood its checks, and the login that goes on from it: RFC 6749 section 4.1.3, OpenID Connect Core sections 3.1.3 and 3.3.3.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::callback_error::CallbackError;
use super::check::{ResponseParameters, parameter};
use super::{CheckedTokenRequest, LoginTransaction, PendingLogin};
use crate::constants::parameters;
use crate::encoding::form::Form;
use crate::exchange::replay::ReplayKey;
use crate::protocol::discovery::Address;
use crate::protocol::token::AuthorizationCodeTokenRequest;
use crate::secret::{AccessToken, AuthorizationCode, CodeVerifier, SecretText};
use crate::validation::PreviousIdToken;

/// A callback that stood every check: the only thing that turns into a token request.
///
/// RFC 9700 section 2.1. Made by [`LoginTransaction::check`], by a verified [`SignedCallback`](super::SignedCallback) or by the validated ID
/// token of a [`FrontChannelCallback`](super::FrontChannelCallback), and in no other way. Its code is redeemed once:
/// [`into_token_request`](Self::into_token_request) consumes it. `Debug` shows issuer and client.
///
/// # Example
/// ```
/// # use std::time::{Duration, SystemTime};
/// # use identity_model::protocol::authorize::{Callback, LoginTransaction};
/// use identity_model::protocol::client_auth::ClientAuthentication;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000);
/// # let transaction = LoginTransaction::builder()
/// #     .issuer("https://idp.example.com")
/// #     .client_id("app")
/// #     .redirect_uri("https://app.example.com/callback")
/// #     .token_endpoint("https://idp.example.com/token")
/// #     .state("af0ifjsldkj")
/// #     .code_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
/// #     .begun_at(now)
/// #     .build()?;
/// # let callback = Callback::from_query("code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj")?;
/// let checked = transaction.check(&callback, now)?;
/// let (request, login) = checked.into_token_request();
/// # let body = r#"{"access_token":"t","token_type":"Bearer"}"#;
/// # let http = ScriptedHttpClient::builder().post("https://idp.example.com/token", ScriptedResponse::json(200, body)).build();
/// let tokens = request.authentication(ClientAuthentication::secret_basic("s3cret")).send(&http).await?;
/// assert!(login.id_token(&tokens)?.is_none()); // none was asked for: no `openid` among the scopes
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The text of a code, from wherever it may be, is none that a token request takes:
///
/// ```compile_fail,E0277
/// use identity_model::protocol::token::AuthorizationCodeTokenRequest;
///
/// AuthorizationCodeTokenRequest::builder().code("SplxlOBeZQQYbYS6WxSbIA");
/// ```
pub struct CheckedCallback {
    transaction: LoginTransaction,
    code: AuthorizationCode,
    code_verifier: CodeVerifier,
    access_token: Option<(AccessToken, Option<Duration>)>,
    first: Option<PreviousIdToken>,
    form: Form,
    signed: Option<SecretText>,
}

impl CheckedCallback {
    /// `first` is the ID token of the front channel, where there was one.
    pub(super) fn new(
        transaction: LoginTransaction,
        response: ResponseParameters,
        first: Option<PreviousIdToken>,
    ) -> Result<Self, CallbackError> {
        let missing = |parameter| CallbackError::Missing { parameter, response_type: transaction.response_type.as_str() };
        let code = response.code.ok_or_else(|| missing(parameters::CODE))?;
        let code_verifier = transaction.code_verifier.clone().ok_or_else(|| missing(parameters::CODE_VERIFIER))?;
        Ok(Self { code, code_verifier, access_token: response.access_token, first, form: response.form, signed: None, transaction })
    }

    /// The same with its code redeemed at `endpoint`, in place of the token endpoint that was kept with the login. Take it from the provider's
    /// document wherever that is available: what was kept outside of the server may have been altered, and the endpoint of a document brings the
    /// policy that accepted it along.
    #[must_use]
    pub fn redeemed_at(mut self, endpoint: impl Into<Address>) -> Self {
        self.transaction.token_endpoint = Some(endpoint.into());
        self
    }

    /// The token request with what belongs to this login (token endpoint, client, code, the redirect URI byte for byte, the verifier), and
    /// the login that waits for its response.
    ///
    /// The token endpoint is judged by the policy that is set on the request, else by the strict one.
    pub fn into_token_request(self) -> (CheckedTokenRequest, PendingLogin) {
        let Self { transaction, code, code_verifier, first, form, signed, .. } = self;
        // A transaction whose response type returns a code has a token endpoint; no address is one that is rejected when the request is sent.
        let address = transaction.token_endpoint.clone().unwrap_or_else(|| "".into());
        let request = AuthorizationCodeTokenRequest::builder()
            .address(address)
            .client_id(transaction.client_id.clone())
            .code(match transaction.dpop_thumbprint() {
                Some(thumbprint) => code.clone().bound_to(thumbprint),
                None => code.clone(),
            })
            .redirect_uri(transaction.redirect_uri.clone())
            .code_verifier(code_verifier)
            .build();
        (CheckedTokenRequest::new(request), PendingLogin::new(transaction, code, first, form).with_signed_response(signed))
    }

    /// The same, holding the signed response that it was read from.
    pub(super) fn with_signed_response(self, response: SecretText) -> Self {
        Self { signed: Some(response), ..self }
    }

    /// The login that was begun.
    pub fn transaction(&self) -> &LoginTransaction {
        &self.transaction
    }

    /// Under what the finished login is remembered; see [`LoginTransaction::replay_key`]. The moment to do so is now, before the code is
    /// redeemed.
    pub fn replay_key(&self) -> ReplayKey {
        self.transaction.replay_key()
    }

    /// Until when it is remembered.
    pub fn expires_at(&self) -> SystemTime {
        self.transaction.expires_at()
    }

    /// The access token of the front channel, where the response type returns one. Unless an ID token came with it, **nothing ties it to this
    /// login**: RFC 9700 section 2.1.2 advises against it.
    pub fn front_channel_access_token(&self) -> Option<&AccessToken> {
        self.access_token.as_ref().map(|(token, _)| token)
    }

    /// How long that access token lives.
    pub fn front_channel_expires_in(&self) -> Option<Duration> {
        self.access_token.as_ref().and_then(|(_, lifetime)| *lifetime)
    }

    /// A parameter of the response that is none of its secrets: `session_state`, or one of the server's own.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        parameter(&self.form, name)
    }
}

impl fmt::Debug for CheckedCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CheckedCallback").field("transaction", &self.transaction).finish_non_exhaustive()
    }
}
