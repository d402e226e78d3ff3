//! A logout through the browser: the provider's logout page loads the client's address in an iframe.

use bon::Builder;
use bytes::Bytes;
use http::header::{CONTENT_SECURITY_POLICY, PRAGMA, REFERRER_POLICY};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use url::Url;

use super::LogoutError;
use super::response::response;
use crate::constants::parameters;
use crate::encoding::form::Form;
use crate::secret::constant_time_eq;

/// The client's front-channel logout address: reads what comes there and answers.
///
/// OpenID Connect Front-Channel Logout 1.0 section 3. `iss` and `sid` come both or not at all, each once; `iss` must be the issuer. Any site can
/// make a browser load the address, so a client that can should register `frontchannel_logout_session_required` and say
/// [`session_required`](FrontchannelLogoutBuilder::session_required) here. Whether it is *this* browser's session, its session says:
/// [`FrontchannelNotice::check`]. In an iframe the browser sends the session cookie only where that has `SameSite=None; Secure`, and some send
/// none at all: where there is a choice, take the back channel.
///
/// # Example
/// ```
/// use identity_model::protocol::logout::FrontchannelLogout;
///
/// let logout = FrontchannelLogout::builder()
///     .uri("https://app.example.com/frontchannel-logout") // as it was registered
///     .issuer("https://idp.example.com")
///     .build();
/// let request = http::Request::get("/frontchannel-logout?iss=https%3A%2F%2Fidp.example.com&sid=08a5").body(())?;
/// let notice = logout.read(&request)?;
/// notice.check("https://idp.example.com", Some("08a5"))?; // of this browser's session, which ends now
/// assert_eq!(logout.page().headers()["cache-control"], "no-store");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct FrontchannelLogout {
    /// `frontchannel_logout_uri`, as it was registered.
    uri: String,
    /// The provider's issuer.
    issuer: String,
    /// Whether requests without `iss` and `sid` are rejected: `frontchannel_logout_session_required` of the registration. Default: no.
    #[builder(default)]
    session_required: bool,
    /// Further origins whose pages may show the response in a frame. Default: the issuer's alone.
    #[builder(default, with = |origins: impl IntoIterator<Item = impl Into<String>>| origins.into_iter().map(Into::into).collect())]
    frame_ancestors: Vec<String>,
}

impl FrontchannelLogout {
    /// Reads a request.
    ///
    /// # Errors
    /// [`LogoutError`]: another method than GET, another address than the registered one, a parameter twice, one of `iss` and `sid` without
    /// the other, another issuer.
    pub fn read<B>(&self, request: &Request<B>) -> Result<FrontchannelNotice, LogoutError> {
        self.read_parts(request.method(), request.uri())
    }

    /// The same from what a web framework hands out apart. `uri` is the address as the browser asked for it, or its path and query alone.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_parts(&self, method: &Method, uri: &Uri) -> Result<FrontchannelNotice, LogoutError> {
        if method != Method::GET {
            return Err(LogoutError::Method { expected: "GET", found: method.to_string() });
        }
        let form = Form::parse(uri.query().unwrap_or_default())?;
        if !self.is_registered(uri, &form) {
            return Err(LogoutError::Address);
        }
        let issuer = only(&form, parameters::ISS)?;
        let session_id = only(&form, parameters::SID)?;
        match (&issuer, &session_id) {
            (Some(_), None) => return Err(LogoutError::Incomplete { parameter: parameters::SID }),
            (None, Some(_)) => return Err(LogoutError::Incomplete { parameter: parameters::ISS }),
            (None, None) if self.session_required => return Err(LogoutError::SessionMissing),
            (None, None) => {}
            (Some(issuer), Some(_)) if *issuer != self.issuer => return Err(LogoutError::IssuerMismatch),
            (Some(_), Some(_)) => {}
        }
        Ok(FrontchannelNotice { named: issuer.zip(session_id) })
    }

    /// The page that the iframe gets, also where there was no session to end: nothing to see, never stored, to be framed by the provider
    /// alone. The cookie of the session is deleted beside it.
    pub fn page(&self) -> Response<Bytes> {
        let body = Bytes::from_static(b"<!doctype html><title>Logged out</title>");
        let mut response = response(StatusCode::OK, Some("text/html; charset=utf-8"), body);
        let issuer = Url::parse(&self.issuer).map(|url| url.origin().ascii_serialization());
        let mut policy = "default-src 'none'; frame-ancestors".to_owned();
        for origin in issuer.iter().chain(&self.frame_ancestors) {
            policy.push(' ');
            policy.push_str(origin);
        }
        let headers = response.headers_mut();
        headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            headers.insert(CONTENT_SECURITY_POLICY, policy);
        }
        response
    }

    /// Path and query of the registered address; scheme and host too, where the request names them.
    fn is_registered(&self, uri: &Uri, form: &Form) -> bool {
        let Ok(registered) = Url::parse(&self.uri) else { return false };
        let own = Form::parse(registered.query().unwrap_or_default()).unwrap_or_default();
        let is_same_origin = uri.scheme().is_none()
            || Url::parse(&uri.to_string()).is_ok_and(|asked| asked.origin().is_tuple() && asked.origin() == registered.origin());
        is_same_origin && uri.path() == registered.path() && own.iter().all(|(name, value)| form.all(name).any(|found| found == value))
    }
}

/// The one value of a parameter; an empty one counts as absent.
fn only(form: &Form, parameter: &'static str) -> Result<Option<String>, LogoutError> {
    let mut values = form.all(parameter);
    let value = values.next();
    if values.next().is_some() {
        return Err(LogoutError::Repeated { parameter });
    }
    Ok(value.filter(|value| !value.is_empty()).map(str::to_owned))
}

/// A front-channel logout for the session of the browser that brought it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrontchannelNotice {
    /// Issuer and session.
    named: Option<(String, String)>,
}

impl FrontchannelNotice {
    /// `sid`, where the provider named a session.
    pub fn session_id(&self) -> Option<&str> {
        self.named.as_ref().map(|(_, session_id)| session_id.as_str())
    }

    /// Whether the browser's session is meant: its issuer and its `sid`, where the provider names one; any session where it names none.
    ///
    /// # Errors
    /// [`LogoutError::IssuerMismatch`], [`LogoutError::SessionMismatch`]: the session goes on.
    pub fn check(&self, issuer: &str, session_id: Option<&str>) -> Result<(), LogoutError> {
        let Some((named_issuer, named_session)) = &self.named else { return Ok(()) };
        if named_issuer != issuer {
            return Err(LogoutError::IssuerMismatch);
        }
        match session_id {
            Some(known) if constant_time_eq(known.as_bytes(), named_session.as_bytes()) => Ok(()),
            _ => Err(LogoutError::SessionMismatch),
        }
    }
}
