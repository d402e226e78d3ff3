//! The public error: every kind that can be reached, and the words in which typical failures are told.

use std::error::Error as _;
use std::io;

use identity_model::document::Document;
use identity_model::drive::run_blocking;
use identity_model::environment::{Entropy, EntropyError, Environment};
use identity_model::error::{Error, ErrorKind};
use identity_model::exchange::DriveError;
use identity_model::exchange::{Event, Exchange, ExchangeError, Moment, Port, Step};
use identity_model::keys::KeySourceError;
use identity_model::protocol::authorize::{Callback, LoginTransaction};
use identity_model::protocol::client_auth::ClientAuthentication;
use identity_model::protocol::discovery::DiscoveryDocumentRequest;
use identity_model::protocol::jwks::JwksRequest;
use identity_model::protocol::token::ClientCredentialsTokenRequest;
use identity_model::protocol::userinfo::UserInfoRequest;
use identity_model::protocol::{Request, RequestError};
use identity_model::testing::{Expected, ScriptedHttpClient, ScriptedResponse};
use identity_model::transport::{RetrySettings, TransportError, TransportErrorKind};
use insta::assert_snapshot;

use super::support::{JWKS, TOKEN, USERINFO, answered, assert_well_told, both_ways, chain, start, unsent};

const DISCOVERY: &str = "https://idp.example.com/.well-known/openid-configuration";

fn token(environment: Environment) -> ClientCredentialsTokenRequest {
    let builder = ClientCredentialsTokenRequest::builder().environment(environment).retry(RetrySettings::NONE);
    builder.address(TOKEN).client_id("client").authentication(ClientAuthentication::secret_basic("long secret")).build()
}

#[track_caller]
fn token_error(answer: ScriptedResponse) -> Error {
    answered(token, Expected::post(TOKEN), answer).unwrap_err()
}

fn discovery(environment: Environment) -> DiscoveryDocumentRequest {
    DiscoveryDocumentRequest::builder().environment(environment).retry(RetrySettings::NONE).address("https://idp.example.com").build()
}

/// The chain of an error, then kind, code and what else a program sees, then `Debug`.
fn told(error: &Error) -> String {
    let facts = format!("{:?} {} retryable={}", error.kind(), error.code(), error.is_retryable());
    // How a `SystemTime` is written differs from system to system.
    format!("{}{facts}\n{error:?}", chain(error)).replace(&format!("{:?}", start()), "[start]")
}

fn transport(kind: TransportErrorKind) -> Error {
    token_error(ScriptedResponse::error(kind))
}

#[test]
fn it_is_one_pointer_wide_and_cheap_to_clone_and_goes_anywhere() {
    fn goes_anywhere<T: Send + Sync + Clone + std::error::Error + 'static>() {}
    goes_anywhere::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
    let error = token_error(ScriptedResponse::status(503));
    assert_eq!(told(&error.clone()), told(&error));
}

