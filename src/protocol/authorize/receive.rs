//! How far a callback comes by itself, by the kind of its login: OAuth 2.0 Multiple Response Type Encoding Practices, JARM section 2.4.

use std::time::SystemTime;

use super::callback_error::CallbackError;
use super::check::reject_duplicates;
use super::{Callback, CheckedCallback, FrontChannelCallback, LoginTransaction, SignedCallback};
use crate::constants::parameters;
use crate::secret::SecretText;
use crate::validation::danger_read_unverified;

/// How far a callback came by itself: what a login of that kind still needs.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReceivedCallback {
    /// A plain code: it can be redeemed.
    Checked(CheckedCallback),
    /// An ID token came through the browser: it has to be validated first.
    FrontChannel(FrontChannelCallback),
    /// A signed response: it has to be verified first.
    Signed(SignedCallback),
}

impl LoginTransaction {
    /// Checks the callback of a login with a plain code (response type `code`, no signed response).
    ///
    /// In this order, and nothing is looked at after the first fault: the transaction has not expired; the part that the response mode asks for
    /// is there; no parameter of the protocol comes twice; there is no `response`; `iss` is the issuer (absent only where the server does not
    /// promise it); `state` is the one that was sent, compared in constant time; then an `error` is believed; then a token that was not asked
    /// for is rejected, and the code is taken. The transaction is consumed either way.
    ///
    /// # Errors
    /// [`CallbackError`]; [`CallbackError::Configuration`] for a login whose answer is signed or holds an ID token:
    /// [`receive`](Self::receive) takes all of them.
    pub fn check(self, callback: &Callback, now: SystemTime) -> Result<CheckedCallback, CallbackError> {
        if self.response_type.returns_id_token() || self.is_signed() {
            let problem = "its answer has to be verified before it is believed: `check` takes a plain code, `receive` any answer";
            return Err(CallbackError::Configuration { problem });
        }
        match self.receive(callback, now)? {
            ReceivedCallback::Checked(checked) => Ok(checked),
            ReceivedCallback::FrontChannel(_) | ReceivedCallback::Signed(_) => {
                Err(CallbackError::Configuration { problem: "its answer is no plain code" })
            }
        }
    }

    /// Checks the callback of any login as far as that goes without keys: a signed response is still to be verified, an ID token from the front
    /// channel still to be validated.
    ///
    /// # Errors
    /// [`CallbackError`].
    pub fn receive(self, callback: &Callback, now: SystemTime) -> Result<ReceivedCallback, CallbackError> {
        self.reject_expired(now)?;
        let form = callback.part(self.place())?;
        reject_duplicates(form)?;
        match (form.first(parameters::RESPONSE).filter(|response| !response.is_empty()), self.is_signed()) {
            (None, true) => Err(CallbackError::ResponseMissing),
            (Some(_), false) => Err(CallbackError::ResponseUnexpected),
            (Some(response), true) => Ok(ReceivedCallback::Signed(SignedCallback::new(self, SecretText::from(response)))),
            (None, false) => {
                let response = self.check_response(form)?;
                if self.response_type.returns_id_token() {
                    return FrontChannelCallback::new(self, response).map(ReceivedCallback::FrontChannel);
                }
                CheckedCallback::new(self, response, None).map(ReceivedCallback::Checked)
            }
        }
    }

    /// Whether the callback brings the state of this login: to choose among several that one browser has begun, or to leave alone what is not
    /// meant for this one. **It is no check**: that [`check`](Self::check) still has to do. Of a signed response the state is read before its
    /// signature is verified; an encrypted one is taken for any login's.
    pub fn is_answered_by(&self, callback: &Callback) -> bool {
        let Ok(form) = callback.part(self.place()) else { return false };
        if self.is_signed() {
            let is_encrypted = |response: &str| response.split('.').count() == 5;
            return form.first(parameters::RESPONSE).is_some_and(|response| is_encrypted(response) || self.is_stated_in(response));
        }
        self.check_state(form).is_ok()
    }

    /// Whether a signed response can be read and states this login's state. Nothing is believed because of this.
    fn is_stated_in(&self, response: &str) -> bool {
        let Ok(read) = danger_read_unverified(response) else { return false };
        read.unverified_payload().try_get_str(parameters::STATE).map(SecretText::from) == self.state
    }

    /// The same where an encrypted response can be opened: whose it is, the key alone tells.
    #[cfg(feature = "native")]
    pub(crate) fn may_be_answered_by(&self, callback: &Callback, keys: Option<&crate::jose::DecryptionKeys>) -> bool {
        use crate::jose::{ContentEncryptionSet, JweDecrypter, KeyManagementSet, TokenLimits};
        let response = callback.part(self.place()).ok().and_then(|form| form.first(parameters::RESPONSE)).filter(|_| self.is_signed());
        let is_inside = |response: &str| {
            let decrypter = JweDecrypter::new(keys?.clone(), KeyManagementSet::ALL, ContentEncryptionSet::ALL).ok()?;
            let nested = decrypter.decrypt_nested(response, TokenLimits::default()).ok()?;
            Some(self.is_stated_in(nested.unverified_token()))
        };
        let is_its_own = response.is_none_or(|response| self.is_stated_in(response) || is_inside(response) == Some(true));
        is_its_own && self.is_answered_by(callback)
    }

    /// What [`receive`](Self::receive) will say, as far as the callback itself shows it: for the page that the user sees.
    #[cfg(feature = "native")]
    pub(crate) fn foresee(&self, callback: &Callback, now: SystemTime) -> Result<(), CallbackError> {
        self.reject_expired(now)?;
        let form = callback.part(self.place())?;
        reject_duplicates(form)?;
        if self.is_signed() {
            return if form.contains(parameters::RESPONSE) { Ok(()) } else { Err(CallbackError::ResponseMissing) };
        }
        self.check_response(form).map(drop)
    }
}
