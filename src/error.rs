//! The roof: one public error, made from the small errors of each layer by one table.

use std::error::Error as StdError;
use std::fmt::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use crate::cache::StoreError;
use crate::client::ClientError;
use crate::document::DocumentError;
use crate::encoding::challenge::Challenge;
pub use crate::error_kind::ErrorKind;
use crate::exchange::{DriveError, ExchangeError};
use crate::jose::KeyError;
use crate::keys::KeySourceError;
use crate::protocol::authorize::{AuthorizationError, CallbackError, ThirdPartyLoginError, TransactionError};
use crate::protocol::backchannel_notification::NotificationError;
use crate::protocol::discovery::{AddressError, AddressSyntaxError, DiscoveryDocumentResponse, DiscoveryViolations, PolicyViolation};
use crate::protocol::dpop::{AccessRejection, DpopKeyError};
use crate::protocol::logout::LogoutError;
use crate::protocol::registration::RegistrationResponse;
use crate::protocol::token::TokenResponse;
use crate::protocol::{HttpError, OAuthError, RequestError};
use crate::resource::{ApiClientError, ResourceServerError};
use crate::sealing::SealError;
use crate::tokens::TokenError;
use crate::transport::TransportError;
use crate::validation::ValidationError;

/// The error of every call that reaches the network or validates a token; the smaller errors on the way there (a client that cannot be
/// built, an address, a key, a member of a document) turn into it by `?`.
///
/// One pointer wide and cheap to clone. [`kind`](Self::kind) says who is to blame, [`code`](Self::code) is a stable name for programs.
/// `Display` is one line for the log: the kind, what failed, the endpoint and its address, and every reason down to the innermost.
/// `source()` begins at the cause itself, so [`find`](Self::find) reaches each error on the way.
/// Neither `Display` nor `Debug` shows a secret, a token, a body or a query string.
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

/// The table: a variant of the cause, the error of a layer, and how its own table is asked.
macro_rules! causes {
    ($($variant:ident($error:ty): $cause:ident => $class:expr;)*) => {
        enum Cause {
            $($variant($error),)*
        }

        impl Cause {
            fn class(&self) -> crate::error_kind::Class {
                match self {
                    $(Self::$variant($cause) => $class,)*
                }
            }

            fn as_error(&self) -> &(dyn StdError + 'static) {
                match self {
                    $(Self::$variant(error) => error,)*
                }
            }
        }

        $(impl From<$error> for Error {
            fn from(error: $error) -> Self {
                Self(Arc::new(Cause::$variant(error)))
            }
        })*
    };
}

