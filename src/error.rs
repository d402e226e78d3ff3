//! The roof: one public error, made from the small errors of each layer.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::cache::StoreError;
use crate::client::ClientError;
use crate::document::DocumentError;
use crate::drive::DriveError;
use crate::encoding::challenge::Challenge;
use crate::exchange::ExchangeError;
use crate::jose::KeyError;
use crate::keys::KeySourceError;
use crate::protocol::authorize::{AuthorizationError, CallbackError, ThirdPartyLoginError, TransactionError};
use crate::protocol::backchannel_notification::NotificationError;
use crate::protocol::discovery::{AddressError, DiscoveryDocumentResponse, DiscoveryViolations, PolicyViolation};
use crate::protocol::logout::LogoutError;
use crate::protocol::{HttpError, HttpErrorKind, OAuthError, RequestError};
use crate::transport::{TransportError, TransportErrorKind};
use crate::validation::{ValidationError, ValidationErrorKind};

/// Who or what is to blame: the first question about an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The caller's mistake: a setting, an address, a client that cannot be used here. Nothing was sent.
    Configuration,
    /// No usable answer came: connect, TLS, time-out, too large, cut.
    Transport,
    /// An answer that is no protocol message: its status or content type.
    Http,
    /// An OAuth error: a document, at any status, or the answer of the authorization endpoint.
    Protocol,
    /// JSON or a token that cannot be read.
    Malformed,
    /// The policy refuses an address, an issuer or a document.
    Policy,
    /// A check on a token or on an answer failed.
    Validation,
    /// No key fits, keys cannot be had, or a key does not sign.
    Key,
    /// A flow went wrong: callback, transaction, poll.
    Flow,
    /// A store failed.
    Store,
}

/// The error of every call that reaches the network or judges a token; the smaller errors on the way there (a client that cannot be
/// built, an address, a key, a member of a document) turn into it by `?`.
///
/// One pointer wide and cheap to clone. [`kind`](Self::kind) says who is to blame, [`code`](Self::code) is a stable name for programs,
/// `source()` leads to the cause. Neither `Display` nor `Debug` shows a secret, a token, a body or a query string.
///
/// # Example
/// ```
/// use identity_model::error::{Error, ErrorKind};
///
/// fn may_try_again_later(error: &Error) -> bool {
///     error.is_retryable() || error.kind() == ErrorKind::Transport
/// }
/// ```
#[derive(Clone)]
pub struct Error(Arc<Cause>);

enum Cause {
    Drive(DriveError),
    Exchange(ExchangeError),
    Request(RequestError),
    Callback(CallbackError),
    Notification(NotificationError),
    KeySource(KeySourceError),
    Validation(ValidationError),
    Discovery(DiscoveryViolations),
    Transport(TransportError),
    Address(AddressError),
    Document(DocumentError),
    PrivateKey(KeyError),
    Client(ClientError),
    Store(StoreError),
    Logout(LogoutError),
    ThirdPartyLogin(ThirdPartyLoginError),
}

impl Error {
    /// Who or what is to blame.
    pub fn kind(&self) -> ErrorKind {
        match &*self.0 {
            Cause::Drive(_) | Cause::Exchange(_) => ErrorKind::Configuration,
            Cause::Request(error) => request_kind(error),
            Cause::Callback(error) => callback_kind(error),
            Cause::Notification(_) => ErrorKind::Flow,
            Cause::KeySource(_) => ErrorKind::Key,
            Cause::Validation(error) => validation_kind(error),
            Cause::Discovery(_) => ErrorKind::Policy,
            Cause::Transport(error) => transport_kind(error),
            Cause::Address(AddressError::Rejected(_)) => ErrorKind::Policy,
            Cause::Address(_) => ErrorKind::Configuration,
            Cause::Document(_) => ErrorKind::Malformed,
            Cause::PrivateKey(_) => ErrorKind::Key,
            Cause::Client(error) => client_kind(error),
            Cause::Store(_) => ErrorKind::Store,
            Cause::Logout(_) | Cause::ThirdPartyLogin(_) => ErrorKind::Flow,
        }
    }

