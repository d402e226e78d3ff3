//! Rules of the caller's own for the ID tokens of a client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use identity_model::client::{LoginOptions, LoginSession};
use identity_model::protocol::authorize::{ClaimRequest, ClaimsRequest, ResponseType};
use identity_model::testing::ProviderEndpoint;
use identity_model::validation::{AsyncClaimValidator, ClaimRejection, Claims};
use identity_model::{Error, ErrorKind};
use serde_json::json;

use super::login::{callback, id_token};
use super::support::{Both, House, REDIRECT, both, facts};

const REFUSED: (ErrorKind, &str) = (ErrorKind::Validation, "claim_rejected");

/// Only these may come in.
fn of_the_company(claims: &Claims) -> Result<(), ClaimRejection> {
    match claims.try_get_str("email") {
        Some(mail) if mail.ends_with("@example.com") => Ok(()),
        _ => Err(ClaimRejection::new("not one of ours").on_claim("email")),
    }
}

fn judged(house: &House) -> Both {
    Both::of(begun!(house).redirect_uri(REDIRECT).load_user_info(true).claim_rule("company", of_the_company).build().unwrap())
}

/// The outcome of a login by either face.
async fn logins(house: &House, client: &Both, response_type: ResponseType) -> [Result<LoginSession, Error>; 2] {
    let claims = ClaimsRequest::new().id_token("email", ClaimRequest::essential());
    let begin = || client.asynchronous.begin_login(LoginOptions::new().claims(claims.clone()).response_type(response_type));
    let begun = [begin().await.unwrap(), begin().await.unwrap()];
    let callbacks = [&begun[0], &begun[1]].map(|begun| callback(&house.provider.authorize(&begun.url)));
    let ([first, second], [one, two]) = (begun, callbacks);
    [
        client.asynchronous.finish_login(first.transaction, one).await.map(LoginSession::from),
        client.blocking.finish_login(second.transaction, two).map(LoginSession::from),
    ]
}

#[tokio::test]
async fn a_rule_of_the_callers_own_decides_who_logs_in() {
    let house = House::new();
    let client = judged(&house);
    for outcome in logins(&house, &client, ResponseType::Code).await {
        outcome.unwrap();
    }
    let asked = house.requests([ProviderEndpoint::UserInfo]);
    house.provider.inject(ProviderEndpoint::Token, id_token("email", Some(json!("mallory@elsewhere.test"))));
    for outcome in logins(&house, &client, ResponseType::Code).await {
        let error = outcome.unwrap_err();
        assert_eq!(facts(&error), REFUSED);
        let refused = error.validation().unwrap();
        assert_eq!((refused.validator(), refused.claim()), (Some("company"), Some("email")));
    }
    assert_eq!(house.requests([ProviderEndpoint::UserInfo]), asked, "nothing is sent after a refusal");
}

#[tokio::test]
async fn y7_where_a_code_comes_along_the_second_token_is_judged_and_else_the_only_one() {
    let house = House::new();
    let client = judged(&house);
    house.provider.inject(ProviderEndpoint::Authorization, id_token("email", None));
    for outcome in logins(&house, &client, ResponseType::CodeIdToken).await {
        outcome.unwrap();
    }
    for outcome in logins(&house, &client, ResponseType::IdToken).await {
        assert_eq!(facts(&outcome.unwrap_err()), REFUSED);
    }
}

#[tokio::test]
async fn a_refreshed_id_token_is_judged_as_well() {
    let house = House::new();
    let client = judged(&house);
    let [session, other] = logins(&house, &client, ResponseType::Code).await.map(Result::unwrap);
    house.provider.inject(ProviderEndpoint::Token, id_token("email", Some(json!("alice@elsewhere.test"))));
    assert_eq!(facts(&client.asynchronous.refresh(&session).await.unwrap_err()), REFUSED);
    assert_eq!(facts(&client.blocking.refresh(&other).unwrap_err()), REFUSED);
}

/// Asks elsewhere, and has to wait for the response.
struct Directory(Arc<AtomicUsize>, bool);

#[async_trait::async_trait]
impl AsyncClaimValidator for Directory {
    fn name(&self) -> &str {
        "directory"
    }

    async fn validate(&self, claims: &Claims) -> Result<(), ClaimRejection> {
        tokio::task::yield_now().await;
        self.0.fetch_add(1, Ordering::Relaxed);
        if self.1 && claims.subject().is_some() { Ok(()) } else { Err(ClaimRejection::new("unknown there")) }
    }
}

#[tokio::test]
async fn a_rule_that_has_to_be_awaited_is_awaited() {
    for is_known in [true, false] {
        let house = House::new();
        let asked = Arc::new(AtomicUsize::new(0));
        let builder = begun!(house).redirect_uri(REDIRECT).async_claim_validator(Directory(Arc::clone(&asked), is_known));
        let client = builder.build().unwrap();
        let begun = client.begin_login(LoginOptions::new()).await.unwrap();
        let callback = callback(&house.provider.authorize(&begun.url));
        let outcome = client.finish_login(begun.transaction, callback).await;
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        match outcome {
            Ok(login) => assert!(is_known && login.subject() == "alice"),
            Err(error) => {
                assert_eq!((is_known, facts(&error)), (false, REFUSED));
                assert_eq!(error.validation().unwrap().validator(), Some("directory"));
            }
        }
    }
}

#[tokio::test]
async fn a_rule_that_has_to_be_awaited_comes_after_all_others() {
    let house = House::new();
    let asked = Arc::new(AtomicUsize::new(0));
    let builder = begun!(house).redirect_uri(REDIRECT).async_claim_validator(Directory(Arc::clone(&asked), true));
    let client = builder.claim_rule("nobody", |_| Err(ClaimRejection::new("nobody may"))).build().unwrap();
    let begun = client.begin_login(LoginOptions::new()).await.unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    let error = client.finish_login(begun.transaction, callback).await.unwrap_err();
    assert_eq!(error.validation().unwrap().validator(), Some("nobody"));
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_blocking_client_refuses_a_rule_that_it_cannot_wait_for_before_anything_is_sent() {
    let house = House::new();
    let builder = begun!(house).redirect_uri(REDIRECT).async_claim_validator(Directory(Arc::default(), true));
    let client = Both::of(builder.build().unwrap());
    let [fine, refused] = both!(client, client_credentials(["read"]));
    fine.unwrap();
    let sent = house.provider.recorded().len();
    let error = refused.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Configuration, "client_configuration"));
    assert!(error.to_string().contains("`directory`"), "{error}");
    assert_eq!(facts(&client.blocking.begin_login(LoginOptions::new()).map(drop).unwrap_err()), facts(&error));
    assert_eq!(house.provider.recorded().len(), sent);
}
