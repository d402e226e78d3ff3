//! What is kept of a login may come back altered, twice, or too late: where its code goes and what is remembered of it (rules Z12, Z13, L5).

use std::time::Duration;

use identity_model::ErrorKind;
use identity_model::cache::{MemoryReplayStore, StoreError};
use identity_model::client::{LoginOptions, OidcClient};
use identity_model::protocol::authorize::{Callback, LoginTransaction, ResponseMode, ResponseType};
use identity_model::protocol::discovery::DiscoveryPolicy;
use identity_model::protocol::logout::LogoutNotice;
use identity_model::sessions::{BlockingSessionRegistry, MemorySessions};
use identity_model::testing::{Fault, Gate, ProviderEndpoint, TestClient, TestProvider};
use identity_model::transport::{BlockingHttpClient, HttpClient, HttpRequest, HttpResponse, TransportError};
use serde_json::{Value, json};

use super::login::callback;
use super::support::{Both, CLIENT, House, REDIRECT, SECRET, USER, facts};

async fn begun(house: &House, client: &Both) -> (String, Callback) {
    let begun = client.asynchronous.begin_login(LoginOptions::new()).await.unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    (begun.transaction.to_text().expose().to_owned(), callback)
}

fn kept(text: &str) -> LoginTransaction {
    LoginTransaction::from_text(text).unwrap()
}

/// The kept text with another member, as one who holds the cookie can write it.
fn altered(text: &str, member: &str, value: Value) -> LoginTransaction {
    let mut members: Value = serde_json::from_str(text).unwrap();
    members[member] = value;
    kept(&members.to_string())
}

#[tokio::test]
async fn z13_an_altered_token_endpoint_gets_neither_secret_nor_code() {
    for (response_type, mode) in
        [(ResponseType::Code, None), (ResponseType::Code, Some(ResponseMode::Jwt)), (ResponseType::CodeIdToken, None)]
    {
        let house = House::new();
        let builder = begun!(house).redirect_uri(REDIRECT).response_type(response_type).maybe_response_mode(mode);
        let client = Both::of(builder.build().unwrap());
        for address in ["https://evil.example/token", "http://127.0.0.1:1/token", "http://localhost/token"] {
            let (text, callback) = begun(&house, &client).await;
            for error in [
                client.asynchronous.finish_login(altered(&text, "token_endpoint", json!(address)), callback.clone()).await.unwrap_err(),
                client.blocking.finish_login(altered(&text, "token_endpoint", json!(address)), callback.clone()).unwrap_err(),
            ] {
                assert_eq!(facts(&error), (ErrorKind::Flow, "foreign_login"), "{address}");
                assert!(error.to_string().contains("token endpoint"), "{error}");
            }
            assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
            client.asynchronous.finish_login(kept(&text), callback).await.expect("the login was not used up");
            house.provider.clear_recorded();
        }
    }
}

#[tokio::test]
async fn z13_other_altered_endpoints_are_asked_for_nothing() {
    let house = House::new();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).load_user_info(true).build().unwrap());
    for member in ["userinfo_endpoint", "jwks_uri", "token_endpoint_alias", "userinfo_endpoint_alias"] {
        let (text, callback) = begun(&house, &client).await;
        let transaction = altered(&text, member, json!("https://evil.example/x"));
        client.asynchronous.finish_login(transaction, callback).await.unwrap();
    }
    let addresses: Vec<String> = house.provider.recorded().iter().map(|request| request.url()).collect();
    assert!(addresses.iter().all(|address| address.starts_with("https://idp.test/")), "{addresses:?}");
}

/// Members that another value makes no worse than the plain cookie already was: what is asked of the user is known to the user, and every
/// address is that of the provider's document. A seal keeps these as they are too.
const HARMLESS: &[&str] = &[
    "token_endpoint_alias",
    "userinfo_endpoint",
    "userinfo_endpoint_alias",
    "jwks_uri",
    "expects_iss",
    "max_age",
    "requires_auth_time",
    "essential_acr",
    "scope",
    "dpop_thumbprint",
    "begun_at",
    "expires_at",
];
/// Members that the provider holds the code against, at its own token endpoint, or that its ID token is held against.
const HELD_BY_THE_PROVIDER: &[&str] = &["redirect_uri", "code_verifier", "nonce"];

