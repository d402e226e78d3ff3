//! Introspection of a token (RFC 7662, RFC 9701).

use std::sync::Arc;

use super::context::FlowContext;
use super::inner::ClientInner;
use super::request::ClientRequest;
use super::{rules, verification};
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};

pub(crate) fn introspect(
    client: &Arc<ClientInner>,
    request: ClientRequest<IntrospectionRequest>,
) -> Exchange<IntrospectionResponse, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client, &port).await?;
        let request = request.complete(&context, metadata::INTROSPECTION_ENDPOINT)?;
        let rules = if request.is_verified() { None } else { rules::introspection(&context)? };
        let request = |verifier| match verifier {
            Some(verifier) => request.verified_with(verifier),
            None => request.clone(),
        };
        verification::verified(&context, rules, request, &port).await
    })
}
