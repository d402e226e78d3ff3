//! The CIBA grant (CIBA Core 1.0 sections 10.1 and 11).

use bon::Builder;

use super::TokenResponse;
use super::grant::{Grant, Preparation, token_request};
use super::polling::{Observer, PollCancellation, PollProgress, Schedule, poll};
use crate::constants::{grant_types, parameters};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::protocol::authorization_details::AuthorizationDetail;
use crate::protocol::backchannel_authentication::BackchannelAuthenticationResponse;
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Address;
use crate::protocol::error::RequestError;
use crate::protocol::parameters::Parameters;
use crate::protocol::request::{Request, RequestOptions, request_setters};
use crate::secret::AuthenticationRequestId;

/// Asks once whether the user has approved; [`CibaPolling`] asks until there is a response.
///
/// CIBA Core section 10.1. `authorization_pending` and `slow_down` are errors of kind `Protocol`.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` or `Malformed` after.
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct CibaTokenRequest {
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
    /// `auth_req_id`.
    #[builder(into)]
    request_id: AuthenticationRequestId,
    /// The resources that the token is for (RFC 8707): absolute URIs.
    #[builder(default, with = |resources: impl IntoIterator<Item = impl Into<String>>| resources.into_iter().map(Into::into).collect())]
    resource: Vec<String>,
    /// What the token is to allow, in detail (RFC 9396). Default: nothing beyond the scopes.
    #[builder(default, with = |details: impl IntoIterator<Item = AuthorizationDetail>| details.into_iter().collect())]
    authorization_details: Vec<AuthorizationDetail>,
}

token_request!(
    CibaTokenRequest,
    CibaTokenRequestBuilder,
    ciba_token_request_builder,
    this => Grant::new(grant_types::CIBA, &this.address, &this.authentication, &this.options)
        .client(this.client_id.clone())
        .resource(this.resource.clone())
        .authorization_details(this.authorization_details.clone())
        .demanding("auth_req_id", this.request_id.expose()),
    list => list.add(parameters::AUTH_REQ_ID, this.request_id.expose())
);

/// Asks until the user has decided, or the request has expired.
///
/// CIBA Core section 10.1: the first poll comes after one interval, `slow_down` adds five seconds for good, trouble on the network (a time-out, no
/// connection, a broken one) or at the server (5xx, 429) doubles the interval up to two minutes, a longer `Retry-After` wins. It ends when the future is dropped, or by a
/// [`PollCancellation`]. Asking again is the polling's own affair: `retry` has no effect on it.
///
/// # Errors
/// As one attempt, and with kind `Flow` at the end of the request's life (`poll_expired`) or when it was cancelled (`poll_cancelled`).
///
/// # Example
/// ```
/// use std::time::{Duration, SystemTime};
/// use identity_model::environment::{Environment, FixedClock, FixedTimer};
/// use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
/// use identity_model::protocol::token::CibaPolling;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let clock = FixedClock::at(SystemTime::now());
/// let environment = Environment::system().with_clock(clock.clone()).with_timer(FixedTimer::moving(&clock)); // waits without waiting
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/bc", ScriptedResponse::json(200, r#"{"auth_req_id":"1c266114","expires_in":120}"#))
///     .post("https://idp.example.com/token", ScriptedResponse::json(400, r#"{"error":"slow_down"}"#))
///     .post("https://idp.example.com/token", ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer"}"#))
///     .build();
/// let hint = AuthenticationHint::LoginHint("alice@example.com".to_owned());
/// let begin = BackchannelAuthenticationRequest::builder().address("https://idp.example.com/bc").client_id("app").hint(hint).scope(["openid"]);
/// let pending = begin.environment(environment.clone()).send(&http).await?;
/// let token = CibaPolling::builder()
///     .address("https://idp.example.com/token")
///     .client_id("app")
///     .authorization(pending)
///     .on_progress(|progress| println!("waiting, {} s left", progress.remaining.as_secs()))
///     .environment(environment)
///     .send(&http)
///     .await?;
/// assert_eq!(token.access_token().expose(), "t");
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct CibaPolling {
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
    /// The request that the backchannel authentication endpoint took.
    authorization: BackchannelAuthenticationResponse,
    /// Who is told, about once a second, how it stands. Default: no observer.
    #[builder(with = |observe: impl Fn(PollProgress) + Send + Sync + 'static| Observer::new(observe))]
    on_progress: Option<Observer>,
    /// Ends the polling from elsewhere. Default: nothing does.
    cancellation: Option<PollCancellation>,
    /// The resources that the token is for (RFC 8707): absolute URIs.
    #[builder(default, with = |resources: impl IntoIterator<Item = impl Into<String>>| resources.into_iter().map(Into::into).collect())]
    resource: Vec<String>,
    /// What the token is to allow, in detail (RFC 9396). Default: nothing beyond the scopes.
    #[builder(default, with = |details: impl IntoIterator<Item = AuthorizationDetail>| details.into_iter().collect())]
    authorization_details: Vec<AuthorizationDetail>,
}

request_setters!(CibaPollingBuilder, ciba_polling_builder);
crate::protocol::dpop::dpop_token_setters!(CibaPollingBuilder, ciba_polling_builder);

impl Request for CibaPolling {
    type Response = TokenResponse;

    fn exchange(&self) -> Exchange<TokenResponse, RequestError> {
        let grant = Grant::new(grant_types::CIBA, &self.address, &self.authentication, &self.options)
            .client(self.client_id.clone())
            .resource(self.resource.clone())
            .authorization_details(self.authorization_details.clone());
        let schedule = Schedule {
            interval: self.authorization.life().interval,
            ends_at: self.authorization.life().ends_at(),
            observer: self.on_progress.clone(),
            cancellation: self.cancellation.clone(),
        };
        let code = self.authorization.request_id().clone();
        let grant = grant.prepare(|list: &mut Parameters| list.add(parameters::AUTH_REQ_ID, code.expose()));
        Exchange::new(|port: Port| poll(grant, schedule, port))
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}
