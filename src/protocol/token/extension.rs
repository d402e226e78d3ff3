//! Any other grant (RFC 6749 section 4.5).

use bon::Builder;

use super::grant::{Grant, Preparation, repeatable_token_request};
use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::request::RequestOptions;

/// Asks for a token by a grant that has no request of its own here; its parameters are added by `.parameter(…)`.
///
/// RFC 6749 section 4.5: the grant type is an absolute URI (or a name that the server knows).
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` (an OAuth error, at
/// any status) or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::token::ExtensionTokenRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/token", ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer"}"#))
///     .build();
/// let token = ExtensionTokenRequest::builder()
///     .address("https://idp.example.com/token")
///     .client_id("app")
///     .grant_type("urn:example:grant-type:one-time-link")
///     .parameter("link", "a1b2c3")
///     .send(&http)
///     .await?;
/// assert_eq!(token.access_token().expose(), "t");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct ExtensionTokenRequest {
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
    /// The grant type.
    grant_type: String,
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
    ExtensionTokenRequest,
    ExtensionTokenRequestBuilder,
    extension_token_request_builder,
    this => Grant::new(&this.grant_type, &this.address, &this.authentication, &this.options)
        .client(this.client_id.clone())
        .scope(this.scope.clone())
        .resource(this.resource.clone())
        .authorization_details(this.authorization_details.clone())
        .demanding("grant_type", &this.grant_type),
    _list => {}
);
