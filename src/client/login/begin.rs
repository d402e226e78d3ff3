//! The beginning of a login through the browser: an address and a transaction.

use std::sync::Arc;

use super::options::LoginOptions;
use crate::client::context::{FlowContext, reject_foreign};
use crate::client::dpop::proved;
use crate::client::error::ClientError;
use crate::client::inner::ClientInner;
use crate::client::settings::{LIFETIME_PROBLEM, LONGEST_LOGIN};
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::authorize::{BegunLogin, LoginProvider};
use crate::protocol::pushed_authorization::ENDPOINT as PUSHED_AUTHORIZATION;
use crate::protocol::{Request, RequestError};

pub(crate) fn begin(client: &Arc<ClientInner>, options: LoginOptions) -> Exchange<BegunLogin, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move { run_begin(&client, options, &port).await })
}

/// The same as part of another flow.
pub(in crate::client) async fn run_begin(client: &Arc<ClientInner>, options: LoginOptions, port: &Port) -> Result<BegunLogin, Error> {
    let missing = || ClientError::configuration("redirect_uri", "is needed for a login through the browser");
    let redirect_uri = options.redirect_uri_of(&client.settings).ok_or_else(missing)?.to_owned();
    if options.lifetime.is_some_and(|lifetime| lifetime > LONGEST_LOGIN) {
        return Err(ClientError::configuration("lifetime", LIFETIME_PROBLEM).into());
    }
    let context = FlowContext::load(client, port).await?;
    if let Some(issuer) = &options.issuer {
        reject_foreign("login", "provider", context.issuer()?, issuer)?;
    }
    client.check_login(&options)?;
    let requires_iss = client.settings.requires_iss(&options);
    let request = options.request(&client.settings, provider(&context)?, redirect_uri).requires_iss(requires_iss);
    let request = request.authentication(context.authentication.clone()).environment(context.environment().clone());
    let request = match &context.settings().dpop {
        Some(dpop) if dpop.binds_code => request.bind_code(),
        _ => request,
    };
    let request = proved!(request, context.settings().dpop.as_ref()).build();
    let begun = port.perform(request.exchange()).await.map_err(Error::from);
    let is_own_choice = !context.document.require_pushed_authorization_requests();
    begun.map_err(|error| match is_own_choice && is_rejected_push(&error) {
        true => ClientError::hint(error, "the provider does not demand pushed requests: `.pushed(false)` sends a plain one"),
        false => error,
    })
}

/// Whether the pushed authorization request endpoint has answered, and not as it should.
fn is_rejected_push(error: &Error) -> bool {
    let endpoint = match error.as_request() {
        Some(RequestError::OAuth { endpoint, .. } | RequestError::Http { endpoint, .. }) => endpoint,
        _ => return false,
    };
    endpoint.name() == PUSHED_AUTHORIZATION
}

/// What the login has to know of the provider: its document, or with mTLS aliases what stands there in their place.
fn provider(context: &FlowContext) -> Result<LoginProvider, Error> {
    let document = &context.document;
    if !context.settings().uses_mtls_aliases {
        return Ok(document.into());
    }
    let pushes = document.states(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT);
    let pushes = pushes || document.require_pushed_authorization_requests();
    let pushed = pushes.then(|| context.endpoint(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT)).transpose()?;
    Ok(LoginProvider::builder()
        .issuer(context.issuer()?)
        .authorization_endpoint(document.authorization_endpoint()?)
        .token_endpoint(context.endpoint(metadata::TOKEN_ENDPOINT)?)
        .maybe_pushed_authorization_request_endpoint(pushed)
        .requires_pushed(document.require_pushed_authorization_requests())
        .requires_signed(document.require_signed_request_object())
        .returns_iss(document.authorization_response_iss_parameter_supported())
        .build())
}
