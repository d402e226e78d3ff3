//! What the script expects of a request.

use std::fmt;
use std::sync::Arc;

use http::{Method, Uri};

use crate::transport::HttpRequest;

/// What one request of the script has to look like: method and URL, and as many details as the test cares for.
///
/// The URL is compared whole, query included. What is not mentioned may be anything.
///
/// # Example
/// ```
/// use identity_model::testing::Expected;
///
/// let expected = Expected::post("https://idp.example.com/token")
///     .header("accept", "application/json")
///     .without_header("cookie")
///     .form("grant_type", "client_credentials")
///     .without_form("client_secret");
/// # let _ = expected;
/// ```
#[derive(Clone)]
pub struct Expected {
    method: Method,
    url: String,
    details: Vec<Detail>,
}

#[derive(Clone)]
enum Detail {
    Header(String, String),
    HeaderPresent(String),
    NoHeader(String),
    Form(String, String),
    FormPresent(String),
    NoForm(String),
    Body(Vec<u8>),
    Matching(String, Arc<dyn Fn(&HttpRequest) -> bool + Send + Sync>),
}

impl Expected {
    /// Any method (`"PUT"`) at exactly this URL.
    #[expect(clippy::panic, reason = "a test double: a method that cannot exist is a mistake of the test")]
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        let Ok(method) = Method::from_bytes(method.as_bytes()) else { panic!("`{method}` is no HTTP method") };
        Self { method, url: url.into(), details: Vec::new() }
    }

    /// A GET of exactly this URL.
    pub fn get(url: impl Into<String>) -> Self {
        Self::new("GET", url)
    }

    /// A POST to exactly this URL.
    pub fn post(url: impl Into<String>) -> Self {
        Self::new("POST", url)
    }

    /// This header with exactly this value, once.
    #[must_use]
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Detail::Header(name.into(), value.into()))
    }

    /// This header, whatever its value.
    #[must_use]
    pub fn header_present(self, name: impl Into<String>) -> Self {
        self.with(Detail::HeaderPresent(name.into()))
    }

    /// No header of this name.
    #[must_use]
    pub fn without_header(self, name: impl Into<String>) -> Self {
        self.with(Detail::NoHeader(name.into()))
    }

    /// This pair in a form body; said several times, each of the values (in any place).
    #[must_use]
    pub fn form(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.with(Detail::Form(name.into(), value.into()))
    }

    /// This parameter in a form body, whatever its value.
    #[must_use]
    pub fn form_present(self, name: impl Into<String>) -> Self {
        self.with(Detail::FormPresent(name.into()))
    }

    /// No parameter of this name in a form body.
    #[must_use]
    pub fn without_form(self, name: impl Into<String>) -> Self {
        self.with(Detail::NoForm(name.into()))
    }

    /// Exactly this body.
    #[must_use]
    pub fn body(self, body: impl Into<Vec<u8>>) -> Self {
        self.with(Detail::Body(body.into()))
    }

    /// Whatever a closure says; `what` names it in the failure.
    #[must_use]
    pub fn matching(self, what: impl Into<String>, matches: impl Fn(&HttpRequest) -> bool + Send + Sync + 'static) -> Self {
        self.with(Detail::Matching(what.into(), Arc::new(matches)))
    }

    fn with(mut self, detail: Detail) -> Self {
        self.details.push(detail);
        self
    }

    /// What is wrong with `request`; `None` if it is as expected. Names what was expected and never what was sent, besides its address
    /// without the query.
    pub(super) fn difference(&self, request: &HttpRequest) -> Option<String> {
        if request.method() != self.method || !same_url(request.uri(), &self.url) {
            return Some(format!("{self} was expected, {} was sent", describe(request)));
        }
        let failed = self.details.iter().find(|detail| !detail.fits(request))?;
        Some(format!("{self} was sent, but {failed}"))
    }
}

impl Detail {
    fn fits(&self, request: &HttpRequest) -> bool {
        let headers = request.headers();
        let form = || form_urlencoded::parse(request.body());
        match self {
            Self::Header(name, value) => {
                let mut values = headers.get_all(name).iter();
                values.next().is_some_and(|first| first.as_bytes() == value.as_bytes()) && values.next().is_none()
            }
            Self::HeaderPresent(name) => headers.contains_key(name),
            Self::NoHeader(name) => !headers.contains_key(name),
            Self::Form(name, value) => form().any(|pair| pair.0 == *name && pair.1 == *value),
            Self::FormPresent(name) => form().any(|pair| pair.0 == *name),
            Self::NoForm(name) => !form().any(|pair| pair.0 == *name),
            Self::Body(body) => request.body().as_ref() == body.as_slice(),
            Self::Matching(_, matches) => matches(request),
        }
    }
}

/// Method and URL; a query is left out, it may hold what should not show.
pub(super) fn describe(request: &HttpRequest) -> String {
    let url = request.uri().to_string();
    format!("{} {}", request.method(), url.split('?').next().unwrap_or_default())
}

fn same_url(sent: &Uri, expected: &str) -> bool {
    expected.parse::<Uri>().is_ok_and(|expected| expected == *sent)
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name, value) => write!(f, "its header `{name}` is not once `{value}`"),
            Self::HeaderPresent(name) => write!(f, "it has no header `{name}`"),
            Self::NoHeader(name) => write!(f, "it has a header `{name}`"),
            Self::Form(name, value) => write!(f, "its form has no `{name}` = `{value}`"),
            Self::FormPresent(name) => write!(f, "its form has no `{name}`"),
            Self::NoForm(name) => write!(f, "its form has a `{name}`"),
            Self::Body(_) => f.write_str("its body is another one"),
            Self::Matching(what, _) => write!(f, "it does not match: {what}"),
        }
    }
}

impl fmt::Debug for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Expected({self}, {} details)", self.details.len())
    }
}
