//! Every request that can be sent, once as a row: how it is built, what it sends, what a good server answers. The table is what
//! `equality.rs` and `bad_input.rs` go through; a request without a row fails the gate below.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use identity_model::constants::link_relations;
use identity_model::environment::Environment;
use identity_model::error::Error;
use identity_model::jose::{JsonWebKeySet, PrivateKey, SignatureAlgorithm};
use identity_model::protocol::authorization_parameters::AuthorizationParameters;
use identity_model::protocol::authorize::{BegunLogin, LoginProvider, LoginRequest, RequestObjectSettings};
use identity_model::protocol::backchannel_authentication::{
    AuthenticationHint, BackchannelAuthenticationRequest, BackchannelAuthenticationResponse,
};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::device_authorization::{DeviceAuthorizationRequest, DeviceAuthorizationResponse};
use identity_model::protocol::discovery::{DiscoveryDocumentRequest, DiscoveryDocumentResponse};
use identity_model::protocol::introspection::{IntrospectionRequest, IntrospectionResponse};
use identity_model::protocol::jwks::{JwksRequest, JwksResponse};
use identity_model::protocol::pushed_authorization::{PushedAuthorizationRequest, PushedAuthorizationResponse};
use identity_model::protocol::registration::{RegistrationRequest, RegistrationResponse};
use identity_model::protocol::registration_management::{
    ClientDeleteRequest, ClientDeleteResponse, ClientReadRequest, ClientUpdateRequest, RegisteredClient,
};
use identity_model::protocol::resource_metadata::{ResourceMetadataRequest, ResourceMetadataResponse};
use identity_model::protocol::revocation::{RevocationRequest, RevocationResponse};
#[cfg(feature = "legacy-password")]
use identity_model::protocol::token::PasswordTokenRequest;
use identity_model::protocol::token::{
    AuthorizationCodeTokenRequest, CibaPolling, CibaTokenRequest, ClientCredentialsTokenRequest, DeviceCodePolling, DeviceCodeTokenRequest,
    ExtensionTokenRequest, JwtBearerTokenRequest, RefreshTokenRequest, SamlBearerTokenRequest, TokenExchangeRequest, TokenResponse,
};
use identity_model::protocol::userinfo::{UserInfoRequest, UserInfoResponse};
use identity_model::protocol::webfinger::{WebFingerRequest, WebFingerResponse};
use identity_model::secret::AuthorizationCode;
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
use serde_json::{Value, json};

use super::support::{JWKS, TOKEN, USERINFO, World, scripted, wires};

const AUTHORITY: &str = "https://idp.example.com";
const WELL_KNOWN: &str = "https://idp.example.com/.well-known/openid-configuration";
const RESOURCE: &str = "https://idp.example.com/.well-known/oauth-protected-resource";
const WEBFINGER: &str = "https://idp.example.com/.well-known/webfinger?resource=acct%3Ajoe%40idp.example.com&rel=issuer";
const INTROSPECTION: &str = "https://idp.example.com/introspect";
const REVOCATION: &str = "https://idp.example.com/revoke";
const DEVICE: &str = "https://idp.example.com/device_authorization";
const BACKCHANNEL: &str = "https://idp.example.com/backchannel";
const PUSHED: &str = "https://idp.example.com/par";
const REGISTRATION: &str = "https://idp.example.com/register";
const CLIENT: &str = "https://idp.example.com/register/c";

/// One request type.
pub(crate) struct Row {
    /// The type, as `src/drive/requests.rs` names it.
    pub(crate) request: &'static str,
    /// What it sends and what a good server answers, in order.
    pub(crate) steps: Vec<Step>,
    run: Box<Run>,
}

type Run = dyn Fn(Way, &[(Expected, ScriptedResponse)]) -> Outcome;

/// One exchange of a request that goes well.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) expected: Expected,
    pub(crate) answer: ScriptedResponse,
    /// What the endpoint responds with when all is well.
    pub(crate) page: Page,
}

/// The response of a kind of endpoint.
#[derive(Clone)]
pub(crate) struct Page {
    /// Endpoints of one family respond with the same kind of document.
    pub(crate) family: &'static str,
    pub(crate) status: u16,
    /// Null where the body is not read.
    pub(crate) document: Value,
}

/// A way of sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    AsyncBuilder,
    BlockingBuilder,
    Async,
    Blocking,
}

