//! A login between its beginning and its end: what the application keeps while the user is at the provider. RFC 6749 section 10.12, RFC 9700
//! section 4.4.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::transaction_error::TransactionError;
use super::{ResponseMode, ResponsePlace, ResponseType, is_verifier};
use crate::constants::scopes;
use crate::encoding::epoch;
use crate::exchange::replay::ReplayKey;
use crate::protocol::discovery::Address;
use crate::secret::{CodeVerifier, SecretText};
use crate::validation::{ExpectedIssuer, TokenValidationOptions};

/// A login that was begun: all that its callback is checked against and that finishing it needs.
///
/// RFC 6749 section 10.12, RFC 9700 sections 2.1 and 4.4. The application keeps it in **the session of the browser that it sends to the
/// provider**, and nowhere a third party can read or write: it holds the verifier. It serialises with serde, as one opaque text that any format
/// and any session store can hold ([`to_text`](Self::to_text) is the same by hand). Finishing consumes it: take it *out of* the session, so
/// that a second callback finds none; who cannot be sure of that remembers its [`replay_key`](Self::replay_key) until it
/// [expires](Self::expires_at). It lives ten minutes unless said otherwise.
///
/// Addresses are kept as text: the policy in force when the login is finished judges them anew. `Debug` shows issuer, client and times.
///
/// # Errors
/// `build` fails with [`TransactionError`] where the settings contradict each other.
///
/// # Example
/// ```
/// use std::time::{Duration, SystemTime};
/// use identity_model::protocol::authorize::{Callback, LoginTransaction};
///
/// # let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000);
/// let transaction = LoginTransaction::builder()
///     .issuer("https://idp.example.com")
///     .client_id("app")
///     .redirect_uri("https://app.example.com/callback")
///     .token_endpoint("https://idp.example.com/token")
///     .state("af0ifjsldkj")
///     .nonce("n-0S6_WzA2Mj")
///     .code_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
///     .scope(["openid", "profile"])
///     .expects_iss(true)
///     .begun_at(now)
///     .build()?;
/// let kept = serde_json::to_string(&transaction)?; // into the session of this browser
///
/// // A minute later, at the redirect URI:
/// let transaction: LoginTransaction = serde_json::from_str(&kept)?;
/// let callback = Callback::from_query("code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj&iss=https%3A%2F%2Fidp.example.com")?;
/// let checked = transaction.check(&callback, now + Duration::from_secs(60))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct LoginTransaction {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) response_type: ResponseType,
    pub(super) response_mode: Option<ResponseMode>,
    pub(super) state: Option<SecretText>,
    pub(super) nonce: Option<SecretText>,
    pub(super) code_verifier: Option<CodeVerifier>,
    pub(super) token_endpoint: Option<Address>,
    pub(super) userinfo_endpoint: Option<Address>,
    pub(super) jwks_uri: Option<Address>,
    pub(super) expects_iss: bool,
    pub(super) max_age: Option<Duration>,
    pub(super) requires_auth_time: bool,
    pub(super) essential_acr: Vec<String>,
    pub(super) scope: Vec<String>,
    pub(super) dpop_thumbprint: Option<String>,
    /// Seconds since 1970.
    pub(super) begun_at: i64,
    pub(super) expires_at: i64,
}

impl LoginTransaction {
    /// The transaction, if it can be finished at all.
    pub(super) fn sound(self) -> Result<Self, TransactionError> {
        let fault = |member, problem| Err(TransactionError::Setting { member, problem });
        let is_empty = |text: &Option<SecretText>| text.as_ref().is_some_and(|text| text.expose().is_empty());
        for (member, text) in [("issuer", &self.issuer), ("client_id", &self.client_id), ("redirect_uri", &self.redirect_uri)] {
            if text.is_empty() {
                return fault(member, "is empty");
            }
        }
        for (member, text) in [("state", &self.state), ("nonce", &self.nonce)] {
            if is_empty(text) {
                return fault(member, "is empty; leave it out instead");
            }
        }
        if !self.response_type.returns_code() && !self.response_type.returns_id_token() {
            return fault("response_type", "returns neither a code nor an ID token, so no user would be logged in");
        }
        if self.is_signed() && self.response_type != ResponseType::Code {
            return fault("response_mode", "is a signed one, which goes only with the response type `code`");
        }
        if self.response_type.returns_id_token() && self.nonce.is_none() {
            return fault("nonce", "is missing: an ID token that comes through the browser is tied to the login by it");
        }
        let returns_token = self.response_type.returns_id_token() || self.response_type.returns_access_token();
        if returns_token && self.place() == ResponsePlace::Query {
            return fault("response_mode", "is `query`, in which no token may be returned");
        }
        if !self.response_type.returns_code() {
            return Ok(self);
        }
        match (&self.code_verifier, &self.token_endpoint) {
            (None, _) => fault("code_verifier", "is missing: a code is redeemed with it"),
            (Some(verifier), _) if !is_verifier(verifier) => fault("code_verifier", "is not 43 to 128 unreserved characters"),
            (_, None) => fault("token_endpoint", "is missing: a code is redeemed there"),
            (Some(_), Some(_)) => Ok(self),
        }
    }