    /// A stable name of the error in `snake_case`, for programs and dashboards.
    pub fn code(&self) -> &'static str {
        match &*self.0 {
            Cause::Drive(_) => "driver",
            Cause::Exchange(_) => "exchange",
            Cause::Request(error) => error.code(),
            Cause::Callback(error) => error.code(),
            Cause::Notification(error) => error.code(),
            Cause::KeySource(error) => error.code(),
            Cause::Validation(error) => error.code(),
            Cause::Discovery(violations) => violations.first().kind().code(),
            Cause::Transport(error) => error.kind().code(),
            Cause::Address(AddressError::Rejected(violation)) => violation.kind().code(),
            Cause::Address(_) => "address",
            Cause::Document(error) => error.code(),
            Cause::PrivateKey(error) => error.code(),
            Cause::Client(error) => error.code(),
            Cause::Store(error) => error.code(),
            Cause::Logout(error) => error.code(),
            Cause::ThirdPartyLogin(error) => error.code(),
        }
    }

    /// Whether the same call may succeed later without a change at the caller's side.
    pub fn is_retryable(&self) -> bool {
        match &*self.0 {
            Cause::Request(error) => error.is_retryable(),
            Cause::Transport(error) => error.kind().is_retryable(),
            Cause::Store(error) => error.is_retryable(),
            _ => false,
        }
    }

    /// How long the server asks to wait, where it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.as_request()?.retry_after()
    }

    /// The OAuth error document that the server sent.
    pub fn oauth_error(&self) -> Option<&OAuthError> {
        self.as_request()?.oauth_error()
    }

    /// What the policy refused (the first of several), and the builder call that would allow it.
    pub fn policy_violation(&self) -> Option<&PolicyViolation> {
        match &*self.0 {
            Cause::Discovery(violations) => Some(violations.first()),
            Cause::Address(AddressError::Rejected(violation)) => Some(violation),
            _ => self.as_request()?.policy_violation(),
        }
    }

    /// The answer that was no protocol message: status, challenges, an excerpt of a bad body.
    pub fn http_error(&self) -> Option<&HttpError> {
        self.as_request()?.http_error()
    }

    /// The HTTP status of the answer that caused the error.
    pub fn status(&self) -> Option<http::StatusCode> {
        let error = self.as_request()?;
        error.oauth_error().map(OAuthError::status).or_else(|| error.http_error().map(HttpError::status))
    }

    /// The challenges of `WWW-Authenticate` that came with the answer.
    pub fn challenges(&self) -> &[Challenge] {
        let Some(error) = self.as_request() else { return &[] };
        match (error.oauth_error(), error.http_error()) {
            (Some(error), _) => error.challenges(),
            (None, Some(error)) => error.head().challenges(),
            (None, None) => &[],
        }
    }

    /// The document whose keys could not be loaded; its issuer was accepted.
    pub fn discovery_document(&self) -> Option<&DiscoveryDocumentResponse> {
        match self.as_request()? {
            RequestError::KeySetLoading { document, .. } => Some(document),
            _ => None,
        }
    }

    /// Why a token was refused: the rule, the claim, what was expected and found.
    pub fn validation(&self) -> Option<&ValidationError> {
        match &*self.0 {
            Cause::Validation(error) => Some(error),
            Cause::Request(error) => error.validation(),
            Cause::Callback(error) => error.validation(),
            _ => None,
        }
    }

    /// The authorization endpoint's own error, from a callback that is genuine.
    pub fn authorization_error(&self) -> Option<&AuthorizationError> {
        self.as_callback()?.authorization_error()
    }

    /// Why a callback was refused, where one was.
    pub fn as_callback(&self) -> Option<&CallbackError> {
        match &*self.0 {
            Cause::Callback(error) => Some(error),
            _ => None,
        }
    }

    /// Why a logout, or what claims to be one, was refused.
    pub fn logout(&self) -> Option<&LogoutError> {
        match &*self.0 {
            Cause::Logout(error) => Some(error),
            _ => None,
        }
    }

    /// The error of the protocol layer, where it is one.
    pub fn as_request(&self) -> Option<&RequestError> {
        match &*self.0 {
            Cause::Request(error) => Some(error),
            _ => None,
        }
    }

    fn cause(&self) -> &(dyn StdError + 'static) {
        match &*self.0 {
            Cause::Drive(error) => error,
            Cause::Exchange(error) => error,
            Cause::Request(error) => error,
            Cause::Callback(error) => error,
            Cause::Notification(error) => error,
            Cause::KeySource(error) => error,
            Cause::Validation(error) => error,
            Cause::Discovery(error) => error,
            Cause::Transport(error) => error,
            Cause::Address(error) => error,
            Cause::Document(error) => error,
            Cause::PrivateKey(error) => error,
            Cause::Client(error) => error,
            Cause::Store(error) => error,
            Cause::Logout(error) => error,
            Cause::ThirdPartyLogin(error) => error,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.cause(), f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.kind()).field("code", &self.code()).field("cause", &self.cause()).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause().source()
    }
}

macro_rules! causes {
    ($($variant:ident($error:ty);)*) => {$(
        impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self(Arc::new(Cause::$variant(error)))
            }
        }
    )*};
}

causes! {
    Drive(DriveError);
    Exchange(ExchangeError);
    Request(RequestError);
    Callback(CallbackError);
    Notification(NotificationError);
    KeySource(KeySourceError);
    Validation(ValidationError);
    Discovery(DiscoveryViolations);
    Transport(TransportError);
    Address(AddressError);
    Document(DocumentError);
    PrivateKey(KeyError);
    Client(ClientError);
    Store(StoreError);
    Logout(LogoutError);
    ThirdPartyLogin(ThirdPartyLoginError);
}

