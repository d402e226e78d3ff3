//! The beginning of a login: everything is drawn, signed and pushed as it has to be, and what is left is an address and a transaction.

use std::time::{Duration, SystemTime};

use bon::Builder;

use super::begun::BegunLogin;
use super::options::{Asked, AuthorizationOptions};
use super::pkce::CodeChallenge;
use super::provider::{Known, LoginProvider};
use super::request::AuthorizationRequest;
use super::request_object::{RequestObject, RequestObjectSettings};
use super::response_type::ResponseType;
use super::setters::{authorization_setters, options_setter};
use super::transaction::LoginTransaction;
use crate::constants::{metadata, scopes};
use crate::encoding::base64url;
use crate::environment::Environment;
use crate::exchange::{Exchange, Port};
use crate::protocol::client_auth::ClientAuthentication;
use crate::protocol::discovery::Demands;
use crate::protocol::dpop::{DpopKey, dpop_setters};
use crate::protocol::error::RequestError;
use crate::protocol::pushed_authorization::{PushedAuthorization, PushedAuthorizationRequest};
use crate::protocol::request::{Request, RequestOptions, request_setters};
use crate::secret::{CodeVerifier, SecretText};

/// Begins a login: draws state, nonce and verifier, signs and pushes the request where that is asked for or demanded, and ends with the address
/// for the browser and the transaction for its session.
///
/// OpenID Connect Core 1.0 section 3, RFC 7636, RFC 9101, RFC 9126, RFC 9207, RFC 9700 section 2.1.
///
/// Defaults: `response_type=code`, the scope `openid`, PKCE with `S256`; 256 random bits each in state, nonce and verifier, drawn anew whenever
/// it is sent. The request is pushed where the provider offers that, and has to be where it demands it; a request object is made where there are
/// settings for it, and without them a provider that demands one is rejected. Nothing goes to the provider unless the request is pushed.
///
/// # Errors
/// `send` fails with kind `Policy` or `Configuration` before anything is sent ([`RequestError::RequestForm`] where the provider demands what
/// cannot be done), with `Key` where the request object cannot be signed, and as a
/// [pushed request](crate::protocol::pushed_authorization::PushedAuthorizationRequest) does after.
///
/// # Example
/// ```
/// use identity_model::protocol::authorize::{BegunLogin, LoginRequest};
/// use identity_model::protocol::discovery::DiscoveryDocumentRequest;
/// use identity_model::testing::TestProvider;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let http = TestProvider::new();
/// let disco = DiscoveryDocumentRequest::builder().address("https://idp.test").send(&http).await?;
/// let BegunLogin { url, transaction, .. } = LoginRequest::builder()
///     .provider(&disco)
///     .client_id("client")
///     .redirect_uri("https://app.example.com/callback")
///     .authentication(identity_model::ClientAuthentication::secret_basic("secret"))
///     .scope(["openid", "profile"])
///     .send(&http)
///     .await?;
/// assert_eq!(url.host_str(), Some("idp.test")); // send the browser there
/// assert_eq!(transaction.client_id(), "client"); // and keep this in its session
/// # Ok::<(), identity_model::error::Error>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Builder)]
#[builder(on(String, into), state_mod(vis = "pub(crate)"))]
pub struct LoginRequest {
    #[builder(field)]
    options: RequestOptions,
    #[builder(field)]
    asked: Asked,
    #[builder(field)]
    is_plain: bool,
    #[builder(field)]
    binds_code: bool,
    /// The provider: a discovery document, or what is known of it otherwise.
    #[builder(into)]
    provider: LoginProvider,
    /// The client's identifier.
    client_id: String,
    /// Where the response goes, byte for byte as it was registered.
    redirect_uri: String,
    /// How the client proves who it is where it pushes the request. Default: not at all.
    #[builder(into, default)]
    authentication: ClientAuthentication,
    /// What the authorization endpoint shall answer. Default: `code`.
    #[builder(default)]
    response_type: ResponseType,
    /// How the request object is made. Default: none is made.
    request_object: Option<RequestObjectSettings>,
    /// Where the application serves the request object, so that the address refers to it: see
    /// [`url_with_object_at`](AuthorizationRequest::url_with_object_at). It has to be served from
    /// [`BegunLogin::request_object`]. Default: the object is pushed, or stands in the address.
    request_object_at: Option<String>,
    /// Whether the request is pushed. Default: where the provider offers it.
    pushed: Option<bool>,
    /// How long the login may take. Default: ten minutes.
    lifetime: Option<Duration>,
    /// The client's registered `default_max_age`: the ID token is held against it where no `max_age` is asked for. Default: none.
    default_max_age: Option<Duration>,
    /// Whether the client is registered with `require_auth_time`. Default: no.
    #[builder(default)]
    requires_auth_time: bool,
    /// Rejects a response without `iss` even where the metadata do not promise it (RFC 9207 section 2.4). Default: as the metadata say.
    #[builder(default)]
    requires_iss: bool,
    /// Leaves the scope out where none is set, and with it `openid`: for OAuth 2.0 without OpenID Connect, where no ID token comes back and so
    /// no user is logged in by this alone. Default: false, and `openid` is asked for where no scope is set.
    #[builder(default)]
    without_openid: bool,
    /// The values of `acr` of which the ID token must have one, beside those that `claims` asks for as essential. Default: none.
    #[builder(default, with = |values: impl IntoIterator<Item = impl Into<String>>| values.into_iter().map(Into::into).collect())]
    essential_acr: Vec<String>,
}

