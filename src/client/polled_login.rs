//! What the logins that are polled for have in common, whichever endpoint began them (RFC 8628, CIBA Core 1.0).

use std::sync::Arc;

use super::context::FlowContext;
use super::error::ClientError;
use super::login::{Login, LoginSession};
use super::{userinfo, verification};
use crate::constants::scopes;
use crate::error::Error;
use crate::exchange::Port;
use crate::protocol::token::{PollProgress, TokenResponse};
use crate::validation::TokenValidationOptions;

/// Is told how a polling stands.
pub(super) type Observer = Arc<dyn Fn(PollProgress) + Send + Sync>;

/// The scopes of a login: `openid` is one of them, else there is no ID token and so no user.
pub(super) fn scope_of_login<'a>(asked: impl Iterator<Item = &'a str>) -> Result<Vec<String>, ClientError> {
    let asked: Vec<String> = asked.map(str::to_owned).collect();
    if asked.iter().any(|scope| scope == scopes::OPENID) {
        return Ok(asked);
    }
    Err(ClientError::configuration(
        "scope",
        "lacks `openid`, without which no user is logged in (for tokens alone send the requests by hand)",
    ))
}

/// The user behind the tokens: there is none without an ID token that passes.
pub(super) async fn login(
    context: &FlowContext,
    tokens: TokenResponse,
    rules: TokenValidationOptions,
    scope: &[String],
    port: &Port,
) -> Result<Login, Error> {
    let id_token = verification::id_token_of(context, &tokens, rules, port).await?;
    let (Some(id_token), Some(text)) = (id_token, tokens.id_token().cloned()) else { return Err(ClientError::MissingIdToken.into()) };
    let text = verification::signed_text(context, &text);
    let session = LoginSession::of(context.requested(scope)?, &text, &id_token, Some(&tokens))?;
    userinfo::with_user_info(context, id_token, Some(tokens), session, port).await
}

/// The type of a login that was begun, with what its end needs.
macro_rules! polled_login {
    ($(#[$doc:meta])* $name:ident($response:ident)) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            pub(super) authorization: $response,
            pub(super) scope: Vec<String>,
            pub(super) observer: Option<crate::client::polled_login::Observer>,
            pub(super) cancellation: Option<crate::protocol::token::PollCancellation>,
        }

        impl $name {
            pub(super) fn new(authorization: $response, scope: Vec<String>) -> Self {
                Self { authorization, scope, observer: None, cancellation: None }
            }

            /// What the provider answered: the codes, and how long they live.
            pub fn authorization(&self) -> &$response {
                &self.authorization
            }

            /// Tells `observe`, about once a second, how it stands.
            #[must_use]
            pub fn on_progress(mut self, observe: impl Fn(crate::protocol::token::PollProgress) + Send + Sync + 'static) -> Self {
                self.observer = Some(std::sync::Arc::new(observe));
                self
            }

            /// Ends the waiting from elsewhere. (An async call also ends when its future is dropped.)
            #[must_use]
            pub fn cancelled_by(mut self, cancellation: crate::protocol::token::PollCancellation) -> Self {
                self.cancellation = Some(cancellation);
                self
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).field("authorization", &self.authorization).finish_non_exhaustive()
            }
        }
    };
}

pub(super) use polled_login;
