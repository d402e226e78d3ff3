//! Why a text is not an address that a request can be sent to.

use crate::error_kind::classify;

/// The text is not a well-formed address.
///
/// OpenID Connect Discovery 1.0 section 4, RFC 8414 section 2, RFC 6749 section 3.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressSyntaxError {
    /// The address is empty.
    #[error("the address is empty")]
    Empty,
    /// The address does not start with `https://` or `http://`.
    #[error("the address does not start with `https://` or `http://`")]
    Scheme,
    /// Nothing stands between the scheme and the path.
    #[error("the address has no host")]
    Host,
    /// The address carries user information (`user@host`).
    #[error("the address contains user information")]
    UserInformation,
    /// A backslash, blank or control character stands in the address.
    #[error("the address contains {0:?}; backslashes, blanks and control characters are not allowed")]
    Character(char),
    /// The address has a query where none may be.
    #[error("the address has a query (`?`), which is not allowed here")]
    Query,
    /// The address has a fragment.
    #[error("the address has a fragment (`#`)")]
    Fragment,
    /// The address is no valid URL for another reason.
    #[error("the address is not a valid URL")]
    Invalid(#[source] url::ParseError),
    /// The argument of a provider preset is empty or holds characters that are not allowed in it.
    #[error("the argument `{0}` of the preset is empty or contains a character that is not allowed")]
    PresetArgument(&'static str),
    /// The issuer template lacks `{tenantid}`, or has it more than once.
    #[error("the issuer template must contain `{{tenantid}}` exactly once, as a whole path segment")]
    Template,
}

classify! { AddressSyntaxError {
    Self::Empty
    | Self::Scheme
    | Self::Host
    | Self::UserInformation
    | Self::Character(_)
    | Self::Query
    | Self::Fragment
    | Self::Invalid(_)
    | Self::PresetArgument(_)
    | Self::Template => "address" Configuration;
} }
