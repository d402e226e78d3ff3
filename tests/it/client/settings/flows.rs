//! The flows of a client, each run once with something that the provider does otherwise.

use std::sync::LazyLock;
use std::time::Duration;

use identity_model::client::{Login, LoginOptions, LoginSession, LogoutOptions, OidcClient};
use identity_model::constants::token_type_identifiers;
use identity_model::jose::{
    ContentEncryptionAlgorithm as Content, DecryptionKeys, JweEncrypter, KeyManagementAlgorithm as Management, PrivateKey,
};
use identity_model::protocol::authorize::{ResponseMode, ResponseType};
use identity_model::protocol::backchannel_authentication::{AuthenticationHint, BackchannelAuthenticationRequest};
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::token::TokenExchangeRequest;
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, RecordedRequest};
use identity_model::{Error, ErrorKind};

use crate::client::login::callback;
use crate::client::support::{CLIENT, House, REDIRECT, USER};

/// When everything happens.
pub(super) const NOW: i64 = 1_750_000_000;

/// What the client decrypts with.
static KEY: LazyLock<PrivateKey> =
    LazyLock::new(|| PrivateKey::generate_for_encryption(Management::ECDH_ES_A128KW).unwrap().with_key_id("enc").unwrap());

pub(super) fn keys() -> DecryptionKeys {
    DecryptionKeys::from_keys([KEY.clone()])
}

pub(super) fn encrypter() -> JweEncrypter {
    JweEncrypter::new(KEY.public_jwk(), Management::ECDH_ES_A128KW, Content::A256GCM).unwrap()
}

/// What a client does for an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// The plain code, as the options of the login say.
    Code,
    /// A login that says nothing: all is the client's.
    Unsaid,
    Hybrid,
    Implicit,
    /// JARM.
    Signed,
    Device,
    Backchannel,
    Refresh,
    /// A grant without a login whose answer has an ID token in it.
    Unasked,
    ClientCredentials,
    Exchange,
    UserInfo,
    Introspection,
    Revocation,
    Registration,
    Logout,
    LogoutToken,
    AccessToken,
}

/// What came of a flow.
pub(super) struct Seen {
    /// `ok`, or the code of the error.
    pub(super) outcome: String,
    /// What was sent since the flow began.
    pub(super) sent: Vec<RecordedRequest>,
    pub(super) login: Option<Login>,
    /// What the flow itself hands out: an address, a name.
    pub(super) note: String,
}

impl Seen {
    /// How many requests ended so.
    pub(super) fn count(&self, end: &str) -> String {
        self.sent.iter().filter(|request| request.url().ends_with(end)).count().to_string()
    }

    /// How the client proved itself in every request by which it did.
    pub(super) fn authentication(&self) -> String {
        let methods = self.sent.iter().filter(|request| !request.form().is_empty()).map(|request| {
            let is_basic = request.header("authorization").is_some_and(|value| value.starts_with("Basic "));
            match (is_basic, request.form_value("client_secret"), request.form_value("client_assertion")) {
                (true, None, None) => "basic",
                (false, Some(_), None) => "post",
                (false, None, Some(_)) => "assertion",
                (false, None, None) => "none",
                _ => "several",
            }
        });
        let mut methods: Vec<&str> = methods.collect();
        methods.sort_unstable();
        methods.dedup();
        methods.join(" ")
    }
}

/// What a flow brings beside its outcome.
#[derive(Default)]
struct Found {
    login: Option<Login>,
    note: String,
}

impl From<Login> for Found {
    fn from(login: Login) -> Self {
        let note = login.principal().name().unwrap_or_default().to_owned();
        Self { login: Some(login), note }
    }
}

impl From<String> for Found {
    fn from(note: String) -> Self {
        Self { note, login: None }
    }
}

