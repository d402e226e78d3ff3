//! What came back from the authorization endpoint, not yet checked: RFC 6749 section 4.1.2, OAuth 2.0 Form Post Response Mode 1.0, RFC 8252
//! section 7.

use std::fmt;

use http::Method;

use super::ResponsePlace;
use super::callback_error::CallbackError;
use super::callback_parameters::{BrokenParameter, read_parameters};
use crate::constants::media_types;
use crate::encoding::form::Form;
use crate::protocol::excerpt::escaped;
use crate::protocol::response_head::{is_media_type, only_content_type};

/// The parameters of a callback, as they came: **nothing of them may be believed** before
/// [`LoginTransaction::check`](super::LoginTransaction::check) has seen them.
///
/// RFC 6749 section 4.1.2. Parameters are parted by `&`, split at the first `=`, and `+` is a space; the fragment `#_=_` that some servers add
/// counts as none. A
/// parameter of the protocol that is not percent-encoded UTF-8 is an error that names it; what others add to the address may be anything. A URL
/// may have any scheme (RFC 8252 section 7.1) or none at all. Which part of it is read, query or fragment, follows from
/// the response mode of the login; the other is not looked at. At most [`LIMIT`](Self::LIMIT) octets are taken. `Debug` shows names alone.
///
/// # Errors
/// The constructors fail with [`CallbackError`] where a callback is too long or not a form at all; what it says is judged by the check.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::Callback;
///
/// let callback = Callback::from_url("com.example.app:/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj#_=_")?;
/// let same = Callback::from_query("code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj")?;
/// # Ok::<(), identity_model::protocol::authorize::CallbackError>(())
/// ```
#[derive(Clone)]
pub struct Callback {
    query: Part,
    fragment: Part,
    form: Part,
}

/// A part of the callback: absent, unreadable, or pairs.
type Part = Option<Result<Form, BrokenParameter>>;

/// What some servers put into a fragment so that the browser keeps none of its own.
const EMPTY_FRAGMENT: &[u8] = b"_=_";

impl Callback {
    /// The most octets of a callback that are read: 512 KiB.
    pub const LIMIT: usize = 512 * 1024;

    /// The address that the browser was sent to, whole or from its path on: `https://…?code=…`, `com.example.app:/cb?code=…`,
    /// `/callback#id_token=…`.
    ///
    /// # Errors
    /// [`CallbackError::TooLarge`].
    pub fn from_url(url: impl AsRef<[u8]>) -> Result<Self, CallbackError> {
        let url = within_limit(url.as_ref())?;
        let (rest, fragment) = split_at_first(url, b'#');
        let (_, query) = split_at_first(rest, b'?');
        let fragment = fragment.filter(|fragment| *fragment != EMPTY_FRAGMENT);
        Ok(Self { query: query.map(read_parameters), fragment: fragment.map(read_parameters), form: None })
    }

    /// A query, with or without its `?`.
    ///
    /// # Errors
    /// [`CallbackError::TooLarge`], [`CallbackError::Malformed`].
    pub fn from_query(query: impl AsRef<[u8]>) -> Result<Self, CallbackError> {
        let query = within_limit(query.as_ref())?;
        // What stands behind a `#` is no part of a query.
        let (query, _) = split_at_first(query, b'#');
        let form = read(query.strip_prefix(b"?").unwrap_or(query), ResponsePlace::Query)?;
        Ok(Self { query: Some(Ok(form)), fragment: None, form: None })
    }

    /// A fragment, with or without its `#`: what a script of the page reads from its address and hands on.
    ///
    /// # Errors
    /// [`CallbackError::TooLarge`], [`CallbackError::Malformed`].
    pub fn from_fragment(fragment: impl AsRef<[u8]>) -> Result<Self, CallbackError> {
        let fragment = within_limit(fragment.as_ref())?;
        let fragment = fragment.strip_prefix(b"#").unwrap_or(fragment);
        let form = if fragment == EMPTY_FRAGMENT { Form::new() } else { read(fragment, ResponsePlace::Fragment)? };
        Ok(Self { query: None, fragment: Some(Ok(form)), form: None })
    }

