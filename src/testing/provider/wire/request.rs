//! A request as an endpoint reads it.

use http::Method;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE};

use crate::testing::provider::wire::response::ErrorResponse;
use crate::transport::HttpRequest;

/// Parameters that may come more than once (RFC 8707 section 2, RFC 8693 section 2.1).
const REPEATABLE: &[&str] = &["resource", "audience"];

/// The parameters of a form body: each at most once, but for the repeatable ones (RFC 6749 section 3.2).
#[derive(Debug)]
pub(in crate::testing::provider) struct Form(Vec<(String, String)>);

impl Form {
    pub(in crate::testing::provider) fn read(request: &HttpRequest) -> Result<Self, ErrorResponse> {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(ErrorResponse::invalid_request("the body is no form"));
        }
        Self::from_pairs(form_urlencoded::parse(request.body()).into_owned())
    }

    /// The parameters of the query, under the same rules.
    pub(in crate::testing::provider) fn of_query(request: &HttpRequest) -> Result<Self, ErrorResponse> {
        Self::from_pairs(form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned())
    }

    /// Parameters of a GET from its query, of a POST from its body.
    pub(in crate::testing::provider) fn of_front_channel(request: &HttpRequest) -> Result<Self, ErrorResponse> {
        if request.method() == Method::POST { Self::read(request) } else { Self::of_query(request) }
    }

    pub(in crate::testing::provider) fn from_pairs(parameters: impl IntoIterator<Item = (String, String)>) -> Result<Self, ErrorResponse> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in parameters {
            if !REPEATABLE.contains(&name.as_str()) && pairs.iter().any(|(seen, _)| *seen == name) {
                return Err(ErrorResponse::invalid_request(format!("{name} came twice")));
            }
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// The parameter, unless it is missing or empty (which counts as missing).
    pub(in crate::testing::provider) fn value(&self, name: &str) -> Option<&str> {
        self.values(name).next()
    }

    pub(in crate::testing::provider) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    pub(in crate::testing::provider) fn required(&self, name: &str) -> Result<&str, ErrorResponse> {
        self.value(name).ok_or_else(|| ErrorResponse::invalid_request(format!("{name} is missing")))
    }

    /// All parameters as they came.
    pub(in crate::testing::provider) fn pairs(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.iter()
    }

    /// A list separated by spaces.
    pub(in crate::testing::provider) fn list(&self, name: &str) -> Vec<String> {
        self.value(name).unwrap_or_default().split(' ').filter(|item| !item.is_empty()).map(str::to_owned).collect()
    }
}

/// What follows the scheme in `Authorization`, if the scheme (in any case) is this one.
pub(in crate::testing::provider) fn credentials<'a>(request: &'a HttpRequest, scheme: &str) -> Option<&'a str> {
    let value = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (found, credentials) = value.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
}

/// The value of a cookie (RFC 6265 section 4.2).
pub(in crate::testing::provider) fn cookie<'a>(request: &'a HttpRequest, name: &str) -> Option<&'a str> {
    let headers = request.headers().get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    headers
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
