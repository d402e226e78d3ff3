//! The way out: begun here, or told by the provider.

use std::time::Duration;

use identity_model::client::{LoginOptions, LoginSession, LogoutOptions};
use identity_model::protocol::logout::LogoutReturn;
use identity_model::sessions::MemorySessions;
use identity_model::testing::{ProviderEndpoint, TestClient};
use identity_model::{Error, ErrorKind};

use super::login::callback;
use super::support::{Both, CLIENT, House, REDIRECT, SECRET, USER, facts};

const GOODBYE: &str = "https://app.example.com/goodbye";

fn client(house: &House) -> Both {
    Both::of(begun!(house).redirect_uri(REDIRECT).post_logout_redirect_uri(GOODBYE).build().unwrap())
}

async fn session(house: &House, client: &Both) -> LoginSession {
    let begun = client.asynchronous.begin_login(LoginOptions::new()).await.unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    client.asynchronous.finish_login(begun.transaction, callback).await.unwrap().into_session()
}

#[tokio::test]
async fn l1_a_user_logs_out_at_the_provider_and_comes_back() {
    let house = House::new();
    let client = client(&house);
    for blocking in [false, true] {
        let session = session(&house, &client).await;
        let begun = if blocking { client.blocking.begin_logout(&session) } else { client.asynchronous.begin_logout(&session).await };
        let (url, transaction) = begun.unwrap().into_parts();
        let url = url::Url::parse(&url).unwrap();
        let value = |name: &str| url.query_pairs().find(|(own, _)| own == name).map(|(_, value)| value.into_owned());
        assert_eq!(value("id_token_hint").as_deref(), Some(session.id_token().expose()));
        assert_eq!((value("client_id").as_deref(), value("post_logout_redirect_uri").as_deref()), (Some(CLIENT), Some(GOODBYE)));
        let answer = house.provider.browser().open(&url);
        let returned = || LogoutReturn::from_url(answer.location()).unwrap();
        let kept = serde_json::to_string(&transaction).unwrap();
        let kept = || serde_json::from_str(&kept).unwrap();
        client.asynchronous.finish_logout(kept(), returned()).await.unwrap();
        client.blocking.finish_logout(kept(), returned()).unwrap();
    }
}

#[tokio::test]
async fn l1_a_return_that_is_none_is_refused() {
    let house = House::new();
    let client = client(&house);
    for (url, code) in [(format!("{GOODBYE}?state=x"), "logout_state_mismatch"), (GOODBYE.to_owned(), "logout_state_missing")] {
        let (_, transaction) = client.asynchronous.begin_logout(LogoutOptions::anybody()).await.unwrap().into_parts();
        let error = client.asynchronous.finish_logout(transaction.clone(), LogoutReturn::from_url(&url).unwrap()).await.unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Flow, code));
        let error = client.blocking.finish_logout(transaction, LogoutReturn::from_url(&url).unwrap()).unwrap_err();
        assert_eq!(facts(&error), (ErrorKind::Flow, code));
    }
}

#[tokio::test]
async fn z13_the_session_of_another_client_logs_nobody_out() {
    let house = House::with(|provider| provider.client(TestClient::new("other").secret(SECRET)));
    let session = session(&house, &client(&house)).await;
    let other = unregistered!(house).client_id("other").client_secret(SECRET).build().unwrap();
    assert_eq!(facts(&other.begin_logout(&session).await.unwrap_err()), (ErrorKind::Flow, "foreign_session"));
}

#[tokio::test]
async fn z13_a_logout_of_another_provider_is_not_finished_here() {
    let (house, elsewhere) = (House::new(), House::with(|provider| provider.issuer("https://elsewhere.test")));
    let (url, transaction) = client(&house).asynchronous.begin_logout(LogoutOptions::anybody()).await.unwrap().into_parts();
    let state = url.split('&').find(|part| part.starts_with("state=")).unwrap().to_owned();
    let returned = || LogoutReturn::from_query(&state).unwrap();
    let error = client(&elsewhere).asynchronous.finish_logout(transaction.clone(), returned()).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Flow, "foreign_logout"));
    client(&house).asynchronous.finish_logout(transaction, returned()).await.unwrap();
}

#[tokio::test]
async fn a_provider_without_an_end_session_endpoint_says_so() {
    let house = House::with(|provider| provider.metadata("end_session_endpoint", serde_json::Value::Null));
    let error: Error = client(&house).asynchronous.begin_logout(LogoutOptions::anybody()).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Policy, "missing_member"));
}

#[tokio::test]
async fn l3_l5_the_provider_logs_a_user_out_behind_his_back() {
    let house = House::with(|provider| {
        provider.client(TestClient::new(CLIENT).secret(SECRET).backchannel_logout_uri("https://app.example.com/backchannel-logout"))
    });
    let client = client(&house);
    let session = session(&house, &client).await;
    let receiver = client.asynchronous.backchannel_logout().await.unwrap();
    let sessions = MemorySessions::default().with_environment(house.environment.clone());
    let until = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_003_600);
    sessions.begin("s1", session.issuer(), session.subject(), session.sid(), until).unwrap();
    let request = house.provider.backchannel_logout_request(CLIENT, |token| token.claim("sub", USER));
    assert_eq!(receiver.respond(&request, &sessions).await.status(), 200);
    assert!(!sessions.is_live("s1"));
    let again = client.blocking.backchannel_logout().unwrap();
    assert_eq!(again.respond_blocking(&request, &sessions).status(), 400, "both share the client's memory");
    assert_eq!(house.requests([ProviderEndpoint::Jwks]), [1]);
}