request_setters!(LoginRequestBuilder, login_request_builder);
dpop_setters!(LoginRequestBuilder, login_request_builder);
authorization_setters!([<S: login_request_builder::State>] LoginRequestBuilder<S>);
options_setter!([<S: login_request_builder::State>] LoginRequestBuilder<S>);

impl<S: login_request_builder::State> LoginRequestBuilder<S> {
    /// Binds the code to the DPoP key by `dpop_jkt` in the request (RFC 9449 section 10), which needs no pushed request. Default: a request that is
    /// pushed with a proof binds the code already (section 10.1), and any other does not bind it.
    pub fn bind_code(mut self) -> Self {
        self.binds_code = true;
        self
    }

    /// Sends the verifier itself as the challenge (`plain`): anyone who sees the request can redeem the code. For servers that support nothing
    /// better. Default: `S256`.
    pub fn danger_plain_code_challenge(mut self) -> Self {
        self.is_plain = true;
        self
    }
}

impl Request for LoginRequest {
    type Response = BegunLogin;

    fn exchange(&self) -> Exchange<BegunLogin, RequestError> {
        let this = self.clone();
        Exchange::new(|port: Port| async move { this.run(&port).await })
    }

    fn environment(&self) -> &Environment {
        &self.options.environment
    }
}

/// How the request reaches the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    InAddress,
    ByReference,
    Pushed,
}

impl LoginRequest {
    pub(crate) async fn run(&self, port: &Port) -> Result<BegunLogin, RequestError> {
        let known = self.provider.known(self.response_type.returns_code())?;
        let way = self.way(&known)?;
        let drawn = Drawn::from(port);
        let asked = self.asked()?;
        let request = self.request(&known, &asked, &drawn);
        request.list()?;
        let transaction = self.transaction(&known, &asked, &drawn, port.now())?;
        let object = match &self.request_object {
            Some(settings) => {
                Some(settings.make(&request.client_id, &request.list()?, &request.endpoint()?, Some(&known.issuer), port).await?)
            }
            None => None,
        };
        let mut expires_at = transaction.expires_at();
        // One that is pushed is read at once; any other waits until the browser is there.
        let lifetime = self.request_object.as_ref().filter(|_| way != Way::Pushed).map(RequestObjectSettings::lifetime);
        if let Some(object_expires_at) = lifetime.and_then(|lifetime| transaction.begun_at().checked_add(lifetime)) {
            expires_at = expires_at.min(object_expires_at);
        }
        let url = match (way, &object, &self.request_object_at) {
            (Way::Pushed, object, _) => {
                let pushed = self.push(&known, &request, object.as_ref())?.run(port).await?;
                expires_at = pushed.expires_at().map_or(expires_at, |pushed| pushed.min(expires_at));
                request.url_with_pushed(pushed, port.now())?
            }
            (Way::ByReference, Some(object), Some(address)) => request.url_with_object_at(address, object)?,
            (_, Some(object), _) => request.url_with_object(object)?,
            (_, None, _) => request.url()?,
        };
        let signed_request = object.clone().filter(RequestObject::is_signed);
        let request_object = object.filter(|_| way == Way::ByReference);
        Ok(BegunLogin { url, transaction, request_object, signed_request, expires_at })
    }