#[tokio::test]
async fn z13_every_member_that_is_altered_is_rejected_or_harmless() {
    let values = [Value::Null, json!("https://evil.example/x"), json!("other"), json!(""), json!(0), json!(2), json!(true), json!(["x"])];
    for (response_type, mode) in
        [(ResponseType::Code, None), (ResponseType::Code, Some(ResponseMode::Jwt)), (ResponseType::CodeIdToken, None)]
    {
        let house = House::new();
        let builder = begun!(house).redirect_uri(REDIRECT).response_type(response_type).maybe_response_mode(mode).load_user_info(true);
        let client = Both::of(builder.build().unwrap());
        let (text, _) = begun(&house, &client).await;
        let own: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap();
        let names: Vec<&str> = own.keys().map(String::as_str).chain(HARMLESS.iter().copied()).collect();
        let mut rejected = 0;
        for name in names {
            for value in &values {
                let (text, callback) = begun(&house, &client).await;
                house.provider.clear_recorded();
                let mut members: Value = serde_json::from_str(&text).unwrap();
                let before = std::mem::replace(&mut members[name], value.clone());
                if before == *value {
                    continue;
                }
                let outcome = match LoginTransaction::from_text(&members.to_string()) {
                    Ok(transaction) => client.asynchronous.finish_login(transaction, callback).await.map(drop),
                    Err(error) => Err(error.into()),
                };
                let addresses: Vec<String> = house.provider.recorded().iter().map(|request| request.url()).collect();
                assert!(addresses.iter().all(|address| address.starts_with("https://idp.test/")), "{name} {value}: {addresses:?}");
                if HARMLESS.contains(&name) {
                    continue;
                }
                assert!(outcome.is_err(), "{response_type:?} {mode:?}: {name} is {value}");
                if !HELD_BY_THE_PROVIDER.contains(&name) {
                    assert_eq!(house.requests([ProviderEndpoint::Token]), [0], "{name} is {value}");
                }
                rejected += 1;
            }
        }
        assert!(rejected > 60, "{rejected}");
    }
}

/// Lets its caller wait before and after each request.
struct Waits(TestProvider);

#[async_trait::async_trait]
impl HttpClient for Waits {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        tokio::task::yield_now().await;
        let response = HttpClient::send(&self.0, request).await;
        tokio::task::yield_now().await;
        response
    }
}

#[tokio::test]
async fn z10_a_login_that_is_given_up_at_any_point_sends_its_code_once() {
    let (mut finished_later, mut lost) = (0, 0);
    for polls in 0.. {
        let house = House::new();
        let builder = OidcClient::builder().issuer(house.provider.issuer()).client_id(CLIENT).client_secret(SECRET).redirect_uri(REDIRECT);
        let client = builder.http(Waits(house.provider.clone())).environment(house.environment.clone()).build().unwrap();
        let begun = client.begin_login(LoginOptions::new()).await.unwrap();
        let (text, callback) = (begun.transaction.to_text(), callback(&house.provider.authorize(&begun.url)));
        let finished = {
            let mut call = Box::pin(client.finish_login(kept(text.expose()), callback.clone()));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            (0..polls).any(|_| call.as_mut().poll(&mut context).is_ready())
        };
        let again = client.finish_login(kept(text.expose()), callback).await;
        assert!(house.provider.requests(ProviderEndpoint::Token) <= 1, "given up after {polls} polls");
        match again {
            Ok(_) => finished_later += 1,
            Err(error) => {
                assert_eq!(facts(&error), (ErrorKind::Flow, "login_replayed"), "given up after {polls} polls");
                lost += 1;
            }
        }
        if finished {
            break;
        }
    }
    assert!(finished_later >= 3 && lost >= 2, "{finished_later} {lost}");
}

/// The provider with its token endpoint on another host.
#[derive(Clone)]
struct Spread(TestProvider);

const ELSEWHERE: &str = "https://tokens.elsewhere.example";

impl Spread {
    fn brought_home(&self, request: HttpRequest) -> HttpRequest {
        let (mut parts, body) = request.into_parts();
        parts.uri = parts.uri.to_string().replacen(ELSEWHERE, &self.0.issuer(), 1).parse().unwrap();
        HttpRequest::from_parts(parts, body)
    }
}

