//! Callbacks and ID tokens that are rejected: each with its code, and nothing is sent after.

use std::time::Duration;

use identity_model::cache::{BlockingReplayStore, ReplayGuard, ReplayKey, ReplayStore, StoreError};
use identity_model::client::LoginOptions;
use identity_model::protocol::authorize::{Callback, LoginTransaction, ResponseMode, ResponseType};
use identity_model::testing::{Fault, ForgedKind, Forgery, ProviderEndpoint, TestClient};
use identity_model::{Error, ErrorKind};
use serde_json::json;

use super::login::{callback, id_token};
use super::support::{Both, CLIENT, House, REDIRECT, SECRET, facts};

/// What the login asks for, and how.
type Way = (ResponseType, Option<ResponseMode>);

const CODE: Way = (ResponseType::Code, None);
const HYBRID: Way = (ResponseType::CodeIdToken, None);
const SIGNED: Way = (ResponseType::Code, Some(ResponseMode::Jwt));

/// A login by both faces with something wrong at an endpoint; the requests to the token endpoint are counted.
async fn refused(way: Way, endpoint: ProviderEndpoint, fault: Fault) -> (Error, usize) {
    let mut found = Vec::new();
    for blocking in [false, true] {
        let house = House::new();
        let builder = begun!(house).redirect_uri(REDIRECT).response_type(way.0).maybe_response_mode(way.1);
        let client = Both::of(builder.build().unwrap());
        let begun = client.asynchronous.begin_login(LoginOptions::new()).await.unwrap();
        house.provider.inject(endpoint, fault.clone());
        let callback = callback(&house.provider.authorize(&begun.url));
        let outcome = match blocking {
            false => client.asynchronous.finish_login(begun.transaction, callback).await,
            true => client.blocking.finish_login(begun.transaction, callback),
        };
        found.push((outcome.unwrap_err(), house.requests([ProviderEndpoint::Token])[0]));
    }
    let (second, first) = (found.pop().unwrap(), found.pop().unwrap());
    assert_eq!((facts(&first.0), first.1), (facts(&second.0), second.1), "both faces refuse alike");
    first
}

#[tokio::test]
async fn a_bad_callback_is_refused_with_its_own_code_and_no_code_is_redeemed() {
    let cases = [
        (Fault::wrong_state(), "z5_state", "callback_state_mismatch"),
        (Fault::missing_state(), "z5_state", "callback_state_missing"),
        (Fault::wrong_issuer(), "z4_iss", "callback_issuer_mismatch"),
        (Fault::missing_issuer(), "z3_iss", "callback_issuer_missing"),
        (Fault::missing_code(), "z10_code", "callback_missing_parameter"),
        (Fault::duplicate_parameter("state", "x"), "z1_twice", "callback_duplicate_parameter"),
        (Fault::parameter("id_token", "a.b.c"), "z8_token", "callback_unexpected_parameter"),
        (Fault::parameter("response", "a.b.c"), "z2_response", "callback_response_unexpected"),
    ];
    for (fault, rule, code) in cases {
        let (error, redeemed) = refused(CODE, ProviderEndpoint::Authorization, fault).await;
        assert_eq!((facts(&error), redeemed), ((ErrorKind::Flow, code), 0), "{rule}");
    }
    let (error, redeemed) = refused(CODE, ProviderEndpoint::Authorization, Fault::deny()).await;
    assert_eq!((facts(&error), redeemed), ((ErrorKind::Protocol, "authorization_error"), 0), "z7_error");
    let both_wrong = Fault::deny().and(Fault::wrong_state());
    let (error, _) = refused(CODE, ProviderEndpoint::Authorization, both_wrong).await;
    assert_eq!(error.code(), "callback_state_mismatch", "z6: state before an error is believed");
}

