//! The metadata of a protected resource (RFC 9728).

use bon::Builder;
use http::{Method, StatusCode};

use super::attempts::Attempts;
use super::discovery::{Address, DiscoveryPolicy, Endpoint, PolicyViolation};
use super::error::RequestError;
use super::parameters::Parameters;
use super::request::{Request, RequestOptions, request_setters, with_body, with_query};
use super::response::{Answer, Expectation, Quirks, escaped};
use crate::constants::{media_types, resource_metadata as names, routes};
use crate::document::{Document, DocumentError, forward_document};
use crate::encoding::challenge::Challenge;
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::transport::{BodyLimit, Repeat};

const ENDPOINT: &str = "protected resource metadata endpoint";
/// The parameter of a challenge (RFC 9728 section 5.1).
const ANNOUNCEMENT: &str = "resource_metadata";
/// Members that are lists of strings where they are present.
const LISTS: [&str; 6] = [
    names::AUTHORIZATION_SERVERS,
    names::SCOPES_SUPPORTED,
    names::BEARER_METHODS_SUPPORTED,
    names::RESOURCE_SIGNING_ALG_VALUES_SUPPORTED,
    names::AUTHORIZATION_DETAILS_TYPES_SUPPORTED,
    names::DPOP_SIGNING_ALG_VALUES_SUPPORTED,
];

/// Asks a protected resource which authorization servers it trusts, and what it wants to see.
///
/// RFC 9728 section 3.1: the address is the resource's identifier with `/.well-known/oauth-protected-resource` between host and path. After a
/// 401, [`announced_by`](ResourceMetadataRequestBuilder::announced_by) takes the address from its challenges (section 5.1); the resource is
/// then the URL that was called. Either way the `resource` of the document must be that one (section 3.3): without this check a resource
/// could have its tokens fetched for another. Reading only, so it is repeated after passing failures.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent (the announced address is held against the policy and may be
/// private only where the resource is), with `Transport`, `Http` or `Malformed` after; with `Validation` where the document is another
/// resource's.
///
/// # Example
/// ```
/// use identity_model::encoding::challenge::Challenge;
/// use identity_model::protocol::resource_metadata::ResourceMetadataRequest;
/// use identity_model::testing::{Answer, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let document = r#"{"resource":"https://api.example.com/reports","authorization_servers":["https://idp.example.com"]}"#;
/// let http = ScriptedHttpClient::builder()
///     .get("https://api.example.com/.well-known/oauth-protected-resource/reports", Answer::json(200, document))
///     .get("https://api.example.com/meta", Answer::json(200, document))
///     .build();
/// let metadata = ResourceMetadataRequest::builder().resource("https://api.example.com/reports").send(&http).await?;
/// assert_eq!(metadata.authorization_servers(), ["https://idp.example.com"]);
///
/// // what the resource answered with a 401
/// let challenges = Challenge::parse([r#"Bearer resource_metadata="https://api.example.com/meta""#]);
/// let request = ResourceMetadataRequest::builder().resource("https://api.example.com/reports").announced_by(&challenges);
/// assert_eq!(request.send(&http).await?.resource(), "https://api.example.com/reports");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub"))]
pub struct ResourceMetadataRequest {
    #[builder(field)]
    options: RequestOptions,
    #[builder(field)]
    match_by: Match,
    /// The resource: its identifier, or the URL that was answered with a 401.
    #[builder(into)]
    resource: Address,
    /// Takes the address of the document from the challenges of a 401, instead of deriving it.
    #[builder(with = |challenges: &[Challenge]| Announcement::of(challenges))]
    announced_by: Option<Announcement>,
}

/// How the `resource` of a document relates to the one that was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Match {
    /// The same, code point by code point.
    #[default]
    Identical,
    /// The same, or one above it on the same origin.
    Prefix,
    /// Any on the same origin.
    Origin,
}

/// The addresses that challenges name.
#[derive(Debug, Clone)]
struct Announcement(Vec<String>);

impl Announcement {
    fn of(challenges: &[Challenge]) -> Self {
        let mut addresses: Vec<String> = challenges.iter().filter_map(|one| one.parameter(ANNOUNCEMENT)).map(str::to_owned).collect();
        addresses.dedup();
        Self(addresses)
    }

    fn address(&self) -> Result<&str, RequestError> {
        match self.0.as_slice() {
            [address] => Ok(address),
            [] => Err(RequestError::configuration("announced_by", "holds no challenge with `resource_metadata`")),
            _ => Err(RequestError::configuration("announced_by", "holds challenges that name different addresses")),
        }
    }
}

request_setters!(ResourceMetadataRequestBuilder, resource_metadata_request_builder);

