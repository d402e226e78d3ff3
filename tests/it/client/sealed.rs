//! What is kept in a plain cookie: a login, a session, a logout and a DPoP key under a seal (rules SL1 to SL3).

use identity_model::client::{LoginOptions, LoginSession, LogoutOptions};
use identity_model::environment::SeededEntropy;
use identity_model::protocol::authorize::LoginTransaction;
use identity_model::protocol::dpop::DpopKey;
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

/// All of them, sealed under the same name.
async fn all(key: &SealingKey) -> [String; 4] {
    let house = House::new();
    let client = client(&house);
    let begun = client.asynchronous.begin_login(LoginOptions::new()).await.unwrap();
    let login = begun.transaction.seal(key, "cookie").unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    let session = client.asynchronous.finish_login(begun.transaction, callback).await.unwrap().into_session();
    let (_, logout) = client.asynchronous.begin_logout(LogoutOptions::session(&session)).await.unwrap().into_parts();
    let dpop = DpopKey::generate().unwrap().seal(key, "cookie").unwrap().unwrap();
    [login, session.seal(key, "cookie").unwrap(), logout.seal(key, "cookie").unwrap(), dpop]
}

/// What opening a text as each of them says.
fn opened(text: &str, key: &SealingKey, name: &str) -> [Option<Error>; 4] {
    [
        LoginTransaction::open(text, key, name).err().map(Error::from),
        LoginSession::open(text, key, name).err().map(Error::from),
        LogoutTransaction::open(text, key, name).err().map(Error::from),
        DpopKey::open(text, key, name).err().map(Error::from),
    ]
}

#[tokio::test]
async fn sl2_each_opens_as_what_it_is_under_its_name_and_no_other() {
    let key = key(1);
    let sealed = all(&key).await;
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
    for (own, text) in all(&old).await.iter().enumerate() {
        assert!(opened(text, &rotated, "cookie")[own].is_none());
        assert_eq!(facts(opened(text, &new, "cookie")[own].as_ref().unwrap()), (ErrorKind::Store, "sealing_key_unknown"));
        assert_eq!(facts(opened("", &new, "cookie")[own].as_ref().unwrap()), (ErrorKind::Malformed, "sealed_malformed"));
    }
    let error: Error = SealingKey::new("k", "too short").unwrap_err().into();
    assert_eq!(facts(&error), (ErrorKind::Configuration, "sealing_key"));
    assert!(SealError::UnknownKey.to_string().contains("also_opens"));
}

#[tokio::test]
async fn sl4_nothing_opens_that_was_altered_cut_off_or_carried_on() {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let key = key(1);
    for (own, text) in all(&key).await.iter().enumerate() {
        assert!(opened(text, &key, "cookie")[own].is_none());
        let rejected = |altered: &str| assert!(opened(altered, &key, "cookie")[own].is_some(), "{own}: {altered}");
        // The head and the tail octet by octet, what is between in steps.
        let places = (0..80).chain((80..text.len()).step_by(41)).chain(text.len() - 24..text.len());
        for place in places {
            let digit = DIGITS.iter().position(|digit| *digit == text.as_bytes()[place]).unwrap();
            for step in [1, 32] {
                let other = char::from(DIGITS[(digit + step) % DIGITS.len()]);
                rejected(&format!("{}{other}{}", &text[..place], &text[place + 1..]));
            }
            rejected(&text[..place]);
            rejected(&format!("{}{}", &text[..place], &text[place + 1..]));
        }
        for more in ["A", "AA", "AAA", "AAAA", "=", "==", ".", " ", "\n", "\0", text] {
            rejected(&format!("{text}{more}"));
        }
        rejected(&format!(" {text}"));
    }
}

#[tokio::test]
async fn sl4_two_seals_are_not_put_together() {
    let key = key(1);
    let [one, other] = [all(&key).await, all(&key).await];
    for (own, (one, other)) in one.iter().zip(&other).enumerate() {
        let head = 4 * (2 + 2 + 32) / 3; // format, identifier and salt
        assert_eq!(one[..4], other[..4]);
        let mixed = format!("{}{}", &one[..head], &other[head..]);
        assert!(opened(&mixed, &key, "cookie")[own].is_some());
    }
}