#[tokio::test]
async fn a_bad_id_token_from_the_token_endpoint_is_nobody() {
    let cases = [
        (id_token("nonce", Some(json!("another"))), "i4", "nonce_mismatch"),
        (id_token("nonce", None), "i4", "claim_missing"),
        (id_token("iss", Some(json!("https://elsewhere.test"))), "i1", "issuer_mismatch"),
        (id_token("aud", Some(json!("another"))), "i1", "audience_mismatch"),
        (id_token("sub", None), "i1", "claim_missing"),
        (id_token("azp", Some(json!("another"))), "i3", "authorized_party_mismatch"),
        (id_token("aud", Some(json!([CLIENT, "another"]))), "i2", "claim_missing"),
        (id_token("at_hash", Some(json!("AAAA"))), "i9", "hash_mismatch"),
        (id_token("c_hash", Some(json!("AAAA"))), "y4", "hash_mismatch"),
        (id_token("s_hash", Some(json!("AAAA"))), "y5", "hash_mismatch"),
        (Fault::forge(ForgedKind::IdToken, Forgery::Expired), "j7", "expired"),
        (Fault::forge(ForgedKind::IdToken, Forgery::WrongSignature), "i8", "signature_invalid"),
        (Fault::forge(ForgedKind::IdToken, Forgery::WrongKey), "i8", "signature_invalid"),
        (Fault::forge(ForgedKind::IdToken, Forgery::AlgorithmNone), "j4", "token_unsigned"),
        (Fault::missing_id_token(), "t8", "missing_id_token"),
    ];
    for (fault, rule, code) in cases {
        let (error, redeemed) = refused(CODE, ProviderEndpoint::Token, fault).await;
        let what = format!("{rule}: expected {code}, found {error:?}");
        assert!(error.code() == code || error.validation().is_some_and(|error| error.kind().code() == code), "{what}");
        assert_eq!(redeemed, 1, "{rule}: a code is redeemed once, whatever comes of it");
    }
}

#[tokio::test]
async fn a_bad_id_token_from_the_front_channel_is_refused_before_the_code_is_redeemed() {
    for (fault, rule) in [
        (id_token("nonce", Some(json!("another"))), "y2_nonce"),
        (id_token("c_hash", Some(json!("AAAA"))), "y4_c_hash"),
        (id_token("c_hash", None), "y2_c_hash"),
        (id_token("s_hash", Some(json!("AAAA"))), "y5_s_hash"),
        (id_token("iat", Some(json!(1_750_000_000 - 7200))), "y2_iat"),
        (Fault::forge(ForgedKind::IdToken, Forgery::WrongSignature), "y3_signature"),
    ] {
        let (error, redeemed) = refused(HYBRID, ProviderEndpoint::Authorization, fault).await;
        assert!(matches!(error.kind(), ErrorKind::Validation | ErrorKind::Key), "{rule}: {error:?}");
        assert_eq!(redeemed, 0, "{rule}");
    }
    let (error, redeemed) = refused(HYBRID, ProviderEndpoint::Token, id_token("sub", Some(json!("mallory")))).await;
    assert_eq!((error.kind(), redeemed), (ErrorKind::Validation, 1), "y7_the second ID token is about the same user");
}

#[tokio::test]
async fn z3_beside_an_id_token_iss_may_be_left_out_and_nowhere_else() {
    for way in [HYBRID, (ResponseType::IdToken, None)] {
        let house = House::new();
        let client = Both::of(begun!(house).redirect_uri(REDIRECT).response_type(way.0).build().unwrap());
        house.provider.inject(ProviderEndpoint::Authorization, Fault::missing_issuer());
        let (transaction, callback) = begun(&house, &client).await;
        client.asynchronous.finish_login(kept(&transaction), callback).await.unwrap();
    }
    let denied = Fault::deny().and(Fault::missing_issuer());
    let (error, _) = refused(HYBRID, ProviderEndpoint::Authorization, denied).await;
    assert_eq!(error.code(), "callback_issuer_missing", "nothing else says who denies");
    let foreign = Fault::missing_issuer().and(id_token("iss", Some(json!("https://elsewhere.test"))));
    let (error, redeemed) = refused(HYBRID, ProviderEndpoint::Authorization, foreign).await;
    assert_eq!((error.code(), redeemed), ("issuer_mismatch", 0));
}

