//! Registration of a client at the provider (RFC 7591).

use std::sync::Arc;

use super::dpop::proved;
use super::inner::ClientInner;
use crate::constants::{client_metadata as client_metadata_names, error_codes, metadata};
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::Request;
use crate::protocol::client_metadata::ClientMetadata;
use crate::protocol::registration::{RegistrationRequest, RegistrationResponse};
use crate::secret::AccessToken;

pub(crate) fn register(
    client: &Arc<ClientInner>,
    client_metadata: ClientMetadata,
    initial_access_token: Option<AccessToken>,
) -> Exchange<RegistrationResponse, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move { send(&client, client_metadata, initial_access_token, &port).await })
}

/// Registers the client itself: with the scopes that it was set to, unless the metadata name others, and without any where the server
/// rejects them.
pub(crate) fn register_self(
    client: &Arc<ClientInner>,
    client_metadata: ClientMetadata,
    initial_access_token: Option<AccessToken>,
) -> Exchange<RegistrationResponse, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        if client_metadata.get(client_metadata_names::SCOPE).is_some() {
            return send(&client, client_metadata, initial_access_token, &port).await;
        }
        let scope = client.settings.scope.join(" ");
        let scoped = client_metadata.clone().with_member(client_metadata_names::SCOPE, scope);
        match send(&client, scoped, initial_access_token.clone(), &port).await {
            Err(error) if rejects_metadata(&error) => send(&client, client_metadata, initial_access_token, &port).await,
            outcome => outcome,
        }
    })
}

/// Whether the server has rejected what the metadata say, so that no client was registered.
fn rejects_metadata(error: &Error) -> bool {
    let codes = [error_codes::INVALID_CLIENT_METADATA, error_codes::INVALID_SCOPE];
    error.oauth_error().is_some_and(|error| codes.contains(&error.error()))
}

async fn send(
    client: &ClientInner,
    client_metadata: ClientMetadata,
    initial_access_token: Option<AccessToken>,
    port: &Port,
) -> Result<RegistrationResponse, Error> {
    let document = client.document(port).await?;
    client.check_metadata(&document)?;
    let address = match client.settings.uses_mtls_aliases {
        true => document.mtls_endpoint(metadata::REGISTRATION_ENDPOINT)?,
        false => document.registration_endpoint()?,
    };
    let client_metadata = match &client.settings.dpop {
        Some(_) => client_metadata.with_member(client_metadata_names::DPOP_BOUND_ACCESS_TOKENS, true),
        None => client_metadata,
    };
    // An initial access token is a bearer token, unless it says that it is bound to a key.
    let is_bound = initial_access_token.as_ref().is_some_and(|token| token.dpop_thumbprint().is_some());
    let request = RegistrationRequest::builder()
        .environment(client.environment().clone())
        .address(address)
        .metadata(client_metadata)
        .maybe_initial_access_token(initial_access_token);
    let request = proved!(request, client.settings.dpop.as_ref().filter(|_| is_bound)).build();
    Ok(port.perform(request.exchange()).await?)
}
