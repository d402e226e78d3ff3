//! What an API publishes about itself: protected-resource metadata (RFC 9728).

use bytes::Bytes;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};
use url::Url;

use crate::constants::{media_types, resource_metadata as names, routes};

/// The document that an API serves about itself at [`path`](Self::path), made by [`ResourceServer::metadata`](super::ResourceServer::metadata).
#[derive(Debug, Clone)]
pub struct ResourceMetadata {
    path: String,
    members: Map<String, Value>,
}

impl ResourceMetadata {
    pub(super) fn new(resource: &str, address: &Url, issuers: &[&str], scopes: &[String]) -> Self {
        let mut members = Map::new();
        members.insert(names::RESOURCE.to_owned(), json!(resource));
        if !issuers.is_empty() {
            members.insert(names::AUTHORIZATION_SERVERS.to_owned(), json!(issuers));
        }
        if !scopes.is_empty() {
            members.insert(names::SCOPES_SUPPORTED.to_owned(), json!(scopes));
        }
        members.insert(names::BEARER_METHODS_SUPPORTED.to_owned(), json!(["header"]));
        Self { path: address.path().to_owned(), members }
    }

    /// Adds a member, or replaces one: `resource_name`, `resource_documentation`. The member `resource` stays what was configured.
    #[must_use]
    pub fn with_member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        if name != names::RESOURCE {
            self.members.insert(name, value.into());
        }
        self
    }

    /// The path to serve the document at, on the host of the resource: `/.well-known/oauth-protected-resource` and the resource's own path.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The document.
    pub fn to_json(&self) -> String {
        Value::Object(self.members.clone()).to_string()
    }

    /// The response to a GET. It is public: any page may read it.
    pub fn to_response(&self) -> Response<Bytes> {
        let mut response = Response::new(Bytes::from(self.to_json()));
        *response.status_mut() = StatusCode::OK;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_types::JSON));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("max-age=3600"));
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        response
    }
}

/// The address of the metadata of `resource` (RFC 9728 section 3.1): the well-known part stands between host and path, and a query stays.
///
/// `None` where `resource` is no absolute `https` or `http` URL, or has a fragment.
///
/// # Example
/// ```
/// use identity_model::resource::resource_metadata_address;
///
/// let address = resource_metadata_address("https://api.example.com/v1").unwrap();
/// assert_eq!(address.as_str(), "https://api.example.com/.well-known/oauth-protected-resource/v1");
/// ```
pub fn resource_metadata_address(resource: &str) -> Option<Url> {
    let mut address = Url::parse(resource).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.fragment().is_none())?;
    let path = if address.path() == "/" { String::new() } else { address.path().to_owned() };
    address.set_path(&format!("/{}{path}", routes::OAUTH_PROTECTED_RESOURCE));
    Some(address)
}
