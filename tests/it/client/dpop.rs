//! A client whose tokens are bound to a key (RFC 9449): from the login to the refresh, and what another key may do.

use identity_model::ErrorKind;
use identity_model::client::{LoginOptions, LoginSession, OAuthClient, Refresh};
use identity_model::protocol::authorize::{Callback, LoginTransaction};
use identity_model::protocol::client_metadata::ClientMetadata;
use identity_model::protocol::dpop::DpopKey;
use identity_model::testing::{DpopNonces, ProviderEndpoint, TestClient, TestProvider, TestUser};

use super::support::{Both, CLIENT, House, REDIRECT, SECRET, USER, both, facts};

const NONCES: [DpopNonces; 3] = [DpopNonces::Never, DpopNonces::Sometimes, DpopNonces::Always];

fn client(house: &House, key: &DpopKey) -> Both {
    Both::of(begun!(house).redirect_uri(REDIRECT).dpop(key).load_user_info(true).build().unwrap())
}

/// The user signs in and comes back.
fn callback(http: &TestProvider, url: &str) -> Callback {
    let location = http.authorize(url).location().to_owned();
    Callback::from_query(location.split_once('?').unwrap().1).unwrap()
}

async fn session(house: &House, client: &Both) -> LoginSession {
    let begun = client.asynchronous.begin_login(LoginOptions::new()).await.unwrap();
    let callback = callback(&house.provider, begun.url.as_str());
    client.asynchronous.finish_login(begun.transaction, callback).await.unwrap().into_session()
}