/// What one way of sending left behind.
#[derive(Clone)]
pub(crate) struct Outcome {
    /// Method, address, headers, body and limits of everything sent.
    pub(crate) sent: Vec<String>,
    pub(crate) waits: Vec<Duration>,
    /// The value with its secrets, or the error with its sources.
    pub(crate) told: String,
    /// What of the script was not followed.
    pub(crate) problems: Vec<String>,
    pub(crate) error: Option<Error>,
}

impl Outcome {
    fn of<T: Shown>(result: Result<T, Error>, http: &ScriptedHttpClient, world: &World) -> Self {
        let told = match &result {
            Ok(value) => value.shown(),
            Err(error) => format!("{}{error:?}", super::support::chain(error)),
        };
        Self { sent: wires(&http.requests()), waits: world.waits(), told, problems: http.problems(), error: result.err() }
    }
}

impl Row {
    /// Sends the request over a script and a world of its own.
    pub(crate) fn run(&self, way: Way, script: &[(Expected, ScriptedResponse)]) -> Outcome {
        (self.run)(way, script)
    }

    /// The script of a request that goes well.
    pub(crate) fn script(&self) -> Vec<(Expected, ScriptedResponse)> {
        self.steps.iter().map(|step| (step.expected.clone(), step.answer.clone())).collect()
    }

    /// The error for `answer` in the place of the one at `step`; none where the request took it. Nothing is asked after it.
    pub(crate) fn error(&self, step: usize, answer: &ScriptedResponse) -> Option<Error> {
        let mut script = self.script();
        script.truncate(step + 1);
        script[step].1 = answer.clone();
        let outcome = self.run(Way::Blocking, &script);
        assert_eq!(outcome.problems, Vec::<String>::new(), "{}", self.request);
        outcome.error
    }
}

impl Step {
    fn new(expected: Expected, family: &'static str, status: u16, document: Value) -> Self {
        let answer = if document.is_null() { ScriptedResponse::status(status) } else { ScriptedResponse::json(status, &document) };
        Self { expected, answer, page: Page { family, status, document } }
    }
}

impl Page {
    /// Whether the body is read at all.
    pub(crate) fn is_read(&self) -> bool {
        !self.document.is_null()
    }
}

/// A value as text, secrets included, so that two of them can be compared.
trait Shown {
    fn shown(&self) -> String;
}

macro_rules! shown {
    ($($response:ty: $this:ident => $secrets:expr;)*) => {$(
        impl Shown for $response {
            fn shown(&self) -> String {
                let $this = self;
                format!("{:?} {:?}", self, $secrets)
            }
        }
    )*};
}

fn exposed<T>(secret: Option<&T>, expose: impl Fn(&T) -> &str) -> String {
    secret.map(expose).unwrap_or_default().to_owned()
}

fn as_json(set: &JsonWebKeySet) -> Vec<&str> {
    set.keys().iter().map(|key| key.to_json()).collect()
}

shown! {
    TokenResponse: this => (
        this.access_token().expose(),
        exposed(this.refresh_token(), |token| token.expose()),
        exposed(this.id_token(), |token| token.expose()),
    );
    DeviceAuthorizationResponse: this => (this.device_code().expose(), this.user_code(), this.verification_uri());
    BackchannelAuthenticationResponse: this => this.request_id().expose();
    PushedAuthorizationResponse: this => this.request_uri().expose();
    RegistrationResponse: this => (
        exposed(this.client_secret(), |secret| secret.expose()),
        exposed(this.management(), |client| client.registration_access_token().expose()),
    );
    IntrospectionResponse: this => this.subject();
    UserInfoResponse: this => this.try_get_string("email");
    DiscoveryDocumentResponse: this => (this.token_endpoint().map(|endpoint| endpoint.as_str().to_owned()), this.key_set().map(as_json));
    JwksResponse: this => as_json(this.key_set());
    ResourceMetadataResponse: this => (this.resource(), this.authorization_servers());
    WebFingerResponse: this => this.issuer().map(str::to_owned);
    RevocationResponse: this => this.head().status();
    BegunLogin: this => (this.url.as_str(), this.transaction.to_text().expose().to_owned());
    ClientDeleteResponse: this => this.head().status();
}