impl From<TransactionError> for Error {
    fn from(error: TransactionError) -> Self {
        CallbackError::from(error).into()
    }
}

impl From<PolicyViolation> for Error {
    fn from(violation: PolicyViolation) -> Self {
        RequestError::from(violation).into()
    }
}

fn transport_kind(error: &TransportError) -> ErrorKind {
    match error.kind() {
        TransportErrorKind::Configuration => ErrorKind::Configuration,
        _ => ErrorKind::Transport,
    }
}

fn validation_kind(error: &ValidationError) -> ErrorKind {
    match error.kind() {
        ValidationErrorKind::Configuration => ErrorKind::Configuration,
        ValidationErrorKind::Malformed | ValidationErrorKind::Encrypted | ValidationErrorKind::TokenCharacters => ErrorKind::Malformed,
        ValidationErrorKind::KeyNotFound
        | ValidationErrorKind::KeyAmbiguous
        | ValidationErrorKind::KeyUnusable
        | ValidationErrorKind::DecryptionKeyNotFound => ErrorKind::Key,
        _ => ErrorKind::Validation,
    }
}

/// Whatever is wrong with a callback ends a flow; the server's own no is the protocol's, a token's fault is the token's.
fn callback_kind(error: &CallbackError) -> ErrorKind {
    match error {
        CallbackError::Authorization(_) => ErrorKind::Protocol,
        CallbackError::Response { source } | CallbackError::IdToken { source } => validation_kind(source),
        CallbackError::Configuration { .. } | CallbackError::Transaction(TransactionError::Setting { .. }) => ErrorKind::Configuration,
        _ => ErrorKind::Flow,
    }
}

fn client_kind(error: &ClientError) -> ErrorKind {
    match error {
        ClientError::Configuration { .. } | ClientError::NoCommonAuthentication { .. } | ClientError::NoCommonAlgorithm { .. } => {
            ErrorKind::Configuration
        }
        ClientError::MissingIdToken => ErrorKind::Validation,
        ClientError::Foreign { .. } | ClientError::Lacking { .. } | ClientError::Replayed => ErrorKind::Flow,
        ClientError::Store(_) => ErrorKind::Store,
    }
}

fn request_kind(error: &RequestError) -> ErrorKind {
    match error {
        RequestError::Configuration { .. }
        | RequestError::Address { .. }
        | RequestError::RequestForm { .. }
        | RequestError::Exchange(_)
        | RequestError::Entropy(_) => ErrorKind::Configuration,
        RequestError::Policy(_) => ErrorKind::Policy,
        RequestError::Transport { source, .. } => transport_kind(source),
        // What the client should have stopped reading is no answer, whoever noticed.
        RequestError::Http { error, .. } if matches!(error.kind(), HttpErrorKind::BodyTooLarge { .. }) => ErrorKind::Transport,
        RequestError::Http { .. } => ErrorKind::Http,
        RequestError::OAuth { .. } => ErrorKind::Protocol,
        RequestError::Malformed { .. } | RequestError::Member { .. } => ErrorKind::Malformed,
        RequestError::Mismatch { .. } | RequestError::SignedMetadata { .. } => ErrorKind::Validation,
        RequestError::Token { source, .. } => validation_kind(source),
        RequestError::Poll { .. } | RequestError::PushedRequestExpired => ErrorKind::Flow,
        RequestError::KeySetLoading { source, .. } => request_kind(source),
        RequestError::KeySet(_) | RequestError::Signing { .. } | RequestError::Encrypting { .. } | RequestError::Assertion { .. } => {
            ErrorKind::Key
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::discovery::DiscoveryPolicy;

    #[test]
    fn the_smaller_errors_of_the_paved_path_become_the_one_error() {
        let refused = DiscoveryPolicy::strict().check_address("http://idp.example.com/token").unwrap_err();
        let cases: [(Error, ErrorKind, &str, bool); 7] = [
            (TransportError::new(TransportErrorKind::Configuration, "").into(), ErrorKind::Configuration, "transport_configuration", false),
            (TransportError::new(TransportErrorKind::Timeout, "").into(), ErrorKind::Transport, "timeout", true),
            (AddressError::Host.into(), ErrorKind::Configuration, "address", false),
            (refused.into(), ErrorKind::Policy, "https_required", false),
            (DocumentError::missing("sub").into(), ErrorKind::Malformed, "missing_member", false),
            (KeyError::Symmetric.into(), ErrorKind::Key, KeyError::Symmetric.code(), false),
            (StoreError::Full { capacity: 1 }.into(), ErrorKind::Store, "store_full", true),
        ];
        for (error, kind, code, is_retryable) in cases {
            assert_eq!((error.kind(), error.code(), error.is_retryable()), (kind, code, is_retryable));
            assert_eq!(error.policy_violation().is_some(), kind == ErrorKind::Policy);
        }
    }
}
