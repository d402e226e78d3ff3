//! A login that a third party starts: the client's `initiate_login_uri` (OpenID Connect Core 1.0 section 4).

use bon::Builder;
use http::{Method, Request};

use super::AuthorizationOptions;
use crate::constants::{media_types, parameters};
use crate::encoding::form::{Form, FormError};
use crate::error_kind::classify;
use crate::protocol::discovery::{AuthorityValidationStrategy, StringComparisonStrategy};
use crate::protocol::excerpt::escaped;
use crate::protocol::response_head::{is_media_type, only_content_type};

/// The client's `initiate_login_uri`: reads what a third party, or the provider itself, sends the browser there with.
///
/// OpenID Connect Core 1.0 section 4. Any site can make a browser come, so nothing is believed that the application has not allowed: `iss` must be one
/// of its issuers, code point by code point, and `target_link_uri` must lie below one of its own addresses, else the client would redirect to
/// wherever a stranger wants it to (RFC 9700 section 4.11). Default: no target is allowed. `login_hint` is handed on to the provider, who judges it. What
/// follows is a login like any other, with state, nonce and PKCE of its own, begun by a redirect of the whole page.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::ThirdPartyLogin;
///
/// let endpoint = ThirdPartyLogin::builder()
///     .issuers(["https://idp.example.com"])
///     .targets(["https://app.example.com/orders"])
///     .build();
/// let request = http::Request::get(
///     "/start-login?iss=https%3A%2F%2Fidp.example.com&login_hint=alice&target_link_uri=https%3A%2F%2Fapp.example.com%2Forders%2F7",
/// )
/// .body("")?;
/// let initiated = endpoint.read(&request)?;
/// assert_eq!(initiated.issuer(), "https://idp.example.com"); // which client or provider of the application it is for
/// assert_eq!(initiated.target_link_uri(), Some("https://app.example.com/orders/7")); // kept in the session for after the login
/// let options = initiated.options(); // for `.options(…)` of the login that begins now
/// # let _ = options;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct ThirdPartyLogin {
    /// The issuers that the application has logins for.
    #[builder(with = |issuers: impl IntoIterator<Item = impl Into<String>>| issuers.into_iter().map(Into::into).collect())]
    issuers: Vec<String>,
    /// The application's own addresses that a login may go on to: scheme, host, port, and a path that the target's begins with, by whole segments.
    /// Default: none.
    #[builder(default, with = |targets: impl IntoIterator<Item = impl Into<String>>| targets.into_iter().map(Into::into).collect())]
    targets: Vec<String>,
}

/// A third party wants the user to log in: checked, and nothing has happened yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitiatedLogin {
    issuer: String,
    login_hint: Option<String>,
    target_link_uri: Option<String>,
}

/// A request to start a login was rejected; [`code`](Self::code) is a stable name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ThirdPartyLoginError {
    /// Neither GET nor POST.
    #[error("unexpected method: expected \"GET\" or \"POST\", found \"{found}\"")]
    Method {
        /// The method, escaped and shortened.
        found: String,
    },
    /// A POST of something else than a form.
    #[error("unexpected content type: expected \"application/x-www-form-urlencoded\"")]
    ContentType,
    /// More octets than are read.
    #[error("the parameters are longer than {limit} bytes")]
    TooLarge {
        /// The most that are read.
        limit: usize,
    },
    /// The parameters cannot be read.
    #[error("the parameters cannot be read")]
    Malformed(#[source] FormError),
    /// A parameter comes twice.
    #[error("the parameter `{parameter}` occurs more than once")]
    Duplicate {
        /// Which one.
        parameter: &'static str,
    },
    /// `iss` is missing or empty.
    #[error("`iss` is missing")]
    IssuerMissing,
    /// `iss` is none of the application's issuers.
    #[error("unknown `iss`: found \"{found}\"; add it with `.issuers([…])`")]
    IssuerUnknown {
        /// What it is, escaped and shortened.
        found: String,
    },
    /// `target_link_uri` is none of the addresses that a login may go on to.
    #[error("`target_link_uri` is not allowed: found \"{found}\"; allow it with `.targets([…])`")]
    TargetRejected {
        /// What it is without its query, escaped and shortened.
        found: String,
    },
}

