//! What a protocol message may fail with: the small error of this layer.

use std::time::Duration;

use super::discovery::{AddressError, DiscoveryDocumentResponse, PolicyViolation};
use super::http_error::{HttpError, HttpErrorKind};
use super::oauth_error::OAuthError;
use super::target::{DISCOVERY, RequestTarget};
use crate::constants::error_codes;
use crate::document::DocumentError;
use crate::environment::EntropyError;
use crate::error_kind::{classify, predicate};
use crate::exchange::{AssertionError, ExchangeError};
use crate::jose::{EncryptionError, JoseError, KeySetError, SignerError};
use crate::transport::{TransportError, TransportErrorKind, is_retryable_status};
use crate::validation::ValidationError;

/// Errors that say of themselves that they pass (RFC 6749 section 4.1.2.1, RFC 8628 section 3.5).
const PASSING: [&str; 3] = [error_codes::TEMPORARILY_UNAVAILABLE, error_codes::AUTHORIZATION_PENDING, error_codes::SLOW_DOWN];

/// Why a request failed: facts, split by who is to blame; [`code`](Self::code) is a stable name.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The request itself is wrong; nothing was sent.
    #[error("{}", predicate(member, problem))]
    Configuration {
        /// The setter, parameter or header at fault.
        member: String,
        /// What is wrong with it, and what was expected.
        problem: String,
    },
    /// The address is no address; nothing was sent.
    #[error("the address of the {endpoint} cannot be used")]
    Address {
        /// Which endpoint.
        endpoint: &'static str,
        /// What is wrong with it.
        source: AddressError,
    },
    /// The policy rejects an address or a document.
    #[error(transparent)]
    Policy(Box<PolicyViolation>),
    /// No usable response came.
    #[error("{endpoint} failed: {}{}", outcome(.source), larger_body(endpoint.name(), .source.kind() == TransportErrorKind::BodyTooLarge))]
    Transport {
        /// Which endpoint.
        endpoint: RequestTarget,
        /// What kept it.
        source: TransportError,
    },
    /// A response that is no protocol message.
    #[error("{endpoint} failed: {}{}", .error.summary(), advice(.endpoint, .error))]
    Http {
        /// Which endpoint.
        endpoint: RequestTarget,
        /// Status, challenges and what was expected.
        error: Box<HttpError>,
    },
    /// Something could not be signed.
    #[error("cannot sign the {what}")]
    Signing {
        /// What.
        what: &'static str,
        /// Why not.
        source: SignerError,
    },
    /// Something could not be encrypted.
    #[error("cannot encrypt the {what}")]
    Encrypting {
        /// What.
        what: &'static str,
        /// Why not.
        source: EncryptionError,
    },
    /// The server takes authorization requests of another form alone; nothing was sent.
    #[error("the server accepts only {wanted} (`{member}`)")]
    RequestForm {
        /// What it takes.
        wanted: &'static str,
        /// The member of its metadata that says so.
        member: &'static str,
    },
    /// A pushed authorization request was not used in time.
    #[error("the pushed authorization request expired before it was used")]
    PushedRequestExpired,
    /// The access token is empty or holds characters that no token of the scheme `DPoP` may hold (RFC 9110 section 11.2); nothing was sent.
    #[error("the access token is empty or holds characters that no token of the scheme `DPoP` may hold")]
    UnfitToken,
    /// The DPoP key is missing, is not the one that a token is bound to, or signs with no algorithm that the server accepts.
    #[error("{problem}")]
    DpopKey {
        /// What is wrong with it.
        problem: String,
    },
    /// The authorization code is bound to another DPoP key than the request has; nothing was sent.
    #[error("the authorization code is bound to the DPoP key `{expected}`, the token request has {found}")]
    CodeBinding {
        /// The thumbprint of the key that the code is bound to.
        expected: String,
        /// The thumbprint of the request's key, or `no key`.
        found: String,
    },
    /// A client assertion could not be made elsewhere.
    #[error("the client cannot authenticate")]
    Assertion {
        /// Why not.
        source: AssertionError,
    },
    /// An OAuth error document.
    #[error("{endpoint} rejected the request: {error}")]
    OAuth {
        /// Which endpoint.
        endpoint: RequestTarget,
        /// The document, its status and challenges.
        error: Box<OAuthError>,
    },
    /// A response that cannot be read.
    #[error("{endpoint} failed: the response cannot be read")]
    Malformed {
        /// Which endpoint.
        endpoint: RequestTarget,
        /// Where and what.
        source: DocumentError,
    },
    /// A member of the response is missing or not what it must be.
    #[error("{endpoint} failed: unusable member `{member}`: expected {expected}, found {found}")]
    Member {
        /// Which endpoint.
        endpoint: RequestTarget,
        /// The member.
        member: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is; never a secret.
        found: String,
    },
    /// A check on the response failed.
    #[error("{endpoint} failed: the response does not belong to this request: `{member}`: expected \"{expected}\", found \"{found}\"")]
    Mismatch {
        /// Which endpoint.
        endpoint: RequestTarget,
        /// The member.
        member: &'static str,
        /// What was expected; never a secret.
        expected: String,
        /// What was found; never a secret.
        found: String,
    },
    /// The signature of signed metadata does not stand.
    #[error("the signed metadata was rejected")]
    SignedMetadata {
        /// Why not.
        source: JoseError,
    },
    /// A signed response was rejected.
    #[error("{endpoint} failed: the signed response was rejected")]
    Token {
        /// Which endpoint.
        endpoint: RequestTarget,
        /// Which rule, which claim.
        source: ValidationError,
    },
    /// A polling came to its end without tokens.
    #[error("{endpoint} issued no tokens: {end} before the user decided")]
    Poll {
        /// Which endpoint.
        endpoint: RequestTarget,
        /// Why.
        end: PollEnd,
    },
    /// None of the places at which a document may stand has one.
    #[error("no metadata document was found at {}", addresses.iter().map(|address| format!("`{address}`")).collect::<Vec<_>>().join(", "))]
    NoDocument {
        /// The addresses that were asked, in order.
        addresses: Vec<String>,
        /// What the last of them answered.
        source: Box<RequestError>,
    },
    /// The document is good, the keys it points to could not be had.
    #[error("the keys of `{}` cannot be loaded", .document.shown_issuer())]
    KeySetLoading {
        /// The document, its issuer checked.
        document: Box<DiscoveryDocumentResponse>,
        /// Why not.
        source: Box<RequestError>,
    },
    /// A key set that cannot be used.
    #[error("the key set cannot be used")]
    KeySet(#[source] KeySetError),
    /// The exchange was driven wrongly.
    #[error(transparent)]
    Exchange(#[from] ExchangeError),
    /// There are no random bytes.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

impl RequestError {
    /// How long the server asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Http { error, .. } => error.retry_after(),
            Self::OAuth { error, .. } => error.retry_after(),
            Self::KeySetLoading { source, .. } | Self::NoDocument { source, .. } => source.retry_after(),
            _ => None,
        }
    }

    /// The OAuth error document, if the server sent one.
    pub fn oauth_error(&self) -> Option<&OAuthError> {
        match self {
            Self::OAuth { error, .. } => Some(error),
            Self::KeySetLoading { source, .. } | Self::NoDocument { source, .. } => source.oauth_error(),
            _ => None,
        }
    }

    /// What the policy rejected.
    pub fn policy_violation(&self) -> Option<&PolicyViolation> {
        match self {
            Self::Policy(violation) => Some(violation),
            Self::KeySetLoading { source, .. } => source.policy_violation(),
            _ => None,
        }
    }

    /// The response that was no protocol message.
    pub fn http_error(&self) -> Option<&HttpError> {
        match self {
            Self::Http { error, .. } => Some(error),
            Self::KeySetLoading { source, .. } | Self::NoDocument { source, .. } => source.http_error(),
            _ => None,
        }
    }

    /// Why a signed response was rejected.
    pub fn validation(&self) -> Option<&ValidationError> {
        match self {
            Self::Token { source, .. } => Some(source),
            _ => None,
        }
    }

    /// The same error, these secrets hidden where the server's own words repeat them.
    pub(crate) fn hiding<'s>(self, secrets: impl IntoIterator<Item = &'s str>) -> Self {
        match self {
            Self::OAuth { endpoint, error } => Self::OAuth { endpoint, error: Box::new(error.hiding(secrets)) },
            other => other,
        }
    }

    /// The same error, with how the client authenticated, where the server says that it did not succeed.
    pub(crate) fn tried(self, method: &'static str) -> Self {
        match self {
            Self::OAuth { endpoint, error } => Self::OAuth { endpoint, error: Box::new(error.tried(method)) },
            other => other,
        }
    }

    /// The same error, with the address that was asked.
    pub(crate) fn at(mut self, address: &str) -> Self {
        match &mut self {
            Self::Transport { endpoint, .. }
            | Self::Http { endpoint, .. }
            | Self::OAuth { endpoint, .. }
            | Self::Malformed { endpoint, .. }
            | Self::Member { endpoint, .. }
            | Self::Mismatch { endpoint, .. }
            | Self::Token { endpoint, .. }
            | Self::Poll { endpoint, .. } => endpoint.at(address),
            _ => {}
        }
        self
    }

    /// Where the request went, as far as the error is about its response.
    pub fn target(&self) -> Option<&RequestTarget> {
        match self {
            Self::Transport { endpoint, .. }
            | Self::Http { endpoint, .. }
            | Self::OAuth { endpoint, .. }
            | Self::Malformed { endpoint, .. }
            | Self::Member { endpoint, .. }
            | Self::Mismatch { endpoint, .. }
            | Self::Token { endpoint, .. }
            | Self::Poll { endpoint, .. } => Some(endpoint),
            Self::KeySetLoading { source, .. } => source.target(),
            _ => None,
        }
    }

    pub(crate) fn configuration(member: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Configuration { member: member.into(), problem: problem.into() }
    }
}

