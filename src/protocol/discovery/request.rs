//! The request for a provider's metadata (OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3).

use bon::Builder;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use super::document_address::{ENDPOINT, accept_address, accept_addresses};
use super::{Address, DiscoveryDocumentResponse, DiscoveryEndpoint, DiscoveryPolicy, KeySetLoading};
use crate::constants::media_types;
use crate::document::Document;
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::protocol::attempts::Attempts;
use crate::protocol::error::RequestError;
use crate::protocol::excerpt::shown_address;
use crate::protocol::http_error::HttpErrorKind;
use crate::protocol::jwks::JwksRequest;
use crate::protocol::parameters::Parameters;
use crate::protocol::request::{Request, RequestOptions, request_setters, with_body, with_query};
use crate::protocol::response::{Expectation, Quirks};
use crate::protocol::response_head::ResponseHead;
use crate::transport::{BodyLimit, Repeat};

/// Asks a provider for its metadata and, by the policy's choice, for its keys.
///
/// OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3. The address is an authority or the full address of the document. Defaults: the
/// [strict policy](DiscoveryPolicy::strict), keys loaded at once. The order of checks is fixed: address, answer, issuer, then (where keys
/// are loaded at once) the key-set address and the keys; endpoints are checked when they are first asked for. Reading only, so it is
/// repeated after passing failures.
///
/// # Errors
/// `send` fails with kind `Configuration` or `Policy` before anything is sent; with `Transport`, `Http`, `Malformed` or `Policy` (the
/// issuer) after. Where only the keys could not be had, the error carries the document.
///
/// # Example
/// ```
/// use identity_model::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryPolicy, KeySetLoading};
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let document = r#"{"issuer":"https://idp.example.com","token_endpoint":"https://idp.example.com/token"}"#;
/// let http = ScriptedHttpClient::builder()
///     .get("https://idp.example.com/.well-known/openid-configuration", ScriptedResponse::json(200, document))
///     .build();
/// let disco = DiscoveryDocumentRequest::builder()
///     .address("https://idp.example.com")
///     .policy(DiscoveryPolicy::builder().key_set_loading(KeySetLoading::Lazy).build())
///     .send(&http)
///     .await?;
/// assert_eq!(disco.token_endpoint()?.as_str(), "https://idp.example.com/token");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct DiscoveryDocumentRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The authority (`https://idp.example.com`) or the full address of the document.
    #[builder(into)]
    address: Address,
}

request_setters!(DiscoveryDocumentRequestBuilder, discovery_document_request_builder);

impl Request for DiscoveryDocumentRequest {
    type Response = DiscoveryDocumentResponse;

    fn exchange(&self) -> Exchange<DiscoveryDocumentResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl DiscoveryDocumentRequest {
    /// The same request as part of another exchange.
    pub(crate) async fn run(&self, port: &Port) -> Result<DiscoveryDocumentResponse, RequestError> {
        let policy = self.options.policy.clone().unwrap_or_default();
        let response = if policy.states_all_metadata() {
            let endpoint = accept_address(self.address.as_str(), &policy)?;
            let empty = Document::parse("{}").map_err(|source| RequestError::Malformed { endpoint: ENDPOINT.into(), source })?;
            DiscoveryDocumentResponse::accept(empty, ResponseHead::unsent(), policy, endpoint, self.options.for_another_message())?
        } else {
            self.find(policy, port).await?
        };
        if response.policy().key_set_loading() == KeySetLoading::Eager {
            self.load_keys(&response, port)
                .await
                .map_err(|source| RequestError::KeySetLoading { document: Box::new(response.clone()), source: Box::new(source) })?;
        }
        Ok(response)
    }

    /// The document at the first of its places that has one.
    async fn find(&self, policy: DiscoveryPolicy, port: &Port) -> Result<DiscoveryDocumentResponse, RequestError> {
        let places = accept_addresses(self.address.as_str(), &policy)?;
        let mut addresses = Vec::new();
        let mut last = None;
        for place in places.iter() {
            match self.fetch(place.clone(), policy.clone(), port).await {
                Err(error) if places.len() > 1 && has_no_document(&error) => {
                    addresses.push(shown_address(place.url()));
                    last = Some(error);
                }
                outcome => return outcome,
            }
        }
        let last = last.ok_or_else(|| RequestError::configuration("discovery_document_path", "names no place"))?;
        Err(RequestError::NoDocument { addresses, source: Box::new(last) })
    }

    async fn fetch(
        &self,
        endpoint: DiscoveryEndpoint,
        policy: DiscoveryPolicy,
        port: &Port,
    ) -> Result<DiscoveryDocumentResponse, RequestError> {
        let url = with_query(endpoint.url(), &Parameters::new().finish(&self.options.parameters)?);
        let body_limit = self.options.body_limit(BodyLimit::DEFAULT);
        let mut attempts = Attempts::begin(&self.options, ENDPOINT, Repeat::Safe, body_limit, port)?;
        loop {
            let mut builder = self.options.request(Method::GET, &url, media_types::JSON)?;
            if let Some(credential) = policy.credential() {
                builder = builder.header(AUTHORIZATION, credential.header()?);
            }
            let request = with_body(builder, String::new())?;
            if let Some(response) = attempts.send(request, port).await? {
                let quirks = Quirks::of(&policy);
                let expectation = Expectation {
                    endpoint: ENDPOINT,
                    success: StatusCode::OK,
                    also: &[],
                    media_types: &[media_types::JSON],
                    body_limit,
                    quirks,
                };
                let (document, _, head) = expectation.read(response, port.now()).map_err(|error| attempts.located(error))?;
                let options = self.options.for_another_message();
                return Ok(DiscoveryDocumentResponse::accept(document, head, policy, endpoint, options)?);
            }
        }
    }

    async fn load_keys(&self, response: &DiscoveryDocumentResponse, port: &Port) -> Result<(), RequestError> {
        if let Some(address) = response.key_set_address()? {
            let keys = JwksRequest::following(address, response.address(), &self.options).run(port).await?;
            response.remember_key_set(keys.into_key_set());
        }
        Ok(())
    }
}

/// Whether a place says that there is no document: RFC 9110 sections 15.5.5, 15.5.6 and 15.5.11, or a page for people.
fn has_no_document(error: &RequestError) -> bool {
    let status = error.oauth_error().map(|error| error.status()).or_else(|| error.http_error().map(|error| error.status()));
    let is_page = |error: &HttpErrorKind| matches!(error, HttpErrorKind::ContentType { found: Some(found), .. } if found.contains("html"));
    status.is_some_and(|status| matches!(status.as_u16(), 404 | 405 | 410)) || error.http_error().is_some_and(|error| is_page(error.kind()))
}
