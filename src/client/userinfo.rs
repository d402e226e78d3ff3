//! What the provider says of a user (OpenID Connect Core section 5.3).

use std::sync::Arc;

use super::context::FlowContext;
use super::error::ClientError;
use super::inner::ClientInner;
use super::login::{Login, LoginSession};
use super::request::ClientRequest;
use super::{rules, verification};
use crate::constants::{media_types, metadata};
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
    let request = match context.settings().dpop.as_ref().filter(|dpop| dpop.proves(request.access_token())) {
        Some(dpop) => request.with_key(&dpop.key),
        None => request,
    };
    let rules = if request.is_verified() { None } else { rules::user_info(context)? };
    match rules {
        Some(rules) => verification::verified(context, &rules, request.run_unverified(&rules, port), port).await,
        None if request.is_verified() => Ok(request.run(port).await?),
        None => request.run(port).await.map_err(|error| named_setter(error.into())),
    }
}

/// The error, with the setter that is missing where a JWT came and JSON was expected.
fn named_setter(error: Error) -> Error {
    match error.http_error().is_some_and(|error| error.head().is_of_type(media_types::JWT)) {
        true => {
            ClientError::hint(error, "the provider signs UserInfo: state the registered algorithm by `.userinfo_signed_response_alg(…)`")
        }
        false => error,
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
    if !context.settings().load_user_info || session.access_token().is_none() {
        return Ok(Login::new(id_token, tokens, None, session));
    }
    match load(context, (&session).into(), port).await {
        Ok(user_info) => {
            let session = session.with_user_info(&user_info);
            Ok(Login::new(id_token, tokens, Some(user_info), session))
        }
        Err(error) => Err(ClientError::after_issuance(tokens, error)),
    }
}
