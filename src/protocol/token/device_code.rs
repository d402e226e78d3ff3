//! The device code grant (RFC 8628 sections 3.4 and 3.5).

use bon::Builder;

use super::TokenResponse;
use super::grant::{Grant, Preparation, token_request};
use super::polling::{Observer, PollCancellation, PollProgress, Schedule, poll};
use crate::constants::{grant_types, parameters};
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::device_authorization::DeviceAuthorizationResponse;
use crate::protocol::discovery::Address;
use crate::protocol::error::RequestError;
use crate::protocol::parameters::Parameters;
use crate::protocol::request::{Request, RequestOptions, request_setters};
use crate::secret::DeviceCode;

/// Asks once whether the user has approved; [`DeviceCodePolling`] asks until there is a response.
///
/// RFC 8628 section 3.5. `authorization_pending` and `slow_down` are errors of kind `Protocol`.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent, with `Transport`, `Http`, `Protocol` or `Malformed` after.
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct DeviceCodeTokenRequest {
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
    /// The device code.
    #[builder(into)]
    device_code: DeviceCode,
}

token_request!(
    DeviceCodeTokenRequest,
    DeviceCodeTokenRequestBuilder,
    device_code_token_request_builder,
    this => Grant::new(grant_types::DEVICE_CODE, &this.address, &this.authentication, &this.options)
        .client(this.client_id.clone())
        .demanding("device_code", this.device_code.expose()),
    list => list.add(parameters::DEVICE_CODE, this.device_code.expose())
);

/// Asks until the user has decided, or the request has expired.
///
/// RFC 8628 section 3.5: the first poll comes after one interval, `slow_down` adds five seconds for good, trouble on the network (a time-out, no
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
/// use identity_model::protocol::device_authorization::DeviceAuthorizationRequest;
/// use identity_model::protocol::token::DeviceCodePolling;
/// use identity_model::testing::{ScriptedResponse, ScriptedHttpClient};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let clock = FixedClock::at(SystemTime::now());
/// let environment = Environment::system().with_clock(clock.clone()).with_timer(FixedTimer::moving(&clock)); // waits without waiting
/// let codes = r#"{"device_code":"d","user_code":"WDJB","verification_uri":"https://idp.example.com/device","expires_in":600}"#;
/// let http = ScriptedHttpClient::builder()
///     .post("https://idp.example.com/device_authorization", ScriptedResponse::json(200, codes))
///     .post("https://idp.example.com/token", ScriptedResponse::json(400, r#"{"error":"authorization_pending"}"#))
///     .post("https://idp.example.com/token", ScriptedResponse::json(200, r#"{"access_token":"t","token_type":"Bearer"}"#))
///     .build();
/// let begin = DeviceAuthorizationRequest::builder().address("https://idp.example.com/device_authorization").client_id("app");
/// let pending = begin.environment(environment.clone()).send(&http).await?;
/// let token = DeviceCodePolling::builder()
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
pub struct DeviceCodePolling {
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
    /// The codes that the device authorization endpoint handed out.
    authorization: DeviceAuthorizationResponse,
    /// Who is told, about once a second, how it stands. Default: no observer.
    #[builder(with = |observe: impl Fn(PollProgress) + Send + Sync + 'static| Observer::new(observe))]
    on_progress: Option<Observer>,
    /// Ends the polling from elsewhere. Default: nothing does.
    cancellation: Option<PollCancellation>,
}

request_setters!(DeviceCodePollingBuilder, device_code_polling_builder);
crate::protocol::dpop::dpop_token_setters!(DeviceCodePollingBuilder, device_code_polling_builder);

impl Request for DeviceCodePolling {
    type Response = TokenResponse;

    fn exchange(&self) -> Exchange<TokenResponse, RequestError> {
        let grant = Grant::new(grant_types::DEVICE_CODE, &self.address, &self.authentication, &self.options).client(self.client_id.clone());
        let schedule = Schedule {
            interval: self.authorization.life().interval,
            ends_at: self.authorization.life().ends_at(),
            observer: self.on_progress.clone(),
            cancellation: self.cancellation.clone(),
        };
        let code = self.authorization.device_code().clone();
        let grant = grant.prepare(|list: &mut Parameters| list.add(parameters::DEVICE_CODE, code.expose()));
        Exchange::new(|port: Port| poll(grant, schedule, port))
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}
