//! The resource owner password grant (RFC 6749 section 4.3), legacy.

use bon::Builder;

use super::grant::{Grant, Preparation, repeatable_token_request};
use crate::constants::{grant_types, parameters};
use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::request::RequestOptions;
use crate::secret::Password;

/// Trades a user's name and password for an access token: **legacy**, RFC 9700 section 2.4 forbids it. Only behind the feature `legacy-password`.
///
/// RFC 6749 section 4.3.2.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` (an OAuth error, at
/// any status) or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::token::PasswordTokenRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/token", ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer"}"#))
///     .build();
/// let token = PasswordTokenRequest::builder()
///     .address("https://idp.example.com/token")
///     .client_id("app")
///     .username("alice")
///     .password("wonderland")
///     .send(&http)
///     .await?;
/// assert_eq!(token.access_token().expose(), "t");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct PasswordTokenRequest {
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
    /// The user's name.
    username: String,
    /// The user's password. Default: none is sent.
    #[builder(into)]
    password: Option<Password>,
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
    PasswordTokenRequest,
    PasswordTokenRequestBuilder,
    password_token_request_builder,
    this => Grant::new(grant_types::PASSWORD, &this.address, &this.authentication, &this.options)
        .client(this.client_id.clone())
        .scope(this.scope.clone())
        .resource(this.resource.clone())
        .authorization_details(this.authorization_details.clone())
        .demanding("username", &this.username),
    list => {
        list.add(parameters::USERNAME, &this.username);
        list.add(parameters::PASSWORD, this.password.as_ref().map(Password::expose).unwrap_or_default());
    }
);
