//! The request for a JWK Set and its response (RFC 7517 section 5, OpenID Connect Discovery section 3).

use bon::Builder;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use url::Url;

use super::attempts::Attempts;
use super::discovery::{Address, Endpoint};
use super::error::{KEY_SET_ENDPOINT as ENDPOINT, RequestError};
use super::parameters::Parameters;
use super::request::{Request, RequestOptions, request_setters, with_body, with_query};
use super::response::{Expectation, Quirks};
use super::response_head::ResponseHead;
use crate::constants::media_types;
use crate::document::{Document, forward_document};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::jose::{JsonWebKeySet, KeySetRules};
use crate::transport::{BodyLimit, Repeat};

const ACCEPT: &str = "application/jwk-set+json, application/json";

/// Asks for the keys of a provider.
///
/// RFC 7517 section 5. The response must be a 200 with `application/jwk-set+json` or `application/json` of at most 512 KiB. Keys that cannot be
/// used are kept out with a reason, never a failure of the set. Reading only, so it is repeated after passing failures.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent; `Transport`, `Http`, `Protocol` or `Key` (no JWK Set, be it JSON
/// or not) after.
///
/// # Example
/// ```
/// use identity_model::protocol::jwks::JwksRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder().get("https://idp.example.com/jwks", ScriptedResponse::json(200, r#"{"keys":[]}"#)).build();
/// let response = JwksRequest::builder().address("https://idp.example.com/jwks").send(&http).await?;
/// assert_eq!(response.key_set().keys().len(), 0);
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct JwksRequest {
    #[builder(field)]
    options: RequestOptions,
    /// Where the keys are: text, or the `jwks_uri` of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// How many keys the set may have; a larger one is an error. Default: 100.
    key_limit: Option<usize>,
    /// The address of the document that named this one.
    #[builder(skip)]
    named_at: Option<String>,
}

request_setters!(JwksRequestBuilder, jwks_request_builder);

impl Request for JwksRequest {
    type Response = JwksResponse;

    fn exchange(&self) -> Exchange<JwksResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl JwksRequest {
    /// The same request as part of another exchange.
    pub(crate) async fn run(&self, port: &Port) -> Result<JwksResponse, RequestError> {
        let endpoint = self.options.accept(ENDPOINT, &self.address)?;
        let (url, quirks) = (endpoint.url().as_str(), Quirks::of(endpoint.policy()));
        let credential = endpoint.policy().credential().filter(|_| self.may_show_credential(&endpoint));
        let body_limit = self.options.body_limit(BodyLimit::KEY_SET);
        let list = Parameters::new().finish(&self.options.parameters)?;
        let url = with_query(url, &list);
        let mut attempts = Attempts::begin(&self.options, ENDPOINT, Repeat::Safe, body_limit, port)?;
        loop {
            let mut builder = self.options.request(Method::GET, &url, ACCEPT)?;
            if let Some(credential) = credential {
                builder = builder.header(AUTHORIZATION, credential.header()?);
            }
            let request = with_body(builder, String::new())?;
            if let Some(response) = attempts.send(request, port).await? {
                let media_types = &[media_types::JWK_SET_JSON, media_types::JSON];
                let expectation = Expectation { endpoint: ENDPOINT, success: StatusCode::OK, also: &[], media_types, body_limit, quirks };
                let accepted = expectation.accept(response, port.now()).map_err(|error| attempts.located(error))?;
                let key_set = JsonWebKeySet::from_json_with(accepted.body(), self.key_set_rules()).map_err(RequestError::KeySet)?;
                // A set may hold keys that are no good JSON objects: it is a key set all the same, and has no other members to show.
                let document = Document::parse(accepted.body().clone())
                    .or_else(|_| Document::parse("{}"))
                    .map_err(|source| expectation.malformed(source))?;
                return Ok(JwksResponse { key_set, document, head: accepted.head });
            }
        }
    }

    /// The request for the keys of a discovery document: the same environment and limits. The policy has judged the member `jwks_uri` and
    /// comes with it; judged again as a bare address it would lose what was tolerated by the member's name.
    pub(crate) fn following(address: Endpoint, document: &str, options: &RequestOptions) -> Self {
        let mut options = options.for_another_message();
        options.policy = None;
        Self { options, address: address.into(), key_limit: None, named_at: Some(document.to_owned()) }
    }

    /// The request for the keys at an address that the caller states.
    pub(crate) fn at(address: &str, options: RequestOptions) -> Self {
        Self { options, address: address.into(), key_limit: None, named_at: None }
    }

    /// The same with other limits.
    pub(crate) fn with_limits(mut self, key_limit: usize, body_limit: Option<usize>) -> Self {
        self.key_limit = Some(key_limit);
        self.options.body_limit = body_limit.or(self.options.body_limit);
        self
    }

    fn key_set_rules(&self) -> KeySetRules {
        self.key_limit.map_or(KeySetRules::remote(), |limit| KeySetRules::remote().with_key_limit(limit))
    }

    /// Whether the credential of the policy is for this address: the caller wrote it, or it stands where the caller said that the provider is.
    fn may_show_credential(&self, endpoint: &Endpoint) -> bool {
        let policy = endpoint.policy();
        let trusted = self.named_at.iter().map(String::as_str).chain(policy.authority());
        let mut trusted = trusted.chain(policy.additional_endpoint_base_addresses().iter().map(String::as_str));
        self.address.is_text() || trusted.any(|base| Url::parse(base).is_ok_and(|base| base.origin() == endpoint.url().origin()))
    }
}

/// The keys of a provider.
#[derive(Debug, Clone)]
pub struct JwksResponse {
    key_set: JsonWebKeySet,
    document: Document,
    head: ResponseHead,
}

impl JwksResponse {
    /// The keys.
    pub fn key_set(&self) -> &JsonWebKeySet {
        &self.key_set
    }

    /// The keys, by value.
    pub fn into_key_set(self) -> JsonWebKeySet {
        self.key_set
    }

    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }
}

forward_document!(JwksResponse, document);