    /// The body of a form that the browser posted (response mode `form_post`), with the method and the `Content-Type` that it came with.
    ///
    /// # Errors
    /// [`CallbackError::Method`] for anything but `POST`, [`CallbackError::ContentType`] for anything but
    /// `application/x-www-form-urlencoded`, [`CallbackError::TooLarge`], [`CallbackError::Malformed`].
    ///
    /// # Example
    /// ```
    /// use http::Method;
    /// use identity_model::protocol::authorize::Callback;
    ///
    /// let form = "application/x-www-form-urlencoded";
    /// assert!(Callback::from_form(&Method::POST, Some(form), "code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj").is_ok());
    /// assert!(Callback::from_form(&Method::GET, Some(form), "code=x").is_err());
    /// assert!(Callback::from_form(&Method::POST, Some("text/plain"), "code=x").is_err());
    /// ```
    pub fn from_form(method: &Method, content_type: Option<&str>, body: impl AsRef<[u8]>) -> Result<Self, CallbackError> {
        if method != Method::POST {
            return Err(CallbackError::Method { expected: "POST", found: escaped(method.as_str(), 20) });
        }
        if !is_media_type(content_type, media_types::FORM) {
            return Err(CallbackError::ContentType { found: content_type.map(|found| escaped(found, 100)) });
        }
        let form = read(within_limit(body.as_ref())?, ResponsePlace::Form)?;
        Ok(Self { query: None, fragment: None, form: Some(Ok(form)) })
    }

    /// A request as a web server hands it over: the query of a `GET`, the body of a `POST`. Nothing else is a callback, a `HEAD` by which
    /// a program looks at an address above all: it must not use up the login.
    ///
    /// # Errors
    /// Those of [`from_form`](Self::from_form) and [`from_url`](Self::from_url); [`CallbackError::Method`] for any other method,
    /// [`CallbackError::ContentType`] also where there are several.
    ///
    /// # Example
    /// ```
    /// use identity_model::protocol::authorize::Callback;
    ///
    /// let request = http::Request::get("/callback?code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj").body(Vec::new())?;
    /// let callback = Callback::from_request(&request)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_request<B: AsRef<[u8]>>(request: &http::Request<B>) -> Result<Self, CallbackError> {
        match *request.method() {
            Method::GET => Self::from_query(request.uri().query().unwrap_or_default()),
            Method::POST => Self::from_form(request.method(), only_content_type(request.headers()), request.body()),
            ref other => Err(CallbackError::Method { expected: "GET or POST", found: escaped(other.as_str(), 20) }),
        }
    }

    /// The parameters of the part that the response mode puts them in.
    pub(super) fn part(&self, place: ResponsePlace) -> Result<&Form, CallbackError> {
        match self.of(place) {
            Some(Ok(form)) => Ok(form),
            Some(Err(broken)) => Err(unreadable(*broken, place)),
            None => {
                let places = [ResponsePlace::Query, ResponsePlace::Fragment, ResponsePlace::Form];
                Err(CallbackError::Elsewhere { expected: place, found: places.into_iter().find(|place| self.of(*place).is_some()) })
            }
        }
    }

    fn of(&self, place: ResponsePlace) -> Option<&Result<Form, BrokenParameter>> {
        match place {
            ResponsePlace::Query => self.query.as_ref(),
            ResponsePlace::Fragment => self.fragment.as_ref(),
            ResponsePlace::Form => self.form.as_ref(),
        }
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names come from the wire too: only how many there are is shown.
        let count = |part: &Part| part.as_ref().map(|form| form.as_ref().map_or(0, Form::len));
        f.debug_struct("Callback")
            .field("query", &count(&self.query))
            .field("fragment", &count(&self.fragment))
            .field("form", &count(&self.form))
            .finish()
    }
}

fn within_limit(bytes: &[u8]) -> Result<&[u8], CallbackError> {
    if bytes.len() > Callback::LIMIT {
        return Err(CallbackError::TooLarge { limit: Callback::LIMIT, found: bytes.len() });
    }
    Ok(bytes)
}

fn read(text: &[u8], place: ResponsePlace) -> Result<Form, CallbackError> {
    read_parameters(text).map_err(|broken| unreadable(broken, place))
}

const fn unreadable(broken: BrokenParameter, place: ResponsePlace) -> CallbackError {
    CallbackError::Malformed { place, parameter: broken.parameter, source: broken.source }
}

/// What stands before the first `separator`, and behind it.
fn split_at_first(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let mut parts = text.splitn(2, |&byte| byte == separator);
    (parts.next().unwrap_or_default(), parts.next())
}
