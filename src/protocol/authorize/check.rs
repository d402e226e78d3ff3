//! The checks of a callback, in their order: duplicates, `response`, `iss`, `state`, `error`, `code`. RFC 6749 section 4.1.2, RFC 9207 section
//! 2.4, RFC 9700 sections 2.1 and 4.4, OpenID Connect Core section 3.3.2.5.

use std::time::{Duration, SystemTime};

use super::LoginTransaction;
use super::authorization_error::AuthorizationError;
use super::callback_error::CallbackError;
use super::known_parameters::ONCE;
use crate::constants::{parameters, token_types};
use crate::encoding::epoch;
use crate::encoding::form::Form;
use crate::protocol::excerpt::escaped;
use crate::secret::{AccessToken, AuthorizationCode, CodeVerifier, IdentityToken, SecretText, constant_time_eq};

/// The parameters of a response whose `iss` and `state` are right, and which is no error.
#[derive(Clone)]
pub(super) struct ResponseParameters {
    pub(super) code: Option<AuthorizationCode>,
    pub(super) id_token: Option<IdentityToken>,
    pub(super) access_token: Option<(AccessToken, Option<Duration>)>,
    /// All of them, for what is not of the protocol.
    pub(super) form: Form,
}

impl LoginTransaction {
    pub(super) fn reject_expired(&self, now: SystemTime) -> Result<(), CallbackError> {
        if !self.is_expired(now) {
            return Ok(());
        }
        let seconds = |from: i64, to: i64| u64::try_from(to.saturating_sub(from)).unwrap_or_default();
        Err(CallbackError::Expired { age: seconds(self.begun_at, epoch::seconds(now)), lifetime: seconds(self.begun_at, self.expires_at) })
    }

    /// `iss`, `state`, `error`, and what was asked for.
    pub(super) fn check_response(&self, form: &Form) -> Result<ResponseParameters, CallbackError> {
        self.check_issuer(form)?;
        self.check_state(form)?;
        if let Some(error) = AuthorizationError::of(form, &self.secrets()) {
            return Err(CallbackError::Authorization(error));
        }
        self.parameters_of(form)
    }

    /// RFC 9207 section 2.4: simple string comparison, whether or not it was announced.
    fn check_issuer(&self, form: &Form) -> Result<(), CallbackError> {
        match form.first(parameters::ISS) {
            None if self.expects_iss && !self.is_named_by_id_token(form) => {
                Err(CallbackError::IssuerMissing { issuer: self.issuer.clone(), claimed_error: self.claimed_error(form) })
            }
            Some(found) if !self.expected_issuer().accepts_any_tenant(found) => {
                Err(CallbackError::IssuerMismatch { expected: self.issuer.clone(), found: escaped(found, 200) })
            }
            _ => Ok(()),
        }
    }

    /// Whether an ID token came along, which names the issuer and is validated before anything else of the response can be had: beside it, or in a
    /// signed response, `iss` may be left out (RFC 9207 section 4).
    fn is_named_by_id_token(&self, form: &Form) -> bool {
        self.response_type.returns_id_token() && form.first(parameters::ID_TOKEN).is_some_and(|token| !token.is_empty())
    }

    pub(super) fn check_state(&self, form: &Form) -> Result<(), CallbackError> {
        match (&self.state, form.first(parameters::STATE)) {
            (Some(_), None) => Err(CallbackError::StateMissing { claimed_error: self.claimed_error(form) }),
            (Some(sent), Some(found)) if !constant_time_eq(sent.expose().as_bytes(), found.as_bytes()) => {
                Err(CallbackError::StateMismatch { claimed_error: self.claimed_error(form) })
            }
            (None, Some(_)) => Err(CallbackError::StateUnexpected),
            _ => Ok(()),
        }
    }

    /// `error` and `error_description` of a response that is not believed, for the error's text: without what was drawn for this login.
    fn claimed_error(&self, form: &Form) -> Option<String> {
        AuthorizationError::of(form, &self.secrets()).map(|error| error.to_string())
    }

    /// Everything that the response type returns is there, and nothing else.
    fn parameters_of(&self, form: &Form) -> Result<ResponseParameters, CallbackError> {
        let asked = self.response_type;
        let take = |parameter: &'static str, returned: bool| {
            let found = form.first(parameter).filter(|value| !value.is_empty());
            match (found, returned) {
                (None, true) => Err(CallbackError::Missing { parameter, response_type: asked.as_str() }),
                (Some(_), false) => Err(CallbackError::Unexpected { parameter, response_type: asked.as_str() }),
                (found, _) => Ok(found),
            }
        };
        let id_token = take(parameters::ID_TOKEN, asked.returns_id_token())?.map(IdentityToken::from);
        let access_token = take(parameters::ACCESS_TOKEN, asked.returns_access_token())?;
        let code = take(parameters::CODE, asked.returns_code())?;
        // RFC 6749 appendix A.11: what is visible in ASCII, and blanks.
        if code.is_some_and(|code| !code.bytes().all(|byte| matches!(byte, b' '..=b'~'))) {
            return Err(CallbackError::Parameter { parameter: parameters::CODE, expected: "printable ASCII characters" });
        }
        let access_token = match access_token {
            Some(token) => Some((AccessToken::from(token), lifetime(form)?)),
            None => None,
        };
        Ok(ResponseParameters { code: code.map(AuthorizationCode::seal), id_token, access_token, form: form.clone() })
    }

    /// What was drawn for this login: not to be repeated in the server's words.
    fn secrets(&self) -> Vec<&str> {
        let texts = [&self.state, &self.nonce].into_iter().flatten().map(SecretText::expose);
        texts.chain(self.code_verifier.as_ref().map(CodeVerifier::expose)).collect()
    }
}

/// A parameter, if it is none that is handed out as its type.
pub(super) fn parameter<'f>(form: &'f Form, name: &str) -> Option<&'f str> {
    const TYPED: [&str; 5] = [parameters::CODE, parameters::STATE, parameters::ID_TOKEN, parameters::ACCESS_TOKEN, parameters::RESPONSE];
    form.first(name).filter(|_| !TYPED.contains(&name))
}

pub(super) fn reject_duplicates(form: &Form) -> Result<(), CallbackError> {
    let mut seen = [false; ONCE.len()];
    for (name, _) in form.iter() {
        let Some((parameter, seen)) = ONCE.iter().zip(&mut seen).find(|(known, _)| **known == name) else { continue };
        if std::mem::replace(seen, true) {
            return Err(CallbackError::Duplicate { parameter });
        }
    }
    Ok(())
}

/// How long an access token of the front channel lives; its type must be said, and be `Bearer` (RFC 6749 section 4.2.2).
fn lifetime(form: &Form) -> Result<Option<Duration>, CallbackError> {
    if !form.first(parameters::TOKEN_TYPE).is_some_and(|found| found.eq_ignore_ascii_case(token_types::BEARER)) {
        return Err(CallbackError::Parameter { parameter: parameters::TOKEN_TYPE, expected: "`Bearer`" });
    }
    let Some(text) = form.first(parameters::EXPIRES_IN) else { return Ok(None) };
    let seconds =
        text.parse().map_err(|_| CallbackError::Parameter { parameter: parameters::EXPIRES_IN, expected: "a number of seconds" })?;
    Ok(Some(Duration::from_secs(seconds)))
}

impl std::fmt::Debug for ResponseParameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseParameters").finish_non_exhaustive()
    }
}