#[tokio::test]
async fn a_bad_signed_answer_is_refused_before_anything_in_it_is_believed() {
    let forged = |forgery| Fault::forge(ForgedKind::AuthorizationResponse, forgery);
    for (fault, rule) in [
        (forged(Forgery::WrongSignature), "m2_signature"),
        (forged(Forgery::AlgorithmNone), "m2_none"),
        (forged(Forgery::Expired), "m1_exp"),
        (forged(Forgery::claim("aud", "another")), "m1_aud"),
        (forged(Forgery::claim("iss", "https://elsewhere.test")), "m1_iss"),
        (forged(Forgery::claim("exp", 1_750_000_000 + 3600)), "m5_exp"),
        (Fault::wrong_state(), "m4_state"),
    ] {
        let (error, redeemed) = refused(SIGNED, ProviderEndpoint::Authorization, fault).await;
        assert!(!matches!(error.kind(), ErrorKind::Protocol | ErrorKind::Configuration), "{rule}: {error:?}");
        assert_eq!(redeemed, 0, "{rule}");
    }
}

/// A login that was begun, and its callback.
async fn begun(house: &House, client: &Both) -> (String, Callback) {
    let begun = client.asynchronous.begin_login(LoginOptions::new()).await.unwrap();
    let callback = callback(&house.provider.authorize(&begun.url));
    (serde_json::to_string(&begun.transaction).unwrap(), callback)
}

fn kept(text: &str) -> LoginTransaction {
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn z13_a_callback_is_finished_once_by_whatever_face() {
    let house = House::new();
    for (response_type, mode) in [CODE, HYBRID, SIGNED, (ResponseType::IdToken, None)] {
        let builder = begun!(house).redirect_uri(REDIRECT).response_type(response_type).maybe_response_mode(mode);
        let client = Both::of(builder.build().unwrap());
        let (transaction, callback) = begun(&house, &client).await;
        client.asynchronous.finish_login(kept(&transaction), callback.clone()).await.unwrap();
        let sent = house.requests([ProviderEndpoint::Token]);
        for error in [
            client.asynchronous.finish_login(kept(&transaction), callback.clone()).await.unwrap_err(),
            client.blocking.finish_login(kept(&transaction), callback).unwrap_err(),
        ] {
            assert_eq!(facts(&error), (ErrorKind::Flow, "login_replayed"), "{response_type}");
        }
        assert_eq!(house.requests([ProviderEndpoint::Token]), sent, "{response_type}");
    }
}

#[tokio::test]
async fn z13_of_many_who_finish_one_login_one_alone_does() {
    let house = House::new();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap());
    let (transaction, callback) = begun(&house, &client).await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (client, transaction, callback) = (client.asynchronous.clone(), kept(&transaction), callback.clone());
            tokio::spawn(async move { client.finish_login(transaction, callback).await.map(drop) })
        })
        .collect();
    let mut finished = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => finished += 1,
            Err(error) => assert_eq!(error.code(), "login_replayed"),
        }
    }
    assert_eq!((finished, house.requests([ProviderEndpoint::Token])), (1, [1]));
}

#[tokio::test]
async fn z13_a_replay_is_seen_by_another_instance_with_the_same_store() {
    let house = House::new();
    let store = identity_model::cache::MemoryReplayStore::default().with_environment(house.environment.clone());
    let client = || Both::of(begun!(house).redirect_uri(REDIRECT).login_replay_store(store.clone()).build().unwrap());
    let (transaction, callback) = begun(&house, &client()).await;
    client().asynchronous.finish_login(kept(&transaction), callback.clone()).await.unwrap();
    let error = client().blocking.finish_login(kept(&transaction), callback).unwrap_err();
    assert_eq!(error.code(), "login_replayed");
}

/// A store that never answers.
struct Broken;