#[test]
fn every_kind_that_can_be_reached_is_reached() {
    let issuer = r#"{"issuer":"https://other.example.com"}"#;
    let user = |environment| {
        let builder = UserInfoRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(USERINFO).access_token("t").expected_subject("s").build()
    };
    let errors = [
        (unsent(|environment| JwksRequest::builder().environment(environment).address("x").build()), ErrorKind::Configuration),
        (transport(TransportErrorKind::Configuration), ErrorKind::Configuration),
        (transport(TransportErrorKind::Connect), ErrorKind::Transport),
        (token_error(ScriptedResponse::status(500)), ErrorKind::Http),
        (token_error(ScriptedResponse::json(400, r#"{"error":"x"}"#)), ErrorKind::Protocol),
        (token_error(ScriptedResponse::json(200, "{")), ErrorKind::Malformed),
        (token_error(ScriptedResponse::json(200, r#"{"access_token":"a","token_type":"x"}"#)), ErrorKind::Malformed),
        (answered(discovery, Expected::get(DISCOVERY), ScriptedResponse::json(200, issuer)).unwrap_err(), ErrorKind::Policy),
        (answered(user, Expected::get(USERINFO), ScriptedResponse::json(200, r#"{"sub":"x"}"#)).unwrap_err(), ErrorKind::Validation),
        (KeySourceError::UnknownIssuer.into(), ErrorKind::Key),
        (ExchangeError::Over.into(), ErrorKind::Configuration),
        (DriveError::NoTimer.into(), ErrorKind::Configuration),
        (RequestError::from(EntropyError).into(), ErrorKind::Configuration),
        (Callback::from_query("state=%").unwrap_err().into(), ErrorKind::Flow),
        (LoginTransaction::from_text("").unwrap_err().into(), ErrorKind::Flow),
    ];
    for (error, kind) in errors {
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(error.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", error.code());
        assert_well_told(&error);
    }
}

#[test]
fn the_code_of_a_failed_transport_is_its_kind() {
    for (kind, code, retryable) in [
        (TransportErrorKind::Connect, "connect", true),
        (TransportErrorKind::Tls, "tls", false),
        (TransportErrorKind::Timeout, "timeout", true),
        (TransportErrorKind::Interrupted, "interrupted", true),
        (TransportErrorKind::Protocol, "http_protocol", false),
        (TransportErrorKind::BodyTooLarge, "body_too_large", false),
        (TransportErrorKind::Configuration, "transport_configuration", false),
        (TransportErrorKind::Other, "transport", false),
    ] {
        let error = transport(kind);
        assert_eq!((error.code(), error.is_retryable()), (code, retryable));
    }
}

#[test]
fn the_source_chain_is_whole() {
    let answer = ScriptedResponse::computed(|_| {
        let cause = io::Error::new(io::ErrorKind::ConnectionRefused, "connection refused");
        Err(TransportError::new(TransportErrorKind::Connect, "no connection").with_source(cause))
    });
    let error = token_error(answer);
    assert_snapshot!(chain(&error), @r"
    token endpoint at `https://idp.example.com/token` failed: no response
    no connection
    connection refused
    ");
    assert!(matches!(error.source().unwrap().downcast_ref(), Some(RequestError::Transport { .. })));
    let source = error.find::<TransportError>().unwrap();
    assert_eq!(source.kind(), TransportErrorKind::Connect);
    assert!(source.source().unwrap().downcast_ref::<io::Error>().is_some() && error.find::<io::Error>().is_some());
}

#[test]
fn a_secret_that_the_server_repeats_is_left_out_of_its_words() {
    let error =
        token_error(ScriptedResponse::json(400, r#"{"error":"invalid_client","error_description":"`long secret` is wrong: long secret"}"#));
    assert_eq!(
        error.to_string(),
        "protocol error: token endpoint at `https://idp.example.com/token` rejected the request: `invalid_client` (HTTP 400): `[redacted]` is wrong: [redacted]; the client authenticated with `client_secret_basic`; if it is registered for another method, set `ClientAuthentication::secret_post(…)` or `secret_basic_raw(…)` with `.authentication(…)`"
    );
    let build = |environment| {
        let builder = UserInfoRequest::builder().environment(environment).retry(RetrySettings::NONE);
        builder.address(USERINFO).access_token("ey.long.token").expected_subject("s").build()
    };
    let answer = ScriptedResponse::json(401, r#"{"error":"invalid_token","error_description":"ey.long.token expired"}"#);
    let error = answered(build, Expected::get(USERINFO), answer).unwrap_err();
    assert_eq!(
        error.to_string(),
        "protocol error: userinfo endpoint at `https://idp.example.com/userinfo` rejected the request: `invalid_token` (HTTP 401): [redacted] expired"
    );
    assert_eq!(error.oauth_error().unwrap().error_description(), Some("ey.long.token expired"), "the accessor has it as it came");
}

#[test]
fn a_secret_that_the_server_repeats_as_the_error_itself_is_left_out_too() {
    let error = token_error(ScriptedResponse::json(
        400,
        r#"{"error":"long secret","error_description":"Basic Y2xpZW50Omxvbmcrc2VjcmV0 is unknown"}"#,
    ));
    assert_eq!(
        error.to_string(),
        "protocol error: token endpoint at `https://idp.example.com/token` rejected the request: `[redacted]` (HTTP 400): Basic [redacted] is unknown"
    );
    assert!(!format!("{error:?}").contains("long secret"));
    assert_eq!(error.oauth_error().unwrap().error(), "long secret", "the accessor has it as it came");
}

#[test]
fn words_an_oauth_error() {
    let body = r#"{"error":"invalid_client","error_description":"unknown client"}"#;
    let error = token_error(ScriptedResponse::json(401, body).header("www-authenticate", "Basic realm=\"idp\""));
    assert_snapshot!(told(&error), @r#"
    token endpoint at `https://idp.example.com/token` rejected the request: `invalid_client` (HTTP 401): unknown client; the client authenticated with `client_secret_basic`; if it is registered for another method, set `ClientAuthentication::secret_post(…)` or `secret_basic_raw(…)` with `.authentication(…)`
    Protocol oauth_error retryable=false
    Error { kind: Protocol, code: "oauth_error", cause: OAuth { endpoint: RequestTarget { name: "token endpoint", address: Some("https://idp.example.com/token") }, error: OAuthError { error: "invalid_client", head: ResponseHead { status: 401, received_at: [start], .. }, .. } } }
    "#);
}

#[test]
fn words_an_unexpected_status() {
    assert_snapshot!(told(&token_error(ScriptedResponse::content(503, "text/html", "<h1>busy</h1>").header("retry-after", "7"))), @r#"
    token endpoint at `https://idp.example.com/token` failed: HTTP 503 (expected 200); the server asks to wait for 7 s
    Http unexpected_status retryable=true
    Error { kind: Http, code: "unexpected_status", cause: Http { endpoint: RequestTarget { name: "token endpoint", address: Some("https://idp.example.com/token") }, error: HttpError { head: ResponseHead { status: 503, received_at: [start], .. }, fault: Status { expected: 200, redirect: false }, excerpt: Some([13 characters]), location: None } } }
    "#);
}

#[test]
fn words_a_redirect() {
    assert_snapshot!(told(&token_error(ScriptedResponse::status(302).header("location", "https://login.example.com/?x=1"))), @r#"
    token endpoint at `https://idp.example.com/token` failed: HTTP 302, a redirect to `https://login.example.com/`; redirects are never followed, set the address it leads to
    Http redirect retryable=false
    Error { kind: Http, code: "redirect", cause: Http { endpoint: RequestTarget { name: "token endpoint", address: Some("https://idp.example.com/token") }, error: HttpError { head: ResponseHead { status: 302, received_at: [start], .. }, fault: Status { expected: 200, redirect: true }, excerpt: None, location: Some("https://login.example.com/") } } }
    "#);
}

#[test]
fn d_redirect_the_error_shows_scheme_host_and_path_of_the_location() {
    for (location, shown) in [
        ("https://login.example.com/realms/x?session=s3cr3t#f", "https://login.example.com/realms/x"),
        ("https://user:s3cr3t@login.example.com:8443/a", "https://login.example.com:8443/a"),
        ("//user:s3cr3t@login.example.com/a", "//login.example.com/a"),
        ("/login?next=s3cr3t", "/login"),
        ("http://login.example.com", "http://login.example.com"),
    ] {
        for status in [301, 302, 303, 307, 308] {
            let answer = ScriptedResponse::content(status, "text/html", "moved").header("location", location);
            let error = token_error(answer);
            assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Http, "redirect", false));
            assert_eq!(error.http_error().unwrap().location(), Some(shown));
            let text = format!("{error} {error:?}");
            assert!(text.contains(&format!("`{shown}`")) && !text.contains("s3cr3t"), "{text}");
        }
    }
    for answer in [
        ScriptedResponse::status(302),
        ScriptedResponse::status(404).header("location", "https://a.example/"),
        ScriptedResponse::status(302).header("location", "?a"),
    ] {
        assert_eq!(token_error(answer).http_error().unwrap().location(), None);
    }
}

#[test]
fn words_a_content_type() {
    assert_snapshot!(told(&token_error(ScriptedResponse::content(200, "text/html", "<html>"))), @r#"
    token endpoint at `https://idp.example.com/token` failed: unexpected content type: expected "application/json", found "text/html" (HTTP 200)
    Http unexpected_content_type retryable=false
    Error { kind: Http, code: "unexpected_content_type", cause: Http { endpoint: RequestTarget { name: "token endpoint", address: Some("https://idp.example.com/token") }, error: HttpError { head: ResponseHead { status: 200, received_at: [start], .. }, fault: ContentType { expected: ["application/json"], found: Some("text/html") }, excerpt: None, location: None } } }
    "#);
}

#[test]
fn words_a_broken_body() {
    assert_snapshot!(told(&token_error(ScriptedResponse::json(200, r#"{"access_token":"canary","access_token":"b"}"#))), @r#"
    token endpoint at `https://idp.example.com/token` failed: the response cannot be read
    the body is not a JSON object
    member `access_token` comes twice at byte 26 (`access_token`)
    Malformed malformed_answer retryable=false
    Error { kind: Malformed, code: "malformed_answer", cause: Malformed { endpoint: RequestTarget { name: "token endpoint", address: Some("https://idp.example.com/token") }, source: Json(JsonError { kind: DuplicateMember("access_token"), offset: 26, path: "access_token" }) } }
    "#);
}

#[test]
fn words_a_missing_member() {
    assert_snapshot!(told(&token_error(ScriptedResponse::json(200, r#"{"token_type":"Bearer"}"#))), @r#"
    token endpoint at `https://idp.example.com/token` failed: the response cannot be read
    member `access_token` is missing
    Malformed malformed_answer retryable=false
    Error { kind: Malformed, code: "malformed_answer", cause: Malformed { endpoint: RequestTarget { name: "token endpoint", address: Some("https://idp.example.com/token") }, source: Missing { member: "access_token" } } }
    "#);
}

#[test]
fn words_a_wrong_member() {
    assert_snapshot!(told(&token_error(ScriptedResponse::json(200, r#"{"access_token":"a","token_type":"mac"}"#))), @r#"
    token endpoint at `https://idp.example.com/token` failed: unusable member `token_type`: expected `Bearer`; allow another type with `.bearer_token_types(…)` of the policy, found `mac`
    Malformed malformed_member retryable=false
    Error { kind: Malformed, code: "malformed_member", cause: Member { endpoint: RequestTarget { name: "token endpoint", address: Some("https://idp.example.com/token") }, member: "token_type", expected: "`Bearer`; allow another type with `.bearer_token_types(…)` of the policy", found: "`mac`" } }
    "#);
}

#[test]
fn words_a_policy_violation() {
    let error = unsent(|environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment);
        builder.address("http://idp.example.com/token?key=canary").client_id("client").build()
    });
    assert_snapshot!(told(&error), @r#"
    address "http://idp.example.com/token" is not HTTPS; allow it with `.danger_allow_http()`
    Policy https_required retryable=false
    Error { kind: Policy, code: "https_required", cause: Policy(PolicyViolation(Facts { kind: HttpsRequired, member: "address", address: Some("http://idp.example.com/token"), expected: [], remedy: Some(Http), cause: None, class: None })) }
    "#);
}

#[test]
fn words_an_address() {
    let error = unsent(|environment| JwksRequest::builder().environment(environment).address("idp.example.com/jwks").build());
    assert_snapshot!(told(&error), @r#"
    the address of the key set endpoint cannot be used
    the address does not start with `https://` or `http://`
    Configuration address retryable=false
    Error { kind: Configuration, code: "address", cause: Address { endpoint: "key set endpoint", source: Syntax(Scheme) } }
    "#);
}

#[test]
fn words_a_parameter() {
    let error = unsent(|environment| {
        let builder = ClientCredentialsTokenRequest::builder().environment(environment).parameter("grant_type", "canary");
        builder.address(TOKEN).client_id("client").build()
    });
    assert_snapshot!(told(&error), @r#"
    parameter `grant_type` is stated by the request itself, with another value
    Configuration request_configuration retryable=false
    Error { kind: Configuration, code: "request_configuration", cause: Configuration { member: "parameter `grant_type`", problem: "is stated by the request itself, with another value" } }
    "#);
}

#[test]
fn words_a_time_out() {
    assert_snapshot!(told(&transport(TransportErrorKind::Timeout)), @r#"
    token endpoint at `https://idp.example.com/token` failed: no response
    scripted failure: Timeout
    Transport timeout retryable=true
    Error { kind: Transport, code: "timeout", cause: Transport { endpoint: RequestTarget { name: "token endpoint", address: Some("https://idp.example.com/token") }, source: TransportError { kind: Timeout, message: "scripted failure: Timeout", .. } } }
    "#);
}

#[test]
fn words_keys_that_cannot_be_loaded() {
    let document = format!(r#"{{"issuer":"https://idp.example.com","jwks_uri":"{JWKS}"}}"#);
    let script = [
        (Expected::get(DISCOVERY), ScriptedResponse::json(200, document)),
        (Expected::get(JWKS), ScriptedResponse::json(200, r#"{"keys":1}"#)),
    ];
    let error = both_ways(discovery, &script).result.unwrap_err();
    assert_snapshot!(chain(&error), @r"
    the keys of `https://idp.example.com` cannot be loaded
    the key set cannot be used
    the member `keys` must be an array, found number
    ");
    assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Key, "key_set_loading", false));
    assert_eq!(error.discovery_document().unwrap().try_get_str("issuer"), Some("https://idp.example.com"));
}

#[test]
fn what_failed_below_keys_that_cannot_be_loaded_can_be_asked_for() {
    let document = format!(r#"{{"issuer":"https://idp.example.com","jwks_uri":"{JWKS}"}}"#);
    let script = [
        (Expected::get(DISCOVERY), ScriptedResponse::json(200, document)),
        (Expected::get(JWKS), ScriptedResponse::json(503, r#"{"error":"temporarily_unavailable"}"#).header("retry-after", "9")),
    ];
    let error = both_ways(discovery, &script).result.unwrap_err();
    assert_eq!((error.kind(), error.code(), error.is_retryable()), (ErrorKind::Protocol, "key_set_loading", true));
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(9)));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert_eq!(error.oauth_error().map(|error| error.error()), Some("temporarily_unavailable"));
}

#[test]
fn words_a_driver_without_a_timer() {
    assert_snapshot!(told(&DriveError::NoTimer.into()), @r#"
    no timer is configured; enable the feature `tokio` or set one with `Environment::with_timer(…)`
    Configuration driver retryable=false
    Error { kind: Configuration, code: "driver", cause: NoTimer }
    "#);
}

struct NoEntropy;

impl Entropy for NoEntropy {
    fn fill(&self, _bytes: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

#[test]
fn no_random_bytes_and_wrong_driving_are_configuration_errors() {
    let http = ScriptedHttpClient::builder().build();
    let environment = Environment::system().with_entropy(NoEntropy);
    let error = token(environment.clone()).send_blocking(&http).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Configuration, "configuration error: the system returned no random bytes")
    );

    let stuck: Exchange<(), ExchangeError> = Exchange::new(|_port: Port| async {
        std::future::pending::<()>().await;
        Ok(())
    });
    let error = run_blocking(stuck, &http, &Environment::system()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Configuration, "exchange"));

    let mut exchange = token(Environment::system()).exchange();
    let moment = || Moment::of(&Environment::system()).unwrap();
    assert!(matches!(exchange.resume(Event::Start, moment()), Step::Send { .. }));
    let Step::Done(Err(error)) = exchange.resume(Event::Waited, moment()) else { panic!("an event that does not fit") };
    assert_eq!(Error::from(error).code(), "transport_configuration");
    let Step::Done(Err(error)) = exchange.resume(Event::Start, moment()) else { panic!("it was over") };
    assert_eq!(Error::from(error).to_string(), "configuration error: the exchange was resumed after its end");
}

#[test]
fn a_document_keeps_what_the_server_said_beside_the_error() {
    let error = token_error(ScriptedResponse::json(400, r#"{"error":"x","interval":5,"access_token":"canary"}"#));
    let document: &Document = error.oauth_error().unwrap().document();
    assert_eq!((document.try_get_i64("interval"), document.try_get_str("access_token")), (Some(5), None));
}
