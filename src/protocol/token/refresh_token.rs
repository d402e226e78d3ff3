//! The refresh token grant (RFC 6749 section 6).

use bon::Builder;

use super::grant::{Grant, token_request_once};
use crate::constants::{grant_types, parameters};
use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::request::RequestOptions;
use crate::secret::RefreshToken;

/// Trades a refresh token for new tokens: **sending consumes the request**, because a server may rotate the token.
///
/// RFC 6749 section 6, RFC 9700 section 4.14. A narrower scope may be asked for. An attempt is repeated only when nothing of it was processed.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` (an OAuth error, at
/// any status) or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::token::RefreshTokenRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/token", ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer"}"#))
///     .build();
/// let token = RefreshTokenRequest::builder()
///     .address("https://idp.example.com/token")
///     .client_id("app")
///     .refresh_token("tGzv3JOkF0XG5Qx2TlKWIA")
///     .send(&http)
///     .await?;
/// assert_eq!(token.access_token().expose(), "t");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct RefreshTokenRequest {
    #[builder(field)]
    options: RequestOptions,
    /// The token endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier.
    client_id: String,
    /// How the client proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// The refresh token.
    #[builder(into)]
    refresh_token: RefreshToken,
    /// The scopes asked for. Default: those that were granted.
    #[builder(default, with = |scopes: impl IntoIterator<Item = impl Into<String>>| scopes.into_iter().map(Into::into).collect())]
    scope: Vec<String>,
    /// The resources that the token is for (RFC 8707): absolute URIs.
    #[builder(default, with = |resources: impl IntoIterator<Item = impl Into<String>>| resources.into_iter().map(Into::into).collect())]
    resource: Vec<String>,
    /// What the token is to allow, in detail (RFC 9396). Default: nothing beyond the scopes.
    #[builder(default, with = |details: impl IntoIterator<Item = AuthorizationDetail>| details.into_iter().collect())]
    authorization_details: Vec<AuthorizationDetail>,
}

token_request_once!(
    RefreshTokenRequest,
    RefreshTokenRequestBuilder,
    refresh_token_request_builder,
    this => Grant::new(grant_types::REFRESH_TOKEN, &this.address, &this.authentication, &this.options)
        .client(this.client_id.clone())
        .scope(this.scope.clone())
        .resource(this.resource.clone())
        .authorization_details(this.authorization_details.clone())
        .demanding("refresh_token", this.refresh_token.expose())
        .bound_refresh_token(&this.refresh_token),
    list => list.add(parameters::REFRESH_TOKEN, this.refresh_token.expose())
);