#[tokio::test]
async fn a_login_its_session_and_its_refresh_stay_with_the_key() {
    for nonces in NONCES {
        let house = House::with(|provider| provider.dpop(nonces));
        let key = DpopKey::generate().unwrap();
        let client = client(&house, &key);
        let kept = session(&house, &client).await;
        assert_eq!(kept.access_token().unwrap().dpop_thumbprint(), Some(key.thumbprint()), "{nonces:?}");
        let stored = serde_json::to_string(&kept).unwrap();
        let mut kept: LoginSession = serde_json::from_str(&stored).unwrap();
        assert_eq!(kept.access_token().unwrap().dpop_thumbprint(), Some(key.thumbprint()));
        for blocking in [false, true] {
            let refreshed = if blocking { client.blocking.refresh(&kept) } else { client.asynchronous.refresh(&kept).await };
            kept = refreshed.unwrap().into_session().unwrap();
            for user in both!(client, userinfo(&kept)) {
                assert_eq!(user.unwrap().subject(), USER, "{nonces:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_session_that_was_kept_before_there_were_keys_is_still_read() {
    let house = House::new();
    let kept = session(&house, &Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap())).await;
    let stored = serde_json::to_value(&kept).unwrap();
    assert!(stored["access_token"].is_string() && stored["refresh_token"].is_string());
    assert_eq!(serde_json::from_value::<LoginSession>(stored).unwrap(), kept);
}

#[tokio::test]
async fn dc11_a_code_is_redeemed_with_its_own_key_alone_and_the_login_can_still_be_finished() {
    let house = House::with(|provider| provider.dpop(DpopNonces::Sometimes));
    let (key, other) = (DpopKey::generate().unwrap(), DpopKey::generate().unwrap());
    let begun = client(&house, &key).asynchronous.begin_login(LoginOptions::new()).await.unwrap();
    let callback = callback(&house.provider, begun.url.as_str());
    let stored = serde_json::to_string(&begun.transaction).unwrap();
    let again = || serde_json::from_str::<LoginTransaction>(&stored).unwrap();
    let wrong = client(&house, &other).asynchronous.finish_login(again(), callback.clone()).await.unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Flow, "{wrong}");
    let none = begun!(house).redirect_uri(REDIRECT).build().unwrap().finish_login(again(), callback.clone()).await.unwrap_err();
    assert_eq!(none.kind(), ErrorKind::Flow, "{none}");
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
    client(&house, &key).asynchronous.finish_login(again(), callback).await.unwrap();
}

#[tokio::test]
async fn dc12_another_key_at_a_refresh_is_told_before_anything_is_sent_and_taken_where_it_is_asked_for() {
    let house = House::with(|provider| provider.dpop(DpopNonces::Sometimes));
    let (key, other) = (DpopKey::generate().unwrap(), DpopKey::generate().unwrap());
    let kept = session(&house, &client(&house, &key)).await;
    let sent = house.requests([ProviderEndpoint::Token]);
    let changed = client(&house, &other);
    for refused in both!(changed, refresh(&kept)) {
        assert_eq!(facts(&refused.unwrap_err()), (ErrorKind::Key, "session_dpop_key"));
    }
    let without = house.client();
    for refused in both!(without, refresh(Refresh::from(&kept).new_dpop_key())) {
        assert_eq!(facts(&refused.unwrap_err()), (ErrorKind::Key, "session_dpop_key"));
    }
    assert_eq!(house.requests([ProviderEndpoint::Token]), sent);
    let renewed = changed.asynchronous.refresh(Refresh::from(&kept).new_dpop_key()).await.unwrap().into_session().unwrap();
    assert_eq!(renewed.access_token().unwrap().dpop_thumbprint(), Some(other.thumbprint()));
}

#[tokio::test]
async fn dc12_a_public_clients_refresh_token_is_bound_to_its_key() {
    let house = House::with(|provider| provider.dpop(DpopNonces::Never).client(TestClient::new("spa")));
    let key = DpopKey::generate().unwrap();
    let client = Both::of(unregistered!(house).client_id("spa").redirect_uri(REDIRECT).dpop(&key).build().unwrap());
    let kept = session(&house, &client).await;
    let stored: LoginSession = serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap();
    assert_eq!(stored, kept);
    client.asynchronous.refresh(&stored).await.unwrap();
}

#[tokio::test]
async fn dc20_a_registration_asks_for_bound_tokens_and_none_is_used_without_a_key() {
    let house = House::with(|provider| provider.dpop(DpopNonces::Never));
    let key = DpopKey::generate().unwrap();
    let metadata = ClientMetadata::builder().client_name("Reports").build();
    let client =
        unregistered!(house).redirect_uri(REDIRECT).scope(["reports:read"]).dpop(&key).register(metadata.clone(), None).await.unwrap();
    let registration = client.registration().unwrap().clone();
    assert_eq!(registration.try_get_boolean("dpop_bound_access_tokens"), Some(true));
    client.client_credentials(["reports:read"]).await.unwrap();
    let refused = unregistered!(house).from_registration(registration).build().unwrap_err();
    assert_eq!(facts(&refused), (ErrorKind::Configuration, "client_configuration"));
    assert!(refused.to_string().contains("dpop"), "{refused}");
}

#[tokio::test]
async fn a_client_of_an_oauth_server_proves_its_key_too() {
    let http =
        TestProvider::builder().client(TestClient::new(CLIENT).secret(SECRET)).user(TestUser::new(USER)).dpop(DpopNonces::Always).build();
    let key = DpopKey::generate().unwrap();
    let oauth = OAuthClient::builder()
        .authorization_endpoint(http.address(ProviderEndpoint::Authorization))
        .token_endpoint(http.address(ProviderEndpoint::Token))
        .userinfo_endpoint(http.address(ProviderEndpoint::UserInfo))
        .user_subject("sub")
        .client_id(CLIENT)
        .client_secret(SECRET)
        .redirect_uri(REDIRECT)
        .scope(["profile"])
        .http(http.clone())
        .dpop(&key)
        .build()
        .unwrap();
    let begun = oauth.begin_login(LoginOptions::new()).await.unwrap();
    let callback = callback(&http, begun.url.as_str());
    // The provider for tests says who a user is for `openid` alone, which an OAuth client does not ask for: what is sent is what shows.
    let refused = oauth.finish_login(begun.transaction, callback).await.unwrap_err();
    assert_eq!(facts(&refused), (ErrorKind::Protocol, "oauth_error"));
    for endpoint in [ProviderEndpoint::Token, ProviderEndpoint::UserInfo] {
        let sent = http.recorded_at(endpoint);
        assert!(!sent.is_empty() && sent.iter().all(|request| request.header("dpop").is_some()), "{endpoint:?}");
    }
    let asked = http.recorded_at(ProviderEndpoint::UserInfo);
    assert!(asked.iter().all(|request| request.header("authorization").is_some_and(|value| value.starts_with("DPoP "))));
}
