//! What is kept of a login: refreshed, asked about, and rejected where it does not belong.

use std::time::{Duration, SystemTime};

use identity_model::ErrorKind;
use identity_model::client::{LoginSession, Refresh};
use identity_model::protocol::userinfo::UserInfoRequest;
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, RefreshTokens, TestClient};
use identity_model::validation::PreviousIdToken;

use super::support::{Both, CLIENT, House, SECRET, USER, both, facts};

async fn session(house: &House) -> LoginSession {
    let client = house.client().asynchronous;
    let begun = client.device_login(["openid", "profile"]).await.unwrap();
    house.provider.approve_device(begun.authorization().user_code(), USER);
    client.finish_device_login(begun).await.unwrap().into_session()
}

#[tokio::test]
async fn a_session_goes_through_the_applications_store_and_comes_back_whole() {
    let house = House::new();
    let kept = session(&house).await;
    let stored = serde_json::to_string(&kept).unwrap();
    let back: LoginSession = serde_json::from_str(&stored).unwrap();
    assert_eq!(back, kept);
    assert_eq!((back.issuer(), back.client_id(), back.subject()), ("https://idp.test", CLIENT, USER));
    assert_eq!(back.claim("sub").as_deref(), Some(USER));
    assert_eq!(back.principal().find_first("sub").map(|claim| claim.value().to_owned()).as_deref(), Some(USER));
    assert_eq!(back.expires_at(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_003_605)), "an hour after it came");
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_003_600);
    assert!(!back.expires_within(Duration::ZERO, now) && back.expires_within(Duration::from_secs(60), now));
    let shown = format!("{back:?}");
    for secret in [back.access_token().unwrap().expose(), back.refresh_token().unwrap().expose(), back.id_token().expose()] {
        assert!(stored.contains(secret) && !shown.contains(secret), "{shown}");
    }
    assert!(!shown.contains(USER), "{shown}");
}

#[test]
fn what_is_no_session_is_refused_without_repeating_it() {
    for text in [r#""eyJhbGciOiJSUzI1NiJ9""#, r#"{"provider":"p","issuer":"i","client_id":"c","subject":["eyJhbGciOiJSUzI1NiJ9"]}"#, "{}"] {
        let error = serde_json::from_str::<LoginSession>(text).unwrap_err().to_string();
        assert!(error.starts_with("this is not what a login session was kept as") && !error.contains("eyJ"), "{error}");
    }
}

#[tokio::test]
async fn a_refresh_brings_new_tokens_and_a_session_in_place_of_the_old_one() {
    let house = House::new();
    let client = house.client();
    let mut kept = session(&house).await;
    for blocking in [false, true] {
        let refreshed = if blocking { client.blocking.refresh(&kept) } else { client.asynchronous.refresh(&kept).await }.unwrap();
        let renewed = refreshed.session().unwrap();
        assert_ne!(renewed.refresh_token(), kept.refresh_token(), "it was rotated");
        assert_ne!(renewed.access_token(), kept.access_token());
        assert_eq!((renewed.subject(), renewed.granted_scope()), (USER, kept.granted_scope()));
        kept = refreshed.into_session().unwrap();
    }
}

#[tokio::test]
async fn a_provider_that_keeps_the_refresh_token_leaves_it_in_force() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Kept));
    let kept = session(&house).await;
    house.provider.inject(ProviderEndpoint::Token, Fault::without_member("refresh_token").and(Fault::without_member("id_token")));
    let client = house.client();
    for outcome in both!(client, refresh(&kept)) {
        let refreshed = outcome.unwrap();
        assert!(refreshed.id_token().is_none());
        let renewed = refreshed.into_session().unwrap();
        assert_eq!((renewed.refresh_token(), renewed.id_token()), (kept.refresh_token(), kept.id_token()));
        assert_ne!(renewed.access_token(), kept.access_token());
    }
}

#[tokio::test]
async fn t6_a_narrower_scope_can_be_asked_for() {
    let house = House::new();
    let kept = session(&house).await;
    let refreshed = house.client().asynchronous.refresh(Refresh::session(&kept).scope(["openid"])).await.unwrap();
    assert_eq!(house.last_parameter(ProviderEndpoint::Token, "scope").as_deref(), Some("openid"));
    assert_eq!(refreshed.session().unwrap().granted_scope(), ["openid"]);
}

#[tokio::test]
async fn i13_a_refreshed_id_token_goes_on_from_the_old_one() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Kept));
    let kept = session(&house).await;
    let client = house.client();
    for (claim, value, code) in [
        ("sub", "mallory", "subject_mismatch"),
        ("iss", "https://elsewhere.test", "issuer_mismatch"),
        ("aud", "another", "audience_mismatch"),
        ("azp", "another", "authorized_party_mismatch"),
        ("nonce", "another", "nonce_mismatch"),
    ] {
        house.provider.clear_faults();
        house.provider.inject(ProviderEndpoint::Token, Fault::forge(ForgedKind::IdToken, Forgery::claim(claim, value)));
        for outcome in both!(client, refresh(&kept)) {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Validation, "{claim}");
            assert_eq!(error.validation().unwrap().claim(), Some(claim), "{code}: {error:?}");
        }
    }
}

