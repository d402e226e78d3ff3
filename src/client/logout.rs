//! The logout that the user begins at the application (OpenID Connect RP-Initiated Logout 1.0).

use std::ops::Deref;
use std::sync::Arc;

use super::context::reject_foreign;
use super::inner::ClientInner;
use super::login::LoginSession;
use crate::error::Error;
use crate::exchange::{Exchange, Port};
use crate::protocol::logout::{BegunLogout, EndSessionRequest, EndSessionRequestBuilder, LogoutReturn, LogoutTransaction};
use crate::secret::IdentityToken;

/// Who logs out, and what the provider is told.
///
/// OpenID Connect RP-Initiated Logout 1.0 section 2. A session turns into it by `into()`.
///
/// # Example
/// ```
/// use identity_model::client::LogoutOptions;
///
/// let options = LogoutOptions::anybody().ui_locales(["de-CH"]); // without a session: the provider will ask
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "options do nothing until a logout takes them"]
pub struct LogoutOptions {
    session: Option<LoginSession>,
    post_logout_redirect_uri: Option<String>,
    without_return: bool,
    without_hint: bool,
    id_token_hint: Option<IdentityToken>,
    parameters: Vec<(String, String)>,
    logout_hint: Option<String>,
    ui_locales: Vec<String>,
}

impl LogoutOptions {
    /// The user who is logged in at the provider: without an ID token as a hint most providers ask the user first.
    pub fn anybody() -> Self {
        Self::default()
    }

    /// The user of this session, whose ID token is the hint.
    pub fn session(session: &LoginSession) -> Self {
        Self { session: Some(session.clone()), ..Self::default() }
    }

    /// Where the user comes back to, byte for byte as it was registered. Default: the client's; without one he stays at the provider.
    pub fn post_logout_redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.post_logout_redirect_uri = Some(uri.into());
        self
    }

    /// The user stays at the provider, wherever the client says that they come back to: neither `post_logout_redirect_uri` nor `state` is sent,
    /// which some providers reject without a hint. Default: they come back where the client has an address for that.
    pub fn without_return(mut self) -> Self {
        self.without_return = true;
        self
    }

    /// Sends no `id_token_hint`: for a provider that cannot read it. Default: the ID token of the session.
    pub fn without_id_token_hint(mut self) -> Self {
        self.without_hint = true;
        self
    }

    /// Another `id_token_hint` than the ID token of the session.
    pub fn id_token_hint(mut self, token: impl Into<IdentityToken>) -> Self {
        self.id_token_hint = Some(token.into());
        self
    }

    /// A parameter that the provider wants besides (Amazon Cognito's `logout_uri`). May be said any number of times. Default: none.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Who logs out, for a provider that reads it. Default: not said.
    pub fn logout_hint(mut self, hint: impl Into<String>) -> Self {
        self.logout_hint = Some(hint.into());
        self
    }

    /// The languages of the provider's pages, best first (BCP 47). Default: the provider's choice.
    pub fn ui_locales(mut self, locales: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.ui_locales = locales.into_iter().map(Into::into).collect();
        self
    }
}

impl From<&LoginSession> for LogoutOptions {
    fn from(session: &LoginSession) -> Self {
        Self::session(session)
    }
}

/// What dereferences to a session: an `Arc`, a guard.
impl<T: Deref<Target = LoginSession>> From<&T> for LogoutOptions {
    fn from(session: &T) -> Self {
        Self::session(session)
    }
}

pub(crate) fn begin(client: &Arc<ClientInner>, options: LogoutOptions) -> Exchange<BegunLogout, Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let document = client.document(&port).await?;
        client.check_metadata(&document)?;
        if let Some(session) = &options.session {
            session.belongs_to(document.issuer()?, &client.settings.client_id)?;
        }
        let back = options.post_logout_redirect_uri.or_else(|| client.settings.post_logout_redirect_uri.clone());
        let back = back.filter(|_| !options.without_return);
        let of_session = options.session.as_ref().map(|session| IdentityToken::clone(session.id_token()));
        let hint = options.id_token_hint.or(of_session).filter(|_| !options.without_hint);
        let request = EndSessionRequest::builder()
            .environment(client.environment().clone())
            .address(document.end_session_endpoint()?)
            .client_id(&client.settings.client_id)
            .maybe_id_token_hint(hint)
            .maybe_post_logout_redirect_uri(back)
            .maybe_logout_hint(options.logout_hint)
            .ui_locales(options.ui_locales);
        let add = |request: EndSessionRequestBuilder<_>, (name, value)| request.parameter(name, value);
        Ok(options.parameters.into_iter().fold(request, add).begin()?)
    })
}

/// Nothing is sent: what the browser brings back is held against what was kept.
pub(crate) fn finish(client: &Arc<ClientInner>, transaction: LogoutTransaction, returned: LogoutReturn) -> Exchange<(), Error> {
    let client = Arc::clone(client);
    Exchange::new(|port: Port| async move {
        let issuer = transaction.issuer().map(str::to_owned);
        transaction.finish(&returned, port.now())?;
        let document = client.document(&port).await?;
        match issuer {
            Some(issuer) => Ok(reject_foreign("logout", "provider", document.issuer()?, &issuer)?),
            None => Ok(()),
        }
    })
}
