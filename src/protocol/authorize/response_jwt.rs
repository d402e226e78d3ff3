//! Signed authorization responses: JWT Secured Authorization Response Mode for OAuth 2.0 (JARM).

use std::fmt;
use std::time::SystemTime;

use super::callback_error::CallbackError;
use super::check::reject_duplicates;
use super::{CheckedCallback, LoginTransaction};
use crate::constants::{claims, parameters};
use crate::encoding::form::Form;
use crate::jose::JsonWebKeySet;
use crate::secret::SecretText;
use crate::validation::{TokenKind, TokenValidationOptions, ValidatedToken, validate};

/// A callback whose answer is one signed token: nothing of it is looked at before the signature holds.
///
/// JARM sections 2.3 and 2.4. The token must be signed by the issuer for this client and expire within ten minutes; encrypted ones are
/// decrypted first, where the rules have keys for that. Its string claims become the parameters (all but `aud`) and stand the same checks as any
/// callback's; what stood beside it in the address is ignored. `Debug` shows issuer and client.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::{Callback, CheckedCallback, LoginTransaction, ReceivedCallback};
/// use identity_model::jose::{JsonWebKeySet, SignatureAlgorithm};
/// use identity_model::validation::TokenValidationOptions;
/// # use std::time::SystemTime;
///
/// # fn finish(transaction: LoginTransaction, callback: Callback, keys: JsonWebKeySet, now: SystemTime)
/// # -> Result<Option<CheckedCallback>, Box<dyn std::error::Error>> {
/// let rules = TokenValidationOptions::authorization_response()
///     .issuer("https://idp.example.com")
///     .audience("app")
///     .algorithms([SignatureAlgorithm::PS256])
///     .build();
/// let ReceivedCallback::Signed(received) = transaction.receive(&callback, now)? else { return Ok(None) };
/// let checked = received.verify(&keys, &rules, now)?;
/// # Ok(Some(checked))
/// # }
/// ```
pub struct SignedCallback {
    transaction: LoginTransaction,
    response: SecretText,
}

impl SignedCallback {
    pub(super) fn new(transaction: LoginTransaction, response: SecretText) -> Self {
        Self { transaction, response }
    }

    /// The signed response, still to be verified.
    pub fn response(&self) -> &SecretText {
        &self.response
    }

    /// Verifies the response with the given keys and checks what it holds.
    ///
    /// # Errors
    /// [`CallbackError::Response`], whose [`wants_newer_keys`](crate::validation::ValidationError::wants_newer_keys) says that the issuer may
    /// have others by now: a validator that follows them hands its verdict to [`accept`](Self::accept). [`CallbackError::Foreign`] where the
    /// rules are for something else than this login; else what [`LoginTransaction::check`] fails with.
    pub fn verify(self, keys: &JsonWebKeySet, rules: &TokenValidationOptions, now: SystemTime) -> Result<CheckedCallback, CallbackError> {
        let token = validate(self.response.expose(), keys, rules, now).map_err(|source| CallbackError::Response { source })?;
        self.accept(&token, now)
    }

    /// Takes the verified answer and checks what it holds. It must have been validated as an authorization response of this login's issuer for
    /// this login's client.
    ///
    /// # Errors
    /// [`CallbackError::Foreign`], [`CallbackError::Response`]; else what [`LoginTransaction::check`] fails with.
    pub fn accept(self, token: &ValidatedToken, now: SystemTime) -> Result<CheckedCallback, CallbackError> {
        self.transaction.reject_expired(now)?;
        self.transaction.reject_foreign(token, TokenKind::AuthorizationResponse)?;
        token.stands(|rules| rules, now).map_err(|source| CallbackError::Response { source })?;
        let form = claims_as_parameters(token);
        reject_duplicates(&form)?;
        if form.contains(parameters::RESPONSE) {
            return Err(CallbackError::ResponseUnexpected);
        }
        let response = self.transaction.check_response(&form)?;
        Ok(CheckedCallback::new(self.transaction, response, None)?.with_signed_response(self.response))
    }

    /// The login that was begun.
    pub fn transaction(&self) -> &LoginTransaction {
        &self.transaction
    }
}

/// JARM section 2.3: the string claims, all but `aud`.
fn claims_as_parameters(token: &ValidatedToken) -> Form {
    let claims = token.document().visible().filter(|(name, _)| name != claims::AUD);
    claims.filter_map(|(name, value)| Some((name.into_owned(), value.as_str()?.into_owned()))).collect()
}

impl fmt::Debug for SignedCallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedCallback").field("transaction", &self.transaction).finish_non_exhaustive()
    }
}
