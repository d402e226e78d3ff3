//! The authorization code grant (RFC 6749 section 4.1.3, RFC 7636 section 4.5).

use bon::Builder;

use super::grant::{Grant, token_request_once};
use crate::constants::{grant_types, parameters};
use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::request::RequestOptions;
use crate::secret::{AuthorizationCode, CodeVerifier};

/// Redeems an authorization code: **sending consumes the request**, because a code is redeemed once.
///
/// RFC 6749 section 4.1.3, with the PKCE verifier of RFC 7636. The code comes out of a checked callback; `redirect_uri` is byte for byte the one
/// of the authorization request. An attempt is repeated only when nothing of it was processed.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` (an OAuth error, at
/// any status) or `Malformed` after.
///
/// # Example
/// ```
/// use identity_model::protocol::token::AuthorizationCodeTokenRequest;
/// use identity_model::secret::AuthorizationCode;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/token", ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer"}"#))
///     .build();
/// let token = AuthorizationCodeTokenRequest::builder()
///     .address("https://idp.example.com/token")
///     .client_id("app")
///     .code(AuthorizationCode::danger_unchecked("SplxlOBeZQQYbYS6WxSbIA")) // a login hands out a checked one
///     .redirect_uri("https://app.example.com/callback")
///     .code_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
///     .send(&http)
///     .await?;
/// assert_eq!(token.access_token().expose(), "t");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct AuthorizationCodeTokenRequest {
    #[builder(field)]
    pub(in crate::protocol) options: RequestOptions,
    /// The token endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier.
    client_id: String,
    /// How the client proves who it is. Default: not at all.
    #[builder(into, default)]
    pub(in crate::protocol) authentication: ClientAuthentication,
    /// The code.
    #[builder(into)]
    code: AuthorizationCode,
    /// The redirect URI of the authorization request, byte for byte.
    redirect_uri: String,
    /// The PKCE verifier of the authorization request.
    #[builder(into)]
    code_verifier: CodeVerifier,
    /// The resources that the token is for (RFC 8707): absolute URIs.
    #[builder(default, with = |resources: impl IntoIterator<Item = impl Into<String>>| resources.into_iter().map(Into::into).collect())]
    pub(in crate::protocol) resource: Vec<String>,
    /// What the token is to allow, in detail (RFC 9396). Default: nothing beyond the scopes.
    #[builder(default, with = |details: impl IntoIterator<Item = AuthorizationDetail>| details.into_iter().collect())]
    pub(in crate::protocol) authorization_details: Vec<AuthorizationDetail>,
}

token_request_once!(
    AuthorizationCodeTokenRequest,
    AuthorizationCodeTokenRequestBuilder,
    authorization_code_token_request_builder,
    this => Grant::new(grant_types::AUTHORIZATION_CODE, &this.address, &this.authentication, &this.options)
        .client(this.client_id.clone())
        .resource(this.resource.clone())
        .authorization_details(this.authorization_details.clone())
        .demanding("code", this.code.expose())
        .bound_code(&this.code)
        .demanding("redirect_uri", &this.redirect_uri)
        .verified_by(&this.code_verifier),
    list => {
        list.add(parameters::CODE, this.code.expose());
        list.add(parameters::REDIRECT_URI, &this.redirect_uri);
        list.add(parameters::CODE_VERIFIER, this.code_verifier.expose());
    }
);
