//! What was sent, to be looked at after the fact.

use std::fmt;

use http::{HeaderMap, Method};

use super::expected::describe;
use crate::transport::HttpRequest;

/// A request that reached a [`ScriptedHttpClient`](super::ScriptedHttpClient), whole. `Debug` shows method and URL without query.
#[derive(Clone)]
pub struct RecordedRequest(HttpRequest);

impl RecordedRequest {
    pub(in crate::testing) fn new(request: HttpRequest) -> Self {
        Self(request)
    }

    /// The method.
    pub fn method(&self) -> &Method {
        self.0.method()
    }

    /// The whole URL, query included.
    pub fn url(&self) -> String {
        self.0.uri().to_string()
    }

    /// Every header.
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The first value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name)?.to_str().ok()
    }

    /// The body.
    pub fn body(&self) -> &[u8] {
        self.0.body()
    }

    /// The pairs of a form body, in order, decoded.
    pub fn form(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.0.body()).into_owned().collect()
    }

    /// The first value of a parameter of a form body, decoded.
    pub fn form_value(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.0.body()).find(|pair| pair.0 == name).map(|pair| pair.1.into_owned())
    }

    /// The pairs of the URL's query, in order, decoded.
    pub fn query(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.0.uri().query().unwrap_or_default().as_bytes()).into_owned().collect()
    }

    /// The request itself, with its extensions ([`BodyLimit`](crate::transport::BodyLimit) and the like).
    pub fn as_request(&self) -> &HttpRequest {
        &self.0
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RecordedRequest({})", describe(&self.0))
    }
}