/// Runs a flow by `client`; what has to be there before (a session, a token) was got before anything goes wrong.
pub(super) async fn run(flow: Flow, house: &House, client: &OidcClient, faults: fn(&House, Flow)) -> Seen {
    let session = match flow {
        Flow::Refresh | Flow::UserInfo | Flow::Introspection | Flow::Revocation => Some(session(house).await),
        _ => None,
    };
    house.provider.clear_recorded();
    let (outcome, found) = match attempt(flow, house, client, session, faults).await {
        Ok(found) => ("ok".to_owned(), found),
        Err(error) if error.kind() == ErrorKind::Http => ("http".to_owned(), Found::default()),
        Err(error) => (error.code().to_owned(), Found::default()),
    };
    Seen { outcome, sent: house.provider.recorded(), login: found.login, note: found.note }
}

/// A session by a client that takes whatever the provider sends.
async fn session(house: &House) -> LoginSession {
    let policy = identity_model::DiscoveryPolicy::builder().danger_allow_http().additional_endpoint_base_address("https://mtls.idp.test");
    let client = begun!(house).decryption_keys(keys()).policy(policy.build()).build().unwrap();
    let begun = client.device_login(["openid", "profile"]).await.unwrap();
    assert!(house.provider.approve_device(begun.authorization().user_code(), USER));
    client.finish_device_login(begun).await.unwrap().into_session()
}

async fn attempt(
    flow: Flow,
    house: &House,
    client: &OidcClient,
    session: Option<LoginSession>,
    faults: fn(&House, Flow),
) -> Result<Found, Error> {
    let faults = |house: &House| faults(house, flow);
    let options = LoginOptions::new().redirect_uri(REDIRECT);
    match flow {
        Flow::Code => login(house, client, options.response_type(ResponseType::Code), faults).await,
        Flow::Unsaid => login(house, client, LoginOptions::new(), faults).await,
        Flow::Hybrid => login(house, client, options.response_type(ResponseType::CodeIdToken), faults).await,
        Flow::Implicit => login(house, client, options.response_type(ResponseType::IdToken), faults).await,
        Flow::Signed => login(house, client, options.response_mode(ResponseMode::Jwt), faults).await,
        Flow::Device => {
            let begun = client.device_login(["openid", "profile"]).await?;
            house.provider.approve_device(begun.authorization().user_code(), USER);
            faults(house);
            client.finish_device_login(begun).await.map(Found::from)
        }
        Flow::Backchannel => {
            let hint = AuthenticationHint::LoginHint(USER.to_owned());
            let begun = client.backchannel_login(BackchannelAuthenticationRequest::builder().hint(hint).scope(["openid"])).await?;
            house.provider.approve_backchannel(begun.authorization().request_id().expose(), USER);
            faults(house);
            client.finish_backchannel_login(begun).await.map(Found::from)
        }
        Flow::LogoutToken => logout_token(house, client, faults).await,
        _ => {
            faults(house);
            call(flow, house, client, session).await
        }
    }
}

async fn login(house: &House, client: &OidcClient, options: LoginOptions, faults: impl Fn(&House)) -> Result<Found, Error> {
    let begun = client.begin_login(options).await?;
    faults(house);
    let lifetime = begun.transaction.expires_at().duration_since(house.environment.clock().now()).unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    let mut found = Found::from(client.finish_login(begun.transaction, callback).await?);
    if found.note.is_empty() {
        found.note = lifetime.as_secs().to_string();
    }
    Ok(found)
}

/// A logout token that the provider sends to a receiver of the client's.
async fn logout_token(house: &House, client: &OidcClient, faults: impl Fn(&House)) -> Result<Found, Error> {
    let receiver = client.backchannel_logout().await?;
    faults(house);
    let forgeries = FORGERIES.take();
    let token = house.provider.mint_logout_token(|token| {
        forgeries.iter().fold(token.claim("aud", CLIENT).claim("sub", USER), |token, forgery| token.forge(forgery))
    });
    let request = http::Request::post("/logout").header("content-type", "application/x-www-form-urlencoded");
    receiver.receive(&request.body(format!("logout_token={token}")).unwrap()).await.map(|_| Found::default())
}