    /// R5, R7: pushed where it has to be, else where the provider offers it and nothing else was said.
    fn way(&self, known: &Known) -> Result<Way, RequestError> {
        let Demands { pushed, signed } = known.demands();
        let form = |wanted, member| Err(RequestError::RequestForm { wanted, member });
        if signed && !self.request_object.as_ref().is_some_and(RequestObjectSettings::is_signed) {
            return form("signed request objects", metadata::REQUIRE_SIGNED_REQUEST_OBJECT);
        }
        if self.request_object_at.is_some() && self.request_object.is_none() {
            let problem = "is set, and `.request_object(…)`, which says how the object is made, is not";
            return Err(RequestError::configuration("request_object_at", problem));
        }
        let offered = known.pushed_authorization_request_endpoint.is_some();
        match (self.pushed, &self.request_object_at) {
            (Some(true), _) if !offered => {
                Err(RequestError::configuration("pushed", "is requested, and the provider names no endpoint to push to"))
            }
            (None, _) if pushed && !offered => {
                let problem = "is missing, and the provider takes pushed requests alone";
                Err(RequestError::configuration(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT, problem))
            }
            (Some(false), _) if pushed => form("pushed authorization requests", metadata::REQUIRE_PUSHED_AUTHORIZATION_REQUESTS),
            (Some(true), _) => Ok(Way::Pushed),
            (None, _) if pushed => Ok(Way::Pushed),
            (_, Some(_)) => Ok(Way::ByReference),
            (None, None) if offered => Ok(Way::Pushed),
            (_, None) => Ok(Way::InAddress),
        }
    }

    /// The options with what is added by name, and the scope of a login where none was named.
    fn asked(&self) -> Result<Asked, RequestError> {
        let mut asked = self.asked.clone();
        asked.dpop_jkt = self.code_binding()?;
        asked.extras.0.extend(self.options.parameters.iter().cloned());
        if asked.scope.is_empty() && !self.without_openid {
            asked.scope.push(scopes::OPENID.to_owned());
        }
        Ok(asked)
    }

    /// `dpop_jkt` of the request: as it was set, or that of the key where the code is to be bound to it.
    fn code_binding(&self) -> Result<Option<String>, RequestError> {
        let key = self.options.dpop_key().map(DpopKey::thumbprint);
        match (key, self.asked.dpop_jkt.as_deref()) {
            (Some(key), Some(jkt)) if key != jkt => {
                Err(RequestError::configuration("dpop_jkt", "is the thumbprint of another key than the one set with `.dpop(…)`"))
            }
            (None, None) if self.binds_code => {
                Err(RequestError::configuration("bind_code", "needs a key to bind the code to; set one with `.dpop(…)`"))
            }
            (key, None) => Ok(key.filter(|_| self.binds_code).map(str::to_owned)),
            (_, jkt) => Ok(jkt.map(str::to_owned)),
        }
    }

