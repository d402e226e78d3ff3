//! What is expected of one token in particular: the login, the request or the message it came with.

use std::fmt;
use std::time::Duration;

use super::Binding;
use crate::secret::{AccessToken, RefreshToken, SecretText};

/// What belongs to one token and not to the validator.
#[derive(Clone, Default)]
pub(super) struct Expected {
    pub(super) nonce: ExpectedNonce,
    pub(super) access_token: Option<AccessToken>,
    pub(super) code: Option<SecretText>,
    pub(super) state: Option<SecretText>,
    pub(super) refresh_token: Option<RefreshToken>,
    pub(super) authentication_request_id: Option<SecretText>,
    /// Whether it was pushed, so that the token has to name the request and hash what came along.
    pub(super) was_pushed: bool,
    pub(super) max_age: Option<Duration>,
    pub(super) contexts: Option<Vec<String>>,
    pub(super) subject: Option<String>,
    pub(super) previous: Option<PreviousIdToken>,
    pub(super) binding: Binding,
}

/// What is known about the `nonce`.
#[derive(Clone, Default)]
pub(super) enum ExpectedNonce {
    /// Nothing: a token validated on its own may carry one.
    #[default]
    NotStated,
    /// None was sent, so none may come back.
    Absent,
    /// This one was sent.
    Sent(SecretText),
}

impl ExpectedNonce {
    pub(super) fn is_missing(&self) -> bool {
        !matches!(self, Self::Sent(_))
    }
}

/// The ID token of the login that a refreshed or second ID token goes on from (OpenID Connect Core sections 12.2 and 3.3.3.6).
///
/// `iss` and `sub` must be the same; `auth_time` and `azp`, where the new token has them, and a `nonce` likewise. `Debug` shows none of
/// them.
///
/// # Example
/// ```
/// use identity_model::validation::PreviousIdToken;
///
/// let previous = PreviousIdToken::builder().issuer("https://issuer.example.com").subject("248289761001").build();
/// ```
#[derive(Clone, PartialEq, Eq, bon::Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct PreviousIdToken {
    /// Its `iss`.
    pub(super) issuer: String,
    /// Its `sub`.
    pub(super) subject: String,
    /// Its `auth_time`, as it stood in the token. Default: not known, so not compared.
    pub(super) auth_time: Option<i64>,
    /// Its `azp`. Default: not known, so not compared.
    pub(super) authorized_party: Option<String>,
    /// The nonce of the login. Default: not known, so a nonce is not compared.
    pub(super) nonce: Option<String>,
}

impl PreviousIdToken {
    /// The same without its `auth_time`, which is then not compared.
    pub(crate) fn without_auth_time(self) -> Self {
        Self { auth_time: None, ..self }
    }
}

impl fmt::Debug for PreviousIdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreviousIdToken").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}
