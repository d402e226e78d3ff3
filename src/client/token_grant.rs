//! The grants without a login: client credentials (RFC 6749 section 4.4) and token exchange (RFC 8693).

use std::sync::Arc;

use super::context::FlowContext;
use super::inner::ClientInner;
use super::request::ClientRequest;
use super::{rules, verification};
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::Request;
use crate::protocol::token::TokenResponse;

/// Sends a grant. An ID token that comes without a login is validated on its own (OpenID Connect Core section 3.1.3.7).
pub(crate) fn request<R>(client: &Arc<ClientInner>, request: ClientRequest<R>) -> Exchange<TokenResponse, Error>
where
    R: Request<Response = TokenResponse> + Send + 'static,
{
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client, &port).await?;
        let exchange = request.complete(&context, metadata::TOKEN_ENDPOINT)?.exchange();
        let tokens = port.perform(exchange).await?;
        if tokens.id_token().is_some() {
            verification::id_token_of(&context, &tokens, rules::id_token(&context, None)?, &port).await?;
        }
        Ok(tokens)
    })
}
