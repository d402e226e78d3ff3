//! The login through the browser: begun with an address and a transaction, finished with what the browser comes back with.

use std::sync::Arc;

use super::core::Core;
use super::login_session::{FrontTokens, Party};
use super::rules::Particulars;
use super::terms::Terms;
use super::{ClientError, Login, LoginOptions, LoginSession};
use crate::constants::{metadata, parameters};
use crate::encoding::json::printable;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::authorize::{
    BegunLogin, Callback, CheckedCallback, FrontChannelCallback, LoginProvider, LoginTransaction, ReceivedCallback, SignedCallback,
};
use crate::protocol::{Request, RequestOnce};
use crate::validation::TokenValidationOptions;

impl Core {
    pub(crate) fn begin_login(self: &Arc<Self>, options: LoginOptions) -> Exchange<BegunLogin, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let missing = || ClientError::configuration("redirect_uri", "is needed for a login through the browser");
            let redirect_uri = options.redirect_uri_of(&core.settings).ok_or_else(missing)?.to_owned();
            let terms = core.terms(&port).await?;
            if let Some(issuer) = &options.issuer {
                reject_foreign("provider", terms.issuer()?, issuer)?;
            }
            let request = options.request(&core.settings, terms.login_provider()?, redirect_uri);
            let request = request.authentication(terms.authentication.clone()).environment(terms.environment().clone()).build();
            Ok(port.perform(request.exchange()).await?)
        })
    }

    /// Nothing is sent for a callback that is not this login's; nothing is redeemed twice.
    pub(crate) fn finish_login(self: &Arc<Self>, transaction: LoginTransaction, callback: Callback) -> Exchange<Login, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            reject_foreign("client", &core.settings.client_id, transaction.client_id())?;
            let replay = (transaction.replay_key(), transaction.expires_at());
            let issuer = transaction.issuer().to_owned();
            let received = transaction.receive(&callback, port.now())?;
            let terms = core.terms(&port).await?;
            reject_foreign("provider", terms.issuer()?, &issuer)?;
            let (key, expires_at) = replay;
            match received {
                ReceivedCallback::Checked(checked) => {
                    let rules = terms.rules_for_code(&port).await?;
                    terms.first_use(key, expires_at, &port).await?;
                    terms.redeem(checked, rules, &port).await
                }
                ReceivedCallback::Signed(signed) => {
                    let checked = terms.verify(signed, &port).await?;
                    let rules = terms.rules_for_code(&port).await?;
                    terms.first_use(key, expires_at, &port).await?;
                    terms.redeem(checked, rules, &port).await
                }
                ReceivedCallback::FrontChannel(front) => {
                    let front = terms.validate_front_channel(front, &port).await?;
                    terms.first_use(key, expires_at, &port).await?;
                    front.finish(&terms, &port).await
                }
            }
        })
    }
}

/// One response belongs to one issuer and one client (RFC 9700 section 4.4).
fn reject_foreign(member: &'static str, expected: &str, found: &str) -> Result<(), ClientError> {
    if expected == found {
        return Ok(());
    }
    Err(ClientError::Foreign { what: "login", member, expected: printable(expected), found: printable(found) })
}

/// An ID token of the front channel that passed, and what came along.
struct Front {
    login: crate::protocol::authorize::FrontChannelLogin,
    text: crate::secret::IdentityToken,
}

impl Front {
    /// The code is redeemed where there is one; else the ID token is all there is, with the access token beside it.
    async fn finish(self, terms: &Terms, port: &Port) -> Result<Login, Error> {
        let Self { login, text } = self;
        if login.transaction().response_type().returns_code() {
            let missing = || ClientError::configuration("response_type", "returned no code although it should have");
            return terms.redeem(login.into_checked().ok_or_else(missing)?, terms.id_token_rules(None)?, port).await;
        }
        let token = login.id_token().clone();
        let party = Party { provider: terms.issuer()?, client_id: terms.client_id(), scope: login.transaction().scope() };
        let expires_at = login.expires_in().and_then(|lifetime| port.now().checked_add(lifetime));
        let front = FrontTokens {
            access_token: login.access_token().cloned(),
            expires_at,
            session_state: login.parameter(parameters::SESSION_STATE).map(str::to_owned),
        };
        let session = LoginSession::of(party, &text, &token, None).with_front(front);
        terms.with_user_info(token, None, session, port).await
    }
}

