//! What is kept in a plain cookie: a login, a session and a logout under a seal (rules SL1 to SL3).

use identity_model::client::{LoginOptions, LoginSession, LogoutOptions};
use identity_model::environment::SeededEntropy;
use identity_model::protocol::authorize::LoginTransaction;
use identity_model::protocol::logout::{LogoutReturn, LogoutTransaction};
use identity_model::sealing::{SealError, SealingKey};
use identity_model::{Error, ErrorKind};

use super::login::callback;
use super::support::{Both, House, REDIRECT, USER, facts};

const GOODBYE: &str = "https://app.example.com/goodbye";

fn key(octet: u8) -> SealingKey {
    SealingKey::new(format!("k{octet}"), [octet; 32]).unwrap().with_entropy(SeededEntropy::new(u64::from(octet)))
}

fn client(house: &House) -> Both {
    Both::of(begun!(house).redirect_uri(REDIRECT).post_logout_redirect_uri(GOODBYE).scope(["openid", "profile", "email"]).build().unwrap())
}

#[tokio::test]
async fn sl1_a_whole_visit_whose_keepsakes_are_plain_cookies() {
    let (house, key) = (House::new(), key(1));
    let client = client(&house);
    let begun = client.asynchronous.begin_login(LoginOptions::new()).await.unwrap();
    let login = begun.transaction.seal(&key, "__Host-login").unwrap();
    assert!((700..1_300).contains(&login.len()), "a login takes some 1,000 characters: {}", login.len());
    assert_eq!(login.len(), key.sealed_length(begun.transaction.to_text().expose().len()));

    let callback = callback(&house.provider.authorize(&begun.url));
    let transaction = LoginTransaction::open(&login, &key, "__Host-login").unwrap();
    let session = client.asynchronous.finish_login(transaction, callback).await.unwrap().into_session();
    let kept = session.seal(&key, "__Host-session").unwrap();
    assert!((2_000..8_000).contains(&kept.len()), "{}", kept.len());
    let session = LoginSession::open(&kept, &key, "__Host-session").unwrap();
    assert_eq!((session.subject(), session.refresh_token().is_some()), (USER, true));

    let (url, transaction) = client.asynchronous.begin_logout(&session).await.unwrap().into_parts();
    let logout = transaction.seal(&key, "__Host-logout").unwrap();
    assert!((250..400).contains(&logout.len()), "a logout takes some 300 characters: {}", logout.len());
    let returned = LogoutReturn::from_url(house.provider.browser().open(&url).location()).unwrap();
    let transaction = LogoutTransaction::open(&logout, &key, "__Host-logout").unwrap();
    client.asynchronous.finish_logout(transaction, returned).await.unwrap();

    for sealed in [&login, &kept, &logout] {
        assert!(sealed.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')), "it fits a cookie");
        for secret in [session.id_token().expose(), USER, "idp.test"] {
            assert!(!sealed.contains(secret));
        }
    }
}

/// The three of them, sealed under the same name.
async fn three(key: &SealingKey) -> [String; 3] {
    let house = House::new();
    let client = client(&house);
    let begun = client.asynchronous.begin_login(LoginOptions::new()).await.unwrap();
    let login = begun.transaction.seal(key, "cookie").unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    let session = client.asynchronous.finish_login(begun.transaction, callback).await.unwrap().into_session();
    let (_, logout) = client.asynchronous.begin_logout(LogoutOptions::session(&session)).await.unwrap().into_parts();
    [login, session.seal(key, "cookie").unwrap(), logout.seal(key, "cookie").unwrap()]
}

/// What opening a text as each of the three says.
fn opened(text: &str, key: &SealingKey, name: &str) -> [Option<Error>; 3] {
    [
        LoginTransaction::open(text, key, name).err().map(Error::from),
        LoginSession::open(text, key, name).err().map(Error::from),
        LogoutTransaction::open(text, key, name).err().map(Error::from),
    ]
}

#[tokio::test]
async fn sl2_each_opens_as_what_it_is_under_its_name_and_no_other() {
    let key = key(1);
    let sealed = three(&key).await;
    for (own, text) in sealed.iter().enumerate() {
        for (asked, error) in opened(text, &key, "cookie").into_iter().enumerate() {
            assert_eq!(error.is_none(), own == asked, "{own} as {asked}: {error:?}");
        }
        for error in opened(text, &key, "another") {
            assert_eq!(facts(&error.unwrap()), (ErrorKind::Validation, "sealed_altered"));
        }
        let altered = format!("{}{}", &text[..text.len() - 2], if text.ends_with("AA") { "BA" } else { "AA" });
        assert!(opened(&altered, &key, "cookie").iter().all(Option::is_some));
    }
}

#[tokio::test]
async fn sl3_a_key_that_is_rotated_in_and_out() {
    let old = key(1);
    let new = key(2);
    let rotated = new.clone().also_opens("k1", [1; 32]).unwrap();
    for (own, text) in three(&old).await.iter().enumerate() {
        assert!(opened(text, &rotated, "cookie")[own].is_none());
        assert_eq!(facts(opened(text, &new, "cookie")[own].as_ref().unwrap()), (ErrorKind::Store, "sealing_key_unknown"));
        assert_eq!(facts(opened("", &new, "cookie")[own].as_ref().unwrap()), (ErrorKind::Malformed, "sealed_malformed"));
    }
    let error: Error = SealingKey::new("k", "too short").unwrap_err().into();
    assert_eq!(facts(&error), (ErrorKind::Configuration, "sealing_key"));
    assert!(SealError::UnknownKey.to_string().contains("also_opens"));
}
