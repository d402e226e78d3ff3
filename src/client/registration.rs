//! Registration of a client at the provider (RFC 7591).

use std::sync::Arc;

use super::inner::ClientInner;
use crate::constants::metadata;
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
    Exchange::new(|port: Port| async move {
        let document = client.document(&port).await?;
        let address = match client.settings.uses_mtls_aliases {
            true => document.mtls_endpoint(metadata::REGISTRATION_ENDPOINT)?,
            false => document.registration_endpoint()?,
        };
        let request = RegistrationRequest::builder()
            .environment(client.environment().clone())
            .address(address)
            .metadata(client_metadata)
            .maybe_initial_access_token(initial_access_token)
            .build();
        Ok(port.perform(request.exchange()).await?)
    })
}