/// The most octets of parameters that are read.
const LIMIT: usize = 16 * 1024;

impl ThirdPartyLogin {
    /// Reads a request: the query of a GET, the form of a POST.
    ///
    /// # Errors
    /// [`ThirdPartyLoginError`]: respond with 400, and send the browser nowhere.
    pub fn read<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Result<InitiatedLogin, ThirdPartyLoginError> {
        let text = match *request.method() {
            Method::GET => request.uri().query().unwrap_or_default().as_bytes(),
            Method::POST if is_media_type(only_content_type(request.headers()), media_types::FORM) => request.body().as_ref(),
            Method::POST => return Err(ThirdPartyLoginError::ContentType),
            _ => return Err(ThirdPartyLoginError::Method { found: escaped(request.method().as_str(), 20) }),
        };
        if text.len() > LIMIT {
            return Err(ThirdPartyLoginError::TooLarge { limit: LIMIT });
        }
        self.check(&Form::parse(text).map_err(ThirdPartyLoginError::Malformed)?)
    }

    fn check(&self, form: &Form) -> Result<InitiatedLogin, ThirdPartyLoginError> {
        let issuer = only(form, parameters::ISS)?;
        let login_hint = only(form, parameters::LOGIN_HINT)?.map(str::to_owned);
        let target = only(form, parameters::TARGET_LINK_URI)?;
        let issuer = issuer.ok_or(ThirdPartyLoginError::IssuerMissing)?;
        if !self.issuers.iter().any(|known| known == issuer) {
            return Err(ThirdPartyLoginError::IssuerUnknown { found: escaped(issuer, 200) });
        }
        if let Some(target) = target
            && StringComparisonStrategy::ordinal().validate_endpoint(target, &self.targets).is_err()
        {
            let found = target.split(['?', '#']).next().unwrap_or_default();
            return Err(ThirdPartyLoginError::TargetRejected { found: escaped(found, 200) });
        }
        Ok(InitiatedLogin { issuer: issuer.to_owned(), login_hint, target_link_uri: target.map(str::to_owned) })
    }
}

impl InitiatedLogin {
    /// `iss`: the issuer to log in at, one of those that were allowed.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `login_hint`: who is about to log in. The third party's word, passed on to the provider and not believed otherwise.
    pub fn login_hint(&self) -> Option<&str> {
        self.login_hint.as_deref()
    }

    /// `target_link_uri`: where the user goes on to after the login, below an address that was allowed.
    pub fn target_link_uri(&self) -> Option<&str> {
        self.target_link_uri.as_deref()
    }

    /// What the authorization request asks for because of this: the hint.
    pub fn options(&self) -> AuthorizationOptions {
        let mut options = AuthorizationOptions::new();
        if let Some(hint) = &self.login_hint {
            options = options.login_hint(hint);
        }
        options
    }
}

classify! { ThirdPartyLoginError {
    Self::Method { .. } => "third_party_login_method" Flow;
    Self::ContentType => "third_party_login_content_type" Flow;
    Self::TooLarge { .. } => "third_party_login_too_large" Flow;
    Self::Malformed(_) => "third_party_login_malformed" Flow;
    Self::Duplicate { .. } => "third_party_login_parameter_repeated" Flow;
    Self::IssuerMissing => "third_party_login_issuer_missing" Flow;
    Self::IssuerUnknown { .. } => "third_party_login_issuer_unknown" Flow;
    Self::TargetRejected { .. } => "third_party_login_target_refused" Flow;
} }

/// The one value of a parameter; an empty one counts as absent.
fn only<'f>(form: &'f Form, parameter: &'static str) -> Result<Option<&'f str>, ThirdPartyLoginError> {
    let mut values = form.all(parameter);
    let value = values.next();
    match values.next() {
        None => Ok(value.filter(|value| !value.is_empty())),
        Some(_) => Err(ThirdPartyLoginError::Duplicate { parameter }),
    }
}
