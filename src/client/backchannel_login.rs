//! The login that the user is asked for on their own device, by polling (CIBA Core 1.0).

use std::sync::Arc;
use std::time::Duration;

use super::context::FlowContext;
use super::dpop::proved_grant;
use super::error::ClientError;
use super::inner::ClientInner;
use super::login::Login;
use super::polled_login::{polled_login, scope_of_login};
use super::request::ClientRequest;
use super::{polled_login, rules, verification};
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::Request;
use crate::protocol::backchannel_authentication::{BackchannelAuthenticationRequest, BackchannelAuthenticationResponse};
use crate::protocol::token::CibaPolling;
use crate::secret::SecretText;

/// An ID token that belongs to something the user did just now is no older than this.
const MAX_ISSUED_AGE: Duration = Duration::from_secs(3600);

polled_login! {
    /// A login that the user is asked for on their own device, begun: [finish](super::OidcClient::finish_backchannel_login) it, which waits for
    /// the user's decision.
    BackchannelLogin(BackchannelAuthenticationResponse)
}

pub(crate) fn begin(
    client: &Arc<ClientInner>,
    request: ClientRequest<BackchannelAuthenticationRequest>,
) -> Exchange<BackchannelLogin, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client, &port).await?;
        let request = request.complete(&context, metadata::BACKCHANNEL_AUTHENTICATION_ENDPOINT)?;
        let scope = scope_of_login(request.scopes())?;
        if context.settings().holds("PF25") && !request.says_what_for() {
            let problem =
                "is missing, and the profile wants the user to see on both devices what belongs together (FAPI-CIBA section 5.2.2)";
            return Err(ClientError::configuration("binding_message", problem).into());
        }
        let authorization = port.perform(request.exchange()).await?;
        Ok(BackchannelLogin::new(authorization, scope))
    })
}

pub(crate) fn finish(client: &Arc<ClientInner>, login: BackchannelLogin) -> Exchange<Login, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client, &port).await?;
        let request_id = SecretText::new(login.authorization.request_id().expose());
        let rules = rules::login(&context, Some(MAX_ISSUED_AGE))?.with_nonce_absent().with_polled_authentication_request_id(request_id);
        verification::load_keys(&context, &rules, &port).await?;
        let polling = CibaPolling::builder()
            .environment(context.environment().clone())
            .address(context.endpoint(metadata::TOKEN_ENDPOINT)?)
            .client_id(context.client_id())
            .authentication(context.authentication.clone())
            .authorization(login.authorization)
            .maybe_on_progress(login.observer.map(|observe| move |progress| observe(progress)))
            .maybe_cancellation(login.cancellation);
        let polling = proved_grant!(polling, context.settings().dpop.as_ref()).build();
        let tokens = port.perform(polling.exchange()).await?;
        polled_login::login(&context, tokens, rules, &login.scope, &port).await
    })
}
