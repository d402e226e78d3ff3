//! The revocation request and its response (RFC 7009).

use bon::Builder;
use http::StatusCode;

use super::authenticated::AuthenticatedPost;
use super::client_auth::ClientAuthentication;
use super::discovery::Address;
use super::error::RequestError;
use super::parameters::Parameters;
use super::request::{Request, RequestOptions, request_setters};
use super::response_head::ResponseHead;
use crate::constants::{media_types, parameters};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::secret::SecurityAssertion;
use crate::transport::Repeat;

const ENDPOINT: &str = "revocation endpoint";

/// Gives a token back: an access token, or a refresh token with all that came of it.
///
/// RFC 7009 section 2.1. A 200 means that the token is of no more use, whether it was any before; its body is not read. To revoke twice is to
/// revoke once, so it is repeated after passing failures. Defaults: no hint, [`ClientAuthentication::none`].
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http` or `Protocol` after: then the token may
/// live on. [`UNSUPPORTED_TOKEN_TYPE`](crate::constants::error_codes::UNSUPPORTED_TOKEN_TYPE) says that tokens of this kind are not
/// revoked at all; a 503 is [retryable](crate::error::Error::is_retryable), after [`retry_after`](crate::error::Error::retry_after).
///
/// # Example
/// ```
/// use identity_model::constants::token_type_hints;
/// use identity_model::protocol::revocation::RevocationRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder().post("https://idp.example.com/revoke", ScriptedResponse::status(200)).build();
/// RevocationRequest::builder()
///     .address("https://idp.example.com/revoke")
///     .client_id("app")
///     .token("45ghiukldjahdnhzdauz")
///     .token_type_hint(token_type_hints::REFRESH_TOKEN)
///     .send(&http)
///     .await?;
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct RevocationRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The revocation endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier.
    client_id: String,
    /// How the client proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// The token to be revoked.
    #[builder(into)]
    token: SecurityAssertion,
    /// What kind of token it is, one of [`token_type_hints`](crate::constants::token_type_hints). Default: not said.
    token_type_hint: Option<String>,
}

request_setters!(RevocationRequestBuilder, revocation_request_builder);

impl Request for RevocationRequest {
    type Response = RevocationResponse;

    fn exchange(&self) -> Exchange<RevocationResponse, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

impl RevocationRequest {
    async fn run(&self, port: &Port) -> Result<RevocationResponse, RequestError> {
        if self.token.expose().is_empty() {
            return Err(RequestError::configuration("token", "is empty"));
        }
        let post = AuthenticatedPost {
            endpoint: ENDPOINT,
            address: self.address.clone(),
            client_id: Some(self.client_id.clone()),
            authentication: self.authentication.clone(),
            options: self.options.clone(),
            repeat: Repeat::Safe,
            accept: media_types::JSON,
            success: StatusCode::OK,
            media_types: &[],
            prepared: None,
        };
        let own = |list: &mut Parameters| {
            list.add(parameters::TOKEN, self.token.expose());
            list.add(parameters::TOKEN_TYPE_HINT, self.token_type_hint.as_deref().unwrap_or_default());
        };
        post.send(own, port, |accepted, _| Ok(RevocationResponse { head: accepted.head })).await
    }
}

/// The token is of no more use (RFC 7009 section 2.2).
#[derive(Debug, Clone)]
pub struct RevocationResponse {
    head: ResponseHead,
}

impl RevocationResponse {
    /// Status, time of arrival and the headers that were kept.
    pub fn head(&self) -> &ResponseHead {
        &self.head
    }
}
