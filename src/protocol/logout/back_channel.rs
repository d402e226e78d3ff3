//! A logout request from server to server: the form with the logout token, taken apart and not yet believed.

use std::fmt;

use http::{HeaderMap, Method, Request};

use super::LogoutError;
use crate::constants::{media_types, parameters};
use crate::encoding::form::Form;
use crate::protocol::response_head::{is_media_type, only_content_type};
use crate::secret::SecretText;

/// The request by which a provider logs a user out without the browser: a posted form with one logout token.
///
/// OpenID Connect Back-Channel Logout 1.0 section 2.5. The token is read from the body alone; other parameters are none of our business. It is
/// not validated: [`sessions::BackchannelLogout`](crate::sessions::BackchannelLogout) does all of it, or by hand a
/// [`TokenValidator`](crate::keys::TokenValidator) for logout tokens, a [`LogoutNotice`](super::LogoutNotice) and a
/// [`ReplayStore`](crate::cache::ReplayStore).
///
/// # Example
/// ```
/// use identity_model::protocol::logout::LogoutTokenRequest;
///
/// let request = http::Request::post("/backchannel-logout")
///     .header("content-type", "application/x-www-form-urlencoded")
///     .body("logout_token=header.payload.signature")?;
/// assert_eq!(LogoutTokenRequest::read(&request)?.logout_token().expose(), "header.payload.signature");
///
/// let refused = LogoutTokenRequest::read(&http::Request::get("/backchannel-logout?logout_token=h.p.s").body("")?).unwrap_err();
/// assert_eq!(refused.response().status(), 400);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct LogoutTokenRequest {
    logout_token: SecretText,
}

impl LogoutTokenRequest {
    /// How many bytes the body may have: 64 KiB. A server that reads it from a socket stops there too.
    pub const BODY_LIMIT: usize = 64 * 1024;

    /// Takes a request apart.
    ///
    /// # Errors
    /// [`LogoutError`]: another method than POST, another content type than that of a form, a body over
    /// [`BODY_LIMIT`](Self::BODY_LIMIT) or one that is no form, no `logout_token` or several.
    pub fn read<B: AsRef<[u8]>>(request: &Request<B>) -> Result<Self, LogoutError> {
        Self::from_parts(request.method(), request.headers(), request.body().as_ref())
    }

    /// The same from what a web framework hands out apart.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn from_parts(method: &Method, headers: &HeaderMap, body: &[u8]) -> Result<Self, LogoutError> {
        if method != Method::POST {
            return Err(LogoutError::Method { expected: "POST", found: method.to_string() });
        }
        if !is_media_type(only_content_type(headers), media_types::FORM) {
            return Err(LogoutError::ContentType);
        }
        if body.len() > Self::BODY_LIMIT {
            return Err(LogoutError::TooLarge { limit: Self::BODY_LIMIT });
        }
        let form = Form::parse(body)?;
        let mut tokens = form.all(parameters::LOGOUT_TOKEN);
        match (tokens.next().filter(|token| !token.is_empty()), tokens.next()) {
            (_, Some(_)) => Err(LogoutError::Repeated { parameter: parameters::LOGOUT_TOKEN }),
            (None, None) => Err(LogoutError::TokenMissing),
            (Some(token), None) => Ok(Self { logout_token: SecretText::from(token) }),
        }
    }

    /// The logout token as it came.
    pub fn logout_token(&self) -> &SecretText {
        &self.logout_token
    }
}

impl fmt::Debug for LogoutTokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogoutTokenRequest").finish_non_exhaustive()
    }
}
