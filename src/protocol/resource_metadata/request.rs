//! The request for the metadata of a protected resource (RFC 9728 sections 3.1 and 5.1).

use bon::Builder;
use http::{Method, StatusCode};

use super::matching::{Match, well_known};
use super::response::{ENDPOINT, ResourceMetadataResponse};
use crate::constants::media_types;
use crate::encoding::challenge::Challenge;
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::protocol::attempts::Attempts;
use crate::protocol::discovery::{Address, NamedAddress};
use crate::protocol::error::RequestError;
use crate::protocol::parameters::Parameters;
use crate::protocol::request::{Request, RequestOptions, request_setters, with_body, with_query};
use crate::protocol::response::{Expectation, Quirks};
use crate::transport::{BodyLimit, Repeat};

/// The parameter of a challenge (RFC 9728 section 5.1).
const ANNOUNCEMENT: &str = "resource_metadata";

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
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let document = r#"{"resource":"https://api.example.com/reports","authorization_servers":["https://idp.example.com"]}"#;
/// let http = ScriptedHttpClient::builder()
///     .get("https://api.example.com/.well-known/oauth-protected-resource/reports", ScriptedResponse::json(200, document))
///     .get("https://api.example.com/meta", ScriptedResponse::json(200, document))
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
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
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
            Some(announcement) => policy.check_named(NamedAddress::RESOURCE_METADATA, announcement.address()?, resource.as_str())?,
            None => policy.check_linked_address("address", &well_known(resource.as_str()), resource.as_str())?,
        };
        let url = with_query(address.url().as_str(), &Parameters::new().finish(&self.options.parameters)?);
        let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
        let mut attempts = Attempts::begin(&self.options, ENDPOINT, Repeat::Safe, body_limit, port)?;
        let expectation = Expectation {
            endpoint: ENDPOINT,
            success: StatusCode::OK,
            also: &[],
            media_types: &[media_types::JSON],
            body_limit,
            quirks: Quirks::of(policy),
        };
        loop {
            let request = with_body(self.options.request(Method::GET, &url, media_types::JSON)?, String::new())?;
            if let Some(response) = attempts.send(request, port).await? {
                let read = expectation.read(response, port.now());
                let metadata = read
                    .and_then(|(document, _, head)| ResourceMetadataResponse::of(document, head, &resource, self.match_by, &expectation));
                return metadata.map_err(|error| attempts.located(error));
            }
        }
    }
}
