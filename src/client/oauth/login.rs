//! The login through the browser at an OAuth 2.0 server: state and PKCE tie the response to it, and nothing says who the user is but the
//! server's own answers (RFC 6749 section 4.1, RFC 7636, RFC 9207).

use std::sync::Arc;

use super::inner::OAuthInner;
use super::session::OAuthSession;
use super::userinfo;
use crate::client::context::{FlowContext, reject_foreign};
use crate::client::dpop::{check_code, proved_grant};
use crate::client::error::ClientError;
use crate::client::login::finish::{FinishedLogin, token_endpoint};
use crate::client::login::{self, LoginOptions};
use crate::constants::{metadata, scopes};
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::RequestOnce;
use crate::protocol::authorize::{BegunLogin, Callback, LoginTransaction, ReceivedCallback};
use crate::protocol::token::TokenResponse;
use crate::protocol::userinfo::{ExpectedSubject, UserInfoResponse};
use crate::secret::AccessToken;

/// A user who came back from an OAuth 2.0 server with tokens.
///
/// **There is no ID token**: that the user is who the server says rests on the code having been redeemed at the server itself, by this client,
/// for this login.
#[derive(Debug, Clone)]
pub struct OAuthLogin {
    tokens: TokenResponse,
    user: Option<UserInfoResponse>,
    session: OAuthSession,
    callback: Vec<(String, String)>,
}

impl OAuthLogin {
    /// The response of the token endpoint, with the members of the server's own.
    pub fn tokens(&self) -> &TokenResponse {
        &self.tokens
    }

    /// The access token.
    pub fn access_token(&self) -> &AccessToken {
        self.tokens.access_token()
    }

    /// What the user endpoint says; `None` where the client has no such endpoint.
    pub fn user(&self) -> Option<&UserInfoResponse> {
        self.user.as_ref()
    }

    /// The user at this provider, by the client's subject rule; `None` where nothing says so.
    pub fn subject(&self) -> Option<&str> {
        self.session.subject()
    }

    /// A parameter of the callback that the protocol does not know. **Not verified**: it came through the browser.
    pub fn unverified_parameter(&self, name: &str) -> Option<&str> {
        self.callback.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// What the application keeps, and gives back for everything that follows.
    pub fn session(&self) -> &OAuthSession {
        &self.session
    }

    /// The same by value.
    pub fn into_session(self) -> OAuthSession {
        self.session
    }
}

pub(crate) fn begin(client: &Arc<OAuthInner>, options: LoginOptions) -> Exchange<BegunLogin, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let asked = options.asked.scope.iter().chain(&client.client.settings.scope);
        if asked.flat_map(|text| text.split_ascii_whitespace()).any(|scope| scope == scopes::OPENID) {
            let problem = "holds `openid`, which asks for an ID token: an `OidcClient` validates it";
            return Err(ClientError::configuration("scope", problem).into());
        }
        login::run_begin(&client.client, options, &port).await
    })
}

pub(crate) fn finish(client: &Arc<OAuthInner>, transaction: LoginTransaction, callback: Callback) -> Exchange<OAuthLogin, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let settings = &client.client.settings;
        reject_foreign("login", "client", &settings.client_id, transaction.client_id())?;
        let finished = FinishedLogin::of(&transaction, port.now())?;
        let issuer = transaction.issuer().to_owned();
        let received = transaction.receive(&callback, port.now())?;
        let context = FlowContext::load(&client.client, &port).await?;
        reject_foreign("login", "provider", context.issuer()?, &issuer)?;
        let ReceivedCallback::Checked(checked) = received else {
            let problem = "returns more than a code, which takes keys to verify: an `OidcClient` has them";
            return Err(ClientError::configuration("response_type", problem).into());
        };
        let endpoint = token_endpoint(&context, checked.transaction())?;
        let (request, pending) = checked.redeemed_at(endpoint).into_token_request();
        let dpop = context.settings().dpop.as_ref();
        check_code(dpop, pending.transaction())?;
        let request = request.environment(context.environment().clone()).authentication(context.authentication.clone());
        let request = proved_grant!(request, dpop).build();
        finished.mark(&context, &port).await?;
        let tokens = port.perform(request.into_exchange()).await?;
        let named = client.token_subject.as_ref().map(|claim| claim.of(tokens.document()).ok_or_else(|| unnamed(claim.shown())));
        let named = match named.transpose() {
            Ok(named) => named,
            Err(error) => return Err(ClientError::after_issuance(Some(tokens), error.into())),
        };
        let user = match context.document.states(metadata::USERINFO_ENDPOINT) {
            true => {
                let expected = named.clone().map_or_else(ExpectedSubject::danger_any, ExpectedSubject::exactly);
                match userinfo::load(&client, &context, tokens.access_token(), expected, &port).await {
                    Ok(user) => Some(user),
                    Err(error) => return Err(ClientError::after_issuance(Some(tokens), error)),
                }
            }
            false => None,
        };
        let subject = named.or_else(|| user.as_ref().map(|user| user.subject().to_owned()));
        let session = OAuthSession::new(&issuer, context.client_id(), subject, pending.transaction().scope(), &tokens);
        Ok(OAuthLogin { tokens, user, session, callback: pending.unknown_parameters() })
    })
}

fn unnamed(path: String) -> ClientError {
    ClientError::configuration("token_subject", format!("`{path}` is missing from the token response, or is neither text nor a number"))
}
