//! The end of a login through the browser: its callback checked, its code redeemed, its ID token validated.

use std::sync::Arc;
use std::time::SystemTime;

use super::outcome::Login;
use super::session::{FrontChannelTokens, LoginSession};
use crate::cache::ReplayKey;
use crate::client::context::{FlowContext, reject_foreign};
use crate::client::dpop::{check_code, proved_grant};
use crate::client::error::ClientError;
use crate::client::inner::ClientInner;
use crate::client::settings::LONGEST_LOGIN;
use crate::client::{rules, userinfo, verification};
use crate::constants::{metadata, parameters};
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::RequestOnce;
use crate::protocol::authorize::{
    Callback, CheckedCallback, FrontChannelCallback, FrontChannelLogin, LoginTransaction, ReceivedCallback, SignedCallback,
};
use crate::protocol::discovery::{Address, Endpoint};
use crate::secret::IdentityToken;
use crate::validation::TokenValidationOptions;

/// Nothing is sent for a callback that is not this login's; nothing is redeemed twice.
pub(crate) fn finish(client: &Arc<ClientInner>, transaction: LoginTransaction, callback: Callback) -> Exchange<Login, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        reject_foreign("login", "client", &client.settings.client_id, transaction.client_id())?;
        let finished = FinishedLogin::of(&transaction, port.now())?;
        let issuer = transaction.issuer().to_owned();
        let received = transaction.receive(&callback, port.now())?;
        let context = FlowContext::load(&client, &port).await?;
        reject_foreign("login", "provider", context.issuer()?, &issuer)?;
        match received {
            ReceivedCallback::Checked(checked) => redeem(&context, checked, finished, &port).await,
            ReceivedCallback::Signed(signed) => {
                let checked = verify(&context, signed, &port).await?;
                redeem(&context, checked, finished, &port).await
            }
            ReceivedCallback::FrontChannel(front) => {
                let validated = validate_front_channel(&context, front, &port).await?;
                validated.finish(&context, finished, &port).await
            }
        }
    })
}

/// What is remembered of a login so that it is finished once: from the moment before its code goes out, for as long as the login lives.
///
/// The mark stands before the effect, since a code that goes out twice costs the user the tokens that it brought (RFC 6749 section 4.1.2). A
/// login that is given up in between has to be begun again.
pub(in crate::client) struct FinishedLogin {
    key: ReplayKey,
    expires_at: SystemTime,
}

impl FinishedLogin {
    /// The end of a login stands in what the application kept, so it is believed only as far as a login may live: nothing is remembered longer.
    pub(in crate::client) fn of(transaction: &LoginTransaction, now: SystemTime) -> Result<Self, ClientError> {
        let expires_at = transaction.expires_at();
        match expires_at.duration_since(now) {
            Ok(left) if left > LONGEST_LOGIN => Err(ClientError::LoginTooLong { limit: LONGEST_LOGIN }),
            _ => Ok(Self { key: transaction.replay_key(), expires_at }),
        }
    }

    pub(in crate::client) async fn mark(self, context: &FlowContext, port: &Port) -> Result<(), ClientError> {
        match port.remember(&context.settings().finished_logins, self.key, self.expires_at).await? {
            true => Ok(()),
            false => Err(ClientError::Replayed),
        }
    }
}

/// Verifies the signature of a signed response before anything in it is looked at.
async fn verify(context: &FlowContext, signed: SignedCallback, port: &Port) -> Result<CheckedCallback, Error> {
    let rules = rules::authorization_response(context)?;
    let token = verification::validate(context, signed.response().expose(), &rules, port).await?;
    Ok(signed.accept(&token, port.now())?)
}

/// The rules for the ID token that a code is traded for, and the keys: a code is spent once, so both are there before.
async fn rules_for_code(context: &FlowContext, port: &Port) -> Result<TokenValidationOptions, Error> {
    let rules = rules::id_token(context, None)?;
    verification::load_keys(context, &rules, port).await?;
    Ok(rules)
}