classify! { RequestError {
    Self::Configuration { .. } => "request_configuration" Configuration;
    Self::Address { .. } => "address" Configuration;
    Self::OAuth { error, .. } => "oauth_error" Protocol retryable is_retryable_status(error.status()) || PASSING.contains(&error.error());
    Self::Malformed { .. } => "malformed_answer" Malformed;
    Self::Member { .. } => "malformed_member" Malformed;
    Self::Mismatch { .. } => "answer_mismatch" Validation;
    Self::SignedMetadata { .. } => "signed_metadata" Validation;
    Self::Signing { .. } => "signing" Key;
    Self::Encrypting { .. } => "encrypting" Key;
    Self::RequestForm { .. } => "request_form" Configuration;
    Self::UnfitToken => "unfit_token" Malformed;
    Self::DpopKey { .. } => "dpop_key" Key;
    Self::CodeBinding { .. } => "dpop_code_binding" Flow;
    Self::PushedRequestExpired => "pushed_request_expired" Flow;
    Self::Assertion { .. } => "client_assertion" Key;
    Self::KeySetLoading { source, .. } => "key_set_loading" Key, caused_by source.class();
    Self::KeySet(_) => "key_set" Key;
    Self::Entropy(_) => "entropy" Configuration;
} inner {
    Self::Policy(violation) => violation.kind().class();
    Self::Transport { source, .. } => source.kind().class();
    Self::Http { error, .. } => error.class();
    Self::NoDocument { source, .. } => source.class();
    Self::Token { source, .. } => source.class();
    Self::Poll { end, .. } => end.class();
    Self::Exchange(error) => error.class();
} }

