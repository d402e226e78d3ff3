//! The OAuth error document (RFC 6749 section 5.2 and every specification that builds on it).

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use super::discovery::{DiscoveryPolicy, NamedAddress};
use super::excerpt::escaped;
use super::redaction::without_secrets;
use super::response_head::ResponseHead;
use crate::constants::{client_auth_methods, error_codes};
use crate::document::Document;
use crate::encoding::challenge::Challenge;
use crate::secret::SecretText;

/// How much of a server's own words is shown.
const TEXT_LIMIT: usize = 500;

/// An OAuth error as the server sent it: `error`, description, URI, status, the whole document and the challenges beside it.
///
/// RFC 6749 section 5.2; from the challenge of a `WWW-Authenticate` header where the body holds none (RFC 6750 section 3). The server's words
/// are data: [`error_description`](Self::error_description) gives them as they came, `Display` shows
/// them shortened, with control characters escaped and without the secrets that the request sent.
#[derive(Clone)]
pub struct OAuthError {
    error: String,
    document: Document,
    head: ResponseHead,
    /// What the request sent in confidence: a server that repeats it in its description must not bring it into a log.
    hidden: Vec<SecretText>,
    /// How the client authenticated, where that is what the server rejects.
    tried: Option<&'static str>,
}

impl OAuthError {
    /// The error of a document, if it is one: `error` is a non-empty string.
    pub(crate) fn of(document: &Document, head: &ResponseHead) -> Option<Self> {
        let error = document.try_get_str("error").filter(|error| !error.is_empty())?.to_owned();
        Some(Self { error, document: document.clone(), head: head.clone(), hidden: Vec::new(), tried: None })
    }

    /// The error of a challenge to a token, for servers that say why in `WWW-Authenticate` alone (RFC 6750 section 3, RFC 9449 section 7.1).
    pub(crate) fn of_challenge(head: &ResponseHead) -> Option<Self> {
        if !head.status().is_client_error() {
            return None;
        }
        let is_of_token = |challenge: &&Challenge| challenge.is_scheme("Bearer") || challenge.is_scheme("DPoP");
        let challenge = head.challenges().iter().filter(is_of_token).find(|one| one.parameter("error").is_some_and(|e| !e.is_empty()))?;
        let members: serde_json::Map<_, _> = ["error", "error_description", "error_uri", "scope"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), challenge.parameter(name)?.into())))
            .collect();
        Self::of(&Document::parse(serde_json::Value::Object(members).to_string()).ok()?, head)
    }

    /// The same error, whose `Display` says how the client authenticated if the server says that it did not succeed (RFC 6749 section 5.2).
    pub(crate) fn tried(mut self, method: &'static str) -> Self {
        let is_about_client = self.error == error_codes::INVALID_CLIENT || self.status() == http::StatusCode::UNAUTHORIZED;
        self.tried = is_about_client.then_some(method);
        self
    }

    /// The same error whose `Display` leaves these secrets out.
    pub(crate) fn hiding<'s>(mut self, secrets: impl IntoIterator<Item = &'s str>) -> Self {
        self.hidden.extend(secrets.into_iter().map(SecretText::from));
        self
    }

    /// The error code, for example `invalid_client`.
    pub fn error(&self) -> &str {
        &self.error
    }

    /// Whether the server rejects how the client authenticated: a wrong secret or assertion, or another method than the registered one.
    ///
    /// True for `invalid_client` (RFC 6749 section 5.2) and for any error that an endpoint which authenticates the client sends with status 401:
    /// servers say `unauthorized_client` or `invalid_request` there, too.
    pub fn is_client_authentication_failure(&self) -> bool {
        self.tried.is_some()
    }

    /// `error_description`, as it came.
    pub fn error_description(&self) -> Option<&str> {
        self.document.try_get_str("error_description")
    }

    /// `error_uri`: a page about the error, where it is https or http on loopback; none of another scheme. The server named it, so it is no
    /// address to send a request to.
    pub fn error_uri(&self) -> Option<&str> {
        let page = self.document.try_get_str("error_uri")?;
        DiscoveryPolicy::strict().check_named(NamedAddress::ERROR_URI, page, page).ok().map(|_| page)
    }

    /// `scope`: what the token would have to allow, where the server says so (RFC 6750 section 3).
    pub fn scope(&self) -> Option<&str> {
        self.document.try_get_str("scope")
    }

    /// The HTTP status.
    pub fn status(&self) -> http::StatusCode {
        self.head.status()
    }

    /// How long the server asks to wait (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.head.retry_after()
    }

    /// The challenges of `WWW-Authenticate`.
    pub fn challenges(&self) -> &[Challenge] {
        self.head.challenges()
    }

    /// By how many seconds the server's clock (`Date`) is ahead of this machine's, where a DPoP proof was rejected and it is more than 30 s.
    pub fn clock_offset(&self) -> Option<i64> {
        self.head.clock_offset().filter(|_| self.error == error_codes::INVALID_DPOP_PROOF)
    }

    fn without_secrets<'t>(&self, text: &'t str) -> Cow<'t, str> {
        without_secrets(text, self.hidden.iter().map(SecretText::expose))
    }

    /// The whole document, unknown members included.
    pub fn document(&self) -> &Document {
        &self.document
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` (HTTP {})", escaped(&self.without_secrets(&self.error), TEXT_LIMIT), self.status().as_u16())?;
        if let Some(description) = self.error_description() {
            write!(f, ": {}", escaped(&self.without_secrets(description), TEXT_LIMIT))?
        }
        match self.clock_offset() {
            Some(ahead @ 1..) => write!(f, "; this machine's clock is {ahead} s behind the server's")?,
            Some(behind) => write!(f, "; this machine's clock is {} s ahead of the server's", behind.abs())?,
            None => {}
        }
        self.tried.map_or(Ok(()), |method| write!(f, "; {}", other_methods(method)))
    }
}

/// How the client authenticated, and the setters of the ways that servers confuse with it.
fn other_methods(method: &str) -> String {
    let others = match method {
        client_auth_methods::NONE => return "the client did not authenticate; set a method with `.authentication(…)`".to_owned(),
        client_auth_methods::CLIENT_SECRET_BASIC => "`ClientAuthentication::secret_post(…)` or `secret_basic_raw(…)`",
        client_auth_methods::CLIENT_SECRET_POST => "`ClientAuthentication::secret_basic(…)` or `secret_basic_raw(…)`",
        _ => "another `ClientAuthentication`",
    };
    format!("the client authenticated with `{method}`; if it is registered for another method, set {others} with `.authentication(…)`")
}

impl fmt::Debug for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = escaped(&self.without_secrets(&self.error), TEXT_LIMIT);
        f.debug_struct("OAuthError").field("error", &error).field("head", &self.head).finish_non_exhaustive()
    }
}
