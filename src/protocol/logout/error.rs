//! Why a logout, or what claims to be one, is not believed.

use crate::encoding::form::FormError;
use crate::error_kind::classify;
use crate::sealing::SealError;
use crate::validation::TokenKind;

/// A logout was rejected: facts, no secrets. [`code`](Self::code) is a stable name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LogoutError {
    /// The parameters cannot be read.
    #[error("the parameters cannot be read")]
    Malformed(#[source] FormError),
    /// A parameter comes more than once.
    #[error("the parameter `{parameter}` occurs more than once")]
    Repeated {
        /// Its name.
        parameter: &'static str,
    },
    /// The user came back from the provider without `state`.
    #[error("`state` is missing; this request does not return from the logout that was begun")]
    StateMissing,
    /// The user came back from the provider with another `state`.
    #[error("`state` differs from the one that was sent; this request does not return from the logout that was begun")]
    StateMismatch,
    /// The user came back too late.
    #[error("the logout transaction has expired")]
    TransactionExpired,
    /// The request came by another method.
    #[error("unexpected method: expected \"{expected}\", found \"{found}\"")]
    Method {
        /// The method that the specification wants.
        expected: &'static str,
        /// The method of the request.
        found: String,
    },
    /// The body is no form.
    #[error("unexpected content type: expected \"application/x-www-form-urlencoded\"")]
    ContentType,
    /// The body is too large.
    #[error("the body is longer than {limit} bytes")]
    TooLarge {
        /// How many it may have.
        limit: usize,
    },
    /// There is no logout token in the form.
    #[error("the form has no `logout_token`")]
    TokenMissing,
    /// The token was validated as something else than a logout token.
    #[error("the token was validated as another kind: expected \"logout token\", found \"{found}\"")]
    TokenKind {
        /// As what.
        found: TokenKind,
    },
    /// The logout token has no `jti` or no `exp`, so that its second use could not be told from its first.
    #[error("the logout token has no `{claim}`, which is needed to detect a replay")]
    TokenUnmarked {
        /// Which is missing.
        claim: &'static str,
    },
    /// The logout token was used before.
    #[error("the logout token was used before")]
    TokenReplayed,
    /// A front-channel request over another address than the registered one.
    #[error("the request address differs from the registered front-channel logout URI")]
    Address,
    /// One of `iss` and `sid` is there without the other.
    #[error("`{parameter}` is missing; `iss` and `sid` must be sent together")]
    Incomplete {
        /// The one that is missing.
        parameter: &'static str,
    },
    /// `iss` and `sid` are missing, and the client registered that it wants them.
    #[error("`iss` and `sid` are missing, and the client requires them (`frontchannel_logout_session_required`)")]
    SessionMissing,
    /// `iss` is another issuer than the session's.
    #[error("`iss` differs from the issuer of the session")]
    IssuerMismatch,
    /// `sid` is another session than this one.
    #[error("`sid` differs from that of the session")]
    SessionMismatch,
    /// The sealed logout transaction does not open.
    #[error("the sealed logout transaction cannot be opened")]
    Seal(#[from] SealError),
}

classify! { LogoutError {
    Self::Malformed(_) => "logout_malformed" Flow;
    Self::Repeated { .. } => "logout_parameter_repeated" Flow;
    Self::StateMissing => "logout_state_missing" Flow;
    Self::StateMismatch => "logout_state_mismatch" Flow;
    Self::TransactionExpired => "logout_transaction_expired" Flow;
    Self::Method { .. } => "logout_method" Flow;
    Self::ContentType => "logout_content_type" Flow;
    Self::TooLarge { .. } => "logout_too_large" Flow;
    Self::TokenMissing => "logout_token_missing" Flow;
    Self::TokenKind { .. } => "logout_token_kind" Flow;
    Self::TokenUnmarked { .. } => "logout_token_unmarked" Flow;
    Self::TokenReplayed => "logout_token_replayed" Flow;
    Self::Address => "logout_address" Flow;
    Self::Incomplete { .. } => "logout_session_incomplete" Flow;
    Self::SessionMissing => "logout_session_missing" Flow;
    Self::IssuerMismatch => "logout_issuer_mismatch" Flow;
    Self::SessionMismatch => "logout_session_mismatch" Flow;
} inner {
    Self::Seal(error) => error.class();
} }

impl From<FormError> for LogoutError {
    fn from(error: FormError) -> Self {
        Self::Malformed(error)
    }
}
