//! The request for a JWK Set and its response (RFC 7517 section 5, OpenID Connect Discovery section 3).

use bon::Builder;
use http::{Method, StatusCode};

use super::attempts::Attempts;
use super::discovery::{Address, Endpoint};
use super::error::RequestError;
use super::parameters::Parameters;
use super::request::{Request, RequestOptions, request_setters, with_body, with_query};
use super::response::Expectation;
use super::response_head::ResponseHead;
use crate::constants::media_types;
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::jose::JsonWebKeySet;
use crate::transport::{BodyLimit, Repeat};

const ENDPOINT: &str = "key set endpoint";
const ACCEPT: &str = "application/jwk-set+json, application/json";

/// Asks for the keys of a provider.
///
/// RFC 7517 section 5. The answer must be a 200 with `application/jwk-set+json` or `application/json` of at most 512 KiB. Keys that cannot be
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
#[builder(on(String, into), state_mod(vis = "pub"))]
pub struct JwksRequest {
    #[builder(field)]
    options: RequestOptions,
    /// Where the keys are: text, or the `jwks_uri` of a discovery document with its policy.
    #[builder(into)]
    address: Address,
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
        let (url, quirks) = self.options.accept_address(ENDPOINT, &self.address)?;
        let body_limit = self.options.body_limit(BodyLimit::KEY_SET);
        let list = Parameters::new().finish(&self.options.parameters)?;
        let url = with_query(&url, &list);
        let mut attempts = Attempts::begin(&self.options, ENDPOINT, Repeat::Safe, body_limit, port)?;
        loop {
            let request = with_body(self.options.request(Method::GET, &url, ACCEPT)?, String::new())?;
            if let Some(response) = attempts.send(request, port).await? {
                let media_types = &[media_types::JWK_SET_JSON, media_types::JSON];
                let expectation = Expectation { endpoint: ENDPOINT, success: StatusCode::OK, media_types, body_limit, quirks };
                let accepted = expectation.accept(response, port.now())?;
                let key_set = JsonWebKeySet::from_json(accepted.body()).map_err(RequestError::KeySet)?;
                return Ok(JwksResponse { key_set, head: accepted.head });
            }
        }
    }

    /// The request for the keys of a discovery document: the same environment and limits. The policy has judged the member `jwks_uri` and
    /// comes along with it; judged again as a bare address it would lose what was tolerated by the member's name.
    pub(crate) fn following(address: Endpoint, options: &RequestOptions) -> Self {
        let mut options = options.for_another_message();
        options.policy = None;
        Self { options, address: address.into() }
    }
}

/// The keys of a provider.
#[derive(Debug, Clone)]
pub struct JwksResponse {
    key_set: JsonWebKeySet,
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
