//! Why a request to a protected resource is rejected, and what it is answered with: RFC 6750 section 3, RFC 9449 sections 7 to 9.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, StatusCode};

use super::proof_error::ProofError;
use crate::constants::error_codes;
use crate::error_kind::{Class, ErrorKind, classify};
use crate::exchange::ExchangeError;
use crate::exchange::replay::StoreError;
use crate::protocol::incoming::PublicUrlError;
use crate::protocol::mtls::CertificateHeaderError;
use crate::validation::{ValidationError, ValidationErrorKind};

/// Why a request is rejected. What it is answered with says an [`AccessRejection`].
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum AccessError {
    /// The request carries no credentials of a scheme that the resource accepts.
    #[error("the request carries no access token")]
    NoCredentials,
    /// The request is malformed: two tokens, a token that is none.
    #[error("the request {problem}")]
    Request {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The DPoP proof is missing or rejected.
    #[error("the DPoP proof is rejected")]
    Proof(#[from] ProofError),
    /// The proof has no nonce, or not one that this resource accepts now.
    #[error("the DPoP proof has no valid nonce")]
    Nonce,
    /// The access token is rejected: its validation, or what it is bound to.
    #[error("the access token is rejected")]
    Token {
        /// A stable name of the reason.
        code: &'static str,
        /// Whether what it lacks is a scope.
        lacks_scope: bool,
        /// Why.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The access token could not be judged: keys or the introspection endpoint were out of reach.
    #[error("the access token could not be judged")]
    Unavailable {
        /// A stable name of the reason.
        code: &'static str,
        /// Who or what is to blame.
        kind: ErrorKind,
        /// Why.
        source: Arc<dyn std::error::Error + Send + Sync>,
    },
    /// The token came as a bearer token beside a proof: a bound token must not pass as a bearer token.
    #[error("the access token came with the scheme `Bearer` beside a DPoP proof")]
    Downgrade,
    /// The token is not bound to the key of the proof, or not bound at all where the resource accepts bound tokens alone.
    #[error("the access token is not bound to what the request proves")]
    NotBound,
    /// The token names an issuer that the resource does not know, or none.
    #[error("the access token is of an issuer that is not configured")]
    UnknownIssuer,
    /// The token lacks a scope that the route needs.
    #[error("the access token lacks a scope that the route needs")]
    Scope,
    /// The user has to authenticate otherwise, or again (RFC 9470).
    #[error("the authentication that the access token stands for does not suffice for the route")]
    UserAuthentication,
    /// A rule of the application's rejects the token.
    #[error("a rule of the route rejects the access token")]
    Forbidden,
    /// The certificate header of the proxy cannot be used.
    #[error("the client certificate is not known")]
    Certificate(#[from] CertificateHeaderError),
    /// The URL that was called is not known.
    #[error("the URL that was called is not known")]
    PublicUrl(#[from] PublicUrlError),
    /// The replay store failed or is full.
    #[error("the replay store cannot say whether the proof was used before")]
    Store(#[from] StoreError),
    /// The exchange was driven wrongly.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
}

/// An access token that does not pass its validation is rejected; one that lacks a scope is rejected with status 403.
impl From<ValidationError> for AccessError {
    fn from(error: ValidationError) -> Self {
        let lacks_scope = error.kind() == ValidationErrorKind::InsufficientScope;
        Self::Token { code: error.code(), lacks_scope, source: Arc::new(error) }
    }
}

classify! { AccessError {
    Self::NoCredentials => "access_no_credentials" Validation;
    Self::Request { .. } => "access_request" Validation;
    Self::Nonce => "dpop_nonce" Validation;
    Self::Downgrade => "access_downgrade" Validation;
    Self::NotBound => "access_not_bound" Validation;
    Self::UnknownIssuer => "access_unknown_issuer" Validation;
    Self::Scope => "access_scope" Validation;
    Self::UserAuthentication => "access_user_authentication" Validation;
    Self::Forbidden => "access_forbidden" Validation;
} inner {
    Self::Proof(error) => error.class();
    Self::Token { code, .. } => Class::new(code, ErrorKind::Validation);
    Self::Unavailable { code, kind, .. } => Class::new(code, *kind).retryable(true);
    Self::Certificate(error) => error.class();
    Self::PublicUrl(error) => error.class();
    Self::Store(error) => error.class();
    Self::Exchange(error) => error.class();
} }

/// Status, and the error that the client is told.
pub(super) fn head(error: &AccessError) -> (StatusCode, Option<&'static str>) {
    match error {
        AccessError::NoCredentials => (StatusCode::UNAUTHORIZED, None),
        AccessError::Request { .. } | AccessError::Certificate(_) | AccessError::PublicUrl(_) => {
            (StatusCode::BAD_REQUEST, Some(error_codes::INVALID_REQUEST))
        }
        AccessError::Proof(_) => (StatusCode::UNAUTHORIZED, Some(error_codes::INVALID_DPOP_PROOF)),
        AccessError::Nonce => (StatusCode::UNAUTHORIZED, Some(error_codes::USE_DPOP_NONCE)),
        AccessError::UserAuthentication => (StatusCode::UNAUTHORIZED, Some(error_codes::INSUFFICIENT_USER_AUTHENTICATION)),
        AccessError::Forbidden => (StatusCode::FORBIDDEN, None),
        AccessError::Scope | AccessError::Token { lacks_scope: true, .. } => (StatusCode::FORBIDDEN, Some(error_codes::INSUFFICIENT_SCOPE)),
        AccessError::Token { .. } | AccessError::UnknownIssuer | AccessError::Downgrade | AccessError::NotBound => {
            (StatusCode::UNAUTHORIZED, Some(error_codes::INVALID_TOKEN))
        }
        AccessError::Unavailable { .. } | AccessError::Store(_) | AccessError::Exchange(_) => (StatusCode::SERVICE_UNAVAILABLE, None),
    }
}

/// A rejected request: the status and headers to respond with, and the reason, which is for the log of the resource alone.
///
/// RFC 9449 section 7.1, RFC 6750 section 3. The response needs no body. `WWW-Authenticate` has one line for each scheme; the error stands
/// in the line of the scheme that was used. `Cache-Control` is `no-store`.
#[derive(Clone)]
pub struct AccessRejection(Box<Rejection>);

#[derive(Clone)]
struct Rejection {
    error: AccessError,
    status: StatusCode,
    headers: HeaderMap,
}

impl AccessRejection {
    pub(super) fn new(error: AccessError, status: StatusCode, headers: HeaderMap) -> Self {
        Self(Box::new(Rejection { error, status, headers }))
    }

    /// The status to respond with: 400, 401, 403, or 503 where the resource itself has a fault.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers to respond with: the challenges, a nonce where the resource demands one, `Cache-Control`.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Why: for a log, never for the client.
    pub fn error(&self) -> &AccessError {
        &self.0.error
    }

    /// A stable name of the reason in `snake_case`.
    pub fn code(&self) -> &'static str {
        self.0.error.code()
    }

    /// The error that the client is told: `invalid_token`, `insufficient_scope`; `None` where it brought no token, or is not at fault.
    pub fn oauth_error(&self) -> Option<&'static str> {
        head(&self.0.error).1
    }
}

impl From<ExchangeError> for AccessRejection {
    fn from(error: ExchangeError) -> Self {
        Self::new(error.into(), StatusCode::SERVICE_UNAVAILABLE, HeaderMap::new())
    }
}

impl fmt::Display for AccessRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the request is rejected with status {}", self.status().as_u16())
    }
}

impl std::error::Error for AccessRejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0.error)
    }
}

/// Status and reason; the headers hold nothing but what the client is told.
impl fmt::Debug for AccessRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessRejection").field("status", &self.status().as_u16()).field("error", self.error()).finish_non_exhaustive()
    }
}
