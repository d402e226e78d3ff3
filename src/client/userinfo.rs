//! What the provider says of a user (OpenID Connect Core section 5.3).

use std::sync::Arc;

use super::context::FlowContext;
use super::inner::ClientInner;
use super::login::{Login, LoginSession};
use super::request::ClientRequest;
use super::{rules, verification};
use crate::constants::metadata;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::token::TokenResponse;
use crate::protocol::userinfo::{UserInfoRequest, UserInfoResponse};
use crate::validation::ValidatedToken;

pub(crate) fn userinfo(client: &Arc<ClientInner>, request: ClientRequest<UserInfoRequest>) -> Exchange<UserInfoResponse, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let context = FlowContext::load(&client, &port).await?;
        load(&context, request, &port).await
    })
}

async fn load(context: &FlowContext, request: ClientRequest<UserInfoRequest>, port: &Port) -> Result<UserInfoResponse, Error> {
    let request = request.complete(context, metadata::USERINFO_ENDPOINT)?;
    let rules = if request.is_verified() { None } else { rules::user_info(context)? };
    match rules {
        Some(rules) => verification::verified(context, &rules, request.run_unverified(&rules, port), port).await,
        None => Ok(request.run(port).await?),
    }
}

/// The login of these tokens, with what the UserInfo endpoint says where the client was set to ask.
pub(super) async fn with_user_info(
    context: &FlowContext,
    id_token: ValidatedToken,
    tokens: Option<TokenResponse>,
    session: LoginSession,
    port: &Port,
) -> Result<Login, Error> {
    let user_info = match context.settings().load_user_info && session.access_token().is_some() {
        true => Some(load(context, (&session).into(), port).await?),
        false => None,
    };
    Ok(Login::new(id_token, tokens, user_info, session))
}