#[async_trait::async_trait]
impl HttpClient for Spread {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        HttpClient::send(&self.0, self.brought_home(request)).await
    }
}

impl BlockingHttpClient for Spread {
    fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        self.0.send_blocking(self.brought_home(request))
    }
}

#[tokio::test]
async fn an_excluded_token_endpoint_works_in_finish_as_in_begin() {
    let address = format!("{ELSEWHERE}/token");
    for by_certificate in [false, true] {
        let house = House::with(|provider| {
            let provider = provider.metadata("token_endpoint", address.as_str());
            provider.metadata("mtls_endpoint_aliases", json!({ "token_endpoint": address }))
        });
        let policy = DiscoveryPolicy::builder()
            .authority(house.provider.issuer())
            .endpoint_validation_exclude_list(["token_endpoint", "mtls_endpoint_aliases.token_endpoint"])
            .build();
        let spread = Spread(house.provider.clone());
        let builder = OidcClient::builder().issuer(house.provider.issuer()).client_id(CLIENT).client_secret(SECRET).redirect_uri(REDIRECT);
        let builder = builder.http(spread.clone()).blocking_http(spread).environment(house.environment.clone());
        let client = Both::of(builder.policy(policy).use_mtls_endpoint_aliases(by_certificate).build().unwrap());
        let (text, callback) = begun(&house, &client).await;
        client.asynchronous.finish_login(kept(&text), callback).await.unwrap();
        let (text, callback) = begun(&house, &client).await;
        client.blocking.finish_login(kept(&text), callback).unwrap();
        assert_eq!(house.requests([ProviderEndpoint::Token]), [2]);
    }
}

#[tokio::test]
async fn a_login_lives_no_longer_than_a_day_whatever_was_kept() {
    let house = House::new();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap());
    let (text, callback) = begun(&house, &client).await;
    for end in [1_750_000_000 + 86_401, i64::MAX] {
        let error = client.asynchronous.finish_login(altered(&text, "expires_at", json!(end)), callback.clone()).await.unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Flow, "login_too_long"));
    }
    let too_long = Duration::from_secs(86_401);
    let error = client.asynchronous.begin_login(LoginOptions::new().lifetime(too_long)).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Configuration, "client_configuration"));
    let error = begun!(house).redirect_uri(REDIRECT).login_lifetime(too_long).build().unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Configuration, "client_configuration"));
    client.blocking.finish_login(altered(&text, "expires_at", json!(1_750_000_000 + 86_400)), callback).unwrap();
}

#[tokio::test]
async fn l5_a_finished_login_is_remembered_for_as_long_as_it_lives() {
    let house = House::new();
    let store = MemoryReplayStore::default().with_environment(house.environment.clone());
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).login_replay_store(store.clone()).build().unwrap());
    let (text, callback) = begun(&house, &client).await;
    client.asynchronous.finish_login(kept(&text), callback).await.unwrap();
    house.clock.advance(Duration::from_secs(599));
    assert_eq!(store.len(), 1);
    house.clock.advance(Duration::from_secs(1));
    assert!(store.is_empty());
}

#[tokio::test]
async fn l5_junk_callbacks_fill_no_place_of_logout_tokens() {
    let house = House::with(|provider| {
        provider.client(TestClient::new(CLIENT).secret(SECRET).backchannel_logout_uri("https://app.example.com/backchannel-logout"))
    });
    let store = |capacity| MemoryReplayStore::new(capacity).with_environment(house.environment.clone());
    let builder = begun!(house).redirect_uri(REDIRECT).login_replay_store(store(1)).logout_replay_store(store(1));
    let client = Both::of(builder.build().unwrap());
    for code in ["invalid_grant", "store_full", "store_full"] {
        let begun = client.asynchronous.begin_login(LoginOptions::new()).await.unwrap();
        let state: Value = serde_json::from_str(begun.transaction.to_text().expose()).unwrap();
        let (state, issuer) = (state["state"].as_str().unwrap().to_owned(), house.provider.issuer());
        let query = form_urlencoded(&[("code", "made-up"), ("state", &state), ("iss", &issuer)]);
        let error = client.asynchronous.finish_login(begun.transaction, Callback::from_query(query).unwrap()).await.unwrap_err();
        assert!(error.code() == code || error.oauth_error().is_some_and(|error| error.error() == code), "{error:?}");
    }
    let sessions = MemorySessions::default().with_environment(house.environment.clone());
    let until = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_003_600);
    sessions.begin("s1", &house.provider.issuer(), USER, None, until).unwrap();
    let request = house.provider.backchannel_logout_request(CLIENT, |token| token.claim("sub", USER));
    let receiver = client.asynchronous.backchannel_logout().await.unwrap();
    assert_eq!(receiver.respond(&request, &sessions).await.status(), 200);
    assert!(!sessions.is_live("s1"));
    assert_eq!(receiver.respond(&request, &sessions).await.status(), 400, "a replay");
}