causes! {
    Drive(DriveError): error => error.class();
    Exchange(ExchangeError): error => error.class();
    Request(RequestError): error => error.class();
    Callback(CallbackError): error => error.class();
    Notification(NotificationError): error => error.class();
    KeySource(KeySourceError): error => error.class();
    Access(AccessRejection): rejection => rejection.error().class();
    DpopKey(DpopKeyError): error => error.class();
    Validation(ValidationError): error => error.class();
    Discovery(DiscoveryViolations): error => error.first().kind().class();
    Transport(TransportError): error => error.kind().class();
    Address(AddressError): error => error.class();
    AddressSyntax(AddressSyntaxError): error => error.class();
    Document(DocumentError): error => error.class();
    PrivateKey(KeyError): error => error.class();
    Client(ClientError): error => error.class();
    Store(StoreError): error => error.class();
    Logout(LogoutError): error => error.class();
    ThirdPartyLogin(ThirdPartyLoginError): error => error.class();
    Token(TokenError): error => error.class();
    Seal(SealError): error => error.class();
    ResourceServer(ResourceServerError): error => error.class();
    ApiClient(ApiClientError): error => error.class();
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

impl Error {
    /// Who or what is to blame.
    pub fn kind(&self) -> ErrorKind {
        self.class().kind
    }

    pub(crate) fn class(&self) -> crate::error_kind::Class {
        self.0.class()
    }

    /// A stable name of the error in `snake_case`, for programs and dashboards. [`codes`] lists all of them.
    pub fn code(&self) -> &'static str {
        self.0.class().code
    }

    /// Whether the same call may succeed later without a change on the caller's side.
    pub fn is_retryable(&self) -> bool {
        self.0.class().is_retryable
    }

    /// How long the server asks to wait, where it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        match &*self.0 {
            Cause::Token(error) => error.retry_after(),
            _ => self.as_request()?.retry_after(),
        }
    }

    /// The first error of type `E` on the way from the cause to the innermost reason: a small error of this crate, or the error of a client,
    /// a store or a signer that the application provides.
    ///
    /// # Example
    /// ```
    /// use identity_model::exchange::DriveError;
    /// use identity_model::error::Error;
    ///
    /// let error = Error::from(DriveError::NoTimer);
    /// assert_eq!(error.find::<DriveError>(), Some(&DriveError::NoTimer));
    /// ```
    pub fn find<E: StdError + 'static>(&self) -> Option<&E> {
        std::iter::successors(Some(self.0.as_error()), |&error| error.source()).find_map(|error| error.downcast_ref())
    }

    /// The tokens that were issued before the error: by a refresh whose ID token was rejected, or a login whose UserInfo failed. The refresh
    /// token that was sent may be spent, so this one is all there is. Its ID token, if there is one, is **not** to be believed.
    pub fn issued_tokens(&self) -> Option<&TokenResponse> {
        match &*self.0 {
            Cause::Client(error) => error.issued_tokens(),
            _ => None,
        }
    }

    /// The client that the server registered before the error, where what it registered cannot be used: its identifier, its secret and the token
    /// to manage it by, so that the caller can repair, read or delete it (RFC 7592).
    pub fn registration(&self) -> Option<&RegistrationResponse> {
        match &*self.0 {
            Cause::Client(error) => error.registration(),
            _ => None,
        }
    }

    /// The OAuth error document that the server sent.
    pub fn oauth_error(&self) -> Option<&OAuthError> {
        self.as_request()?.oauth_error()
    }

    /// What the policy rejected (the first of several), and the builder call that would allow it.
    pub fn policy_violation(&self) -> Option<&PolicyViolation> {
        match &*self.0 {
            Cause::Discovery(violations) => Some(violations.first()),
            Cause::Address(AddressError::Rejected(violation)) => Some(violation),
            _ => self.as_request()?.policy_violation(),
        }
    }

    /// The response that is not a protocol message: status, challenges, an excerpt of its body.
    pub fn http_error(&self) -> Option<&HttpError> {
        self.as_request()?.http_error()
    }

    /// The HTTP status of the response that caused the error.
    pub fn status(&self) -> Option<http::StatusCode> {
        let error = self.as_request()?;
        error.oauth_error().map(OAuthError::status).or_else(|| error.http_error().map(HttpError::status))
    }

    /// The challenges of `WWW-Authenticate` that came with the response.
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

    /// Why a token was rejected: the rule, the claim, what was expected and found.
    pub fn validation(&self) -> Option<&ValidationError> {
        self.find()
    }

    /// The authorization endpoint's own error, from a callback that is genuine.
    pub fn authorization_error(&self) -> Option<&AuthorizationError> {
        self.as_callback()?.authorization_error()
    }

    /// Why a callback was rejected, where one was.
    pub fn as_callback(&self) -> Option<&CallbackError> {
        self.find()
    }

    /// Why a logout, or what claims to be one, was rejected.
    pub fn logout(&self) -> Option<&LogoutError> {
        self.find()
    }

    /// Why a request to a protected resource was rejected, and what to respond.
    pub fn access_rejection(&self) -> Option<&AccessRejection> {
        self.find()
    }

    /// The error of the protocol layer, where it is one.
    pub fn as_request(&self) -> Option<&RequestError> {
        match &*self.0 {
            Cause::Request(error) => Some(error),
            Cause::Token(TokenError::Paused { cause, .. }) => cause.as_request(),
            Cause::Client(error) => error.told_about()?.as_request(),
            _ => None,
        }
    }
}

