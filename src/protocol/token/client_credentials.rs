//! The client credentials grant (RFC 6749 section 4.4).

use bon::Builder;

use super::grant::{Grant, Preparation, repeatable_token_request};
use crate::constants::grant_types;
use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::request::RequestOptions;

/// Asks for an access token in the client's own name.
///
/// RFC 6749 section 4.4, with RFC 8707 resource indicators. Defaults: no scope, no resource, [`ClientAuthentication::none`]; the response
/// must be a 200 with `application/json`. It can be sent any number of times; an attempt is repeated only when nothing of it was
/// processed.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` (an OAuth error, at
/// any status) or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::client_auth::ClientAuthentication;
/// use identity_model::protocol::token::ClientCredentialsTokenRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/token", ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer","expires_in":300}"#))
///     .build();
/// let token = ClientCredentialsTokenRequest::builder()
///     .address("https://idp.example.com/token")
///     .client_id("reports")
///     .authentication(ClientAuthentication::secret_basic("s3cret"))
///     .scope(["reports:read"])
///     .send(&http)
///     .await?;
/// assert_eq!(token.access_token().expose(), "t");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct ClientCredentialsTokenRequest {
    #[builder(field)]
    options: RequestOptions,
    #[builder(skip)]
    preparation: Preparation,
    /// The token endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier.
    client_id: String,
    /// How the client proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// The scopes asked for. Default: none, which leaves them to the server.
    #[builder(default, with = |scopes: impl IntoIterator<Item = impl Into<String>>| scopes.into_iter().map(Into::into).collect())]
    scope: Vec<String>,
    /// The resources that the token is for (RFC 8707): absolute URIs.
    #[builder(default, with = |resources: impl IntoIterator<Item = impl Into<String>>| resources.into_iter().map(Into::into).collect())]
    resource: Vec<String>,
    /// What the token is to allow, in detail (RFC 9396). Default: nothing beyond the scopes.
    #[builder(default, with = |details: impl IntoIterator<Item = AuthorizationDetail>| details.into_iter().collect())]
    authorization_details: Vec<AuthorizationDetail>,
}

repeatable_token_request!(
    ClientCredentialsTokenRequest,
    ClientCredentialsTokenRequestBuilder,
    client_credentials_token_request_builder,
    this => Grant::new(grant_types::CLIENT_CREDENTIALS, &this.address, &this.authentication, &this.options)
        .client(this.client_id.clone())
        .scope(this.scope.clone())
        .resource(this.resource.clone())
        .authorization_details(this.authorization_details.clone()),
    _list => {}
);
