//! A relying party under test, its provider, and the browser between them.

use identity_model::Error;
use identity_model::client::{Login, LoginOptions, OidcClient};
use identity_model::protocol::authorize::{Callback, ResponseMode, ResponseType};
use identity_model::testing::{
    Authorized, Fault, ForgedKind, Forgery, ProviderEndpoint, TestBrowser, TestClient, TestProvider, TestProviderBuilder, TestUser,
};
use serde_json::json;

pub(super) const CLIENT: &str = "rp";
pub(super) const SECRET: &str = "a-secret-of-more-than-thirty-two-characters";
pub(super) const CALLBACK: &str = "https://rp.example.com/callback";

/// What a plan fixes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    pub(super) response_type: ResponseType,
    pub(super) response_mode: Option<ResponseMode>,
}

impl Plan {
    pub(super) const BASIC: Self = Self { response_type: ResponseType::Code, response_mode: None };
    pub(super) const FORM_POST: Self = Self { response_type: ResponseType::Code, response_mode: Some(ResponseMode::FormPost) };
    pub(super) const HYBRID: Self = Self { response_type: ResponseType::CodeIdToken, response_mode: None };
    pub(super) const HYBRID_FORM_POST: Self =
        Self { response_type: ResponseType::CodeIdToken, response_mode: Some(ResponseMode::FormPost) };
    pub(super) const IMPLICIT: Self = Self { response_type: ResponseType::IdToken, response_mode: None };
    pub(super) const HYBRID_WITH_TOKEN: Self = Self { response_type: ResponseType::DangerCodeIdTokenToken, response_mode: None };
    pub(super) const IMPLICIT_WITH_TOKEN: Self = Self { response_type: ResponseType::DangerIdTokenToken, response_mode: None };
    pub(super) const IMPLICIT_FORM_POST: Self = Self { response_type: ResponseType::IdToken, response_mode: Some(ResponseMode::FormPost) };

    /// Where the first ID token comes from.
    pub(super) fn id_token_endpoint(self) -> ProviderEndpoint {
        if self.response_type.returns_id_token() { ProviderEndpoint::Authorization } else { ProviderEndpoint::Token }
    }

    /// What must not be asked once that ID token is rejected.
    fn endpoints_after(self) -> &'static [ProviderEndpoint] {
        match self.id_token_endpoint() {
            ProviderEndpoint::Token => &[ProviderEndpoint::UserInfo],
            _ => &[ProviderEndpoint::Token, ProviderEndpoint::UserInfo],
        }
    }

    pub(super) fn returns_access_token(self) -> bool {
        self.response_type.returns_code() || self.response_type == ResponseType::DangerIdTokenToken
    }
}

pub(super) fn user() -> TestUser {
    TestUser::new("alice")
        .claim("name", "Alice Adams")
        .claim("email", "alice@idp.test")
        .claim("phone_number", "+41 44 000 00 00")
        .claim("address", json!({"locality": "Zürich"}))
}

pub(super) fn registration() -> TestClient {
    TestClient::new(CLIENT).secret(SECRET).redirect_uris([CALLBACK]).post_logout_redirect_uris([super::rp_initiated_logout::GOODBYE])
}

/// A relying party with its provider.
pub(super) struct Rp {
    pub(super) plan: Plan,
    pub(super) provider: TestProvider,
    pub(super) client: OidcClient,
    pub(super) browser: TestBrowser,
}

/// The usual provider, set up otherwise.
pub(super) fn provider(change: impl FnOnce(TestProviderBuilder) -> TestProviderBuilder) -> TestProvider {
    change(TestProvider::builder().client(registration()).user(user())).build()
}

impl Rp {
    /// The usual provider, the usual client, and userinfo asked after every login.
    pub(super) fn new(plan: Plan) -> Self {
        Self::at(plan, |provider| provider)
    }

    /// The same at a provider that is set up otherwise.
    pub(super) fn at(plan: Plan, change: impl FnOnce(TestProviderBuilder) -> TestProviderBuilder) -> Self {
        rp_with!(plan, change, |client| client.client_secret(SECRET).load_user_info(plan.returns_access_token()).build())
    }

    pub(super) fn of(plan: Plan, provider: TestProvider, client: Result<OidcClient, Error>) -> Self {
        Self { plan, browser: provider.browser(), provider, client: client.unwrap() }
    }

    /// Forges the first ID token of every login.
    pub(super) fn forge(self, forgery: Forgery) -> Self {
        self.provider.inject(self.plan.id_token_endpoint(), Fault::forge(ForgedKind::IdToken, forgery));
        self
    }

    pub(super) fn fault(self, endpoint: ProviderEndpoint, fault: Fault) -> Self {
        self.provider.inject(endpoint, fault);
        self
    }

    pub(super) async fn log_in(&self) -> Result<Login, Error> {
        self.log_in_with(LoginOptions::new()).await
    }

    pub(super) async fn log_in_with(&self, options: LoginOptions) -> Result<Login, Error> {
        let begun = self.client.begin_login(options).await?;
        let answer = self.browser.open(&begun.url);
        self.client.finish_login(begun.transaction, callback(&answer)?).await
    }

    /// A login that must be rejected: with this code, and with nothing sent after the first ID token.
    pub(super) async fn assert_refused(&self, code: &str) -> Error {
        self.assert_refused_before(code, self.plan.endpoints_after()).await
    }

    /// A login that must be rejected with this code before any of these is asked.
    pub(super) async fn assert_refused_before(&self, code: &str, endpoints: &[ProviderEndpoint]) -> Error {
        let error = self.log_in().await.map(|login| panic!("accepted: {login:?}")).unwrap_err();
        assert_eq!(error.code(), code, "{error} {error:?}");
        self.assert_not_asked(endpoints);
        error
    }

    pub(super) fn assert_not_asked(&self, endpoints: &[ProviderEndpoint]) {
        for endpoint in endpoints {
            assert_eq!(self.provider.requests(*endpoint), 0, "{endpoint} was asked after the refusal");
        }
    }
}

/// What the browser brings back, wherever the provider put it.
pub(super) fn callback(answer: &Authorized) -> Result<Callback, Error> {
    if answer.redirect().is_some() {
        return Ok(Callback::from_url(answer.location())?);
    }
    assert_eq!(answer.form_action().as_deref(), Some(CALLBACK));
    let media_type = Some("application/x-www-form-urlencoded");
    Ok(Callback::from_form(&http::Method::POST, media_type, answer.form_body().as_bytes())?)
}

/// One test for each module of a plan: its name, and the function of `modules.rs` that plays it.
macro_rules! plan {
    ($plan:expr; $($name:ident = $module:ident;)*) => {$(
        #[tokio::test]
        async fn $name() {
            crate::conformance::modules::$module($plan).await;
        }
    )*};
}
pub(super) use plan;
