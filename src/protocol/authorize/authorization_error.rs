//! The error that the authorization endpoint responds with: RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6.

use std::fmt;

use super::known_parameters::unknown_parameters;
use crate::constants::{error_codes, parameters};
use crate::encoding::form::Form;
use crate::protocol::discovery::{DiscoveryPolicy, NamedAddress};
use crate::protocol::excerpt::escaped;
use crate::protocol::redaction::without_secrets;

/// How much of the server's own words is kept.
const TEXT_LIMIT: usize = 500;
/// How much of an address of its own.
const URI_LIMIT: usize = 2000;

/// An error of the authorization endpoint, from a callback whose `iss` and `state` stood their checks.
///
/// RFC 6749 section 4.1.2.1, OpenID Connect Core section 3.1.2.6. The words are the server's and have come through the browser: they are kept
/// with control characters escaped and shortened, and without the secrets of the login. `error_uri` is not to be followed unseen.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::AuthorizationError;
///
/// fn is_a_change_of_mind(error: &AuthorizationError) -> bool {
///     error.error() == "access_denied"
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationError {
    error: String,
    description: Option<String>,
    uri: Option<String>,
    unknown: Vec<(String, String)>,
}

impl AuthorizationError {
    /// The error that the parameters hold, if they hold one.
    pub(super) fn of(form: &Form, hidden: &[&str]) -> Option<Self> {
        let shown = |name: &str, limit| {
            form.first(name).filter(|text| !text.is_empty()).map(|text| escaped(&without_secrets(text, hidden.iter().copied()), limit))
        };
        Some(Self {
            error: shown(parameters::ERROR, TEXT_LIMIT)?,
            description: shown(parameters::ERROR_DESCRIPTION, TEXT_LIMIT),
            uri: shown(parameters::ERROR_URI, URI_LIMIT).filter(|page| is_page(page)),
            unknown: unknown_parameters(form),
        })
    }

    /// The error code, for example `access_denied`.
    pub fn error(&self) -> &str {
        &self.error
    }

    /// `error_description`, fit to be shown.
    pub fn error_description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// `error_uri`, fit to be shown: a page that is https, or http on loopback; none of another scheme.
    pub fn error_uri(&self) -> Option<&str> {
        self.uri.as_deref()
    }

    /// A parameter beside the error that the protocol does not know: Facebook's `error_reason`, for example. **Not verified**: it came through
    /// the browser, as it stands here, and may hold anything.
    pub fn unverified_parameter(&self, name: &str) -> Option<&str> {
        self.unknown.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Whether the same request could succeed if the user were asked: the responses to `prompt=none` (OpenID Connect Core section 3.1.2.6).
    pub fn wants_interaction(&self) -> bool {
        let codes = [
            error_codes::LOGIN_REQUIRED,
            error_codes::INTERACTION_REQUIRED,
            error_codes::CONSENT_REQUIRED,
            error_codes::ACCOUNT_SELECTION_REQUIRED,
        ];
        codes.contains(&self.error.as_str())
    }
}

fn is_page(address: &str) -> bool {
    DiscoveryPolicy::strict().check_named(NamedAddress::ERROR_URI, address, address).is_ok()
}

impl fmt::Display for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.error)?;
        self.description.as_ref().map_or(Ok(()), |description| write!(f, ": {description}"))
    }
}

impl fmt::Debug for AuthorizationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationError").field("error", &self.error).finish_non_exhaustive()
    }
}