/// Trades the code for tokens at the provider's own token endpoint: once, and the user is who the ID token says.
async fn redeem(context: &FlowContext, checked: CheckedCallback, finished: FinishedLogin, port: &Port) -> Result<Login, Error> {
    let endpoint = token_endpoint(context, checked.transaction())?;
    let dpop = context.settings().dpop.as_ref();
    check_code(dpop, checked.transaction())?;
    let rules = rules_for_code(context, port).await?;
    let (request, pending) = checked.redeemed_at(endpoint).into_token_request();
    let request = request.environment(context.environment().clone()).authentication(context.authentication.clone());
    let request = proved_grant!(request, dpop).build();
    finished.mark(context, port).await?;
    let tokens = port.perform(request.into_exchange()).await?;
    let Some(text) = tokens.id_token() else { return Err(ClientError::MissingIdToken.into()) };
    let rules = pending.id_token_options(rules, &tokens);
    let token = verification::validate(context, text.expose(), &rules, port).await?;
    let requested = context.requested(pending.transaction().scope())?;
    let session_state = pending.parameter(parameters::SESSION_STATE).map(str::to_owned);
    let front = FrontChannelTokens { access_token: None, expires_at: None, session_state };
    let text = verification::signed_text(context, text);
    let session = LoginSession::of(requested, &text, &token, Some(&tokens))?.with_front_channel(front);
    let login = userinfo::with_user_info(context, token, Some(tokens), session, port).await?;
    Ok(login.with_callback(pending.unknown_parameters()).with_signed_response(pending.signed_response()))
}

/// The token endpoint of the provider's document. What was kept may have been altered on its way through the browser, so it is compared and
/// never sent to.
pub(in crate::client) fn token_endpoint(context: &FlowContext, transaction: &LoginTransaction) -> Result<Endpoint, Error> {
    let endpoint = context.endpoint(metadata::TOKEN_ENDPOINT)?;
    let plain = context.document.required_endpoint(metadata::TOKEN_ENDPOINT)?;
    let kept = transaction.token_endpoint().map(Address::as_str).unwrap_or_default();
    if kept != plain.as_str() {
        reject_foreign("login", "token endpoint", endpoint.as_str(), kept)?;
    }
    Ok(endpoint)
}

async fn validate_front_channel(context: &FlowContext, front: FrontChannelCallback, port: &Port) -> Result<ValidatedFrontChannel, Error> {
    let rules = rules::front_channel_id_token(context, front.transaction().response_type().returns_code())?;
    let rules = front.id_token_options(rules);
    let text = front.id_token().clone();
    let token = verification::validate(context, text.expose(), &rules, port).await?;
    Ok(ValidatedFrontChannel { login: front.accept(token, port.now())?, text })
}

/// An ID token of the front channel that passed, and what came with it.
struct ValidatedFrontChannel {
    login: FrontChannelLogin,
    text: IdentityToken,
}

impl ValidatedFrontChannel {
    /// The code is redeemed where there is one; else the ID token is all there is, with the access token beside it.
    async fn finish(self, context: &FlowContext, finished: FinishedLogin, port: &Port) -> Result<Login, Error> {
        let Self { login, text } = self;
        if login.transaction().response_type().returns_code() {
            let missing = || ClientError::configuration("response_type", "returned no code although it should have");
            return redeem(context, login.into_checked().ok_or_else(missing)?, finished, port).await;
        }
        finished.mark(context, port).await?;
        let token = login.id_token().clone();
        let requested = context.requested(login.transaction().scope())?;
        let front = FrontChannelTokens {
            access_token: login.access_token().cloned(),
            expires_at: login.expires_in().and_then(|lifetime| port.now().checked_add(lifetime)),
            session_state: login.parameter(parameters::SESSION_STATE).map(str::to_owned),
        };
        let text = verification::signed_text(context, &text);
        let session = LoginSession::of(requested, &text, &token, None)?.with_front_channel(front);
        let callback = login.unknown_parameters();
        Ok(userinfo::with_user_info(context, token, None, session, port).await?.with_callback(callback))
    }
}