impl From<PolicyViolation> for RequestError {
    fn from(violation: PolicyViolation) -> Self {
        Self::Policy(Box::new(violation))
    }
}

/// The endpoint whose answers may have to be larger.
pub(super) const KEY_SET_ENDPOINT: &str = "key set endpoint";

/// The settings that allow a larger key set; other answers have no reason to be larger.
fn larger_body(endpoint: &str, is_too_large: bool) -> &'static str {
    let is_key_set = is_too_large && endpoint == KEY_SET_ENDPOINT;
    if is_key_set { "; allow more with `body_limit` of the request or the source, or `CacheSettings::with_body_limit`" } else { "" }
}

fn outcome(error: &TransportError) -> &'static str {
    match error.kind() {
        TransportErrorKind::Configuration => "nothing was sent",
        _ => "no response",
    }
}

/// What to do about an unexpected status.
fn advice(endpoint: &RequestTarget, error: &HttpError) -> &'static str {
    match (endpoint.name(), error.status().as_u16()) {
        (DISCOVERY, 404 | 405 | 410) => "; check the authority: the document is usually at `<authority>/.well-known/openid-configuration`",
        _ => larger_body(endpoint.name(), matches!(error.kind(), HttpErrorKind::BodyTooLarge { .. })),
    }
}

/// Why a polling ended without tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PollEnd {
    /// The codes have expired.
    #[error("the codes expired")]
    Expired,
    /// It was cancelled.
    #[error("the polling was cancelled")]
    Cancelled,
}

classify! { PollEnd {
    Self::Expired => "poll_expired" Flow;
    Self::Cancelled => "poll_cancelled" Flow;
} }
