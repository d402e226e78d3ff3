//! Token exchange (RFC 8693).

use bon::Builder;

use super::grant::{Grant, Preparation, repeatable_token_request};
use crate::constants::{grant_types, parameters};
use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::request::RequestOptions;
use crate::secret::SecurityAssertion;

/// Trades a token for another: to act for its subject (impersonation), or as oneself on its behalf (delegation, with an actor token).
///
/// RFC 8693 section 2.1. Several audiences and resources may be named. The response must say what was issued (`issued_token_type`, a URI);
/// its `token_type` may be `N_A` where that is no access token. A refresh token is rejected where another type was asked for.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` (an OAuth error, at
/// any status) or `Malformed` after; with `Validation` for a refresh token that was not asked for.
///
/// # Example
/// ```
/// use identity_model::constants::token_type_identifiers;
/// use identity_model::protocol::token::TokenExchangeRequest;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/token", ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer","issued_token_type":"urn:ietf:params:oauth:token-type:access_token"}"#))
///     .build();
/// let token = TokenExchangeRequest::builder()
///     .address("https://idp.example.com/token")
///     .client_id("gateway")
///     .subject_token("token-of-alice")
///     .subject_token_type(token_type_identifiers::ACCESS_TOKEN)
///     .actor_token("token-of-the-gateway", token_type_identifiers::ACCESS_TOKEN)
///     .audience(["reports-api"])
///     .send(&http)
///     .await?;
/// assert_eq!(token.issued_token_type(), Some(token_type_identifiers::ACCESS_TOKEN));
/// assert_eq!(token.access_token().expose(), "t");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct TokenExchangeRequest {
    #[builder(field)]
    options: RequestOptions,
    #[builder(skip)]
    preparation: Preparation,
    /// The token endpoint: text, or an endpoint of a discovery document with its policy.
    #[builder(into)]
    address: Address,
    /// The client's identifier. Default: none, for servers that take an exchange from anyone who holds the token (RFC 8693 section 2.1), as
    /// the token services of clouds do; then there is no authentication either.
    client_id: Option<String>,
    /// How the client proves who it is. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// The token of the party that is acted for.
    #[builder(into)]
    subject_token: SecurityAssertion,
    /// Its type, one of [`token_type_identifiers`](crate::constants::token_type_identifiers) or another URI.
    subject_token_type: String,
    /// The token of the acting party and its type: both or neither (delegation).
    #[builder(with = |token: impl Into<SecurityAssertion>, token_type: impl Into<String>| (token.into(), token_type.into()))]
    actor_token: Option<(SecurityAssertion, String)>,
    /// The type of token asked for. Default: the server's choice.
    requested_token_type: Option<String>,
    /// The services that the token is for, by their names. Default: none.
    #[builder(default, with = |audiences: impl IntoIterator<Item = impl Into<String>>| audiences.into_iter().map(Into::into).collect())]
    audience: Vec<String>,
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
    TokenExchangeRequest,
    TokenExchangeRequestBuilder,
    token_exchange_request_builder,
    this => {
        let grant = Grant::new(grant_types::TOKEN_EXCHANGE, &this.address, &this.authentication, &this.options)
            .client(this.client_id.clone())
            .scope(this.scope.clone())
            .resource(this.resource.clone())
            .authorization_details(this.authorization_details.clone())
            .demanding("subject_token", this.subject_token.expose())
            .demanding("subject_token_type", &this.subject_token_type)
            .exchanging_for(&this.requested_token_type);
        match &this.actor_token {
            Some((token, token_type)) => grant.demanding("actor_token", token.expose()).demanding("actor_token_type", token_type),
            None => grant,
        }
    },
    list => {
        list.add(parameters::SUBJECT_TOKEN, this.subject_token.expose());
        list.add(parameters::SUBJECT_TOKEN_TYPE, &this.subject_token_type);
        if let Some((token, token_type)) = &this.actor_token {
            list.add(parameters::ACTOR_TOKEN, token.expose());
            list.add(parameters::ACTOR_TOKEN_TYPE, token_type);
        }
        list.add(parameters::REQUESTED_TOKEN_TYPE, this.requested_token_type.as_deref().unwrap_or_default());
        list.add_all(parameters::AUDIENCE, this.audience.iter().map(String::as_str));
    }
);