impl<S: resource_metadata_request_builder::State> ResourceMetadataRequestBuilder<S> {
    /// Accepts a document about a resource that the one asked about lies below: on the same origin, its path a prefix by whole segments.
    /// For servers that describe a whole API in one document, against RFC 9728 section 3.3.
    pub fn danger_accept_path_prefix(mut self) -> Self {
        self.match_by = Match::Prefix;
        self
    }

    /// Accepts a document about any resource of the same origin. For servers that host one party's resources alone.
    pub fn danger_accept_same_origin(mut self) -> Self {
        self.match_by = Match::Origin;
        self
    }
}

impl Request for ResourceMetadataRequest {
    type Response = ResourceMetadataResponse;

    fn exchange(&self) -> Exchange<ResourceMetadataResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl ResourceMetadataRequest {
    async fn run(&self, port: &Port) -> Result<ResourceMetadataResponse, RequestError> {
        let resource = self.options.accept(ENDPOINT, &self.resource)?;
        let policy = resource.policy();
        let address = match &self.announced_by {
            Some(announcement) => policy.check_linked_address(ANNOUNCEMENT, announcement.address()?, resource.as_str())?,
            None => policy.check_linked_address("address", &well_known(resource.as_str()), resource.as_str())?,
        };
        let url = with_query(address.url().as_str(), &Parameters::new().finish(&self.options.parameters)?);
        let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
        let mut attempts = Attempts::begin(&self.options, ENDPOINT, Repeat::Safe, body_limit, port)?;
        let expectation = Expectation {
            endpoint: ENDPOINT,
            success: StatusCode::OK,
            media_types: &[media_types::JSON],
            body_limit,
            quirks: Quirks::of(policy),
        };
        loop {
            let request = with_body(self.options.request(Method::GET, &url, media_types::JSON)?, String::new())?;
            if let Some(response) = attempts.send(request, port).await? {
                let (document, _, answer) = expectation.read(response, port.now())?;
                return self.check(document, answer, &resource, &expectation);
            }
        }
    }

    fn check(
        &self,
        document: Document,
        answer: Answer,
        asked: &Endpoint,
        expectation: &Expectation,
    ) -> Result<ResourceMetadataResponse, RequestError> {
        let malformed = |source: DocumentError| expectation.malformed(source);
        let found = document.required_str(names::RESOURCE).map_err(malformed)?;
        if !self.match_by.holds(asked, found) {
            return Err(RequestError::Mismatch {
                endpoint: ENDPOINT,
                member: names::RESOURCE,
                expected: shown(asked.as_str()),
                found: shown(found),
            });
        }
        for member in LISTS {
            document.try_get::<Vec<String>>(member).map_err(malformed)?;
        }
        for member in [names::DPOP_BOUND_ACCESS_TOKENS_REQUIRED, names::TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS] {
            document.optional_boolean(member).map_err(malformed)?;
        }
        let policy = asked.policy().clone();
        Ok(ResourceMetadataResponse { resource: found.to_owned(), policy, document, answer })
    }
}

impl Match {
    fn holds(self, asked: &Endpoint, found: &str) -> bool {
        if without_root(asked.as_str()) == without_root(found) {
            return true;
        }
        let Ok(url) = url::Url::parse(found) else { return false };
        let same_origin = url.origin() == asked.url().origin() && url.fragment().is_none() && url.username().is_empty();
        match self {
            Self::Identical => false,
            Self::Origin => same_origin,
            Self::Prefix => same_origin && url.query().is_none() && is_above(url.path(), asked.url().path()),
        }
    }
}

/// Whether `path` is an ancestor of `below`, by whole segments.
fn is_above(path: &str, below: &str) -> bool {
    let folder = path.strip_suffix('/').unwrap_or(path);
    below.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Splits an address that was accepted behind its authority.
fn split(address: &str) -> (&str, &str) {
    let authority = address.find("://").map_or(0, |position| position + 3);
    let rest = address.get(authority..).unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    address.split_at_checked(authority + end).unwrap_or((address, ""))
}

/// RFC 9728 section 3.1: between host and path; a `/` that is all of the path goes.
fn well_known(resource: &str) -> String {
    let (origin, rest) = split(resource);
    let rest = if rest == "/" { "" } else { rest };
    let rest = rest.strip_prefix('/').filter(|after| after.starts_with('?')).unwrap_or(rest);
    format!("{origin}/{}{rest}", routes::OAUTH_PROTECTED_RESOURCE)
}

/// An empty path and `/` are the same (RFC 3986 section 6.2.3).
fn without_root(address: &str) -> &str {
    match split(address) {
        (origin, "/") => origin,
        _ => address,
    }
}

/// Without the query, which may hold what is not for a log.
fn shown(address: &str) -> String {
    escaped(address.split(['?', '#']).next().unwrap_or_default(), 255)
}

/// What a protected resource says of itself, `resource` checked.
///
/// RFC 9728 section 2. What it says of authorization servers is a hint where to go: whether one of them is trusted, discovery and the
/// application decide. `signed_metadata` is not looked at.
#[derive(Debug, Clone)]
pub struct ResourceMetadataResponse {
    resource: String,
    policy: DiscoveryPolicy,
    document: Document,
    answer: Answer,
}

impl ResourceMetadataResponse {
    /// `resource`: the identifier, for the parameter `resource` of token requests.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// `authorization_servers`: the issuers whose tokens the resource takes.
    pub fn authorization_servers(&self) -> Vec<String> {
        self.document.try_get_string_array(names::AUTHORIZATION_SERVERS)
    }

    /// `scopes_supported`.
    pub fn scopes_supported(&self) -> Vec<String> {
        self.document.try_get_string_array(names::SCOPES_SUPPORTED)
    }

    /// `bearer_methods_supported`: `header`, `body`, `query`.
    pub fn bearer_methods_supported(&self) -> Vec<String> {
        self.document.try_get_string_array(names::BEARER_METHODS_SUPPORTED)
    }

    /// `resource_signing_alg_values_supported`.
    pub fn resource_signing_alg_values_supported(&self) -> Vec<String> {
        self.document.try_get_string_array(names::RESOURCE_SIGNING_ALG_VALUES_SUPPORTED)
    }

    /// `authorization_details_types_supported`.
    pub fn authorization_details_types_supported(&self) -> Vec<String> {
        self.document.try_get_string_array(names::AUTHORIZATION_DETAILS_TYPES_SUPPORTED)
    }

    /// `dpop_signing_alg_values_supported`.
    pub fn dpop_signing_alg_values_supported(&self) -> Vec<String> {
        self.document.try_get_string_array(names::DPOP_SIGNING_ALG_VALUES_SUPPORTED)
    }

    /// `dpop_bound_access_tokens_required`. Default of the specification: no.
    pub fn requires_dpop_bound_access_tokens(&self) -> bool {
        self.document.try_get_boolean(names::DPOP_BOUND_ACCESS_TOKENS_REQUIRED).unwrap_or(false)
    }

    /// `tls_client_certificate_bound_access_tokens`. Default of the specification: no.
    pub fn supports_certificate_bound_access_tokens(&self) -> bool {
        self.document.try_get_boolean(names::TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS).unwrap_or(false)
    }

    /// `resource_name`, for display.
    pub fn resource_name(&self) -> Option<&str> {
        self.document.try_get_str(names::RESOURCE_NAME)
    }

    /// `resource_documentation`: a page for developers.
    pub fn resource_documentation(&self) -> Option<&str> {
        self.document.try_get_str(names::RESOURCE_DOCUMENTATION)
    }

    /// `resource_policy_uri`: a page about the use of data.
    pub fn resource_policy_uri(&self) -> Option<&str> {
        self.document.try_get_str(names::RESOURCE_POLICY_URI)
    }

    /// `resource_tos_uri`: the terms of service.
    pub fn resource_tos_uri(&self) -> Option<&str> {
        self.document.try_get_str(names::RESOURCE_TOS_URI)
    }

    /// `jwks_uri`: the resource's own keys, held against the policy of the request.
    ///
    /// # Errors
    /// [`PolicyViolation`] where the policy refuses it, or it is private and the resource is not.
    pub fn jwks_uri(&self) -> Result<Option<Endpoint>, PolicyViolation> {
        let address = self.document.try_get_str(names::JWKS_URI);
        address.map(|address| self.policy.check_linked_address(names::JWKS_URI, address, &self.resource)).transpose()
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }
}

forward_document!(ResourceMetadataResponse, document);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d8_the_well_known_path_stands_between_host_and_path() {
        for (resource, address) in [
            ("https://api.example.com", "https://api.example.com/.well-known/oauth-protected-resource"),
            ("https://api.example.com/", "https://api.example.com/.well-known/oauth-protected-resource"),
            ("https://api.example.com:8443/a/b", "https://api.example.com:8443/.well-known/oauth-protected-resource/a/b"),
            ("https://api.example.com/a/", "https://api.example.com/.well-known/oauth-protected-resource/a/"),
            ("https://api.example.com?k=v", "https://api.example.com/.well-known/oauth-protected-resource?k=v"),
            ("https://api.example.com/?k=v", "https://api.example.com/.well-known/oauth-protected-resource?k=v"),
            ("https://api.example.com/a?k=/v", "https://api.example.com/.well-known/oauth-protected-resource/a?k=/v"),
        ] {
            assert_eq!(well_known(resource), address);
        }
    }

    #[test]
    fn d8_a_prefix_goes_by_whole_segments() {
        for (path, below, expected) in [
            ("/a", "/a", true),
            ("/a", "/a/b", true),
            ("/a/", "/a/b", true),
            ("/", "/a", true),
            ("/a", "/ab", false),
            ("/a/b", "/a", false),
        ] {
            assert_eq!(is_above(path, below), expected, "{path} {below}");
        }
    }
}
