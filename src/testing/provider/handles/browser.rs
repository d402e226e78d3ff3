//! A browser for tests: it keeps the provider's cookies and shows what came of a request.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use url::Url;

use crate::testing::provider::handles::provider::minted;
use crate::testing::provider::{Authorized, TestProvider};
use crate::transport::{HttpRequest, HttpResponse};

/// A user's browser at a [`TestProvider`], in memory: it opens a URL, keeps the provider's cookies and follows nothing.
///
/// Two requests by the same browser are the same session, so `prompt=none` works with the second. Clones share the cookies.
///
/// # Example
/// ```
/// use identity_model::testing::{ProviderEndpoint, TestProvider};
///
/// let provider = TestProvider::new();
/// let url = format!(
///     "{}?client_id=client&response_type=code&scope=openid&redirect_uri=https%3A%2F%2Fapp.test%2Fcb\
///      &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256",
///     provider.address(ProviderEndpoint::Authorization),
/// );
/// let silent = format!("{url}&prompt=none");
/// let browser = provider.browser();
/// assert_eq!(browser.open(&silent).parameter("error").as_deref(), Some("login_required"));
/// assert!(browser.open(&url).parameter("code").is_some());
/// assert!(browser.open(&silent).parameter("code").is_some());
/// ```
#[derive(Clone)]
pub struct TestBrowser {
    provider: TestProvider,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

impl TestBrowser {
    pub(in crate::testing::provider) fn new(provider: TestProvider) -> Self {
        Self { provider, cookies: Arc::default() }
    }

    /// Opens a URL of the provider.
    ///
    /// # Panics
    /// Where nothing of the provider is at the address, or a fault keeps it from answering: the test is written wrongly.
    #[track_caller]
    pub fn open(&self, url: impl AsRef<str>) -> Authorized {
        let mut url = minted(Url::parse(url.as_ref()));
        url.set_fragment(None);
        self.send(minted(http::Request::get(url.as_str()).body(Default::default())))
    }

    /// Posts a form to a URL of the provider.
    ///
    /// # Panics
    /// Where nothing of the provider is at the address, or a fault keeps it from answering: the test is written wrongly.
    #[track_caller]
    pub fn post(&self, url: impl AsRef<str>, form: &[(&str, &str)]) -> Authorized {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = http::Request::builder().method(Method::POST).uri(url.as_ref());
        self.send(minted(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.into())))
    }

    /// Forgets everything, as a user does who closes a private window.
    pub fn clear_cookies(&self) {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    #[track_caller]
    fn send(&self, mut request: HttpRequest) -> Authorized {
        let cookies: Vec<String> = {
            let jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
            jar.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        if !cookies.is_empty() {
            request.headers_mut().insert(COOKIE, minted(cookies.join("; ").try_into()));
        }
        let response = minted(self.provider.send_blocking(request));
        self.keep_cookies(&response);
        Authorized::new(response)
    }

    fn keep_cookies(&self, response: &HttpResponse) {
        let mut jar = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for cookie in response.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            if attributes.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl fmt::Debug for TestBrowser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestBrowser").field("provider", &self.provider).finish_non_exhaustive()
    }
}