fn form_urlencoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[tokio::test]
async fn z10_a_login_that_was_given_up_before_its_code_went_out_can_still_be_finished() {
    let house = House::new();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap());
    let (text, callback) = begun(&house, &client).await;
    let gate = Gate::new();
    house.provider.inject(ProviderEndpoint::Jwks, Fault::hold(&gate)); // the keys are fetched before the code goes out
    give_up(client.asynchronous.finish_login(kept(&text), callback.clone()), &gate).await;
    house.provider.clear_faults();
    gate.open();
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
    client.asynchronous.finish_login(kept(&text), callback).await.unwrap();
}

#[tokio::test]
async fn z10_a_login_that_was_given_up_while_its_code_was_under_way_is_not_redeemed_again() {
    let house = House::new();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap());
    let (text, callback) = begun(&house, &client).await;
    let gate = Gate::new();
    house.provider.inject(ProviderEndpoint::Token, Fault::hold(&gate));
    give_up(client.asynchronous.finish_login(kept(&text), callback.clone()), &gate).await;
    house.provider.clear_faults();
    gate.open();
    for error in [
        client.asynchronous.finish_login(kept(&text), callback.clone()).await.unwrap_err(),
        client.blocking.finish_login(kept(&text), callback).unwrap_err(),
    ] {
        assert_eq!(facts(&error), (ErrorKind::Flow, "login_replayed"));
    }
    assert_eq!(house.requests([ProviderEndpoint::Token]), [1]);
}

/// Drops a call once its request waits at the gate.
async fn give_up<T>(call: impl Future<Output = T>, gate: &Gate) {
    tokio::select! {
        _ = call => panic!("the gate is shut"),
        () = async { while gate.waiting() == 0 { tokio::task::yield_now().await } } => {}
    }
}

#[tokio::test]
async fn l5_a_logout_of_the_client_that_failed_is_done_when_it_is_delivered_again() {
    struct FailsFirst(MemorySessions, std::sync::atomic::AtomicBool);
    impl BlockingSessionRegistry for FailsFirst {
        fn end_blocking(&self, notice: &LogoutNotice) -> Result<(), StoreError> {
            match self.1.swap(true, std::sync::atomic::Ordering::SeqCst) {
                false => Err(StoreError::unavailable("the line is cut")),
                true => self.0.end_blocking(notice),
            }
        }
    }
    let house = House::with(|provider| {
        provider.client(TestClient::new(CLIENT).secret(SECRET).backchannel_logout_uri("https://app.example.com/backchannel-logout"))
    });
    let client = house.client();
    let sessions = MemorySessions::default().with_environment(house.environment.clone());
    let until = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_003_600);
    sessions.begin("s1", &house.provider.issuer(), USER, None, until).unwrap();
    let registry = FailsFirst(sessions.clone(), false.into());
    let request = house.provider.backchannel_logout_request(CLIENT, |token| token.claim("sub", USER));
    let receiver = client.blocking.backchannel_logout().unwrap();
    assert_eq!(receiver.respond_blocking(&request, &registry).status(), 400);
    assert_eq!(receiver.respond_blocking(&request, &registry).status(), 200);
    assert!(!sessions.is_live("s1"));
}

#[tokio::test]
async fn l5_a_login_may_last_as_long_as_the_limit_says() {
    let house = House::new();
    let day = Duration::from_secs(24 * 60 * 60);
    let client = begun!(house).redirect_uri(REDIRECT).login_lifetime(day).build().unwrap();
    client.begin_login(LoginOptions::new().lifetime(day)).await.unwrap();
}
