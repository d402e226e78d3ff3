//! What a browser got from the provider: a redirect, a form that posts itself, or a page.

use std::fmt;

use http::StatusCode;
use http::header::LOCATION;
use url::Url;

use crate::testing::provider::login::page::unescaped;
use crate::transport::HttpResponse;

/// The provider's response to a browser: where it is sent next, and with what.
///
/// After [`TestProvider::authorize`](crate::testing::provider::TestProvider::authorize) that is the callback of the client, as a URL with a query or a
/// fragment ([`location`](Self::location)), or as a form body ([`form_body`](Self::form_body)).
#[derive(Clone)]
pub struct Authorized {
    response: HttpResponse,
    location: Option<String>,
}

impl Authorized {
    pub(in crate::testing::provider) fn new(response: HttpResponse) -> Self {
        let header = response.headers().get(LOCATION).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let page = String::from_utf8_lossy(response.body());
        let link = || page.split_once("<a id=\"continue\"").and_then(|(_, link)| attribute(link, "href"));
        let location = header.or_else(link);
        Self { response, location }
    }

    /// The whole URL of the redirect: the callback in the response modes `query` and `fragment`.
    ///
    /// # Panics
    /// Where there is none; the message shows what came instead.
    #[expect(clippy::panic, reason = "a test double: a page where a redirect was wanted is for the test to look at")]
    #[track_caller]
    pub fn location(&self) -> &str {
        match self.redirect() {
            Some(location) => location,
            None => panic!("no redirect, but {}: {}", self.status(), self.page()),
        }
    }

    /// The same, if there is one; of a page with [`frames`](Self::frames) it is where the page goes on to.
    pub fn redirect(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// What the page after a logout loads into frames: the `frontchannel_logout_uri` of each client, with `iss` and `sid` (OpenID Connect
    /// Front-Channel Logout 1.0 section 3).
    pub fn frames(&self) -> Vec<String> {
        self.page().split("<iframe").skip(1).filter_map(|frame| attribute(frame, "src")).collect()
    }

    /// The body that the page posts to [`form_action`](Self::form_action), as `application/x-www-form-urlencoded`: the callback in the
    /// response mode `form_post`.
    ///
    /// # Panics
    /// Where there is no such form; the message shows what came instead.
    #[expect(clippy::panic, reason = "a test double: a redirect where a form was wanted is for the test to look at")]
    #[track_caller]
    pub fn form_body(&self) -> String {
        match self.form_action() {
            Some(_) => form_urlencoded::Serializer::new(String::new()).extend_pairs(self.fields()).finish(),
            None => panic!("no form, but {}: {}", self.status(), self.redirect().map_or_else(|| self.page(), str::to_owned)),
        }
    }

    /// Where the page posts its form, if it is such a page.
    pub fn form_action(&self) -> Option<String> {
        attribute(self.page().split_once("<form method=\"post\"")?.1, "action")
    }

    /// The parameters that go to the client, in order, decoded: from the query, the fragment or the form.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let Some(url) = self.redirect().and_then(|location| Url::parse(location).ok()) else { return self.fields() };
        let text = url.fragment().or(url.query()).unwrap_or_default();
        form_urlencoded::parse(text.as_bytes()).into_owned().collect()
    }

    /// The first value of one of them.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The status of the response.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The body of the response as text.
    pub fn page(&self) -> String {
        String::from_utf8_lossy(self.response.body()).into_owned()
    }

    /// The response itself, with its headers.
    pub fn response(&self) -> &HttpResponse {
        &self.response
    }

    fn fields(&self) -> Vec<(String, String)> {
        let page = self.page();
        let inputs = page.split("<input type=\"hidden\"").skip(1);
        inputs.filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?))).collect()
    }
}

/// The value of the first attribute with this name, as the provider's own pages write it.
fn attribute(html: &str, name: &str) -> Option<String> {
    let (_, rest) = html.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| unescaped(value))
}

/// Shows the address without its parameters: there are codes and tokens among them.
impl fmt::Debug for Authorized {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.redirect().map(|location| location.split(['?', '#']).next().unwrap_or_default().to_owned());
        let names: Vec<String> = self.parameters().into_iter().map(|(name, _)| name).collect();
        f.debug_struct("Authorized")
            .field("status", &self.status())
            .field("address", &address.or_else(|| self.form_action()))
            .field("parameters", &names)
            .finish()
    }
}