#[async_trait::async_trait]
impl ReplayStore for Broken {
    async fn remember(&self, key: &ReplayKey, expires_at: std::time::SystemTime) -> Result<bool, StoreError> {
        self.remember_blocking(key, expires_at)
    }

    async fn is_remembered(&self, key: &ReplayKey) -> Result<bool, StoreError> {
        self.is_remembered_blocking(key)
    }
}

impl BlockingReplayStore for Broken {
    fn remember_blocking(&self, _: &ReplayKey, _: std::time::SystemTime) -> Result<bool, StoreError> {
        Err(StoreError::unavailable("no connection"))
    }

    fn is_remembered_blocking(&self, _: &ReplayKey) -> Result<bool, StoreError> {
        Err(StoreError::unavailable("no connection"))
    }
}

#[tokio::test]
async fn a_store_that_does_not_answer_lets_nobody_in() {
    let house = House::new();
    let builder = begun!(house).redirect_uri(REDIRECT).login_replay_store(ReplayGuard::new(Broken).with_blocking(Broken));
    let client = Both::of(builder.build().unwrap());
    let (transaction, callback) = begun(&house, &client).await;
    for error in [
        client.asynchronous.finish_login(kept(&transaction), callback.clone()).await.unwrap_err(),
        client.blocking.finish_login(kept(&transaction), callback).unwrap_err(),
    ] {
        assert_eq!(facts(&error), (ErrorKind::Store, "store_unavailable"));
    }
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
}

#[tokio::test]
async fn z13_a_login_of_another_client_or_provider_is_refused() {
    let house = House::with(|provider| provider.client(TestClient::new("other").secret(SECRET)));
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap());
    let (transaction, callback) = begun(&house, &client).await;
    let elsewhere = House::with(|provider| provider.issuer("https://elsewhere.test"));
    let other = Both::of(unregistered!(house).client_id("other").client_secret(SECRET).redirect_uri(REDIRECT).build().unwrap());
    let foreign = Both::of(begun!(elsewhere).redirect_uri(REDIRECT).build().unwrap());
    for client in [other, foreign] {
        for error in [
            client.asynchronous.finish_login(kept(&transaction), callback.clone()).await.unwrap_err(),
            client.blocking.finish_login(kept(&transaction), callback.clone()).unwrap_err(),
        ] {
            assert_eq!(facts(&error), (ErrorKind::Flow, "foreign_login"));
        }
    }
    assert_eq!((house.requests([ProviderEndpoint::Token]), elsewhere.requests([ProviderEndpoint::Token])), ([0], [0]));
    client.asynchronous.finish_login(kept(&transaction), callback).await.unwrap();
}

#[tokio::test]
async fn an_expired_login_is_refused() {
    let house = House::new();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).login_lifetime(Duration::from_secs(60)).build().unwrap());
    let (transaction, callback) = begun(&house, &client).await;
    house.clock.advance(Duration::from_secs(60));
    for error in [
        client.asynchronous.finish_login(kept(&transaction), callback.clone()).await.unwrap_err(),
        client.blocking.finish_login(kept(&transaction), callback).unwrap_err(),
    ] {
        assert_eq!(facts(&error), (ErrorKind::Flow, "login_expired"));
    }
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
}

#[tokio::test]
async fn z5_a_callback_of_another_login_is_refused_and_does_not_spoil_the_right_one() {
    let house = House::new();
    let client = Both::of(begun!(house).redirect_uri(REDIRECT).build().unwrap());
    let (victims, right) = begun(&house, &client).await;
    let (_, attackers) = begun(&house, &client).await;
    let error = client.asynchronous.finish_login(kept(&victims), attackers).await.unwrap_err();
    assert_eq!(facts(&error), (ErrorKind::Flow, "callback_state_mismatch"));
    assert_eq!(house.requests([ProviderEndpoint::Token]), [0]);
    client.asynchronous.finish_login(kept(&victims), right).await.unwrap();
}