#[tokio::test]
async fn i13_a_refresh_token_by_itself_is_judged_by_the_id_token_it_stems_from() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Kept));
    let kept = session(&house).await;
    let client = house.client();
    let token = kept.refresh_token().unwrap();
    for outcome in both!(client, refresh(Refresh::token(token, kept.previous_id_token()))) {
        let refreshed = outcome.unwrap();
        assert_eq!(refreshed.id_token().and_then(|token| token.subject()), Some(USER));
        assert!(refreshed.session().is_none());
    }
    let somebody_else = PreviousIdToken::builder().issuer("https://idp.test").subject("mallory").build();
    for outcome in both!(client, refresh(Refresh::token(token, somebody_else.clone()))) {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Validation);
    }
}

#[tokio::test]
async fn a_refresh_that_the_provider_refuses_is_its_oauth_error() {
    let house = House::new();
    let kept = session(&house).await;
    let client = house.client();
    client.asynchronous.refresh(&kept).await.unwrap();
    let error = client.asynchronous.refresh(&kept).await.unwrap_err();
    assert_eq!(error.oauth_error().unwrap().error(), "invalid_grant", "the old token was rotated away");
}

#[tokio::test]
async fn what_a_refresh_is_judged_by_is_at_hand_before_the_token_is_spent() {
    let house = House::new();
    let kept = session(&house).await;
    house.provider.clear_recorded();
    let client = begun!(house).build().unwrap();
    client.refresh(&kept).await.unwrap();
    let order: Vec<String> = house.provider.recorded().iter().map(|request| request.url()).collect();
    let position = |end: &str| order.iter().position(|url| url.ends_with(end)).unwrap();
    assert!(position("/jwks") < position("/token"), "{order:?}");
}

#[tokio::test]
async fn z13_a_session_of_another_client_or_provider_is_refused_before_its_tokens_go_anywhere() {
    let house = House::with(|provider| provider.client(TestClient::new("other").secret(SECRET)));
    let kept = session(&house).await;
    house.provider.clear_recorded();
    let elsewhere = House::with(|provider| provider.issuer("https://elsewhere.test"));
    let other = Both::of(unregistered!(house).client_id("other").client_secret(SECRET).build().unwrap());
    for (client, member) in [(other, "client"), (elsewhere.client(), "provider")] {
        for error in both!(client, userinfo(&kept)).map(|outcome| outcome.unwrap_err()) {
            assert_eq!(facts(&error), (ErrorKind::Flow, "foreign_session"));
            assert!(error.to_string().contains(member), "{error}");
        }
        for error in both!(client, refresh(&kept)).map(|outcome| outcome.unwrap_err()) {
            assert_eq!(facts(&error), (ErrorKind::Flow, "foreign_session"));
        }
    }
    for provider in [&house.provider, &elsewhere.provider] {
        assert_eq!((provider.requests(ProviderEndpoint::Token), provider.requests(ProviderEndpoint::UserInfo)), (0, 0));
    }
}

#[tokio::test]
async fn a_session_without_the_token_that_is_needed_says_so() {
    let house = House::with(|provider| provider.refresh_tokens(RefreshTokens::Withheld));
    let kept = session(&house).await;
    let client = house.client();
    let sent = house.requests([ProviderEndpoint::Token]);
    for error in both!(client, refresh(&kept)).map(|outcome| outcome.unwrap_err()) {
        assert_eq!(facts(&error), (ErrorKind::Flow, "session_lacks_token"));
    }
    assert_eq!(house.requests([ProviderEndpoint::Token]), sent);
}

#[tokio::test]
async fn u3_userinfo_is_about_the_user_of_the_session() {
    let house = House::new();
    let kept = session(&house).await;
    let client = house.client();
    for outcome in both!(client, userinfo(&kept)) {
        assert_eq!(outcome.unwrap().try_get_str("name"), Some("Alice"));
    }
    house.provider.inject(ProviderEndpoint::UserInfo, Fault::member("sub", "mallory"));
    let by_hand = || UserInfoRequest::builder().access_token(kept.access_token().unwrap()).expected_subject(USER);
    for outcome in both!(client, userinfo(&kept)).into_iter().chain(both!(client, userinfo(by_hand()))) {
        assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Validation, "answer_mismatch"));
    }
}

#[tokio::test]
async fn u3_a_login_that_asks_userinfo_is_none_where_it_is_about_somebody_else() {
    let house = House::new();
    let client = begun!(house).load_user_info(true).build().unwrap();
    for fault in [None, Some(Fault::member("sub", "mallory"))] {
        let begun = client.device_login(["openid", "profile"]).await.unwrap();
        house.provider.approve_device(begun.authorization().user_code(), USER);
        let refused = fault.is_some();
        fault.into_iter().for_each(|fault| house.provider.inject(ProviderEndpoint::UserInfo, fault));
        let outcome = client.finish_device_login(begun).await;
        if refused {
            assert_eq!(facts(&outcome.unwrap_err()), (ErrorKind::Validation, "answer_mismatch"));
        } else {
            assert_eq!(outcome.unwrap().user_info().unwrap().try_get_str("name"), Some("Alice"));
        }
    }
}