/// `row!(Request, [steps], |environment| builder)`.
macro_rules! row {
    ($request:ident, [$($step:expr),+ $(,)?], |$environment:ident| $builder:expr) => {
        Row {
            request: stringify!($request),
            steps: vec![$($step),+],
            run: Box::new(|way, script| {
                let builder = |$environment: Environment| $builder;
                let request = |environment: Environment| -> $request { builder(environment).build() };
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                let (http, world) = (scripted(script), World::new());
                let environment = world.environment();
                let result = match way {
                    Way::AsyncBuilder => runtime.block_on(builder(environment).send(&http)),
                    Way::BlockingBuilder => builder(environment).send_blocking(&http),
                    Way::Async => runtime.block_on(request(environment).send(&http)),
                    Way::Blocking => request(environment).send_blocking(&http),
                };
                Outcome::of(result, &http, &world)
            }),
        }
    };
}

/// Signatures by this key are the same every time, so that the bytes of two ways can be compared.
fn key() -> &'static PrivateKey {
    static KEY: std::sync::LazyLock<PrivateKey> = std::sync::LazyLock::new(|| PrivateKey::generate(SignatureAlgorithm::EDDSA).unwrap());
    &KEY
}

fn token() -> Step {
    let document = json!({
        "access_token": "the access token", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "the refresh token",
        "id_token": "the.id.token", "scope": "a b", "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
    });
    Step::new(Expected::post(TOKEN), "token", 200, document)
}

fn device(environment: &Environment) -> DeviceAuthorizationResponse {
    let Step { expected, answer, .. } = device_codes();
    let http = ScriptedHttpClient::builder().exchange(expected, answer).build();
    DeviceAuthorizationRequest::builder().environment(environment.clone()).address(DEVICE).client_id("c").send_blocking(&http).unwrap()
}

fn device_codes() -> Step {
    let body =
        json!({ "device_code": "d", "user_code": "WDJB-MJHT", "verification_uri": "https://idp.example.com/device", "expires_in": 600 });
    Step::new(Expected::post(DEVICE), "device codes", 200, body)
}

fn backchannel(environment: &Environment) -> BackchannelAuthenticationResponse {
    let Step { expected, answer, .. } = backchannel_request();
    let http = ScriptedHttpClient::builder().exchange(expected, answer).build();
    let builder = BackchannelAuthenticationRequest::builder().environment(environment.clone()).address(BACKCHANNEL).client_id("c");
    builder.hint(AuthenticationHint::LoginHint("alice".to_owned())).scope(["openid"]).send_blocking(&http).unwrap()
}

fn backchannel_request() -> Step {
    Step::new(Expected::post(BACKCHANNEL), "backchannel", 200, json!({ "auth_req_id": "r", "expires_in": 600, "interval": 2 }))
}

fn registered() -> Value {
    json!({
        "client_id": "c", "client_secret": "the client secret", "client_secret_expires_at": 0,
        "registration_client_uri": CLIENT, "registration_access_token": "management-token",
    })
}

fn client() -> RegisteredClient {
    RegisteredClient::new("c", CLIENT, "management-token-so-far")
}

fn pending() -> Step {
    Step { answer: ScriptedResponse::json(400, json!({ "error": "slow_down" })), ..token() }
}

fn basic() -> ClientAuthentication {
    ClientAuthentication::secret_basic("s3cret")
}

fn assertion() -> ClientAuthentication {
    let key = key().signer(SignatureAlgorithm::EDDSA).unwrap();
    ClientAuthentication::private_key_jwt(key).with_audience(identity_model::protocol::client_auth::AssertionAudience::Endpoint)
}

/// The table.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows = endpoints();
    rows.extend(grants());
    rows
}

