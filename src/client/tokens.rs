//! The flows at the token endpoint, and what becomes of the ID token in their answers.

use std::sync::Arc;

use super::core::Core;
use super::login_session::Party;
use super::pending::{BackchannelLogin, DeviceLogin};
use super::refresh::{Refresh, Refreshed};
use super::rules::FRESH;
use super::terms::Terms;
use super::{ClientError, ClientRequest, Login, LoginSession};
use crate::constants::{metadata, scopes, token_types};
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::Request;
use crate::protocol::backchannel_authentication::BackchannelAuthenticationRequest;
use crate::protocol::device_authorization::DeviceAuthorizationRequest;
use crate::protocol::token::{CibaPolling, ClientCredentialsTokenRequest, DeviceCodePolling, TokenExchangeRequest, TokenResponse};
use crate::secret::SecretText;
use crate::validation::{TokenValidationOptions, ValidatedToken};

impl Core {
    pub(crate) fn client_credentials(
        self: &Arc<Self>,
        request: ClientRequest<ClientCredentialsTokenRequest>,
    ) -> Exchange<TokenResponse, Error> {
        self.token_request(request)
    }

    pub(crate) fn exchange(self: &Arc<Self>, request: ClientRequest<TokenExchangeRequest>) -> Exchange<TokenResponse, Error> {
        self.token_request(request)
    }

    /// A grant without a login: an ID token that comes nevertheless is judged on its own (OpenID Connect Core section 3.1.3.7).
    fn token_request<R>(self: &Arc<Self>, request: ClientRequest<R>) -> Exchange<TokenResponse, Error>
    where
        R: Request<Response = TokenResponse> + Send + 'static,
    {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let terms = core.terms(&port).await?;
            let exchange = request.complete(&terms, metadata::TOKEN_ENDPOINT)?.exchange();
            let tokens = port.perform(exchange).await?;
            if tokens.id_token().is_some() {
                terms.id_token_of(&tokens, terms.id_token_rules(None)?, &port).await?;
            }
            Ok(tokens)
        })
    }

    pub(crate) fn refresh(self: &Arc<Self>, refresh: Refresh) -> Exchange<Refreshed, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let terms = core.terms(&port).await?;
            refresh.run(&terms, &port).await
        })
    }

    pub(crate) fn device_login(self: &Arc<Self>, request: ClientRequest<DeviceAuthorizationRequest>) -> Exchange<DeviceLogin, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let terms = core.terms(&port).await?;
            let request = request.complete(&terms, metadata::DEVICE_AUTHORIZATION_ENDPOINT)?;
            let scope = scope_of_login(request.scopes())?;
            let authorization = port.perform(request.exchange()).await?;
            Ok(DeviceLogin::new(authorization, scope))
        })
    }

    pub(crate) fn finish_device_login(self: &Arc<Self>, login: DeviceLogin) -> Exchange<Login, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let terms = core.terms(&port).await?;
            let rules = terms.login_rules(None)?.with_nonce_absent();
            terms.load_keys_for(&rules, &port).await?;
            let polling = DeviceCodePolling::builder()
                .environment(terms.environment().clone())
                .address(terms.endpoint(metadata::TOKEN_ENDPOINT)?)
                .client_id(terms.client_id())
                .authentication(terms.authentication.clone())
                .authorization(login.authorization)
                .maybe_on_progress(login.observer.map(|observe| move |progress| observe(progress)))
                .maybe_cancellation(login.cancellation)
                .build();
            let tokens = port.perform(polling.exchange()).await?;
            terms.login(tokens, rules, &login.scope, &port).await
        })
    }

    pub(crate) fn backchannel_login(
        self: &Arc<Self>,
        request: ClientRequest<BackchannelAuthenticationRequest>,
    ) -> Exchange<BackchannelLogin, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let terms = core.terms(&port).await?;
            let request = request.complete(&terms, metadata::BACKCHANNEL_AUTHENTICATION_ENDPOINT)?;
            let scope = scope_of_login(request.scopes())?;
            let authorization = port.perform(request.exchange()).await?;
            Ok(BackchannelLogin::new(authorization, scope))
        })
    }

    pub(crate) fn finish_backchannel_login(self: &Arc<Self>, login: BackchannelLogin) -> Exchange<Login, Error> {
        let core = Arc::clone(self);
        Exchange::new(|port: Port| async move {
            let terms = core.terms(&port).await?;
            let request_id = SecretText::new(login.authorization.request_id().expose());
            let rules = terms.login_rules(Some(FRESH))?.with_nonce_absent().with_polled_authentication_request_id(request_id);
            terms.load_keys_for(&rules, &port).await?;
            let polling = CibaPolling::builder()
                .environment(terms.environment().clone())
                .address(terms.endpoint(metadata::TOKEN_ENDPOINT)?)
                .client_id(terms.client_id())
                .authentication(terms.authentication.clone())
                .authorization(login.authorization)
                .maybe_on_progress(login.observer.map(|observe| move |progress| observe(progress)))
                .maybe_cancellation(login.cancellation)
                .build();
            let tokens = port.perform(polling.exchange()).await?;
            terms.login(tokens, rules, &login.scope, &port).await
        })
    }
}

/// The scopes of a login: `openid` is one of them, else there is no ID token and so no user.
fn scope_of_login<'a>(asked: impl Iterator<Item = &'a str>) -> Result<Vec<String>, ClientError> {
    let asked: Vec<String> = asked.map(str::to_owned).collect();
    if asked.iter().any(|scope| scope == scopes::OPENID) {
        return Ok(asked);
    }
    Err(ClientError::configuration(
        "scope",
        "lacks `openid`, without which nobody is logged in (for tokens alone send the requests by hand)",
    ))
}

impl Terms {
    /// The ID token of an answer, validated by `rules` and against the access token beside it; `None` where there is none.
    pub(super) async fn id_token_of(
        &self,
        tokens: &TokenResponse,
        rules: TokenValidationOptions,
        port: &Port,
    ) -> Result<Option<ValidatedToken>, Error> {
        let Some(id_token) = tokens.id_token() else { return Ok(None) };
        let rules = match tokens.token_type().eq_ignore_ascii_case(token_types::N_A) {
            true => rules,
            false => rules.with_access_token(tokens.access_token()),
        };
        let keys = self.key_source(rules.algorithms())?;
        keys.validate(id_token.expose(), &rules, port).await.map(Some)
    }

    /// The user behind the tokens: there is none without an ID token that passes.
    pub(super) async fn login(
        &self,
        tokens: TokenResponse,
        rules: TokenValidationOptions,
        scope: &[String],
        port: &Port,
    ) -> Result<Login, Error> {
        let id_token = self.id_token_of(&tokens, rules, port).await?;
        let (Some(id_token), Some(text)) = (id_token, tokens.id_token().cloned()) else { return Err(ClientError::MissingIdToken.into()) };
        let party = Party { provider: self.issuer()?, client_id: self.client_id(), scope };
        let session = LoginSession::of(party, &text, &id_token, Some(&tokens));
        self.with_user_info(id_token, Some(tokens), session, port).await
    }
}
