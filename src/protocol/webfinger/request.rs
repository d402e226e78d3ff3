//! The question that WebFinger is asked (RFC 7033 section 4.1).

use bon::Builder;
use http::{Method, StatusCode};

use super::{WebFingerResource, WebFingerResponse};
use crate::constants::{link_relations, media_types, parameters, routes};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::protocol::attempts::Attempts;
use crate::protocol::discovery::{Address, Endpoint};
use crate::protocol::error::RequestError;
use crate::protocol::parameters::Parameters;
use crate::protocol::request::{Request, RequestOptions, request_setters, with_body, with_query};
use crate::protocol::response::{Expectation, Quirks};
use crate::transport::{BodyLimit, Repeat};

pub(super) const ENDPOINT: &str = "WebFinger endpoint";

/// Asks the host behind a user's identifier which provider he logs in at.
///
/// OpenID Connect Discovery 1.0 section 2, RFC 7033 section 4. What the user typed in is normalised ([`WebFingerResource`]): an e-mail address, a
/// URL, a host, an `acct:` URI. **He** chooses the host, so a private address is rejected unless the policy allows those
/// (`danger_allow_private_addresses`), whereas a [`server`](WebFingerRequestBuilder::server) that the application names is its own choice.
/// Always https, but for loopback while the policy allows that. Reading only, so it is repeated after passing failures; redirects are not
/// followed. The issuer that is found is an allegation: discovery checks it, and whether it is trusted, the application decides.
///
/// # Errors
/// `send` fails with kind `Configuration` for an identifier that names no host and `Policy` for an address that the policy rejects, before
/// anything is sent; with `Transport`, `Http` or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::discovery::DiscoveryDocumentRequest;
/// use identity_model::protocol::webfinger::WebFingerRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let jrd = r#"{"subject":"acct:joe@example.com","links":[
/// #     {"rel":"http://openid.net/specs/connect/1.0/issuer","href":"https://idp.example.com"}]}"#;
/// # let query = "resource=acct%3Ajoe%40example.com&rel=http%3A%2F%2Fopenid.net%2Fspecs%2Fconnect%2F1.0%2Fissuer";
/// # let document = r#"{"issuer":"https://idp.example.com","jwks_uri":"https://idp.example.com/jwks"}"#;
/// # let http = ScriptedHttpClient::builder()
/// #     .get(&format!("https://example.com/.well-known/webfinger?{query}"), ScriptedResponse::json(200, jrd))
/// #     .get("https://idp.example.com/.well-known/openid-configuration", ScriptedResponse::json(200, document))
/// #     .get("https://idp.example.com/jwks", ScriptedResponse::json(200, r#"{"keys":[]}"#))
/// #     .build();
/// let found = WebFingerRequest::builder().resource("joe@example.com").send(&http).await?;
/// let disco = DiscoveryDocumentRequest::builder().address(found.issuer()?).send(&http).await?; // which checks the issuer
/// assert_eq!(disco.issuer()?, "https://idp.example.com");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct WebFingerRequest {
    #[builder(field)]
    options: RequestOptions,
    /// What the user typed in, or any URI.
    resource: String,
    /// The relations asked for. Default: the issuer's.
    #[builder(
        default = vec![link_relations::ISSUER.to_owned()],
        with = |relations: impl IntoIterator<Item = impl Into<String>>| relations.into_iter().map(Into::into).collect()
    )]
    rel: Vec<String>,
    /// The server that is asked, as the application knows it: its origin or the whole address of the endpoint. Default: the host of the
    /// resource, by https.
    #[builder(into)]
    server: Option<Address>,
}

request_setters!(WebFingerRequestBuilder, web_finger_request_builder);

impl Request for WebFingerRequest {
    type Response = WebFingerResponse;

    fn exchange(&self) -> Exchange<WebFingerResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl WebFingerRequest {
    async fn run(&self, port: &Port) -> Result<WebFingerResponse, RequestError> {
        let resource = WebFingerResource::parse(&self.resource)?;
        let endpoint = self.accepted_endpoint(&resource)?;
        let mut list = Parameters::new();
        list.add(parameters::RESOURCE, resource.uri());
        list.add_all(parameters::REL, self.rel.iter().map(String::as_str));
        let url = with_query(endpoint.url().as_str(), &list.finish(&self.options.parameters)?);
        let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
        let mut attempts = Attempts::begin(&self.options, ENDPOINT, Repeat::Safe, body_limit, port)?;
        let expectation = Expectation {
            endpoint: ENDPOINT,
            success: StatusCode::OK,
            also: &[],
            media_types: &[media_types::JRD_JSON, media_types::JSON],
            body_limit,
            quirks: Quirks::of(endpoint.policy()),
        };
        loop {
            let request = with_body(self.options.request(Method::GET, &url, ACCEPTED)?, String::new())?;
            if let Some(response) = attempts.send(request, port).await? {
                let read = expectation.read(response, port.now());
                let found = read.and_then(|(document, _, head)| WebFingerResponse::read(document, head, endpoint, &expectation));
                return found.map_err(|error| attempts.located(error));
            }
        }
    }

    fn accepted_endpoint(&self, resource: &WebFingerResource) -> Result<Endpoint, RequestError> {
        let Some(server) = &self.server else {
            let address = format!("https://{}/{}", resource.host(), routes::WEBFINGER);
            return Ok(self.options.policy.clone().unwrap_or_default().check_foreign_address("resource", &address)?);
        };
        let accepted = self.options.accept(ENDPOINT, server)?;
        match accepted.url().path() {
            "/" if accepted.url().query().is_none() => {
                let address = format!("{}/{}", accepted.as_str().trim_end_matches('/'), routes::WEBFINGER);
                let policy = Some(accepted.policy());
                Address::from(address).accept(policy).map_err(|source| RequestError::Address { endpoint: ENDPOINT, source })
            }
            _ => Ok(accepted),
        }
    }
}

const ACCEPTED: &str = "application/jrd+json, application/json";