/// The flows of one call.
async fn call(flow: Flow, house: &House, client: &OidcClient, session: Option<LoginSession>) -> Result<Found, Error> {
    let forgeries = FORGERIES.take();
    Ok(match flow {
        Flow::Refresh => {
            let refreshed = client.refresh(&session.unwrap()).await?;
            refreshed.id_token().and_then(|token| token.principal().name()).unwrap_or_default().to_owned().into()
        }
        Flow::Unasked => {
            let minted = house.provider.mint_id_token(|token| forgeries.iter().fold(token, |token, forgery| token.forge(forgery)));
            house.provider.inject(ProviderEndpoint::Token, Fault::member("id_token", minted.expose()));
            client.client_credentials(["reports:read"]).await?.token_type().to_owned().into()
        }
        Flow::ClientCredentials => client.client_credentials(["reports:read"]).await?.token_type().to_owned().into(),
        Flow::Exchange => {
            let token = house.provider.access_token_for_user(USER);
            let request = TokenExchangeRequest::builder();
            let request = request.subject_token(token.expose()).subject_token_type(token_type_identifiers::ACCESS_TOKEN);
            client.exchange_token(request).await?.token_type().to_owned().into()
        }
        Flow::UserInfo => client.userinfo(&session.unwrap()).await?.try_get_string("name").unwrap_or_default().into(),
        Flow::Introspection => client.introspect(session.unwrap().access_token().unwrap()).await?.is_active().to_string().into(),
        Flow::Revocation => {
            client.revoke(session.unwrap().access_token().unwrap()).await?;
            Found::default()
        }
        Flow::Registration => {
            let metadata = ClientMetadata::builder().redirect_uris([REDIRECT]).build();
            client.register(metadata, None).await?.client_id().to_owned().into()
        }
        Flow::Logout => client.begin_logout(LogoutOptions::anybody()).await?.url().to_owned().into(),
        Flow::AccessToken => {
            let validator = client.access_token_validator("api").await?;
            let token = house.provider.mint_access_token(|token| {
                let token = token.claim("aud", "api").claim("name", "Alice").claim("role", "reader").claim("other", "other");
                forgeries.iter().fold(token, |token, forgery| token.forge(forgery))
            });
            validator.validate(&token).await?.principal().name().unwrap_or_default().to_owned().into()
        }
        other => panic!("{other:?} is more than one call"),
    })
}

thread_local! {
    /// What is forged of a token that the test mints itself.
    static FORGERIES: std::cell::RefCell<Vec<Forgery>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Forges the signed thing that the flow is about, wherever it comes from.
pub(super) fn forge(house: &House, flow: Flow, forgeries: impl IntoIterator<Item = Forgery>) {
    let (endpoint, kind) = match flow {
        Flow::Hybrid | Flow::Implicit => (ProviderEndpoint::Authorization, ForgedKind::IdToken),
        Flow::Signed => (ProviderEndpoint::Authorization, ForgedKind::AuthorizationResponse),
        Flow::UserInfo => (ProviderEndpoint::UserInfo, ForgedKind::UserInfo),
        Flow::Introspection => (ProviderEndpoint::Introspection, ForgedKind::Introspection),
        Flow::LogoutToken | Flow::AccessToken | Flow::Unasked => {
            FORGERIES.set(forgeries.into_iter().collect());
            return;
        }
        _ => (ProviderEndpoint::Token, ForgedKind::IdToken),
    };
    let fault = forgeries.into_iter().map(|forgery| Fault::forge(kind, forgery)).reduce(Fault::and);
    house.provider.inject(endpoint, fault.unwrap());
}

/// Expired ten seconds ago, within the usual leeway.
pub(super) fn just_expired(house: &House, flow: Flow) {
    forge(house, flow, [Forgery::claim("iat", NOW - 300), Forgery::claim("exp", NOW - 10)]);
}

/// Issued by a clock that is ahead, beyond the usual leeway.
pub(super) fn from_the_future(house: &House, flow: Flow) {
    forge(house, flow, [Forgery::claim("nbf", NOW + 100)]);
}

/// The user authenticated a quarter of an hour ago.
pub(super) fn old_authentication(house: &House, flow: Flow) {
    forge(house, flow, [Forgery::claim("auth_time", NOW - 900)]);
}

/// How long ago an authentication may be where a row limits it.
pub(super) const MINUTE: Duration = Duration::from_secs(60);