fn grants() -> Vec<Row> {
    vec![
        row!(ClientCredentialsTokenRequest, [token()], |environment| {
            ClientCredentialsTokenRequest::builder()
                .environment(environment)
                .address(TOKEN)
                .client_id("c")
                .authentication(assertion())
                .scope(["a"])
        }),
        row!(AuthorizationCodeTokenRequest, [token()], |environment| {
            AuthorizationCodeTokenRequest::builder()
                .environment(environment)
                .address(TOKEN)
                .client_id("c")
                .authentication(assertion())
                .code(AuthorizationCode::danger_unchecked("the code"))
                .redirect_uri("https://app.example.com/cb")
                .code_verifier("v".repeat(43))
        }),
        row!(RefreshTokenRequest, [token()], |environment| {
            RefreshTokenRequest::builder().environment(environment).address(TOKEN).client_id("c").authentication(basic()).refresh_token("r")
        }),
        row!(ExtensionTokenRequest, [token()], |environment| {
            ExtensionTokenRequest::builder()
                .environment(environment)
                .address(TOKEN)
                .client_id("c")
                .authentication(basic())
                .grant_type("urn:example:grant")
                .parameter("ticket", "t")
        }),
        row!(JwtBearerTokenRequest, [token()], |environment| {
            JwtBearerTokenRequest::builder().environment(environment).address(TOKEN).assertion("h.c.s").scope(["a", "b"])
        }),
        row!(SamlBearerTokenRequest, [token()], |environment| {
            SamlBearerTokenRequest::builder()
                .environment(environment)
                .address(TOKEN)
                .assertion("<Assertion/>")
                .resource(["https://api.example.com"])
        }),
        row!(TokenExchangeRequest, [token()], |environment| {
            TokenExchangeRequest::builder()
                .environment(environment)
                .address(TOKEN)
                .client_id("c")
                .authentication(basic())
                .subject_token("t")
                .subject_token_type("urn:ietf:params:oauth:token-type:access_token")
                .audience(["x", "y"])
        }),
        #[cfg(feature = "legacy-password")]
        row!(PasswordTokenRequest, [token()], |environment| {
            PasswordTokenRequest::builder().environment(environment).address(TOKEN).client_id("c").username("alice").password("p")
        }),
        row!(DeviceCodeTokenRequest, [token()], |environment| {
            DeviceCodeTokenRequest::builder().environment(environment).address(TOKEN).client_id("c").device_code("d")
        }),
        row!(DeviceCodePolling, [pending(), token()], |environment| {
            DeviceCodePolling::builder()
                .environment(environment.clone())
                .address(TOKEN)
                .client_id("c")
                .authorization(device(&environment))
                .on_progress(|_| ())
        }),
        row!(CibaTokenRequest, [token()], |environment| {
            CibaTokenRequest::builder().environment(environment).address(TOKEN).client_id("c").authentication(basic()).request_id("r")
        }),
        row!(CibaPolling, [pending(), token()], |environment| {
            CibaPolling::builder()
                .environment(environment.clone())
                .address(TOKEN)
                .client_id("c")
                .authentication(assertion())
                .authorization(backchannel(&environment))
        }),
    ]
}

