//! Introspection of a token (RFC 7662, RFC 9701).

use std::sync::Arc;

use super::context::FlowContext;
use super::error::ClientError;
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
        match rules {
            Some(rules) => verification::verified(&context, &rules, request.run_unverified(&rules, &port), &port).await,
            None if !request.is_verified() && context.settings().holds("PF24") => {
                let problem = "is not stated, and the profile wants introspection to be signed (FAPI 2.0 Message Signing section 5.5.2)";
                Err(ClientError::configuration("introspection_signed_response_alg", problem).into())
            }
            None => Ok(request.run(&port).await?),
        }
    })
}