    fn request(&self, known: &Known, asked: &Asked, drawn: &Drawn) -> AuthorizationRequest {
        let challenge = match self.is_plain {
            true => CodeChallenge::danger_plain(&drawn.verifier),
            false => CodeChallenge::s256(&drawn.verifier),
        };
        let builder = AuthorizationRequest::builder()
            .address(known.authorization_endpoint.clone())
            .client_id(&self.client_id)
            .response_type(self.response_type)
            .redirect_uri(&self.redirect_uri)
            .code_challenge(challenge)
            .state(drawn.state.clone())
            .maybe_nonce(self.nonce(asked, drawn))
            .options(AuthorizationOptions { asked: asked.clone() });
        match &self.options.policy {
            Some(policy) => builder.policy(policy.clone()).build(),
            None => builder.build(),
        }
    }

    /// A nonce goes where an ID token can come back.
    fn nonce(&self, asked: &Asked, drawn: &Drawn) -> Option<SecretText> {
        let mut words = asked.scope.iter().flat_map(|text| text.split_ascii_whitespace());
        let is_login = self.response_type.returns_id_token() || words.any(|scope| scope == scopes::OPENID);
        is_login.then(|| drawn.nonce.clone())
    }

    fn transaction(&self, known: &Known, asked: &Asked, drawn: &Drawn, now: SystemTime) -> Result<LoginTransaction, RequestError> {
        let token_endpoint = known.token_endpoint.as_ref().map(|address| self.options.accept("token endpoint", address)).transpose()?;
        let essential = asked.claims.iter().flat_map(|claims| claims.essential_acr_values()).map(str::to_owned);
        let transaction = LoginTransaction::builder()
            .issuer(&known.issuer)
            .client_id(&self.client_id)
            .redirect_uri(&self.redirect_uri)
            .response_type(self.response_type)
            .maybe_response_mode(asked.response_mode)
            .state(drawn.state.clone())
            .maybe_nonce(self.nonce(asked, drawn))
            .maybe_code_verifier(self.response_type.returns_code().then(|| drawn.verifier.clone()))
            .maybe_token_endpoint(token_endpoint)
            .maybe_userinfo_endpoint(known.userinfo_endpoint.clone())
            .maybe_jwks_uri(known.jwks_uri.clone())
            .expects_iss(known.returns_iss || self.requires_iss)
            .maybe_max_age(asked.max_age.or(self.default_max_age))
            .requires_auth_time(self.requires_auth_time)
            .essential_acr(self.essential_acr.iter().cloned().chain(essential))
            .scope(&asked.scope)
            .maybe_dpop_thumbprint(asked.dpop_jkt.clone().or_else(|| self.options.dpop_key().map(|key| key.thumbprint().to_owned())))
            .begun_at(now)
            .maybe_lifetime(self.lifetime);
        Ok(transaction.build()?)
    }

    fn push(
        &self,
        known: &Known,
        request: &AuthorizationRequest,
        object: Option<&RequestObject>,
    ) -> Result<PushedAuthorizationRequest, RequestError> {
        let missing = || RequestError::configuration(metadata::PUSHED_AUTHORIZATION_REQUEST_ENDPOINT, "is missing");
        let address = known.pushed_authorization_request_endpoint.clone().ok_or_else(missing)?;
        let what = object.map_or_else(|| PushedAuthorization::from(request), PushedAuthorization::from);
        let request = PushedAuthorizationRequest::builder()
            .address(address)
            .client_id(&self.client_id)
            .authentication(self.authentication.clone())
            .authorization(what)
            .build();
        // The extra parameters are in the request already.
        let mut options = self.options.clone();
        options.parameters.clear();
        Ok(request.with_options(options))
    }
}

/// What is for one login alone: 256 random bits each.
struct Drawn {
    state: SecretText,
    nonce: SecretText,
    verifier: CodeVerifier,
}

impl Drawn {
    fn from(port: &Port) -> Self {
        let text = || base64url::encode(port.random::<32>());
        Self { state: SecretText::new(text()), nonce: SecretText::new(text()), verifier: CodeVerifier::new(text()) }
    }
}
