//! Why a callback was rejected: RFC 6749 section 4.1.2, RFC 9207 section 2.4, RFC 9700 sections 2.1 and 4.4, JARM section 2.4.

use super::authorization_error::AuthorizationError;
use super::{ResponsePlace, TransactionError};
use crate::encoding::form::FormError;
use crate::error_kind::classify;
use crate::validation::ValidationError;

/// A callback was rejected: nothing of it may be used, and nothing was sent. [`code`](Self::code) is a stable name; no code, token or state
/// is in any of the texts.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CallbackError {
    /// It came by another method than `GET`, or a form by another than `POST` (Form Post Response Mode section 2).
    #[error("unexpected method of the callback: expected \"{expected}\", found \"{found}\"")]
    Method {
        /// `POST`, or `GET or POST`.
        expected: &'static str,
        /// The method, escaped and shortened.
        found: String,
    },
    /// A form came as something else.
    #[error("unexpected content type of the callback: expected \"application/x-www-form-urlencoded\", found {}", content_type(.found.as_deref()))]
    ContentType {
        /// The content type, escaped and shortened.
        found: Option<String>,
    },
    /// More octets than are read.
    #[error("the callback is too long: at most {limit} bytes, found {found}")]
    TooLarge {
        /// The most that are read.
        limit: usize,
        /// How many there are.
        found: usize,
    },
    /// A parameter of the protocol is not percent-encoded UTF-8.
    #[error("the parameter `{parameter}` in the {} of the callback cannot be read", part(*.place))]
    Malformed {
        /// Which part of the callback.
        place: ResponsePlace,
        /// Which one.
        parameter: &'static str,
        /// What is wrong with it.
        source: FormError,
    },
    /// The parameters do not stand where the response mode of the login puts them.
    #[error("the callback has no {}, where the response mode of the login places the response{}", part(*.expected), instead(*.found))]
    Elsewhere {
        /// Where the response was expected.
        expected: ResponsePlace,
        /// What part there is instead.
        found: Option<ResponsePlace>,
    },
    /// The login was begun too long ago.
    #[error("the login has expired: it was begun {age} s ago and is valid for {lifetime} s; extend it with `.lifetime(…)`")]
    Expired {
        /// Seconds since it was begun.
        age: u64,
        /// How many seconds it lives.
        lifetime: u64,
    },
    /// A parameter of the protocol comes twice (RFC 6749 section 3.1).
    #[error("the parameter `{parameter}` of the callback occurs more than once")]
    Duplicate {
        /// Which one.
        parameter: &'static str,
    },
    /// A signed response was asked for, and none came (JARM section 2.3).
    #[error("the callback has no `response`, although a signed response was requested")]
    ResponseMissing,
    /// A signed response came, and none was asked for.
    #[error("the callback has a `response`, although no signed response was requested")]
    ResponseUnexpected,
    /// The signed response cannot be trusted.
    #[error("the signed authorization response was rejected")]
    Response {
        /// Which rule, which claim.
        source: ValidationError,
    },
    /// The server says that it names itself in every response, and this one has no `iss` (RFC 9207 section 2.4).
    #[error(
        "the callback has no `iss`, which the metadata of `{issuer}` say is always sent; if that is wrong, state it with `.metadata_member(\"authorization_response_iss_parameter_supported\", false)`{}",
        claimed(.claimed_error)
    )]
    IssuerMissing {
        /// The issuer of the login.
        issuer: String,
        /// The error that the callback states, which is not believed.
        claimed_error: Option<String>,
    },
    /// The response comes from another server than the one that was asked: a mix-up (RFC 9700 section 4.4).
    #[error("the callback is from another issuer: expected \"{expected}\", found \"{found}\"{}", slash(.expected, .found))]
    IssuerMismatch {
        /// The issuer of the login.
        expected: String,
        /// `iss`, escaped and shortened.
        found: String,
    },
    /// No `state`, though one was sent.
    #[error("the callback has no `state`, although one was sent{}", claimed(.claimed_error))]
    StateMissing {
        /// The error that the callback states, which is not believed.
        claimed_error: Option<String>,
    },
    /// The `state` is not the one that was sent: the callback belongs to another login, or to none (RFC 6749 section 10.12).
    #[error("the callback does not belong to this login: its `state` differs from the one that was sent{}", claimed(.claimed_error))]
    StateMismatch {
        /// The error that the callback states, which is not believed.
        claimed_error: Option<String>,
    },
    /// A `state`, though none was sent.
    #[error("the callback has a `state`, although none was sent")]
    StateUnexpected,
    /// The server's own error: the response is genuine, and it is no.
    #[error("the authorization endpoint rejected the request: {0}")]
    Authorization(AuthorizationError),
    /// Something came that was not asked for, such as an `id_token` beside a plain code (RFC 9700 section 2.1.2).
    #[error("the callback has the parameter `{parameter}`, which the response type `{response_type}` does not return")]
    Unexpected {
        /// Which one.
        parameter: &'static str,
        /// The response type that was asked for.
        response_type: &'static str,
    },
    /// What was asked for is absent or empty.
    #[error("the callback has no `{parameter}`, which the response type `{response_type}` returns")]
    Missing {
        /// Which one.
        parameter: &'static str,
        /// The response type that was asked for.
        response_type: &'static str,
    },
    /// A parameter is not what it must be.
    #[error("unusable parameter `{parameter}` in the callback: expected {expected}")]
    Parameter {
        /// Which one.
        parameter: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// The ID token of the front channel, or that of the token endpoint, was rejected.
    #[error("the ID token of the login was rejected")]
    IdToken {
        /// Which rule, which claim.
        source: ValidationError,
    },
    /// A token was validated by rules for something else than this login.
    #[error("the {token} was validated for a {what} that differs from that of the login")]
    Foreign {
        /// Which token.
        token: &'static str,
        /// Issuer, client or kind of token.
        what: &'static str,
    },
    /// The login itself does not fit the call.
    #[error("the login cannot be finished by this call: {problem}")]
    Configuration {
        /// What is wrong, and what to call instead.
        problem: &'static str,
    },
    /// The login transaction cannot be used.
    #[error(transparent)]
    Transaction(#[from] TransactionError),
}

impl CallbackError {
    /// The server's own error, where the callback is genuine and says no.
    pub fn authorization_error(&self) -> Option<&AuthorizationError> {
        match self {
            Self::Authorization(error) => Some(error),
            _ => None,
        }
    }

    /// Why a token was rejected.
    pub fn validation(&self) -> Option<&ValidationError> {
        match self {
            Self::Response { source } | Self::IdToken { source } => Some(source),
            _ => None,
        }
    }
}

classify! { CallbackError {
    Self::Method { .. } => "callback_method" Flow;
    Self::ContentType { .. } => "callback_content_type" Flow;
    Self::TooLarge { .. } => "callback_too_large" Flow;
    Self::Malformed { .. } => "callback_malformed" Flow;
    Self::Elsewhere { .. } => "callback_elsewhere" Flow;
    Self::Expired { .. } => "login_expired" Flow;
    Self::Duplicate { .. } => "callback_duplicate_parameter" Flow;
    Self::ResponseMissing => "callback_response_missing" Flow;
    Self::ResponseUnexpected => "callback_response_unexpected" Flow;
    Self::IssuerMissing { .. } => "callback_issuer_missing" Flow;
    Self::IssuerMismatch { .. } => "callback_issuer_mismatch" Flow;
    Self::StateMissing { .. } => "callback_state_missing" Flow;
    Self::StateMismatch { .. } => "callback_state_mismatch" Flow;
    Self::StateUnexpected => "callback_state_unexpected" Flow;
    Self::Authorization(_) => "authorization_error" Protocol;
    Self::Unexpected { .. } => "callback_unexpected_parameter" Flow;
    Self::Missing { .. } => "callback_missing_parameter" Flow;
    Self::Parameter { .. } => "callback_malformed_parameter" Flow;
    Self::Foreign { .. } => "callback_foreign_token" Flow;
    Self::Configuration { .. } => "callback_configuration" Configuration;
} inner {
    Self::Response { source } | Self::IdToken { source } => source.class();
    Self::Transaction(error) => error.class();
} }

/// What a callback says of itself although it is not the server's: it may still show what is wrong.
fn claimed(error: &Option<String>) -> String {
    error.as_ref().map_or_else(String::new, |error| format!("; it states the error \"{error}\", which is not verified"))
}

const fn part(place: ResponsePlace) -> &'static str {
    match place {
        ResponsePlace::Query => "query",
        ResponsePlace::Fragment => "fragment",
        ResponsePlace::Form => "form body",
    }
}

fn instead(found: Option<ResponsePlace>) -> String {
    found.map(|found| format!("; it has a {}", part(found))).unwrap_or_default()
}

fn content_type(found: Option<&str>) -> String {
    found.map_or_else(|| "without a content type".to_owned(), |found| format!("as `{found}`"))
}

fn slash(expected: &str, found: &str) -> &'static str {
    let differs = expected.strip_suffix('/') == Some(found) || found.strip_suffix('/') == Some(expected);
    if differs { " (they differ in the slash at the end alone; issuers are compared exactly)" } else { "" }
}