impl Terms {
    /// What the login has to know of the provider: its document, or with mTLS aliases what stands there in their place.
    fn login_provider(&self) -> Result<LoginProvider, Error> {
        let document = &self.document;
        if !self.settings().uses_mtls_aliases {
            return Ok(document.into());
        }
        let pushes = document.states(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT);
        let pushes = pushes || document.require_pushed_authorization_requests();
        let pushed = pushes.then(|| self.endpoint(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT)).transpose()?;
        Ok(LoginProvider::builder()
            .issuer(self.issuer()?)
            .authorization_endpoint(document.authorization_endpoint()?)
            .token_endpoint(self.endpoint(metadata::TOKEN_ENDPOINT)?)
            .maybe_pushed_authorization_request_endpoint(pushed)
            .requires_pushed(document.require_pushed_authorization_requests())
            .requires_signed(document.require_signed_request_object())
            .returns_iss(document.authorization_response_iss_parameter_supported())
            .build())
    }

    /// A login is finished once.
    async fn first_use(&self, key: crate::cache::ReplayKey, expires_at: std::time::SystemTime, port: &Port) -> Result<(), ClientError> {
        match port.remember(&self.settings().replay_guard, key, expires_at).await? {
            true => Ok(()),
            false => Err(ClientError::Replayed),
        }
    }

    /// The signature of a signed answer, before anything in it is looked at.
    async fn verify(&self, signed: SignedCallback, port: &Port) -> Result<CheckedCallback, Error> {
        let rules = self.authorization_rules()?;
        let token = self.key_source(rules.algorithms())?.validate(signed.response().expose(), &rules, port).await?;
        Ok(signed.accept(&token, port.now())?)
    }

    async fn validate_front_channel(&self, front: FrontChannelCallback, port: &Port) -> Result<Front, Error> {
        let particulars = Particulars { require_auth_time: self.settings().require_auth_time, max_issued_age: None };
        let mut builder = TokenValidationOptions::front_channel_id_token();
        // Where a code comes along, the second token says it all; this one may say less (OpenID Connect Core section 3.3.3.6).
        if !front.transaction().response_type().returns_code() {
            builder = builder.claim_validators(&self.settings().validators);
        }
        let rules = self.rules_of_id_tokens(builder, particulars)?;
        let rules = front.id_token_options(rules);
        let text = front.id_token().clone();
        let token = self.key_source(rules.algorithms())?.validate(text.expose(), &rules, port).await?;
        Ok(Front { login: front.accept(token, port.now())?, text })
    }

    /// The rules for the ID token that a code is traded for, and the keys: a code is spent once, so both are there before.
    async fn rules_for_code(&self, port: &Port) -> Result<TokenValidationOptions, Error> {
        let rules = self.id_token_rules(None)?;
        self.load_keys_for(&rules, port).await?;
        Ok(rules)
    }

    /// Trades the code for tokens: once, and the user is who the ID token says.
    async fn redeem(&self, checked: CheckedCallback, rules: TokenValidationOptions, port: &Port) -> Result<Login, Error> {
        let (request, pending) = checked.into_token_request();
        let request = request.policy(self.document.policy().clone()).environment(self.environment().clone());
        let request = request.authentication(self.authentication.clone()).build();
        let tokens = port.perform(request.into_exchange()).await?;
        let Some(text) = tokens.id_token() else { return Err(ClientError::MissingIdToken.into()) };
        let rules = pending.id_token_options(rules, &tokens);
        let token = self.key_source(rules.algorithms())?.validate(text.expose(), &rules, port).await?;
        let party = Party { provider: self.issuer()?, client_id: self.client_id(), scope: pending.transaction().scope() };
        let session_state = pending.parameter(parameters::SESSION_STATE).map(str::to_owned);
        let front = FrontTokens { access_token: None, expires_at: None, session_state };
        let session = LoginSession::of(party, text, &token, Some(&tokens)).with_front(front);
        self.with_user_info(token, Some(tokens), session, port).await
    }
}
