//! The SAML 2.0 bearer grant (RFC 7522 section 2.1).

use bon::Builder;

use super::grant::{Grant, Preparation, repeatable_token_request};
use crate::constants::{grant_types, parameters};
use crate::encoding::base64url;
use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::request::RequestOptions;
use crate::secret::SecurityAssertion;

/// Trades a SAML 2.0 assertion that a trusted party made for an access token.
///
/// RFC 7522 section 2.1, RFC 7521 section 4.1. Client authentication is optional: the assertion may say who asks. The assertion is sent in base64url, as the specification wants it; it is given as XML text.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` (an OAuth error, at
/// any status) or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::token::SamlBearerTokenRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/token", ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer"}"#))
///     .build();
/// let token = SamlBearerTokenRequest::builder()
///     .address("https://idp.example.com/token")
///     .assertion("<Assertion/>")
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
pub struct SamlBearerTokenRequest {
    #[builder(field)]
    options: RequestOptions,
    #[builder(skip)]
    preparation: Preparation,
    /// The token endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier. Default: none; the assertion says who asks.
    client_id: Option<String>,
    /// How the client proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// The assertion.
    #[builder(into)]
    assertion: SecurityAssertion,
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
    SamlBearerTokenRequest,
    SamlBearerTokenRequestBuilder,
    saml_bearer_token_request_builder,
    this => Grant::new(grant_types::SAML2_BEARER, &this.address, &this.authentication, &this.options)
        .client(this.client_id.clone())
        .scope(this.scope.clone())
        .resource(this.resource.clone())
        .authorization_details(this.authorization_details.clone())
        .demanding("assertion", this.assertion.expose()),
    list => list.add(parameters::ASSERTION, &base64url::encode(this.assertion.expose()))
);
