//! Revocation of a token (RFC 7009).

use std::sync::Arc;

use super::context::FlowContext;
use super::inner::ClientInner;
use super::request::ClientRequest;
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::Request;
use crate::protocol::revocation::{RevocationRequest, RevocationResponse};

pub(crate) fn revoke(client: &Arc<ClientInner>, request: ClientRequest<RevocationRequest>) -> Exchange<RevocationResponse, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client, &port).await?;
        let request = request.complete(&context, metadata::REVOCATION_ENDPOINT)?;
        Ok(port.perform(request.exchange()).await?)
    })
}