    /// The issuer that was asked.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The client that asked.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// The redirect URI of the request.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// What was asked for.
    pub fn response_type(&self) -> ResponseType {
        self.response_type
    }

    /// How the response was asked to be returned; the response type's own way where nothing was said.
    pub fn response_mode(&self) -> ResponseMode {
        self.response_mode.unwrap_or(self.response_type.default_mode())
    }

    /// The scopes that were asked for.
    pub fn scope(&self) -> &[String] {
        &self.scope
    }

    /// The thumbprint of the DPoP key that the code is bound to.
    pub fn dpop_thumbprint(&self) -> Option<&str> {
        self.dpop_thumbprint.as_deref()
    }

    /// The token endpoint, to be judged by the policy of the request that is sent to it.
    pub fn token_endpoint(&self) -> Option<&Address> {
        self.token_endpoint.as_ref()
    }

    /// The UserInfo endpoint, likewise.
    pub fn userinfo_endpoint(&self) -> Option<&Address> {
        self.userinfo_endpoint.as_ref()
    }

    /// Where the provider's keys are, likewise.
    pub fn jwks_uri(&self) -> Option<&Address> {
        self.jwks_uri.as_ref()
    }

    /// When the login was begun, to the second.
    pub fn begun_at(&self) -> SystemTime {
        epoch::from_seconds(self.begun_at)
    }

    /// From when on its callback is rejected.
    pub fn expires_at(&self) -> SystemTime {
        epoch::from_seconds(self.expires_at)
    }

    /// Whether it is too late to finish it.
    pub fn is_expired(&self, now: SystemTime) -> bool {
        epoch::seconds(now) >= self.expires_at
    }

    /// Under what a finished login is remembered until it [expires](Self::expires_at), so that a second use is seen: a digest of what was drawn
    /// for this login alone, the same however often the transaction was written and read.
    pub fn replay_key(&self) -> ReplayKey {
        let secret = |text: &Option<SecretText>| text.as_ref().map(|text| text.expose().to_owned()).unwrap_or_default();
        let verifier = self.code_verifier.as_ref().map(CodeVerifier::expose).unwrap_or_default();
        let parts = [self.issuer.as_str(), &self.client_id, &secret(&self.state), &secret(&self.nonce), verifier];
        ReplayKey::new("login", parts)
    }

    /// Whether the response is one signed token.
    pub(super) fn is_signed(&self) -> bool {
        self.response_mode().is_jwt()
    }

    /// Where the response stands.
    pub(super) fn place(&self) -> ResponsePlace {
        self.response_mode().place(self.response_type)
    }

    /// Whether an ID token was asked for (OpenID Connect Core section 3.1.3.3).
    pub(super) fn asked_for_id_token(&self) -> bool {
        self.nonce.is_some() || self.max_age.is_some() || self.scope.iter().any(|scope| scope == scopes::OPENID)
    }

    /// Which issuer may be named in a response: the issuer verbatim, or one that its template stands for.
    pub(super) fn expected_issuer(&self) -> ExpectedIssuer {
        ExpectedIssuer::of_document(&self.issuer)
    }

    /// What any ID token of this login is held against: nonce, age and context of the authentication, state.
    pub(super) fn expect(&self, options: TokenValidationOptions) -> TokenValidationOptions {
        let options = match &self.nonce {
            Some(nonce) => options.with_nonce(nonce.clone()),
            None => options.with_nonce_absent(),
        };
        // Any age will do where none was asked for; what counts is that the claim is there.
        let max_age = self.max_age.or(self.requires_auth_time.then_some(Duration::MAX));
        let options = max_age.into_iter().fold(options, TokenValidationOptions::with_max_age);
        let options = self.state.iter().cloned().fold(options, TokenValidationOptions::with_state);
        if self.essential_acr.is_empty() { options } else { options.with_authentication_contexts(&self.essential_acr) }
    }
}

impl fmt::Debug for LoginTransaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoginTransaction")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("response_type", &self.response_type)
            .field("begun_at", &self.begun_at)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