/// Every code that an error of this crate can have, with its kind; a code may stand there twice, once for each kind.
/// `docs/troubleshooting.md` says what each means and what to do.
pub fn codes() -> impl Iterator<Item = (&'static str, ErrorKind)> {
    use crate::{encoding, jose, protocol, transport, validation};
    let tables: &[&[(&'static str, ErrorKind)]] = &[
        DriveError::CODES,
        ResourceServerError::CODES,
        ApiClientError::CODES,
        TokenError::CODES,
        ExchangeError::CODES,
        RequestError::CODES,
        protocol::PollEnd::CODES,
        protocol::HttpErrorKind::CODES,
        CallbackError::CODES,
        TransactionError::CODES,
        NotificationError::CODES,
        KeySourceError::CODES,
        validation::ValidationErrorKind::CODES,
        protocol::discovery::PolicyViolationKind::CODES,
        protocol::discovery::AuthorityViolation::CODES,
        AddressSyntaxError::CODES,
        transport::TransportErrorKind::CODES,
        DocumentError::CODES,
        KeyError::CODES,
        jose::JoseError::CODES,
        jose::KeySelectionError::CODES,
        jose::KeySetError::CODES,
        jose::SignerError::CODES,
        jose::EncryptionError::CODES,
        jose::crypto::CryptoError::CODES,
        encoding::form::FormError::CODES,
        ClientError::CODES,
        StoreError::CODES,
        LogoutError::CODES,
        ThirdPartyLoginError::CODES,
        DpopKeyError::CODES,
        protocol::dpop::AccessError::CODES,
        protocol::dpop::ProofError::CODES,
        protocol::incoming::PublicUrlError::CODES,
        protocol::mtls::CertificateHeaderError::CODES,
        SealError::CODES,
    ];
    tables.iter().copied().flatten().copied()
}

/// How much of each reason is shown.
const LONGEST_REASON: usize = 1000;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = String::new();
        for error in std::iter::successors(Some(self.0.as_error()), |&error| error.source()) {
            let mut reason = String::new();
            for character in error.to_string().chars().take(LONGEST_REASON) {
                if character.is_control() { reason.extend(character.escape_default()) } else { reason.push(character) }
            }
            // An outer error that repeats its cause has said it.
            if !reason.is_empty() && !line.contains(&reason) {
                let separator = if line.is_empty() { "" } else { ": " };
                write!(line, "{separator}{reason}")?;
            }
        }
        write!(f, "{}: {line}", self.kind())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error").field("kind", &self.kind()).field("code", &self.code()).field("cause", &self.0.as_error()).finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(self.0.as_error())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::discovery::DiscoveryPolicy;
    use crate::transport::TransportErrorKind;

    #[test]
    fn the_smaller_errors_of_the_paved_path_become_the_one_error() {
        let refused = DiscoveryPolicy::strict().check_address("http://idp.example.com/token").unwrap_err();
        let cases: [(Error, ErrorKind, &str, bool); 7] = [
            (TransportError::new(TransportErrorKind::Configuration, "").into(), ErrorKind::Configuration, "transport_configuration", false),
            (TransportError::new(TransportErrorKind::Timeout, "").into(), ErrorKind::Transport, "timeout", true),
            (AddressSyntaxError::Host.into(), ErrorKind::Configuration, "address", false),
            (refused.into(), ErrorKind::Policy, "https_required", false),
            (DocumentError::missing("sub").into(), ErrorKind::Malformed, "missing_member", false),
            (KeyError::Symmetric.into(), ErrorKind::Key, KeyError::Symmetric.code(), false),
            (StoreError::Full { capacity: 1 }.into(), ErrorKind::Store, "store_full", true),
        ];
        for (error, kind, code, is_retryable) in cases {
            assert_eq!((error.kind(), error.code(), error.is_retryable()), (kind, code, is_retryable));
            assert_eq!(error.policy_violation().is_some(), kind == ErrorKind::Policy);
            assert!(codes().any(|(listed, _)| listed == code), "{code}");
        }
    }

    #[test]
    fn the_source_begins_at_the_cause_and_every_cause_is_found() {
        let error = Error::from(ClientError::from(StoreError::Full { capacity: 1 }));
        assert!(error.source().is_some_and(|source| source.is::<ClientError>()));
        assert!(error.find::<ClientError>().is_some() && error.find::<StoreError>().is_some() && error.find::<KeyError>().is_none());
        let error = Error::from(KeySourceError::UnknownIssuer);
        assert_eq!(error.find::<KeySourceError>(), Some(&KeySourceError::UnknownIssuer));
    }

    #[test]
    fn codes_are_snake_case() {
        for (code, _) in codes() {
            assert!(
                !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'),
                "{code}"
            );
        }
    }
}