fn endpoints() -> Vec<Row> {
    let keys = json!({ "keys": [serde_json::from_str::<Value>(key().public_jwk().to_json()).unwrap()] });
    let metadata = json!({ "issuer": AUTHORITY, "jwks_uri": JWKS, "token_endpoint": TOKEN, "authorization_endpoint": format!("{AUTHORITY}/authorize"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["RS256"] });
    vec![
        row!(
            DiscoveryDocumentRequest,
            [Step::new(Expected::get(WELL_KNOWN), "metadata", 200, metadata), Step::new(Expected::get(JWKS), "key set", 200, keys.clone()),],
            |environment| DiscoveryDocumentRequest::builder().environment(environment).address(AUTHORITY)
        ),
        row!(JwksRequest, [Step::new(Expected::get(JWKS), "key set", 200, keys)], |environment| {
            JwksRequest::builder().environment(environment).address(JWKS)
        }),
        row!(
            UserInfoRequest,
            [Step::new(Expected::get(USERINFO), "claims", 200, json!({ "sub": "s", "email": "jane@example.com" })),],
            |environment| UserInfoRequest::builder().environment(environment).address(USERINFO).access_token("t").expected_subject("s")
        ),
        row!(
            IntrospectionRequest,
            [Step::new(Expected::post(INTROSPECTION), "introspection", 200, json!({ "active": true, "scope": "a", "exp": 1_750_003_600 })),],
            |environment| {
                IntrospectionRequest::builder()
                    .environment(environment)
                    .address(INTROSPECTION)
                    .client_id("c")
                    .authentication(basic())
                    .token("t")
            }
        ),
        row!(RevocationRequest, [Step::new(Expected::post(REVOCATION), "nothing", 200, Value::Null)], |environment| {
            RevocationRequest::builder().environment(environment).address(REVOCATION).client_id("c").authentication(basic()).token("t")
        }),
        row!(DeviceAuthorizationRequest, [device_codes()], |environment| {
            DeviceAuthorizationRequest::builder().environment(environment).address(DEVICE).client_id("c").scope(["openid"])
        }),
        row!(BackchannelAuthenticationRequest, [backchannel_request()], |environment| {
            BackchannelAuthenticationRequest::builder()
                .environment(environment)
                .address(BACKCHANNEL)
                .client_id("c")
                .authentication(assertion())
                .hint(AuthenticationHint::LoginHint("alice".to_owned()))
                .scope(["openid"])
        }),
        row!(
            PushedAuthorizationRequest,
            [Step::new(Expected::post(PUSHED), "pushed", 201, json!({ "request_uri": "urn:example:1", "expires_in": 60 })),],
            |environment| {
                let parameters =
                    AuthorizationParameters::builder().redirect_uri("https://app.example.com/cb").code_challenge("x".repeat(43));
                PushedAuthorizationRequest::builder()
                    .environment(environment)
                    .address(PUSHED)
                    .client_id("c")
                    .authentication(basic())
                    .authorization(parameters.state("the state").build())
            }
        ),
        row!(
            LoginRequest,
            [Step::new(Expected::post(PUSHED), "pushed", 201, json!({ "request_uri": "urn:example:1", "expires_in": 60 })),],
            |environment| {
                let provider = LoginProvider::builder()
                    .issuer(AUTHORITY)
                    .authorization_endpoint("https://idp.example.com/authorize")
                    .token_endpoint(TOKEN)
                    .pushed_authorization_request_endpoint(PUSHED);
                LoginRequest::builder()
                    .environment(environment)
                    .provider(provider.build())
                    .client_id("c")
                    .authentication(basic())
                    .redirect_uri("https://app.example.com/cb")
                    .request_object(RequestObjectSettings::signed(key().signer(SignatureAlgorithm::EDDSA).unwrap()))
            }
        ),
        row!(RegistrationRequest, [Step::new(Expected::post(REGISTRATION), "registration", 201, registered())], |environment| {
            RegistrationRequest::builder()
                .environment(environment)
                .address(REGISTRATION)
                .initial_access_token("i")
                .metadata(ClientMetadata::builder().client_name("Reports").build())
        }),
        row!(ClientReadRequest, [Step::new(Expected::get(CLIENT), "registration", 200, registered())], |environment| {
            ClientReadRequest::builder().environment(environment).client(client())
        }),
        row!(ClientUpdateRequest, [Step::new(Expected::new("PUT", CLIENT), "registration", 200, registered())], |environment| {
            ClientUpdateRequest::builder().environment(environment).client(client()).metadata(ClientMetadata::default())
        }),
        row!(ClientDeleteRequest, [Step::new(Expected::new("DELETE", CLIENT), "nothing", 204, Value::Null)], |environment| {
            ClientDeleteRequest::builder().environment(environment).client(client())
        }),
        row!(
            ResourceMetadataRequest,
            [Step::new(Expected::get(RESOURCE), "resource", 200, json!({ "resource": AUTHORITY, "authorization_servers": [AUTHORITY] })),],
            |environment| ResourceMetadataRequest::builder().environment(environment).resource(AUTHORITY)
        ),
        row!(
            WebFingerRequest,
            [Step::new(
                Expected::get(WEBFINGER),
                "webfinger",
                200,
                json!({ "subject": "acct:joe@idp.example.com", "links": [{ "rel": link_relations::ISSUER, "href": AUTHORITY }] })
            )],
            |environment| WebFingerRequest::builder().environment(environment).resource("joe@idp.example.com").rel(["issuer"])
        ),
    ]
}

/// The requests for which `senders!` or `senders_once!` made the methods, wherever in the library that was.
fn sendable() -> BTreeSet<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let source = std::fs::read_to_string(path).unwrap();
            let mut lines = source.lines().map(str::trim).peekable();
            let mut is_off = false;
            while let Some(line) = lines.next() {
                let call = line.strip_prefix("senders!(").or_else(|| line.strip_prefix("senders_once!("));
                let Some(call) = call else {
                    is_off = line == "#[cfg(feature = \"legacy-password\")]" && cfg!(not(feature = "legacy-password"));
                    continue;
                };
                let rest = if call.is_empty() { lines.next().unwrap_or_default() } else { call };
                if !std::mem::take(&mut is_off) {
                    found.insert(rest.split([' ', ',']).next().unwrap().to_owned());
                }
            }
        }
    }
    found
}

#[test]
fn every_request_that_can_be_sent_has_a_row() {
    let sendable = sendable();
    assert!(sendable.len() > 20, "{sendable:?}");
    let rows: BTreeSet<String> = rows().iter().map(|row| row.request.to_owned()).collect();
    let missing: Vec<_> = sendable.difference(&rows).collect();
    assert!(missing.is_empty(), "add a row for each of these in tests/it/protocol/every_request.rs: {missing:?}");
    let unknown: Vec<_> = rows.difference(&sendable).collect();
    assert!(unknown.is_empty(), "rows for what cannot be sent: {unknown:?}");
}
