//! What one login asks for beside what the client was set to.

use std::time::Duration;

use crate::client::settings::Settings;
use crate::constants::scopes;
use crate::protocol::authorize::{
    Asked, AuthorizationOptions, ClaimRequest, InitiatedLogin, LoginProvider, LoginRequest, LoginRequestBuilder, ResponseMode,
    ResponseType, StepUp, authorization_setters, extra_setters, login_request_builder,
};

/// What one login asks for beside what the client was set to: a hint, a prompt, a fresh authentication…
///
/// OpenID Connect Core 1.0 section 3.1.2.1. Default: nothing; scope, redirect URI, response type and mode are those of the client. Made by `into()`
/// from [`AuthorizationOptions`], from the [`StepUp`] that a resource demands (RFC 9470), and from the [`InitiatedLogin`] that a third requested starts.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use identity_model::client::LoginOptions;
/// use identity_model::protocol::authorize::Prompt;
///
/// let again = LoginOptions::new().prompt([Prompt::Login]).max_age(Duration::from_secs(300)).login_hint("alice@example.com");
/// let strong = LoginOptions::new().essential_acr(["phr"]); // `acr` of the ID token has to be this one
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "options do nothing until a login takes them"]
pub struct LoginOptions {
    pub(in crate::client) asked: Asked,
    response_type: Option<ResponseType>,
    redirect_uri: Option<String>,
    essential_acr: Vec<String>,
    request_object_at: Option<String>,
    pushed: Option<bool>,
    pub(super) lifetime: Option<Duration>,
    /// Whom a third party wants the user to log in at.
    pub(in crate::client) issuer: Option<String>,
}

authorization_setters!([] LoginOptions);
extra_setters!([] LoginOptions);

impl LoginOptions {
    /// Nothing asked for yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the authorization endpoint shall answer. Default: as the client was set to, `code`.
    pub fn response_type(mut self, response_type: ResponseType) -> Self {
        self.response_type = Some(response_type);
        self
    }

    /// Where the response goes, byte for byte as it was registered. Default: the client's.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = Some(uri.into());
        self
    }

    /// The authentication contexts without which the login is none: asked for as essential (OpenID Connect Core 1.0 section 5.5.1.1), and `acr`
    /// of the ID token must be one of them. [`acr_values`](Self::acr_values) only asks. Default: none.
    pub fn essential_acr(mut self, values: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.essential_acr = values.into_iter().map(Into::into).collect();
        self
    }

    /// Where the application serves the request object (RFC 9101 section 5.2), from
    /// [`BegunLogin::request_object`](crate::protocol::authorize::BegunLogin::request_object). Default: it is pushed, or stands in the address.
    pub fn request_object_at(mut self, address: impl Into<String>) -> Self {
        self.request_object_at = Some(address.into());
        self
    }

    /// Whether the request is pushed (RFC 9126). Default: as the client was set to, where the provider offers it.
    pub fn pushed(mut self, pushed: bool) -> Self {
        self.pushed = Some(pushed);
        self
    }

    /// How long the login may take, 24 hours at most. Default: as the client was set to, ten minutes.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    pub(in crate::client) fn own_response_type(&self) -> Option<ResponseType> {
        self.response_type
    }

    pub(in crate::client) fn own_redirect_uri(&self) -> Option<&str> {
        self.redirect_uri.as_deref()
    }

    pub(in crate::client) fn own_pushed(&self) -> Option<bool> {
        self.pushed
    }

    pub(in crate::client) fn own_response_mode(&self) -> Option<ResponseMode> {
        self.asked.response_mode
    }

    /// The redirect URI of this login, if it or the client has one.
    pub(in crate::client) fn redirect_uri_of<'a>(&'a self, settings: &'a Settings) -> Option<&'a str> {
        self.redirect_uri.as_deref().or(settings.redirect_uri.as_deref())
    }

    /// The request of this login, but for authentication and environment.
    pub(in crate::client) fn request(
        mut self,
        settings: &Settings,
        provider: LoginProvider,
        redirect_uri: String,
    ) -> LoginRequestBuilder<Prepared> {
        if self.asked.scope.is_empty() {
            self.asked.scope.clone_from(&settings.scope);
        }
        // Without it there is no ID token, and so no login.
        if settings.is_openid
            && !self.asked.scope.iter().flat_map(|text| text.split_ascii_whitespace()).any(|scope| scope == scopes::OPENID)
        {
            self.asked.scope.insert(0, scopes::OPENID.to_owned());
        }
        self.asked.response_mode = self.asked.response_mode.or(settings.response_mode);
        if !self.essential_acr.is_empty() {
            let acr = ClaimRequest::essential().values(self.essential_acr);
            self.asked.claims = Some(self.asked.claims.unwrap_or_default().id_token("acr", acr));
        }
        LoginRequest::builder()
            .provider(provider)
            .client_id(&settings.client_id)
            .redirect_uri(redirect_uri)
            .response_type(self.response_type.unwrap_or(settings.response_type))
            .maybe_request_object(settings.request_object.clone())
            .maybe_request_object_at(self.request_object_at)
            .maybe_pushed(self.pushed.or(settings.pushed))
            .maybe_lifetime(self.lifetime.or(settings.login_lifetime))
            .maybe_default_max_age(settings.default_max_age)
            .requires_auth_time(settings.require_auth_time)
            .without_openid(!settings.is_openid)
            .options(AuthorizationOptions { asked: self.asked })
    }
}

/// A login request that says everything but who authenticates.
pub(in crate::client) type Prepared = login_request_builder::SetWithoutOpenid<
    login_request_builder::SetRequiresAuthTime<
        login_request_builder::SetDefaultMaxAge<
            login_request_builder::SetLifetime<
                login_request_builder::SetPushed<
                    login_request_builder::SetRequestObjectAt<
                        login_request_builder::SetRequestObject<
                            login_request_builder::SetResponseType<
                                login_request_builder::SetRedirectUri<
                                    login_request_builder::SetClientId<login_request_builder::SetProvider>,
                                >,
                            >,
                        >,
                    >,
                >,
            >,
        >,
    >,
>;

impl From<AuthorizationOptions> for LoginOptions {
    fn from(options: AuthorizationOptions) -> Self {
        Self { asked: options.asked, ..Self::default() }
    }
}

/// The login that a third requested has started (OpenID Connect Core 1.0 section 4). A client of another issuer than it names rejects it.
impl From<&InitiatedLogin> for LoginOptions {
    fn from(initiated: &InitiatedLogin) -> Self {
        Self { issuer: Some(initiated.issuer().to_owned()), ..initiated.options().into() }
    }
}

/// The next login asks for what a resource demands.
impl From<&StepUp> for LoginOptions {
    fn from(step_up: &StepUp) -> Self {
        Self::new().step_up(step_up)
    }
}
