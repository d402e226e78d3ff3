//! The login that the user approves on another device (RFC 8628).

use std::sync::Arc;

use super::context::FlowContext;
use super::dpop::proved_grant;
use super::inner::ClientInner;
use super::login::Login;
use super::polled_login::{polled_login, scope_of_login};
use super::request::ClientRequest;
use super::{polled_login, rules, verification};
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::Request;
use crate::protocol::device_authorization::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};
use crate::protocol::token::DeviceCodePolling;

polled_login! {
    /// A login on another device, begun: show the user where to go and what to type there, then
    /// [finish](super::OidcClient::finish_device_login) it, which waits for the user's decision.
    DeviceLogin(DeviceAuthorizationResponse)
}

pub(crate) fn begin(client: &Arc<ClientInner>, request: ClientRequest<DeviceAuthorizationRequest>) -> Exchange<DeviceLogin, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client, &port).await?;
        let request = request.complete(&context, metadata::DEVICE_AUTHORIZATION_ENDPOINT)?;
        let scope = scope_of_login(request.scopes())?;
        let authorization = port.perform(request.exchange()).await?;
        Ok(DeviceLogin::new(authorization, scope))
    })
}

pub(crate) fn finish(client: &Arc<ClientInner>, login: DeviceLogin) -> Exchange<Login, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client, &port).await?;
        let rules = rules::login(&context, None)?.with_nonce_absent();
        verification::load_keys(&context, &rules, &port).await?;
        let polling = DeviceCodePolling::builder()
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
